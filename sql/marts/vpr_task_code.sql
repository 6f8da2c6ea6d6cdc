/*
title = "ВПР: что проверяет задание"
*/
-- Одна строка — задание и одно из того, что оно проверяет: умение, блок ПООП, КЭС или КТ.
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
)
select distinct c.subject, c.grade, c.no, c.kind, c.code, coalesce(t.title, c.code) as title
from   codes c
left join titles t  on t.subject = c.subject and t.grade = c.grade and t.list = c.list and t.code = c.code
where  c.code is not null
