/*
title = "Объективность: пики на границах отметок"
partition_by = "test"
tests = [
  { not_null = ["test", "school", "mark", "first_score", "n"] },
  { unique = ["test", "school", "mark"] },
]
*/
-- Одна строка — граница отметки в работе школы: сколько участников набрали ровно первый балл отметки и сколько — на балл
-- меньше и на балл больше. Пик на границе есть у всего региона, поэтому школа сравнивается с ним: z — насколько доля
-- первого балла среди трёх соседних больше региональной. Границы — только официальной шкалы.
-- Надёжно от obj_heap_n участников; от obj_heap_n_rough — ориентировочно.
with cuts as (
    select test, 3 as mark, cut2 + 1 as first_score from vpr_tests where cut2 is not null union all
    select test, 4,         cut3 + 1                from vpr_tests where cut3 is not null union all
    select test, 5,         cut4 + 1                from vpr_tests where cut4 is not null
),
scores as (
    select test, period, subject, grade, pupil_grade, coalesce(school_key, school_ref) as school, max(school_key) as school_key,
           score, sum(n) as n
    from   vpr_hist
    group  by test, period, subject, grade, pupil_grade, coalesce(school_key, school_ref), score
),
near as (
    select s.test, s.period, s.subject, s.grade, s.pupil_grade, s.school, max(s.school_key) as school_key, c.mark, c.first_score,
           sum(s.n)                                                               as n,
           coalesce(sum(s.n) filter (where s.score = c.first_score - 1), 0)       as before,
           coalesce(sum(s.n) filter (where s.score = c.first_score), 0)           as at,
           coalesce(sum(s.n) filter (where s.score = c.first_score + 1), 0)       as after
    from   scores s
    join   cuts c on c.test = s.test
    group  by s.test, s.period, s.subject, s.grade, s.pupil_grade, s.school, c.mark, c.first_score
),
regional as (
    select n.*,
           cast(sum(before) over (partition by test, mark) as double)  as region_before,
           cast(sum(at)     over (partition by test, mark) as double)  as region_at,
           cast(sum(after)  over (partition by test, mark) as double)  as region_after
    from   near n
),
shares as (
    select r.*,
           region_at / nullif(region_before + region_at + region_after, 0)  as region_share,
           cast(before + at + after as double)                              as nearby
    from   regional r
),
judged as (
    select s.*,
           (at - nearby * region_share) / nullif(sqrt(nearby * region_share * (1 - region_share)), 0)  as z
    from   shares s
)
select test,
       period,
       subject,
       grade,
       pupil_grade,
       school,
       school_key,
       mark,
       first_score,
       n,
       before,
       at,
       after,
       cast(at as double) / nullif(before, 0)                            as ratio,
       region_at / nullif(region_before, 0)                              as region_ratio,
       -- то же без региона, как у ФИОКО: пик над полусуммой соседей
       (at - (before + after) / 2.0) / nullif(sqrt((before + after) / 2.0), 0)  as z_neighbours,
       at / nullif(nearby, 0)                                            as share,
       region_share,
       z,
       case when n >= $obj_heap_n       then 'надёжно'
            when n >= $obj_heap_n_rough then 'ориентировочно'
            else 'мало данных' end                                       as reliability,
       coalesce(z > $obj_heap_z, false) and n >= $obj_heap_n             as signal
from   judged
