/*
title = "Напечатанные доли против пересчёта"
tests = [
  { not_null = ["claim", "printed"] },
]
*/
-- Одна строка — утверждение отчёта: доля, как напечатана, и доля из числителя и знаменателя.
select c.municipality_name,
       a.municipality_key,
       c.period,
       c.claim,
       c.printed,
       c.printed_cmp,
       c.num,
       c.den,
       100.0 * c.num / c.den                                                 as recomputed,
       c.printed - 100.0 * c.num / c.den                                     as gap,
       case c.printed_cmp
            when '>'  then 100.0 * c.num / c.den <= c.printed
            when '>=' then 100.0 * c.num / c.den <  c.printed
            when '<'  then 100.0 * c.num / c.den >= c.printed
            when '<=' then 100.0 * c.num / c.den >  c.printed
            when '..' then false                                             -- диапазон: судить не о чем
            when '~'  then false
            else greatest(c.printed - 100.0 * c.num / c.den,
                          100.0 * c.num / c.den - c.printed) > $claim_gap
       end                                                                   as contradiction
from   staff_claims c
left join municipality_alias a on a.municipality_name = c.municipality_name
