/*
title     = "Средняя отметка"
formula   = "сумма отметок / все участники с отметкой"
unit      = "балл"
direction = "up"
measure   = "mean"
min_n     = 10
equated   = false
source    = "отметки по рекомендуемой шкале ФИОКО"
*/
select school_key, period, subject, grade, pupil_grade,
       sum(2 * n2 + 3 * n3 + 4 * n4 + 5 * n5)      as num,
       sum(n_marked)                               as den,
       sum(4 * n2 + 9 * n3 + 16 * n4 + 25 * n5)    as sq
from   vpr_marks
where  n_marked > 0
group  by school_key, period, subject, grade, pupil_grade
