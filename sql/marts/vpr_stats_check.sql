/*
title = "ВПР: Ф3 против протоколов"
tests = [
  { not_null = ["test", "label", "n"] },
]
*/
-- Одна строка — группа Ф3: сумма долей и, у школы, расхождение с отметками из протоколов.
-- «Вся выборка» — вся страна: внешний ориентир, она никогда не складывается с остальными.
with ours as (
    select test, school_key, sum(n_marked) as n, sum(n2) as n2
    from   vpr_marks
    where  school_key is not null and n_marked > 0
    group  by test, school_key
)
select s.test,
       s.label,
       case when s.school_name is not null       then 'school'
            when s.municipality_name is not null then 'municipality'
            when s.region_name is not null       then 'region'
            else 'country' end                                        as level,
       m.school_key,
       s.n,
       s.pct2,
       s.pct2 + s.pct3 + s.pct4 + s.pct5                              as pct_sum,
       s.pct2 + s.pct3 + s.pct4 + s.pct5 between 99.9 and 100.1       as adds_up,
       o.n                                                            as our_n,
       100.0 * o.n2 / o.n                                             as our_pct2,
       s.pct2 - 100.0 * o.n2 / o.n                                    as gap
from   vpr_mark_stats s
left join school_match m  on m.school_ref = s.school_ref
left join ours o          on o.test = s.test and o.school_key = m.school_key
