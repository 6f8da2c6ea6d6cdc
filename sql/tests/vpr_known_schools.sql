/*
title    = "Школы протоколов, которых нет в реестре"
severity = "warning"
*/
select school_ref, count(distinct test) as tests, sum(n) as pupils
from   vpr_marks
where  school_key is null
group  by school_ref
