//! 95 % intervals of shares, means and their differences.
//!
//! All are null where they have no meaning: no units, a count outside `0..=n`, one value only.

use std::sync::OnceLock;

use statrs::distribution::{ContinuousCDF, StudentsT};

/// The 0.975 quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Share `p = k/n`, Wilson's score interval:
/// `(p + z²/2n ∓ z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)`.
///
/// E. B. Wilson, JASA 22 (1927) 209–212.
pub(crate) fn share(k: f64, n: f64) -> Option<(f64, f64)> {
    if !(n > 0.0 && (0.0..=n).contains(&k)) {
        return None;
    }
    let (p, z2) = (k / n, Z * Z);
    let scale = 1.0 + z2 / n;
    let centre = (p + z2 / (2.0 * n)) / scale;
    let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / scale;
    // At the ends the bound is the end itself; the formula gives it up to rounding.
    let low = if k == 0.0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if k == n { 1.0 } else { (centre + half).min(1.0) };
    Some((low, high))
}

/// Difference of independent shares `p1 − p0`, Newcombe's hybrid score interval without
/// continuity correction: with Wilson's `l`, `u` of each,
/// `d − √((p1−l1)² + (u0−p0)²)` to `d + √((u1−p1)² + (p0−l0)²)`.
///
/// R. G. Newcombe, Statistics in Medicine 17 (1998) 873–890, method 10.
pub(crate) fn share_difference(k1: f64, n1: f64, k0: f64, n0: f64) -> Option<(f64, f64)> {
    let ((l1, u1), (l0, u0)) = (share(k1, n1)?, share(k0, n0)?);
    let (p1, p0) = (k1 / n1, k0 / n0);
    let change = p1 - p0;
    Some((change - (p1 - l1).hypot(u0 - p0), change + (u1 - p1).hypot(p0 - l0)))
}

/// Mean `x̄ = Σx/n`, Student's interval `x̄ ∓ t(n−1)·√(s²/n)` with `s² = (Σx² − (Σx)²/n)/(n−1)`.
///
/// Student, Biometrika 6 (1908) 1–25.
pub(crate) fn mean(sum: f64, squares: f64, n: f64) -> Option<(f64, f64)> {
    let (mean, error) = (sum / n, squared_error(sum, squares, n)?);
    let half = quantile(n - 1.0)? * error.sqrt();
    Some((mean - half, mean + half))
}

/// Difference of means `x̄1 − x̄0` of samples with unequal variances, Welch's interval
/// `d ∓ t(ν)·√(v1+v0)` with `v = s²/n` and `ν = (v1+v0)² / (v1²/(n1−1) + v0²/(n0−1))`.
///
/// B. L. Welch, Biometrika 34 (1947) 28–35.
pub(crate) fn mean_difference(
    (sum1, squares1, n1): (f64, f64, f64),
    (sum0, squares0, n0): (f64, f64, f64),
) -> Option<(f64, f64)> {
    let (v1, v0) = (squared_error(sum1, squares1, n1)?, squared_error(sum0, squares0, n0)?);
    let change = sum1 / n1 - sum0 / n0;
    let error = v1 + v0;
    if error == 0.0 {
        return Some((change, change));
    }
    let freedom = error * error / (v1 * v1 / (n1 - 1.0) + v0 * v0 / (n0 - 1.0));
    let half = quantile(freedom)? * error.sqrt();
    Some((change - half, change + half))
}

/// `s²/n`; rounding may make it a little less than nothing.
fn squared_error(sum: f64, squares: f64, n: f64) -> Option<f64> {
    (n >= 2.0 && sum.is_finite() && squares.is_finite()).then(|| ((squares - sum * sum / n) / (n - 1.0) / n).max(0.0))
}

/// The 0.975 quantile of Student's distribution.
pub(super) fn quantile(freedom: f64) -> Option<f64> {
    /// From here the expansion in `1/freedom` is exact to rounding.
    const MANY: usize = 500;
    static KNOWN: [OnceLock<f64>; MANY] = [const { OnceLock::new() }; MANY];
    if freedom.is_nan() || freedom <= 0.0 {
        return None;
    }
    if freedom >= MANY as f64 {
        return Some(expanded(freedom));
    }
    let exact = || StudentsT::new(0.0, 1.0, freedom).ok().map(|t| t.inverse_cdf(0.975));
    if freedom.fract() != 0.0 {
        return exact();
    }
    // Truncation is exact here.
    let known = &KNOWN[freedom as usize];
    match known.get() {
        Some(value) => Some(*value),
        None => exact().map(|value| *known.get_or_init(|| value)),
    }
}

/// Hill's expansion of the quantile around the normal one (Abramowitz and Stegun, 26.7.5).
fn expanded(freedom: f64) -> f64 {
    let z = |power: i32| Z.powi(power);
    let terms = [
        Z,
        (z(3) + Z) / 4.0,
        (5.0 * z(5) + 16.0 * z(3) + 3.0 * Z) / 96.0,
        (3.0 * z(7) + 19.0 * z(5) + 17.0 * z(3) - 15.0 * Z) / 384.0,
        (79.0 * z(9) + 776.0 * z(7) + 1482.0 * z(5) - 1920.0 * z(3) - 945.0 * Z) / 92_160.0,
    ];
    terms.iter().rev().fold(0.0, |sum, term| sum / freedom + term)
}
