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
    assert_snapshot!(fields.join("\n"), @"");
    assert_eq!(project.references[0].rows[1], [Some("b".to_owned()), None, None, None, None, None]);
}

#[test]
fn all_mistakes_of_a_reference_at_once() {
    assert_snapshot!(report(
        "-- pipelines/reference/tiers.csv\ncode,rank:int,share:number,since:date,open:bool\n\
         а,первый,0.5,2025-09-01,true\n\"б, в\",1,\"0,5\",01.09.2025,может\nв,1\n"
    ), @"");
    assert_snapshot!(report("-- pipelines/reference/tiers.csv\ncode,Rank:int,share:money,code\n"), @"");
    assert_snapshot!(report("-- pipelines/reference/tiers.csv\n"), @"");
}
