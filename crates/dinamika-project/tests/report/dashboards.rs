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
    )), @"
        dashboards/main.toml:1:1: error: unknown key `titel` [unknown-key]
            help: did you mean `title`?
        dashboards/main.toml:1:1: error: `title` is missing [bad-value]
        dashboards/main.toml:5:15: error: `vpr.share3` is no indicator of sql/indicators [unknown-table]
            help: did you mean `vpr.share2`?
        dashboards/main.toml:5:29: error: `vpr` is not an indicator id: `group.name` [bad-value]
        dashboards/main.toml:6:9: error: expected `school`, `municipality` or `region`, found `regoin` [bad-value]
            help: did you mean `region`?
        dashboards/main.toml:8:6: error: two panels are called `a`, the first at dashboards/main.toml:3:6 [duplicate]
        dashboards/main.toml:11:9: error: `vpr.share2` is published at school, region only, not at municipality [bad-value]
        dashboards/main.toml:12:13: error: `indicator_dynamics` has no column `subjct` [unknown-column]
            help: did you mean `subject`?
        dashboards/main.toml:14:1: error: `id` is missing [bad-value]
        dashboards/main.toml:14:1: error: a panel has exactly one of `indicators`, `sql` and `text` [bad-value]
        dashboards/main.toml:21:9: error: `level` goes with `indicators` only [bad-value]
        dashboards/main.toml:24:8: error: `regoin` is neither a pipeline's table, a reference nor a model [unknown-table]
            help: did you mean `region`?
        dashboards/main.toml:25:8: error: `$months` is no parameter of the project [unknown-key]
            help: declare it under [params] of dinamika.toml
        dashboards/main.toml:30:7: error: `regoin` is neither a pipeline's table, a reference nor a model [unknown-table]
            help: did you mean `region`?
        dashboards/main.toml:34:8: error: expected exactly one SELECT, found another kind of statement [sql]
    ");
}
