/*
title = "Участие школ в мероприятиях"
tests = [
  { not_null = ["period", "event", "school_name"] },
  { accepted_values = { column = "role", values = ["none", "participant", "organiser", "prize", "no_summary"] } },
]

[headings]
event     = "Мероприятие"
role      = "Роль"
degree    = "Степень"
took_part = "Участие"
printed   = "Как напечатано"
*/
-- Одна строка — школа и мероприятие.
select p.period,
       m.school_key,
       m.municipality_key,
       p.school_name,
       p.event,
       p.role,
       p.degree,
       p.role <> 'none'  as took_part,
       p.printed
from   participation p
left join school_match m on m.school_ref = p.school_ref
