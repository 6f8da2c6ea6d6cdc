/*
title      = "Доля «не пройдено»"
formula    = "100 · ученики с пометкой «не пройд.» / ученики, у которых задание было"
unit       = "%"
direction  = "down"
measure    = "share"
min_n      = 10
equated   = false
source     = "пометки «не пройд.» протоколов"
dimensions = ["task"]
*/
select a.school_key, t.period, t.subject, t.grade, t.pupil_grade, a.task,
       sum(a.n_untaught)  as num,
       sum(a.n)           as den
from   vpr_task_agg a
join   vpr_tests t on t.test = a.test
group  by a.school_key, t.period, t.subject, t.grade, t.pupil_grade, a.task
