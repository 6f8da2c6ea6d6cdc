//! A SELECT of the project: which tables and parameters it reads, and where it names them.

use std::{
    collections::{BTreeSet, HashMap},
    ops::ControlFlow,
};

use datafusion_sql::{
    parser::{DFParser, Statement},
    resolve::resolve_table_references,
    sqlparser::ast::{ObjectNamePart, Statement as Sql, TableFactor, Visit, Visitor},
};

use super::tree::Source;
use crate::{Place, Report, Rule, TableName};

/// What a SELECT reads, each with the place of its first mention.
#[derive(Default)]
pub(crate) struct Select {
    pub(crate) reads: Vec<(TableName, Place)>,
    pub(crate) params: Vec<(String, Place)>,
}

impl Select {
    /// Parses exactly one SELECT; none when it is anything else.
    pub(crate) fn parse(source: &Source<'_>, report: &mut Report) -> Option<Self> {
        let statement = statement(source, report)?;
        let tables = match resolve_table_references(&statement, true) {
            Ok((tables, _)) => tables,
            Err(error) => {
                report.push(source.error(0, Rule::Sql, error.strip_backtrace()));
                return None;
            }
        };
        let named = Named::of(&statement);
        let mut reads = Vec::new();
        for table in tables.iter().filter(|table| !named.functions.contains(table.table())) {
            let spot = named.tables.get(&table.to_string());
            let at = spot.map_or(0, |(line, column)| offset(source.text, *line, *column));
            match table.table().parse::<TableName>() {
                Ok(name) if table.schema().is_none() => reads.push((name, source.place(at))),
                Ok(_) => {
                    let message =
                        format!("`{table}`: tables of a project stand in no schema, they are read by name alone");
                    report.push(source.error(at, Rule::UnknownTable, message));
                }
                Err(error) => report.push(source.error(at, Rule::UnknownTable, error.to_string())),
            }
        }
        Some(Self { reads, params: params(source) })
    }

    /// The tables alone.
    pub(crate) fn tables(&self) -> Vec<TableName> {
        self.reads.iter().map(|(name, _)| name.clone()).collect()
    }
}

/// The one query of a text; anything else goes to the report.
fn statement(source: &Source<'_>, report: &mut Report) -> Option<Statement> {
    let mut statements = match DFParser::parse_sql(source.text) {
        Ok(statements) => statements,
        Err(error) => {
            let told = error.strip_backtrace();
            let (line, column) = position(&told).unwrap_or((1, 1));
            report.push(source.error(offset(source.text, line, column), Rule::Syntax, sentence(&told)));
            return None;
        }
    };
    let first = statements.pop_front();
    let (at, found) = match (&first, statements.pop_front()) {
        (None, _) => (source.text.len(), "nothing"),
        (Some(_), Some(_)) => (uncommented(source.text).find(';').map_or(0, |at| at + 1), "another statement"),
        (Some(Statement::Statement(sql)), None) if matches!(**sql, Sql::Query(_)) => return first,
        (Some(_), None) => {
            let code = uncommented(source.text);
            (code.len() - code.trim_start().len(), "another kind of statement")
        }
    };
    report.push(source.error(at, Rule::Sql, format!("expected exactly one SELECT, found {found}")));
    None
}

/// Names of a statement with the line and column of their first mention.
#[derive(Default)]
struct Named {
    /// By full name.
    tables: HashMap<String, (usize, usize)>,
    /// The resolver takes table functions for tables.
    functions: BTreeSet<String>,
}

impl Named {
    fn of(statement: &Statement) -> Self {
        let mut named = Self::default();
        if let Statement::Statement(sql) = statement {
            let _: ControlFlow<()> = sql.visit(&mut named);
        }
        named
    }
}

impl Visitor for Named {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        let TableFactor::Table { name, args, .. } = factor else { return ControlFlow::Continue(()) };
        let words: Vec<_> = name.0.iter().filter_map(ObjectNamePart::as_ident).collect();
        let Some(start) = words.first().map(|word| word.span.start) else { return ControlFlow::Continue(()) };
        let folded = words.iter().map(|word| match word.quote_style {
            Some(_) => word.value.clone(),
            None => word.value.to_ascii_lowercase(),
        });
        let folded = folded.collect::<Vec<_>>().join(".");
        if args.is_some() {
            self.functions.insert(folded);
            return ControlFlow::Continue(());
        }
        let spot = (usize::try_from(start.line).unwrap_or(1), usize::try_from(start.column).unwrap_or(1));
        let known = self.tables.entry(folded).or_insert(spot);
        *known = spot.min(*known);
        ControlFlow::Continue(())
    }
}

/// `$name` of a query, each once.
fn params(source: &Source<'_>) -> Vec<(String, Place)> {
    let code = uncommented(source.text);
    let mut found: Vec<(String, Place)> = Vec::new();
    for (at, _) in code.match_indices('$') {
        let name: String = code[at + 1..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let named = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if named && !found.iter().any(|(known, _)| *known == name) {
            found.push((name, source.place(at)));
        }
    }
    found
}

/// The text with comments and quoted texts blanked out, byte for byte.
fn uncommented(text: &str) -> String {
    let mut out = text.as_bytes().to_vec();
    let mut at = 0;
    while at < out.len() {
        let rest = &out[at..];
        let ends = |sign: u8| rest[1..].iter().position(|byte| *byte == sign).map_or(out.len(), |n| at + n + 2);
        let end = match rest {
            [b'-', b'-', ..] => rest.iter().position(|byte| *byte == b'\n').map_or(out.len(), |n| at + n),
            [b'/', b'*', ..] => text[at..].find("*/").map_or(out.len(), |n| at + n + 2),
            [quote @ (b'\'' | b'"'), ..] => ends(*quote),
            _ => {
                at += 1;
                continue;
            }
        };
        out[at..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        at = end;
    }
    // Whole characters give way to blanks, so the bytes stay UTF-8.
    String::from_utf8(out).unwrap_or_default()
}

/// Line and column a parser's message ends with.
fn position(told: &str) -> Option<(usize, usize)> {
    let (_, rest) = told.rsplit_once("at Line: ")?;
    let (line, column) = rest.split_once(", Column: ")?;
    let column: String = column.chars().take_while(char::is_ascii_digit).collect();
    Some((line.trim().parse().ok()?, column.parse().ok()?))
}

/// The byte at a line and a column, both from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    text[start..].char_indices().nth(column.saturating_sub(1)).map_or(text.len(), |(at, _)| start + at)
}

/// A parser's message without its wrapping.
fn sentence(told: &str) -> String {
    let told = told.rsplit_once(" at Line: ").map_or(told, |(before, _)| before);
    told.trim_start_matches("SQL error: ")
        .trim_start_matches("ParserError(\"")
        .trim_start_matches("TokenizerError(\"")
        .trim_start_matches("sql parser error: ")
        .trim_end_matches("\")")
        .to_owned()
}
