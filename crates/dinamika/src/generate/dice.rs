//! Random numbers that depend on the seed and on what they are for, never on the order of work.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A stream of random numbers of one purpose.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of a purpose: the same seed and words give the same numbers, whoever asks first.
    pub(super) fn of(seed: u64, purpose: &str, numbers: &[usize]) -> Self {
        // FNV-1a: stable between versions of the compiler, which the standard hasher is not.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let words = numbers.iter().flat_map(|number| (*number as u64).to_le_bytes());
        for byte in purpose.bytes().chain(words) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self(ChaCha8Rng::seed_from_u64(hash))
    }

    /// In [0, 1).
    pub(super) fn unit(&mut self) -> f64 {
        self.0.random::<f64>()
    }

    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A whole number below `bound`; 0 when the bound is 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        if bound == 0 { 0 } else { self.0.random_range(0..bound as u64) as usize }
    }

    /// One of the items; they must not be empty.
    pub(super) fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }

    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// Standard normal (Box and Muller).
    pub(super) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    pub(super) fn binomial(&mut self, trials: u32, probability: f64) -> u32 {
        (0..trials).map(|_| u32::from(self.chance(probability))).sum()
    }

    pub(super) fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (x, y) = (self.gamma(a), self.gamma(b));
        x / (x + y)
    }

    /// Marsaglia and Tsang.
    fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * (1.0 - self.unit()).powf(1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && (1.0 - self.unit()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn a_purpose_is_a_stream_of_its_own() {
        let draw = |purpose, numbers: &[usize]| Dice::of(7, purpose, numbers).below(1_000_000);
        assert_eq!(draw("a", &[1]), draw("a", &[1]));
        assert_ne!(draw("a", &[1]), draw("a", &[2]));
        assert_ne!(draw("a", &[1]), draw("b", &[1]));
    }

    #[test]
    fn beta_has_its_mean() {
        let mut dice = Dice::of(1, "beta", &[]);
        let mean = (0..20_000).map(|_| dice.beta(6.0, 4.0)).sum::<f64>() / 20_000.0;
        assert!((mean - 0.6).abs() < 0.01, "{mean}");
    }
}
