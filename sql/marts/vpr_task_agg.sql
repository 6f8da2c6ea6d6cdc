/*
title = "ВПР: задания по школам"
partition_by = "test"
tests = [
  { not_null = ["test", "no", "task", "n"] },
  { unique = ["test", "school_ref", "no"] },
  { accepted_range = { column = "n", min = 1 } },
]
*/
-- Одна строка — задание работы в школе. Единственное место, где списки заданий учеников разворачиваются.
with writers as (                                   -- кто писал работу: отсутствовавшие не участники
    select test, subject, grade, school_ref, tasks
    from   vpr_protocol
    where  score is not null
      and  not (coalesce(attendance, '') = 'absent' and score = 0)
),
cells as (
    select test, subject, grade, school_ref, unnest(tasks) as task
    from   writers
),
counted as (
    select test,
           subject,
           grade,
           school_ref,
           task['no']                                                     as no,
           max(task['label'])                                             as label,
           max(task['max'])                                               as printed_max,
           count(*) filter (where task['state'] <> 'missing')             as n,
           count(*) filter (where task['state'] = 'missing')              as n_missing,
           count(*) filter (where task['state'] = 'blank')                as n_blank,
           count(*) filter (where task['state'] = 'untaught')             as n_untaught,
           count(*) filter (where task['score'] = 0)                      as n_zero,
           sum(cast(task['score'] as double))                             as sum_score,
           sum(cast(task['score'] as double) * cast(task['score'] as double))  as sum_sq,
           max(cast(task['score'] as double))                             as best
    from   cells
    group  by test, subject, grade, school_ref, task['no']
),
told as (                                           -- столбец, заполненный у единиц, — сдвиг строки, а не задание
    select test, no
    from  (select test, no, sum(n) as n, max(sum(n)) over (partition by test) as n_most
           from   counted
           group  by test, no)
    where  n * 20 >= n_most and n > 0
),
described as (                                      -- номер по КИМ, уровень и максимум из описания работ
    select subject, grade, no,
           max(kim_no) as kim_no, max(difficulty) as difficulty, max(max_score) as max_score
    from   vpr_task
    group  by subject, grade, no
)
select c.test,
       c.school_ref,
       m.school_key,
       c.no,
       coalesce(d.kim_no, replace(replace(upper(c.label), 'K', 'К'), ' ', ''))  as task,
       d.difficulty,
       cast(coalesce(c.printed_max, d.max_score) as bigint)                     as max_score,
       c.n,
       c.n_missing,
       c.n_blank,
       c.n_untaught,
       c.n_zero,
       c.sum_score,
       c.sum_sq,
       c.best
from   counted c
join   told t              on t.test = c.test and t.no = c.no
left join described d      on d.subject = c.subject and d.grade = c.grade and d.no = c.no
left join school_match m   on m.school_ref = c.school_ref
where  c.n > 0
