/*
title = "Выполнение дорожных карт"
tests = [
  { not_null = ["period", "municipality_name", "planned", "done", "confirmed"] },
  { unique = ["period", "municipality_name"] },
]

[headings]
period          = "Учебный год"
planned         = "Запланировано"
done            = "Выполнено"
with_document   = "С документом"
confirmed       = "Подтверждено"
document_early  = "Документ раньше"
document_late   = "Документ много позже"
shared_evidence = "Один документ на несколько"
undated         = "Без даты"
*/
-- Одна строка — муниципалитет и учебный год: запланировано, сделано (есть описание или документ), подтверждено документом
-- с непротиворечивой датой, споры дат в обе стороны и мероприятия, державшиеся на одном и том же документе.
select period,
       max(municipality_key)                                                          as municipality_key,
       municipality_name,
       count(*)                                                                       as planned,
       count(*) filter (where done)                                                   as done,
       count(*) filter (where documents > 0)                                          as with_document,
       count(*) filter (where documents > 0 and not date_contradiction)               as confirmed,
       count(*) filter (where document_early)                                         as document_early,
       count(*) filter (where document_late)                                          as document_late,
       count(*) filter (where shared_evidence)                                        as shared_evidence,
       count(*) filter (where ends is null)                                           as undated
from   road_map_events
group  by period, municipality_name
