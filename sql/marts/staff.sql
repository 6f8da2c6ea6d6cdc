/*
title = "Учителя и ученики школ по годам"
tests = [
  { not_null = ["school_key", "period"] },
  { unique = ["school_key", "period"] },
  { accepted_range = { column = "teachers", min = 0, max = 1000 } },
]
*/
-- Одна строка — школа и учебный год: сколько учителей и учеников она назвала в анкете.
select m.school_key,
       m.municipality_key,
       c.period,
       max(c.teachers)                as teachers,
       max(c.teachers_category)       as teachers_category,
       max(c.teachers_high_category)  as teachers_high_category,
       max(c.pupils)                  as pupils,
       max(c.courses_short)           as courses_short,
       max(c.courses_medium)          as courses_medium,
       max(c.courses_long)            as courses_long
from   school_context c
join   school_match m on m.school_ref = c.school_ref
where  m.school_key is not null
group  by m.school_key, m.municipality_key, c.period
