/*
title = "Объективность: школы с сигналами методики"
materialize = "view"
tests = [
  { not_null = ["school", "period", "markers", "signals"] },
  { unique = ["school", "period"] },
  { accepted_range = { column = "signals", min = 0, max = 14 } },
]

[headings]
school      = "Школа (ключ)"
markers     = "Маркеров"
signals     = "Сигналов"
signal_list = "Какие"
*/
-- Одна строка — школа и период: по скольким маркерам методики о ней можно судить и сколько сработало.
-- Считается из строк, которые видит читатель: где одна из них скрыта, чисел нет — счёт по остальным ввёл бы в заблуждение.
with counted as (
    select school,
           max(school_key)                                  as school_key,
           max(municipality_key)                            as municipality_key,
           max(school_name)                                 as school_name,
           period,
           bool_or(coalesce(status = 'suppressed', false))  as hidden,
           count(*) filter (where judged)                   as markers,
           count(*) filter (where signal)                   as signals,
           string_agg(case when signal then marker_title || ' ' || subject || ' ' || cast(grade as varchar) end, ', '
                      order by marker, subject, grade)  as signal_list
    from   objectivity_signals
    where  in_method
    group  by school, period
)
select school,
       school_key,
       municipality_key,
       school_name,
       period,
       case when not hidden then markers end             as markers,
       case when not hidden then signals end             as signals,
       case when not hidden then signal_list end         as signal_list,
       case when hidden then 'suppressed' else 'ok' end  as status
from   counted
where  hidden or markers > 0
