/*
title     = "Коэффициент участия"
formula   = "сумма КУ школ / число школ; КУ школы — разделы дорожной карты с её участием"
unit      = "разделов"
direction = "up"
measure   = "ratio"
min_n     = 1
source    = "отчёт координатора проекта"
*/
select school_key, municipality_key, period,
       sum(ku)   as num,
       count(*)  as den
from   ku_schools
group  by school_key, municipality_key, period
