/*
title = "Коэффициент участия школ"
tests = [
  { not_null = ["period", "school_name", "ku", "origin"] },
  { accepted_range = { column = "ku", min = 0 } },
]

[headings]
period   = "Учебный год"
ku       = "Коэффициент участия"
sections = "Разделов"
origin   = "Источник"
*/
-- Одна строка — школа и учебный год: в скольких разделах дорожной карты участвовала. «Менее 1» — ни в одном.
-- Если отчёта координатора нет, КУ пересчитан по ответам школы: разделов тогда столько, сколько в её форме.
with reported as (
    select k.period,
           k.school_ref,
           m.school_key,
           coalesce(m.municipality_key, a.municipality_key)  as municipality_key,
           k.municipality_name,
           k.school_name,
           case when k.ku_cmp = '<' then cast(k.ku as bigint) - 1 else cast(k.ku as bigint) end  as ku,
           coalesce(k.sections, 10)                                                              as sections
    from   ku k
    left join school_match m        on m.school_ref = k.school_ref
    left join municipality_alias a  on a.municipality_name = k.municipality_name
),
replied as (
    select period, school_ref,
           max(school_key)         as school_key,
           max(municipality_key)   as municipality_key,
           max(municipality_name)  as municipality_name,
           max(school_name)        as school_name,
           count(distinct case when took_part then section end)  as ku,
           count(distinct section)                               as sections
    from   road_map_replies
    group  by period, school_ref
)
select period, school_key, municipality_key, municipality_name, school_name, ku, sections, 'отчёт' as origin
from   reported
union all
select r.period, r.school_key, r.municipality_key, r.municipality_name, r.school_name, r.ku, r.sections, 'ответы школы'
from   replied r
left join reported k  on k.period = r.period
                     and (k.school_ref = r.school_ref or k.school_key = r.school_key)
where  k.period is null
