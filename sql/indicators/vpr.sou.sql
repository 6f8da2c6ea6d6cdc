/*
title     = "Степень обученности (СОУ)"
formula   = "(100 · получившие «5» + 64 · «4» + 36 · «3» + 16 · «2») / все участники с отметкой"
unit      = "%"
direction = "up"
measure   = "percent"
min_n     = 10
equated   = false
source    = "веса СОУ: 1 / 0,64 / 0,36 / 0,16"
*/
select school_key, period, subject, grade, pupil_grade,
       sum(n5 + 0.64 * n4 + 0.36 * n3 + 0.16 * n2)  as num,
       sum(n_marked)                                as den
from   vpr_marks
where  n_marked > 0
group  by school_key, period, subject, grade, pupil_grade
