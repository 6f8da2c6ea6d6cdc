/*
title = "Объективность: резкое изменение одной параллели"
tests = [
  { not_null = ["school", "period", "base_period", "subject", "grade", "k"] },
  { unique = ["school", "period", "subject", "grade"] },
]

[headings]
school           = "Школа (ключ)"
pct              = "Выполнение, %"
base_pct         = "Выполнение прежней работы, %"
k                = "Прежнее к новому, раз"
schools_compared = "Школ сравнили"
k_low            = "k, нижняя граница"
k_high           = "k, верхняя граница"
rise             = "Резкий рост"
fall             = "Резкое падение"
*/
-- Одна строка — те же дети в двух работах подряд (класс и следующий класс): k = выполнение прежней / выполнение новой, % от
-- максимума. Границы — квартили k по школам с obj_min_n участников в обеих работах ∓ obj_iqr межквартильных размахов.
-- Когорта — по классу учеников: осенью 2020 работу за 4 класс писали пятиклассники, и весной 2021 это они же.
with done as (
    select m.test, m.period, m.subject, m.grade, m.pupil_grade,
           coalesce(m.school_key, m.school_ref)                                   as school,
           max(m.school_key)                                                      as school_key,
           cast(substr(m.period, 1, 4) as bigint) + 1 - m.pupil_grade             as cohort,
           sum(m.n)                                                               as n,
           100.0 * sum(m.score_sum) / sum(m.n * m.max_score)                      as pct
    from   vpr_marks m
    where  m.n > 0 and m.max_score > 0
    group  by m.test, m.period, m.subject, m.grade, m.pupil_grade, coalesce(m.school_key, m.school_ref)
),
pairs as (
    select l.school, l.school_key, l.subject, l.grade, l.pupil_grade, l.period, b.period as base_period,
           l.n, b.n as base_n, l.pct, b.pct as base_pct,
           b.pct / nullif(l.pct, 0)                                               as k,
           row_number() over (partition by l.school, l.test order by b.period desc)  as place
    from   done l
    join   done b  on b.school = l.school
                  and b.subject = l.subject
                  and b.cohort = l.cohort
                  and b.grade = l.grade - 1
),
known as (
    select * from pairs where place = 1 and k is not null
),
quartiles as (
    select subject, grade, period, base_period,
           count(*)                                            as schools,
           percentile_cont(0.25) within group (order by k)     as q25,
           percentile_cont(0.75) within group (order by k)     as q75
    from   known
    where  n >= $obj_min_n and base_n >= $obj_min_n
    group  by subject, grade, period, base_period
)
select p.school,
       p.school_key,
       p.period,
       p.base_period,
       p.subject,
       p.grade,
       p.pupil_grade,
       p.n,
       p.base_n,
       p.pct,
       p.base_pct,
       p.k,
       q.schools                                   as schools_compared,
       q.q25 - $obj_iqr * (q.q75 - q.q25)          as k_low,
       q.q75 + $obj_iqr * (q.q75 - q.q25)          as k_high,
       p.n >= $obj_min_n and p.base_n >= $obj_min_n
         and coalesce(p.k < q.q25 - $obj_iqr * (q.q75 - q.q25), false)   as rise,
       p.n >= $obj_min_n and p.base_n >= $obj_min_n
         and coalesce(p.k > q.q75 + $obj_iqr * (q.q75 - q.q25), false)   as fall,
       'ok'                                        as status
from   known p
left join quartiles q  on q.subject = p.subject
                      and q.grade = p.grade
                      and q.period = p.period
                      and q.base_period = p.base_period
