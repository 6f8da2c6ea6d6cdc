/*
title      = "Процент выполнения задания"
formula    = "100 · сумма баллов за задание / (участники · наибольший балл задания); «не пройдено» не входит"
unit       = "%"
direction  = "up"
measure    = "percent"
min_n      = 10
equated    = false
source     = "баллы за задания протоколов; максимум из заголовка или описания работ"
dimensions = ["task"]
*/
select a.school_key, t.period, t.subject, t.grade, t.pupil_grade, a.task,
       sum(coalesce(a.sum_score, 0))                as num,
       sum((a.n - a.n_untaught) * a.max_score)      as den,
       sum(a.n - a.n_untaught)                      as n,
       sum(coalesce(a.sum_sq, 0))                   as sq
from   vpr_task_agg a
join   vpr_tests t on t.test = a.test
where  a.max_score is not null
group  by a.school_key, t.period, t.subject, t.grade, t.pupil_grade, a.task
