/*
title = "ВПР: умения и коды КЭС и КТ"
partition_by = "test"
tests = [
  { not_null = ["level", "entity", "test", "kind", "code", "tasks"] },
  { unique = ["test", "level", "entity", "kind", "code"] },
]
*/
-- Одна строка — умение, блок или код у школы, муниципалитета или региона: баллы всех его заданий вместе.
-- Дефицит системный, если недостаточно выполнена больше чем половина заданий умения, о которых можно судить.
-- Ошибка суммы взята как сумма ошибок заданий: задания одного ученика зависимы, и настоящая не больше этой.
with parts as (
    select p.level, p.entity, p.test, p.period, p.subject, p.grade, p.pupil_grade,
           c.kind, c.code, c.title,
           p.no, p.task_status, p.n_taught, p.difficulty, p.max_score, p.points, p.max_points, p.error
    from   vpr_task_profile p
    join   vpr_task_code c   on c.subject = p.subject and c.grade = p.grade and c.no = p.no
),
summed as (
    select level, entity, test, period, subject, grade, pupil_grade, kind, code,
           min(title)                                                             as title,
           count(*)                                                               as tasks,
           count(*) filter (where task_status = 'insufficient')                   as tasks_insufficient,
           count(*) filter (where task_status not in ('unknown', 'too_few'))      as tasks_judged,
           min(n_taught)                                                          as n,
           100.0 * sum(points) / sum(max_points)                                  as pct,
           100.0 * sum(error) / sum(max_score)                                    as error,
           -- из чего код состоит: уровни и баллы его заданий
           string_agg(concat(difficulty, max_score), ' ' order by difficulty, max_score)  as made_of
    from   parts
    group  by level, entity, test, period, subject, grade, pupil_grade, kind, code
)
select *,
       max(case when level = 'region' then pct end) over (partition by test, kind, code)         as region_pct,
       pct - max(case when level = 'region' then pct end) over (partition by test, kind, code)   as gap,
       case when tasks_judged > 0 then 2 * tasks_insufficient > tasks_judged end                 as deficit
from   summed
