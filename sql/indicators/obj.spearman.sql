/*
title     = "Сигнал «несоответствие журналу»"
formula   = "школы, где ранговая корреляция отметки в журнале и балла ниже нуля"
unit      = "шк."
direction = "down"
measure   = "count"
min_n     = 10
source    = "методика показателя объективности: ρ Спирмена < 0"
*/
-- Сигнал, а не вывод: школы не оцениваются.
select school_key, period, subject, grade, pupil_grade,
       sum(case when signal then 1 else 0 end) filter (where judged)  as num,
       count(*) filter (where judged)                                 as den,
       coalesce(sum(n) filter (where judged), 0)                      as n
from   objectivity_signals
where  marker = 'journal'
  and  school_key is not null
group  by school_key, period, subject, grade, pupil_grade
