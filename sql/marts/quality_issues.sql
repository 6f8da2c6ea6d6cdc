/*
title = "Замечания к данным"
tests = [
  { not_null = ["rule", "severity", "label"] },
  { accepted_values = { column = "severity", values = ["error", "warning", "note"] } },
]
*/
-- Одна строка — одно замечание: что напечатано, что получается пересчётом и в какой строке какого файла это стоит.
-- error — числа источника спорят друг с другом; warning — проверить человеку; note — проверить нечем.
with found as (
    -- Доли отчётов
    select 'claim_gap' as rule, 'error' as severity, period, cast(null as varchar) as subject, cast(null as bigint) as grade,
           'municipality' as level, municipality_key, cast(null as varchar) as school_key,
           claim as label, printed, recomputed,
           cast(num as varchar) || ' из ' || cast(den as varchar) as note,
           batch, line
    from   claims_check
    where  contradiction
    union all
    select 'claim_impossible', 'error', period, null, null, 'municipality', municipality_key, null,
           claim, printed, 100.0 * nearest_num / den,
           'ближайшее возможное: ' || cast(cast(nearest_num as bigint) as varchar) || ' из ' || cast(den as varchar),
           batch, line
    from   claims_check
    where  impossible
    union all
    select 'claim_split', 'error', period, null, null, 'municipality', municipality_key, null,
           split, max(split_printed), 100.0,
           'сумма долей разбиения; школ набирается ' || cast(cast(max(split_num) as bigint) as varchar)
               || ' из ' || cast(max(den) as varchar),
           min(batch), min(line)
    from   claims_check
    where  split_over
    group  by period, municipality_key, split
    union all
    select 'claim_twice', 'error', period, null, null, 'municipality', municipality_key, null,
           claim, printed, section_share, 'в таблице активности о том же разделе напечатано другое', batch, line
    from   claims_check
    where  section_differs
    union all
    select 'claim_unproven', 'note', period, null, null, 'municipality', municipality_key, null,
           claim, printed, null,
           case when implied_den_from is not null
                then 'знаменатель не назван; выходит ' || cast(cast(implied_den_from as bigint) as varchar)
                     || '…' || cast(cast(implied_den_to as bigint) as varchar)
                when den is not null then 'числитель не назван'
                else 'ни числителя, ни знаменателя' end,
           batch, line
    from   claims_check
    where  unproven and not impossible
    union all
    -- Активность по разделам: буквенный код против доли
    select 'section_code', 'warning', period, null, null, 'municipality', municipality_key, null,
           section, share, null, 'напечатан код ' || printed_code || ', по границам ' || code, batch, line
    from   section_levels_check
    where  not agrees
    union all
    -- Сводка слушателей: итоги
    select 'kpk_total', 'error', period, null, null, level, municipality_key, school_key,
           label, cast(total as double), cast(recomputed_total as double), form, batch, line
    from   kpk_summary_check
    where  not agrees
    union all
    select 'kpk_listed', 'error', period, null, null, level, municipality_key, school_key,
           label, cast(total as double), cast(listed_total as double), 'перечисленные школы больше итога', batch, line
    from   kpk_summary_check
    where  listed_total > total
    union all
    -- Ф3
    select 'f3_sum', 'warning', period, subject, grade, level, municipality_key, school_key,
           label, pct_sum, 100.0, 'доли отметок не дают 100 %', batch, line
    from   vpr_stats_check
    where  not adds_up
    union all
    select 'f3_group', 'error', period, subject, grade, level, municipality_key, school_key,
           label, pct2, listed_pct2,
           'доля «2» против суммы школ; участников напечатано ' || cast(n as varchar)
               || ', в школах ' || cast(listed_n as varchar)
               || '; школ напечатано ' || coalesce(cast(schools as varchar), '—')
               || ', перечислено ' || cast(listed_schools as varchar),
           batch, line
    from   vpr_stats_check
    where  listed = 'не сходится'
    union all
    select 'f3_partial', 'note', period, subject, grade, level, municipality_key, school_key,
           label, cast(schools as double), cast(listed_schools as double), 'перечислены не все школы: сверить не с чем', batch, line
    from   vpr_stats_check
    where  listed = 'перечислены не все школы'
    union all
    select 'f3_protocols', 'warning', period, subject, grade, level, municipality_key, school_key,
           label, pct2, our_pct2,
           'доля «2» против протоколов; участников ' || cast(n as varchar) || ' и ' || cast(our_n as varchar),
           batch, line
    from   vpr_stats_check
    where  our_n is not null and (n <> our_n or abs(gap) > $group_gap)
    union all
    -- Сравнение с журналом
    select 'journal_share', 'error', period, subject, grade, level, municipality_key, school_key,
           label, pct_down, share_down, 'доли посчитаны не от тех, у кого есть обе отметки', batch, line
    from   vpr_journal_check
    where  not shares_agree
    union all
    select 'journal_count', 'error', period, subject, grade, level, municipality_key, school_key,
           label, cast(n as double), cast(n_both as double), 'сравнений больше, чем участников', batch, line
    from   vpr_journal_check
    where  n_without < 0
    union all
    select 'journal_group', 'error', period, subject, grade, level, municipality_key, school_key,
           label, cast(n_both as double), cast(listed_down + listed_same + listed_up as double),
           'сравнений напечатано и в сумме школ', batch, line
    from   vpr_journal_check
    where  listed = 'не сходится'
    union all
    select 'journal_protocols', 'warning', period, subject, grade, level, municipality_key, school_key,
           label, cast(n_down as double), cast(our_down as double),
           'понизили: напечатано и по протоколам; с обеими отметками ' || cast(n_both as varchar)
               || ' и ' || cast(our_n_both as varchar),
           batch, line
    from   vpr_journal_check
    where  our_n_both is not null and (n_both <> our_n_both or n_down <> our_down or n_up <> our_up)
    union all
    -- Дорожная карта
    select case when document_early then 'event_document_early' else 'event_document_late' end, 'warning',
           period, null, null, 'municipality', municipality_key, null, title, null, null,
           'мероприятие: ' || coalesce(held_printed, '—') || '; документы: '
               || coalesce(to_char(evidence_from, '%d.%m.%Y'), '—')
               || case when evidence_to <> evidence_from then ' — ' || to_char(evidence_to, '%d.%m.%Y') else '' end,
           batch, line
    from   road_map_events
    where  date_contradiction
    union all
    select 'event_shared_document', 'note', period, null, null, 'municipality', municipality_key, null,
           title, null, null, 'тем же документом подтверждены и другие мероприятия', batch, line
    from   road_map_events
    where  shared_evidence
    union all
    -- Протоколы ВПР
    select 'score_over_max', 'warning', period, subject, grade, 'school', null, school_key,
           school_ref, cast(n_over_max as double), 0.0, 'участников с баллом выше максимума работы', null, null
    from   vpr_marks
    where  n_over_max > 0
    union all
    select 'score_not_sum', 'warning', t.period, t.subject, t.grade, 'school', null, c.school_key,
           c.school_ref, cast(c.n_differs as double), 0.0,
           'участников, у кого балл не равен сумме заданий, из ' || cast(c.n as varchar), null, null
    from   vpr_sum_check c
    join   vpr_tests t on t.test = c.test
    where  c.n_differs > 0
)
select f.rule,
       f.severity,
       f.period,
       f.subject,
       f.grade,
       f.level,
       case f.level when 'school'       then coalesce(f.school_key, f.label)
                    when 'municipality' then coalesce(f.municipality_key, f.label)
                    when 'region'       then (select max(region_key) from region)
                    else f.level end                      as entity,
       coalesce(f.municipality_key, s.municipality_key)  as municipality_key,
       f.school_key,
       f.label,
       f.printed,
       f.recomputed,
       f.printed - f.recomputed                          as gap,
       f.note,
       b.pipeline,
       b.path,
       b.sheet,
       f.line
from   found f
left join schools s  on s.school_key = f.school_key
left join batches b  on b.batch = f.batch
