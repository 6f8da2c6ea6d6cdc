/*
title     = "Слушателей курсов (завершений)"
formula   = "число завершённых программ: документы реестра без дубликатов, иначе итог сводки"
unit      = "шт."
direction = "up"
measure   = "count"
min_n     = 5
source    = "реестр ДПО, сводка слушателей за полугодие"
*/
select level, entity, period,
       total  as num,
       total  as den
from   kpk_counts
