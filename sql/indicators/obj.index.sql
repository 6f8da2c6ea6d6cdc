/*
title     = "Индекс объективности"
formula   = "100 − 100 · школы хотя бы с одним сигналом методики / школы, о которых можно судить"
unit      = "%"
direction = "up"
measure   = "share"
min_n     = 10
levels    = ["municipality", "region"]
source    = "методика показателя объективности; маркеры ВПР, без маркеров ОГЭ"
*/
select municipality_key, period,
       count(*) filter (where signals = 0)  as num,
       count(*)                             as den
from   objectivity_schools
where  school_key is not null
  and  markers > 0
group  by municipality_key, period
