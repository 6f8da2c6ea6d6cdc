//! How surprising a difference would be if there were none.

use super::{
    intervals::{Sample, share, welch, wilson},
    student::{Level, normal_tails, student_tails},
};

/// Two-sided p-value of a difference of shares by inverting Newcombe's interval: one minus the
/// largest confidence whose interval leaves 0 out. So `p < 0.05` exactly where the 95 % interval
/// of the same counts leaves 0 out.
pub(crate) fn share_difference(k1: f64, n1: f64, k0: f64, n0: f64) -> Option<f64> {
    share(k1, n1, Level::USUAL)?;
    share(k0, n0, Level::USUAL)?;
    let (p1, p0) = (k1 / n1, k0 / n0);
    if p1 == p0 {
        return Some(1.0);
    }
    // The bound nearer to 0 is made of the greater share's lower and the lesser one's upper bound.
    let ((k1, n1, p1), (k0, n0, p0)) =
        if p1 > p0 { ((k1, n1, p1), (k0, n0, p0)) } else { ((k0, n0, p0), (k1, n1, p1)) };
    let reach = |z: f64| (p1 - wilson(k1, n1, z).0).hypot(wilson(k0, n0, z).1 - p0) - (p1 - p0);
    Some(normal_tails(root(reach)))
}

/// Two-sided p-value of a difference of means: Welch's t.
pub(crate) fn mean_difference(one: Sample, zero: Sample) -> Option<f64> {
    let welch = welch(one, zero)?;
    match (welch.error == 0.0, welch.change == 0.0) {
        (true, same) => Some(if same { 1.0 } else { 0.0 }),
        (false, _) => student_tails(welch.change / welch.error.sqrt(), welch.freedom),
    }
}

/// Where a function that grows from less than 0 at 0 becomes 0: doubling, then the Illinois method
/// (false position whose standing end is halved). Forty when it is further than that: there the
/// normal tail is 0.
pub(crate) fn root(of: impl Fn(f64) -> f64) -> f64 {
    const FAR: f64 = 40.0;
    let (mut standing, mut moving) = ((0.0, of(0.0)), (1.0, of(1.0)));
    while moving.1 < 0.0 {
        if moving.0 >= FAR {
            return FAR;
        }
        standing = moving;
        moving = (2.0 * moving.0, of(2.0 * moving.0));
    }
    for _ in 0..100 {
        let next = (standing.0 * moving.1 - moving.0 * standing.1) / (moving.1 - standing.1);
        let value = of(next);
        let step = (next - moving.0).abs();
        if value == 0.0 || step <= 1e-14 * next {
            return next;
        }
        if (value < 0.0) == (moving.1 < 0.0) {
            standing.1 /= 2.0;
        } else {
            standing = moving;
        }
        moving = (next, value);
    }
    moving.0
}
