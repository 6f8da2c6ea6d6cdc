/*
title = "Объективность: школы с сигналами методики"
tests = [
  { not_null = ["school", "period", "markers", "signals"] },
  { unique = ["school", "period"] },
  { accepted_range = { column = "signals", min = 0, max = 14 } },
]
*/
-- Одна строка — школа и период: по скольким маркерам методики о ней можно судить и сколько сработало.
select school,
       max(school_key)                     as school_key,
       max(municipality_key)               as municipality_key,
       max(school_name)                    as school_name,
       period,
       count(*)                            as markers,
       count(*) filter (where signal)      as signals,
       string_agg(case when signal then marker_title || ' ' || subject || ' ' || cast(grade as varchar) end, ', '
                  order by marker, subject, grade)  as signal_list
from   objectivity_signals
where  in_method
group  by school, period
