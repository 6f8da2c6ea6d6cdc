/*
title    = "Числа источников спорят друг с другом"
severity = "warning"
*/
select rule, period, subject, grade, label, printed, recomputed, note, path, sheet, line
from   quality_issues
where  severity = 'error'
