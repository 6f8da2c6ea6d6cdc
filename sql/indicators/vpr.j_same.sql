/*
title     = "Подтвердили журнальную отметку"
formula   = "100 · участники с отметкой, равной журнальной / участники с отметкой за работу и отметкой в журнале"
unit      = "%"
direction = "up"
measure   = "share"
min_n     = 10
equated   = false
source    = "протоколы ВПР: отметка по рекомендуемой шкале против отметки в журнале"
*/
select school_key, period, subject, grade, pupil_grade,
       sum(n_same)  as num,
       sum(n_both)  as den
from   vpr_marks
where  n_both > 0
group  by school_key, period, subject, grade, pupil_grade
