/*
title     = "Низкий уровень по диагностике"
formula   = "100 · разные учителя с низким уровнем хотя бы по одному предмету / разные учителя с диагностикой"
unit      = "%"
direction = "down"
measure   = "share"
min_n     = 5
source    = "диагностика дефицитов; границы уровней — свои у каждого инструмента, ввозятся как напечатаны"
*/
with found as (
    select d.period, d.teacher, d.level, m.school_key, m.municipality_key
    from   diagnostics d
    left join school_match m on m.school_ref = d.school_ref
    where  d.period is not null
      and  d.level is not null
)
select 'school' as level, school_key as entity, period,
       count(distinct teacher) filter (where level = 'low')  as num,
       count(distinct teacher)                               as den
from   found
where  school_key is not null
group  by school_key, period
union all
select 'municipality', municipality_key, period,
       count(distinct teacher) filter (where level = 'low'),
       count(distinct teacher)
from   found
where  municipality_key is not null
group  by municipality_key, period
union all
select 'region', r.region_key, f.period,
       count(distinct f.teacher) filter (where f.level = 'low'),
       count(distinct f.teacher)
from   found f
cross join region r
group  by r.region_key, f.period
