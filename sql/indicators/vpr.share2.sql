/*
title     = "Доля «2»"
formula   = "100 · получившие отметку «2» / все участники с отметкой"
unit      = "%"
direction = "down"
measure   = "share"
min_n     = 10
equated   = false
source    = "отметки по рекомендуемой шкале ФИОКО"
*/
select school_key, period, subject, grade, pupil_grade,
       sum(n2)  as num,
       sum(n_marked)  as den
from   vpr_marks
where  n_marked > 0
group  by school_key, period, subject, grade, pupil_grade
