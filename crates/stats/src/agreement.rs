//! Agreement between raters: percent agreement, the kappas, Gwet's AC1 and AC2, Krippendorff's
//! alpha, intraclass correlations, with standard errors and intervals.
//!
//! Ratings come in through [`RatingsBuilder`] or [`read_ratings`]; [`summary`] is what a round
//! shows, [`report`] is everything. What a round does about disagreement is not here.
//!
//! The rules to keep: a coefficient is a finite value or "undefined, because …"; the order of
//! raters and subjects changes nothing; no sum runs over pairs of categories or pairs of raters
//! unless its result is such a matrix.

mod alpha;
mod builder;
mod chance;
mod column;
mod distance;
mod estimate;
mod icc;
mod influence;
mod input;
mod pairs;
mod patterns;
mod profiles;
mod ratings;
mod ratio;
mod refusal;
mod report;
mod resampling;
mod scale;
mod summary;

pub use alpha::{Measure, Metric, krippendorff_alpha};
pub use builder::RatingsBuilder;
pub use chance::{Chance, chance_corrected, percent_agreement, percent_within_one};
pub use distance::Distance;
pub use estimate::{Coefficient, Estimate, Outcome, Undefined};
pub use icc::{Form, MeanSquares};
pub use influence::{Contribution, WithoutRater, contributions, leave_one_rater_out};
pub use input::{InputError, read_ratings};
pub use pairs::{RaterPair, cohen_kappa, conger_kappa, rater_pairs};
pub use patterns::Patterns;
pub use ratings::Ratings;
pub use refusal::Refusal;
pub use report::{CategoryShare, Entry, Report, Resampling, distribution, report};
pub use resampling::{Bootstrap, Resampled};
pub use scale::{Category, Level, Scale};
pub use summary::{Summary, summary};
