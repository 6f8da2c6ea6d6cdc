/*
title = "Объективность: сигналы по школам"
tests = [
  { not_null = ["school", "period", "marker", "judged", "signal", "n"] },
  { unique = ["school", "period", "marker", "subject", "grade", "pupil_grade"] },
  { accepted_values = { column = "marker", values = ["high", "journal", "rise", "fall", "heap"] } },
]

[headings]
school       = "Школа (ключ)"
marker       = "Маркер (код)"
marker_title = "Маркер"
judged       = "Можно судить"
threshold    = "Порог"
signal       = "Сигнал"
in_method    = "Маркер методики"
*/
-- Одна строка — школа, работа и маркер. judged — о нём можно судить: участников хватает. Где не хватает, строка тоже есть:
-- иначе её отсутствие говорило бы, которая из скрытых школ мала. Сигнал — повод посмотреть работы и порядок проведения;
-- вывода о школе он не содержит. in_method — маркер входит в 14 маркеров методики: завышение и
-- несоответствие журналу РУ и МА 4 и 5 классов, рост и падение параллели 4 → 5; маркеры ОГЭ взять неоткуда; пики — сверх методики.
with found as (
    select school, school_key, period, subject, grade, pupil_grade, 'high' as marker, n, n >= $obj_min_n as judged,
           mean as value, region_high as threshold, signal,
           subject in ('RU', 'MA') and grade in (4, 5)  as in_method
    from   objectivity_means
    union all
    select school, school_key, period, subject, grade, pupil_grade, 'journal', n, n >= $obj_min_n and rho is not null,
           rho, 0.0, signal,
           subject in ('RU', 'MA') and grade in (4, 5)
    from   objectivity_journal
    union all
    select school, school_key, period, subject, grade, pupil_grade, 'rise', n, n >= $obj_min_n and base_n >= $obj_min_n,
           k, k_low, rise,
           subject in ('RU', 'MA') and grade = 5
    from   objectivity_jumps
    union all
    select school, school_key, period, subject, grade, pupil_grade, 'fall', n, n >= $obj_min_n and base_n >= $obj_min_n,
           k, k_high, fall,
           subject in ('RU', 'MA') and grade = 5
    from   objectivity_jumps
    union all
    select school, school_key, period, subject, grade, pupil_grade, 'heap', max(n), bool_or(n >= $obj_heap_n and z is not null),
           max(z), $obj_heap_z, bool_or(signal and z is not null),
           false
    from   objectivity_heaps
    group  by school, school_key, period, subject, grade, pupil_grade
)
select f.school,
       f.school_key,
       s.municipality_key,
       s.school_name,
       f.period,
       f.subject,
       f.grade,
       f.pupil_grade,
       f.marker,
       case f.marker when 'high'    then 'Завышение'
                     when 'journal' then 'Несоответствие журналу'
                     when 'rise'    then 'Резкий рост параллели'
                     when 'fall'    then 'Резкое падение параллели'
                     when 'heap'    then 'Пик на границе отметок' end  as marker_title,
       f.n,
       f.judged,
       f.value,
       f.threshold,
       f.signal,
       f.in_method,
       'ok'                                                   as status
from   found f
left join schools s on s.school_key = f.school_key
