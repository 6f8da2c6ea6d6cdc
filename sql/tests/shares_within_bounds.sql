/* title = "Доли с интервалом лежат в 0..100" */
select v.indicator, v.level, v.entity, v.period, v.value
from   indicator_values v
join   indicators i on i.indicator = v.indicator
where  i.measure = 'share'
  and (v.value < 0 or v.value > 100)
