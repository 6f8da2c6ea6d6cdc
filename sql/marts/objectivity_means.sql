/*
title = "Объективность: средний балл школы против региона"
partition_by = "test"
tests = [
  { not_null = ["test", "n", "mean", "region_mean"] },
  { unique = ["test", "school"] },
]
*/
-- Одна строка — работа в школе. Маркер «завышение» методики: нижняя граница школы (среднее − obj_z·s/√n) выше верхней
-- границы региона. Правило отмечает 13–18 % школ, среди них и просто сильные: это повод посмотреть, а не вывод.
-- above — правило сработало; signal — ещё и участников не меньше obj_min_n.
with schools_of as (
    select test, period, subject, grade, pupil_grade, max_score,
           coalesce(school_key, school_ref)  as school,
           max(school_key)                   as school_key,
           cast(sum(n) as double)            as n,
           cast(sum(score_sum) as double)    as total,
           cast(sum(score_sq) as double)     as sq
    from   vpr_marks
    where  n > 0
    group  by test, period, subject, grade, pupil_grade, max_score, coalesce(school_key, school_ref)
),
spread as (
    select s.*,
           s.total / s.n                                                                        as mean,
           sqrt(greatest(s.sq - s.total * s.total / s.n, 0.0) / nullif(s.n - 1, 0))             as sd,
           sum(s.n)     over (partition by s.test)                                              as region_n,
           sum(s.total) over (partition by s.test)                                              as region_total,
           sum(s.sq)    over (partition by s.test)                                              as region_sq
    from   schools_of s
),
regions as (
    select s.*,
           region_total / region_n                                                              as region_mean,
           sqrt(greatest(region_sq - region_total * region_total / region_n, 0.0)
                / nullif(region_n - 1, 0))                                                      as region_sd
    from   spread s
),
bounds as (
    select r.*,
           mean - $obj_z * sd / sqrt(n)                       as low,
           mean + $obj_z * sd / sqrt(n)                       as high,
           region_mean + $obj_z * region_sd / sqrt(region_n)  as region_high
    from   regions r
)
select test,
       period,
       subject,
       grade,
       pupil_grade,
       max_score,
       school,
       school_key,
       cast(n as bigint)                                          as n,
       mean,
       sd,
       low,
       high,
       region_mean,
       region_sd,
       region_high,
       coalesce(low > region_high, false)                         as above,
       coalesce(low > region_high, false) and n >= $obj_min_n     as signal
from   bounds
