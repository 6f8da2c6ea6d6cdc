/*
title = "ВПР: распределение первичных баллов школ, муниципалитетов и региона"
partition_by = "test"
tests = [
  { not_null = ["level", "entity", "test", "score", "n"] },
  { unique = ["test", "level", "entity", "score"] },
]

[headings]
test      = "Работа"
max_score = "Наибольший балл"
score     = "Первичный балл"
n         = "Участников (n)"
*/
-- Одна строка — сколько участников места набрали столько баллов. Муниципалитет и регион — со всеми школами, и неопознанными.
with scores as (
    select h.test, h.period, h.subject, h.grade, h.pupil_grade, h.max_score, h.score, h.n, h.school_key, s.municipality_key
    from   vpr_hist h
    left join schools s  on s.school_key = h.school_key
),
levels as (
    select 'school' as level, school_key as entity, *
    from   scores
    where  school_key is not null
    union all
    select 'municipality' as level, coalesce(municipality_key, 'unresolved') as entity, *
    from   scores
    union all
    select 'region' as level, r.region_key as entity, s.*
    from   scores s
    cross join region r
)
select level,
       entity,
       test,
       period,
       subject,
       grade,
       pupil_grade,
       max_score,
       score,
       sum(n)  as n,
       'ok'    as status
from   levels
group  by level, entity, test, period, subject, grade, pupil_grade, max_score, score
