/*
title = "Коэффициент участия школ"
tests = [
  { not_null = ["period", "school_name", "ku"] },
  { accepted_range = { column = "ku", min = 0, max = 10 } },
]
*/
-- Одна строка — школа и полугодие: в скольких разделах дорожной карты участвовала. «Менее 1» — ни в одном.
select k.period,
       m.school_key,
       coalesce(m.municipality_key, a.municipality_key)  as municipality_key,
       k.municipality_name,
       k.school_name,
       case when k.ku_cmp = '<' then cast(k.ku as bigint) - 1 else cast(k.ku as bigint) end  as ku,
       coalesce(k.sections, 10)                                                              as sections
from   ku k
left join school_match m        on m.school_ref = k.school_ref
left join municipality_alias a  on a.municipality_name = k.municipality_name
