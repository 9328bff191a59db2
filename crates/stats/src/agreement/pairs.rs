//! Coefficients that ask who rated: Cohen's kappa for two raters, Conger's for more, and the matrix
//! of all pairs of raters.
//!
//! Sources: Cohen 1960, 1968; Fleiss, Cohen & Everitt 1969 for the standard error; Conger 1980 in
//! the form of Gwet 2014. The rule to keep: sums run over the ratings, never over category pairs.

use serde::Serialize;

use super::chance::{Parts, linearised};
use super::distance::Distance;
use super::estimate::{Coefficient, Estimate, Outcome, Undefined};
use super::profiles::{Profile, profiles};
use super::ratings::Ratings;
use crate::distribution::{normal_quantile, sum};

/// Cohen's kappa of two raters on the subjects that both rated, with the standard error of Fleiss,
/// Cohen & Everitt and the normal interval (not cut).
///
/// # Errors
/// Undefined unless there are exactly two raters, or where chance explains everything.
pub fn cohen_kappa(ratings: &Ratings, distance: &Distance) -> Outcome {
    if ratings.raters() != 2 {
        return Err(Undefined::NotTwoRaters);
    }
    kappa_of_pairs(&pairs_of(ratings, 0, 1), distance, ratings.categories().len())
}

fn pairs_of(ratings: &Ratings, first: u32, second: u32) -> Vec<(u32, u32)> {
    (0..ratings.subjects())
        .filter_map(|s| {
            let (raters, codes) = ratings.of_subject(s);
            let given = |rater: u32| raters.iter().position(|r| *r == rater).map(|i| codes[i]);
            Some((given(first)?, given(second)?))
        })
        .collect()
}

fn kappa_of_pairs(pairs: &[(u32, u32)], distance: &Distance, categories: usize) -> Outcome {
    if pairs.is_empty() {
        return Err(Undefined::NoPairs);
    }
    let n = pairs.len() as f64;
    let (mut rows, mut columns) = (vec![0.0; categories], vec![0.0; categories]);
    for (a, b) in pairs {
        rows[*a as usize] += 1.0 / n;
        columns[*b as usize] += 1.0 / n;
    }
    let from_row = distance.to_each(&columns);
    let from_column = distance.to_each(&rows);
    let between = |a: u32, b: u32| match a.cmp(&b) {
        std::cmp::Ordering::Equal => 0.0,
        // Both orders of the pair are in the sum.
        std::cmp::Ordering::Less => 0.5 * distance.within(&[(a, 1), (b, 1)]),
        std::cmp::Ordering::Greater => 0.5 * distance.within(&[(b, 1), (a, 1)]),
    };
    let observed = sum(pairs.iter().map(|(a, b)| between(*a, *b))) / n;
    let expected = sum(from_row.iter().zip(&rows).map(|(e, p)| e * p));
    let used = rows.iter().zip(&columns).filter(|(r, c)| **r > 0.0 || **c > 0.0).count();
    if used < 2 {
        return Err(Undefined::NoVariation);
    }
    let value = 1.0 - observed / expected;
    let mut estimate = Estimate::bare(value)?;
    if pairs.len() < 2 {
        return Ok(estimate);
    }
    let squares = sum(pairs.iter().map(|(a, b)| {
        let term = observed * (from_row[*a as usize] + from_column[*b as usize]) - expected * between(*a, *b) - observed * expected;
        term * term
    }));
    let se = squares.sqrt() / n / (expected * expected);
    if let (true, Some(z)) = (se.is_finite(), normal_quantile(0.975)) {
        estimate.se = Some(se);
        estimate.ci95 = Some([value - z * se, value + z * se]);
    }
    Ok(estimate)
}

/// Largest rater × category table that is kept whole (32 MB).
const DENSE_TABLE: usize = 1 << 22;

/// Each rater's share of each category: (rater, category, share) in order of rater and category,
/// with a whole table beside it where that is small.
struct Shares {
    runs: Vec<(u32, u32, f64)>,
    table: Vec<f64>,
    categories: usize,
    given: Vec<f64>,
}

impl Shares {
    fn of(ratings: &Ratings, profiles: &[Profile]) -> Self {
        let categories = ratings.categories().len();
        let mut given = vec![0.0; ratings.raters()];
        let dense = ratings.raters().checked_mul(categories).filter(|size| *size <= DENSE_TABLE);
        let mut table = vec![0.0; dense.unwrap_or(0)];
        let mut all: Vec<(u32, u32, f64)> = Vec::new();
        for Profile { subject, weight } in profiles {
            let (raters, codes) = ratings.of_subject(*subject);
            for (rater, code) in raters.iter().zip(codes) {
                given[*rater as usize] += weight;
                if dense.is_some() {
                    table[*rater as usize * categories + *code as usize] += weight;
                } else {
                    all.push((*rater, *code, *weight));
                }
            }
        }
        let mut runs = Vec::new();
        if dense.is_some() {
            for ((row, given), rater) in table.chunks_mut(categories).zip(&given).zip(0_u32..) {
                for (share, code) in row.iter_mut().zip(0_u32..).filter(|(n, _)| **n > 0.0) {
                    *share /= given;
                    runs.push((rater, code, *share));
                }
            }
        } else {
            all.sort_unstable_by_key(|(rater, code, _)| (*rater, *code));
            for run in all.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
                let (rater, code, _) = run[0];
                let times: f64 = run.iter().map(|(_, _, weight)| weight).sum();
                runs.push((rater, code, times / given[rater as usize]));
            }
        }
        Self { runs, table, categories, given }
    }

    fn of_rating(&self, rater: u32, code: u32) -> f64 {
        if !self.table.is_empty() {
            return self.table[rater as usize * self.categories + code as usize];
        }
        self.runs.binary_search_by_key(&(rater, code), |(r, c, _)| (*r, *c)).map_or(0.0, |place| self.runs[place].2)
    }
}

/// Conger's kappa, unweighted: chance agreement is the mean over pairs of raters, each with their
/// own distribution. Standard error and interval as for the other coefficients of Gwet 2014.
///
/// # Errors
/// Undefined with one rater, without pairs, or where all raters always give the same category.
pub fn conger_kappa(ratings: &Ratings) -> Outcome {
    let raters = ratings.raters() as f64;
    if raters < 2.0 {
        return Err(Undefined::OneRater);
    }
    let profiles = profiles(ratings);
    let observed: Vec<Option<f64>> = profiles.iter().map(|profile| unequal_pairs(ratings.of_subject(profile.subject).1)).collect();
    let weights: Vec<f64> = profiles.iter().map(|profile| profile.weight).collect();
    let (mean, pairs) = super::chance::mean_observed(&observed, &weights)?;
    if ratings.category_counts().iter().filter(|n| **n > 0).count() < 2 {
        return Err(Undefined::NoVariation);
    }
    let shares = Shares::of(ratings, &profiles);
    let mut total = vec![0.0; ratings.categories().len()];
    for (_, code, share) in &shares.runs {
        total[*code as usize] += share;
    }
    // For each rater, the agreement that chance brings with all the others.
    let mut with_others = vec![0.0; ratings.raters()];
    for (rater, code, share) in &shares.runs {
        with_others[*rater as usize] += share * (total[*code as usize] - share);
    }
    let rater_pairs = raters * (raters - 1.0);
    let by_chance = sum(with_others.iter().copied()) / rater_pairs;
    let expected = 1.0 - by_chance;
    if expected <= 1e-15 {
        return Err(Undefined::NoVariation);
    }
    let subjects = ratings.subjects() as f64;
    let shift: Vec<f64> = profiles
        .iter()
        .map(|profile| {
            let (raters, codes) = ratings.of_subject(profile.subject);
            let own: f64 = raters
                .iter()
                .zip(codes)
                .map(|(rater, code)| {
                    let others = total[*code as usize] - shares.of_rating(*rater, *code);
                    let place = *rater as usize;
                    (others - with_others[place]) * subjects / shares.given[place]
                })
                .sum();
            own / rater_pairs
        })
        .collect();
    let parts = Parts { observed: &observed, weights: &weights, mean, pairs, subjects, expected };
    linearised(&parts, &shift)
}

fn unequal_pairs(codes: &[u32]) -> Option<f64> {
    let m = codes.len() as f64;
    if m < 2.0 {
        return None;
    }
    let equal: f64 = if codes.len() <= 32 {
        // Few enough to compare one by one without sorting.
        let equal = |i: usize| codes[..i].iter().filter(|c| **c == codes[i]).count();
        2.0 * (0..codes.len()).map(equal).sum::<usize>() as f64
    } else {
        let mut sorted = codes.to_vec();
        sorted.sort_unstable();
        sorted.chunk_by(|a, b| a == b).map(|run| (run.len() * (run.len() - 1)) as f64).sum()
    };
    Some(1.0 - equal / (m * (m - 1.0)))
}

/// Two raters compared on the subjects that both rated.
#[derive(Debug, Clone, Serialize)]
pub struct RaterPair {
    /// First rater.
    pub first: String,
    /// Second rater.
    pub second: String,
    /// Subjects that both rated.
    pub subjects: usize,
    /// Share of these on which they gave the same category; absent without any.
    pub equal: Option<f64>,
    /// Cohen's kappa, unweighted.
    pub cohen_kappa: Coefficient,
}

/// All pairs of raters, in the order in which they first appeared.
pub fn rater_pairs(ratings: &Ratings) -> Vec<RaterPair> {
    let raters = ratings.raters();
    let mut of_rater: Vec<Vec<(u32, u32)>> = vec![Vec::new(); raters];
    for (subject, s) in (0..ratings.subjects()).zip(0_u32..) {
        let (who, codes) = ratings.of_subject(subject);
        for (rater, code) in who.iter().zip(codes) {
            of_rater[*rater as usize].push((s, *code));
        }
    }
    let mut all = Vec::new();
    for first in 0..raters {
        for second in first + 1..raters {
            let pairs = both(&of_rater[first], &of_rater[second]);
            let equal = pairs.iter().filter(|(a, b)| a == b).count();
            all.push(RaterPair {
                first: ratings.rater_name(first),
                second: ratings.rater_name(second),
                subjects: pairs.len(),
                equal: (!pairs.is_empty()).then(|| equal as f64 / pairs.len() as f64),
                cohen_kappa: Coefficient(kappa_of_pairs(&pairs, &Distance::Nominal, ratings.categories().len())),
            });
        }
    }
    all
}

/// Merges two lists sorted by subject.
fn both(a: &[(u32, u32)], b: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < a.len() && j < b.len() {
        match a[i].0.cmp(&b[j].0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                pairs.push((a[i].1, b[j].1));
                i += 1;
                j += 1;
            }
        }
    }
    pairs
}
