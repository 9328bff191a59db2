//! Krippendorff's alpha: nominal, ordinal, interval, ratio; value, standard error, interval.
//!
//! Only subjects with two or more ratings count. The ordinal metric is the interval metric on
//! mid-ranks, and as the ranks are themselves estimated, its standard error carries their
//! variation too. Sources: Krippendorff 2011, 2019 ch. 12; Gwet 2014 for the linearisation.

use super::distance::Distance;
use super::estimate::{Estimate, Outcome, Undefined};
use super::patterns::Patterns;
use super::ratings::Ratings;
use crate::distribution::sum;

/// Krippendorff's difference functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Equal or not.
    Nominal,
    /// Number of ratings between the two categories.
    Ordinal,
    /// Squared difference.
    Interval,
    /// Squared difference relative to the sum.
    Ratio,
}

/// A metric made ready for one scale.
#[derive(Debug, Clone)]
pub enum Measure {
    /// A distance that does not depend on the ratings.
    Fixed(Distance),
    /// Mid-ranks of the pairable ratings.
    MidRanks,
}

impl Measure {
    /// # Errors
    /// Undefined for interval and ratio on labels, and for ratio on negative values.
    pub fn of(metric: Metric, ratings: &Ratings) -> Result<Self, Undefined> {
        Ok(match metric {
            Metric::Nominal => Self::Fixed(Distance::Nominal),
            Metric::Ordinal => Self::MidRanks,
            Metric::Interval => {
                let positions = ratings.unit_positions().ok_or(Undefined::NotNumbers)?;
                Self::Fixed(Distance::quadratic(positions))
            }
            Metric::Ratio => {
                let numbers = ratings.numbers().ok_or(Undefined::NotNumbers)?;
                Self::Fixed(Distance::ratio(numbers).ok_or(Undefined::NegativeValues)?)
            }
        })
    }
}

/// Sums over the pairable subjects, for patterns counted by `weights`.
struct Tally {
    /// Share of each category among the pairable ratings.
    share: Vec<f64>,
    /// Pairable subjects and ratings.
    units: f64,
    ratings: f64,
}

fn tally(patterns: &Patterns, weights: &[f64]) -> Result<Tally, Undefined> {
    let mut share = vec![0.0; patterns.categories()];
    let (mut units, mut ratings) = (0.0, 0.0);
    for (p, weight) in weights.iter().enumerate() {
        let m = patterns.size(p);
        if m >= 2.0 && *weight > 0.0 {
            units += weight;
            ratings += weight * m;
            for (code, n) in patterns.counts(p) {
                share[*code as usize] += weight * f64::from(*n);
            }
        }
    }
    if units <= 0.0 {
        return Err(Undefined::NoPairs);
    }
    if share.iter().filter(|n| **n > 0.0).count() < 2 {
        return Err(Undefined::NoVariation);
    }
    for s in &mut share {
        *s /= ratings;
    }
    Ok(Tally { share, units, ratings })
}

/// Mid-ranks as positions in 0..1: the share of ratings below, and half of the own.
fn mid_ranks(share: &[f64]) -> Vec<f64> {
    let mut below = 0.0;
    share
        .iter()
        .map(|s| {
            let rank = below + 0.5 * s;
            below += s;
            rank
        })
        .collect()
}

fn distance_of<'a>(measure: &'a Measure, share: &[f64], ranked: &'a mut Option<Distance>) -> &'a Distance {
    match measure {
        Measure::Fixed(distance) => distance,
        Measure::MidRanks => ranked.insert(Distance::quadratic(mid_ranks(share))),
    }
}

/// Observed disagreement Σ n_c n_l d_cl / (m − 1) of each pattern, for a measure that does not depend
/// on the ratings; what [`value`] can reuse when it is called many times.
pub fn within_by_pattern(patterns: &Patterns, measure: &Measure) -> Option<Vec<f64>> {
    match measure {
        Measure::MidRanks => None,
        Measure::Fixed(distance) => Some(within(patterns, distance)),
    }
}

fn within(patterns: &Patterns, distance: &Distance) -> Vec<f64> {
    (0..patterns.len())
        .map(|p| {
            let m = patterns.size(p);
            if m < 2.0 { 0.0 } else { distance.within(patterns.counts(p)) / (m - 1.0) }
        })
        .collect()
}

/// As [`within_by_pattern`], with the mid-ranks that these weights make.
///
/// # Errors
/// Undefined where alpha is.
pub(super) fn observed_now(patterns: &Patterns, measure: &Measure, weights: &[f64]) -> Result<Vec<f64>, Undefined> {
    let tally = tally(patterns, weights)?;
    let mut ranked = None;
    Ok(within(patterns, distance_of(measure, &tally.share, &mut ranked)))
}

/// Alpha for patterns counted by `weights`: the value only, for resampling.
///
/// # Errors
/// Undefined without pairable ratings, or where all of them are equal.
pub fn value(patterns: &Patterns, measure: &Measure, known: Option<&[f64]>, weights: &[f64]) -> Result<f64, Undefined> {
    let tally = tally(patterns, weights)?;
    let mut ranked = None;
    let distance = distance_of(measure, &tally.share, &mut ranked);
    let observed = match known {
        Some(known) => sum(known.iter().zip(weights).map(|(d, w)| d * w)),
        None => sum(weights
            .iter()
            .enumerate()
            .filter(|(p, w)| **w > 0.0 && patterns.size(*p) >= 2.0)
            .map(|(p, w)| w * distance.within(patterns.counts(p)) / (patterns.size(p) - 1.0))),
    };
    let expected = sum(distance.to_each(&tally.share).iter().zip(&tally.share).map(|(e, s)| e * s));
    // (n − 1)/n of the observed over the expected disagreement, both per rating.
    let value = 1.0 - (tally.ratings - 1.0) / tally.ratings * (observed / tally.ratings) / expected;
    if value.is_finite() { Ok(value) } else { Err(Undefined::TooCloseToTell) }
}

/// Krippendorff's alpha with its linearised standard error and Student's interval.
///
/// # Errors
/// Undefined without pairable ratings, or where all of them are equal.
pub fn krippendorff_alpha(patterns: &Patterns, measure: &Measure) -> Outcome {
    let weights = patterns.subjects();
    let tally = tally(patterns, &weights)?;
    let mut ranked = None;
    let distance = distance_of(measure, &tally.share, &mut ranked);
    let within = within(patterns, distance);
    let each = distance.to_each(&tally.share);
    let expected = sum(each.iter().zip(&tally.share).map(|(e, s)| e * s));
    let observed = sum(within.iter().zip(&weights).map(|(d, w)| d * w)) / tally.ratings;
    let small = 1.0 - 1.0 / tally.ratings;
    let value = 1.0 - small * observed / expected;
    if tally.units < 2.0 {
        return Estimate::bare(value);
    }
    let mean_size = tally.ratings / tally.units;
    let rest = observed / expected;
    let ranks = match measure {
        Measure::Fixed(_) => None,
        Measure::MidRanks => Some(rank_influence(patterns, &weights, &tally, observed, expected)),
    };
    let squares = (0..patterns.len()).filter(|p| patterns.size(*p) >= 2.0).map(|p| {
        let counts = patterns.counts(p);
        let own_mean = |of: &[f64]| counts.iter().map(|(c, n)| f64::from(*n) * of[*c as usize]).sum::<f64>() / mean_size;
        let size = patterns.size(p) / mean_size;
        let mut influence =
            rest * (1.0 + small * (size - 1.0) - 2.0 * size) - within[p] / mean_size / expected + 2.0 * rest * own_mean(&each) / expected;
        if let Some(ranks) = &ranks {
            influence += own_mean(ranks);
        }
        weights[p] * influence * influence
    });
    let se = (sum(squares) / (tally.units * (tally.units - 1.0))).sqrt();
    Estimate::with_student_interval(value, Some(se), tally.units)
}

/// How one more rating in each category moves alpha by moving the mid-ranks: the derivative of alpha
/// by each rank, summed over the ranks above and half of the own.
fn rank_influence(patterns: &Patterns, weights: &[f64], tally: &Tally, observed: f64, expected: f64) -> Vec<f64> {
    let ranks = mid_ranks(&tally.share);
    let mean: f64 = ranks.iter().zip(&tally.share).map(|(r, s)| r * s).sum();
    let mut by_rank: Vec<f64> = ranks.iter().zip(&tally.share).map(|(r, s)| observed / (expected * expected) * 4.0 * s * (r - mean)).collect();
    for (p, weight) in weights.iter().enumerate() {
        let m = patterns.size(p);
        if m < 2.0 {
            continue;
        }
        let counts = patterns.counts(p);
        let total: f64 = counts.iter().map(|(c, n)| f64::from(*n) * ranks[*c as usize]).sum();
        let factor = 4.0 * weight / (tally.ratings * (m - 1.0) * expected);
        for (c, n) in counts {
            by_rank[*c as usize] -= factor * f64::from(*n) * (m * ranks[*c as usize] - total);
        }
    }
    let mut above: f64 = by_rank.iter().sum();
    by_rank
        .iter()
        .map(|g| {
            above -= g;
            above + 0.5 * g
        })
        .collect()
}
