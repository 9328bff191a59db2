//! Editions of surveys as both faces show them. Pure.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ground::Given;
use crate::ground::ids::InstrumentId;

/// A version of the questionnaire that a survey takes over.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditionInput {
    /// A newer published version of the same name, which differs in words alone.
    #[schema(value_type = InstrumentId)]
    pub instrument_id: Given<InstrumentId>,
}

/// One edition of a survey.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct EditionView {
    /// From one on.
    pub edition: i32,
    pub instrument_id: InstrumentId,
    /// Of the questionnaire.
    pub version_label: String,
    /// The day in the city from whose beginning on it is answered; absent of the first.
    #[schema(value_type = Option<String>, format = Date)]
    pub since: Option<NaiveDate>,
}
