/* title = "Участники региона — сумма участников школ по распределению баллов" */
with marks as (select test, sum(n) as n, sum(score_sum) as score_sum from vpr_marks group by test),
     hist  as (select test, sum(n) as n, sum(score * n) as score_sum from vpr_hist group by test)
select m.test, m.n, h.n as hist_n, m.score_sum, h.score_sum as hist_score_sum
from   marks m
left join hist h on h.test = m.test
where  m.n > 0
  and (h.n is null or m.n <> h.n or m.score_sum <> h.score_sum)
