/*
title     = "Мероприятия оформлены в срок"
formula   = "100 · мероприятия, последний документ которых подписан не раньше начала и не позже $event_doc_days дней после конца / мероприятия с известной датой"
unit      = "%"
direction = "up"
measure   = "share"
min_n     = 3
levels    = ["municipality", "region"]
source    = "отчёт о дорожной карте"
*/
-- Без даты документа срока не видно: такое мероприятие в числитель не входит.
select municipality_key, period,
       count(*) filter (where evidence_to is not null and not date_contradiction)  as num,
       count(*)                                                                    as den
from   road_map_events
where  ends is not null
group  by municipality_key, period
