/*
title = "Мероприятия дорожной карты"
tests = [
  { not_null = ["period", "municipality_name", "title", "done"] },
  { unique = ["period", "municipality_name", "title"] },
]

[headings]
region_code        = "Код региона"
municipality_name  = "Муниципалитет"
title              = "Все мероприятия, запланированные в муниципальной дорожной карте"
description        = "Краткое описание мероприятий"
held_printed       = "Дата проведения мероприятия"
responsible_org    = "Организация, ответственная за проведение мероприятия"
audience           = "Целевая аудитория мероприятия"
evidence           = "Ссылка на размещение документов, подтверждающих проведение мероприятия"
line               = "№"
starts             = "Начало"
ends               = "Конец"
precision          = "Точность даты"
documents          = "Документов"
evidence_from      = "Документы, с"
evidence_to        = "Документы, по"
done               = "Выполнено"
document_early     = "Документ раньше мероприятия"
document_late      = "Документ слишком поздно"
date_contradiction = "Даты спорят"
shared_evidence    = "Документ общий с другим мероприятием"
batch              = "Партия"
*/
-- Одна строка — мероприятие: когда, сделано ли, чем подтверждено и не спорят ли даты документов с датой мероприятия.
-- Спор: документ подписан раньше начала или позже конца больше чем на event_doc_days дней.
-- Документы чужого мероприятия («один круглый стол на три строки») видны по shared_evidence.
with dated as (
    select r.*,
           coalesce(r.held_from,
                    case when r.held_precision = 'year' then to_date(substr(r.period, 1, 4) || '-09-01') end)  as starts,
           coalesce(r.held_to,
                    case when r.held_precision = 'year'
                         then to_date(cast(cast(substr(r.period, 1, 4) as bigint) + 1 as varchar) || '-08-31') end) as ends
    from   road_map r
),
judged as (
    select d.*,
           d.evidence_to > d.ends + cast(cast(cast($event_doc_days as bigint) as varchar) || ' days' as interval)  as late,
           d.evidence_from < d.starts                                                      as early
    from   dated d
)
select j.period,
       j.region_code,
       a.municipality_key,
       j.municipality_name,
       j.line,
       j.title,
       j.description,
       j.held                                                                   as held_printed,
       j.starts,
       j.ends,
       j.held_precision                                                         as precision,
       j.responsible_org,
       j.audience,
       j.evidence,
       coalesce(j.evidence_count, 0)                                            as documents,
       j.evidence_from,
       j.evidence_to,
       nullif(j.description, '') is not null or coalesce(j.evidence_count, 0) > 0  as done,
       coalesce(j.early, false)                                                 as document_early,
       coalesce(j.late, false)                                                  as document_late,
       coalesce(j.early, false) or coalesce(j.late, false)                      as date_contradiction,
       count(*) over (partition by j.period, j.municipality_name, j.evidence) > 1
         and j.evidence is not null                                             as shared_evidence,
       j._batch                                                                 as batch
from   judged j
left join municipality_alias a on a.municipality_name = j.municipality_name
