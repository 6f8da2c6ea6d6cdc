/*
title = "Учителя школы, муниципалитета и региона"
materialize = "view"
*/
-- Одна строка — сущность любого уровня и учебный год: знаменатель показателей о людях.
select 'school' as level, school_key as entity, period, sum(teachers) as teachers
from   staff_at
group  by school_key, period
union all
select 'municipality', municipality_key, period, sum(teachers)
from   staff_at
where  municipality_key is not null
group  by municipality_key, period
union all
select 'region', r.region_key, s.period, sum(s.teachers)
from   staff_at s
cross join region r
group  by r.region_key, s.period
