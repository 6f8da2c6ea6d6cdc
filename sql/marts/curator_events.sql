/*
title = "Мероприятия кураторов"
tests = [
  { not_null = ["event"] },
  { not_null = ["period"], severity = "warning" },
  { not_null = ["school_key"], severity = "warning" },
]
*/
-- Одна строка — мероприятие куратора в школе; куратор — только ключом, и только чтобы сосчитать разных.
-- Учебный год начинается 1 сентября.
select case when v.held_year is not null
            then cast(v.held_year as varchar) || '/' || lpad(cast((v.held_year + 1) % 100 as varchar), 2, '0') end  as period,
       v.held_from,
       v.held_to,
       v.held_precision,
       coalesce(m.municipality_key, a.municipality_key)  as municipality_key,
       v.municipality_name,
       m.school_key,
       v.school_ref,
       v.school_name,
       v.event,
       v.curator
from  (select *, cast(extract(year from coalesce(held_from, held_to) - interval '8 months') as bigint) as held_year
       from   curator_visits) v
left join school_match m        on m.school_ref = v.school_ref
left join municipality_alias a  on a.municipality_name = v.municipality_name
