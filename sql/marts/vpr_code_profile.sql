/*
title = "ВПР: умения и коды КЭС и КТ"
partition_by = "test"
tests = [
  { not_null = ["level", "entity", "test", "kind", "code", "tasks"] },
  { unique = ["test", "level", "entity", "kind", "code"] },
]

[headings]
test               = "Работа"
kind               = "Вид"
code               = "Код в работе"
title              = "Название"
tasks              = "Заданий"
tasks_insufficient = "Выполнено недостаточно"
tasks_judged       = "Заданий, о которых можно судить"
pct                = "Выполнение, %"
error              = "Ошибка, п. п."
made_of            = "Из чего состоит"
region_pct         = "Выполнение в регионе, %"
deficit            = "Системный дефицит"
*/
-- Одна строка — умение, блок или код у школы, муниципалитета или региона: баллы всех его заданий вместе.
-- Дефицит системный, если недостаточно выполнена больше чем половина заданий умения, о которых можно судить.
-- Ошибка суммы взята как сумма ошибок заданий: задания одного ученика зависимы, и настоящая не больше этой.
-- Группируется по номеру кода, а не по его тексту: строк здесь больше всего, и текст умения длинный.
with summed as (
    select p.test,
           p.level,
           p.entity,
           c.code_id,
           count(*)                                                               as tasks,
           count(*) filter (where p.task_status = 'insufficient')                 as tasks_insufficient,
           count(*) filter (where p.task_status not in ('unknown', 'too_few'))    as tasks_judged,
           min(p.n_taught)                                                        as n,
           100.0 * sum(p.points) / sum(p.max_points)                              as pct,
           100.0 * sum(p.error) / sum(p.max_score)                                as error
    from   vpr_task_profile p
    join   vpr_task_code c  on c.subject = p.subject and c.grade = p.grade and c.no = p.no
    group  by p.test, p.level, p.entity, c.code_id
),
beside as (
    select *, max(case when level = 'region' then pct end) over (partition by test, code_id)  as region_pct
    from   summed
),
made as (                                           -- из чего код состоит в работе: уровни и баллы его заданий
    select p.test, c.code_id,
           string_agg(concat(p.difficulty, p.max_score), ' ' order by p.difficulty, p.max_score)  as made_of
    from   vpr_task_profile p
    join   vpr_task_code c  on c.subject = p.subject and c.grade = p.grade and c.no = p.no
    where  p.level = 'region'
    group  by p.test, c.code_id
),
names as (
    select distinct code_id, kind, code, title
    from   vpr_task_code
)
select b.level,
       b.entity,
       b.test,
       t.period,
       t.subject,
       t.grade,
       t.pupil_grade,
       n.kind,
       n.code,
       n.title,
       b.tasks,
       b.tasks_insufficient,
       b.tasks_judged,
       b.n,
       b.pct,
       b.error,
       m.made_of,
       b.region_pct,
       b.pct - b.region_pct                                                       as gap,
       case when b.tasks_judged > 0 then 2 * b.tasks_insufficient > b.tasks_judged end  as deficit,
       'ok'                                                                       as status
from   beside b
join   vpr_tests t      on t.test = b.test
join   names n          on n.code_id = b.code_id
left join made m        on m.test = b.test and m.code_id = b.code_id
