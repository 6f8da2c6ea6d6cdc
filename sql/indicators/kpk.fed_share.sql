/*
title     = "Доля курсов федерального реестра"
formula   = "100 · завершения по программам федерального реестра / все завершения"
unit      = "%"
direction = "up"
measure   = "share"
min_n     = 5
source    = "реестр ДПО, сводка слушателей за полугодие"
*/
select level, entity, period,
       fed    as num,
       total  as den
from   kpk_counts
where  fed is not null
  and  total > 0
