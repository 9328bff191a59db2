//! Estimates from surveys: means, proportions, totals and ratios, by domain, with weights, strata,
//! clusters (first stage) and finite population correction; their Taylor standard errors,
//! intervals, design effects, calibration to known margins, and suppression of small results.
//!
//! Here: the calls the rest of the house uses. Sums over rows live in `tally` (one pass) and
//! `columns` (calibrated weights), the variance in `variance`, reading files in `input`.
//! The rule to keep: a number that does not exist is absent with a reason, never NaN.
//!
//! Sources: Binder 1983; Särndal, Swensson & Wretman 1992; Lumley 2004 and 2010; Kish 1965 and
//! 1992; Korn & Graubard 1998; Deming & Stephan 1940; Deville & Särndal 1992.

mod answers;
mod calibration;
mod cell;
mod codes;
mod columns;
mod design;
mod error;
mod finish;
mod frame;
mod header;
mod input;
mod interval;
mod item;
mod margins;
mod raking;
mod reason;
mod records;
mod register;
mod spread;
mod suppression;
mod tally;
mod variance;

pub use calibration::Calibration;
pub use codes::{Codes, MISSING};
pub use design::{Design, DesignColumns};
pub use error::EstimationError;
pub use finish::Estimate;
pub use input::{Plan, read_and_estimate};
pub use interval::Interval;
pub use item::{Answers, Item, Kind};
pub use margins::Margin;
pub use reason::Reason;
pub use suppression::suppress;
pub use variance::LonelyPsu;

/// How a caller wants its estimates made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Interval of a proportion; all other quantities take estimate ± t·se.
    pub interval: Interval,
    /// What to do with a stratum that has a single PSU.
    pub lonely_psu: LonelyPsu,
    /// Results of domains with fewer respondents are suppressed; 0 suppresses nothing.
    pub suppress_below: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { interval: Interval::Logit, lonely_psu: LonelyPsu::Fail, suppress_below: 10 }
    }
}

/// Estimates every item, and if `domains` is given every item in every domain, from columns held
/// in memory. Rows whose domain is missing belong to no domain, but stay in the design. Results
/// are in the order of the items, then of the domains' labels, then of the levels' labels.
///
/// Suppression (`Options::suppress_below`) is applied to the results by domain; a result over all
/// rows is the caller's to suppress with [`suppress`].
pub fn estimate(
    design: &Design,
    items: &[Item<'_>],
    domains: Option<&Codes>,
    calibration: Option<&Calibration>,
    options: &Options,
) -> Result<Vec<Estimate>, EstimationError> {
    for item in items {
        item.check(design.rows())?;
    }
    if let Some(domains) = domains {
        domains.check_length("domain", design.rows())?;
    }
    design.check_lonely_psus(options.lonely_psu)?;
    let mut estimates = match calibration {
        Some(calibration) => columns::estimate(design, items, domains, calibration, options)?,
        None => tally::estimate(design, items, domains, options),
    };
    if domains.is_some() {
        suppress(&mut estimates, options.suppress_below);
    }
    Ok(estimates)
}

fn only(mut estimates: Vec<Estimate>) -> Estimate {
    estimates.swap_remove(0)
}

/// The proportion of respondents who answered `level`, over all rows of the design.
///
/// ```
/// use stats::estimation::{self, Codes, Design, Options};
/// let answers = Codes::from_labels([Some("Yes"), Some("No"), None, Some("Yes")]);
/// let design = Design::simple(4);
/// let p = estimation::proportion(&design, "library", &answers, "Yes", &Options::default())?;
/// assert_eq!((p.n, p.estimate), (Some(3), Some(2.0 / 3.0)));
/// # Ok::<(), estimation::EstimationError>(())
/// ```
pub fn proportion(design: &Design, variable: &str, answers: &Codes, level: &str, options: &Options) -> Result<Estimate, EstimationError> {
    let item = Item::proportion(variable, Some(level), answers);
    estimate(design, &[item], None, None, options).map(only)
}

/// The proportion of each level that `answers` knows, over all rows of the design.
pub fn proportions(design: &Design, variable: &str, answers: &Codes, options: &Options) -> Result<Vec<Estimate>, EstimationError> {
    let item = Item::proportion(variable, None, answers);
    estimate(design, &[item], None, None, options)
}

/// The share of ones among answers of zero or one, with the interval of a proportion.
pub fn share(design: &Design, variable: &str, answers: &[Option<f64>], options: &Options) -> Result<Estimate, EstimationError> {
    let item = Item::share(variable, answers);
    estimate(design, &[item], None, None, options).map(only)
}

/// The mean of a numeric variable.
pub fn mean(design: &Design, variable: &str, answers: &[Option<f64>], options: &Options) -> Result<Estimate, EstimationError> {
    let item = Item::mean(variable, answers);
    estimate(design, &[item], None, None, options).map(only)
}

/// The total of a numeric variable, in the units of the variable.
pub fn total(design: &Design, variable: &str, answers: &[Option<f64>], options: &Options) -> Result<Estimate, EstimationError> {
    let item = Item::total(variable, answers);
    estimate(design, &[item], None, None, options).map(only)
}

/// The ratio of two totals; a row counts when both of its answers are there.
pub fn ratio(
    design: &Design,
    variable: &str,
    numerator: &[Option<f64>],
    denominator: &[Option<f64>],
    options: &Options,
) -> Result<Estimate, EstimationError> {
    let item = Item::ratio(variable, numerator, denominator);
    estimate(design, &[item], None, None, options).map(only)
}
