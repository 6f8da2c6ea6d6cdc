/*
title      = "Карантин: отклонённые строки"
formula    = "100 · отклонённые строки / прочитанные строки"
unit       = "%"
direction  = "down"
measure    = "share"
min_n      = 1
levels     = ["region"]
source     = "журнал загрузки"
dimensions = ["pipeline"]
*/
select 'region' as level, r.region_key as entity, q.pipeline,
       sum(q.rows_rejected)  as num,
       sum(q.rows_in)        as den
from   data_quality q
cross join region r
where  q.rows_in > 0
group  by r.region_key, q.pipeline
