//! From a measured value and its variance to what is reported: standard error, interval, degrees of
//! freedom, effective size and design effect, or the reason why one of them does not exist.
//!
//! The rule to keep: every number in an `Estimate` is finite.

use std::collections::BTreeMap;

use serde::Serialize;

use super::interval::{Interval, ProportionInterval, interval, t_interval};
use super::item::Kind;
use super::reason::Reason;

/// One result. A number that does not exist is `None`, and `undefined` says why under its name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    pub kind: Kind,
    pub variable: String,
    pub level: Option<String>,
    /// The domain's label; `None` for all rows.
    pub domain: Option<String>,
    pub estimate: Option<f64>,
    /// Taylor standard error, in the units of the estimate.
    pub se: Option<f64>,
    /// The 95 % interval.
    pub ci95: Option<[f64; 2]>,
    pub ci_method: Option<&'static str>,
    /// PSUs minus strata, counted over the rows of the domain, answered or not.
    pub df: Option<u64>,
    /// Respondents: rows of the domain with an answer and a weight above zero.
    pub n: Option<u64>,
    /// Kish's effective size (Σw)²/Σw² of the respondents.
    pub n_eff: Option<f64>,
    /// Variance against a simple random sample of n without replacement from Σw.
    pub deff: Option<f64>,
    /// Variance against a simple random sample of n with replacement.
    pub deff_wr: Option<f64>,
    /// Kish's design effect of unequal weights, n / n_eff.
    pub deff_kish: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<Reason>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub undefined: BTreeMap<&'static str, Reason>,
}

/// Which result it is, and the rows of its domain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) kind: Kind,
    pub(super) variable: &'a str,
    pub(super) level: Option<&'a str>,
    pub(super) domain: Option<&'a str>,
    pub(super) df: u64,
    pub(super) rows: u64,
}

/// What the sums gave.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    pub(super) n: u64,
    pub(super) weight: f64,
    pub(super) weight_squares: f64,
    pub(super) estimate: f64,
    pub(super) variance: Result<f64, Reason>,
    /// Weighted mean square of the answers (or of the residuals of a ratio) about their mean.
    pub(super) unit_variance: f64,
    /// What a mean of the answers is multiplied by to become the estimate.
    pub(super) scale: f64,
    pub(super) undefined: Option<Reason>,
}

impl Measured {
    pub(super) fn empty(n: u64, weight: f64, weight_squares: f64) -> Self {
        Self {
            n,
            weight,
            weight_squares,
            estimate: 0.0,
            variance: Err(Reason::Nobody),
            unit_variance: 0.0,
            scale: 1.0,
            undefined: (n == 0).then_some(Reason::Nobody),
        }
    }
}

pub(super) fn finish(subject: &Subject<'_>, measured: &Measured, choice: Interval) -> Estimate {
    let mut result = Estimate {
        kind: subject.kind,
        variable: subject.variable.to_owned(),
        level: subject.level.map(str::to_owned),
        domain: subject.domain.map(str::to_owned),
        estimate: None,
        se: None,
        ci95: None,
        ci_method: None,
        df: Some(subject.df),
        n: Some(measured.n),
        n_eff: None,
        deff: None,
        deff_wr: None,
        deff_kish: None,
        suppressed: None,
        undefined: BTreeMap::new(),
    };
    let overflow = !(measured.estimate.is_finite() && measured.weight_squares.is_finite());
    if let Some(reason) = measured.undefined.or(overflow.then_some(Reason::TooLarge)) {
        for name in ["estimate", "se", "ci95", "n_eff", "deff"] {
            result.undefined.insert(name, reason);
        }
        return result;
    }
    let n = measured.n as f64;
    result.estimate = Some(measured.estimate);
    if measured.weight_squares > 0.0 {
        let n_eff = measured.weight * measured.weight / measured.weight_squares;
        result.n_eff = Some(n_eff).filter(|n_eff| n_eff.is_finite());
        result.deff_kish = result.n_eff.map(|n_eff| n / n_eff);
    }
    if result.n_eff.is_none() {
        result.undefined.insert("n_eff", Reason::TooLarge);
    }
    let variance = measured.variance.and_then(|v| if v.is_finite() { Ok(v) } else { Err(Reason::TooLarge) });
    match variance {
        Ok(variance) => {
            result.se = Some(variance.sqrt());
            add_design_effects(&mut result, measured, variance);
        }
        Err(reason) => {
            result.undefined.insert("se", reason);
            result.undefined.insert("deff", reason);
        }
    }
    add_interval(&mut result, subject, choice);
    result
}

/// Design effects as in R's survey: s² = n/(n − 1) · Σw(y − ȳ)²/Σw stands for the population variance.
fn add_design_effects(result: &mut Estimate, measured: &Measured, variance: f64) {
    let n = measured.n as f64;
    if measured.n < 2 {
        result.undefined.insert("deff", Reason::OneRespondent);
        return;
    }
    let scale_square = measured.scale * measured.scale;
    let with_replacement = measured.unit_variance / (n - 1.0) * scale_square;
    if !with_replacement.is_finite() {
        result.undefined.insert("deff", Reason::TooLarge);
        return;
    }
    if with_replacement <= 0.0 {
        result.undefined.insert("deff", Reason::NoVariation);
        return;
    }
    result.deff_wr = Some(variance / with_replacement).filter(|deff| deff.is_finite());
    let share_left = 1.0 - n / measured.weight;
    // Weights of one add up to n exactly; rounding must not pass for a population.
    if share_left > 1e-9 {
        result.deff = Some(variance / (with_replacement * share_left)).filter(|d| d.is_finite());
    } else {
        result.undefined.insert("deff", Reason::NoPopulation);
    }
}

fn add_interval(result: &mut Estimate, subject: &Subject<'_>, choice: Interval) {
    let (Some(estimate), n) = (result.estimate, result.n.unwrap_or(0)) else {
        return;
    };
    let found = if subject.kind == Kind::Proportion {
        interval(
            &ProportionInterval { estimate, se: result.se, df: subject.df, n, rows: subject.rows, n_eff: result.n_eff.unwrap_or(n as f64) },
            choice,
        )
    } else {
        match result.se {
            Some(se) => t_interval(estimate, se, subject.df).map(|ci| (ci, "t")),
            None => Err(Reason::NoStandardError),
        }
    };
    match found {
        Ok((ci, method)) if ci.iter().all(|bound| bound.is_finite()) => {
            result.ci95 = Some(ci);
            result.ci_method = Some(method);
        }
        Ok(_) => {
            result.undefined.insert("ci95", Reason::TooLarge);
        }
        Err(reason) => {
            result.undefined.insert("ci95", reason);
        }
    }
}
