/*
title      = "Давность загрузки"
formula    = "дней между последней загрузкой этого вида выгрузок и последней загрузкой вообще"
unit       = "дн."
direction  = "down"
measure    = "count"
min_n      = 1
levels     = ["region"]
source     = "журнал загрузки"
dimensions = ["pipeline"]
*/
-- Отсчёт — от последней загрузки, а не от часов: выпуск не меняется оттого, что его открыли завтра.
with last_of as (
    select pipeline, max(loaded_at) as loaded_at
    from   batches
    group  by pipeline
)
select 'region' as level, r.region_key as entity, l.pipeline,
       floor((date_part('epoch', max(l.loaded_at) over ()) - date_part('epoch', l.loaded_at)) / 86400.0)  as num,
       1                                                                                                  as den
from   last_of l
cross join region r
