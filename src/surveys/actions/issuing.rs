//! Surveys: issue an instrument to a participation, open, close, list, poster.

use chrono::{Duration, NaiveDate};
use serde_json::json;

use crate::ground::error::Checks;
use crate::ground::ids::{InstrumentId, ParticipationId, SurveyId};
use crate::ground::problems::CLOSED;
use crate::ground::secrets::random_token;
use crate::ground::{Error, FieldError, Given, Result, UtcTime, Zone};
use crate::people::call::{Call, Permit};
use crate::people::policy::UseCase;
use crate::rounds;
use crate::rounds::place::{Place, RoundState};
use crate::store::db::changed;
use crate::store::{Db, audit};
use crate::surveys::estimates;
use crate::surveys::instrument::InstrumentState;
use crate::surveys::jobs;
use crate::surveys::poster;
use crate::surveys::problems::{SURVEY_INVITED, SURVEY_SEALED};
use crate::surveys::reliance::Reliance;
use crate::surveys::store::editions::{self, EditionRow};
use crate::surveys::store::{self, SurveyRow};
use crate::surveys::survey::{self, Mode, Privacy, Standing, SurveyState};
use crate::surveys::views::{InstrumentView, Poster, SurveyChange, SurveyInput, SurveyView, WindowInput};
use crate::web::paging::{Listing, PageAt};

/// How long a survey may be open at most.
const MOST_DAYS: i64 = 3 * 366;
/// How long after its end a list of those invited is kept: if nothing was said, and at most.
const LIST_KEPT: i64 = 30;
const LIST_DAYS: i64 = 366;

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
        let gate = row.gate(place.round.state);
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
            opens_at: row.opens_at,
            closes_at: row.closes_at,
            privacy: row.privacy,
            list_until: row.list_until,
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
    checks.require(input.mode != Mode::Agency, "mode", "mode_not_available");
    let invites = input.mode == Mode::Invitation;
    let privacy = checks.given_or_none("privacy", &input.privacy).unwrap_or(Privacy::Anonymous);
    checks.require(invites || privacy == Privacy::Anonymous, "privacy", "privacy_by_link");
    let zone = place.as_ref().map_or(Zone::UTC, |place| place.city.time_zone);
    let window = Window::of(call, &mut checks, (&input.opens_on, &input.closes_on, &input.list_until), invites, zone);
    let contact = contact(&mut checks, input.contact.as_ref());
    checks.done()?;
    let (Some(place), Some(instrument_id)) = (place, instrument) else { return Err(Error::internal("a survey of nothing")) };
    let Window { opens_at, closes_at, list_until } = window;
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
        privacy,
        opens_at,
        key_seed: invites.then(|| random_token(&*call.service.chance)),
        list_until,
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

/// When a survey takes answers, and how long those invited are known.
struct Window {
    opens_at: Option<UtcTime>,
    closes_at: Option<UtcTime>,
    list_until: Option<NaiveDate>,
}

type Days<'a> = (&'a Given<NaiveDate>, &'a Given<NaiveDate>, &'a Given<NaiveDate>);

impl Window {
    /// Days as they were given, in a zone. A survey that `invites` has an end, and a day after it on which its list is
    /// erased.
    fn of(call: &Call<'_>, checks: &mut Checks, (opens, closes, list): Days<'_>, invites: bool, zone: Zone) -> Self {
        let closes_absent = matches!(closes, Given::Absent);
        // Days far from now are refused before anything is reckoned with them.
        let (first, last) = (call.now.minus(Duration::days(2)).date(), call.now.plus(Duration::days(MOST_DAYS)).date());
        let mut day = |field: &str, given: &Given<NaiveDate>, last: NaiveDate| {
            let day = checks.given_or_none(field, given);
            if day.is_some_and(|day| day > last) {
                checks.push(FieldError::new(field, "closes_too_late").with("last", last));
            }
            checks.require(day.is_none_or(|day| day >= first), field, "in_the_past");
            day.filter(|day| (first..=last).contains(day))
        };
        let (opens, closes) = (day("opens_on", opens, last), day("closes_on", closes, last));
        let list_last = closes.map_or(last, |closes| closes + Duration::days(LIST_DAYS));
        let list_until = day("list_until", list, list_last);
        let closes_at = closes.map(|day| UtcTime::end_of_day(day, zone));
        let opens_at = opens.map(|day| UtcTime::end_of_day(day - Duration::days(1), zone).plus(Duration::seconds(1)));
        checks.require(closes_at.is_none_or(|end| end > call.now), "closes_on", "in_the_past");
        checks.require(opens.zip(closes).is_none_or(|(opens, closes)| opens <= closes), "closes_on", "before_begin");
        if !invites {
            checks.require(list_until.is_none(), "list_until", "privacy_by_link");
            return Self { opens_at, closes_at, list_until: None };
        }
        checks.require(!closes_absent, "closes_on", "required");
        checks.require(list_until.zip(closes).is_none_or(|(list, closes)| list > closes), "list_until", "before_end");
        Self { opens_at, closes_at, list_until: list_until.or(closes.map(|closes| closes + Duration::days(LIST_KEPT))) }
    }
}

/// A survey for whoever may move its days, with the zone that they are in.
pub fn survey_days(call: &Call<'_>, id: &SurveyId) -> Result<(SurveyView, Zone)> {
    let permit = survey_for(call, UseCase::survey_reschedule, id)?;
    permit.read(|db| Ok((view(call, db, permit.0.clone(), &permit.1)?, permit.1.city.time_zone)))
}

/// Moves the days of a survey that has not ended. Answers that came stay; so does what was promised: an end or a day
/// of erasure that was given can be moved, not taken away.
pub fn survey_reschedule(call: &Call<'_>, id: &SurveyId, input: &WindowInput) -> Result<SurveyView> {
    let permit = survey_for(call, UseCase::survey_reschedule, id)?;
    let (_, place) = &*permit;
    permit.write(|db| {
        let mut row = store::survey(db, id)?;
        if row.gate(place.round.state).standing(call.now) == Standing::Over {
            return Err(Error::Conflict(CLOSED));
        }
        let invites = row.mode == Mode::Invitation;
        let kept = |given: &Given<NaiveDate>, before: Option<NaiveDate>| match (given, before) {
            (Given::Absent, Some(before)) => Given::Value(before),
            _ => given.clone(),
        };
        let zone = place.city.time_zone;
        let closes = kept(&input.closes_on, row.closes_at.map(|end| end.local_date(zone)));
        let mut checks = Checks::new();
        // A first day that has passed already is no mistake where it is the one that there was.
        let begun = row.opens_at.filter(|begin| input.opens_on.value() == Some(&begin.local_date(zone)));
        let opens = if begun.is_some() { Given::Absent } else { input.opens_on.clone() };
        let window = Window::of(call, &mut checks, (&opens, &closes, &input.list_until), invites, zone);
        // Nobody is told one day, and kept until a later one: by the first page, or by a letter.
        let told = row.opened_at.is_some() || !audit::last_done(db, &[id.as_str()], &[UseCase::letter_read])?.is_empty();
        let promised = row.list_until.filter(|_| told);
        let list_until = match (&input.list_until, promised) {
            (Given::Absent, Some(promised)) => Some(promised),
            _ => window.list_until,
        };
        // Whoever is answering is not told that it has not begun.
        let runs = row.gate(place.round.state).standing(call.now) == Standing::Open;
        checks.require(!runs || window.opens_at.is_none_or(|begin| begin <= call.now), "opens_on", "begun_already");
        checks.require(promised.zip(list_until).is_none_or(|(promised, until)| until <= promised), "list_until", "later_than_promised");
        checks.require(list_until.zip(closes.value()).is_none_or(|(until, closes)| until > *closes), "list_until", "before_end");
        checks.done()?;
        (row.opens_at, row.closes_at, row.list_until) = (begun.or(window.opens_at), window.closes_at, list_until);
        row.version += 1;
        store::survey_turn(db, &row)?;
        let detail = json!({"opens_at": row.opens_at, "closes_at": row.closes_at, "list_until": row.list_until});
        permit.audit(db, id, &detail)?;
        row.closes_at.filter(|_| row.state == SurveyState::Open).map_or(Ok(()), |due| jobs::ask(db, id, due, call.now))?;
        rounds::actions::changed(call.service, db, &row.participation_id, call.now)?;
        view(call, db, row, place)
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
            if row.mode == Mode::Invitation && (row.state == SurveyState::Closed || ended) {
                return Err(Error::Conflict(SURVEY_INVITED));
            }
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
