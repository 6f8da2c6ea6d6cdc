/*
title     = "Мероприятия выполнены"
formula   = "100 · мероприятия с описанием или документом / запланированные"
unit      = "%"
direction = "up"
measure   = "share"
min_n     = 3
levels    = ["municipality", "region"]
source    = "отчёт о дорожной карте"
*/
select municipality_key, period,
       count(*) filter (where done)  as num,
       count(*)                      as den
from   road_map_events
group  by municipality_key, period
