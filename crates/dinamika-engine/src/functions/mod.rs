//! Statistical functions of SQL, as ordinary functions of DataFusion.
//!
//! Numbers in, null where a result has no meaning (no units, a count outside `0..=n`, NaN). An
//! interval is a struct of `low` and `high`; shares are fractions of 1. `confidence` is 0.95
//! unless given. In a difference 1 is the later group.
//!
//! | function | gives |
//! |---|---|
//! | `prop_ci(k, n [, confidence])` | interval of the share k/n: Wilson |
//! | `diff_ci(k1, n1, k0, n0 [, confidence])` | interval of k1/n1 − k0/n0: Newcombe, hybrid score |
//! | `diff_p(k1, n1, k0, n0)` | two-sided p-value of that difference: Newcombe's interval inverted |
//! | `mean_ci(sum, sq, n [, confidence])` | interval of a mean from sum and sum of squares: Student |
//! | `mean_diff_ci(sum1, sq1, n1, sum0, sq0, n0 [, confidence])` | interval of a difference of means: Welch |
//! | `mean_diff_p(sum1, sq1, n1, sum0, sq0, n0)` | two-sided p-value of that difference: Welch |
//! | `shrink(mean, n, mu, icc)` | mean drawn to `mu` by its reliability: empirical Bayes |
//! | `shrink_share(k, n, mu, strength)` | share drawn to `mu`: beta-binomial |
//! | `funnel(mu, n [, sd])` | limits of chance around `mu` at size n: `low95 high95 low998 high998` |
//! | `verdict(low, high …)` | `growth`, `decline`, `within_noise`, `too_few` (see [`verdict`]) |
//! | `icc(n, sum, sq)` | aggregate over groups: share of variance that lies between them, ANOVA |
//! | `spearman(x, y)` | aggregate: rank correlation, ties at their mean rank |
//! | `trend_ci(x, y, error [, confidence])` | aggregate: weighted slope of y on x, `slope low high p n` |
//! | `bh(p) over (partition by …)` | window: Benjamini-Hochberg's adjusted p, the q-value |
//!
//! Formulas and where they come from stand at each function's module; `docs/functions.md` tells
//! users the same.

mod bh;
mod documented;
mod icc;
pub(crate) mod intervals;
mod offered;
pub(crate) mod p_values;
#[cfg(test)]
mod properties;
mod scalar;
pub(crate) mod shrinkage;
mod spearman;
pub(crate) mod student;
#[cfg(test)]
mod tests;
pub(crate) mod trend;
mod verdict;

pub(crate) use bh::q_values;
pub(crate) use icc::Anova;
pub(crate) use verdict::Verdict;

use datafusion::{
    functions::core::expr_ext::FieldAccessor as _,
    logical_expr::{AggregateUDF, Expr, ScalarUDF, ScalarUDFImpl as _, WindowUDF},
    prelude::SessionContext,
};

/// Adds ours to those of DataFusion.
pub(crate) fn register(context: &SessionContext) {
    for function in offered::all() {
        context.register_udf(ScalarUDF::from(function));
    }
    context.register_udf(ScalarUDF::from(verdict::Function::new()));
    context.register_udaf(AggregateUDF::from(icc::Function::new()));
    context.register_udaf(AggregateUDF::from(spearman::Function::new()));
    context.register_udaf(AggregateUDF::from(trend::Function::new()));
    context.register_udwf(WindowUDF::from(bh::Function::new()));
}

/// One field of what one of our scalar functions gives.
pub(crate) fn field(function: &str, arguments: Vec<Expr>, field: &str) -> Option<Expr> {
    let function = offered::all().into_iter().find(|known| known.name() == function)?;
    Some(ScalarUDF::from(function).call(arguments).field(field))
}
