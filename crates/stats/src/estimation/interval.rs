//! 95 % intervals: estimate ± t·se for means, totals and ratios, and the intervals for a
//! proportion, which must not leave 0..1.
//!
//! Sources: Korn & Graubard 1998 (beta); Wilson 1927 with the effective size of Dean & Pagano 2015;
//! Lumley 2010, ch. 2 (logit). The rule to keep: an interval contains its estimate.

use super::reason::Reason;
use crate::distribution::{incomplete_beta_inverse, normal_quantile, student_t_quantile};

/// Probability left in each tail.
const TAIL: f64 = 0.025;

/// The interval of a proportion. Effective sizes are p(1 − p)/se² except where it says Kish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Interval {
    /// ± t·se on the logit scale.
    #[default]
    Logit,
    /// ± t·se on the scale of the proportion; may leave 0..1.
    Mean,
    /// Wilson's score interval with the effective size and the normal quantile.
    Wilson,
    /// Wilson's score interval with the effective size adjusted for df and the quantile of t.
    WilsonDf,
    /// Wilson's score interval with Kish's effective size, which ignores clusters.
    WilsonKish,
    /// Korn and Graubard's: Clopper and Pearson's with the effective size adjusted for df.
    Beta,
    /// The same with the effective size never above the number of respondents.
    BetaTruncated,
    /// ± t·se on the arc sine square root scale.
    Asin,
}

impl Interval {
    /// The word used for it in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Logit => "logit",
            Self::Mean => "mean",
            Self::Wilson => "wilson",
            Self::WilsonDf => "wilson_df",
            Self::WilsonKish => "wilson_kish",
            Self::Beta => "beta",
            Self::BetaTruncated => "beta_truncated",
            Self::Asin => "asin",
        }
    }
}

/// The method reported where a proportion is 0 or 1.
const ONE_SIDED: &str = "korn_graubard_one_sided";

/// What an interval of a proportion is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProportionInterval {
    pub(super) estimate: f64,
    pub(super) se: Option<f64>,
    pub(super) df: u64,
    /// Respondents.
    pub(super) n: u64,
    /// Rows of the domain, answered or not.
    pub(super) rows: u64,
    /// Kish's effective size.
    pub(super) n_eff: f64,
}

type Found = Result<([f64; 2], &'static str), Reason>;

fn t_quantile(df: u64) -> Result<f64, Reason> {
    student_t_quantile(1.0 - TAIL, df as f64).ok_or(Reason::NoDegrees)
}

/// estimate ± t·se with `df` degrees of freedom.
pub(super) fn t_interval(estimate: f64, se: f64, df: u64) -> Result<[f64; 2], Reason> {
    let half = t_quantile(df)? * se;
    Ok([estimate - half, estimate + half])
}

/// The interval of a proportion, and the method that made it. At 0 or 1, where a standard error
/// says nothing, it is the side of Korn and Graubard's interval that exists, whatever was chosen.
pub(super) fn interval(of: &ProportionInterval, choice: Interval) -> Found {
    let p = of.estimate;
    let t = t_quantile(of.df)?;
    if p <= 0.0 || p >= 1.0 {
        return one_sided(of, t);
    }
    let se = of.se.ok_or(Reason::NoStandardError)?;
    let spread = p * (1.0 - p);
    // A standard error of rounding alone: the design leaves no room for chance.
    if se * se <= 1e-24 * spread {
        return Ok(([p, p], choice.name()));
    }
    let effective = spread / (se * se);
    let [low, high] = match choice {
        Interval::Logit => {
            let (centre, half) = ((p / (1.0 - p)).ln(), t * se / spread);
            [expit(centre - half), expit(centre + half)]
        }
        Interval::Mean => [p - t * se, p + t * se],
        Interval::Wilson => wilson(p, effective, normal()?),
        Interval::WilsonDf => wilson(p, adjusted(effective, of.rows, t)?, t),
        Interval::WilsonKish => wilson(p, of.n_eff, normal()?),
        Interval::Beta => clopper_pearson(p, adjusted(effective, of.rows, t)?)?,
        Interval::BetaTruncated => {
            let size = adjusted(effective, of.rows, t)?.min(of.n as f64);
            clopper_pearson(p, size)?
        }
        Interval::Asin => {
            let (centre, half) = (p.sqrt().asin(), t * se / (2.0 * spread.sqrt()));
            let quarter_turn = std::f64::consts::FRAC_PI_2;
            [(centre - half).max(0.0).sin().powi(2), (centre + half).min(quarter_turn).sin().powi(2)]
        }
    };
    Ok(([low.min(p), high.max(p)], choice.name()))
}

fn expit(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn normal() -> Result<f64, Reason> {
    normal_quantile(1.0 - TAIL).ok_or(Reason::NoQuantile)
}

fn wilson(p: f64, size: f64, z: f64) -> [f64; 2] {
    let share = z * z / size;
    let centre = (p + share / 2.0) / (1.0 + share);
    let half = (share * p * (1.0 - p) + share * share / 4.0).sqrt() / (1.0 + share);
    [centre - half, centre + half]
}

/// Korn and Graubard's correction of an effective size for the degrees of freedom of the variance.
fn adjusted(size: f64, rows: u64, t: f64) -> Result<f64, Reason> {
    let with_all_rows = t_quantile(rows.saturating_sub(1))?;
    Ok(size * (with_all_rows / t).powi(2))
}

fn clopper_pearson(p: f64, size: f64) -> Result<[f64; 2], Reason> {
    let (inside, outside) = (size * p, size * (1.0 - p));
    let quantile = |tail, a, b| incomplete_beta_inverse(tail, a, b).ok_or(Reason::NoQuantile);
    Ok([quantile(TAIL, inside, outside + 1.0)?, quantile(1.0 - TAIL, inside + 1.0, outside)?])
}

/// With nobody (or everybody) in the level, (1 − bound)^size = 0.025. The variance of clusters
/// cannot be seen here, so the size is Kish's, adjusted for df.
fn one_sided(of: &ProportionInterval, t: f64) -> Found {
    let size = adjusted(of.n_eff, of.rows, t)?;
    let left = TAIL.powf(1.0 / size);
    let bounds = if of.estimate <= 0.0 { [0.0, 1.0 - left] } else { [left, 1.0] };
    Ok((bounds, ONE_SIDED))
}
