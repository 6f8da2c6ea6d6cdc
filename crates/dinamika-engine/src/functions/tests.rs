//! Against values computed by other programs: shares by statsmodels 0.15 (`proportion_confint`,
//! `confint_proportions_2indep`), means and quantiles with 50 digits by mpmath.

use super::{
    intervals::{self, Sample},
    student::Level,
};

fn share(k: f64, n: f64) -> Option<(f64, f64)> {
    intervals::share(k, n, Level::USUAL)
}

fn share_difference(k1: f64, n1: f64, k0: f64, n0: f64) -> Option<(f64, f64)> {
    intervals::share_difference(k1, n1, k0, n0, Level::USUAL)
}

fn mean(sum: f64, squares: f64, n: f64) -> Option<(f64, f64)> {
    intervals::mean(sum, squares, n, Level::USUAL)
}

fn mean_difference(one: Sample, zero: Sample) -> Option<(f64, f64)> {
    intervals::mean_difference(one, zero, Level::USUAL)
}

fn quantile(freedom: f64) -> Option<f64> {
    Level::USUAL.t(freedom)
}

type Known<'a> = (&'a [f64], f64, f64);

#[test]
fn a_share_has_wilsons_interval() {
    agree(SHARES, |a| share(a[0], a[1]));
}

#[test]
fn a_difference_of_shares_has_newcombes_interval() {
    agree(SHARE_DIFFERENCES, |a| share_difference(a[0], a[1], a[2], a[3]));
}

#[test]
fn newcombes_own_example() {
    // 56 of 70 against 48 of 80: 0.0524 to 0.3339 (table II, method 10, contrast a).
    let (low, high) = share_difference(56.0, 70.0, 48.0, 80.0).unwrap();
    assert_eq!((format!("{low:.4}"), format!("{high:.4}")), ("0.0524".into(), "0.3339".into()));
}

#[test]
fn a_mean_has_students_interval() {
    agree(MEANS, |a| mean(a[0], a[1], a[2]));
}

#[test]
fn a_difference_of_means_has_welchs_interval() {
    agree(MEAN_DIFFERENCES, |a| mean_difference((a[0], a[1], a[2]), (a[3], a[4], a[5])));
}

#[test]
fn quantiles_of_students_distribution() {
    for (freedom, expected) in QUANTILES {
        close(quantile(*freedom).unwrap(), *expected, &[*freedom]);
        close(quantile(*freedom).unwrap(), *expected, &[*freedom]);
    }
}

#[test]
fn ends_are_exact() {
    assert_eq!(share(0.0, 7.0).unwrap().0, 0.0);
    assert_eq!(share(7.0, 7.0).unwrap().1, 1.0);
}

#[test]
fn what_has_no_meaning_has_no_interval() {
    for (k, n) in [(0.0, 0.0), (1.0, 0.0), (-1.0, 5.0), (6.0, 5.0), (f64::NAN, 5.0), (1.0, f64::NAN)] {
        assert_eq!(share(k, n), None, "{k} of {n}");
        assert_eq!(share_difference(k, n, 1.0, 2.0), None, "{k} of {n}");
        assert_eq!(share_difference(1.0, 2.0, k, n), None, "{k} of {n}");
    }
    assert_eq!(mean(4.0, 16.0, 1.0), None);
    assert_eq!(mean(0.0, 0.0, 0.0), None);
    assert_eq!(mean(f64::NAN, 0.0, 5.0), None);
    assert_eq!(mean_difference((4.0, 16.0, 1.0), (8.0, 40.0, 2.0)), None);
    assert_eq!(quantile(0.0), None);
}

#[test]
fn equal_values_have_an_interval_of_no_width() {
    assert_eq!(mean(16.0, 64.0, 4.0), Some((4.0, 4.0)));
    assert_eq!(mean_difference((16.0, 64.0, 4.0), (6.0, 18.0, 2.0)), Some((1.0, 1.0)));
}

fn agree(known: &[Known<'_>], interval: impl Fn(&[f64]) -> Option<(f64, f64)>) {
    for (arguments, low, high) in known {
        let found = interval(arguments).unwrap();
        close(found.0, *low, arguments);
        close(found.1, *high, arguments);
    }
}

fn close(found: f64, expected: f64, arguments: &[f64]) {
    let tolerance = 1e-12 * expected.abs().max(1.0);
    assert!((found - expected).abs() <= tolerance, "{arguments:?}: {found} instead of {expected}");
}

#[rustfmt::skip]
const SHARES: &[Known<'_>] = &[
    (&[0.0, 1.0], 0.0, 0.7934506856227627),
    (&[1.0, 1.0], 0.2065493143772374, 1.0),
    (&[0.0, 10.0], 0.0, 0.27753279986288926),
    (&[10.0, 10.0], 0.7224672001371106, 1.0),
    (&[3.0, 10.0], 0.10779126740630104, 0.6032218525388546),
    (&[15.0, 50.0], 0.19103553500880943, 0.437503504644534),
    (&[1.0, 30.0], 0.005908590381612455, 0.16670390991409176),
    (&[7.0, 630.0], 0.005392429355637761, 0.022755711748747236),
    (&[50.0, 100.0], 0.4038315303659956, 0.5961684696340044),
    (&[24967.0, 628000.0], 0.039275938574481334, 0.040242430839975835),
    (&[12.0, 25.0], 0.30031285954112963, 0.6650148304964323),
    (&[99.0, 100.0], 0.9455138038212946, 0.9982325679358593),
    (&[2.5, 10.0], 0.08094782420999441, 0.5578185757214502),
];

#[rustfmt::skip]
const SHARE_DIFFERENCES: &[Known<'_>] = &[
    (&[56.0, 70.0, 48.0, 80.0], 0.05243147240236498, 0.33387265403690614),
    (&[9.0, 10.0, 3.0, 10.0], 0.1705227239345029, 0.809017973535488),
    (&[6.0, 7.0, 2.0, 7.0], 0.05822792748231209, 0.8062496375242278),
    (&[5.0, 56.0, 0.0, 29.0], -0.038137147903536936, 0.19256001385511165),
    (&[0.0, 10.0, 0.0, 20.0], -0.1611251580528194, 0.27753279986288926),
    (&[0.0, 10.0, 0.0, 10.0], -0.27753279986288926, 0.27753279986288926),
    (&[10.0, 10.0, 0.0, 20.0], 0.6790860371419145, 1.0),
    (&[10.0, 10.0, 0.0, 10.0], 0.6075093504305241, 1.0),
    (&[3.0, 12.0, 5.0, 14.0], -0.4089265819166561, 0.2352228306760626),
    (&[150.0, 630.0, 120.0, 640.0], 0.005565995696569882, 0.09546299720398785),
    (&[1.0, 1.0, 0.0, 1.0], -0.12210872068194178, 1.0),
    (&[10.0, 10.0, 10.0, 10.0], -0.27753279986288937, 0.27753279986288937),
    (&[7.0, 22.0, 2.0, 25.0], 0.008663649101023296, 0.45466710346403544),
];

#[rustfmt::skip]
const QUANTILES: &[(f64, f64)] = &[
    (1.0, 12.706204736174705),
    (2.0, 4.302652729749464),
    (3.0, 3.1824463052837095),
    (4.0, 2.7764451051977943),
    (5.0, 2.5705818356363155),
    (9.0, 2.2621571627982053),
    (10.0, 2.228138851986275),
    (24.0, 2.063898561628026),
    (29.0, 2.0452296421327043),
    (49.0, 2.0095752371292397),
    (99.0, 1.9842169515864174),
    (499.0, 1.964729390987689),
    (1000.0, 1.9623390808264085),
    (5000.0, 1.960438551706508),
    (2.5, 3.574654842003683),
    (7.3, 2.345066736547704),
    (17.9, 2.1017636580676773),
    (123.4, 1.9793749463174202),
];

#[rustfmt::skip]
const MEANS: &[Known<'_>] = &[
    (&[3.0, 5.0, 2.0], -4.853102368087352, 7.853102368087352),
    (&[28.0, 116.0, 7.0], 3.2448666086127753, 4.755133391387225),
    (&[34.0, 126.0, 10.0], 2.631014432271884, 4.168985567728116),
    (&[79.75, 1629.3125, 5.0], 4.21479713864356, 27.68520286135644),
    (&[16.0, 64.0, 4.0], 4.0, 4.0),
    (&[210.0, 2870.0, 21.0], 7.175592140624216, 12.824407859375784),
    (&[191.0, 4834.625, 8.0], 18.639727399715714, 29.110272600284286),
];

#[rustfmt::skip]
const MEAN_DIFFERENCES: &[Known<'_>] = &[
    (&[3.0, 5.0, 2.0, 28.0, 116.0, 7.0], -5.216440983043854, 0.21644098304385406),
    (&[28.0, 116.0, 7.0, 34.0, 126.0, 10.0], -0.37955091008956837, 1.5795509100895684),
    (&[34.0, 126.0, 10.0, 79.75, 1629.3125, 5.0], -24.26392988639002, -0.8360701136099785),
    (&[210.0, 2870.0, 21.0, 191.0, 4834.625, 8.0], -19.49982640553392, -8.25017359446608),
    (&[191.0, 4834.625, 8.0, 79.75, 1629.3125, 5.0], -3.647399819709495, 19.497399819709496),
    (&[16.0, 64.0, 4.0, 28.0, 116.0, 7.0], -0.7551333913872249, 0.7551333913872249),
    (&[34.0, 126.0, 10.0, 28.0, 116.0, 7.0], -1.5795509100895684, 0.37955091008956837),
];
