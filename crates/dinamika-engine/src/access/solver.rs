//! What follows from sums: exact elimination over the rationals, for tests.

/// Sums that are known, kept reduced: each row begins where no other row has anything.
#[derive(Default)]
pub(super) struct Known {
    rows: Vec<Vec<Fraction>>,
    given: std::collections::BTreeSet<Vec<i64>>,
}

/// Numerator and denominator without a divisor in common, the denominator positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fraction(i128, i128);

impl Known {
    /// A sum becomes known.
    pub(super) fn learn(&mut self, row: Vec<i64>) {
        if !self.given.insert(row.clone()) {
            return;
        }
        let rest = self.reduced(&row);
        let Some(lead) = rest.iter().position(|x| x.0 != 0) else { return };
        let scale = rest[lead].inverse();
        let rest: Vec<Fraction> = rest.iter().map(|x| x.times(scale)).collect();
        for other in &mut self.rows {
            let factor = other[lead];
            if factor.0 != 0 {
                other.iter_mut().zip(&rest).for_each(|(x, y)| *x = x.minus(y.times(factor)));
            }
        }
        self.rows.push(rest);
    }

    /// Whether the sum follows from those known.
    pub(super) fn tells(&self, row: &[i64]) -> bool {
        self.reduced(row).iter().all(|x| x.0 == 0)
    }

    pub(super) fn len(&self) -> usize {
        self.given.len()
    }

    fn reduced(&self, row: &[i64]) -> Vec<Fraction> {
        let mut rest: Vec<Fraction> = row.iter().map(|x| Fraction(i128::from(*x), 1)).collect();
        for known in &self.rows {
            let Some(lead) = known.iter().position(|x| x.0 != 0) else { continue };
            let factor = rest[lead];
            if factor.0 != 0 {
                rest.iter_mut().zip(known).for_each(|(x, y)| *x = x.minus(y.times(factor)));
            }
        }
        rest
    }
}

impl Fraction {
    fn reduced(numerator: i128, denominator: i128) -> Self {
        let divisor = gcd(numerator.unsigned_abs(), denominator.unsigned_abs()).max(1);
        let divisor = i128::try_from(divisor).expect("small numbers") * denominator.signum();
        Self(numerator / divisor, denominator / divisor)
    }
    fn times(self, other: Self) -> Self {
        Self::reduced(self.0 * other.0, self.1 * other.1)
    }
    fn minus(self, other: Self) -> Self {
        Self::reduced(self.0 * other.1 - other.0 * self.1, self.1 * other.1)
    }
    fn inverse(self) -> Self {
        Self::reduced(self.1, self.0)
    }
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[test]
fn the_solver_subtracts() {
    let mut known = Known::default();
    known.learn(vec![1, 1, 1]);
    known.learn(vec![0, 1, 0]);
    assert!(!known.tells(&[1, 0, 0]));
    assert!(known.tells(&[1, 0, 1]));
    known.learn(vec![2, 1, 0]);
    assert!(known.tells(&[1, 0, 0]) && known.tells(&[0, 0, 1]));
}
