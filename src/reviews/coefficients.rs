//! What a round may say about the agreement of its experts. Pure; the numbers come from
//! `stats::agreement`, through one small function here.
//!
//! Only independent ratings count: a third expert is called where two differ, and would bias the
//! figures. Below ten doubly rated reports no coefficient is shown; it is judged by its interval.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::rubric::TOP;
use crate::words;
use stats::agreement::{Coefficient, RatingsBuilder, Scale, Undefined, summary};

/// Doubly rated reports below which there is no coefficient, and below which there is a warning.
pub const LEAST_REPORTS: usize = 10;
pub const FEW_REPORTS: usize = 30;

/// One independent level. Raters, reports (submissions) and measures are numbers, each standing for the same
/// one throughout: a large round has a hundred thousand of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    pub rater: u32,
    pub report: u32,
    pub measure: u32,
    /// Which text of the section it is about: a city may have changed it between two ratings.
    pub text: u32,
    pub level: i32,
}

words! {
    /// What the interval of alpha allows to say.
    pub enum Verdict {
        /// Fewer than ten doubly rated reports.
        TooFew = "too_few",
        /// The coefficient does not exist for these ratings.
        Undefined = "undefined",
        /// The whole interval is above the upper threshold.
        Reliable = "reliable",
        /// The whole interval is above the lower threshold.
        Tentative = "tentative",
        /// The interval reaches below the lower threshold, but not wholly.
        Uncertain = "uncertain",
        /// The whole interval is below the lower threshold.
        Unreliable = "unreliable",
    }
}

words! {
    /// Why there is no figure.
    pub enum NoFigure {
        NoRatings = "no_ratings",
        /// Fewer than ten were rated twice.
        TooFewReports = "too_few_reports",
        NoPairs = "no_pairs",
        OneRater = "one_rater",
        NoVariation = "no_variation",
        NotComputable = "not_computable",
    }
}

/// A figure with its 95 % interval, or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Figure {
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub undefined: Option<NoFigure>,
}

impl Figure {
    fn none(why: NoFigure) -> Self {
        Self { value: None, low: None, high: None, undefined: Some(why) }
    }

    fn of(coefficient: &Coefficient) -> Self {
        match &coefficient.0 {
            Ok(e) => Self { value: Some(e.value), low: e.ci95.map(|c| c[0]), high: e.ci95.map(|c| c[1]), undefined: None },
            Err(Undefined::NoPairs) => Self::none(NoFigure::NoPairs),
            Err(Undefined::OneRater) => Self::none(NoFigure::OneRater),
            Err(Undefined::NoVariation) => Self::none(NoFigure::NoVariation),
            Err(_) => Self::none(NoFigure::NotComputable),
        }
    }
}

/// Agreement over one set of ratings: a whole round, or one measure of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Agreement {
    pub experts: usize,
    pub reports: usize,
    pub reports_doubly_rated: usize,
    pub ratings: usize,
    /// Krippendorff's alpha, ordinal: the headline.
    pub alpha_ordinal: Figure,
    /// Gwet's AC2, ordinal weights; does not fall with a skewed distribution.
    pub ac2_ordinal: Figure,
    /// Share of pairs of ratings that are equal, and at most one level apart.
    pub share_equal: Figure,
    pub share_within_one: Figure,
    /// Ratings at levels 0 to 4; empty for whoever may not see the ratings of one of the cities.
    pub distribution: Vec<u64>,
    pub verdict: Verdict,
    /// Fewer than thirty doubly rated reports: the intervals are wide.
    pub few_reports: bool,
}

impl Agreement {
    /// With the verdict of these thresholds, which may be others than when it was computed.
    #[must_use]
    pub fn judged(self, limits: Thresholds) -> Self {
        Self { verdict: verdict(&self.alpha_ordinal, limits), ..self }
    }
}

/// The thresholds of the verdict.
#[derive(Debug, Clone, Copy)]
pub struct Thresholds {
    pub good: f64,
    pub tentative: f64,
}

/// The four figures of one set; the one place that speaks to the formulas.
fn figures(given: &[&Given]) -> Option<[Figure; 4]> {
    let mut ratings = RatingsBuilder::new(Scale::levels(0, TOP).ok()?);
    for g in given {
        // A unit is one measure of one report, as its section was: measures are never mixed within a pair.
        ratings.add_number(&g.rater.to_string(), &format!("{} {} {}", g.report, g.measure, g.text), f64::from(g.level)).ok()?;
    }
    let s = summary(&ratings.finish().ok()?);
    Some([&s.alpha_ordinal, &s.ac2_ordinal, &s.share_equal, &s.share_within_one].map(Figure::of))
}

fn verdict(alpha: &Figure, limits: Thresholds) -> Verdict {
    match (alpha.undefined, alpha.low, alpha.high) {
        (Some(NoFigure::TooFewReports), ..) => Verdict::TooFew,
        (_, Some(low), Some(high)) => {
            if low >= limits.good {
                Verdict::Reliable
            } else if low >= limits.tentative {
                Verdict::Tentative
            } else if high >= limits.tentative {
                Verdict::Uncertain
            } else {
                Verdict::Unreliable
            }
        }
        _ => Verdict::Undefined,
    }
}

/// Agreement over some ratings.
pub fn agreement(given: &[&Given], limits: Thresholds) -> Agreement {
    let mut raters_of: BTreeMap<(u32, u32, u32), BTreeSet<u32>> = BTreeMap::new();
    let mut distribution = vec![0; usize::try_from(TOP).unwrap_or(0) + 1];
    for g in given {
        raters_of.entry((g.report, g.measure, g.text)).or_default().insert(g.rater);
        if let Some(count) = usize::try_from(g.level).ok().and_then(|l| distribution.get_mut(l)) {
            *count += 1;
        }
    }
    let reports: BTreeSet<u32> = given.iter().map(|g| g.report).collect();
    let doubly: BTreeSet<u32> = raters_of.iter().filter(|(_, raters)| raters.len() > 1).map(|((report, ..), _)| *report).collect();
    let experts: BTreeSet<u32> = given.iter().map(|g| g.rater).collect();
    let why = if given.is_empty() { NoFigure::NoRatings } else { NoFigure::NotComputable };
    let [mut alpha, mut ac2, equal, within_one] = figures(given).unwrap_or_else(|| std::array::from_fn(|_| Figure::none(why)));
    if doubly.len() < LEAST_REPORTS {
        alpha = Figure::none(NoFigure::TooFewReports);
        ac2 = Figure::none(NoFigure::TooFewReports);
    }
    Agreement {
        experts: experts.len(),
        reports: reports.len(),
        reports_doubly_rated: doubly.len(),
        ratings: given.len(),
        verdict: verdict(&alpha, limits),
        alpha_ordinal: alpha,
        ac2_ordinal: ac2,
        share_equal: equal,
        share_within_one: within_one,
        distribution,
        few_reports: doubly.len() < FEW_REPORTS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Thresholds = Thresholds { good: 0.8, tentative: 0.667 };

    fn given(rater: u32, report: u32, level: i32) -> Given {
        Given { rater, report, measure: 9, text: 0, level }
    }

    fn of(ratings: &[Given]) -> Agreement {
        agreement(&ratings.iter().collect::<Vec<_>>(), LIMITS)
    }

    #[test]
    fn nine_doubly_rated_reports_have_no_coefficient_and_ten_have() {
        let ratings: Vec<Given> = (0..9).zip((0..5).cycle()).flat_map(|(r, level)| [given(1, r, level), given(2, r, level)]).collect();
        let nine = of(&ratings);
        assert_eq!((nine.verdict, nine.alpha_ordinal.undefined, nine.reports_doubly_rated), (Verdict::TooFew, Some(NoFigure::TooFewReports), 9));
        assert_eq!(nine.share_equal.value, Some(1.0));
        let mut more = ratings;
        more.extend([given(1, 9, 4), given(2, 9, 4)]);
        let ten = of(&more);
        assert_eq!((ten.alpha_ordinal.value, ten.verdict), (Some(1.0), Verdict::Reliable));
        assert!(ten.few_reports);
    }

    #[test]
    fn the_verdict_goes_by_the_interval_not_by_the_point() {
        let figure = |low, high| Figure { value: Some(0.9), low: Some(low), high: Some(high), undefined: None };
        assert_eq!(verdict(&figure(0.81, 1.0), LIMITS), Verdict::Reliable);
        assert_eq!(verdict(&figure(0.79, 1.0), LIMITS), Verdict::Tentative);
        assert_eq!(verdict(&figure(0.5, 1.0), LIMITS), Verdict::Uncertain);
        assert_eq!(verdict(&figure(0.1, 0.5), LIMITS), Verdict::Unreliable);
    }

    #[test]
    fn experts_who_all_give_the_same_level_have_no_coefficient_and_no_round_has_a_number_from_nothing() {
        let same: Vec<Given> = (0..12).flat_map(|r| [given(1, r, 3), given(2, r, 3)]).collect();
        let same = of(&same);
        assert_eq!((same.verdict, same.alpha_ordinal.undefined), (Verdict::Undefined, Some(NoFigure::NoVariation)));
        assert_eq!(same.distribution, [0, 0, 0, 24, 0]);
        let none = of(&[]);
        assert_eq!((none.ratings, none.verdict, none.share_equal.undefined), (0, Verdict::TooFew, Some(NoFigure::NoRatings)));
    }
}
