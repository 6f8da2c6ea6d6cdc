/*
title = "Активность и удовлетворённость по разделам дорожной карты"
tests = [
  { not_null = ["period", "municipality_name", "section", "schools", "schools_took_part"] },
  { unique = ["period", "municipality_name", "section"] },
  { accepted_range = { column = "share", min = 0, max = 100 } },
  { accepted_range = { column = "satisfaction", min = 0, max = 100 } },
]

[headings]
period            = "Учебный год"
section           = "Раздел"
items             = "Пунктов"
schools           = "Ответили школ"
schools_took_part = "Участвовали"
share             = "Доля, %"
level_code        = "Код уровня"
level_title       = "Расшифровка уровня"
n_plus            = "Полезно"
n_minus           = "Не оправдало"
satisfaction      = "Удовлетворённость, %"
persons           = "Слушателей"
*/
-- Одна строка — раздел дорожной карты в муниципалитете: сколько ответивших школ участвовали, буквенный код доли
-- (границы — справочник section_levels) и удовлетворённость: «+» / («+» и «—»), пункты с числом слушателей в неё не входят.
with sections as (
    select period,
           municipality_key,
           municipality_name,
           section,
           count(distinct school_ref)                              as schools,
           count(distinct school_ref) filter (where took_part)     as schools_took_part,
           count(distinct code)                                    as items,
           count(*) filter (where verdict = 'plus')                as n_plus,
           count(*) filter (where verdict = 'minus')               as n_minus,
           sum(coalesce(persons, 0))                               as persons
    from   road_map_replies
    group  by period, municipality_key, municipality_name, section
)
select s.period,
       s.municipality_key,
       s.municipality_name,
       s.section,
       s.items,
       s.schools,
       s.schools_took_part,
       100.0 * s.schools_took_part / s.schools                     as share,
       l.code                                                      as level_code,
       l.title                                                     as level_title,
       s.n_plus,
       s.n_minus,
       100.0 * s.n_plus / nullif(s.n_plus + s.n_minus, 0)                as satisfaction,
       s.persons
from   sections s
left join section_levels l  on 100.0 * s.schools_took_part / s.schools >= l.from_share
                           and 100.0 * s.schools_took_part / s.schools <  l.to_share
