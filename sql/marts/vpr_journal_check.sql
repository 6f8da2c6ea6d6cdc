/*
title = "ВПР: сравнение с журналом, печать против пересчёта"
tests = [
  { not_null = ["test", "label", "n_both", "level"] },
  { unique = ["test", "label"] },
  { accepted_range = { column = "n_without", min = 0 }, severity = "warning" },
]
*/
-- Одна строка — группа участников отчёта. Доли считаются от тех, у кого есть отметка в журнале, а не от всех:
-- 11011 + 17951 + 624 = 29586 из 29589, и 37,22 % — это 11011 / 29586.
-- Муниципалитет и регион сверяются с суммой школ под ними, если перечислены все (участников поровну);
-- «Вся выборка» — вся страна, сумме школ она не равна никогда.
with printed as (
    select s.*,
           n_down + n_same + n_up                          as n_both,
           case when school_name is not null       then 'school'
                when municipality_name is not null then 'municipality'
                when region_name is not null       then 'region'
                else 'country' end                         as level
    from   vpr_journal_stats s
),
below as (
    select 'municipality' as level, test, region_name, municipality_name,
           count(*) as schools, sum(n) as n, sum(n_down) as n_down, sum(n_same) as n_same, sum(n_up) as n_up
    from   printed
    where  level = 'school'
    group  by test, region_name, municipality_name
    union all
    select 'region', test, region_name, null, count(*), sum(n), sum(n_down), sum(n_same), sum(n_up)
    from   printed
    where  level = 'school'
    group  by test, region_name
),
ours as (
    select test, school_key, sum(n) as n, sum(n_both) as n_both, sum(n_down) as n_down, sum(n_same) as n_same, sum(n_up) as n_up
    from   vpr_marks
    where  school_key is not null and n_both > 0
    group  by test, school_key
)
select p.test,
       p.period,
       p.subject,
       p.grade,
       p.level,
       p.label,
       coalesce(m.municipality_key, a.municipality_key)    as municipality_key,
       m.school_key,
       p.n,
       p.n_both,
       p.n - p.n_both                                      as n_without,
       p.n_down,
       p.n_same,
       p.n_up,
       p.pct_down,
       p.pct_same,
       p.pct_up,
       100.0 * p.n_down / nullif(p.n_both, 0)              as share_down,
       100.0 * p.n_same / nullif(p.n_both, 0)              as share_same,
       100.0 * p.n_up   / nullif(p.n_both, 0)              as share_up,
       -- Напечатано с двумя знаками: дальше полутора сотых — не округление.
       coalesce(greatest(abs(p.pct_down - 100.0 * p.n_down / nullif(p.n_both, 0)),
                         abs(p.pct_same - 100.0 * p.n_same / nullif(p.n_both, 0)),
                         abs(p.pct_up   - 100.0 * p.n_up   / nullif(p.n_both, 0))) <= 0.015, true)  as shares_agree,
       b.schools                                           as listed_schools,
       b.n                                                 as listed_n,
       b.n_down                                            as listed_down,
       b.n_same                                            as listed_same,
       b.n_up                                              as listed_up,
       case when b.n is null then null
            when b.n < p.n   then 'перечислены не все школы'
            when b.n > p.n or b.n_down <> p.n_down or b.n_same <> p.n_same or b.n_up <> p.n_up then 'не сходится'
            else 'сходится' end                            as listed,
       o.n                                                 as our_n,
       o.n_both                                            as our_n_both,
       o.n_down                                            as our_down,
       o.n_same                                            as our_same,
       o.n_up                                              as our_up,
       p._batch                                            as batch,
       p._row                                              as line
from   printed p
left join school_match m        on m.school_ref = p.school_ref
left join municipality_alias a  on a.municipality_name = p.municipality_name
left join below b               on b.level = p.level
                               and b.test = p.test
                               and (b.region_name is not distinct from p.region_name)
                               and (b.municipality_name is not distinct from p.municipality_name)
left join ours o                on o.test = p.test and o.school_key = m.school_key
