/*
title     = "Закрыто рисков"
formula   = "число факторов риска школы в состоянии «закрыт»"
unit      = "шт."
direction = "up"
measure   = "count"
min_n     = 1
source    = "рисковые профили «500+»"
*/
select school_key, municipality_key, period,
       count(*) filter (where state = 'closed')  as num,
       count(*)                                  as den
from   risk_board
group  by school_key, municipality_key, period
