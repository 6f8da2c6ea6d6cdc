/*
title = "ВПР: работы"
partition_by = "test"
tests = [
  { not_null = ["test", "period", "subject", "grade", "pupil_grade"] },
  { unique = ["test"] },
  { not_null = ["max_score"], severity = "warning" },
  { not_null = ["cut2"], severity = "warning" },
]

[headings]
test         = "Работа"
max_score    = "Наибольший балл"
cut2         = "Наибольший балл на «2»"
cut3         = "Наибольший балл на «3»"
cut4         = "Наибольший балл на «4»"
scale_source = "Шкала отметок"
*/
-- Одна строка — одна работа: период, предмет, класс, максимум и шкала отметок.
with tests as (
    select test, min(period) as period, min(subject) as subject, min(grade) as grade, max(max_score) as printed_max
    from   vpr_protocol
    group  by test
),
pupil_grades as (                                   -- чей это класс: осенью 2020 работу за 4 класс писали пятиклассники
    select test, pupil_grade
    from  (select test, pupil_grade,
                  row_number() over (partition by test order by count(*) desc, pupil_grade) as place
           from   vpr_protocol
           where  pupil_grade is not null
           group  by test, pupil_grade)
    where  place = 1
),
tasks as (                                          -- сумма максимумов; неизвестна, если неизвестен хоть один
    select test,
           case when count(*) = count(max_score) then sum(max_score) end as max_score
    from  (select test, no, max(max_score) as max_score
           from   vpr_task_agg
           group  by test, no)
    group  by test
),
scales as (                                         -- действующая шкала: последняя, что началась не позже периода
    select t.test, s.cut2, s.cut3, s.cut4, s.max_score, s.source,
           row_number() over (partition by t.test order by s.from_period desc) as place
    from   tests t
    join   mark_scales s  on s.subject = t.subject
                         and s.grade = t.grade
                         and s.from_period <= substr(t.period, 1, 7)
)
select t.test,
       t.period,
       t.subject,
       t.grade,
       coalesce(p.pupil_grade, t.grade)                          as pupil_grade,
       coalesce(t.printed_max, s.max_score, k.max_score)         as max_score,
       s.cut2,
       s.cut3,
       s.cut4,
       s.source                                                  as scale_source
from   tests t
left join pupil_grades p  on p.test = t.test
left join tasks k         on k.test = t.test
left join scales s        on s.test = t.test and s.place = 1
