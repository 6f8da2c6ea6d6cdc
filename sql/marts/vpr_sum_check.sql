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
with writers as (
    select test, school_ref, score, coalesce(tasks_sum, 0) as tasks_sum
    from   vpr_protocol
    where  score is not null
      and  not (coalesce(attendance, '') = 'absent' and score = 0)
),
counted as (
    select test,
           school_ref,
           count(*)                                       as n,
           count(*) filter (where score <> tasks_sum)     as n_differs,
           count(*) filter (where score > tasks_sum)      as n_more
    from   writers
    group  by test, school_ref
)
select c.test, c.school_ref, m.school_key, c.n, c.n_differs, c.n_more
from   counted c
left join school_match m on m.school_ref = c.school_ref
