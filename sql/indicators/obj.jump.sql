/*
title     = "Сигнал «резкое изменение параллели»"
formula   = "школы, где k = выполнение работы классом раньше / выполнение теми же детьми теперь вышло за Q25 − 3·IQR … Q75 + 3·IQR"
unit      = "шк."
direction = "down"
measure   = "count"
min_n     = 10
source    = "методика показателя объективности"
*/
-- Сигнал, а не вывод: школы не оцениваются.
select school_key, period, subject, grade, pupil_grade,
       max(case when signal then 1 else 0 end) filter (where judged)  as num,
       max(case when judged then 1 else 0 end)                        as den,
       coalesce(max(n) filter (where judged), 0)                      as n
from   objectivity_signals
where  marker in ('rise', 'fall')
  and  school_key is not null
group  by school_key, period, subject, grade, pupil_grade
