/*
title     = "Удовлетворённость мероприятиями"
formula   = "100 · ответы «полезно» / ответы «полезно» и «не оправдало ожиданий»"
unit      = "%"
direction = "up"
measure   = "share"
min_n     = 5
levels    = ["municipality", "region"]
source    = "ответы школ по пунктам дорожной карты; пункты с числом слушателей оценки не несут"
*/
select municipality_key, period,
       sum(n_plus)            as num,
       sum(n_plus + n_minus)  as den
from   road_map_sections
group  by municipality_key, period
having sum(n_plus + n_minus) > 0
