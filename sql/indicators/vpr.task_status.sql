/*
title     = "Задания с достаточным уровнем"
formula   = "100 · задания, выполненные достаточно / задания, о которых можно судить (Б: от 60 %; П, В: от 30 %)"
unit      = "%"
direction = "up"
measure   = "percent"
min_n     = 10
equated   = false
source    = "баллы за задания протоколов; уровень из описания работ; пороги ФИОКО"
*/
-- На каждом уровне задание судится по своим суммам: доли школ не складываются.
-- Где судить не о чем, строка тоже есть, без значения: иначе её отсутствие говорило бы, которая из скрытых школ мала.
select level, entity, period, subject, grade, pupil_grade,
       count(*) filter (where task_status = 'sufficient')                           as num,
       count(*) filter (where task_status not in ('unknown', 'too_few'))            as den,
       coalesce(max(n) filter (where task_status not in ('unknown', 'too_few')), 0)  as n
from   vpr_task_profile
group  by level, entity, period, subject, grade, pupil_grade
