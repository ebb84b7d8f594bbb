//! Chance that comes out the same again: every draw has a name, and no draw depends on another one.

/// Where draws are named from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) const fn new(seed: u64) -> Self {
        Self(mixed(seed))
    }

    /// The chance of something by its name.
    pub(super) fn of(self, name: &str) -> Self {
        // FNV-1a
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(mixed(self.0 ^ hash))
    }

    /// The chance of something in a year.
    pub(super) fn in_year(self, year: i32) -> Self {
        Self(mixed(self.0 ^ u64::from(year.unsigned_abs())))
    }

    /// Between 0 and 1.
    pub(super) fn uniform(self) -> f64 {
        // the upper 53 bits: a double keeps them all
        (mixed(self.0) >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// Between two bounds.
    pub(super) fn between(self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// With mean 0 and standard deviation 1.
    pub(super) fn normal(self) -> f64 {
        let (one, other) = (self.of("radius").uniform(), self.of("angle").uniform());
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - one));
        radius * libm::cos(std::f64::consts::TAU * other)
    }

    /// How many of `all` meet with something that has this probability; a whole number.
    pub(super) fn events(self, all: f64, probability: f64) -> f64 {
        let mean = all * probability;
        let drawn = if mean < 60.0 {
            self.poisson(mean)
        } else {
            let spread = libm::sqrt(mean * (1.0 - probability).max(0.0));
            libm::round(mean + spread * self.normal())
        };
        drawn.max(0.0)
    }

    fn poisson(self, mean: f64) -> f64 {
        let drawn = self.uniform();
        let (mut at, mut probability) = (0.0, libm::exp(-mean));
        let mut sum = probability;
        while drawn > sum && at < 400.0 {
            at += 1.0;
            probability *= mean / at;
            sum += probability;
        }
        at
    }
}

/// `SplitMix64` (Steele, Lea and Flood 2014).
const fn mixed(seed: u64) -> u64 {
    let z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(draw: impl Fn(Chance) -> f64) -> f64 {
        let all = Chance::new(1);
        (0..4000).map(|n| draw(all.in_year(n))).sum::<f64>() / 4000.0
    }

    #[test]
    fn draws_have_the_mean_they_should_have() {
        let check = |found: f64, expected: f64, near: f64| {
            assert!((found - expected).abs() < near, "{found} {expected}");
        };
        check(mean(Chance::uniform), 0.5, 0.02);
        check(mean(Chance::normal), 0.0, 0.05);
        check(mean(|c| c.normal() * c.normal()), 1.0, 0.1);
        check(mean(|c| c.events(2500.0, 0.0004)), 1.0, 0.06);
        check(mean(|c| c.events(1000.0, 0.9)), 900.0, 1.0);
    }

    #[test]
    fn names_part_the_draws() {
        let chance = Chance::new(1);
        assert!(chance.of("a").uniform().total_cmp(&chance.of("b").uniform()).is_ne());
        assert!(chance.of("a").uniform().total_cmp(&chance.of("a").uniform()).is_eq());
    }
}
