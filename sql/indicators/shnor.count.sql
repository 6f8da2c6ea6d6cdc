/*
title     = "Число ШНОР"
formula   = "число школ списка ШНОР"
unit      = "шт."
direction = "down"
measure   = "count"
min_n     = 1
levels    = ["municipality", "region"]
source    = "распоряжение региона о перечне ШНОР"
*/
select municipality_key, period,
       count(*)  as num,
       count(*)  as den
from   shnor_list
where  list = 'shnor'
group  by municipality_key, period
