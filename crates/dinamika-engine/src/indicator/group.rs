//! Groups of units, and contrasts of their values.

use dinamika_project::Measure;

use crate::functions::{
    intervals::{share, squared_error, wilson},
    p_values::root,
    student::{Level, normal_tails, student_tails},
};

/// Units of one entity in one test: how many, their sum and sum of squares. A value is `scale · sum / n`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Group {
    pub(crate) n: f64,
    pub(crate) sum: f64,
    pub(crate) squares: f64,
    /// 100 of a share, 1 of a mean, 100/maximum of points.
    pub(crate) scale: f64,
    /// Units that have a property or not: Wilson and Newcombe; else Student and Welch.
    pub(crate) counted: bool,
}

impl Group {
    /// None for a measure, or numbers, without chance in them.
    pub(crate) fn of(measure: Measure, num: f64, den: f64, n: f64, sq: f64) -> Option<Self> {
        let group = match measure {
            Measure::Share => Self { n: den, sum: num, squares: num, scale: 100.0, counted: true },
            Measure::Mean => Self { n, sum: num, squares: sq, scale: 1.0, counted: false },
            // `den/n` is what one unit could have.
            Measure::Percent => Self { n, sum: num, squares: sq, scale: 100.0 * n / den, counted: false },
            Measure::Ratio | Measure::Count => return None,
        };
        let whole = group.n > 0.0 && group.sum.is_finite() && group.squares.is_finite() && group.scale.is_finite();
        (whole && (!group.counted || (0.0..=group.n).contains(&group.sum))).then_some(group)
    }

    pub(crate) fn value(&self) -> f64 {
        self.scale * self.sum / self.n
    }

    /// The others, when this is a part of `whole`.
    pub(crate) fn rest_of(&self, whole: &Self) -> Option<Self> {
        let rest = Self {
            n: whole.n - self.n,
            sum: whole.sum - self.sum,
            squares: whole.squares - self.squares,
            scale: whole.scale,
            counted: whole.counted,
        };
        let possible = rest.n >= 1.0 && (!rest.counted || (0.0..=rest.n).contains(&rest.sum));
        possible.then_some(rest)
    }

    /// Variance of its units; none of a single measured one.
    pub(crate) fn variance(&self) -> Option<f64> {
        if self.counted {
            let p = self.sum / self.n;
            return Some(p * (1.0 - p));
        }
        squared_error(self.sum, self.squares, self.n).map(|error| error * self.n)
    }
}

/// A group in a contrast, `weight` times its value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    pub(crate) weight: f64,
    pub(crate) group: Group,
}

/// A weighted sum of values of independent groups, with its interval and two-sided p-value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Contrast {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) p: f64,
}

/// Contrast of `parts`; `extra` is further variance, in squared units of the value.
///
/// Counted units: squares of the distances to Wilson's bounds are added (G. Y. Zou and A. Donner,
/// Statistics in Medicine 27 (2008) 1693–1702; of two groups it is Newcombe's interval), and `p`
/// inverts the interval. Measured ones: Student with Satterthwaite's degrees of freedom (of two
/// groups it is Welch).
pub(crate) fn contrast(parts: &[Part], extra: f64) -> Option<Contrast> {
    let value = parts.iter().map(|part| part.weight * part.group.value()).sum::<f64>();
    let counted = parts.first()?.group.counted;
    if parts.iter().any(|part| part.group.counted != counted) || !value.is_finite() {
        return None;
    }
    if counted { of_counts(parts, value, extra) } else { of_means(parts, value, extra) }
}

fn of_counts(parts: &[Part], value: f64, extra: f64) -> Option<Contrast> {
    if parts.iter().any(|part| share(part.group.sum, part.group.n, Level::USUAL).is_none()) {
        return None;
    }
    // Distances downwards and upwards at z.
    let reach = |z: f64| {
        let (mut down, mut up) = (z * z * extra, z * z * extra);
        for Part { weight, group } in parts {
            let (low, high) = wilson(group.sum, group.n, z);
            let (p, scale) = (group.sum / group.n, weight * group.scale);
            let (below, above) = ((scale * (p - low)).powi(2), (scale * (high - p)).powi(2));
            let (below, above) = if scale >= 0.0 { (below, above) } else { (above, below) };
            down += below;
            up += above;
        }
        (down.sqrt(), up.sqrt())
    };
    let (down, up) = reach(Level::USUAL.z);
    let towards_zero = |z: f64| if value > 0.0 { reach(z).0 - value } else { reach(z).1 + value };
    let p = if value == 0.0 { 1.0 } else { normal_tails(root(towards_zero)) };
    Some(Contrast { value, low: value - down, high: value + up, p })
}

fn of_means(parts: &[Part], value: f64, extra: f64) -> Option<Contrast> {
    let (mut error, mut freedom) = (0.0, 0.0);
    for Part { weight, group } in parts {
        let own = (weight * group.scale).powi(2) * squared_error(group.sum, group.squares, group.n)?;
        error += own;
        freedom += own * own / (group.n - 1.0);
    }
    let error = error + extra;
    if error == 0.0 {
        return Some(Contrast { value, low: value, high: value, p: if value == 0.0 { 1.0 } else { 0.0 } });
    }
    // What `extra` is comes from all entities: it costs no freedom.
    let freedom = error * error / freedom;
    let half = Level::USUAL.t(freedom)? * error.sqrt();
    Some(Contrast { value, low: value - half, high: value + half, p: student_tails(value / error.sqrt(), freedom)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::{intervals, p_values};

    #[test]
    fn of_two_groups_it_is_newcombe_or_welch() {
        let group = |measure, num, den, sq| Group::of(measure, num, den, den, sq).unwrap();
        let pair = |one, zero| [Part { weight: 1.0, group: one }, Part { weight: -1.0, group: zero }];
        let nan = f64::NAN;
        let parts = pair(group(Measure::Share, 56.0, 70.0, nan), group(Measure::Share, 48.0, 80.0, nan));
        let found = contrast(&parts, 0.0).unwrap();
        let (low, high) = intervals::share_difference(56.0, 70.0, 48.0, 80.0, Level::USUAL).unwrap();
        assert!((found.low - 100.0 * low).abs() < 1e-9 && (found.high - 100.0 * high).abs() < 1e-9);
        assert!((found.p - p_values::share_difference(56.0, 70.0, 48.0, 80.0).unwrap()).abs() < 1e-9);
        let parts = pair(group(Measure::Mean, 34.0, 10.0, 126.0), group(Measure::Mean, 28.0, 7.0, 116.0));
        let found = contrast(&parts, 0.0).unwrap();
        let (one, zero) = ((34.0, 126.0, 10.0), (28.0, 116.0, 7.0));
        let (low, high) = intervals::mean_difference(one, zero, Level::USUAL).unwrap();
        assert!((found.low - low).abs() < 1e-9 && (found.high - high).abs() < 1e-9);
        assert!((found.p - p_values::mean_difference(one, zero).unwrap()).abs() < 1e-9);
    }

    #[test]
    fn further_variance_widens() {
        let group = Group::of(Measure::Share, 20.0, 50.0, 50.0, f64::NAN).unwrap();
        let parts = [Part { weight: 1.0, group }];
        let (without, with) = (contrast(&parts, 0.0).unwrap(), contrast(&parts, 25.0).unwrap());
        assert!(with.low < without.low && without.high < with.high && without.p < with.p);
    }

    #[test]
    fn points_of_a_maximum_are_measured() {
        // Three pupils with 10, 15 and 20 of 20 points.
        let group = Group::of(Measure::Percent, 45.0, 60.0, 3.0, 725.0).unwrap();
        assert_eq!((group.value(), group.variance()), (75.0, Some(25.0)));
        assert_eq!(Group::of(Measure::Percent, 45.0, 60.0, 3.0, f64::NAN), None);
    }
}
