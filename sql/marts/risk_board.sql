/*
title = "Доска рисков 500+"
tests = [
  { not_null = ["period", "school_name", "printed"] },
  { unique = ["period", "school_ref", "printed"] },
  { not_null = ["risk"], severity = "warning" },
  { not_null = ["school_key"], severity = "warning" },
]

[headings]
school_ref   = "Написание школы"
risk         = "Риск (код)"
risk_title   = "Фактор риска"
printed      = "Как напечатано"
significance = "Значимость"
state        = "Состояние"
verified     = "Верифицирован"
evidence     = "Подтверждающие документы"
documents    = "Документов"
evidence_to  = "Последний документ от"
due          = "Срок, как напечатан"
due_from     = "Срок, с"
due_to       = "Срок, по"
*/
-- Одна строка — фактор риска школы: код из справочника, состояние, чем подтверждено и к какому сроку. Написание школы берётся как есть, с латинскими двойниками букв.
select r.period,
       r.school_ref,
       m.school_key,
       coalesce(m.municipality_key, a.municipality_key)  as municipality_key,
       r.school_name,
       f.risk,
       f.title                         as risk_title,
       regexp_replace(r.risk, '[;,.\s]+$', '')  as printed,
       r.significance,
       r.state,
       r.state in ('verified', 'in_programme', 'closed')  as verified,
       r.evidence,
       coalesce(r.evidence_count, 0)   as documents,
       r.evidence_to,
       r.due,
       r.due_from,
       r.due_to
from   risk_500 r
left join school_match m        on m.school_ref = r.school_ref
left join municipality_alias a  on a.municipality_name = r.municipality_name
left join risk_factors f        on regexp_like(replace(lower(r.risk), 'ё', 'е'), f.pattern)
