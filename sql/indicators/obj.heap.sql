/*
title     = "Сигнал «пик на границе отметок»"
formula   = "школы, где доля первого балла отметки среди трёх соседних баллов больше региональной на $obj_heap_z стандартных ошибок"
unit      = "шк."
direction = "down"
measure   = "count"
min_n     = 50
source    = "распределение первичных баллов, только официальная шкала"
*/
-- Сигнал, а не вывод: школы не оцениваются.
select school_key, period, subject, grade, pupil_grade,
       sum(case when signal then 1 else 0 end) filter (where judged)  as num,
       count(*) filter (where judged)                                 as den,
       coalesce(sum(n) filter (where judged), 0)                      as n
from   objectivity_signals
where  marker = 'heap'
  and  school_key is not null
group  by school_key, period, subject, grade, pupil_grade
