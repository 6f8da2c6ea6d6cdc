/*
title     = "Процент выполнения работы"
formula   = "100 · сумма первичных баллов / (участники · наибольший балл работы)"
unit      = "%"
direction = "up"
measure   = "percent"
min_n     = 10
equated   = false
source    = "первичные баллы протоколов; максимум из шкалы, бланка или описания работ"
*/
select school_key, period, subject, grade, pupil_grade,
       sum(score * n)          as num,
       sum(max_score * n)      as den,
       sum(n)                  as n,
       sum(score * score * n)  as sq
from   vpr_hist
where  max_score is not null
group  by school_key, period, subject, grade, pupil_grade
