/*
title    = "Балл за задание выше его максимума"
severity = "warning"
*/
select test, school_ref, task, best, max_score
from   vpr_task_agg
where  best > max_score
