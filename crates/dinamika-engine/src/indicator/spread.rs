//! How much entities change for no reason of their own.

/// Fewer changes than this tell nothing of how changes spread.
const FEWEST: usize = 10;
/// The median of χ² with one degree of freedom.
const MEDIAN: f64 = 0.454_936_423_119_572_9;

/// One entity's change: its square, its variance by the chance of its units, and the variance of
/// one unit summed over its sides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Changed {
    pub(super) squared: f64,
    pub(super) sampling: f64,
    pub(super) unit: f64,
}

/// Which part `φ` of a unit's variance goes up and down with the whole group from time to time,
/// beyond the chance of its units: `Var = sampling + φ·unit`. Other children come, a teacher falls
/// ill, a topic is left out: neighbouring cohorts of a school differ far more than their numbers of
/// pupils explain, and a school that changed no more than its like has not changed.
///
/// Estimated as the `φ` at which the median of `change²/Var` is what it is of normal noise; entities
/// that did change are few and cannot move a median far (B. Efron, JASA 99 (2004) 96–104: the
/// empirical null). 0 where noise explains all, or where there are fewer than ten changes.
pub(super) fn spread(changes: &[Changed]) -> f64 {
    if changes.len() < FEWEST {
        return 0.0;
    }
    let mut ratios = vec![0.0; changes.len()];
    let mut median = |phi: f64| {
        for (ratio, change) in ratios.iter_mut().zip(changes) {
            *ratio = change.squared / (change.sampling + phi * change.unit).max(f64::MIN_POSITIVE);
        }
        let middle = ratios.len() / 2;
        *ratios.select_nth_unstable_by(middle, f64::total_cmp).1
    };
    if median(0.0) <= MEDIAN {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if median(middle) > MEDIAN { low = middle } else { high = middle }
    }
    high
}

/// How much wider than chance has it squared, standardised numbers spread: at least 1.
pub(super) fn excess(squared: &mut [f64]) -> f64 {
    if squared.len() < FEWEST {
        return 1.0;
    }
    let middle = squared.len() / 2;
    (*squared.select_nth_unstable_by(middle, f64::total_cmp).1 / MEDIAN).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quantiles of a normal distribution as a sample without chance.
    fn changes(variance: f64, every: usize) -> Vec<Changed> {
        let of = |place: usize| {
            let quantile = statrs::function::erf::erf_inv((place as f64 + 0.5) / 500.0) * std::f64::consts::SQRT_2;
            let squared = if every > 0 && place.is_multiple_of(every) { 1e6 } else { quantile * quantile * variance };
            Changed { squared, sampling: 1.0, unit: 25.0 }
        };
        (0..500).map(of).collect()
    }

    #[test]
    fn what_chance_explains_is_no_spread() {
        assert!(spread(&changes(1.0, 0)) < 0.001);
        assert_eq!(spread(&changes(0.5, 0)), 0.0);
    }

    #[test]
    fn a_spread_is_found_and_few_who_changed_do_not_move_it_far() {
        // Var = 1 + 0.08·25.
        assert!((spread(&changes(3.0, 0)) - 0.08).abs() < 0.001);
        let moved = spread(&changes(3.0, 12));
        assert!((0.08..0.12).contains(&moved), "{moved}");
    }

    #[test]
    fn of_few_nothing_is_known() {
        assert_eq!(spread(&changes(9.0, 0)[490..]), 1.0);
        assert_eq!(spread(&changes(9.0, 0)[491..]), 0.0);
    }
}
