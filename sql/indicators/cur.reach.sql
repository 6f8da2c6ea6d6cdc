/*
title     = "Охват школ кураторами"
formula   = "100 · школы хотя бы с одним мероприятием куратора за учебный год / школы муниципалитета"
unit      = "%"
direction = "up"
measure   = "share"
min_n     = 1
levels    = ["municipality", "region"]
source    = "дневники кураторов; школы — реестр"
*/
-- Муниципалитет без дневника в знаменатель не входит: там неизвестно, а не ноль.
with reached as (
    select municipality_key, period, count(distinct school_key) as schools
    from   curator_events
    where  municipality_key is not null
      and  period is not null
    group  by municipality_key, period
),
all_schools as (
    select municipality_key, count(*) as schools
    from   schools
    group  by municipality_key
)
select r.municipality_key, r.period,
       r.schools  as num,
       a.schools  as den
from   reached r
join   all_schools a on a.municipality_key = r.municipality_key
