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
-- Где судить не о чем, строка тоже есть, без значения: иначе её отсутствие говорило бы, которая из скрытых школ мала.
select level, entity, period, subject, grade, pupil_grade,
       count(*) filter (where deficit)                              as num,
       count(*) filter (where deficit is not null)                  as den,
       coalesce(max(n) filter (where deficit is not null), 0)       as n
from   vpr_code_profile
where  kind = 'skill'
group  by level, entity, period, subject, grade, pupil_grade
