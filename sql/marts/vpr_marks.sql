/*
title = "ВПР: отметки по школам"
partition_by = "test"
tests = [
  { not_null = ["test", "period", "subject", "grade", "n_rows", "n", "n_absent"] },
  { unique = ["test", "school_ref"] },
  { accepted_range = { column = "n", min = 0 } },
  { relationships = { column = "school_key", to = "schools.school_key" } },
  { accepted_range = { column = "n_over_max", max = 0 }, severity = "warning" },
]

[headings]
test       = "Работа"
max_score  = "Наибольший балл"
school_ref = "Написание школы"
n_rows     = "Строк"
n_absent   = "Не писали"
n          = "Участников (n)"
score_sum  = "Сумма баллов"
score_sq   = "Сумма квадратов баллов"
n_over_max = "Баллов выше наибольшего"
n_marked   = "С отметкой"
n2         = "«2»"
n3         = "«3»"
n4         = "«4»"
n5         = "«5»"
n_both     = "С обеими отметками"
n_down     = "Понизили"
n_same     = "Подтвердили"
n_up       = "Повысили"
n_gap2     = "Расхождение на 2 и больше"
*/
-- Одна строка — работа в школе: участники, сумма баллов, отметки по шкале, сравнение с журналом.
-- Отсутствовавшие сосчитаны отдельно; балл выше максимума оставлен как есть и помечен.
with pupils as (
    select p.test,
           t.period,
           t.subject,
           t.grade,
           t.pupil_grade,
           t.max_score,
           p.school_ref,
           p.score,
           p.journal_mark,
           p.score is null
             or (coalesce(p.attendance, '') = 'absent' and p.score = 0)  as absent,
           case when p.mark is not null then cast(p.mark as bigint)       -- отметка напечатана: верим ей
                when t.cut2 is null     then null                         -- шкалы нет: отметки не выдумываем
                when p.score <= t.cut2  then 2
                when p.score <= t.cut3  then 3
                when p.score <= t.cut4  then 4
                else 5
           end                                                            as mark
    from   vpr_protocol p
    join   vpr_tests t on t.test = p.test
),
counted as (
    select test,
           period,
           subject,
           grade,
           pupil_grade,
           max_score,
           school_ref,
           count(*)                                                       as n_rows,
           count(*) filter (where absent)                                 as n_absent,
           count(*) filter (where not absent)                             as n,
           sum(score) filter (where not absent)                           as score_sum,
           sum(score * score) filter (where not absent)                   as score_sq,
           count(*) filter (where not absent and score > max_score)       as n_over_max,
           count(mark) filter (where not absent)                          as n_marked,
           count(*) filter (where not absent and mark = 2)                as n2,
           count(*) filter (where not absent and mark = 3)                as n3,
           count(*) filter (where not absent and mark = 4)                as n4,
           count(*) filter (where not absent and mark = 5)                as n5,
           count(*) filter (where not absent and mark is not null
                                  and journal_mark is not null)           as n_both,
           count(*) filter (where not absent and mark < journal_mark)     as n_down,
           count(*) filter (where not absent and mark = journal_mark)     as n_same,
           count(*) filter (where not absent and mark > journal_mark)     as n_up,
           count(*) filter (where not absent and (mark - journal_mark >= 2
                                               or journal_mark - mark >= 2)) as n_gap2
    from   pupils
    group  by test, period, subject, grade, pupil_grade, max_score, school_ref
)
select c.test,
       c.period,
       c.subject,
       c.grade,
       c.pupil_grade,
       c.max_score,
       c.school_ref,
       m.school_key,
       c.n_rows,
       c.n_absent,
       c.n,
       c.score_sum,
       c.score_sq,
       c.n_over_max,
       c.n_marked,
       case when c.n_marked > 0 then c.n2 end  as n2,
       case when c.n_marked > 0 then c.n3 end  as n3,
       case when c.n_marked > 0 then c.n4 end  as n4,
       case when c.n_marked > 0 then c.n5 end  as n5,
       c.n_both,
       c.n_down,
       c.n_same,
       c.n_up,
       c.n_gap2,
       'ok'                                    as status      -- ниже роли администратора: suppressed, где ячейка скрыта
from   counted c
left join school_match m on m.school_ref = c.school_ref
