/*
title = "ШНОР: доля «2» по процедурам"
tests = [
  { not_null = ["school_key", "period", "subject", "grade", "n", "share2"] },
  { unique = ["school_key", "period", "subject", "grade", "pupil_grade"] },
  { accepted_range = { column = "share2", min = 0, max = 100 } },
]

[headings]
school_year = "Учебный год"
n2          = "Получили «2»"
share2      = "Доля «2», %"
judged      = "Можно судить"
low         = "Доля «2» не ниже порога"
sure        = "Твёрдо выше порога"
*/
-- Одна строка — процедура школы: ВПР по русскому языку или математике. low — доля «2» не меньше shnor_share %;
-- sure — не меньше её и нижняя граница интервала Уилсона: 3 из 10 — это 30 % [10,8; 60,3], и о чём-то твёрдом тут речи нет.
-- Судить можно от shnor_min_n участников; меньше — строка остаётся, но в счёт не идёт. ОГЭ и ЕГЭ взять неоткуда.
with marks as (
    select school_key, period, substr(period, 1, 7) as school_year, subject, grade, pupil_grade,
           sum(n_marked)  as n,
           sum(n2)        as n2
    from   vpr_marks
    where  school_key is not null
      and  n_marked > 0
      and  subject in ('RU', 'MA')
    group  by school_key, period, subject, grade, pupil_grade
)
select m.school_key,
       s.municipality_key,
       s.school_name,
       m.period,
       m.school_year,
       m.subject,
       m.grade,
       m.pupil_grade,
       m.n,
       m.n2,
       100.0 * m.n2 / m.n                                   as share2,
       100.0 * prop_ci(m.n2, m.n)['low']                    as ci_low,
       100.0 * prop_ci(m.n2, m.n)['high']                   as ci_high,
       m.n >= $shnor_min_n                                  as judged,
       m.n >= $shnor_min_n
         and 100.0 * m.n2 / m.n >= $shnor_share             as low,
       m.n >= $shnor_min_n
         and 100.0 * prop_ci(m.n2, m.n)['low'] >= $shnor_share  as sure,
       'ok'                                                 as status
from   marks m
left join schools s on s.school_key = m.school_key
