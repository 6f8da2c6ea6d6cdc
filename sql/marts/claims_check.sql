/*
title = "Напечатанные доли против пересчёта"
tests = [
  { not_null = ["claim", "contradiction", "impossible", "unproven", "split_over", "section_differs"] },
  { unique = ["municipality_name", "period", "claim"] },
]

[headings]
claim            = "Утверждение"
printed          = "Напечатано"
printed_cmp      = "Напечатано: сравнение"
num              = "Числитель"
den              = "Знаменатель"
recomputed       = "Пересчёт"
gap              = "Расхождение"
contradiction    = "Расходится"
nearest_num      = "Ближайший числитель"
impossible       = "Невозможно"
unproven         = "Нечем проверить"
implied_den_from = "Знаменатель, от"
implied_den_to   = "Знаменатель, до"
split            = "Разбивка"
split_printed    = "Разбивка: напечатано"
split_num        = "Разбивка: сумма"
split_over       = "Разбивка больше целого"
section          = "Раздел"
section_share    = "Раздел: доля школ"
section_differs  = "Раздел расходится"
batch            = "Партия"
line             = "Строка"
*/
-- Одна строка — утверждение отчёта: доля, как напечатана, и доля из числителя и знаменателя.
-- contradiction    напечатано не то, что даёт деление (дальше claim_gap п.п.)
-- impossible       числителя нет, и ни одно целое число из знаменателя не даёт такой доли: 98 % из 15 школ
-- unproven         доля без числителя или знаменателя: проверить нечем
-- split_over       доли одного разбиения дают больше 100 % или больше, чем всего школ
-- section_differs  о том же разделе дорожной карты в таблице активности напечатана другая доля
with claims as (
    select c.*,
           a.municipality_key,
           100.0 * c.num / c.den                                     as recomputed,
           -- Какому целому числителю напечатанное ближе всего; границы «более …» с долей не сравниваются.
           case when c.num is null and coalesce(c.printed_cmp, '=') = '='
                then least(round(c.printed * c.den / 100.0), c.den) end  as nearest_num,
           -- Половина последнего напечатанного знака: 21,3 читается как 21,25…21,35.
           case when c.printed = round(c.printed) then 0.5 else 0.05 end as half_unit
    from   staff_claims c
    left join municipality_alias a on a.municipality_name = c.municipality_name
),
splits as (
    select municipality_name, period, split,
           sum(printed)                      as printed_sum,
           sum(coalesce(num, nearest_num))   as num_sum,
           max(den)                          as den
    from   claims
    where  split is not null
    group  by municipality_name, period, split
)
select c.municipality_name,
       c.municipality_key,
       c.period,
       c.claim,
       c.printed,
       c.printed_cmp,
       c.num,
       c.den,
       c.recomputed,
       c.printed - c.recomputed                                      as gap,
       coalesce(case c.printed_cmp
                when '>'  then c.recomputed <= c.printed
                when '>=' then c.recomputed <  c.printed
                when '<'  then c.recomputed >= c.printed
                when '<=' then c.recomputed >  c.printed
                when '..' then false                                 -- диапазон: судить не о чем
                when '~'  then false
                else abs(c.printed - c.recomputed) > $claim_gap
                end, false)                                          as contradiction,
       c.nearest_num,
       coalesce(abs(c.printed - 100.0 * c.nearest_num / c.den) > $claim_gap, false)  as impossible,
       c.printed is not null and (c.den is null or c.num is null)    as unproven,
       case when c.num is not null and c.den is null and c.printed > 0
            then ceil(100.0 * c.num / (c.printed + c.half_unit)) end  as implied_den_from,
       case when c.num is not null and c.den is null and c.printed > c.half_unit
            then floor(100.0 * c.num / (c.printed - c.half_unit)) end as implied_den_to,
       c.split,
       s.printed_sum                                                 as split_printed,
       s.num_sum                                                     as split_num,
       coalesce(s.printed_sum > 100 + $claim_gap or s.num_sum > s.den, false)        as split_over,
       c.section,
       t.share                                                       as section_share,
       coalesce(abs(c.printed - t.share) > $claim_gap
                and coalesce(c.printed_cmp, '=') = '='
                and coalesce(t.share_cmp, '=') = '=', false)         as section_differs,
       c._batch                                                      as batch,
       c._row                                                        as line
from   claims c
left join splits s            on s.municipality_name = c.municipality_name
                             and s.period = c.period
                             and s.split = c.split
left join section_activity t  on t.municipality_name = c.municipality_name
                             and t.period = c.period
                             and t.section = c.section
