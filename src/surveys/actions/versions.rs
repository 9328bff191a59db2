//! Versions of instruments: publish, retire, restore, begin another one, and all of one name.

use serde_json::json;

use crate::ground::error::Checks;
use crate::ground::ids::InstrumentId;
use crate::ground::{Error, Result, Zone};
use crate::people::call::Call;
use crate::people::policy::UseCase;
use crate::surveys::instrument::{self, InstrumentState};
use crate::surveys::intake::Issued;
use crate::surveys::problems::{INSTRUMENT_IS_DRAFT, INSTRUMENT_RETIRED};
use crate::surveys::store::{self, InstrumentHead, InstrumentRow};
use crate::surveys::views::{DifferenceView, DraftInput, InstrumentInput, InstrumentView, LanguageView, languages};
use crate::web::paging::Listing;
use forms::questionnaire::difference;

/// From now on people can be asked with it, and it never changes. Publishing twice is no error.
pub fn instrument_publish(call: &Call<'_>, id: &InstrumentId) -> Result<InstrumentView> {
    turn(call, UseCase::instrument_publish, id)
}

/// From now on no survey is issued with it; those that use it go on. Retiring twice is no error.
pub fn instrument_retire(call: &Call<'_>, id: &InstrumentId) -> Result<InstrumentView> {
    turn(call, UseCase::instrument_retire, id)
}

/// Surveys can be issued with it again.
pub fn instrument_restore(call: &Call<'_>, id: &InstrumentId) -> Result<InstrumentView> {
    turn(call, UseCase::instrument_restore, id)
}

/// Turning an instrument into the state that it is in is no error.
fn turn(call: &Call<'_>, use_case: UseCase, id: &InstrumentId) -> Result<InstrumentView> {
    let permit = call.allow(use_case)?;
    let (from, to, wrong) = match use_case {
        UseCase::instrument_retire => (InstrumentState::Published, InstrumentState::Retired, INSTRUMENT_IS_DRAFT),
        UseCase::instrument_restore => (InstrumentState::Retired, InstrumentState::Published, INSTRUMENT_IS_DRAFT),
        _ => (InstrumentState::Draft, InstrumentState::Published, INSTRUMENT_RETIRED),
    };
    permit.write(|db| {
        let mut row = store::instrument(db, id)?.head;
        if row.state == to {
            return Ok(row.into());
        }
        if row.state != from {
            return Err(Error::Conflict(wrong));
        }
        store::instrument_turn(db, id, row.version, from, to)?;
        row.state = to;
        row.version += 1;
        permit.audit(db, id, &json!({"hash": row.content_hash}))?;
        Ok(row.into())
    })
}

/// Begins a draft with the content of another version of the same name, for its structure to be imported anew and its
/// texts to be edited.
pub fn instrument_draft(call: &Call<'_>, id: &InstrumentId, input: &DraftInput) -> Result<InstrumentView> {
    let permit = call.allow(UseCase::instrument_draft)?;
    let from = permit.read(|db| store::instrument(db, id))?;
    let mut checks = Checks::new();
    let version_label = checks.text("version_label", &input.version_label, InstrumentInput::LABEL_MAX, false);
    checks.done()?;
    permit.write(|db| {
        if store::instrument_named(db, &from.head.name, &version_label)?.is_some() {
            return Err(Error::field("version_label", "version_taken"));
        }
        let row = InstrumentRow {
            head: InstrumentHead {
                id: InstrumentId::new(&*call.service.clock, &*call.service.chance),
                version_label: version_label.clone(),
                state: InstrumentState::Draft,
                version: 1,
                created_at: call.now,
                ..from.head.clone()
            },
            ..from.clone()
        };
        store::instrument_insert(db, &row)?;
        permit.audit(db, &row.head.id, &json!({"from": id, "hash": row.head.content_hash}))?;
        Ok(row.head.into())
    })
}

/// All versions of an instrument's name, newest first.
pub fn instrument_version_list(call: &Call<'_>, id: &InstrumentId) -> Result<Listing<InstrumentView>> {
    let permit = call.reach(UseCase::instrument_version_list)?;
    let rows = permit.read(|db| {
        let name = store::instrument(db, id)?.head.name;
        store::instrument_versions(db, &name)
    })?;
    Ok(Listing { items: rows.into_iter().map(Into::into).collect(), next_cursor: None })
}

/// The languages of an instrument, with what each of them lacks.
pub fn instrument_language_list(call: &Call<'_>, id: &InstrumentId) -> Result<Listing<LanguageView>> {
    let row = call.reach(UseCase::instrument_language_list)?.read(|db| store::instrument(db, id))?;
    let compiled = instrument::compile(&row.questionnaire)?;
    Ok(Listing { items: languages(compiled.questionnaire()), next_cursor: None })
}

/// An instrument as citizens will see it, for who looks at it before; nothing of it is stored.
pub fn instrument_preview(call: &Call<'_>, id: &InstrumentId) -> Result<Issued> {
    let row = call.reach(UseCase::instrument_preview)?.read(|db| store::instrument(db, id))?;
    let zone = call.caller.time_zone.unwrap_or(Zone::UTC);
    Issued::preview(row, format!("/instruments/{id}/preview"), (&call.language, zone), call.now)
}

/// The version that came before one, of those of its name.
pub fn version_before<'v>(of: &'v [InstrumentView], id: &InstrumentId) -> Option<&'v InstrumentView> {
    // Newest first.
    of.iter().skip_while(|view| view.id != *id).nth(1)
}

/// What is different between an instrument and another one, the version before it if none is named.
pub fn instrument_difference_read(call: &Call<'_>, id: &InstrumentId, from: Option<&InstrumentId>) -> Result<DifferenceView> {
    let permit = call.reach(UseCase::instrument_difference_read)?;
    let (before, after) = permit.read(|db| {
        let after = store::instrument(db, id)?;
        let before = match from {
            Some(from) => from.clone(),
            None => {
                let of: Vec<InstrumentView> = store::instrument_versions(db, &after.head.name)?.into_iter().map(Into::into).collect();
                version_before(&of, id).map(|view| view.id.clone()).ok_or_else(|| Error::field("from", "no_version_before"))?
            }
        };
        Ok((store::instrument(db, &before)?, after))
    })?;
    let (old, new) = (instrument::compile(&before.questionnaire)?, instrument::compile(&after.questionnaire)?);
    let (old_rules, new_rules) = (instrument::rules(&before.measures)?, instrument::rules(&after.measures)?);
    let difference = difference((old.questionnaire(), &old_rules), (new.questionnaire(), &new_rules));
    Ok(DifferenceView::of(before.head.into(), after.head.into(), difference))
}
