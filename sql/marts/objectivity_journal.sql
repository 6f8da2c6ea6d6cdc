/*
title = "Объективность: баллы против журнала"
partition_by = "test"
tests = [
  { not_null = ["test", "school", "n"] },
  { unique = ["test", "school"] },
  { accepted_range = { column = "rho", min = -1, max = 1 } },
]
*/
-- Одна строка — работа в школе. Маркер «несоответствие журналу»: ранговая корреляция отметки в журнале и балла ниже нуля.
-- Срабатывает почти только в крошечных классах, поэтому сигнал — от obj_min_n пар; rho пуст, если все отметки одинаковы.
with pairs as (
    select p.test,
           coalesce(m.school_key, p.school_ref)  as school,
           m.school_key,
           p.journal_mark,
           p.score
    from   vpr_protocol p
    left join school_match m on m.school_ref = p.school_ref
    where  p.score is not null
      and  p.journal_mark is not null
      and  not (coalesce(p.attendance, '') = 'absent' and p.score = 0)
),
ranked as (
    select test, school, max(school_key) as school_key, count(*) as n, spearman(journal_mark, score) as rho
    from   pairs
    group  by test, school
)
select r.test,
       t.period,
       t.subject,
       t.grade,
       t.pupil_grade,
       r.school,
       r.school_key,
       r.n,
       r.rho,
       coalesce(r.rho < 0, false)                           as below,
       coalesce(r.rho < 0, false) and r.n >= $obj_min_n     as signal
from   ranked r
join   vpr_tests t on t.test = r.test
