//! What a small group tells of itself, and how far chance alone carries it.

use super::student::Level;

/// Mean drawn to `mu` by the reliability of `n` units whose share `icc` of variance lies between
/// groups: `x̃ = μ + λ(x̄ − μ)`, `λ = n·ICC / (1 + (n−1)·ICC)`. An estimate of ICC may come out
/// below nothing: that is taken as nothing, and all groups stand at `mu`.
///
/// T. L. Kelley, Statistical Method (1927); as empirical Bayes B. Efron and C. Morris, JASA 70 (1975) 311–319.
pub(crate) fn mean(mean: f64, n: f64, mu: f64, icc: f64) -> Option<f64> {
    let lambda = reliability(n, icc)?;
    let shrunk = mu + lambda * (mean - mu);
    shrunk.is_finite().then_some(shrunk)
}

/// How much of the variance of means of `n` units is of the groups and not of chance.
pub(crate) fn reliability(n: f64, icc: f64) -> Option<f64> {
    let icc = icc.max(0.0);
    if !(n >= 0.0 && icc <= 1.0) || n.is_infinite() {
        return None;
    }
    Some(if n == 0.0 { 0.0 } else { n * icc / (1.0 + (n - 1.0) * icc) })
}

/// Share drawn to `mu` as if `strength` more units had it: `(k + μS) / (n + S)`, the mean of the
/// beta-binomial posterior. With `S = (1 − ICC)/ICC` it agrees with [`mean`].
///
/// B. Efron and C. Morris, as above; A. Agresti, Categorical Data Analysis (2013), 1.6.
pub(crate) fn share(k: f64, n: f64, mu: f64, strength: f64) -> Option<f64> {
    let meant = n >= 0.0 && n.is_finite() && (0.0..=n).contains(&k) && (0.0..=1.0).contains(&mu) && strength >= 0.0;
    if !meant || n + strength == 0.0 {
        return None;
    }
    Some(if strength.is_infinite() { mu } else { (k + mu * strength) / (n + strength) })
}

/// Limits that chance alone leaves at size `n` in 95 and in 99.8 cases of 100: `μ ∓ z·σ/√n`,
/// outer limits further out. Without `sd` mu is a share, `σ = √(μ(1−μ))`, and limits end at 0 and 1.
///
/// D. J. Spiegelhalter, Statistics in Medicine 24 (2005) 1185–1202.
pub(crate) fn funnel(mu: f64, n: f64, sd: Option<f64>) -> Option<[f64; 4]> {
    let sigma = match sd {
        Some(sd) => (sd >= 0.0).then_some(sd)?,
        None => (0.0..=1.0).contains(&mu).then(|| (mu * (1.0 - mu)).sqrt())?,
    };
    if !(n > 0.0 && mu.is_finite() && sigma.is_finite()) {
        return None;
    }
    let error = sigma / n.sqrt();
    let limit = |z: f64| {
        let limit = mu + z * error;
        if sd.is_none() { limit.clamp(0.0, 1.0) } else { limit }
    };
    let (inner, outer) = (Level::USUAL.z, Level::OUTER.z);
    Some([limit(-inner), limit(inner), limit(-outer), limit(outer)])
}
