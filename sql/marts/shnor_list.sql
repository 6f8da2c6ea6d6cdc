/*
title = "Школы в списках ШНОР и 500+"
tests = [
  { not_null = ["period", "list", "school_name"] },
  { accepted_values = { column = "list", values = ["shnor", "project500", "support"] } },
  { not_null = ["school_key"], severity = "warning" },
  { relationships = { column = "tier", to = "shnor_tiers.tier" } },
]

[headings]
list       = "Список"
tier       = "Уровень (код)"
tier_rank  = "Уровень по порядку"
tier_title = "Уровень"
document   = "Основание"
*/
-- Одна строка — школа в списке за учебный год. Уровень ввезён из приказа: правила, по которому он присвоен, в документах нет.
select s.period,
       s.list,
       m.school_key,
       coalesce(m.municipality_key, a.municipality_key)  as municipality_key,
       s.municipality_name,
       s.school_name,
       s.tier,
       t.rank                                            as tier_rank,
       t.title                                           as tier_title,
       -- в шапке перечня документ стоит в дательном падеже: «к распоряжению …»
       regexp_replace(regexp_replace(s.document, '^([Рр]аспоряжени)[а-я]*', '\1е'), '^([Пп]риказ)[а-я]*', '\1')  as document
from   shnor s
left join school_match m        on m.school_ref = s.school_ref
left join municipality_alias a  on a.municipality_name = s.municipality_name
left join shnor_tiers t         on t.tier = s.tier
