//! What is shown of invitations: the list, what an import made of it, waves, strata, letters. Pure.

use serde::{Deserialize, Serialize};

use crate::ground::ids::InvitationId;
use crate::ground::{Email, Error, Given, Language, Result, UtcTime, Zone};
use crate::surveys::invitation::{InvitationState, WaveKind, WaveState};
use crate::surveys::store::invitations::InvitationRow;
use crate::surveys::views::SurveyView;

/// Somebody who is invited. Whether they have answered is nowhere here.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct InvitationView {
    pub id: InvitationId,
    /// From 1, in the order of the lists.
    pub number: i32,
    pub name: String,
    #[schema(value_type = Option<String>, format = Email)]
    pub email: Option<Email>,
    /// Lines of a postal address; may be empty.
    pub postal: String,
    pub language: Language,
    /// May be empty.
    pub stratum: String,
    pub state: InvitationState,
}

impl From<InvitationRow> for InvitationView {
    fn from(row: InvitationRow) -> Self {
        let InvitationRow { id, number, name, email, postal, language, stratum, state, .. } = row;
        Self { id, number, name, email, postal, language, stratum, state }
    }
}

/// What came of a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ListTaken {
    /// Whether it was only tried.
    pub dry_run: bool,
    pub invited: usize,
    /// How many of them have a mail address; the others get a letter.
    pub by_mail: usize,
    /// How many of those do not want to be written to by this city's surveys.
    pub opted_out: usize,
    /// Languages that the questionnaire does not speak, which people can still be written to in.
    pub languages_not_asked_in: Vec<Language>,
    pub strata: Vec<StratumCount>,
}

/// How many of a list are of a stratum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct StratumCount {
    pub stratum: String,
    pub invited: i64,
    /// Whether its responses are stored without it, because too few are invited of it, or of all others together.
    pub merged: bool,
}

/// A stratum, and how many of it may answer. How many have is in no exact number.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct StratumView {
    pub stratum: String,
    pub invited: i64,
    pub quota: Option<i64>,
    /// Whether its responses are stored without it, because too few are invited of it, or of all others together.
    pub merged: bool,
}

/// Quotas by stratum, as given.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuotaInput {
    pub stratum: String,
    /// Nobody is counted where it is absent.
    #[schema(value_type = Option<i64>, minimum = 1)]
    pub quota: Given<i64>,
}

/// When those invited are written to: first letters to all, reminders to those who have not answered.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct WaveView {
    pub number: i32,
    pub kind: WaveKind,
    #[schema(value_type = String, format = DateTime)]
    pub due_at: UtcTime,
    pub state: WaveState,
    /// How many of those invited were looked at.
    pub reached: i32,
}

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaveInput {
    #[schema(value_type = WaveKind)]
    pub kind: Given<WaveKind>,
    /// Day and hour in the city's time zone, e.g. `2026-12-01 09:00`; at once if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub due: Option<String>,
}

/// A survey with those who are invited to it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct InvitingView {
    pub survey: SurveyView,
    /// In which days and moments are meant.
    #[schema(value_type = String)]
    pub time_zone: Zone,
    /// Who may answer.
    pub invited: i64,
    pub by_mail: i64,
    pub opted_out: i64,
    pub bounced: i64,
    pub removed: i64,
    pub strata: Vec<StratumView>,
    pub waves: Vec<WaveView>,
}

/// An address, corrected.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressInput {
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Email)]
    pub email: Given<Email>,
    #[serde(default)]
    pub postal: String,
}

/// A letter to somebody, with the code by which they answer.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LetterView {
    pub number: i32,
    pub name: String,
    pub postal: String,
    pub language: Language,
    /// As it is typed, e.g. `7KQ2M-X4D9A-TRX8F`.
    pub code: String,
    /// The address that leads there at once.
    pub link: String,
}

/// The one file of a form, and what else it says.
pub fn list_of(fields: &[(String, String)], files: Vec<(String, Vec<u8>)>) -> Result<(Vec<u8>, bool)> {
    let mut dry_run = false;
    for (field, value) in fields {
        dry_run = match (field.as_str(), value.as_str()) {
            ("dry_run", "yes" | "true" | "on") => true,
            ("dry_run", "" | "no" | "false") => false,
            ("dry_run", _) => return Err(Error::field("dry_run", "unknown_choice")),
            _ => return Err(Error::field(field, "unknown_field")),
        };
    }
    let mut list = None;
    for (field, bytes) in files.into_iter().filter(|(_, bytes)| !bytes.is_empty()) {
        match field.as_str() {
            "list" => list = Some(bytes),
            other => return Err(Error::field(other, "unknown_field")),
        }
    }
    Ok((list.ok_or_else(|| Error::field("list", "required"))?, dry_run))
}

/// Which letters are asked for.
#[derive(Debug, Default, Deserialize)]
pub struct LettersQuery {
    pub without_mail: Option<String>,
}

impl LettersQuery {
    pub fn without_mail(&self) -> bool {
        self.without_mail.as_deref().is_some_and(|word| matches!(word, "yes" | "true"))
    }
}
