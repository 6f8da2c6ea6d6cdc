/*
title     = "Верифицировано рисков"
formula   = "число факторов риска школы, подтверждённых куратором и школой"
unit      = "шт."
direction = "down"
measure   = "count"
min_n     = 1
source    = "рисковые профили «500+»"
*/
select school_key, municipality_key, period,
       count(*) filter (where verified)  as num,
       count(*)                          as den
from   risk_board
group  by school_key, municipality_key, period
