/*
title = "Ответы школ по пунктам дорожной карты"
tests = [
  { not_null = ["period", "school_name", "code", "section", "took_part"] },
  { unique = ["period", "school_ref", "code"] },
  { accepted_values = { column = "verdict", values = ["none", "plus", "minus"] } },
  { not_null = ["school_key"], severity = "warning" },
]

[headings]
period     = "Учебный год"
school_ref = "Школа (написание)"
section    = "Раздел"
code       = "Код"
title      = "Название пункта"
verdict    = "Оценка"
persons    = "Слушателей"
took_part  = "Участие"
*/
-- Одна строка — школа и пункт. «+» — было полезно, «—» — не оправдало ожиданий (участвовали!), 0 — не участвовали;
-- по бюджетным курсам вместо знака — число слушателей.
select r.period,
       r.school_ref,
       m.school_key,
       coalesce(m.municipality_key, a.municipality_key)                            as municipality_key,
       r.municipality_name,
       r.school_name,
       r.section,
       r.code,
       r.title,
       r.verdict,
       r.persons,
       coalesce(r.verdict in ('plus', 'minus'), false) or coalesce(r.persons, 0) > 0  as took_part
from   road_map_reply r
left join school_match m        on m.school_ref = r.school_ref
left join municipality_alias a  on a.municipality_name = r.municipality_name
