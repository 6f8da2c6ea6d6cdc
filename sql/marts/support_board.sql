/*
title = "Кому нужна адресная поддержка"
materialize = "view"
tests = [
  { not_null = ["school_key", "period"] },
  { unique = ["school_key", "period"] },
]

[headings]
period          = "Учебный год"
tier            = "Уровень ШНОР"
shnor           = "ШНОР"
project500      = "500+"
support         = "Поддержка"
procedures      = "Процедур, о которых можно судить"
low_procedures  = "Процедур с высокой долей «2»"
sure_procedures = "Из них твёрдо"
meets_rule      = "Правило двух процедур"
risks           = "Рисков"
verified        = "Верифицировано"
in_programme    = "В программе"
closed          = "Закрыто"
teachers        = "Учителей"
diagnosed       = "Прошли диагностику"
low_level       = "Низкий уровень"
with_ipr        = "С программой"
without_ipr     = "Без программы"
completions     = "Завершили курсы"
*/
-- Одна строка — школа и учебный год, о которых есть хоть одно из: список ШНОР или 500+, правило двух процедур, риски, диагностика.
-- Всё рядом и без сводного балла: кого поддерживать, решают люди. Складывается из строк, которые видит читатель:
-- suppressed — часть чисел строки скрыта.
with listed as (
    select period, school_key,
           max(case when list = 'shnor' then tier_title end)                                            as tier,
           bool_or(list = 'shnor')                                                                      as shnor,
           bool_or(list = 'project500')                                                                 as project500,
           bool_or(list = 'support')                                                                    as support
    from   shnor_list
    where  school_key is not null
    group  by period, school_key
),
risks as (
    select period, school_key, sum(risks) as risks, sum(verified_ever) as verified, sum(in_programme) as in_programme,
           sum(closed) as closed
    from   risk_states
    where  school_key is not null
    group  by period, school_key
),
chain as (
    select period, entity as school_key, teachers, diagnosed, low, with_ipr, without_ipr, status
    from   diag_chain
    where  level = 'school'
),
courses as (
    select period, entity as school_key, total, status
    from   kpk_counts
    where  level = 'school'
),
keys as (
    select period, school_key from listed union
    select period, school_key from shnor_rule where low_procedures > 0 union
    select period, school_key from risks union
    select period, school_key from chain
)
select k.period,
       k.school_key,
       s.school_name,
       s.municipality_key,
       s.municipality_name,
       l.tier,
       coalesce(l.shnor, false)       as shnor,
       coalesce(l.project500, false)  as project500,
       coalesce(l.support, false)     as support,
       r.procedures,
       r.low_procedures,
       r.sure_procedures,
       r.meets_rule,
       x.risks,
       x.verified,
       x.in_programme,
       x.closed,
       c.teachers,
       c.diagnosed,
       c.low                          as low_level,
       c.with_ipr,
       c.without_ipr,
       o.total                        as completions,
       case when 'suppressed' in (coalesce(r.status, 'ok'), coalesce(c.status, 'ok'), coalesce(o.status, 'ok'))
            then 'suppressed' else 'ok' end  as status
from   keys k
left join schools s     on s.school_key = k.school_key
left join listed l      on l.school_key = k.school_key and l.period = k.period
left join shnor_rule r  on r.school_key = k.school_key and r.period = k.period
left join risks x       on x.school_key = k.school_key and x.period = k.period
left join chain c       on c.school_key = k.school_key and c.period = k.period
left join courses o     on o.school_key = k.school_key and o.period = k.period
