//! Jackknife and bootstrap over subjects, by count patterns.
//!
//! Subjects with the same pattern are interchangeable: leaving one out is done once per pattern, and
//! a bootstrap sample is a multinomial draw of pattern counts, so that a thousand replicates cost
//! the same for ten thousand subjects as for a hundred. The rule to keep: chance comes in as a seed,
//! and the same seed gives the same interval for the same set of ratings in any order.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::alpha::{self, Measure};
use super::chance::{self, Chance};
use super::distance::Distance;
use super::estimate::Undefined;
use super::patterns::Patterns;
use crate::distribution::sum;

/// Most (category, count) entries that one run of a resampling method may go through.
const MOST_WORK: f64 = 3e8;

/// A coefficient that can be computed again and again for other counts of the same patterns.
pub struct Resampled<'a> {
    patterns: &'a Patterns,
    kind: Kind<'a>,
    /// Subjects of each pattern that take part.
    weights: Vec<f64>,
}

enum Kind<'a> {
    Alpha { measure: &'a Measure, within: Option<Vec<f64>> },
    Corrected { distance: &'a Distance, chance: Chance, observed: Vec<Option<f64>> },
}

/// Result of a bootstrap.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bootstrap {
    /// Standard deviation of the replicates.
    pub se: f64,
    /// 2.5 % and 97.5 % points of the replicates.
    pub ci95: [f64; 2],
    /// Replicates asked for.
    pub replicates: usize,
    /// Replicates in which the coefficient did not exist; they are left out.
    pub undefined_replicates: usize,
}

impl<'a> Resampled<'a> {
    /// Krippendorff's alpha; only subjects with two ratings or more are resampled.
    pub fn alpha(patterns: &'a Patterns, measure: &'a Measure) -> Self {
        let mut weights = patterns.subjects();
        for (p, weight) in weights.iter_mut().enumerate() {
            if patterns.size(p) < 2.0 {
                *weight = 0.0;
            }
        }
        let within = alpha::within_by_pattern(patterns, measure);
        Self { patterns, kind: Kind::Alpha { measure, within }, weights }
    }

    /// Fleiss, AC1/AC2 or Brennan–Prediger; all subjects are resampled.
    pub fn corrected(patterns: &'a Patterns, distance: &'a Distance, chance: Chance) -> Self {
        let observed = chance::observed_by_pattern(patterns, distance);
        let kind = Kind::Corrected { distance, chance, observed };
        Self { patterns, kind, weights: patterns.subjects() }
    }

    fn value(&self, weights: &[f64]) -> Result<f64, Undefined> {
        match &self.kind {
            Kind::Alpha { measure, within } => alpha::value(self.patterns, measure, within.as_deref(), weights),
            Kind::Corrected { distance, chance, observed } => chance::corrected_value(self.patterns, observed, distance, *chance, weights),
        }
    }

    fn check_work(&self, runs: f64) -> Result<(), Undefined> {
        let once = self.patterns.entry_count() + self.patterns.categories();
        if runs * once as f64 > MOST_WORK { Err(Undefined::TooManyPatterns) } else { Ok(()) }
    }

    /// Delete-one jackknife standard error over the subjects.
    ///
    /// # Errors
    /// Undefined with fewer than two subjects, where a coefficient without one subject does not
    /// exist, or with too many patterns.
    pub fn jackknife(&self) -> Result<f64, Undefined> {
        self.check_work(self.patterns.len() as f64)?;
        let subjects: f64 = self.weights.iter().sum();
        if subjects < 2.0 {
            return Err(Undefined::OneSubject);
        }
        let mut weights = self.weights.clone();
        let mut values = Vec::new();
        for p in 0..weights.len() {
            if weights[p] > 0.0 {
                weights[p] -= 1.0;
                values.push((self.value(&weights)?, self.weights[p]));
                weights[p] += 1.0;
            }
        }
        let mean = sum(values.iter().map(|(v, w)| v * w)) / subjects;
        let squares = sum(values.iter().map(|(v, w)| w * (v - mean) * (v - mean)));
        Ok(((subjects - 1.0) / subjects * squares).sqrt())
    }

    /// Percentile bootstrap over the subjects.
    ///
    /// # Errors
    /// Undefined where fewer than two replicates have a value, or with too many patterns.
    pub fn bootstrap(&self, replicates: usize, seed: u64) -> Result<Bootstrap, Undefined> {
        self.check_work(replicates as f64)?;
        if self.weights.iter().sum::<f64>() < 2.0 {
            return Err(Undefined::OneSubject);
        }
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let sampler = Multinomial::new(&self.weights);
        let mut drawn = vec![0.0; self.weights.len()];
        let mut values = Vec::with_capacity(replicates);
        for _ in 0..replicates {
            sampler.draw(&mut rng, &mut drawn);
            if let Ok(value) = self.value(&drawn) {
                values.push(value);
            }
        }
        if values.len() < 2 {
            return Err(Undefined::NoVariation);
        }
        let count = values.len() as f64;
        let mean = sum(values.iter().copied()) / count;
        let squares = sum(values.iter().map(|v| (v - mean) * (v - mean)));
        values.sort_unstable_by(f64::total_cmp);
        Ok(Bootstrap {
            se: (squares / (count - 1.0)).sqrt(),
            ci95: [quantile(&values, 0.025), quantile(&values, 0.975)],
            replicates,
            undefined_replicates: replicates - values.len(),
        })
    }
}

/// Quantile of sorted values, linear between neighbours (Hyndman & Fan's type 7).
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let place = p * (sorted.len() - 1) as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below the length")]
    let low = place as usize;
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + (place - low as f64) * (sorted[high] - sorted[low])
}

/// Draws as many subjects as there are, with replacement, and counts them by pattern.
struct Multinomial {
    /// (pattern, its chance among itself and the rarer ones), most frequent first.
    steps: Vec<(usize, f64)>,
    trials: u64,
    /// Pattern of each subject, where picking subjects one by one is cheaper.
    one_by_one: Option<Vec<u32>>,
}

impl Multinomial {
    fn new(weights: &[f64]) -> Self {
        let mut order: Vec<usize> = (0..weights.len()).filter(|p| weights[*p] > 0.0).collect();
        order.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]).then(a.cmp(b)));
        let total: f64 = weights.iter().sum();
        let mut rest = total;
        let steps: Vec<(usize, f64)> = order
            .iter()
            .map(|p| {
                let chance = weights[*p] / rest;
                rest -= weights[*p];
                (*p, chance.min(1.0))
            })
            .collect();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
        let trials = total as u64;
        let one_by_one = (total < 8.0 * order.len() as f64).then(|| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
            let times = |p: usize| weights[p] as usize;
            (0_u32..).zip(0..weights.len()).flat_map(|(id, p)| std::iter::repeat_n(id, times(p))).collect()
        });
        Self { steps, trials, one_by_one }
    }

    fn draw(&self, rng: &mut ChaCha8Rng, counts: &mut [f64]) {
        counts.fill(0.0);
        if let Some(subjects) = &self.one_by_one {
            for _ in 0..subjects.len() {
                counts[subjects[rng.random_range(0..subjects.len())] as usize] += 1.0;
            }
            return;
        }
        let mut rest = self.trials;
        for (index, (pattern, chance)) in self.steps.iter().enumerate() {
            if rest == 0 {
                break;
            }
            let last = index + 1 == self.steps.len();
            let drawn = if last { rest } else { binomial(rng, rest, *chance) };
            counts[*pattern] = drawn as f64;
            rest -= drawn;
        }
    }
}

/// A binomial draw: by inversion for a small mean, otherwise by Hörmann's transformed rejection
/// (BTRS, 1993).
fn binomial(rng: &mut ChaCha8Rng, trials: u64, chance: f64) -> u64 {
    if chance >= 1.0 {
        return trials;
    }
    if chance > 0.5 {
        return trials - binomial(rng, trials, 1.0 - chance);
    }
    let n = trials as f64;
    if n * chance < 10.0 {
        return by_inversion(rng, trials, chance);
    }
    let spread = (n * chance * (1.0 - chance)).sqrt();
    let b = 1.15 + 2.53 * spread;
    let a = -0.0873 + 0.0248 * b + 0.01 * chance;
    let c = n * chance + 0.5;
    let v_r = 0.92 - 4.2 / b;
    loop {
        let v: f64 = rng.random();
        let u = rng.random::<f64>() - 0.5;
        let us = 0.5 - u.abs();
        let k = ((2.0 * a / us + b) * u + c).floor();
        if k < 0.0 || k > n {
            continue;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0..=n, whole")]
        let drawn = k as u64;
        if us >= 0.07 && v <= v_r {
            return drawn;
        }
        let alpha = (2.83 + 5.1 / b) * spread;
        let odds = chance / (1.0 - chance);
        let mode = ((n + 1.0) * chance).floor();
        let scaled = (v * alpha / (a / (us * us) + b)).ln();
        let log_ratio = ln_factorial(mode) + ln_factorial(n - mode) - ln_factorial(k) - ln_factorial(n - k) + (k - mode) * odds.ln();
        if scaled <= log_ratio {
            return drawn;
        }
    }
}

/// ln k!, from the log-gamma function.
fn ln_factorial(k: f64) -> f64 {
    crate::distribution::ln_gamma(k + 1.0).unwrap_or(0.0)
}

fn by_inversion(rng: &mut ChaCha8Rng, trials: u64, chance: f64) -> u64 {
    let n = trials as f64;
    let odds = chance / (1.0 - chance);
    let mut mass = (n * (-chance).ln_1p()).exp();
    let mut left: f64 = rng.random();
    let mut drawn = 0_u64;
    while left > mass && drawn < trials {
        left -= mass;
        drawn += 1;
        let k = drawn as f64;
        mass *= odds * (n - k + 1.0) / k;
        if mass < 1e-300 {
            break;
        }
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::{ChaCha8Rng, SeedableRng, binomial};

    #[test]
    fn binomial_draws_have_the_mean_and_variance_they_should() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        for (n, p) in [(20_u64, 0.1), (5000, 0.3), (10_000, 0.0005), (400, 0.9)] {
            let draws: Vec<f64> = (0..20_000).map(|_| binomial(&mut rng, n, p) as f64).collect();
            let mean = draws.iter().sum::<f64>() / 20_000.0;
            let variance = draws.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / 20_000.0;
            let expected = n as f64 * p * (1.0 - p);
            assert!((mean - n as f64 * p).abs() < 5.0 * (expected / 20_000.0).sqrt());
            assert!((variance / expected - 1.0).abs() < 0.06, "{n} {p} {variance} {expected}");
        }
    }
}
