/*
title = "Муниципалитет факта: написание → ключ"
materialize = "view"
*/
-- Одна строка — написание муниципалитета в отчётах; ключ пуст, если реестры такого муниципалитета не знают.
with names as (
    select municipality_name from kpk_summary           union
    select municipality_name from kpk_registry          union
    select municipality_name from road_map              union
    select municipality_name from programme_indicators  union
    select municipality_name from staff_claims          union
    select municipality_name from section_activity      union
    select municipality_name from targets               union
    select municipality_name from ku                    union
    select municipality_name from risk_500              union
    select municipality_name from participation         union
    select municipality_name from shnor                 union
    select municipality_name from road_map_reply        union
    select municipality_name from vpr_journal_stats     union
    select municipality_name from vpr_mark_stats
),
folded as (
    select municipality_name,
           trim(regexp_replace(regexp_replace(regexp_replace(
               replace(lower(municipality_name), 'ё', 'е'),
               '\([^)]*\)', ' ', 'g'),
               '\b(муниципальное образование|муниципальный|городской|город|гор|район|р-н|округ|мо|г)\b\.?', ' ', 'g'),
               '[^а-яa-z0-9]+', ' ', 'g'))  as fold
    from   names
    where  municipality_name is not null
)
select f.municipality_name,
       m.municipality_key
from   folded f
left join municipalities m on m.fold = f.fold
