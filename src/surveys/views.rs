//! What the surveys room takes and shows: inputs, the answers of the API, the data of the pages. Pure.

mod difference;
mod editions;
mod inviting;
mod leaving;
mod watching;
mod versions;
mod wording;

pub use difference::{CellView, DifferenceView, ItemView};
pub use editions::{EditionInput, EditionView};
pub use inviting::{
    AddressInput, InvitationView, InvitingView, LetterView, LettersQuery, ListTaken, QuotaInput, StratumCount, StratumView, WaveInput, WaveView,
    list_of,
};
pub use leaving::{AnswersOut, Asked, CodebookFormat, ExportInput, ExportView, LanguageOffered, TextView, Texts, words_of};
pub use versions::{DraftInput, LackView, LanguageView, languages};
pub use watching::{BesideCensus, BlankCount, Burst, DayCount, IntegrityView, PageCount, PartCount, SharesInput, SomeOf, WatchView};
pub use wording::{WordingView, WordingsInput, WordingsView};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::estimates::Estimates;
use super::instrument::{InstrumentState, SheetNote};
use super::reliance::Reliance;
use super::store::InstrumentHead;
use super::store::estimates::CountRow;
use super::survey::{Mode, Privacy, SurveyState};
use crate::ground::ids::{CityId, InstrumentId, ParticipationId, RoundId, SurveyId};
use crate::ground::limits::{Limit, Limits};
use crate::ground::{Given, Language, Text, UtcTime, Zone};
use crate::jobs::job::Job;
use crate::words;
use forms::questionnaire::Compiled;
use forms::questionnaire::measures::MeasureRule;

words! {
    /// The sheets that a questionnaire is made of.
    pub enum SheetName {
        Survey = "survey",
        Choices = "choices",
        Settings = "settings",
        Measures = "measures",
    }
}

words! {
    /// The files that a questionnaire is given out as.
    pub enum FileFormat {
        /// XLSForm, a workbook.
        Xlsx = "xlsx",
        /// XForm, which apps run.
        Xml = "xml",
        /// Stoa's own.
        Json = "json",
    }
}

impl FileFormat {
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Xml => "application/xml",
            Self::Json => "application/json",
        }
    }
}

/// An XLSForm as the CSV of its sheets.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstrumentInput {
    pub name: String,
    pub version_label: String,
    pub survey_csv: String,
    pub choices_csv: Option<String>,
    pub settings_csv: Option<String>,
    /// Columns measure, question, statistic, positive, domain: what is estimated from the answers.
    pub measures_csv: Option<String>,
    /// Take it without what no page asks (repeats, media, places on a map), if nothing else refers to that.
    #[serde(default)]
    pub leave_out: bool,
}

impl InstrumentInput {
    pub const NAME_MAX: usize = 120;
    pub const LABEL_MAX: usize = 40;
    pub const LIMITS: Limits = &[("name", Limit::Text(Self::NAME_MAX)), ("version_label", Limit::Text(Self::LABEL_MAX))];
}

impl InstrumentInput {
    pub fn sheet(&self, name: SheetName) -> Option<&str> {
        match name {
            SheetName::Survey => Some(&self.survey_csv),
            SheetName::Choices => self.choices_csv.as_deref(),
            SheetName::Settings => self.settings_csv.as_deref(),
            SheetName::Measures => self.measures_csv.as_deref(),
        }
    }
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct InstrumentView {
    pub id: InstrumentId,
    pub name: String,
    pub version_label: String,
    pub state: InstrumentState,
    pub title: Text,
    /// SHA-256 of questionnaire and measures.
    pub content_hash: String,
    pub version: i32,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: UtcTime,
}

impl From<InstrumentHead> for InstrumentView {
    fn from(head: InstrumentHead) -> Self {
        Self {
            title: serde_json::from_str(&head.title).unwrap_or_default(),
            id: head.id,
            name: head.name,
            version_label: head.version_label,
            state: head.state,
            content_hash: head.content_hash,
            version: head.version,
            created_at: head.created_at,
        }
    }
}

/// An instrument that was taken, and what its author should know about it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct InstrumentTaken {
    #[serde(flatten)]
    pub instrument: InstrumentView,
    /// What was left out, what is not used and what was guessed.
    pub notes: Vec<SheetNote>,
}

/// An instrument with what it asks.
pub struct Outline {
    pub view: InstrumentView,
    pub compiled: Compiled,
    pub rules: Vec<MeasureRule>,
    pub notes: Vec<SheetNote>,
}

/// A survey as typed or sent.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SurveyInput {
    #[schema(value_type = ParticipationId)]
    pub participation_id: Given<ParticipationId>,
    #[schema(value_type = InstrumentId)]
    pub instrument_id: Given<InstrumentId>,
    /// `open_link`: whoever has the link may answer. `invitation`: those who are invited one by one, each once.
    pub mode: Mode,
    /// The first day on which answers are taken, in the city's time zone; from when it is opened on if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub opens_on: Given<NaiveDate>,
    /// The last day on which answers are taken, in the city's time zone. A survey with invitations needs one.
    #[schema(value_type = Option<String>, format = Date)]
    pub closes_on: Given<NaiveDate>,
    /// Of a survey with invitations: whether answers can be joined to those invited while the list is kept.
    #[serde(default)]
    #[schema(value_type = Option<Privacy>)]
    pub privacy: Given<Privacy>,
    /// Of a survey with invitations: the last day on which the list of those invited is kept; a month after it closes
    /// if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub list_until: Given<NaiveDate>,
    /// Whom citizens may ask: a name with an address or a number, in lines. Where it is absent, the address of the
    /// instance stands there.
    #[serde(default)]
    pub contact: Option<String>,
}

impl SurveyInput {
    pub const CONTACT_MAX: usize = 500;
    pub const LIMITS: Limits = &[("contact", Limit::Optional(Self::CONTACT_MAX))];

    /// A survey for whoever has the link.
    pub fn open_link(participation: ParticipationId, instrument: InstrumentId) -> Self {
        Self {
            participation_id: participation.into(),
            instrument_id: instrument.into(),
            mode: Mode::OpenLink,
            opens_on: Given::Absent,
            closes_on: Given::Absent,
            privacy: Given::Absent,
            list_until: Given::Absent,
            contact: None,
        }
    }
}

/// What may change of a survey that is issued.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SurveyChange {
    /// As of [`SurveyInput`].
    pub contact: Option<String>,
}

/// Days of a survey, moved.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WindowInput {
    /// As of a survey that is issued.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub opens_on: Given<NaiveDate>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub closes_on: Given<NaiveDate>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub list_until: Given<NaiveDate>,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SurveyView {
    pub id: SurveyId,
    pub participation_id: ParticipationId,
    pub round_id: RoundId,
    pub round: String,
    pub city_id: CityId,
    pub city: Text,
    pub instrument_id: InstrumentId,
    pub title: Text,
    /// The last part of the address that citizens open: `/s/<slug>`.
    pub slug: String,
    pub link: String,
    pub mode: Mode,
    pub state: SurveyState,
    /// Whether answers are taken now: open, not past its end, and its round not closed.
    pub taking_answers: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub opened_at: Option<UtcTime>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub opens_at: Option<UtcTime>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closes_at: Option<UtcTime>,
    /// How answers and those who were invited hang together.
    pub privacy: Privacy,
    /// The last day on which the list of those invited is kept; absent once it is erased.
    #[schema(value_type = Option<String>, format = Date)]
    pub list_until: Option<NaiveDate>,
    /// How many have answered: of an open survey those by the end of a day, rounded down; of a closed one
    /// those that its estimates are from.
    pub responses: i64,
    /// The day by whose end they were counted, in the city; absent before the first, and once the survey
    /// has estimates.
    #[schema(value_type = Option<String>, format = Date)]
    pub counted_until: Option<NaiveDate>,
    /// When it was closed for good: it is never opened again, and its answers may leave.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sealed_at: Option<UtcTime>,
    /// How many versions of its questionnaire it has had; `instrument_id` is the newest (`…/editions`).
    pub edition: i32,
    /// Whom citizens may ask; empty where the address of the instance stands.
    pub contact: String,
    /// Whether its estimates count for the results of its city.
    pub reliance: Reliance,
    pub version: i32,
}

/// A survey with all that its page shows.
pub struct SurveyReport {
    pub view: SurveyView,
    pub time_zone: Zone,
    /// Whether the results of its city are, and stay as they are.
    pub is_released: bool,
    /// How many had answered by the end of each day, the newest first: in all, and by language.
    pub counts: Vec<CountRow>,
    /// As far as they may be shown; `None` where they are not for this reader yet.
    pub estimates: Option<Estimates>,
    /// Words and scale of each of the estimates.
    pub measured: Vec<Measured>,
    /// How far the computing has come, while it goes on.
    pub computing: Option<Job>,
}

/// The words for an estimate and the scale to show it on.
pub struct Measured {
    /// As the framework calls the measure; the code alone where the framework lacks it.
    pub label: Text,
    /// Ends of the answers' scale for a mean, where the question has one.
    pub scale: Option<(f64, f64)>,
}

/// What a receipt says: when it was received, and for which survey. Nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ReceiptView {
    pub receipt: String,
    #[schema(value_type = String, format = Date)]
    pub day: NaiveDate,
    pub title: Text,
    pub city: Text,
}

/// What a poster shows.
pub struct Poster {
    pub survey_id: SurveyId,
    /// An `<svg>` element.
    pub qr: String,
    pub link: String,
    /// The address as people type it.
    pub shown: String,
    pub city: Text,
    pub city_language: Language,
    pub closes_on: Option<NaiveDate>,
}
