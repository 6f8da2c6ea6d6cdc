/*
title      = "Прошли курсы по теме"
formula    = "100 · разные учителя с документом учебного года по теме / учителя"
unit       = "%"
direction  = "up"
measure    = "percent"
min_n      = 5
source     = "реестр ДПО; тема — по названию программы (справочник course_topics); учителя — контекстные анкеты"
dimensions = ["topic"]
*/
-- Темы пересекаются: одна программа может быть и о ФГОС, и об оценке, поэтому доли не обязаны давать 100 %.
-- Учитель с двумя документами об одном — один человек; люди считаются на каждом уровне заново.
with topical as (
    select k.period, k.teacher, c.topic, m.school_key, coalesce(m.municipality_key, a.municipality_key) as municipality_key
    from   kpk_registry k
    join   course_topics c          on regexp_like(replace(lower(k.programme), 'ё', 'е'), c.pattern)
    left join school_match m        on m.school_ref = k.school_ref
    left join municipality_alias a  on a.municipality_name = k.municipality_name
    where  k.period is not null
),
people as (
    select 'school' as level, school_key as entity, period, topic, count(distinct teacher) as people
    from   topical
    where  school_key is not null
    group  by school_key, period, topic
    union all
    select 'municipality', municipality_key, period, topic, count(distinct teacher)
    from   topical
    where  municipality_key is not null
    group  by municipality_key, period, topic
    union all
    select 'region', r.region_key, t.period, t.topic, count(distinct t.teacher)
    from   topical t
    cross join region r
    group  by r.region_key, t.period, t.topic
),
asked as (                                          -- тема, по которой в этом году не учился никто, не показатель
    select distinct period, topic from topical
)
select s.level, s.entity, s.period,
       c.title                as topic,
       coalesce(p.people, 0)  as num,
       s.teachers             as den
from   asked q
join   course_topics c  on c.topic = q.topic
join   staff_levels s   on s.period = q.period
left join people p      on p.level = s.level and p.entity = s.entity and p.period = s.period and p.topic = q.topic
