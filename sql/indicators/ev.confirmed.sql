/*
title     = "Мероприятия подтверждены документом"
formula   = "100 · мероприятия с документом, дата которого не спорит с датой мероприятия / запланированные"
unit      = "%"
direction = "up"
measure   = "share"
min_n     = 3
levels    = ["municipality", "region"]
source    = "отчёт о дорожной карте"
*/
select municipality_key, period,
       count(*) filter (where documents > 0 and not date_contradiction)  as num,
       count(*)                                                          as den
from   road_map_events
group  by municipality_key, period
