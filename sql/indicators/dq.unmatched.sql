/*
title     = "Школы, которые не опознаны"
formula   = "100 · написания школ без ключа / все написания школ в выгрузках"
unit      = "%"
direction = "down"
measure   = "share"
min_n     = 1
levels    = ["region"]
source    = "сопоставление школ с реестром"
*/
select 'region' as level, r.region_key as entity,
       count(*) filter (where m.school_key is null)  as num,
       count(*)                                      as den
from   school_match m
cross join region r
group  by r.region_key
