//! Texts of a draft, read and edited language by language. Structure comes by import.

use serde_json::json;

use crate::ground::ids::InstrumentId;
use crate::ground::problems::CONFLICT;
use crate::ground::{Error, Language, Result};
use crate::people::call::Call;
use crate::people::policy::UseCase;
use crate::surveys::instrument::{self, InstrumentState};
use crate::surveys::problems::INSTRUMENT_NOT_DRAFT;
use crate::surveys::store::{self, InstrumentHead, InstrumentRow};
use crate::surveys::views::{InstrumentView, Outline, WordingsView};
use crate::surveys::wording::{self, Words};

/// How often words are put into what somebody else has saved meanwhile.
const TRIES: usize = 5;

/// The texts of an instrument in a language.
pub fn instrument_texts_read(call: &Call<'_>, id: &InstrumentId, language: &Language) -> Result<(InstrumentView, WordingsView)> {
    let row = call.reach(UseCase::instrument_texts_read)?.read(|db| store::instrument(db, id))?;
    let compiled = instrument::compile(&row.questionnaire)?;
    Ok((row.head.into(), WordingsView::of(compiled.questionnaire(), language.clone())))
}

/// The same with all that its page shows.
pub fn instrument_texts_outline(call: &Call<'_>, id: &InstrumentId) -> Result<Outline> {
    super::instruments::outline(call, UseCase::instrument_texts_read, id)
}

/// Puts words into a draft, which gets the language if it has not got it. `expected`: its version, if nothing else may
/// have changed; where it is none, nothing may have changed of what these words stand for, and what others saved
/// elsewhere stays.
pub fn instrument_texts_save(
    call: &Call<'_>,
    id: &InstrumentId,
    language: &Language,
    expected: Option<i32>,
    words: &[Words],
) -> Result<InstrumentView> {
    let permit = call.allow(UseCase::instrument_texts_save)?;
    for _ in 0..TRIES {
        let row = permit.read(|db| store::instrument(db, id))?;
        let current = row.head.version;
        if row.head.state != InstrumentState::Draft {
            return Err(Error::Conflict(INSTRUMENT_NOT_DRAFT));
        }
        if expected.is_some_and(|expected| expected != current) {
            return Err(Error::Stale { current });
        }
        let questionnaire = instrument::compile(&row.questionnaire)?.into_questionnaire();
        let Some(words) = wording::changed(&questionnaire, language, words)? else { return Err(Error::Stale { current }) };
        if words.is_empty() && questionnaire.languages.iter().any(|tag| **tag == **language) {
            return Ok(row.head.into());
        }
        // Outside of the transaction: a long questionnaire is read anew as a whole.
        let content = wording::reworded(questionnaire, &instrument::rules(&row.measures)?, language, &words)?;
        let next = InstrumentRow {
            head: InstrumentHead { title: content.title, content_hash: content.content_hash, version: current + 1, ..row.head },
            questionnaire: content.questionnaire,
            measures: content.measures,
            notes: row.notes,
        };
        let saved = permit.write(|db| {
            let now = store::instrument(db, id)?.head;
            if now.state != InstrumentState::Draft {
                return Err(Error::Conflict(INSTRUMENT_NOT_DRAFT));
            }
            if now.version != current {
                return Ok(false);
            }
            store::instrument_replace(db, &next)?;
            permit.audit(db, id, &json!({"language": language, "texts": words.len(), "hash": next.head.content_hash}))?;
            Ok(true)
        })?;
        if saved {
            return Ok(next.head.into());
        }
    }
    Err(Error::Conflict(CONFLICT))
}
