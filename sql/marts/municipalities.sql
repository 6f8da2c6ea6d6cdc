/*
title = "Муниципалитеты"
tests = [
  { not_null = ["municipality_key", "municipality_name"] },
  { unique = ["municipality_key"] },
]

[headings]
fold     = "Свёрнутое название"
vpr_code = "Код ВПР"
oktmo    = "ОКТМО"
*/
-- Одна строка — муниципалитет под всеми его написаниями. Ключ: код ВПР, иначе ОКТМО, иначе свёрнутое имя латиницей.
with folded as (
    select fold,
           min(vpr_code)                                                as vpr_code,
           min(oktmo)                                                   as oktmo,
           first_value(municipality_name order by trust, municipality_name) as municipality_name
    from   municipality_spelling
    where  fold <> ''
    group  by fold
)
select coalesce(vpr_code,
                oktmo,
                'm-' || replace(translate(fold, 'абвгдежзийклмнопрстуфхцчшщыэюяьъ', 'abvgdejziyklmnoprstufhccssyeua'), ' ', '-'))
           as municipality_key,
       municipality_name,
       fold,
       vpr_code,
       oktmo
from   folded
