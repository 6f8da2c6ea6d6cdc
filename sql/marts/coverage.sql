/*
title = "ВПР: охват работ"
tests = [
  { not_null = ["level", "entity", "period", "subject", "grade", "schools_received", "pupils_received"] },
  { unique = ["level", "entity", "period", "subject", "grade"] },
]
*/
-- Одна строка — работа у школы, муниципалитета или региона: сколько школ и учеников ждали и сколько пришло.
-- Ждут тех, кто назвал в анкете учеников этого класса: в анкете этого года, иначе последней до него, иначе самой ранней.
-- Предметы, которые распределяют по жребию, пишут не все: у них охват и должен быть ниже.
with tests as (
    select period, subject, grade, max(pupil_grade) as pupil_grade, substr(period, 1, 7) as year
    from   vpr_tests
    group  by period, subject, grade
),
told as (
    select t.period, t.subject, t.grade, p.school_key, p.municipality_key, p.pupils,
           row_number() over (partition by t.period, t.subject, t.grade, p.school_key
                              order by case when p.period <= t.year then 0 else 1 end,
                                       case when p.period <= t.year then p.period end desc,
                                       p.period)  as place
    from   tests t
    join   pupils_in_grade p  on p.grade = t.pupil_grade
),
expected as (
    select period, subject, grade, school_key, municipality_key, pupils
    from   told
    where  place = 1 and pupils > 0
),
received as (
    select v.period, v.subject, v.grade, coalesce(v.school_key, v.school_ref) as school, v.school_key, s.municipality_key,
           sum(v.n)  as pupils
    from   vpr_marks v
    left join schools s  on s.school_key = v.school_key
    group  by v.period, v.subject, v.grade, coalesce(v.school_key, v.school_ref), v.school_key, s.municipality_key
),
both_sides as (
    select coalesce(e.period, r.period)                       as period,
           coalesce(e.subject, r.subject)                     as subject,
           coalesce(e.grade, r.grade)                         as grade,
           coalesce(e.school_key, r.school_key)               as school_key,
           coalesce(r.municipality_key, e.municipality_key)   as municipality_key,
           e.school_key is not null                           as is_expected,
           coalesce(r.pupils, 0) > 0                          as is_received,
           e.pupils                                           as pupils_expected,
           coalesce(r.pupils, 0)                              as pupils_received
    from   expected e
    full join received r  on r.period = e.period and r.subject = e.subject and r.grade = e.grade
                         and r.school = e.school_key
),
levels as (
    select 'school' as level, school_key as entity, * from both_sides where school_key is not null
    union all
    select 'municipality' as level, coalesce(municipality_key, 'unresolved') as entity, * from both_sides
    union all
    select 'region' as level, g.region_key as entity, b.* from both_sides b cross join region g
)
select level,
       entity,
       period,
       subject,
       grade,
       count(*) filter (where is_expected)   as schools_expected,
       count(*) filter (where is_received)   as schools_received,
       sum(pupils_expected)                  as pupils_expected,
       sum(pupils_received)                  as pupils_received,
       'ok'                                  as status
from   levels
group  by level, entity, period, subject, grade
