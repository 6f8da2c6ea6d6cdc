/*
title     = "Охват ВПР"
formula   = "100 · участники / ученики этого класса по анкетам школ"
unit      = "%"
direction = "up"
measure   = "percent"
min_n     = 5
source    = "протоколы ВПР; ученики по классам — контекстные анкеты"
*/
select level, entity, period, subject, grade,
       pupils_received  as num,
       pupils_expected  as den,
       pupils_received  as n
from   coverage
where  pupils_expected > 0
