/*
title      = "Участие школ по разделам дорожной карты"
formula    = "100 · школы, участвовавшие хотя бы в одном пункте раздела / ответившие школы; код ВВ…НН — по границам справочника section_levels"
unit       = "%"
direction  = "up"
measure    = "share"
min_n      = 1
levels     = ["municipality", "region"]
source     = "ответы школ по пунктам дорожной карты"
dimensions = ["section"]
*/
select municipality_key, period, section,
       sum(schools_took_part)  as num,
       sum(schools)            as den
from   road_map_sections
group  by municipality_key, period, section
