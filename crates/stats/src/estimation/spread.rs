//! How far rows scatter over PSUs, kept in O(PSUs) memory during one pass: sums by PSU for clustered
//! samples, and by stratum the moments of rows that are PSUs of their own.
//!
//! A row adds a small vector of parts; z of a row is a linear combination of its parts whose
//! coefficients are known only after the pass. The rule to keep: moments are taken about the
//! first row met, so that a large constant in the data does not eat the digits.

use super::frame::Frame;
use super::variance::{StratumSum, sums_of_psus};

/// First and second moments of rows with `D` parts, about the first row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moments<const D: usize> {
    rows: u64,
    origin: [f64; D],
    sums: [f64; D],
    /// Upper triangle of Σ (p − origin)(p − origin)ᵀ.
    products: [[f64; D]; D],
}

impl<const D: usize> Moments<D> {
    const NONE: Self = Self { rows: 0, origin: [0.0; D], sums: [0.0; D], products: [[0.0; D]; D] };

    fn add(&mut self, parts: [f64; D]) {
        if self.rows == 0 {
            self.origin = parts;
        }
        self.rows += 1;
        let mut from_origin = parts;
        for (part, origin) in from_origin.iter_mut().zip(self.origin) {
            *part -= origin;
        }
        for i in 0..D {
            self.sums[i] += from_origin[i];
            for j in i..D {
                self.products[i][j] += from_origin[i] * from_origin[j];
            }
        }
    }

    /// Rows, mean of z, and Σ (z − mean)² over these rows.
    fn of_combination(&self, coefficients: &[f64; D]) -> (f64, f64, f64) {
        if self.rows == 0 {
            return (0.0, 0.0, 0.0);
        }
        let rows = self.rows as f64;
        let (mut mean, mut squares) = (0.0, 0.0);
        for i in 0..D {
            mean += coefficients[i] * (self.origin[i] + self.sums[i] / rows);
            for j in i..D {
                let about_mean = self.products[i][j] - self.sums[i] * self.sums[j] / rows;
                let twice = if i == j { 1.0 } else { 2.0 };
                squares += twice * coefficients[i] * coefficients[j] * about_mean;
            }
        }
        // Rounding may leave a little less than nothing; what overflowed must stay visible.
        (rows, mean, if squares < 0.0 { 0.0 } else { squares })
    }
}

/// The scatter of the rows of one domain with one kind of answer.
#[derive(Debug, Clone)]
pub(super) enum Spread<const D: usize> {
    /// Sums by PSU.
    Psus(Vec<[f64; D]>),
    /// Moments by stratum.
    Rows(Vec<Moments<D>>),
}

impl<const D: usize> Spread<D> {
    pub(super) fn new(clustered: bool) -> Self {
        if clustered { Self::Psus(Vec::new()) } else { Self::Rows(Vec::new()) }
    }

    /// Makes room for `slots` PSUs or strata at once, when their number is known before the pass.
    pub(super) fn reserve(&mut self, slots: usize) {
        match self {
            Self::Psus(psus) => psus.resize(slots, [0.0; D]),
            Self::Rows(strata) => strata.resize(slots, Moments::NONE),
        }
    }

    /// Adds a row to its PSU or stratum `slot`.
    pub(super) fn add(&mut self, slot: u32, parts: [f64; D]) {
        let slot = slot as usize;
        match self {
            Self::Psus(psus) => {
                if slot >= psus.len() {
                    psus.resize(slot + 1, [0.0; D]);
                }
                for (sum, part) in psus[slot].iter_mut().zip(parts) {
                    *sum += part;
                }
            }
            Self::Rows(strata) => {
                if slot >= strata.len() {
                    strata.resize(slot + 1, Moments::NONE);
                }
                strata[slot].add(parts);
            }
        }
    }
}

/// Summarises z by stratum, where every group of rows has its own coefficients, and rows that are in
/// no group (of another domain, or without an answer) have z = 0. The last part of a row is its
/// weight, which tells whether a PSU has respondents.
pub(super) fn sums_of_groups<const D: usize>(frame: &Frame, groups: &[([f64; D], &Spread<D>)]) -> Vec<StratumSum> {
    if frame.clustered {
        let mut z = vec![0.0; frame.stratum_of_psu.len()];
        let mut present = vec![false; z.len()];
        for (coefficients, spread) in groups {
            let Spread::Psus(psus) = spread else { continue };
            for ((z, present), parts) in z.iter_mut().zip(&mut present).zip(psus) {
                for (coefficient, part) in coefficients.iter().zip(parts) {
                    *z += coefficient * part;
                }
                *present |= parts[D - 1] > 0.0;
            }
        }
        let stratum_of = |psu: usize| frame.stratum_of_psu[psu] as usize;
        return sums_of_psus(frame, stratum_of, &z, |psu| present[psu]);
    }
    let strata = frame.strata.iter().enumerate();
    strata
        .map(|(index, stratum)| {
            let of_groups = || {
                groups.iter().filter_map(|(coefficients, spread)| {
                    let Spread::Rows(strata) = spread else {
                        return None;
                    };
                    let moments = strata.get(index)?;
                    (moments.rows > 0).then(|| moments.of_combination(coefficients))
                })
            };
            let total: f64 = of_groups().map(|(rows, mean, _)| rows * mean).sum();
            let answered: f64 = of_groups().map(|(rows, ..)| rows).sum();
            let n = stratum.psus as f64;
            let stratum_mean = total / n;
            let within_and_between: f64 = of_groups().map(|(rows, mean, squares)| squares + rows * (mean - stratum_mean).powi(2)).sum();
            StratumSum { total, squares: within_and_between + (n - answered) * stratum_mean * stratum_mean, present: answered > 0.0 }
        })
        .collect()
}
