//! The functions of numbers, with what they tell of themselves.

use super::{
    documented::documentation,
    intervals, p_values,
    scalar::{
        Last::{Confidence, Nothing, Number},
        Scalar, WIDEST,
    },
    shrinkage,
};

const BOUNDS: &[&str] = &["low", "high"];
const LIMITS: &[&str] = &["low95", "high95", "low998", "high998"];

type Argument = (&'static str, &'static str);

const CONFIDENCE: Argument = ("confidence", "0.95 unless given; strictly between 0 and 1");
const LATER: [Argument; 2] = [("k1", "units with the property, later"), ("n1", "all units, later")];
const EARLIER: [Argument; 2] = [("k0", "units with the property, earlier"), ("n0", "all units, earlier")];
const SAMPLES: [Argument; 6] = [
    ("sum1", "sum, later"),
    ("sq1", "sum of squares, later"),
    ("n1", "number of values, later"),
    ("sum0", "sum, earlier"),
    ("sq0", "sum of squares, earlier"),
    ("n0", "number of values, earlier"),
];

/// All of them.
pub(super) fn all() -> [Scalar; 9] {
    [prop_ci(), diff_ci(), diff_p(), mean_ci(), mean_diff_ci(), mean_diff_p(), shrink(), shrink_share(), funnel()]
}

fn prop_ci() -> Scalar {
    let documentation = documentation(
        "Interval of the share k/n, Wilson's score interval, as fractions of 1. \
         Source: E. B. Wilson, JASA 22 (1927) 209-212.",
        "prop_ci(k, n [, confidence])",
        "select prop_ci(3, 10)['low'], prop_ci(3, 10)['high'] -- 0.1078, 0.6032",
        &[("k", "units that have the property"), ("n", "all units"), CONFIDENCE],
    );
    Scalar::new(
        ("prop_ci", 2, Confidence),
        BOUNDS,
        |a, level| intervals::share(a[0], a[1], level).map(two),
        documentation,
    )
}

fn diff_ci() -> Scalar {
    let documentation = documentation(
        "Interval of the difference k1/n1 - k0/n0 of independent shares, Newcombe's hybrid score interval \
         without continuity correction. Source: R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10.",
        "diff_ci(k1, n1, k0, n0 [, confidence])",
        "select diff_ci(56, 70, 48, 80)['low'], diff_ci(56, 70, 48, 80)['high'] -- 0.0524, 0.3339",
        &[LATER[0], LATER[1], EARLIER[0], EARLIER[1], CONFIDENCE],
    );
    Scalar::new(
        ("diff_ci", 4, Confidence),
        BOUNDS,
        |a, level| intervals::share_difference(a[0], a[1], a[2], a[3], level).map(two),
        documentation,
    )
}

fn diff_p() -> Scalar {
    let documentation = documentation(
        "Two-sided p-value of the difference k1/n1 - k0/n0, Newcombe's interval inverted: one minus the largest \
         confidence whose diff_ci leaves 0 out.",
        "diff_p(k1, n1, k0, n0)",
        "select diff_p(56, 70, 48, 80) -- 0.0081",
        &[LATER[0], LATER[1], EARLIER[0], EARLIER[1]],
    );
    Scalar::new(
        ("diff_p", 4, Nothing),
        &[],
        |a, _| p_values::share_difference(a[0], a[1], a[2], a[3]).map(one),
        documentation,
    )
}

fn mean_ci() -> Scalar {
    let documentation = documentation(
        "Interval of a mean from the sum and the sum of squares of n values, Student's t. Needs two values. \
         Source: Student, Biometrika 6 (1908) 1-25.",
        "mean_ci(sum, sq, n [, confidence])",
        "select mean_ci(28, 116, 7)['low'] -- 3.2449",
        &[("sum", "sum of values"), ("sq", "sum of their squares"), ("n", "number of values"), CONFIDENCE],
    );
    Scalar::new(
        ("mean_ci", 3, Confidence),
        BOUNDS,
        |a, level| intervals::mean(a[0], a[1], a[2], level).map(two),
        documentation,
    )
}

fn mean_diff_ci() -> Scalar {
    let [a, b, c, d, e, f] = SAMPLES;
    let documentation = documentation(
        "Interval of a difference of means of independent samples with unequal variances, Welch's t. \
         Source: B. L. Welch, Biometrika 34 (1947) 28-35.",
        "mean_diff_ci(sum1, sq1, n1, sum0, sq0, n0 [, confidence])",
        "select mean_diff_ci(34, 126, 10, 28, 116, 7)['low'] -- -1.5796",
        &[a, b, c, d, e, f, CONFIDENCE],
    );
    Scalar::new(
        ("mean_diff_ci", 6, Confidence),
        BOUNDS,
        |a, level| intervals::mean_difference((a[0], a[1], a[2]), (a[3], a[4], a[5]), level).map(two),
        documentation,
    )
}

fn mean_diff_p() -> Scalar {
    let documentation = documentation(
        "Two-sided p-value of a difference of means, Welch's t; below 0.05 exactly where mean_diff_ci leaves 0 out.",
        "mean_diff_p(sum1, sq1, n1, sum0, sq0, n0)",
        "select mean_diff_p(34, 126, 10, 28, 116, 7) -- 0.2112",
        &SAMPLES,
    );
    Scalar::new(
        ("mean_diff_p", 6, Nothing),
        &[],
        |a, _| p_values::mean_difference((a[0], a[1], a[2]), (a[3], a[4], a[5])).map(one),
        documentation,
    )
}

fn shrink() -> Scalar {
    let documentation = documentation(
        "Mean of a group drawn to mu by its reliability: mu + L*(mean - mu), L = n*icc / (1 + (n-1)*icc). A negative \
         icc, as an estimate may be, is taken as 0. Source: Kelley (1927); Efron and Morris, JASA 70 (1975) 311-319.",
        "shrink(mean, n, mu, icc)",
        "select shrink(30, 10, 25, 0.1) -- 27.63",
        &[
            ("mean", "the group's mean"),
            ("n", "its units"),
            ("mu", "mean of all groups"),
            ("icc", "share of variance between groups, see icc()"),
        ],
    );
    Scalar::new(("shrink", 4, Nothing), &[], |a, _| shrinkage::mean(a[0], a[1], a[2], a[3]).map(one), documentation)
}

fn shrink_share() -> Scalar {
    let documentation = documentation(
        "Share drawn to mu as if strength more units had it: (k + mu*strength) / (n + strength), the mean of the \
         beta-binomial posterior; strength = (1 - icc) / icc agrees with shrink().",
        "shrink_share(k, n, mu, strength)",
        "select shrink_share(3, 10, 0.15, 9) -- 0.2289",
        &[
            ("k", "units that have the property"),
            ("n", "all units"),
            ("mu", "share over all groups, 0..1"),
            ("strength", "units the common share is worth"),
        ],
    );
    Scalar::new(
        ("shrink_share", 4, Nothing),
        &[],
        |a, _| shrinkage::share(a[0], a[1], a[2], a[3]).map(one),
        documentation,
    )
}

fn funnel() -> Scalar {
    let documentation = documentation(
        "Limits that chance leaves around mu at size n in 95 % and in 99.8 % of cases: mu -/+ z*sd/sqrt(n). Without \
         sd mu is a share, sd = sqrt(mu*(1-mu)), and the limits end at 0 and 1. Source: D. J. Spiegelhalter, \
         Statistics in Medicine 24 (2005) 1185-1202.",
        "funnel(mu, n [, sd])",
        "select funnel(0.15, 25)['high95'] -- 0.29",
        &[
            ("mu", "the common share or mean"),
            ("n", "units of the group"),
            ("sd", "standard deviation of one unit, for means"),
        ],
    );
    Scalar::new(("funnel", 2, Number), LIMITS, |a, _| shrinkage::funnel(a[0], a[1], a.get(2).copied()), documentation)
}

fn one(value: f64) -> [f64; WIDEST] {
    [value, 0.0, 0.0, 0.0]
}

fn two((low, high): (f64, f64)) -> [f64; WIDEST] {
    [low, high, 0.0, 0.0]
}
