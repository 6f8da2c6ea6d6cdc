/*
title = "ВПР: распределение первичных баллов по школам"
partition_by = "test"
tests = [
  { not_null = ["test", "score", "n"] },
  { unique = ["test", "school_ref", "score"] },
  { accepted_range = { column = "score", min = 0, max = 200 } },
]
*/
-- Одна строка — сколько участников школы набрали столько баллов.
select p.test,
       t.period,
       t.subject,
       t.grade,
       t.pupil_grade,
       t.max_score,
       p.school_ref,
       m.school_key,
       p.score,
       count(*)                    as n,
       p.score > t.max_score       as over_max
from   vpr_protocol p
join   vpr_tests t            on t.test = p.test
left join school_match m      on m.school_ref = p.school_ref
where  p.score is not null
  and  not (coalesce(p.attendance, '') = 'absent' and p.score = 0)
group  by p.test, t.period, t.subject, t.grade, t.pupil_grade, t.max_score, p.school_ref, m.school_key, p.score
