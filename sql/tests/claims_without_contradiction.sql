/*
title    = "Напечатанная доля расходится с числителем и знаменателем"
severity = "warning"
*/
select municipality_name, claim, printed, printed_cmp, num, den, recomputed
from   claims_check
where  contradiction
