/*
title = "Завершённые курсы по школам, муниципалитетам и региону"
tests = [
  { not_null = ["level", "entity", "period", "total"] },
  { unique = ["level", "entity", "period"] },
  { accepted_values = { column = "level", values = ["school", "municipality", "region"] } },
  { accepted_range = { column = "total", min = 0 } },
]

[headings]
period = "Учебный год"
fed    = "В федеральном реестре"
total  = "Завершили курсы"
origin = "Источник"
*/
-- Одна строка — сущность и учебный год. Завершения, не люди: 351 педагог из 660 и 200 завершений — разные числа.
-- Реестр документов важнее сводок; дубликаты документов не считаются. Сводка считается там, где реестра нет.
with completions as (
    select k.period, m.school_key, coalesce(m.municipality_key, a.municipality_key) as municipality_key, k.fed_register
    from   kpk_registry k
    left join school_match m        on m.school_ref = k.school_ref
    left join municipality_alias a  on a.municipality_name = k.municipality_name
    where  k.period is not null
      and  coalesce(k.status, 'original') = 'original'
),
registry as (
    select 'school' as level, school_key as entity, period,
           count(*) filter (where fed_register) as fed, count(*) as total, count(fed_register) as known
    from   completions
    where  school_key is not null
    group  by school_key, period
    union all
    select 'municipality', coalesce(municipality_key, 'unresolved'), period,
           count(*) filter (where fed_register), count(*), count(fed_register)
    from   completions
    group  by coalesce(municipality_key, 'unresolved'), period
    union all
    select 'region', r.region_key, c.period,
           count(*) filter (where c.fed_register), count(*), count(c.fed_register)
    from   completions c
    cross join region r
    group  by r.region_key, c.period
),
printed as (                                        -- сводка: у муниципалитета верна полная таблица, у школы — школьная
    select case when k.school_name is not null then 'school'
                when k.municipality_name is not null then 'municipality'
                else 'region' end                                                    as level,
           case when k.school_name is not null then m.school_key
                when k.municipality_name is not null then a.municipality_key
                else r.region_key end                                                as entity,
           k.period,
           k.half_year,
           coalesce(k.academy_fed, 0) + coalesce(k.iro_fed, 0)                       as fed,
           k.total,
           row_number() over (partition by k.school_name, k.municipality_name, k.region_name, k.period, k.half_year
                              order by k.total desc)                                 as place
    from   kpk_summary k
    left join school_match m        on m.school_ref = k.school_ref
    left join municipality_alias a  on a.municipality_name = k.municipality_name
    cross join region r
),
halves as (                                         -- «Усть-Илимск г.» и «г. Усть-Илимск» — две таблицы об одном: берём полную
    select level, entity, period, half_year, max(fed) as fed, max(total) as total
    from   printed
    where  place = 1 and entity is not null
    group  by level, entity, period, half_year
),
summary as (
    select level, entity, period, sum(fed) as fed, sum(total) as total
    from   halves
    group  by level, entity, period
)
select coalesce(r.level, s.level)                              as level,
       coalesce(r.entity, s.entity)                            as entity,
       coalesce(r.period, s.period)                            as period,
       case when r.total is null then s.fed
            when r.known > 0 then r.fed end                    as fed,
       coalesce(r.total, s.total)                              as total,
       case when r.total is null then 'сводка' else 'реестр' end as origin,
       'ok'                                                    as status
from   registry r
full join summary s on s.level = r.level and s.entity = r.entity and s.period = r.period
