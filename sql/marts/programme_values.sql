/*
title = "Показатели программ поддержки"
tests = [
  { not_null = ["indicator_name", "state"] },
  { accepted_range = { column = "value", min = 0, max = 100 } },
]

[headings]
year           = "Год"
indicator_name = "Показатель"
answer         = "Да/нет"
due_month      = "Ожидается"
state          = "Состояние показателя"
printed        = "Напечатано"
*/
-- Одна строка — показатель программы: значение, да/нет или месяц, к которому обещан.
select p.municipality_name,
       a.municipality_key,
       p.period,
       p.year,
       p.indicator_name,
       p.value,
       p.answer,
       lower(p.due_month)                          as due_month,
       case when p.value is not null     then 'значение'
            when p.answer is not null    then 'да/нет'
            when p.due_month is not null then 'ожидается'
            else 'не прочитано' end                as state,
       p.printed
from   programme_indicators p
left join municipality_alias a on a.municipality_name = p.municipality_name
