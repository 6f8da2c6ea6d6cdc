//! How our functions tell of themselves.

use datafusion::logical_expr::{DocSection, Documentation};

const SECTION: DocSection = DocSection {
    include: true,
    label: "Dynamics",
    description: Some("Intervals, comparisons and corrections for chance"),
};

/// What a function gives, how it is written, an example, and its arguments as (name, meaning).
pub(super) fn documentation(
    gives: &str,
    syntax: &str,
    example: &str,
    arguments: &[(&'static str, &'static str)],
) -> Documentation {
    let start = Documentation::builder(SECTION, gives, syntax).with_sql_example(format!("```sql\n{example}\n```"));
    arguments.iter().fold(start, |doc, (name, meaning)| doc.with_argument(*name, *meaning)).build()
}
