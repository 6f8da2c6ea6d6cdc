//! Intervals of shares, means and their differences.
//!
//! All are null where they have no meaning: no units, a count outside `0..=n`, one value only.

use super::student::Level;

/// Share `p = k/n`, Wilson's score interval:
/// `(p + z²/2n ∓ z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)`.
///
/// E. B. Wilson, JASA 22 (1927) 209–212.
pub(crate) fn share(k: f64, n: f64, level: Level) -> Option<(f64, f64)> {
    if !(n > 0.0 && n.is_finite() && (0.0..=n).contains(&k)) {
        return None;
    }
    Some(wilson(k, n, level.z))
}

/// Difference of independent shares `p1 − p0`, Newcombe's hybrid score interval without
/// continuity correction: with Wilson's `l`, `u` of each,
/// `d − √((p1−l1)² + (u0−p0)²)` to `d + √((u1−p1)² + (p0−l0)²)`.
///
/// R. G. Newcombe, Statistics in Medicine 17 (1998) 873–890, method 10.
pub(crate) fn share_difference(k1: f64, n1: f64, k0: f64, n0: f64, level: Level) -> Option<(f64, f64)> {
    let ((l1, u1), (l0, u0)) = (share(k1, n1, level)?, share(k0, n0, level)?);
    let (p1, p0) = (k1 / n1, k0 / n0);
    let change = p1 - p0;
    Some((change - (p1 - l1).hypot(u0 - p0), change + (u1 - p1).hypot(p0 - l0)))
}

/// Mean `x̄ = Σx/n`, Student's interval `x̄ ∓ t(n−1)·√(s²/n)` with `s² = (Σx² − (Σx)²/n)/(n−1)`.
///
/// Student, Biometrika 6 (1908) 1–25.
pub(crate) fn mean(sum: f64, squares: f64, n: f64, level: Level) -> Option<(f64, f64)> {
    let (mean, error) = (sum / n, squared_error(sum, squares, n)?);
    let half = level.t(n - 1.0)? * error.sqrt();
    Some((mean - half, mean + half))
}

/// Difference of means `x̄1 − x̄0` of samples with unequal variances, Welch's interval
/// `d ∓ t(ν)·√(v1+v0)` with `v = s²/n` and `ν = (v1+v0)² / (v1²/(n1−1) + v0²/(n0−1))`.
///
/// B. L. Welch, Biometrika 34 (1947) 28–35.
pub(crate) fn mean_difference(one: Sample, zero: Sample, level: Level) -> Option<(f64, f64)> {
    let Welch { change, error, freedom } = welch(one, zero)?;
    if error == 0.0 {
        return Some((change, change));
    }
    let half = level.t(freedom)? * error.sqrt();
    Some((change - half, change + half))
}

/// Sum, sum of squares and number of values.
pub(crate) type Sample = (f64, f64, f64);

/// A difference of means, its squared error and the degrees of freedom of that.
pub(super) struct Welch {
    pub(super) change: f64,
    pub(super) error: f64,
    pub(super) freedom: f64,
}

pub(super) fn welch((sum1, squares1, n1): Sample, (sum0, squares0, n0): Sample) -> Option<Welch> {
    let (v1, v0) = (squared_error(sum1, squares1, n1)?, squared_error(sum0, squares0, n0)?);
    let error = v1 + v0;
    let freedom = error * error / (v1 * v1 / (n1 - 1.0) + v0 * v0 / (n0 - 1.0));
    Some(Welch { change: sum1 / n1 - sum0 / n0, error, freedom })
}

/// `s²/n`. Rounding may make it a little less than nothing; a sum of squares that cannot be has none.
pub(crate) fn squared_error(sum: f64, squares: f64, n: f64) -> Option<f64> {
    if !(n >= 2.0 && sum.is_finite() && squares.is_finite()) {
        return None;
    }
    let about_the_mean = squares - sum * sum / n;
    (about_the_mean >= -1e-9 * squares.abs()).then(|| (about_the_mean / (n - 1.0) / n).max(0.0))
}

/// Wilson's interval of a count that is one of `n`.
pub(crate) fn wilson(k: f64, n: f64, z: f64) -> (f64, f64) {
    let (p, z2) = (k / n, z * z);
    let scale = 1.0 + z2 / n;
    let centre = (p + z2 / (2.0 * n)) / scale;
    let half = z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / scale;
    // At the ends the bound is the end itself; the formula gives it up to rounding.
    let low = if k == 0.0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if k == n { 1.0 } else { (centre + half).min(1.0) };
    (low, high)
}
