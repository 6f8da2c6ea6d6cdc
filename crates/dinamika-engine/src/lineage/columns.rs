//! Origins of a plan's columns.

use std::collections::BTreeSet;

use datafusion::{
    common::{
        Column, DFSchema, JoinType,
        tree_node::{TreeNode, TreeNodeRecursion},
    },
    error::DataFusionError,
    logical_expr::{Distinct, Expr, LogicalPlan},
};

/// Table and column; the column `*` where rows are counted.
pub(super) type Origins = BTreeSet<(String, String)>;

/// For each column of a plan that is not optimised: the columns of tables its values are computed from. None where
/// a node of the plan does not tell.
pub(super) fn origins(plan: &LogicalPlan) -> Option<Vec<Origins>> {
    match plan {
        LogicalPlan::TableScan(scan) => {
            let table = scan.table_name.table();
            let fields = scan.projected_schema.fields().iter();
            Some(fields.map(|field| [(table.to_owned(), field.name().clone())].into()).collect())
        }
        LogicalPlan::Projection(node) => computed(&node.expr, &node.input),
        LogicalPlan::Aggregate(node) => {
            if node.group_expr.iter().any(|expr| matches!(expr, Expr::GroupingSet(_))) {
                return None;
            }
            let mut all = computed(&node.group_expr, &node.input)?;
            for (expr, mut from) in node.aggr_expr.iter().zip(computed(&node.aggr_expr, &node.input)?) {
                if counts_rows(expr) {
                    from.extend(rows(&node.input));
                }
                all.push(from);
            }
            Some(all)
        }
        LogicalPlan::Window(node) => {
            let mut all = origins(&node.input)?;
            all.extend(computed(&node.window_expr, &node.input)?);
            Some(all)
        }
        LogicalPlan::Join(node) => {
            let (left, right) = (|| origins(&node.left), || origins(&node.right));
            match node.join_type {
                JoinType::LeftSemi | JoinType::LeftAnti => left(),
                JoinType::RightSemi | JoinType::RightAnti => right(),
                JoinType::LeftMark => left().map(|all| [all, vec![Origins::new()]].concat()),
                JoinType::RightMark => right().map(|all| [all, vec![Origins::new()]].concat()),
                _ => Some([left()?, right()?].concat()),
            }
        }
        LogicalPlan::Union(node) => {
            let mut inputs = node.inputs.iter().map(|input| origins(input));
            let mut all = inputs.next()??;
            for other in inputs {
                for (column, from) in all.iter_mut().zip(other?) {
                    column.extend(from);
                }
            }
            Some(all)
        }
        LogicalPlan::Unnest(node) => {
            let input = origins(&node.input)?;
            node.dependency_indices.iter().map(|at| input.get(*at).cloned()).collect()
        }
        LogicalPlan::Distinct(Distinct::On(node)) => computed(&node.select_expr, &node.input),
        LogicalPlan::Distinct(Distinct::All(input)) => origins(input),
        LogicalPlan::Filter(node) => origins(&node.input),
        LogicalPlan::Sort(node) => origins(&node.input),
        LogicalPlan::Limit(node) => origins(&node.input),
        LogicalPlan::Repartition(node) => origins(&node.input),
        LogicalPlan::SubqueryAlias(node) => origins(&node.input),
        LogicalPlan::Subquery(node) => origins(&node.subquery),
        LogicalPlan::Values(_) | LogicalPlan::EmptyRelation(_) => {
            Some(vec![Origins::new(); plan.schema().fields().len()])
        }
        _ => None,
    }
}

fn computed(exprs: &[Expr], input: &LogicalPlan) -> Option<Vec<Origins>> {
    let below = origins(input)?;
    exprs.iter().map(|expr| of_expr(expr, input.schema(), &below)).collect()
}

/// Origins of an expression over columns whose origins are known.
fn of_expr(expr: &Expr, schema: &DFSchema, below: &[Origins]) -> Option<Origins> {
    let mut from = Origins::new();
    let mut lost = false;
    let walked = expr.apply(|part| {
        match part {
            Expr::Column(column) => match place(schema, column).and_then(|at| below.get(at)) {
                Some(found) => from.extend(found.iter().cloned()),
                None => lost = true,
            },
            Expr::ScalarSubquery(query) => match origins(&query.subquery) {
                Some(all) => from.extend(all.into_iter().flatten()),
                None => lost = true,
            },
            _ => {}
        }
        Ok::<_, DataFusionError>(TreeNodeRecursion::Continue)
    });
    (walked.is_ok() && !lost).then_some(from)
}

fn place(schema: &DFSchema, column: &Column) -> Option<usize> {
    schema.maybe_index_of_column(column)
}

/// Whether an aggregate counts rows and not values.
fn counts_rows(expr: &Expr) -> bool {
    let mut found = false;
    let walked = expr.apply(|part| {
        if let Expr::AggregateFunction(function) = part {
            found |= function.params.args.iter().all(|argument| argument.column_refs().is_empty());
        }
        Ok::<_, DataFusionError>(TreeNodeRecursion::Continue)
    });
    walked.is_ok() && found
}

/// The tables whose rows are the rows of a plan: what an outer join only adds columns from is none of them.
pub(super) fn rows(plan: &LogicalPlan) -> Origins {
    match plan {
        LogicalPlan::TableScan(scan) => [(scan.table_name.table().to_owned(), "*".to_owned())].into(),
        LogicalPlan::Join(node) => match node.join_type {
            JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark => rows(&node.left),
            JoinType::Right | JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark => rows(&node.right),
            _ => &rows(&node.left) | &rows(&node.right),
        },
        other => other.inputs().into_iter().flat_map(rows).collect(),
    }
}
