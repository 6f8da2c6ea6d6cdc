use super::*;

const INDICATOR: &str = r#"
-- sql/indicators/vpr.share2.sql
/*
title = "Двойки"
formula = "доля"
unit = "%"
measure = "share"
levels = ["school", "region"]
dimensions = ["task"]
*/
select 1 as num
"#;

#[test]
fn a_sound_dashboard_is_read() {
    assert_snapshot!(report(&format!(
        r#"{INDICATOR}
-- dashboards/main.toml
title = "Главное"
[[panel]]
id = "values"
title = "Значения"
kind = "bar"
indicators = ["vpr.share2"]
filters = {{ subject = "RU", task = 1 }}
[[panel]]
id = "words"
title = "Слова"
kind = "text"
text = "Привет"
[[panel]]
id = "query"
title = "Запрос"
sql = "select * from region"
"#
    )), @"");
}

#[test]
fn all_mistakes_of_a_dashboard_at_once() {
    assert_snapshot!(report(&format!(
        r#"{INDICATOR}
-- dashboards/main.toml
titel = "Главное"
[[panel]]
id = "a"
title = "Значения"
indicators = ["vpr.share3", "vpr"]
level = "regoin"
[[panel]]
id = "a"
title = "По городам"
indicators = ["vpr.share2"]
level = "municipality"
filters = {{ subjct = "RU" }}
dynamics = true
[[panel]]
title = "Два сразу"
text = "Привет"
sql = "select 1"
[[panel]]
id = "c"
title = "Запрос"
level = "school"
sql = """
select *
from   regoin
where  $months > 1
"""
[[panel]]
id = "d"
title = "С отступом"
sql = "select *\n\tfrom regoin"
[[panel]]
id = "e"
title = "Не вопрос"
sql = 'drop table region'
"#
    )), @"");
}
