//! Why a number of an `Estimate` does not exist. The sentences are those of the command line;
//! whoever speaks other languages has a text of its own for every variant.

use serde::{Serialize, Serializer};
use thiserror::Error;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Reason {
    #[error("nobody in the domain answered with a weight above zero")]
    Nobody,
    #[error("the numbers are too large to be added up")]
    TooLarge,
    #[error("the denominator adds up to zero")]
    ZeroDenominator,
    #[error("there is no standard error")]
    NoStandardError,
    #[error("there are no degrees of freedom")]
    NoDegrees,
    #[error("the distribution has no such quantile")]
    NoQuantile,
    #[error("a single PSU shows no variation between PSUs")]
    OnePsu,
    #[error("a stratum has a single PSU")]
    LonelyPsu,
    #[error("every stratum has a single PSU, so there is no average to take")]
    OnlyLonelyPsus,
    /// Of a design effect.
    #[error("it takes two respondents")]
    OneRespondent,
    /// Of a design effect.
    #[error("the answers do not vary")]
    NoVariation,
    /// Of a design effect against sampling without replacement.
    #[error("the weights add up to no more than the sample; see deff_wr")]
    NoPopulation,
    #[error("suppressed")]
    Suppressed,
    /// Why it is suppressed.
    #[error("fewer respondents than the limit")]
    TooFew,
    /// Why it is suppressed.
    #[error("would give away a suppressed result")]
    GivesAway,
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
