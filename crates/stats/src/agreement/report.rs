//! Every coefficient that a scale allows, in one report under fixed keys; what `stoa agreement`
//! prints.
//!
//! Which key appears when: a nominal scale has the nominal alpha, AC1 and the unweighted kappas; the
//! other scales have all four alphas, AC1, the three AC2 and the intraclass correlations as well;
//! Cohen's kappas appear with two raters. The rule to keep: a key that applies is always there, with
//! a value or a reason.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::alpha::{Measure, Metric, krippendorff_alpha};
use super::chance::{Chance, chance_corrected, percent_agreement, percent_within_one};
use super::distance::{Distance, unit_ranks};
use super::estimate::{Coefficient, Outcome, Undefined};
use super::icc::{Form, MeanSquares};
use super::pairs::{cohen_kappa, conger_kappa};
use super::patterns::Patterns;
use super::ratings::Ratings;
use super::resampling::{Bootstrap, Resampled};
use super::scale::{Category, Level};

/// More categories than this are counted, not listed.
const MOST_LISTED: usize = 100;

/// What to add to the analytic intervals.
#[derive(Debug, Clone, Copy, Default)]
pub struct Resampling {
    /// Bootstrap replicates; 0 for none.
    pub replicates: usize,
    /// Where the bootstrap's random numbers start.
    pub seed: u64,
    /// Whether to add jackknife standard errors.
    pub jackknife: bool,
}

/// One coefficient under its key.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// The key, as in the JSON.
    #[serde(skip)]
    pub key: &'static str,
    /// The value with its interval, or the reason.
    #[serde(flatten)]
    pub coefficient: Coefficient,
    /// Delete-one jackknife standard error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jackknife_se: Option<f64>,
    /// Percentile bootstrap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bootstrap: Option<Bootstrap>,
    /// Why a resampling that was asked for is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resampling_undefined: Option<String>,
}

/// How many ratings one category received.
#[derive(Debug, Clone, Serialize)]
pub struct CategoryShare {
    /// The category.
    pub category: Category,
    /// Ratings in it.
    pub ratings: u64,
    /// Share of all ratings, 0..1.
    pub share: f64,
}

/// All that can be said about the agreement in one set of ratings.
#[derive(Debug, Clone)]
pub struct Report {
    /// Level of measurement.
    pub level: Level,
    /// Whether the categories were declared or are the observed values.
    pub categories_declared: bool,
    /// Number of categories.
    pub category_count: usize,
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
    /// The coefficients in the order in which they are printed.
    pub coefficients: Vec<Entry>,
    /// Ratings by category; `None` when there are too many categories to list.
    pub distribution: Option<Vec<CategoryShare>>,
}

impl Report {
    /// The entry under a key.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.coefficients.iter().find(|entry| entry.key == key)
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("scale", &self.level)?;
        let from = if self.categories_declared { "declared" } else { "observed values" };
        map.serialize_entry("categories_from", from)?;
        map.serialize_entry("category_count", &self.category_count)?;
        map.serialize_entry("subjects", &self.subjects)?;
        map.serialize_entry("raters", &self.raters)?;
        map.serialize_entry("ratings", &self.ratings)?;
        map.serialize_entry("doubly_rated_subjects", &self.doubly_rated_subjects)?;
        map.serialize_entry("complete_subjects", &self.complete_subjects)?;
        for entry in &self.coefficients {
            map.serialize_entry(entry.key, entry)?;
        }
        map.serialize_entry("category_distribution", &self.distribution)?;
        map.end()
    }
}

/// Computes the report.
pub fn report(ratings: &Ratings, resampling: Resampling) -> Report {
    let patterns = Patterns::of(ratings);
    let mut desk = Desk { patterns: &patterns, resampling, entries: Vec::new() };
    let categories = ratings.categories().len();
    let ordered = ratings.level() != Level::Nominal;

    desk.plain("percent_agreement", percent_agreement(&patterns, &Distance::Nominal));
    if ordered {
        desk.plain("percent_agreement_within_one", percent_within_one(&patterns));
    }
    let metrics: &[(&str, Metric)] = if ordered {
        &[
            ("krippendorff_alpha_nominal", Metric::Nominal),
            ("krippendorff_alpha_ordinal", Metric::Ordinal),
            ("krippendorff_alpha_interval", Metric::Interval),
            ("krippendorff_alpha_ratio", Metric::Ratio),
        ]
    } else {
        &[("krippendorff_alpha_nominal", Metric::Nominal)]
    };
    for (key, metric) in metrics {
        desk.alpha(key, Measure::of(*metric, ratings));
    }
    desk.corrected("gwet_ac1", &Distance::Nominal, Chance::Gwet);
    if ordered {
        // Labels have ranks and no numbers.
        let positions = || ratings.unit_positions().unwrap_or_else(|| unit_ranks(categories));
        desk.corrected("gwet_ac2_linear", &Distance::linear(positions()), Chance::Gwet);
        desk.corrected("gwet_ac2_quadratic", &Distance::quadratic(positions()), Chance::Gwet);
        desk.corrected("gwet_ac2_ordinal", &Distance::ordinal(categories), Chance::Gwet);
    }
    desk.corrected("fleiss_kappa", &Distance::Nominal, Chance::Fleiss);
    desk.corrected("brennan_prediger", &Distance::Nominal, Chance::Uniform);
    desk.plain("conger_kappa", conger_kappa(ratings));
    if ratings.raters() == 2 {
        desk.plain("cohen_kappa", cohen_kappa(ratings, &Distance::Nominal));
        if ordered {
            let linear = Distance::rank_linear(categories);
            desk.plain("cohen_kappa_linear", cohen_kappa(ratings, &linear));
            let quadratic = Distance::rank_quadratic(categories);
            desk.plain("cohen_kappa_quadratic", cohen_kappa(ratings, &quadratic));
        }
    }
    if ordered {
        let squares = MeanSquares::of(ratings);
        for (key, form) in [
            ("icc_1_1", Form::OneSingle),
            ("icc_2_1", Form::TwoSingle),
            ("icc_3_1", Form::ThreeSingle),
            ("icc_1_k", Form::OneAverage),
            ("icc_2_k", Form::TwoAverage),
            ("icc_3_k", Form::ThreeAverage),
        ] {
            desk.plain(key, squares.and_then(|squares| squares.coefficient(form)));
        }
    }
    Report {
        level: ratings.level(),
        categories_declared: ratings.categories_declared(),
        category_count: categories,
        subjects: ratings.subjects(),
        raters: ratings.raters(),
        ratings: ratings.len(),
        doubly_rated_subjects: ratings.doubly_rated(),
        complete_subjects: ratings.complete_subjects(),
        coefficients: desk.entries,
        distribution: (categories <= MOST_LISTED).then(|| distribution(ratings)),
    }
}

/// How often each category was given.
pub fn distribution(ratings: &Ratings) -> Vec<CategoryShare> {
    let total = ratings.len() as f64;
    ratings
        .categories()
        .iter()
        .zip(ratings.category_counts())
        .map(|(category, count)| CategoryShare { category: category.clone(), ratings: *count, share: *count as f64 / total })
        .collect()
}

struct Desk<'a> {
    patterns: &'a Patterns,
    resampling: Resampling,
    entries: Vec<Entry>,
}

impl Desk<'_> {
    fn plain(&mut self, key: &'static str, outcome: Outcome) {
        self.entries.push(Entry { key, coefficient: Coefficient(outcome), jackknife_se: None, bootstrap: None, resampling_undefined: None });
    }

    fn alpha(&mut self, key: &'static str, measure: Result<Measure, Undefined>) {
        let measure = match measure {
            Ok(measure) => measure,
            Err(reason) => return self.plain(key, Err(reason)),
        };
        self.plain(key, krippendorff_alpha(self.patterns, &measure));
        let patterns = self.patterns;
        self.resample(|| Resampled::alpha(patterns, &measure));
    }

    fn corrected(&mut self, key: &'static str, distance: &Distance, chance: Chance) {
        self.plain(key, chance_corrected(self.patterns, distance, chance));
        let patterns = self.patterns;
        self.resample(|| Resampled::corrected(patterns, distance, chance));
    }

    /// Adds what was asked for to the last entry, if that has a value.
    fn resample<'b>(&mut self, prepare: impl FnOnce() -> Resampled<'b>) {
        let Resampling { replicates, seed, jackknife } = self.resampling;
        let Some(entry) = self.entries.last_mut() else {
            return;
        };
        if (replicates == 0 && !jackknife) || entry.coefficient.0.is_err() {
            return;
        }
        let resampled = prepare();
        if jackknife {
            match resampled.jackknife() {
                Ok(se) => entry.jackknife_se = Some(se),
                Err(reason) => entry.resampling_undefined = Some(reason.to_string()),
            }
        }
        if replicates > 0 {
            match resampled.bootstrap(replicates, seed) {
                Ok(bootstrap) => entry.bootstrap = Some(bootstrap),
                Err(reason) => entry.resampling_undefined = Some(reason.to_string()),
            }
        }
    }
}
