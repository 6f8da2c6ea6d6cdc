/*
title = "Сводка слушателей: сходится ли напечатанное"
tests = [
  { not_null = ["label", "period", "total"] },
]
*/
-- Одна строка — строка сводки: напечатанные итоги рядом с пересчётом; у муниципалитета — сколько из них в перечисленных школах.
-- Итог муниципалитета больше суммы перечисленных школ законно: перечислены только ШНОР.
with listed as (
    select period, half_year, municipality_name,
           sum(coalesce(iro_fed, 0))    as iro_fed,
           sum(coalesce(iro_other, 0))  as iro_other,
           sum(total)                   as total,
           count(*)                     as schools
    from   kpk_summary
    where  school_name is not null
    group  by period, half_year, municipality_name
)
select k.period,
       k.half_year,
       k.form,
       k.label,
       coalesce(m.municipality_key, a.municipality_key)                as municipality_key,
       m.school_key,
       case when k.school_name is not null then 'school'
            when k.municipality_name is not null then 'municipality'
            else 'region' end                                          as level,
       coalesce(k.academy_fed, 0)                                      as academy_fed,
       coalesce(k.iro_fed, 0)                                          as iro_fed,
       k.fed_total                                                     as printed_fed_total,
       coalesce(k.academy_fed, 0) + coalesce(k.iro_fed, 0)             as fed_total,
       coalesce(k.iro_other, 0)                                        as iro_other,
       k.total                                                         as total,
       coalesce(k.academy_fed, 0) + coalesce(k.iro_fed, 0) + coalesce(k.iro_other, 0) as recomputed_total,
       coalesce(k.fed_total = coalesce(k.academy_fed, 0) + coalesce(k.iro_fed, 0), true)
         and k.total = coalesce(k.academy_fed, 0) + coalesce(k.iro_fed, 0) + coalesce(k.iro_other, 0) as agrees,
       l.schools                                                       as listed_schools,
       l.total                                                         as listed_total,
       k._batch                                                        as batch,
       k._row                                                          as line
from   kpk_summary k
left join school_match m        on m.school_ref = k.school_ref
left join municipality_alias a  on a.municipality_name = k.municipality_name
left join listed l  on k.school_name is null
                   and l.period = k.period
                   and l.half_year = k.half_year
                   and l.municipality_name = k.municipality_name
