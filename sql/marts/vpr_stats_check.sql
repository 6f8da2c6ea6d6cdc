/*
title = "ВПР: Ф3 против протоколов и суммы школ"
tests = [
  { not_null = ["test", "label", "n", "level"] },
  { unique = ["test", "label"] },
]
*/
-- Одна строка — группа Ф3: сумма долей; у муниципалитета и региона — сумма перечисленных под ними школ;
-- у школы — расхождение с отметками из протоколов. Число отметок школы — round(n · доля): при двух знаках и n < 10 000 точно.
-- «Вся выборка» — вся страна: внешний ориентир, она никогда не складывается с остальными.
with printed as (
    select s.*,
           case when school_name is not null       then 'school'
                when municipality_name is not null then 'municipality'
                when region_name is not null       then 'region'
                else 'country' end           as level,
           round(n * pct2 / 100.0)           as k2,
           round(n * pct3 / 100.0)           as k3,
           round(n * pct4 / 100.0)           as k4,
           round(n * pct5 / 100.0)           as k5
    from   vpr_mark_stats s
),
below as (
    select 'municipality' as level, test, region_name, municipality_name,
           count(*) as schools, sum(n) as n, sum(k2) as k2, sum(k3) as k3, sum(k4) as k4, sum(k5) as k5
    from   printed
    where  level = 'school'
    group  by test, region_name, municipality_name
    union all
    select 'region', test, region_name, null, count(*), sum(n), sum(k2), sum(k3), sum(k4), sum(k5)
    from   printed
    where  level = 'school'
    group  by test, region_name
),
ours as (
    select test, school_key, sum(n_marked) as n, sum(n2) as n2
    from   vpr_marks
    where  school_key is not null and n_marked > 0
    group  by test, school_key
)
select p.test,
       p.period,
       p.subject,
       p.grade,
       p.label,
       p.level,
       coalesce(m.municipality_key, a.municipality_key)               as municipality_key,
       m.school_key,
       p.schools,
       p.n,
       p.pct2,
       p.pct3,
       p.pct4,
       p.pct5,
       p.pct2 + p.pct3 + p.pct4 + p.pct5                              as pct_sum,
       p.pct2 + p.pct3 + p.pct4 + p.pct5 between 99.9 and 100.1       as adds_up,
       b.schools                                                      as listed_schools,
       b.n                                                            as listed_n,
       100.0 * b.k2 / b.n                                             as listed_pct2,
       100.0 * b.k3 / b.n                                             as listed_pct3,
       100.0 * b.k4 / b.n                                             as listed_pct4,
       100.0 * b.k5 / b.n                                             as listed_pct5,
       case when b.schools is null        then null
            when b.schools < p.schools or (p.schools is null and b.n < p.n) then 'перечислены не все школы'
            when b.schools > p.schools or b.n <> p.n
              or greatest(abs(p.pct2 - 100.0 * b.k2 / b.n), abs(p.pct3 - 100.0 * b.k3 / b.n),
                          abs(p.pct4 - 100.0 * b.k4 / b.n), abs(p.pct5 - 100.0 * b.k5 / b.n)) > $group_gap
                                          then 'не сходится'
            else 'сходится' end                                       as listed,
       o.n                                                            as our_n,
       100.0 * o.n2 / o.n                                             as our_pct2,
       p.pct2 - 100.0 * o.n2 / o.n                                    as gap,
       p._batch                                                       as batch,
       p._row                                                         as line
from   printed p
left join school_match m        on m.school_ref = p.school_ref
left join municipality_alias a  on a.municipality_name = p.municipality_name
left join below b               on b.level = p.level
                               and b.test = p.test
                               and (b.region_name is not distinct from p.region_name)
                               and (b.municipality_name is not distinct from p.municipality_name)
left join ours o                on o.test = p.test and o.school_key = m.school_key
