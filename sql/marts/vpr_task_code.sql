/*
title = "ВПР: что проверяет задание"
tests = [
  { not_null = ["subject", "grade", "no", "kind", "code", "code_id"] },
  { unique = ["subject", "grade", "no", "kind", "code"] },
]
*/
-- Одна строка — задание и одно из того, что оно проверяет: умение, блок ПООП, КЭС или КТ.
-- code_id — номер кода внутри этой сборки: по нему быстрее складывать, чем по тексту.
with codes as (
    select subject, grade, no, 'skill' as kind, skill as code, cast(null as varchar) as list from vpr_task union all
    select subject, grade, no, 'block',         block,         null                          from vpr_task union all
    select subject, grade, no, 'kes',           kes,           'kes'                         from vpr_task union all
    select subject, grade, no, 'kt',            kt,            'kt'                          from vpr_task
),
titles as (
    select subject, grade, list, code, min(title) as title
    from   vpr_skill_code
    group  by subject, grade, list, code
),
named as (
    select distinct c.subject, c.grade, c.no, c.kind, c.code, coalesce(t.title, c.code) as title
    from   codes c
    left join titles t  on t.subject = c.subject and t.grade = c.grade and t.list = c.list and t.code = c.code
    where  c.code is not null
)
select *, dense_rank() over (order by subject, grade, kind, code)  as code_id
from   named
