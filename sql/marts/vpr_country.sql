/*
title = "ВПР: вся страна"
tests = [
  { not_null = ["indicator", "period", "subject", "grade", "value", "n"] },
  { unique = ["indicator", "period", "subject", "grade"] },
]

[headings]
schools = "Школ в стране"
n       = "Участников в стране"
*/
-- Одна строка — показатель отметок и работа по строке «Вся выборка» Ф3: внешний ориентир, рядом с которым рисуют регион.
-- Ф3 печатает доли с двумя знаками, а не числа: интервала у ориентира нет, и ни с чем он не складывается.
-- sample стоит и в строках ниже: к ним подпись переходит сверху; строка страны — та, у которой нет ни региона, ни школы.
with printed as (
    select period, subject, grade, max(schools) as schools, max(n) as n,
           max(pct2) as pct2, max(pct3) as pct3, max(pct4) as pct4, max(pct5) as pct5
    from   vpr_mark_stats
    where  region_name is null and municipality_name is null and school_name is null and pct2 + pct3 + pct4 + pct5 > 0
    group  by period, subject, grade
)
select 'vpr.share2'     as indicator, period, subject, grade, schools, n, pct2 as value
from   printed
union all
select 'vpr.share5',    period, subject, grade, schools, n, pct5
from   printed
union all
select 'vpr.quality',   period, subject, grade, schools, n, pct4 + pct5
from   printed
union all
select 'vpr.uspev',     period, subject, grade, schools, n, pct3 + pct4 + pct5
from   printed
union all
select 'vpr.mark_mean', period, subject, grade, schools, n,
       (2 * pct2 + 3 * pct3 + 4 * pct4 + 5 * pct5) / (pct2 + pct3 + pct4 + pct5)
from   printed
