//! Quantiles and tails of the normal and of Student's distribution.

use std::{f64::consts::SQRT_2, sync::OnceLock};

use statrs::{
    distribution::{ContinuousCDF, StudentsT},
    function::erf::{erfc, erfc_inv},
};

/// How sure an interval is, with the normal quantile that belongs to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Level {
    confidence: f64,
    /// The normal distribution lies within ∓z with this confidence.
    pub(crate) z: f64,
}

impl Level {
    /// 95 %.
    pub(crate) const USUAL: Self = Self { confidence: 0.95, z: 1.959_963_984_540_054 };
    /// 99.8 %, the outer limit of funnel plots.
    pub(crate) const OUTER: Self = Self { confidence: 0.998, z: 3.090_232_306_167_813 };

    /// None unless strictly between 0 and 1.
    pub(crate) fn of(confidence: f64) -> Option<Self> {
        if confidence == Self::USUAL.confidence {
            return Some(Self::USUAL);
        }
        (confidence > 0.0 && confidence < 1.0).then(|| Self { confidence, z: SQRT_2 * erfc_inv(1.0 - confidence) })
    }

    pub(super) fn confidence(self) -> f64 {
        self.confidence
    }

    /// Student's quantile: the distribution lies within ∓t with this confidence.
    pub(crate) fn t(self, freedom: f64) -> Option<f64> {
        /// From here the expansion in `1/freedom` is exact to rounding.
        const MANY: usize = 500;
        static KNOWN: [OnceLock<f64>; MANY] = [const { OnceLock::new() }; MANY];
        if freedom.is_nan() || freedom <= 0.0 {
            return None;
        }
        if freedom >= MANY as f64 {
            return Some(expanded(self.z, freedom));
        }
        let upper = 0.5 + self.confidence / 2.0;
        let exact = || StudentsT::new(0.0, 1.0, freedom).ok().map(|t| t.inverse_cdf(upper));
        if freedom.fract() != 0.0 || self != Self::USUAL {
            return exact();
        }
        // Truncation is exact here.
        let known = &KNOWN[freedom as usize];
        match known.get() {
            Some(value) => Some(*value),
            None => exact().map(|value| *known.get_or_init(|| value)),
        }
    }
}

/// How often a normal value is further from 0 than `z`.
pub(crate) fn normal_tails(z: f64) -> f64 {
    erfc(z.abs() / SQRT_2)
}

/// How often Student's variable is further from 0 than `t`.
pub(crate) fn student_tails(t: f64, freedom: f64) -> Option<f64> {
    let distribution = StudentsT::new(0.0, 1.0, freedom).ok()?;
    (!t.is_nan()).then(|| (2.0 * distribution.sf(t.abs())).clamp(0.0, 1.0))
}

/// Hill's expansion of the quantile around the normal one (Abramowitz and Stegun, 26.7.5).
fn expanded(normal: f64, freedom: f64) -> f64 {
    let z = |power: i32| normal.powi(power);
    let terms = [
        normal,
        (z(3) + normal) / 4.0,
        (5.0 * z(5) + 16.0 * z(3) + 3.0 * normal) / 96.0,
        (3.0 * z(7) + 19.0 * z(5) + 17.0 * z(3) - 15.0 * normal) / 384.0,
        (79.0 * z(9) + 776.0 * z(7) + 1482.0 * z(5) - 1920.0 * z(3) - 945.0 * normal) / 92_160.0,
    ];
    terms.iter().rev().fold(0.0, |sum, term| sum / freedom + term)
}
