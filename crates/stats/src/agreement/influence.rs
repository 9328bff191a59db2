//! Where a disagreement comes from: the part of each subject, and the coefficient without each
//! rater.
//!
//! Not here: decisions about single reports, which are the business of the reviews. The rule to
//! keep: names go out in the order in which they first came in.

use serde::Serialize;

use super::alpha::{self, Measure, Metric, krippendorff_alpha};
use super::estimate::{Coefficient, Undefined};
use super::patterns::Patterns;
use super::ratings::Ratings;

/// One subject's part of the observed disagreement.
#[derive(Debug, Clone, Serialize)]
pub struct Contribution {
    /// The subject.
    pub subject: String,
    /// How many ratings it has.
    pub ratings: usize,
    /// Share of the observed disagreement that it brings, 0..1; all shares add up to 1.
    pub share: f64,
    /// Alpha without this subject less alpha with it: positive where the subject lowers agreement;
    /// absent where alpha without it does not exist.
    pub alpha_gain_without: Option<f64>,
}

/// The part of every subject with two ratings or more, under one metric of alpha.
///
/// # Errors
/// Undefined where alpha is, or where the metric does not fit the scale.
pub fn contributions(ratings: &Ratings, metric: Metric) -> Result<Vec<Contribution>, Undefined> {
    let patterns = Patterns::of(ratings);
    let measure = Measure::of(metric, ratings)?;
    let mut weights = patterns.subjects();
    let whole = alpha::value(&patterns, &measure, None, &weights)?;
    let within = alpha::observed_now(&patterns, &measure, &weights)?;
    let total: f64 = within.iter().zip(&weights).map(|(d, w)| d * w).sum();
    // One by one is quadratic in the number of patterns; with many of them the gain is left out.
    let affordable = (patterns.len() as f64) * (patterns.entry_count() as f64) < 1e9;
    let gains: Vec<Option<f64>> = (0..patterns.len())
        .map(|p| {
            if !affordable {
                return None;
            }
            weights[p] -= 1.0;
            let without = alpha::value(&patterns, &measure, None, &weights).ok();
            weights[p] += 1.0;
            without.map(|value| value - whole)
        })
        .collect();
    Ok(patterns
        .of_each_subject()
        .iter()
        .enumerate()
        .filter(|(_, p)| patterns.size(**p as usize) >= 2.0)
        .map(|(subject, p)| Contribution {
            subject: ratings.subject_name(subject),
            ratings: ratings.of_subject(subject).0.len(),
            share: if total > 0.0 { within[*p as usize] / total } else { 0.0 },
            alpha_gain_without: gains[*p as usize],
        })
        .collect())
}

/// Alpha when one rater's ratings are left out.
#[derive(Debug, Clone, Serialize)]
pub struct WithoutRater {
    /// The rater left out.
    pub rater: String,
    /// How many ratings they gave.
    pub ratings: usize,
    /// Alpha of the others.
    pub alpha: Coefficient,
}

/// Alpha without each rater in turn, on the same scale.
pub fn leave_one_rater_out(ratings: &Ratings, metric: Metric) -> Vec<WithoutRater> {
    let mut given = vec![0_usize; ratings.raters()];
    for subject in 0..ratings.subjects() {
        for rater in ratings.of_subject(subject).0 {
            given[*rater as usize] += 1;
        }
    }
    given
        .into_iter()
        .enumerate()
        .map(|(rater, ratings_given)| {
            let alpha = ratings
                .without_rater(rater)
                .ok_or(Undefined::NoPairs)
                .and_then(|rest| krippendorff_alpha(&Patterns::of(&rest), &Measure::of(metric, &rest)?));
            WithoutRater { rater: ratings.rater_name(rater), ratings: ratings_given, alpha: Coefficient(alpha) }
        })
        .collect()
}
