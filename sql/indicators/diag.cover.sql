/*
title     = "Прошли диагностику"
formula   = "100 · разные учителя с диагностикой / учителя"
unit      = "%"
direction = "up"
measure   = "percent"
min_n     = 5
source    = "диагностика дефицитов; учителя — контекстные анкеты"
*/
-- Люди считаются на каждом уровне заново. Учителей сверх анкеты (совместители, новые) не обрезаем: доля может превысить 100.
with found as (
    select d.period, d.teacher, m.school_key, m.municipality_key
    from   diagnostics d
    left join school_match m on m.school_ref = d.school_ref
    where  d.period is not null
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
