//! What the mailroom shows: messages, their history, rendered mails and templates, and what a
//! list can be asked for. Pure.

use serde::{Deserialize, Serialize};

use crate::ground::ids::{MessageId, RoundId};
use crate::ground::{Email, Error, Language, Result, UtcTime};
use crate::mail::delivery::MessageState;
use crate::mail::store::journal::MessageFilter;
use crate::mail::templates::Rendered;
use crate::web::paging::{PageAt, PageQuery};

/// What a list of messages can be asked for, in the query string.
#[derive(Debug, Default, Deserialize)]
pub struct MessageQuery {
    pub state: Option<String>,
    pub subject_id: Option<String>,
    pub cursor: Option<String>,
    pub limit: Option<i64>,
}

impl MessageQuery {
    /// Empty values ask for nothing. Errors: `state` is no state, `subject_id` no identifier.
    pub fn filter(&self) -> Result<MessageFilter> {
        let given = |value: &Option<String>| value.as_deref().map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned);
        let state = given(&self.state).map(|word| word.parse().map_err(|_| Error::field("state", "unknown_choice"))).transpose()?;
        let subject_id = given(&self.subject_id);
        // PostgreSQL takes no NUL in a text, and no identifier has control characters.
        if subject_id.as_ref().is_some_and(|id| id.chars().any(char::is_control)) {
            return Err(Error::field("subject_id", "control_characters"));
        }
        Ok(MessageFilter { state, subject_id, ..MessageFilter::default() })
    }

    /// Where the page begins. Errors: a cursor that is not from a list of messages, a limit out of range.
    pub fn at(&self) -> Result<PageAt<MessageId>> {
        PageQuery { cursor: self.cursor.clone(), limit: self.limit }.at()
    }
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MessageView {
    pub id: MessageId,
    /// Absent for mails that belong to no round.
    pub round_id: Option<RoundId>,
    pub template: String,
    pub language: Language,
    pub to_name: String,
    pub to_email: Email,
    /// Kind of what it is about, e.g. `review`.
    pub subject_kind: String,
    pub subject_id: String,
    /// The subject line.
    pub subject: String,
    pub state: MessageState,
    /// Attempts to send so far.
    pub attempts: i32,
    /// When it is tried next, or was due.
    #[schema(value_type = String, format = DateTime)]
    pub due_at: UtcTime,
    /// What the mail server said last; empty when nothing went wrong.
    pub last_error: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: UtcTime,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<UtcTime>,
}

/// One step of a message's history.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MessageEventView {
    #[schema(value_type = String, format = DateTime)]
    pub at: UtcTime,
    pub state: MessageState,
    pub detail: String,
}

/// A message with its history and the mail as it reads, tokens masked.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MessageDetail {
    #[serde(flatten)]
    pub message: MessageView,
    pub events: Vec<MessageEventView>,
    /// Whether it can be put back into the queue: it was not delivered, or whoever was sending it is not heard of.
    pub may_retry: bool,
    /// Absent where the template no longer exists.
    pub preview: Option<MailPreview>,
}

/// A rendered mail.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MailPreview {
    /// The language it is written in.
    pub language: Language,
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl From<Rendered> for MailPreview {
    fn from(mail: Rendered) -> Self {
        Self { language: mail.language, subject: mail.subject, text: mail.text, html: mail.html }
    }
}

/// A template with the languages it is written in.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MailTemplateView {
    pub template: String,
    pub languages: Vec<Language>,
}

/// How many messages are in a state.
#[derive(Debug, Clone, Serialize)]
pub struct StateCount {
    pub state: MessageState,
    pub count: i64,
}
