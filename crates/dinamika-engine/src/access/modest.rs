//! How much a reader's own statement could take, told before it takes it.
//!
//! Time and memory are watched while rows flow, but planning and one call of a function are steps nobody can stop. So
//! a statement is refused whose text nests too deep to be planned, which names tables too often once its WITH is
//! written out, or a row of which could grow beyond [`WIDEST`]: texts are bounded from the literals and the functions
//! over them, batches of such rows are small ([`BATCH`]).

use std::{collections::HashMap, ops::ControlFlow};

use arrow::datatypes::DataType;
use datafusion::{
    common::ScalarValue,
    logical_expr::{Expr, JoinType, LogicalPlan, Operator, expr::WindowFunctionDefinition},
    sql::sqlparser::{
        ast::{self, Query, Statement, Visit, Visitor, visit_relations},
        dialect::GenericDialect,
        tokenizer::{Token, Tokenizer},
    },
};

use crate::EngineError;

/// Operators and words of one statement. Each may be one level of a plan: `1 + 1 + 1 …`.
const OPERATORS: usize = 1_000;
/// How often a statement may name tables, each WITH as often as it is used.
const TABLES: u64 = 64;
/// Groupings of one statement: `cube` of twenty columns is a million of them.
const GROUPINGS: u64 = 256;
/// Bytes of a text in our own tables: names, descriptions, documents.
const TEXT: u64 = 1_000;
/// Bytes of anything of a fixed size.
const FIXED: u64 = 16;
/// Bytes all texts computed in one node of a plan may have in one row.
const WIDEST: u64 = 128 * 1024;
/// Texts are gathered from many rows: each of them is short.
const GATHERED: u64 = 4_000;
/// What one gathered text is counted as.
const GATHERING: u64 = WIDEST / 2;

/// Rows of a batch of a reader's own SELECT: with [`WIDEST`] at most 128 MB at once.
pub(crate) const BATCH: usize = 1_024;

/// Refuses a text that would nest too deep.
pub(super) fn shallow(sql: &str) -> Result<(), EngineError> {
    // What is no SQL at all is told by the parser, with its place.
    let Ok(tokens) = Tokenizer::new(&GenericDialect {}, sql).tokenize() else { return Ok(()) };
    let found = tokens.iter().filter(|token| is_operator(token)).count();
    match found > OPERATORS {
        true => {
            Err(refused(format!("в запросе {found} операций и слов SQL, можно {OPERATORS}: списки пишите через IN")))
        }
        false => Ok(()),
    }
}

fn is_operator(token: &Token) -> bool {
    use datafusion::sql::sqlparser::keywords::Keyword;
    match token {
        Token::Word(word) => word.keyword != Keyword::NoKeyword,
        Token::Whitespace(_)
        | Token::Comma
        | Token::LParen
        | Token::RParen
        | Token::Period
        | Token::SemiColon
        | Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::Placeholder(_)
        | Token::EOF => false,
        _ => true,
    }
}

/// Refuses a statement whose planning nobody could stop.
pub(crate) fn plannable(statement: &Statement) -> Result<(), EngineError> {
    few_groupings(statement)?;
    few_tables(statement)
}

/// Refuses a statement that groups in too many ways at once.
fn few_groupings(statement: &Statement) -> Result<(), EngineError> {
    let mut groupings = Groupings(1);
    let _: ControlFlow<()> = statement.visit(&mut groupings);
    match groupings.0 > GROUPINGS {
        true => {
            Err(refused(format!("запрос группирует больше чем {GROUPINGS} способами: cube, rollup, grouping sets")))
        }
        false => Ok(()),
    }
}

/// Refuses a statement that names tables too often.
fn few_tables(statement: &Statement) -> Result<(), EngineError> {
    let mut withs = Withs::default();
    let _: ControlFlow<()> = statement.visit(&mut withs);
    let mut known = HashMap::new();
    let all = withs.named_in(statement, &mut known);
    match all > TABLES {
        true => Err(refused(format!("запрос читает таблицы больше {TABLES} раз, считая повторы WITH"))),
        false => Ok(()),
    }
}

/// In how many ways a statement groups: `cube(a, b)` in four, beside another one in four times as many.
struct Groupings(u64);

impl Visitor for Groupings {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &ast::Expr) -> ControlFlow<()> {
        let ways = match expr {
            ast::Expr::Cube(columns) => 2_u64.saturating_pow(u32::try_from(columns.len()).unwrap_or(u32::MAX)),
            ast::Expr::Rollup(columns) => columns.len() as u64 + 1,
            ast::Expr::GroupingSets(sets) => (sets.len() as u64).max(1),
            _ => 1,
        };
        self.0 = self.0.saturating_mul(ways);
        ControlFlow::Continue(())
    }
}

/// Every `WITH name AS (…)` of a statement, wherever it stands; of two with one name the larger counts.
#[derive(Default)]
struct Withs(HashMap<String, Vec<Query>>);

impl Visitor for Withs {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        for with in query.with.iter().flat_map(|with| &with.cte_tables) {
            self.0.entry(with.alias.name.value.to_lowercase()).or_default().push((*with.query).clone());
        }
        ControlFlow::Continue(())
    }
}

impl Withs {
    /// How often tables are named, each WITH counted with what it names itself.
    fn named_in(&self, part: &impl Visit, known: &mut HashMap<String, u64>) -> u64 {
        let mut names = Vec::new();
        let _: ControlFlow<()> = visit_relations(part, |name| {
            names.push(name.to_string().to_lowercase());
            ControlFlow::Continue(())
        });
        names.iter().fold(0_u64, |sum, name| sum.saturating_add(self.weight(name, known)))
    }

    fn weight(&self, name: &str, known: &mut HashMap<String, u64>) -> u64 {
        let Some(bodies) = self.0.get(name) else { return 1 };
        if let Some(weight) = known.get(name) {
            return *weight;
        }
        // One that names itself is refused elsewhere; here it must only end.
        known.insert(name.to_owned(), 1);
        let weight = bodies.iter().map(|body| self.named_in(body, known)).max().unwrap_or(1).max(1);
        known.insert(name.to_owned(), weight);
        weight
    }
}

/// Refuses a plan whose rows could grow too wide.
pub(crate) fn narrow(plan: &LogicalPlan) -> Result<(), EngineError> {
    widths(plan).map(drop)
}

/// Most bytes of each column of a node's rows.
fn widths(plan: &LogicalPlan) -> Result<Vec<u64>, EngineError> {
    let inputs = plan.inputs().into_iter().map(widths).collect::<Result<Vec<_>, _>>()?;
    let below: Vec<u64> = inputs.concat();
    let mut row = Row { columns: &below, plan, sum: 0 };
    let computed = plan.expressions().iter().map(|expr| row.width(expr)).collect::<Result<Vec<_>, _>>()?;
    if row.sum > WIDEST {
        return Err(refused(format!(
            "строка ответа может вырасти больше чем до {WIDEST} байт: укоротите то, что даёт длинные тексты \
             (lpad, rpad, replace, concat, ||)"
        )));
    }
    let fields = plan.schema().fields();
    let widest = || below.iter().copied().max().unwrap_or(FIXED);
    let columns = match plan {
        LogicalPlan::Projection(_) | LogicalPlan::Aggregate(_) => computed,
        LogicalPlan::Window(_) => below.iter().copied().chain(computed).collect(),
        LogicalPlan::TableScan(_) => fields.iter().map(|field| of_type(field.data_type(), TEXT)).collect(),
        LogicalPlan::Join(join) => match join.join_type {
            JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full => below,
            _ => vec![widest(); fields.len()],
        },
        LogicalPlan::Union(_) => {
            let column = |at: usize| inputs.iter().filter_map(|input| input.get(at)).copied().max().unwrap_or(FIXED);
            (0..fields.len()).map(column).collect()
        }
        LogicalPlan::Values(_) => vec![computed.iter().copied().max().unwrap_or(FIXED); fields.len()],
        LogicalPlan::EmptyRelation(_) => vec![FIXED; fields.len()],
        _ if below.len() == fields.len() => below,
        _ => vec![widest(); fields.len()],
    };
    // Grouping sets add a column of their own.
    Ok((0..fields.len()).map(|at| columns.get(at).copied().unwrap_or(FIXED)).collect())
}

/// One row of a node while its expressions are computed.
struct Row<'a> {
    /// Widths of the columns below.
    columns: &'a [u64],
    plan: &'a LogicalPlan,
    /// Bytes of all that is computed.
    sum: u64,
}

impl Row<'_> {
    fn width(&mut self, expr: &Expr) -> Result<u64, EngineError> {
        let width = match expr {
            Expr::Column(column) => return Ok(self.column(column)),
            Expr::OuterReferenceColumn(field, _) => return Ok(of_type(field.data_type(), GATHERED)),
            Expr::Alias(alias) => return self.width(&alias.expr),
            Expr::Literal(value, _) => literal(value),
            Expr::Placeholder(_) => TEXT,
            Expr::Cast(cast) => self.width(&cast.expr)?.max(64),
            Expr::TryCast(cast) => self.width(&cast.expr)?.max(64),
            Expr::BinaryExpr(both) => {
                let sum = self.width(&both.left)?.saturating_add(self.width(&both.right)?);
                if both.op == Operator::StringConcat { sum } else { FIXED }
            }
            Expr::Case(_) => self.parts(expr)?.into_iter().max().unwrap_or(FIXED),
            Expr::ScalarFunction(call) => {
                let widths = call.args.iter().map(|arg| self.width(arg)).collect::<Result<Vec<_>, _>>()?;
                function(call.func.name(), &call.args, &widths)?
            }
            Expr::AggregateFunction(call) => {
                let widest = self.parts(expr)?.into_iter().max().unwrap_or(FIXED);
                if !gathers(call.func.name()) {
                    widest
                } else if widest > GATHERED {
                    return Err(refused(format!("{}: собираются тексты длиннее {GATHERED} байт", call.func.name())));
                } else {
                    GATHERING
                }
            }
            Expr::WindowFunction(call) => {
                if let WindowFunctionDefinition::AggregateUDF(function) = &call.fun
                    && gathers(function.name())
                {
                    return Err(refused(format!("{} в окне не выполняется", function.name())));
                }
                self.parts(expr)?.into_iter().max().unwrap_or(FIXED)
            }
            Expr::ScalarSubquery(query) => widths(&query.subquery)?.into_iter().max().unwrap_or(FIXED),
            Expr::InSubquery(query) => {
                widths(&query.subquery.subquery)?;
                self.width(&query.expr)?;
                FIXED
            }
            Expr::Exists(query) => {
                widths(&query.subquery.subquery)?;
                FIXED
            }
            _ => {
                self.parts(expr)?;
                FIXED
            }
        };
        self.sum = self.sum.saturating_add(width);
        Ok(width)
    }

    /// Widths of what an expression is made of.
    fn parts(&mut self, expr: &Expr) -> Result<Vec<u64>, EngineError> {
        use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
        let mut parts = Vec::new();
        let walked = expr.apply_children(|part| {
            parts.push(part.clone());
            Ok(TreeNodeRecursion::Continue)
        });
        walked.map_err(crate::session::mistake)?;
        parts.iter().map(|part| self.width(part)).collect()
    }

    fn column(&self, column: &datafusion::common::Column) -> u64 {
        let mut before = 0;
        for input in self.plan.inputs() {
            if let Some(at) = input.schema().maybe_index_of_column(column) {
                return self.columns.get(before + at).copied().unwrap_or(TEXT);
            }
            before += input.schema().fields().len();
        }
        TEXT
    }
}

/// Most bytes of a function's value, from those of its arguments.
fn function(name: &str, args: &[Expr], widths: &[u64]) -> Result<u64, EngineError> {
    let at = |nth: usize| widths.get(nth).copied().unwrap_or(0);
    let sum = || widths.iter().fold(0_u64, |sum, width| sum.saturating_add(*width));
    Ok(match name.to_ascii_lowercase().as_str() {
        "lpad" | "rpad" => match args.get(1) {
            Some(Expr::Literal(value, _)) => whole(value).unwrap_or(u64::MAX).saturating_mul(4),
            _ => return Err(refused(format!("{name}: длину пишут числом"))),
        },
        // Every letter of the text may be replaced, and what was found may stand again in what replaces it.
        "replace" | "regexp_replace" => {
            let (text, by) = (at(0).saturating_add(1), at(2).max(1));
            text.saturating_mul(by).saturating_add(text.saturating_mul(by / 2 + 1))
        }
        "concat" | "concat_ws" | "struct" | "named_struct" | "make_array" => {
            sum().saturating_add(at(0).saturating_mul(args.len() as u64))
        }
        "array_to_string" => at(0).saturating_mul(at(1).saturating_add(1)),
        "upper" | "lower" | "initcap" | "reverse" | "translate" | "regexp_match" => at(0).saturating_mul(4),
        "to_char" => at(1).saturating_mul(32),
        _ => widths.iter().copied().max().unwrap_or(FIXED).max(FIXED),
    })
}

/// Aggregates that keep every value they see.
fn gathers(name: &str) -> bool {
    ["array_agg", "string_agg"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn literal(value: &ScalarValue) -> u64 {
    match value.try_as_str() {
        Some(Some(text)) => text.len() as u64,
        _ => of_type(&value.data_type(), TEXT),
    }
}

fn whole(value: &ScalarValue) -> Option<u64> {
    match value {
        ScalarValue::Int64(Some(whole)) => u64::try_from(*whole).ok(),
        ScalarValue::Int32(Some(whole)) => u64::try_from(*whole).ok(),
        ScalarValue::UInt64(Some(whole)) => Some(*whole),
        _ => None,
    }
}

fn of_type(data_type: &DataType, text: u64) -> u64 {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Binary | DataType::List(_) => text,
        DataType::Dictionary(_, values) => of_type(values, text),
        DataType::Struct(fields) => fields.iter().map(|field| of_type(field.data_type(), text)).sum(),
        _ => FIXED,
    }
}

fn refused(why: String) -> EngineError {
    EngineError::Immodest(why)
}

#[cfg(test)]
mod tests {
    use datafusion::{prelude::SessionContext, sql::parser::Statement as Parsed};

    use super::*;

    async fn told(sql: &str) -> Result<(), EngineError> {
        shallow(sql)?;
        let context = SessionContext::new();
        context.sql("create view t as select 'имя' as name, 1 as n").await.unwrap().collect().await.unwrap();
        let state = context.state();
        let statement = state.sql_to_statement(sql, &state.config().options().sql_parser.dialect).unwrap();
        if let Parsed::Statement(own) = &statement {
            few_tables(own)?;
        }
        narrow(&state.statement_to_plan(statement).await.unwrap())
    }

    /// WITH of so many names, each made of the one before by `body`.
    fn chain(names: usize, first: &str, body: &str) -> String {
        let more: String =
            (1..names).map(|at| format!(", a{at} as ({})", body.replace("a0", &format!("a{}", at - 1)))).collect();
        format!("with a0 as ({first}){more} select * from a{}", names - 1)
    }

    #[tokio::test]
    async fn what_people_ask_is_modest() {
        for sql in [
            "select regexp_replace(name, ' +', ' '), lpad(name, 8, '0'), concat(name, ' — ', n), upper(name) from t",
            "select string_agg(name, ', ') from (select max(name) as name, n from t group by n)",
            "with a as (select * from t), b as (select * from a join t using (n)) select count(*) from a, b",
            &format!(
                "select * from t where n in ({})",
                (0..5_000).map(|n| n.to_string()).collect::<Vec<_>>().join(", ")
            ),
        ] {
            assert!(told(sql).await.is_ok(), "{sql}: {:?}", told(sql).await);
        }
    }

    #[tokio::test]
    async fn what_grows_beyond_measure_is_refused_before_it_does() {
        for sql in [
            format!("select {}1", "1 + ".repeat(2_000)),
            format!("select 1 where {} true", "true or ".repeat(2_000)),
            "select lpad('a', 2000000000, 'b')".to_owned(),
            "select lpad('a', n, 'b') from t".to_owned(),
            "select replace(lpad('a', 9000, 'a'), 'a', lpad('b', 9000, 'b'))".to_owned(),
            "select regexp_replace(lpad('a', 9000, 'a'), 'a', lpad('b', 9000, 'b'))".to_owned(),
            "select array_to_string(array_agg(lpad(name, 9000, 'a')), ',') from t".to_owned(),
            "select string_agg(name, ',') over () from t".to_owned(),
            chain(40, "select name as x from t", "select x || x as x from a0"),
            chain(40, "select name as x from t", "select concat(x, x) as x from a0"),
            chain(20, "select n as x from t", "select x from a0 union all select x from a0"),
            format!(
                "select * from ({})",
                chain(20, "select n as x from t", "select x from a0 union all select x from a0")
            ),
        ] {
            assert!(matches!(told(&sql).await, Err(EngineError::Immodest(_))), "{sql}");
        }
    }
}
