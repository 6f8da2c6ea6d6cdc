use super::*;

#[test]
fn a_reference_is_typed() {
    let text = "-- pipelines/reference/tiers.csv\ncode,rank:int,share:number,since:date,open:bool,title\n\
                a,1,0.5,2025-09-01,true,\"Один, два\"\nb,,,,,\n";
    assert_snapshot!(report(text), @"");
    let project = project(text).project;
    let schema = project.references[0].schema();
    let fields: Vec<_> =
        schema.fields().iter().map(|field| format!("{} {}", field.name(), field.data_type())).collect();
    assert_snapshot!(fields.join("\n"), @"
        code Utf8
        rank Int64
        share Float64
        since Date32
        open Boolean
        title Utf8
    ");
    assert_eq!(project.references[0].rows[1], [Some("b".to_owned()), None, None, None, None, None]);
}

#[test]
fn all_mistakes_of_a_reference_at_once() {
    assert_snapshot!(report(
        "-- pipelines/reference/tiers.csv\ncode,rank:int,share:number,since:date,open:bool\n\
         а,первый,0.5,2025-09-01,true\n\"б, в\",1,\"0,5\",01.09.2025,может\nв,1\n"
    ), @"
        pipelines/reference/tiers.csv:2:3: error: expected a whole number, found `первый` [bad-value]
        pipelines/reference/tiers.csv:3:10: error: expected a number with a decimal point, found `0,5` [bad-value]
        pipelines/reference/tiers.csv:3:16: error: expected a date like 2025-09-01, found `01.09.2025` [bad-value]
        pipelines/reference/tiers.csv:3:27: error: expected true or false, found `может` [bad-value]
        pipelines/reference/tiers.csv:4:1: error: expected 5 cells, found 2 [bad-value]
    ");
    assert_snapshot!(report("-- pipelines/reference/tiers.csv\ncode,Rank:int,share:money,code\n"), @"
        pipelines/reference/tiers.csv:1:6: error: `Rank` is not a column name: lower-case Latin letters, digits and _ [bad-value]
        pipelines/reference/tiers.csv:1:15: error: expected a type text, int, number, date or bool, found `money` [bad-value]
        pipelines/reference/tiers.csv:1:27: error: two columns are called `code` [duplicate]
    ");
    assert_snapshot!(report("-- pipelines/reference/tiers.csv\n"), @"pipelines/reference/tiers.csv:1:1: error: expected a header like `code,title,rank:int`, found nothing [syntax]");
}
