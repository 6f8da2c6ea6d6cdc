/*
title = "ВПР: балл против суммы заданий"
partition_by = "test"
tests = [
  { not_null = ["test", "n", "n_differs"] },
  { unique = ["test", "school_ref"] },
]
*/
-- Одна строка — работа в школе: у скольких участников напечатанный балл не равен сумме заданий.
-- Расходятся и целые выгрузки (формула в бланке пропускает задание), поэтому это счётчик, а не повод отбросить строки.
with cells as (
    select test, school_ref, _batch, _row, score, unnest(tasks) as task
    from   vpr_protocol
    where  score is not null
      and  not (coalesce(attendance, '') = 'absent' and score = 0)
),
sums as (
    select test, school_ref, _batch, _row, score,
           coalesce(sum(cast(task['score'] as double)), 0) as tasks_sum
    from   cells
    group  by test, school_ref, _batch, _row, score
)
select s.test,
       s.school_ref,
       m.school_key,
       count(*)                                               as n,
       count(*) filter (where s.score <> s.tasks_sum)         as n_differs,
       count(*) filter (where s.score > s.tasks_sum)          as n_more
from   sums s
left join school_match m on m.school_ref = s.school_ref
group  by s.test, s.school_ref, m.school_key
