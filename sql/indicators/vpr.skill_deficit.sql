/*
title     = "Умения с системным дефицитом"
formula   = "100 · умения, у которых недостаточно выполнено больше половины заданий / умения, о которых можно судить"
unit      = "%"
direction = "down"
measure   = "percent"
min_n     = 10
equated   = false
source    = "баллы за задания протоколов; умения и уровни из описания работ; пороги ФИОКО"
*/
select level, entity, period, subject, grade, pupil_grade,
       count(*) filter (where deficit)  as num,
       count(*)                         as den,
       max(n)                           as n
from   vpr_code_profile
where  kind = 'skill'
  and  deficit is not null
group  by level, entity, period, subject, grade, pupil_grade
