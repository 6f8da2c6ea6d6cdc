/*
title     = "Успеваемость"
formula   = "100 · получившие «3», «4» и «5» / все участники с отметкой"
unit      = "%"
direction = "up"
measure   = "share"
min_n     = 10
equated   = false
source    = "отметки по рекомендуемой шкале ФИОКО"
*/
select school_key, period, subject, grade, pupil_grade,
       sum(n3 + n4 + n5)  as num,
       sum(n_marked)  as den
from   vpr_marks
where  n_marked > 0
group  by school_key, period, subject, grade, pupil_grade
