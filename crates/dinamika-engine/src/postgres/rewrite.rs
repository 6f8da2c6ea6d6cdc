//! What PostgreSQL plans and we do not, said so that we do. Only statements over the catalogue need it, but what is
//! said means the same in any.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, Ident,
    JoinOperator, ObjectName, ObjectNamePart, Query, Select, SelectItem, SetExpr, Statement, TableFactor,
    TableWithJoins, Value, visit_expressions_mut, visit_relations,
};

/// Tables of the catalogue that have no row here: there are no keys, indexes, triggers and the like.
const EMPTY: &[&str] = &[
    "pg_constraint",
    "pg_index",
    "pg_inherits",
    "pg_trigger",
    "pg_policy",
    "pg_attrdef",
    "pg_sequence",
    "pg_enum",
    "pg_foreign_table",
    "pg_partitioned_table",
    "pg_publication",
    "pg_statistic_ext",
    "pg_rewrite",
];

/// Rewrites a statement in place.
pub(super) fn rewrite(statement: &mut Statement) {
    let _ = visit_expressions_mut(statement, |expr| {
        match expr {
            Expr::Like { pattern, escape_char, .. } | Expr::ILike { pattern, escape_char, .. } => {
                if let Some(Value::SingleQuotedString(escape)) = escape_char.as_ref().map(|given| &given.value)
                    && escape != "\\"
                {
                    **pattern = replaced(replaced((**pattern).clone(), "\\", "\\\\"), escape, "\\");
                    *escape_char = None;
                }
            }
            Expr::BinaryOp { left, op: BinaryOperator::Eq, right } if is_of_function(left) => named(right),
            Expr::BinaryOp { left, op: BinaryOperator::And | BinaryOperator::Or, right } => {
                exists(left);
                exists(right);
            }
            _ => {}
        }
        ControlFlow::<()>::Continue(())
    });
    if let Statement::Query(query) = statement
        && let SetExpr::Select(select) = query.body.as_mut()
    {
        name_columns(select);
    }
}

/// Whether a statement reads the catalogue only, and can have no row for a table that has none. Its columns then.
pub(super) fn empty_columns(statement: &Statement) -> Option<Vec<String>> {
    let Statement::Query(query) = statement else { return None };
    let mut is_catalogued = true;
    let _ = visit_relations(statement, |name| {
        is_catalogued &= table_of(name).starts_with("pg_") || is_function(name) || is_named(query, name);
        ControlFlow::<()>::Continue(())
    });
    (is_catalogued && is_empty(&query.body)).then(|| columns(&query.body)).flatten()
}

/// `(select a = b from …)` as a condition is `exists(select 1 from … where a = b)`: it has one row or none.
fn exists(condition: &mut Expr) {
    match condition {
        Expr::Nested(inner) => exists(inner),
        Expr::Subquery(query) => {
            let SetExpr::Select(select) = query.body.as_mut() else { return };
            let [SelectItem::UnnamedExpr(told)] = select.projection.as_slice() else { return };
            let told = Box::new(Expr::Nested(Box::new(told.clone())));
            select.selection = Some(match select.selection.take() {
                Some(before) => Expr::BinaryOp {
                    left: Box::new(Expr::Nested(Box::new(before))),
                    op: BinaryOperator::And,
                    right: told,
                },
                None => *told,
            });
            select.projection = vec![SelectItem::UnnamedExpr(Expr::Value(Value::Number("1".to_owned(), false).into()))];
            *condition = Expr::Exists { subquery: query.clone(), negated: false };
        }
        _ => {}
    }
}

/// Columns of `pg_type` that PostgreSQL keeps as a function's number and shows as its name; ours have the name.
fn is_of_function(expr: &Expr) -> bool {
    let last = match expr {
        Expr::Identifier(name) => Some(name),
        Expr::CompoundIdentifier(names) => names.last(),
        _ => None,
    };
    last.is_some_and(|name| ["typinput", "typoutput", "typreceive", "typsend"].contains(&name.value.as_str()))
}

/// A function looked up by its name is that name.
fn named(expr: &mut Expr) {
    let name = match expr {
        Expr::Subquery(query) => match query.body.as_ref() {
            SetExpr::Select(select) if select.from.iter().any(|from| from.relation.to_string().contains("pg_proc")) => {
                match &select.selection {
                    Some(Expr::BinaryOp { op: BinaryOperator::Eq, right, .. }) => right.as_ref().clone(),
                    _ => return,
                }
            }
            _ => return,
        },
        _ => return,
    };
    *expr = name;
}

/// Columns without a name that are literals, or were asked for before: PostgreSQL calls them the same, and we want each
/// its own.
fn name_columns(select: &mut Select) {
    let mut before = Vec::new();
    for (at, item) in select.projection.iter_mut().enumerate() {
        let SelectItem::UnnamedExpr(expr) = item else { continue };
        let is_literal = matches!(expr, Expr::Value(value) if !matches!(value.value, Value::Placeholder(_)));
        let name = match (is_literal, expr.to_string()) {
            (true, _) if at == 0 => "?column?".to_owned(),
            (true, _) => format!("?column?{}", at + 1),
            (false, text) if before.contains(&text) => format!("{text}{}", at + 1),
            (false, text) => {
                before.push(text);
                continue;
            }
        };
        *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias: Ident::with_quote('"', name) };
    }
}

fn replaced(text: Expr, from: &str, to: &str) -> Expr {
    let literal = |text: &str| Expr::Value(Value::SingleQuotedString(text.to_owned()).into());
    let given = [text, literal(from), literal(to)].map(|expr| FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)));
    Expr::Function(Function {
        name: ObjectName(vec![ObjectNamePart::Identifier(Ident::new("replace"))]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: given.to_vec(),
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

fn table_of(name: &ObjectName) -> String {
    name.0.last().and_then(ObjectNamePart::as_ident).map(|last| last.value.to_lowercase()).unwrap_or_default()
}

fn is_function(name: &ObjectName) -> bool {
    ["generate_series", "unnest", "generate_subscripts"].contains(&table_of(name).as_str())
}

/// Whether a name is of the statement's own WITH.
fn is_named(query: &Query, name: &ObjectName) -> bool {
    let tables = query.with.iter().flat_map(|with| &with.cte_tables);
    name.0.len() == 1 && tables.into_iter().any(|table| table.alias.name.value.eq_ignore_ascii_case(&table_of(name)))
}

fn is_empty(body: &SetExpr) -> bool {
    match body {
        SetExpr::Select(select) => is_grouped(select) && select.from.iter().any(are_empty),
        SetExpr::Query(query) => is_empty(&query.body),
        SetExpr::SetOperation { left, right, .. } => is_empty(left) && is_empty(right),
        _ => false,
    }
}

/// An aggregate over nothing is one row, unless it is of groups.
fn is_grouped(select: &Select) -> bool {
    use datafusion::sql::sqlparser::ast::GroupByExpr;
    let groups = !matches!(&select.group_by, GroupByExpr::Expressions(by, _) if by.is_empty());
    let text = select.projection.iter().map(ToString::to_string).collect::<String>().to_lowercase();
    groups
        || !["count(", "max(", "min(", "sum(", "agg(", "bool_and(", "bool_or("].iter().any(|name| text.contains(name))
}

fn are_empty(tables: &TableWithJoins) -> bool {
    let joined = tables.joins.iter().any(|join| {
        let is_inner = matches!(
            join.join_operator,
            JoinOperator::Join(_) | JoinOperator::Inner(_) | JoinOperator::CrossJoin(_) | JoinOperator::StraightJoin(_)
        );
        is_inner && is_empty_table(&join.relation)
    });
    let keeps_left = tables.joins.iter().all(|join| {
        !matches!(join.join_operator, JoinOperator::Right(_) | JoinOperator::RightOuter(_) | JoinOperator::FullOuter(_))
    });
    keeps_left && (joined || is_empty_table(&tables.relation))
}

fn is_empty_table(table: &TableFactor) -> bool {
    match table {
        TableFactor::Table { name, args: None, .. } => EMPTY.contains(&table_of(name).as_str()),
        TableFactor::Derived { subquery, .. } => is_empty(&subquery.body),
        TableFactor::NestedJoin { table_with_joins, .. } => are_empty(table_with_joins),
        _ => false,
    }
}

/// The names of the columns; none when a star stands among them.
fn columns(body: &SetExpr) -> Option<Vec<String>> {
    let select = match body {
        SetExpr::Select(select) => select,
        SetExpr::Query(query) => return columns(&query.body),
        SetExpr::SetOperation { left, .. } => return columns(left),
        _ => return None,
    };
    let name = |item: &SelectItem| match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(name.value.clone()),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(names)) => names.last().map(|name| name.value.clone()),
        SelectItem::UnnamedExpr(Expr::Function(call)) => Some(table_of(&call.name)),
        SelectItem::UnnamedExpr(_) => Some("?column?".to_owned()),
        _ => None,
    };
    select.projection.iter().map(name).collect()
}
