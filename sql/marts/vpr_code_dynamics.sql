/*
title = "ВПР: умения и коды от года к году"
materialize = "view"

[headings]
kind               = "Вид"
code               = "Код в работе"
title              = "Название"
tasks              = "Заданий"
pct                = "Выполнение, %"
base_pct           = "Выполнение прежней работы, %"
same_tasks         = "Одинаковых заданий"
change_gap         = "Изменение отрыва, п. п."
change_gap_ci_low  = "Изменение отрыва, от (95 %), п. п."
change_gap_ci_high = "Изменение отрыва, до (95 %), п. п."
*/
-- Одна строка — умение или код в двух работах одного предмета и класса подряд. Сравниваются только работы, в которых
-- код проверяют задания того же уровня и с теми же баллами: иначе разница — это другая работа, а не другие ученики.
-- Работы разных лет не выравнены: смотреть на change_gap, изменение отрыва от региона.
with ordered as (                                        -- осень раньше весны того же учебного года
    select test, subject, grade,
           lag(test) over (partition by subject, grade, pupil_grade - grade
                           order by substr(period, 1, 7), case when period like '%осень' then 0 else 1 end)  as base_test
    from   vpr_tests
)
select p.level,
       p.entity,
       p.period,
       b.period                                   as base_period,
       p.subject,
       p.grade,
       p.kind,
       p.code,
       p.title,
       p.tasks,
       p.n,
       b.n                                        as base_n,
       p.pct,
       b.pct                                      as base_pct,
       p.made_of = b.made_of                      as same_tasks,
       case when p.made_of = b.made_of then p.pct - b.pct end                                        as change,
       case when p.made_of = b.made_of then p.gap - b.gap end                                        as change_gap,
       case when p.made_of = b.made_of and p.n >= 10 and b.n >= 10
            then p.gap - b.gap - 1.959964 * sqrt(p.error * p.error + b.error * b.error) end          as change_gap_ci_low,
       case when p.made_of = b.made_of and p.n >= 10 and b.n >= 10
            then p.gap - b.gap + 1.959964 * sqrt(p.error * p.error + b.error * b.error) end          as change_gap_ci_high,
       'ok'                                       as status
from   ordered o
join   vpr_code_profile p  on p.test = o.test
join   vpr_code_profile b  on b.test = o.base_test and b.level = p.level and b.entity = p.entity
                          and b.kind = p.kind and b.code = p.code
