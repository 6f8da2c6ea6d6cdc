/*
title     = "Вышли из списка ШНОР"
formula   = "100 · школы прошлого списка, которых нет в новом / школы прошлого списка"
unit      = "%"
direction = "up"
measure   = "share"
min_n     = 5
levels    = ["municipality", "region"]
source    = "распоряжения региона о перечне ШНОР, два списка подряд"
*/
-- Периоды — те, за которые список есть хоть у кого-то: год без приказа не значит, что вышли все.
with lists as (
    select distinct period, school_key, municipality_key
    from   shnor_list
    where  list = 'shnor'
      and  school_key is not null
),
years as (
    select period, lead(period) over (order by period) as next_period
    from  (select distinct period from lists)
)
select b.municipality_key,
       y.next_period                                    as period,
       count(*) filter (where a.school_key is null)     as num,
       count(*)                                         as den
from   lists b
join   years y       on y.period = b.period and y.next_period is not null
left join lists a    on a.period = y.next_period and a.school_key = b.school_key
group  by b.municipality_key, y.next_period
