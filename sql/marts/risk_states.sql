/*
title = "Риски «500+» по состояниям"
tests = [
  { not_null = ["period", "school_ref", "risks", "indicated", "verified", "in_programme", "closed"] },
  { unique = ["period", "school_ref"] },
]

[headings]
period        = "Учебный год"
school_ref    = "Школа (написание)"
risks         = "Рисков"
indicated     = "Отмечено"
verified      = "Верифицировано"
in_programme  = "В программе"
closed        = "Закрыто"
verified_ever = "Верифицировано когда-либо"
high          = "Высоких рисков"
*/
-- Одна строка — школа и учебный год: сколько факторов риска выявлено, верифицировано, в антирисковой программе, закрыто.
-- Состояние — последнее известное: закрытый риск когда-то был и верифицирован (verified_ever).
select period,
       school_ref,
       max(school_key)                                          as school_key,
       max(municipality_key)                                    as municipality_key,
       max(school_name)                                         as school_name,
       count(*)                                                 as risks,
       count(*) filter (where state = 'indicated')              as indicated,
       count(*) filter (where state = 'verified')               as verified,
       count(*) filter (where state = 'in_programme')           as in_programme,
       count(*) filter (where state = 'closed')                 as closed,
       count(*) filter (where verified)                         as verified_ever,
       count(*) filter (where significance = 'high')            as high
from   risk_board
group  by period, school_ref
