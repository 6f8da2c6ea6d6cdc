/*
title = "Ученики школ по классам"
materialize = "view"
*/
-- Одна строка — школа, учебный год и класс: сколько учеников школа назвала в контекстной анкете.
with told as (
    select m.school_key, m.municipality_key, c.period,
           unnest(range(1, 12))                                           as grade,
           unnest([c.pupils_1, c.pupils_2, c.pupils_3, c.pupils_4, c.pupils_5, c.pupils_6,
                   c.pupils_7, c.pupils_8, c.pupils_9, c.pupils_10, c.pupils_11])  as pupils
    from   school_context c
    join   school_match m  on m.school_ref = c.school_ref
    where  m.school_key is not null
)
select school_key, municipality_key, period, grade, max(pupils) as pupils
from   told
where  pupils is not null
group  by school_key, municipality_key, period, grade
