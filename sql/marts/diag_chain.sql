/*
title = "Диагностика → программа → курсы"
tests = [
  { not_null = ["level", "entity", "period", "diagnosed", "without_ipr"] },
  { unique = ["level", "entity", "period"] },
  { accepted_range = { column = "without_ipr", min = 0 } },
]

[headings]
period          = "Учебный год"
teachers        = "Учителей"
diagnosed       = "Прошли диагностику"
low             = "Низкий уровень"
with_ipr        = "С программой"
without_ipr     = "Без программы"
low_without_ipr = "Низкий уровень, без программы"
with_course     = "Курсы после диагностики"
whole_chain     = "Вся цепочка"
*/
-- Одна строка — сущность и учебный год: сколько разных учителей прошли диагностику, у скольких из них есть ИПР или ИОМ,
-- сколько после диагностики закончили курсы и у скольких выполнена вся цепочка. Только числа: людей здесь не видно.
-- Курс засчитан, если документ выдан не раньше диагностики и не позже chain_months месяцев после неё.
with diagnosed as (                                 -- у человека с несколькими предметами считается первая диагностика года
    select d.period, d.teacher, m.school_key, m.municipality_key,
           min(d.taken)                    as taken,
           bool_or(d.level = 'low')        as low,
           bool_or(d.has_ipr)              as told_ipr
    from   diagnostics d
    left join school_match m on m.school_ref = d.school_ref
    where  d.period is not null
    group  by d.period, d.teacher, m.school_key, m.municipality_key
),
programmes as (
    select distinct period, teacher from ipr
),
courses as (
    select distinct d.period, d.teacher
    from   diagnosed d
    join   kpk_registry k  on k.teacher = d.teacher
                          and k.issued >= d.taken
                          and k.issued <= d.taken + cast(cast(cast($chain_months as bigint) as varchar) || ' months' as interval)
    where  coalesce(k.status, 'original') = 'original'
),
people as (
    select d.period, d.teacher, d.school_key, d.municipality_key,
           case when d.low then 1 end                                          as low,        -- 1 или пусто
           case when d.told_ipr or p.teacher is not null then 1 end            as ipr,
           case when c.teacher is not null then 1 end                          as course
    from   diagnosed d
    left join programmes p  on p.period = d.period and p.teacher = d.teacher
    left join courses c     on c.period = d.period and c.teacher = d.teacher
),
levels as (
    select 'school' as level, school_key as entity, period, teacher, low, ipr, course from people where school_key is not null
    union all
    select 'municipality', municipality_key, period, teacher, low, ipr, course from people where municipality_key is not null
    union all
    select 'region', r.region_key, p.period, p.teacher, p.low, p.ipr, p.course from people p cross join region r
),
each_once as (                                      -- совместитель двух школ для муниципалитета — один человек
    select level, entity, period, teacher, max(low) as low, max(ipr) as ipr, max(course) as course
    from   levels
    group  by level, entity, period, teacher
)
select e.level,
       e.entity,
       case when e.level = 'school' then e.entity end                                as school_key,
       case e.level when 'school' then max(s.municipality_key) when 'municipality' then e.entity end  as municipality_key,
       max(s.school_name)                                                            as school_name,
       e.period,
       max(t.teachers)                                                               as teachers,
       count(*)                                                                      as diagnosed,
       count(e.low)                                                                  as low,
       count(e.ipr)                                                                  as with_ipr,
       count(*) - count(e.ipr)                                                       as without_ipr,
       count(e.low) filter (where e.ipr is null)                                     as low_without_ipr,
       count(e.course)                                                               as with_course,
       count(e.ipr + e.course)                                                       as whole_chain,
       'ok'                                                                          as status
from   each_once e
left join schools s       on e.level = 'school' and s.school_key = e.entity
left join staff_levels t  on t.level = e.level and t.entity = e.entity and t.period = e.period
group  by e.level, e.entity, e.period
