/*
title     = "Прошли курсы за три года"
formula   = "100 · разные учителя с документом за $kpk_months месяцев до конца учебного года / учителя"
unit      = "%"
direction = "up"
measure   = "percent"
min_n     = 5
source    = "реестр ДПО по ключу человека; учителя — контекстные анкеты"
*/
-- Люди считаются на каждом уровне заново: сумма школ посчитала бы совместителя дважды.
with periods as (
    select distinct period,
           to_date(cast(cast(substr(period, 1, 4) as bigint) + 1 as varchar) || '-08-31') as ends
    from   kpk_registry
    where  period is not null
),
recent as (
    select p.period, k.teacher, m.school_key, coalesce(m.municipality_key, a.municipality_key) as municipality_key
    from   kpk_registry k
    join   periods p  on k.issued <= p.ends
                     and k.issued >  p.ends - cast(cast(cast($kpk_months as bigint) as varchar) || ' months' as interval)
    left join school_match m        on m.school_ref = k.school_ref
    left join municipality_alias a  on a.municipality_name = k.municipality_name
),
people as (
    select 'school' as level, school_key as entity, period, count(distinct teacher) as people
    from   recent
    where  school_key is not null
    group  by school_key, period
    union all
    select 'municipality', municipality_key, period, count(distinct teacher)
    from   recent
    where  municipality_key is not null
    group  by municipality_key, period
    union all
    select 'region', r.region_key, c.period, count(distinct c.teacher)
    from   recent c
    cross join region r
    group  by r.region_key, c.period
)
select s.level, s.entity, s.period,
       coalesce(p.people, 0)  as num,
       s.teachers             as den
from   staff_levels s
left join people p on p.level = s.level and p.entity = s.entity and p.period = s.period
where  s.period in (select period from periods)
