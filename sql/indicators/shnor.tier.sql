/*
title     = "Уровень ШНОР"
formula   = "место уровня из приказа: 1 — базово, 2 — умеренно, 3 — сильно неуспевающая"
unit      = "уровень"
direction = "down"
measure   = "count"
min_n     = 1
levels    = ["school"]
source    = "распоряжение региона о перечне ШНОР: уровень ввезён, правило его присвоения документами не названо"
*/
select school_key, period,
       max(tier_rank)  as num,
       1               as den
from   shnor_list
where  list = 'shnor'
  and  school_key is not null
  and  tier_rank is not null
group  by school_key, period
