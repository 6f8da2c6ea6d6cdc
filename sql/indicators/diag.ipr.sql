/*
title     = "Имеют индивидуальную программу развития"
formula   = "100 · разные учителя с ИПР или ИОМ / учителя"
unit      = "%"
direction = "up"
measure   = "percent"
min_n     = 5
source    = "список ИПР и отметка «ИОМ» диагностики; учителя — контекстные анкеты"
*/
-- Программа видна из двух списков; человек, названный в обоих, считается один раз.
with listed as (
    select period, teacher, school_ref from ipr
    union all
    select period, teacher, school_ref from diagnostics where has_ipr
),
found as (
    select l.period, l.teacher, m.school_key, m.municipality_key
    from   listed l
    left join school_match m on m.school_ref = l.school_ref
    where  l.period is not null
),
people as (
    select 'school' as level, school_key as entity, period, count(distinct teacher) as people
    from   found
    where  school_key is not null
    group  by school_key, period
    union all
    select 'municipality', municipality_key, period, count(distinct teacher)
    from   found
    where  municipality_key is not null
    group  by municipality_key, period
    union all
    select 'region', r.region_key, f.period, count(distinct f.teacher)
    from   found f
    cross join region r
    group  by r.region_key, f.period
)
select s.level, s.entity, s.period,
       coalesce(p.people, 0)  as num,
       s.teachers             as den
from   staff_levels s
left join people p on p.level = s.level and p.entity = s.entity and p.period = s.period
where  s.period in (select period from found)
