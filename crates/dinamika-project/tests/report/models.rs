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
    ), @"");
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
    ), @"");
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
    )), @"");
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
    ), @"");
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
    )), @"");
}
