/*
title = "Учителя школы на учебный год"
materialize = "view"
*/
-- Одна строка — школа и учебный год, за который есть факты о людях: число учителей из последней анкеты не позже него,
-- а если такой нет — из самой ранней.
with periods as (
    select distinct period from kpk_registry where period is not null union
    select distinct period from diagnostics  where period is not null union
    select distinct period from ipr          where period is not null
),
ranked as (
    select p.period, s.school_key, s.municipality_key, s.teachers,
           row_number() over (partition by p.period, s.school_key
                              order by case when s.period <= p.period then 0 else 1 end,
                                       case when s.period <= p.period then s.period end desc,
                                       s.period) as place
    from   periods p
    cross join staff s
    where  s.teachers > 0
)
select period, school_key, municipality_key, teachers
from   ranked
where  place = 1
