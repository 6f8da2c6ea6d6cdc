/*
title = "Написания муниципалитетов"
materialize = "view"
*/
-- Одна строка — написание муниципалитета в одном источнике и его свёрнутый вид:
-- «г. Алейск», «город Алейск», «МО город Алейск» → «алейск».
with names as (
    select 0 as trust, municipality_name, vpr_code, oktmo                 from municipality_registry
    union all
    select 1, municipality_name, municipality_code, oktmo                 from school_registry
    union all
    select 2, municipality_name, municipality_code, cast(null as varchar) from school_context
)
select distinct
       trust,
       municipality_name,
       lower(vpr_code)  as vpr_code,
       oktmo,
       trim(regexp_replace(regexp_replace(regexp_replace(
           replace(lower(municipality_name), 'ё', 'е'),
           '\([^)]*\)', ' ', 'g'),
           '\b(муниципальное образование|муниципальный|городской|город|гор|район|р-н|округ|мо|г)\b\.?', ' ', 'g'),
           '[^а-яa-z0-9]+', ' ', 'g'))  as fold
from   names
where  municipality_name is not null
