//! What must hold of any numbers.

use proptest::prelude::*;

use super::{bh::q_values, icc::Anova, intervals, p_values, shrinkage, spearman, student::Level, trend::Line};

const U: Level = Level::USUAL;

prop_compose! {
    fn count()(n in 1_u32..400)(k in 0..=n, n in Just(n)) -> (f64, f64) {
        (f64::from(k), f64::from(n))
    }
}

fn sample() -> impl Strategy<Value = (f64, f64, f64)> {
    prop::collection::vec(-40_i32..40, 2..60).prop_map(|values| {
        let sum: i32 = values.iter().sum();
        let squares: i32 = values.iter().map(|value| value * value).sum();
        (f64::from(sum), f64::from(squares), values.len() as f64)
    })
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

proptest! {
    #[test]
    fn a_share_lies_within_its_interval_and_a_surer_one_is_wider((k, n) in count()) {
        let (low, high) = intervals::share(k, n, U).unwrap();
        let (lower, higher) = intervals::share(k, n, Level::OUTER).unwrap();
        prop_assert!(0.0 <= lower && lower <= low && low <= k / n && k / n <= high && high <= higher && higher <= 1.0);
    }

    #[test]
    fn a_share_and_its_opposite_have_mirrored_intervals((k, n) in count()) {
        let (low, high) = intervals::share(k, n, U).unwrap();
        let (opposite_low, opposite_high) = intervals::share(n - k, n, U).unwrap();
        prop_assert!(close(low, 1.0 - opposite_high) && close(high, 1.0 - opposite_low));
    }

    #[test]
    fn one_more_of_the_same_units_moves_the_interval_up((k, n) in count()) {
        prop_assume!(k < n);
        let (low, high) = intervals::share(k, n, U).unwrap();
        let (next_low, next_high) = intervals::share(k + 1.0, n, U).unwrap();
        prop_assert!(low < next_low && high < next_high || next_high == 1.0);
    }

    #[test]
    fn a_difference_turned_round_is_its_negative(((k, n), (j, m)) in (count(), count())) {
        let (low, high) = intervals::share_difference(k, n, j, m, U).unwrap();
        let (turned_low, turned_high) = intervals::share_difference(j, m, k, n, U).unwrap();
        prop_assert!(close(low, -turned_high) && close(high, -turned_low));
        prop_assert!(-1.0 <= low && low <= k / n - j / m && k / n - j / m <= high && high <= 1.0);
        let (p, turned) = (p_values::share_difference(k, n, j, m).unwrap(), p_values::share_difference(j, m, k, n).unwrap());
        prop_assert_eq!(p, turned);
    }

    #[test]
    fn the_p_value_of_shares_agrees_with_the_interval(((k, n), (j, m)) in (count(), count())) {
        let p = p_values::share_difference(k, n, j, m).unwrap();
        prop_assert!((0.0..=1.0).contains(&p));
        if let Some(level) = Level::of(1.0 - p).filter(|_| p > 1e-9) {
            // At exactly this confidence the interval's end is 0.
            let (low, high) = intervals::share_difference(k, n, j, m, level).unwrap();
            prop_assert!(low.abs().min(high.abs()) < 1e-6, "{} {} at {}", low, high, p);
        }
    }

    #[test]
    fn a_difference_of_means_turned_round_is_its_negative((one, zero) in (sample(), sample())) {
        let (low, high) = intervals::mean_difference(one, zero, U).unwrap();
        let (turned_low, turned_high) = intervals::mean_difference(zero, one, U).unwrap();
        prop_assert!(close(low, -turned_high) && close(high, -turned_low));
        let p = p_values::mean_difference(one, zero).unwrap();
        prop_assert!(close(p, p_values::mean_difference(zero, one).unwrap()));
        prop_assert_eq!(p < 0.05, low > 0.0 || high < 0.0, "{} {} at {}", low, high, p);
    }

    #[test]
    fn adding_a_constant_moves_a_mean_and_keeps_a_difference((one, zero, by) in (sample(), sample(), -20_i32..20)) {
        let by = f64::from(by);
        let moved = |(sum, squares, n): (f64, f64, f64)| (sum + by * n, squares + 2.0 * by * sum + by * by * n, n);
        let (low, high) = intervals::mean(one.0, one.1, one.2, U).unwrap();
        let (sum, squares, n) = moved(one);
        let (moved_low, moved_high) = intervals::mean(sum, squares, n, U).unwrap();
        prop_assert!(close(low + by, moved_low) && close(high + by, moved_high));
        let (low, high) = intervals::mean_difference(one, zero, U).unwrap();
        let (moved_low, moved_high) = intervals::mean_difference(moved(one), moved(zero), U).unwrap();
        prop_assert!(close(low, moved_low) && close(high, moved_high));
    }

    #[test]
    fn q_keeps_the_order_of_p_and_is_never_less(p in prop::collection::vec(0.0..=1.0_f64, 1..200)) {
        let q: Vec<f64> = q_values(&p.iter().copied().map(Some).collect::<Vec<_>>()).into_iter().flatten().collect();
        prop_assert_eq!(q.len(), p.len());
        for (p1, q1) in p.iter().zip(&q) {
            prop_assert!(p1 <= q1 && *q1 <= 1.0 && *q1 <= p1 * p.len() as f64 + 1e-12);
            for (p2, q2) in p.iter().zip(&q) {
                prop_assert!(p1 > p2 || q1 <= q2);
            }
        }
        // The greatest p stands as it is.
        let greatest = p.iter().copied().fold(0.0, f64::max);
        prop_assert!(q.contains(&greatest));
    }

    #[test]
    fn what_has_no_p_is_not_of_the_family(p in prop::collection::vec(0.0..=1.0_f64, 1..60), holes in 1..5_usize) {
        let mut with: Vec<Option<f64>> = p.iter().copied().map(Some).collect();
        let without = q_values(&with);
        (0..holes).for_each(|hole| with.insert(hole.min(with.len()), if hole % 2 == 0 { None } else { Some(f64::NAN) }));
        let with: Vec<Option<f64>> = q_values(&with).into_iter().filter(Option::is_some).collect();
        prop_assert_eq!(with, without);
    }

    #[test]
    fn a_shrunk_mean_lies_between_its_own_and_the_common(
        (own, mu, n, icc) in (-50.0..50.0_f64, -50.0..50.0_f64, 0_u32..500, 0.0..=1.0_f64)
    ) {
        let n = f64::from(n);
        let shrunk = shrinkage::mean(own, n, mu, icc).unwrap();
        prop_assert!(own.min(mu) - 1e-9 <= shrunk && shrunk <= own.max(mu) + 1e-9);
        prop_assert!(close(shrinkage::mean(own, 0.0, mu, icc).unwrap(), mu));
        prop_assert!(close(shrinkage::mean(own, n, mu, -0.01).unwrap(), mu));
        prop_assert!(close(shrinkage::mean(own, n + 1.0, mu, 1.0).unwrap(), own));
        let next = shrinkage::mean(own, n + 1.0, mu, icc).unwrap();
        prop_assert!((next - own).abs() <= (shrunk - own).abs() + 1e-9, "more units, nearer to one's own");
    }

    #[test]
    fn a_shrunk_share_is_a_shrunk_mean_of_noughts_and_ones(((k, n), mu, icc) in (count(), 0.0..=1.0_f64, 0.001..1.0_f64)) {
        let share = shrinkage::share(k, n, mu, (1.0 - icc) / icc).unwrap();
        prop_assert!(close(share, shrinkage::mean(k / n, n, mu, icc).unwrap()));
        prop_assert!(close(shrinkage::share(k, n, mu, 0.0).unwrap(), k / n));
        prop_assert!(close(shrinkage::share(k, n, mu, f64::INFINITY).unwrap(), mu));
    }

    #[test]
    fn funnels_narrow_and_hold_the_middle((mu, n) in (0.0..=1.0_f64, 1_u32..2000)) {
        let [low, high, outer_low, outer_high] = shrinkage::funnel(mu, f64::from(n), None).unwrap();
        prop_assert!(outer_low <= low && low <= mu && mu <= high && high <= outer_high);
        let larger = shrinkage::funnel(mu, f64::from(n) * 4.0, None).unwrap();
        prop_assert!(larger[0] >= low && larger[1] <= high);
    }

    #[test]
    fn groups_added_in_any_order_have_one_icc(groups in prop::collection::vec(sample(), 2..20), at in 0..20_usize) {
        let of = |groups: &[(f64, f64, f64)]| {
            let mut anova = Anova::default();
            groups.iter().for_each(|(sum, squares, n)| anova.add(*n, *sum, *squares));
            anova.icc()
        };
        let mut turned = groups.clone();
        turned.rotate_left(at % groups.len());
        match (of(&groups), of(&turned)) {
            (Some(a), Some(b)) => prop_assert!(close(a, b) && a <= 1.0 + 1e-9),
            (a, b) => prop_assert_eq!(a, b),
        }
    }

    #[test]
    fn ranks_know_no_scale(pairs in prop::collection::vec((0_i32..9, 0_i32..9), 0..80)) {
        let (x, y): (Vec<f64>, Vec<f64>) = pairs.iter().map(|(x, y)| (f64::from(*x), f64::from(*y))).unzip();
        let rho = spearman::spearman(&x, &y);
        let stretched: Vec<f64> = x.iter().map(|x| x.exp()).collect();
        prop_assert_eq!(rho, spearman::spearman(&stretched, &y));
        prop_assert_eq!(rho, spearman::spearman(&y, &x));
        if let Some(rho) = rho {
            prop_assert!((-1.0..=1.0).contains(&rho));
            let turned: Vec<f64> = x.iter().map(|x| -x).collect();
            prop_assert!(close(-rho, spearman::spearman(&turned, &y).unwrap()));
        }
    }

    #[test]
    fn a_straight_line_has_its_slope((slope, at, errors) in (-9.0..9.0_f64, -99.0..99.0_f64, prop::collection::vec(0.1..9.0_f64, 2..9))) {
        let mut line = Line::default();
        errors.iter().zip(2015..).for_each(|(error, year)| line.add(f64::from(year), at + slope * f64::from(year - 2015), *error));
        let found = line.slope().unwrap();
        prop_assert!((found.slope - slope).abs() < 1e-7, "{} instead of {slope}", found.slope);
        prop_assert!(found.low < found.slope && found.slope < found.high && (0.0..=1.0).contains(&found.p));
    }
}
