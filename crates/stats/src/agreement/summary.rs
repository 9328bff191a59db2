//! The few figures that a round's page shows about the agreement of its experts.
//!
//! The ordinal alpha is the headline; beside it stand figures that do not fall with a skewed
//! distribution, and the distribution itself. The rule to keep: whether the figures may be shown at
//! all (too few doubly rated reports) is decided by the reviews, not here.

use serde::Serialize;

use super::alpha::{Measure, Metric, krippendorff_alpha};
use super::chance::{Chance, chance_corrected, percent_agreement, percent_within_one};
use super::distance::Distance;
use super::estimate::Coefficient;
use super::icc::{Form, MeanSquares};
use super::patterns::Patterns;
use super::ratings::Ratings;
use super::report::{CategoryShare, distribution};

/// Agreement over one set of ratings on ordered levels.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// Krippendorff's ordinal alpha.
    pub alpha_ordinal: Coefficient,
    /// Gwet's AC2 with ordinal weights.
    pub ac2_ordinal: Coefficient,
    /// Share of pairs of ratings that are equal.
    pub share_equal: Coefficient,
    /// Share of pairs of ratings at most one level apart.
    pub share_within_one: Coefficient,
    /// ICC(1,k), for averages of all raters.
    pub icc_1_k: Coefficient,
    /// Ratings by level, levels without any included where they were declared.
    pub distribution: Vec<CategoryShare>,
    /// Subjects with a rating.
    pub subjects: usize,
    /// Raters who gave one.
    pub raters: usize,
    /// Ratings.
    pub ratings: usize,
    /// Subjects with two ratings or more.
    pub doubly_rated_subjects: usize,
    /// Subjects that all raters rated.
    pub complete_subjects: usize,
}

/// Computes the summary.
pub fn summary(ratings: &Ratings) -> Summary {
    let patterns = Patterns::of(ratings);
    let ordinal = Distance::ordinal(ratings.categories().len());
    let alpha = Measure::of(Metric::Ordinal, ratings).and_then(|measure| krippendorff_alpha(&patterns, &measure));
    let icc = MeanSquares::of(ratings).and_then(|squares| squares.coefficient(Form::OneAverage));
    Summary {
        alpha_ordinal: Coefficient(alpha),
        ac2_ordinal: Coefficient(chance_corrected(&patterns, &ordinal, Chance::Gwet)),
        share_equal: Coefficient(percent_agreement(&patterns, &Distance::Nominal)),
        share_within_one: Coefficient(percent_within_one(&patterns)),
        icc_1_k: Coefficient(icc),
        distribution: distribution(ratings),
        subjects: ratings.subjects(),
        raters: ratings.raters(),
        ratings: ratings.len(),
        doubly_rated_subjects: ratings.doubly_rated(),
        complete_subjects: ratings.complete_subjects(),
    }
}
