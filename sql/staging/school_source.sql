/*
title = "Школы, как их называют реестры"
materialize = "view"
*/
-- Одна строка — школа в одном источнике. Только реестры: здесь нет school_match, она сама строится по модели schools.
-- Ключ — цифры логина; у рядов ksh/spo цифры совпадают с чужими школами, поэтому их код берётся целиком, латиницей.
with sources as (
    select 1 as trust, '' as seen, code, login, school_name, municipality_name, inn, ogrn, oge, ege
    from   school_registry
    union all
    select 2 as trust, period as seen, code, login, school_name, municipality_name, inn, cast(null as varchar), oge, ege
    from   school_context
)
select coalesce(login,
                nullif(substr(regexp_replace(
                    translate(lower(code), 'абвгдеёжзийклмнопрстуфхцчшщыэюяьъ', 'abvgdeejziyklmnoprstufhccssyeua'),
                    '[^a-z0-9_.-]+', '-', 'g'), 1, 32), ''))  as school_key,
       trust, seen, login, school_name, municipality_name, inn, ogrn, oge, ege
from   sources
