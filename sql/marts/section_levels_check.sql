/*
title = "Активность по разделам: код против доли"
tests = [
  { not_null = ["section", "share"] },
]

[headings]
period       = "Учебный год"
section      = "Раздел"
share        = "Доля, %"
share_cmp    = "Оговорка"
printed_code = "Напечатанный код"
code         = "Код по границам"
agrees       = "Код сходится"
batch        = "Партия"
line         = "Строка"
*/
-- Одна строка — раздел дорожной карты: напечатанный код и код по границам справочника (границы наши: в отчёте их нет).
-- «Менее 10» — меньше границы, «50 и более» — не меньше.
select s.municipality_name,
       a.municipality_key,
       s.period,
       s.section,
       s.share,
       s.share_cmp,
       s.code              as printed_code,
       l.code              as code,
       s.code = l.code     as agrees,
       s._batch            as batch,
       s._row              as line
from   section_activity s
left join municipality_alias a on a.municipality_name = s.municipality_name
left join section_levels l
       on case when s.share_cmp = '<' then s.share - 0.1 else s.share end >= l.from_share
      and case when s.share_cmp = '<' then s.share - 0.1 else s.share end <  l.to_share
