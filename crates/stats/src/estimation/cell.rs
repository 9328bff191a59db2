//! The sums of one item in one domain, for numeric and for categorical answers, and the value and
//! variance that follow from them. Which rows come here is decided in `tally`.
//!
//! The rule to keep: sums of numbers are taken from the first answer of the domain, so that a
//! large constant (years, identifiers, amounts in cents) costs no digits.

use crate::distribution::Sum;

use super::finish::Measured;
use super::item::Kind;
use super::reason::Reason;
use super::spread::{Spread, sums_of_groups};
use super::variance::Sample;

/// Sums of numeric answers of one domain: y, and x for a ratio.
#[derive(Debug, Clone)]
pub(super) struct NumberCell {
    n: u64,
    weight: Sum,
    weight_squares: f64,
    origin: [f64; 2],
    first: [Sum; 2],
    second: [f64; 3],
    pub(super) spread: Spread<3>,
}

impl NumberCell {
    pub(super) fn new(clustered: bool) -> Self {
        Self {
            n: 0,
            weight: Sum::default(),
            weight_squares: 0.0,
            origin: [0.0; 2],
            first: [Sum::default(); 2],
            second: [0.0; 3],
            spread: Spread::new(clustered),
        }
    }

    pub(super) fn add(&mut self, slot: u32, weight: f64, y: f64, x: f64) {
        if self.n == 0 {
            self.origin = [y, x];
        }
        self.n += 1;
        self.weight.add(weight);
        self.weight_squares += weight * weight;
        let (dy, dx) = (y - self.origin[0], x - self.origin[1]);
        let (wy, wx) = (weight * dy, weight * dx);
        self.first[0].add(wy);
        self.first[1].add(wx);
        self.second[0] += wy * dy;
        self.second[1] += wy * dx;
        self.second[2] += wx * dx;
        self.spread.add(slot, [wy, wx, weight]);
    }

    pub(super) fn measure(&self, kind: Kind, sample: &Sample<'_>) -> Measured {
        let weight = self.weight.value();
        let mut measured = Measured::empty(self.n, weight, self.weight_squares);
        if self.n == 0 {
            return measured;
        }
        // Means of y and x from their origins, and mean squares and products about the means.
        let (ry, rx) = (self.first[0].value() / weight, self.first[1].value() / weight);
        let syy = self.second[0] / weight - ry * ry;
        let sxy = self.second[1] / weight - ry * rx;
        let sxx = self.second[2] / weight - rx * rx;
        let (mean_y, mean_x) = (self.origin[0] + ry, self.origin[1] + rx);
        let (estimate, coefficients, unit_variance) = match kind {
            Kind::Total => (weight * mean_y, [1.0, 0.0, self.origin[0]], syy),
            Kind::Ratio => {
                let total_x = weight * mean_x;
                if total_x == 0.0 {
                    measured.undefined = Some(Reason::ZeroDenominator);
                    return measured;
                }
                let r = mean_y / mean_x;
                let coefficients = [1.0, -r, r * rx - ry].map(|c| c / total_x);
                (r, coefficients, syy - 2.0 * r * sxy + r * r * sxx)
            }
            Kind::Mean | Kind::Proportion => {
                let coefficients = [1.0, 0.0, -ry].map(|c| c / weight);
                (mean_y, coefficients, syy)
            }
        };
        measured.scale = match kind {
            Kind::Total => weight,
            Kind::Ratio => 1.0 / mean_x,
            Kind::Mean | Kind::Proportion => 1.0,
        };
        measured.estimate = estimate;
        measured.unit_variance = unit_variance;
        measured.variance = sample.variance(&sums_of_groups(sample.frame, &[(coefficients, &self.spread)]));
        measured
    }
}

/// Sums of one level of categorical answers in one domain.
#[derive(Debug, Clone)]
struct LevelSums {
    n: u64,
    weight: Sum,
    weight_squares: f64,
    spread: Spread<1>,
}

/// Sums of categorical answers of one domain, by level.
#[derive(Debug, Clone)]
pub(super) struct LevelCell {
    clustered: bool,
    levels: Vec<LevelSums>,
}

impl LevelCell {
    pub(super) fn new(clustered: bool) -> Self {
        Self { clustered, levels: Vec::new() }
    }

    pub(super) fn room_for(&mut self, levels: usize, slots: usize) {
        let empty = LevelSums { n: 0, weight: Sum::default(), weight_squares: 0.0, spread: Spread::new(self.clustered) };
        let known = self.levels.len();
        self.levels.resize(levels.max(known), empty);
        for level in &mut self.levels[known..] {
            level.spread.reserve(slots);
        }
    }

    pub(super) fn add(&mut self, slot: u32, weight: f64, level: u32) {
        let level = level as usize;
        if level >= self.levels.len() {
            self.room_for(level + 1, 0);
        }
        let level = &mut self.levels[level];
        level.n += 1;
        level.weight.add(weight);
        level.weight_squares += weight * weight;
        level.spread.add(slot, [weight]);
    }

    pub(super) fn measure(&self, kind: Kind, level: Option<u32>, sample: &Sample<'_>) -> Measured {
        let n = self.levels.iter().map(|level| level.n).sum();
        let weight: f64 = self.levels.iter().map(|level| level.weight.value()).sum();
        let weight_squares = self.levels.iter().map(|level| level.weight_squares).sum();
        let mut measured = Measured::empty(n, weight, weight_squares);
        if n == 0 {
            return measured;
        }
        let chosen = level.and_then(|level| self.levels.get(level as usize));
        let of_level = chosen.map_or(0.0, |level| level.weight.value());
        let p = of_level / weight;
        // z = w(1 − p)/Σw in the level and −wp/Σw outside it; for a count, w and 0.
        let (inside, outside) = match kind {
            Kind::Total => (1.0, 0.0),
            _ => ((weight - of_level) / weight / weight, -p / weight),
        };
        let groups: Vec<_> = self
            .levels
            .iter()
            .enumerate()
            .map(|(index, sums)| {
                let chosen = level.is_some_and(|level| level as usize == index);
                ([if chosen { inside } else { outside }], &sums.spread)
            })
            .collect();
        measured.estimate = if kind == Kind::Total { of_level } else { p };
        measured.scale = if kind == Kind::Total { weight } else { 1.0 };
        measured.unit_variance = p * (1.0 - p);
        measured.variance = sample.variance(&sums_of_groups(sample.frame, &groups));
        measured
    }
}
