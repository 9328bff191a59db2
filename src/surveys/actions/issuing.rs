//! Surveys: issue an instrument to a participation, open, close, list, poster.

use chrono::Duration;
use serde_json::json;

use crate::ground::error::Checks;
use crate::ground::ids::{InstrumentId, ParticipationId, SurveyId};
use crate::ground::problems::CLOSED;
use crate::ground::{Error, FieldError, Result, UtcTime};
use crate::people::call::{Call, Permit};
use crate::people::policy::UseCase;
use crate::rounds;
use crate::rounds::place::{Place, RoundState};
use crate::store::Db;
use crate::store::db::changed;
use crate::surveys::estimates;
use crate::surveys::instrument::InstrumentState;
use crate::surveys::jobs;
use crate::surveys::poster;
use crate::surveys::problems::SURVEY_SEALED;
use crate::surveys::reliance::Reliance;
use crate::surveys::store::editions::{self, EditionRow};
use crate::surveys::store::{self, SurveyRow};
use crate::surveys::survey::{self, Gate, Mode, Standing, SurveyState};
use crate::surveys::views::{InstrumentView, Poster, SurveyChange, SurveyInput, SurveyView};
use crate::web::paging::{Listing, PageAt};

/// How long a survey may be open at most.
const MOST_DAYS: i64 = 3 * 366;

/// A survey with its place, and the use case allowed to it.
pub(super) fn survey_for<'c>(call: &'c Call<'c>, use_case: UseCase, id: &SurveyId) -> Result<Permit<'c, (SurveyRow, Place)>> {
    call.find(use_case, |db| {
        let row = store::survey(db, id)?;
        let place = rounds::store::place(db, &row.participation_id)?;
        let target = place.target().survey(id);
        Ok(((row, place), target))
    })
}

/// Views of surveys whose places are known; all else is looked up at once.
fn views(call: &Call<'_>, db: &mut Db, rows: Vec<SurveyRow>, places: &[Place]) -> Result<Vec<SurveyView>> {
    let instruments: Vec<InstrumentId> = rows.iter().map(|row| row.instrument_id.clone()).collect();
    let counts = estimates::counts(call.service, db, call.now, &rows, places)?;
    let heads = store::instrument_heads(db, &instruments)?;
    let mut reliances = estimates::reliances(db, &rows)?;
    let view = |row: SurveyRow| {
        let place = places.iter().find(|place| place.participation == row.participation_id)?;
        let counted = counts.get(&row.id).copied().unwrap_or_default();
        let gate = Gate { state: row.state, closes_at: row.closes_at, round: place.round.state };
        Some(SurveyView {
            round_id: place.round.id.clone(),
            round: place.round.name.clone(),
            city_id: place.city.id.clone(),
            city: place.city.name.clone(),
            title: heads.get(&row.instrument_id).and_then(|head| serde_json::from_str(&head.title).ok()).unwrap_or_default(),
            link: call.service.link(&format!("/s/{}", row.slug)),
            taking_answers: gate.standing(call.now) == Standing::Open,
            responses: counted.responses,
            counted_until: counted.until,
            reliance: reliances.remove(&row.id).unwrap_or_else(|| Reliance::by_default(row.mode)),
            id: row.id,
            participation_id: row.participation_id,
            instrument_id: row.instrument_id,
            slug: row.slug,
            mode: row.mode,
            state: row.state,
            opened_at: row.opened_at,
            closes_at: row.closes_at,
            version: row.version,
            sealed_at: row.sealed_at,
            edition: row.edition,
            contact: row.contact,
        })
    };
    Ok(rows.into_iter().filter_map(view).collect())
}

pub(super) fn view(call: &Call<'_>, db: &mut Db, row: SurveyRow, place: &Place) -> Result<SurveyView> {
    views(call, db, vec![row], std::slice::from_ref(place))?.pop().ok_or(Error::NotFound("survey"))
}

/// Issues a published instrument to a participation. The survey does not take answers until it is
/// opened.
pub fn survey_issue(call: &Call<'_>, input: &SurveyInput) -> Result<SurveyView> {
    let mut checks = Checks::new();
    let id = checks.given("participation_id", &input.participation_id);
    let place = id.map(|id| rounds::actions::place_for(call, UseCase::survey_issue, &id)).transpose()?;
    let within = call.reach(UseCase::survey_issue)?;
    let instrument = checks.given("instrument_id", &input.instrument_id);
    let row = instrument.as_ref().map(|id| within.read(|db| store::instrument(db, id)));
    let published = row.is_none_or(|row| row.is_ok_and(|row| row.head.state == InstrumentState::Published));
    checks.require(published, "instrument_id", "instrument_not_published");
    checks.require(input.mode == Mode::OpenLink, "mode", "mode_not_available");
    let day = checks.given_or_none("closes_on", &input.closes_on);
    // Days far from now are refused before anything is reckoned with them.
    let (first, last) = (call.now.minus(Duration::days(2)).date(), call.now.plus(Duration::days(MOST_DAYS)).date());
    if day.is_some_and(|day| day > last) {
        checks.push(FieldError::new("closes_on", "closes_too_late").with("last", last));
    }
    checks.require(day.is_none_or(|day| day >= first), "closes_on", "in_the_past");
    let day = day.filter(|day| (first..=last).contains(day));
    let closes_at = place.as_ref().zip(day).map(|(place, day)| UtcTime::end_of_day(day, place.city.time_zone));
    checks.require(closes_at.is_none_or(|end| end > call.now), "closes_on", "in_the_past");
    let contact = contact(&mut checks, input.contact.as_ref());
    checks.done()?;
    let (Some(place), Some(instrument_id)) = (place, instrument) else { return Err(Error::internal("a survey of nothing")) };
    let mut random = [0; 6];
    call.service.chance.fill(&mut random);
    let row = SurveyRow {
        id: SurveyId::new(&*call.service.clock, &*call.service.chance),
        participation_id: place.participation.clone(),
        instrument_id,
        slug: survey::slug(&place.city.slug, random),
        mode: input.mode,
        state: SurveyState::Draft,
        opened_at: None,
        closes_at,
        version: 1,
        created_at: call.now,
        sealed_at: None,
        edition: 1,
        contact,
    };
    place.write(|db| {
        not_closed(db, &place)?;
        // It may have been retired a moment ago.
        if store::instrument(db, &row.instrument_id)?.head.state != InstrumentState::Published {
            return Err(Error::field("instrument_id", "instrument_not_published"));
        }
        store::survey_insert(db, &row)?;
        let first = EditionRow { survey_id: row.id.clone(), edition: 1, instrument_id: row.instrument_id.clone(), since: None };
        editions::edition_insert(db, &first)?;
        place.audit(db, &row.id, &json!({"participation": row.participation_id, "instrument": row.instrument_id}))?;
        rounds::actions::changed(call.service, db, &row.participation_id, call.now)?;
        view(call, db, row, &place)
    })
}

/// Whom citizens may ask, as it was typed.
fn contact(checks: &mut Checks, typed: Option<&String>) -> String {
    checks.optional_text("contact", typed.map_or("", String::as_str), SurveyInput::CONTACT_MAX, true)
}

/// A survey for whoever may say whom citizens ask.
pub fn survey_contact(call: &Call<'_>, id: &SurveyId) -> Result<SurveyView> {
    let permit = survey_for(call, UseCase::survey_update, id)?;
    permit.read(|db| view(call, db, permit.0.clone(), &permit.1))
}

/// Says whom citizens may ask; in whatever state the survey is.
pub fn survey_update(call: &Call<'_>, id: &SurveyId, expected: i32, input: &SurveyChange) -> Result<SurveyView> {
    let permit = survey_for(call, UseCase::survey_update, id)?;
    let mut checks = Checks::new();
    let contact = contact(&mut checks, input.contact.as_ref());
    checks.done()?;
    permit.write(|db| {
        let before = store::survey(db, id)?;
        changed(usize::from(before.version == expected), before.version)?;
        let row = SurveyRow { contact, version: expected.saturating_add(1), ..before };
        store::survey_turn(db, &row)?;
        permit.audit(db, id, &json!({"version": row.version}))?;
        view(call, db, row, &permit.1)
    })
}

/// Asked inside the transaction: the round may have closed a moment ago.
pub(super) fn not_closed(db: &mut Db, place: &Place) -> Result<()> {
    if rounds::store::round(db, &place.round.id)?.state == RoundState::Closed { Err(Error::Conflict(CLOSED)) } else { Ok(()) }
}

/// Takes answers from now on. A closed survey can be opened again; an end that has passed is lifted.
pub fn survey_open(call: &Call<'_>, id: &SurveyId) -> Result<SurveyView> {
    turn(call, UseCase::survey_open, id, SurveyState::Open)
}

/// Takes no more answers.
pub fn survey_close(call: &Call<'_>, id: &SurveyId) -> Result<SurveyView> {
    turn(call, UseCase::survey_close, id, SurveyState::Closed)
}

/// Turning a survey into the state that it is in is no error.
fn turn(call: &Call<'_>, use_case: UseCase, id: &SurveyId, to: SurveyState) -> Result<SurveyView> {
    let permit = survey_for(call, use_case, id)?;
    let (_, place) = &*permit;
    permit.write(|db| {
        let mut row = store::survey(db, id)?;
        let ended = row.closes_at.is_some_and(|end| end <= call.now);
        if row.state == to && !(ended && to == SurveyState::Open) {
            return view(call, db, row, place);
        }
        if to == SurveyState::Open {
            if row.sealed_at.is_some() {
                return Err(Error::Conflict(SURVEY_SEALED));
            }
            not_closed(db, place)?;
            row.opened_at = row.opened_at.or(Some(call.now));
            row.closes_at = row.closes_at.filter(|_| !ended);
        }
        row.state = to;
        row.version += 1;
        store::survey_turn(db, &row)?;
        permit.audit(db, id, &json!({}))?;
        // After the entry: whoever locks a job before the audit's head could wait for whoever does not.
        let due = if to == SurveyState::Closed { Some(call.now) } else { row.closes_at };
        due.map_or(Ok(()), |due| jobs::ask(db, id, due, call.now))?;
        rounds::actions::changed(call.service, db, &row.participation_id, call.now)?;
        view(call, db, row, place)
    })
}

pub fn survey_read(call: &Call<'_>, id: &SurveyId) -> Result<SurveyView> {
    let permit = survey_for(call, UseCase::survey_read, id)?;
    permit.read(|db| view(call, db, permit.0.clone(), &permit.1))
}

/// Surveys within the caller's reach, newest first.
pub fn survey_list(call: &Call<'_>, at: &PageAt<SurveyId>) -> Result<Listing<SurveyView>> {
    let permit = call.reach(UseCase::survey_list)?;
    permit.read(|db| {
        let page = Listing::of(store::surveys(db, &permit, at)?, at, |row| row.id.to_string());
        let wanted: Vec<ParticipationId> = page.items.iter().map(|row| row.participation_id.clone()).collect();
        let places = rounds::store::places(db, &wanted)?;
        Ok(Listing { items: views(call, db, page.items, &places)?, next_cursor: page.next_cursor })
    })
}

/// The participations to which the caller may issue a survey, and the instruments to choose from.
pub fn issuable_places(call: &Call<'_>) -> Result<(Vec<Place>, Vec<InstrumentView>)> {
    let permit = call.reach(UseCase::survey_issue)?;
    permit.read(|db| {
        let places = rounds::store::places_within(db, &permit, &[RoundState::Draft, RoundState::Open])?;
        let instruments = store::instruments_published(db)?.into_iter().map(Into::into).collect();
        Ok((places, instruments))
    })
}

/// What a poster shows: the address, its QR code, and in which languages.
pub fn survey_poster(call: &Call<'_>, id: &SurveyId) -> Result<Poster> {
    let (row, place) = survey_for(call, UseCase::survey_poster, id)?.into_row();
    let link = call.service.link(&format!("/s/{}", row.slug));
    Ok(Poster {
        qr: poster::qr(&link, &link)?,
        shown: link.split_once("://").map_or(link.as_str(), |(_, rest)| rest).to_owned(),
        link,
        city: place.city.name,
        city_language: place.city.language,
        closes_on: row.closes_at.map(|end| end.local_date(place.city.time_zone)),
        survey_id: row.id,
    })
}
