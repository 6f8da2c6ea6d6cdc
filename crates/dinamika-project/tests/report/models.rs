use super::*;

#[test]
fn all_mistakes_of_a_header_at_once() {
    assert_snapshot!(report(
        r#"
-- sql/marts/marks.sql
/*
titel = "Отметки"
materialize = "veiw"
zone = "martt"
partition_by = "День"
tests = [
  { not_null = ["a", "Б"] },
  { unik = ["a"] },
  { accepted_values = { colum = "x", values = ["a"] } },
  { relationships = { column = "x", to = "schools" } },
  { accepted_range = { column = "x", min = "0" } },
  { not_null = "a", unique = "b" },
  { not_null = ["a"], severity = "warn" },
]
[headings]
a = "Балл"
b = "Балл"
"В" = "Имя"
c = 1
*/
select 1 as a
-- sql/marts/seen.sql
/* title = "Вид"
materialize = "view"
zone = "mart" */
select 1 as a
-- sql/indicators/vpr.share2.sql
/*
title = "Двойки"
direction = "downwards"
min_n = -1
levels = ["school", "city"]
measure = "sharе"
dimensions = ["Тема"]
*/
select 1 as num
-- sql/indicators/share.sql
/* title = "Имя без группы" */
select 1
-- sql/tests/none.sql
/* title = "Нет" 
severity = "fatal" */
select 1
"#
    ), @"
        sql/indicators/share.sql:1:1: error: file name: `share` is not an indicator id: `group.name` [bad-value]
        sql/indicators/vpr.share2.sql:1:3: error: `formula` is missing [bad-value]
        sql/indicators/vpr.share2.sql:1:3: error: `unit` is missing [bad-value]
        sql/indicators/vpr.share2.sql:3:13: error: expected `up`, `down` or `neutral`, found `downwards` [bad-value]
        sql/indicators/vpr.share2.sql:4:9: error: expected a whole number from 0, found -1 [bad-value]
        sql/indicators/vpr.share2.sql:5:21: error: expected `school`, `municipality` or `region`, found `city` [bad-value]
        sql/indicators/vpr.share2.sql:6:11: error: expected `share`, `percent`, `mean`, `ratio` or `count`, found `sharе` [bad-value]
            help: did you mean `share`?
        sql/indicators/vpr.share2.sql:7:15: error: `Тема` is not a column name: lower-case Latin letters, digits and _ [bad-value]
        sql/marts/marks.sql:1:3: error: `title` is missing [bad-value]
        sql/marts/marks.sql:2:1: error: unknown key `titel` [unknown-key]
            help: did you mean `title`?
        sql/marts/marks.sql:3:15: error: expected `table` or `view`, found `veiw` [bad-value]
            help: did you mean `view`?
        sql/marts/marks.sql:4:8: error: expected `curated` or `mart`, found `martt` [bad-value]
            help: did you mean `mart`?
        sql/marts/marks.sql:5:16: error: `День` is not a column name: lower-case Latin letters, digits and _ [bad-value]
        sql/marts/marks.sql:7:22: error: `Б` is not a column name: lower-case Latin letters, digits and _ [bad-value]
        sql/marts/marks.sql:8:3: error: a test is exactly one of not_null, unique, accepted_values, relationships, accepted_range [bad-value]
        sql/marts/marks.sql:8:5: error: unknown key `unik` [unknown-key]
            help: known keys: accepted_range, accepted_values, not_null, relationships, severity, unique
        sql/marts/marks.sql:9:23: error: `column` is missing [bad-value]
        sql/marts/marks.sql:9:25: error: unknown key `colum` [unknown-key]
            help: did you mean `column`?
        sql/marts/marks.sql:10:42: error: expected `table.column`, found `schools` [bad-value]
        sql/marts/marks.sql:11:44: error: expected a number, found string [bad-value]
        sql/marts/marks.sql:12:3: error: a test is exactly one of not_null, unique, accepted_values, relationships, accepted_range [bad-value]
        sql/marts/marks.sql:13:34: error: expected `error` or `warning`, found `warn` [bad-value]
        sql/marts/marks.sql:17:5: error: two columns are called «Балл» [duplicate]
        sql/marts/marks.sql:18:1: error: `В` is not a column name: lower-case Latin letters, digits and _ [bad-value]
        sql/marts/marks.sql:19:5: error: expected a string, found integer [bad-value]
        sql/marts/seen.sql:3:8: error: `zone` means nothing for a view: it is not kept [bad-value]
        sql/tests/none.sql:2:12: error: expected `error` or `warning`, found `fatal` [bad-value]
    ");
}

#[test]
fn a_sql_file_is_a_header_and_one_select() {
    assert_snapshot!(report(
        r#"
-- sql/marts/bare.sql
select 1
-- sql/marts/broken.sql
/* title = "Запятая" */
select a,, b
from x
-- sql/marts/text.sql
/* title = "Кавычка" */
select 'не закрыта
-- sql/marts/two.sql
/* title = "Два" */
select 1; select 2
-- sql/marts/none.sql
/* title = "Ничего" */
-- sql/marts/delete.sql
/* title = "Не вопрос" */
delete from two
"#
    ), @r#"
        sql/marts/bare.sql:1:1: error: a SQL file begins with its description: `/* title = "…" */` [syntax]
        sql/marts/broken.sql:2:10: error: Expected: an expression, found: , [syntax]
        sql/marts/delete.sql:2:1: error: expected exactly one SELECT, found another kind of statement [sql]
        sql/marts/none.sql:2:1: error: expected exactly one SELECT, found nothing [sql]
        sql/marts/text.sql:2:8: error: Unterminated string literal [syntax]
        sql/marts/two.sql:2:10: error: expected exactly one SELECT, found another statement [sql]
    "#);
}

#[test]
fn unknown_names_stand_where_they_are_written() {
    assert_snapshot!(report(&format!(
        r#"{}
-- dinamika.toml
[params]
months = 36
-- sql/marts/marks.sql
/* title = "Отметки"
tests = [
  {{ relationships = {{ column = "a", to = "schols.key" }} }},
  {{ relationships = {{ column = "a", to = "vpr.lgin" }} }},
] */
-- vrp is a comment, and so is $month
with vpr2 as (select 'vrp' as vrp from vpr)
select * from vpr2
join   /* Привет */ vrp on $month > $months
where  exists (select 1 from other.vpr) and exists (select 1 from "Vpr")
"#,
        pipelines::SOUND
    )), @"
        sql/marts/marks.sql:3:42: error: `schols` is neither a pipeline's table, a reference nor a model [unknown-table]
        sql/marts/marks.sql:4:42: error: `vpr` has no column `lgin` [unknown-column]
            help: did you mean `login`?
        sql/marts/marks.sql:9:21: error: `vrp` is neither a pipeline's table, a reference nor a model [unknown-table]
            help: did you mean `vpr`?
        sql/marts/marks.sql:9:28: error: `$month` is no parameter of the project [unknown-key]
            help: did you mean `$months`?
        sql/marts/marks.sql:10:30: error: `other.vpr`: tables of a project stand in no schema, they are read by name alone [unknown-table]
        sql/marts/marks.sql:10:67: error: `Vpr` is not a table name: lower-case Latin letters, digits and _ [unknown-table]
    ");
}

#[test]
fn table_functions_and_ctes_are_no_tables() {
    let loaded = project(
        "-- sql/staging/a.sql\n/* title = \"Ряд\" */\nwith recursive t as (select 1 as n union all select n + 1 from t where n < 5)\n\
         select * from t, generate_series(1, 5) as s(x), unnest([1, 2]) as u(y)\n",
    );
    assert_snapshot!(loaded.report.iter().map(ToString::to_string).collect::<String>(), @"");
    assert!(loaded.project.models[0].reads.is_empty());
}

#[test]
fn what_could_not_be_read_is_not_unknown_too() {
    assert_snapshot!(report(
        r#"
-- pipelines/vpr.toml
title = "ВПР
-- sql/staging/broken.sql
/* title = Нет кавычек */
select 1
-- sql/staging/reader.sql
/* title = "Читает" */
select * from vpr, broken, brokn
"#
    ), @r#"
        pipelines/vpr.toml:1:13: error: invalid basic string, expected `"` [syntax]
        sql/staging/broken.sql:1:12: error: string values must be quoted, expected literal string [syntax]
        sql/staging/reader.sql:2:28: error: `brokn` is neither a pipeline's table, a reference nor a model [unknown-table]
            help: did you mean `broken`?
    "#);
}

#[test]
fn all_mistakes_of_a_unit_test_at_once() {
    assert_snapshot!(report(&format!(
        r#"{}
-- sql/marts/marks.sql
/* title = "Отметки" */
select mark from vpr
-- sql/unit/marks.toml
model = "mraks"
expct = 1
[[given.vpr]]
mrak = 2
[[given.vpr]]
mrak = 3
_row = 1
[[given.vrp]]
mark = 2
"#,
        pipelines::SOUND
    )), @"
        sql/unit/marks.toml:1:1: error: `expect` is missing [bad-value]
        sql/unit/marks.toml:1:9: error: `mraks` is no model [unknown-table]
            help: did you mean `marks`?
        sql/unit/marks.toml:2:1: error: unknown key `expct` [unknown-key]
            help: did you mean `expect`?
        sql/unit/marks.toml:4:1: error: `vpr` has no column `mrak` [unknown-column]
            help: did you mean `mark`?
        sql/unit/marks.toml:8:9: error: `vrp` is neither a pipeline's table, a reference nor a model [unknown-table]
            help: did you mean `vpr`?
    ");
}
