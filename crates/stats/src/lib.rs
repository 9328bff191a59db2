//! Numbers only: agreement between raters, estimates from surveys, assignment of reports to experts.
//!
//! | module | what it answers |
//! |---|---|
//! | [`agreement`] | how far raters agree: percent agreement, the kappas, Gwet's AC1 and AC2, Krippendorff's alpha, intraclass correlations; which subject and which rater it hangs on |
//! | [`estimation`] | means, proportions, totals and ratios of a population from a sample with weights, strata and clusters, calibrated to what is known; what must be withheld |
//! | [`assignment`] | who reviews what: the exact best plan within everybody's load, or a reason why there is none |
//! | [`distribution`] | the quantiles that intervals are made of |
//!
//! Pure: no database, no clock, no global randomness; chance comes in as a seed, and the same input
//! and seed give the same result in any order of rows. Every function states its formula's source,
//! and returns "undefined, because …" where a value does not exist; never NaN.
//!
//! # Agreement
//!
//! ```
//! use stats::agreement::{RatingsBuilder, Resampling, Scale, report};
//!
//! let mut ratings = RatingsBuilder::new(Scale::levels(0, 4)?);
//! for (report, levels) in [[3, 3], [1, 1], [4, 4], [2, 3], [0, 1], [2, 2]].iter().enumerate() {
//!     ratings.add_number("Amina", &report.to_string(), f64::from(levels[0]))?;
//!     ratings.add_number("Bo", &report.to_string(), f64::from(levels[1]))?;
//! }
//! let report = report(&ratings.finish()?, Resampling::default());
//! let alpha = report.get("krippendorff_alpha_ordinal").unwrap().coefficient.0?;
//! let [low, high] = alpha.ci95.unwrap();
//! assert!(low < alpha.value && alpha.value < high && alpha.value > 0.8);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Estimation
//!
//! ```
//! use stats::estimation::{self, Codes, Design, DesignColumns, Options};
//!
//! // Three of five people have taken a course; two of the five stand for three times as many others.
//! let course = Codes::from_labels(["yes", "no", "yes", "no", "yes"].map(Some));
//! let weights = Some(vec![300.0, 300.0, 100.0, 100.0, 100.0]);
//! let design = Design::new(5, DesignColumns { weights, ..DesignColumns::default() })?;
//! let share = estimation::proportion(&design, "course", &course, "yes", &Options::default())?;
//! assert_eq!(share.estimate, Some(500.0 / 900.0));
//! let [low, high] = share.ci95.unwrap();
//! assert!(low > 0.0 && high < 1.0 && share.n == Some(5) && share.n_eff.unwrap() < 5.0);
//! # Ok::<(), estimation::EstimationError>(())
//! ```
//!
//! # Assignment
//!
//! ```
//! use stats::assignment::{Candidate, Load, Options, Problem, solve};
//!
//! // Two reports need one expert each; the second expert may not see the second report.
//! let pair = |report, expert, affinity| Candidate { report, expert, affinity };
//! let candidates = [pair(0, 0, 0.9), pair(0, 1, 0.8), pair(1, 0, 0.7)];
//! let problem = Problem::uniform(2, 2, 1, Load { least: 0, most: 1 }, candidates)?;
//! let plan = solve(&problem, &Options::default())?;
//! assert_eq!(plan.experts_by_report(2), [[1], [0]]);
//! assert_eq!(plan.total, 1.5);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Longer ones are in `examples/`.

pub mod agreement;
pub mod assignment;
pub mod distribution;
pub mod estimation;

mod names;
mod rows;
