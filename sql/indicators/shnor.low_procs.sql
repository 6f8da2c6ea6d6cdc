/*
title     = "Процедур с высокой долей «2»"
formula   = "число ВПР по русскому языку и математике за учебный год, где «2» получили не меньше $shnor_share % из не менее чем $shnor_min_n участников"
unit      = "шт."
direction = "down"
measure   = "count"
min_n     = 1
equated   = false
levels    = ["school"]
source    = "отметки по рекомендуемой шкале; правило «не менее двух процедур» — из практики отбора ШНОР, ОГЭ и ЕГЭ не загружаются"
*/
select school_key, period,
       low_procedures  as num,
       procedures      as den
from   shnor_rule
where  procedures > 0
