//! A corrected translation during fieldwork: a survey takes over a newer version of its questionnaire.

use serde_json::json;

use super::issuing::{not_closed, survey_for, view};
use crate::ground::error::Checks;
use crate::ground::ids::{InstrumentId, SurveyId};
use crate::ground::problems::CONFLICT;
use crate::ground::{Error, Result};
use crate::people::call::Call;
use crate::people::policy::UseCase;
use crate::store::Db;
use crate::surveys::edition;
use crate::surveys::instrument::{self, InstrumentState};
use crate::surveys::problems::SURVEY_SEALED;
use crate::surveys::store::editions::{self, EditionRow};
use crate::surveys::store::{self, InstrumentHead, InstrumentRow};
use crate::surveys::views::{EditionInput, EditionView, InstrumentView, SurveyView};
use crate::web::paging::Listing;
use forms::questionnaire::difference;

/// The editions of a survey, the first one first.
pub fn survey_edition_list(call: &Call<'_>, id: &SurveyId) -> Result<Listing<EditionView>> {
    let permit = survey_for(call, UseCase::survey_edition_list, id)?;
    permit.read(|db| {
        let rows = editions::editions(db, id)?;
        let ids: Vec<InstrumentId> = rows.iter().map(|row| row.instrument_id.clone()).collect();
        let mut heads = store::instrument_heads(db, &ids)?;
        let label = |row: &EditionRow, heads: &mut std::collections::HashMap<InstrumentId, InstrumentHead>| {
            heads.get(&row.instrument_id).map_or_else(String::new, |head| head.version_label.clone())
        };
        let items = rows
            .into_iter()
            .map(|row| EditionView {
                version_label: label(&row, &mut heads),
                edition: row.edition,
                instrument_id: row.instrument_id,
                since: row.since,
            })
            .collect();
        Ok(Listing { items, next_cursor: None })
    })
}

/// The versions that a survey could take over, newest first: published, of the same name, newer than its own.
pub fn revisable(call: &Call<'_>, id: &SurveyId) -> Result<Vec<InstrumentView>> {
    let permit = survey_for(call, UseCase::survey_revise, id)?;
    permit.read(|db| {
        let own = store::instrument(db, &permit.0.instrument_id)?.head;
        let newer = store::instrument_versions(db, &own.name)?.into_iter().filter(|head| is_newer(head, &own));
        Ok(newer.map(Into::into).collect())
    })
}

fn is_newer(head: &InstrumentHead, own: &InstrumentHead) -> bool {
    head.state == InstrumentState::Published && (head.created_at, &head.id) > (own.created_at, &own.id)
}

/// Why a survey cannot take a version over; `None` where it can.
fn refusal(own: &InstrumentRow, new: &InstrumentRow) -> Result<Option<&'static str>> {
    if new.head.state != InstrumentState::Published {
        return Ok(Some("instrument_not_published"));
    }
    if new.head.name != own.head.name {
        return Ok(Some("not_a_version"));
    }
    if !is_newer(&new.head, &own.head) {
        return Ok(Some("version_not_newer"));
    }
    let (old, compiled) = (instrument::compile(&own.questionnaire)?, instrument::compile(&new.questionnaire)?);
    let (old_rules, rules) = (instrument::rules(&own.measures)?, instrument::rules(&new.measures)?);
    let only = difference((old.questionnaire(), &old_rules), (compiled.questionnaire(), &rules)).is_texts_only();
    Ok((!only).then_some("version_asks_otherwise"))
}

/// From the next day on, where the survey is, its questions are asked in the words of a newer version that differs in
/// words alone. Who is in the middle of answering goes on; answers know which edition they were given to.
pub fn survey_revise(call: &Call<'_>, id: &SurveyId, input: &EditionInput) -> Result<SurveyView> {
    let permit = survey_for(call, UseCase::survey_revise, id)?;
    let (before, place) = &*permit;
    let mut checks = Checks::new();
    let wanted = checks.given("instrument_id", &input.instrument_id);
    checks.done()?;
    let Some(wanted) = wanted else { return Err(Error::internal("an edition of nothing")) };
    if wanted == before.instrument_id {
        return permit.read(|db| view(call, db, before.clone(), place));
    }
    let reach = call.reach(UseCase::survey_revise)?;
    let of = |db: &mut Db| Ok((store::instrument(db, &before.instrument_id)?, store::instrument(db, &wanted)));
    let (own, new) = reach.read(of)?;
    let refused = new.map_or(Ok(Some("instrument_not_published")), |new| refusal(&own, &new))?;
    if let Some(code) = refused {
        return Err(Error::field("instrument_id", code));
    }
    permit.write(|db| {
        not_closed(db, place)?;
        let mut row = store::survey(db, id)?;
        if row.sealed_at.is_some() {
            return Err(Error::Conflict(SURVEY_SEALED));
        }
        // What was compared is what it has, and the other one was not retired a moment ago.
        if row.instrument_id != before.instrument_id || store::instrument(db, &wanted)?.head.state != InstrumentState::Published {
            return Err(Error::Conflict(CONFLICT));
        }
        let since = edition::begins(row.state, call.now, place.city.time_zone);
        // One that would begin on the same day is answered by nobody, and another one takes its place.
        let pending = editions::editions(db, id)?.pop().filter(|last| last.since == Some(since));
        if let Some(pending) = &pending {
            editions::edition_remove(db, id, pending.edition)?;
        }
        row.edition = pending.map_or(row.edition + 1, |pending| pending.edition);
        row.instrument_id = wanted.clone();
        row.version += 1;
        editions::edition_insert(db, &EditionRow { survey_id: id.clone(), edition: row.edition, instrument_id: wanted.clone(), since: Some(since) })?;
        editions::survey_revise(db, &row)?;
        permit.audit(db, id, &json!({"instrument": wanted, "edition": row.edition}))?;
        view(call, db, row, place)
    })
}
