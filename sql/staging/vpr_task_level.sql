/*
title = "ВПР: задания у школ, муниципалитетов и региона"
materialize = "view"
*/
-- Одна строка — задание работы у школы, муниципалитета или региона: суммы баллов, а не доли.
-- «Не пройдено» не входит в n_taught: тема, которой не было, — не неудача.
with located as (
    select a.test, a.no, a.task, a.difficulty, a.max_score, a.school_key, m.municipality_key, r.region_key,
           a.n, a.n_untaught, a.n_blank, a.n_zero,
           a.n - a.n_untaught             as n_taught,
           coalesce(a.sum_score, 0)       as points,
           coalesce(a.sum_sq, 0)          as points_sq
    from   vpr_task_agg a
    cross join region r
    left join schools m  on m.school_key = a.school_key
    where  a.max_score is not null
),
levels as (
    select 'school' as level, school_key as entity, * from located where school_key is not null
    union all
    select 'municipality' as level, municipality_key as entity, * from located where municipality_key is not null
    union all
    select 'region' as level, region_key as entity, * from located
)
select level,
       entity,
       test,
       no,
       max(task)                   as task,
       max(difficulty)             as difficulty,
       max(max_score)              as max_score,
       sum(n)                      as n,
       sum(n_untaught)             as n_untaught,
       sum(n_blank)                as n_blank,
       sum(n_zero)                 as n_zero,
       sum(n_taught)               as n_taught,
       sum(points)                 as points,
       sum(points_sq)              as points_sq,
       sum(n_taught * max_score)   as max_points
from   levels
group  by level, entity, test, no
