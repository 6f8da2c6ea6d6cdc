/*
title     = "Участников ВПР"
formula   = "число учеников, писавших работу; отсутствовавшие не входят"
unit      = "чел."
direction = "neutral"
measure   = "count"
min_n     = 1
equated   = false
source    = "протоколы ВПР"
*/
select school_key, period, subject, grade, pupil_grade,
       sum(n)  as num,
       sum(n)  as den
from   vpr_marks
group  by school_key, period, subject, grade, pupil_grade
