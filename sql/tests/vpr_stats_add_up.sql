/*
title    = "Ф3: доли отметок дают 100 %"
severity = "warning"
*/
select test, label, pct_sum
from   vpr_stats_check
where  not adds_up
