/*
title = "Школы"
tests = [
  { not_null = ["school_key", "school_name"] },
  { unique = ["school_key"] },
  { not_null = ["municipality_key"], severity = "warning" },
  { relationships = { column = "municipality_key", to = "municipalities.municipality_key" } },
]

[headings]
kind   = "Вид школы"
number = "Номер школы"
login  = "Логин"
inn    = "ИНН"
ogrn   = "ОГРН"
oge    = "ОГЭ"
ege    = "ЕГЭ"
*/
-- Одна строка — школа: имя из самого доверенного источника, коды — откуда нашлись.
with spelled as (
    select municipality_name, min(fold) as fold
    from   municipality_spelling
    group  by municipality_name
),
merged as (
    select s.school_key,
           first_value(s.school_name order by s.trust, s.seen desc, s.school_name)
               filter (where s.school_name is not null)    as school_name,
           first_value(p.fold order by s.trust, s.seen desc, p.fold)
               filter (where p.fold <> '')                 as fold,
           max(s.login)                                    as login,
           max(s.inn)                                      as inn,
           max(s.ogrn)                                     as ogrn,
           max(s.oge)                                      as oge,
           max(s.ege)                                      as ege
    from   school_source s
    left join spelled p on p.municipality_name = s.municipality_name
    where  s.school_key is not null
    group  by s.school_key
)
select s.school_key,
       s.school_name,
       m.municipality_key,
       m.municipality_name,
       case when regexp_like(s.school_name, '(?i)гимнази')                 then 'гимназия'
            when regexp_like(s.school_name, '(?i)лице[йя]')                then 'лицей'
            when regexp_like(s.school_name, '(?i)интернат|ооши\b')         then 'интернат'
            when regexp_like(s.school_name, '(?i)\bоош|основная общеобр')  then 'ООШ'
            when regexp_like(s.school_name, '(?i)\bнош|начальная общеобр') then 'НОШ'
            when regexp_like(s.school_name, '(?i)сош|средняя общеобр')     then 'СОШ'
       end                                                  as kind,
       regexp_match(s.school_name, '(?:№|N)\s*(\d+)')[1]    as number,
       s.login,
       s.inn,
       s.ogrn,
       s.oge,
       s.ege
from   merged s
left join municipalities m on m.fold = s.fold
where  s.school_name is not null
