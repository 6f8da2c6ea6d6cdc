/*
title    = "Дата документа спорит с датой мероприятия"
severity = "warning"
*/
select municipality_name, line, title, held_printed, evidence_from, evidence_to
from   road_map_events
where  date_contradiction
