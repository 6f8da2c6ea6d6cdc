/*
title = "ШНОР: правило двух процедур и ввезённый уровень"
materialize = "view"
tests = [
  { not_null = ["school_key", "period", "procedures", "low_procedures", "meets_rule"] },
  { unique = ["school_key", "period"] },
  { accepted_range = { column = "low_index", min = 0, max = 1 } },
]

[headings]
period          = "Учебный год"
tests           = "Процедур"
procedures      = "Процедур, о которых можно судить"
low_procedures  = "Процедур с высокой долей «2»"
sure_procedures = "Из них твёрдо"
low_index       = "Доля таких процедур"
meets_rule      = "Правило двух процедур"
meets_surely    = "Правило выполнено твёрдо"
listed          = "В списке"
tier            = "Уровень ШНОР"
listed_next     = "В списке следующего года"
tier_next       = "Уровень следующего года"
*/
-- Одна строка — школа и учебный год: сколько процедур с долей «2» от shnor_share % и выполнено ли правило
-- (таких не меньше shnor_procedures). low_index — наш: такие процедуры / процедуры, о которых можно судить.
-- Рядом уровень из приказа того же года и следующего: правила, по которому его присваивают, в документах нет.
-- Считается из строк, которые видит читатель: где одна из процедур скрыта, чисел нет — счёт по остальным ввёл бы в заблуждение.
with shown as (
    select school_key,
           max(municipality_key)                            as municipality_key,
           max(school_name)                                 as school_name,
           school_year                                      as period,
           bool_or(coalesce(status = 'suppressed', false))  as hidden,
           count(*)                                         as tests,
           count(*) filter (where judged)                   as procedures,
           count(*) filter (where low)                      as low_procedures,
           count(*) filter (where sure)                     as sure_procedures
    from   shnor_procedures
    group  by school_key, school_year
),
counted as (
    select school_key, municipality_key, school_name, period, hidden,
           case when not hidden then tests end            as tests,
           case when not hidden then procedures end       as procedures,
           case when not hidden then low_procedures end   as low_procedures,
           case when not hidden then sure_procedures end  as sure_procedures
    from   shown
),
listed as (
    select period, school_key, max(tier_rank) as tier_rank, max(tier_title) as tier_title
    from   shnor_list
    where  list = 'shnor'
      and  school_key is not null
    group  by period, school_key
)
select c.school_key,
       c.municipality_key,
       c.school_name,
       c.period,
       c.tests,
       c.procedures,
       c.low_procedures,
       c.sure_procedures,
       cast(c.low_procedures as double) / nullif(c.procedures, 0)   as low_index,
       c.low_procedures  >= $shnor_procedures                       as meets_rule,
       c.sure_procedures >= $shnor_procedures                       as meets_surely,
       l.school_key is not null                                     as listed,
       l.tier_title                                                 as tier,
       n.school_key is not null                                     as listed_next,
       n.tier_title                                                 as tier_next,
       case when c.hidden then 'suppressed' else 'ok' end           as status
from   counted c
left join listed l  on l.school_key = c.school_key
                   and l.period = c.period
left join listed n  on n.school_key = c.school_key
                   and n.period = cast(cast(substr(c.period, 1, 4) as bigint) + 1 as varchar) || '/'
                               || lpad(cast((cast(substr(c.period, 1, 4) as bigint) + 2) % 100 as varchar), 2, '0')
