//! Surveys: issue an instrument to a participation, open, close, list, poster.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::reading::Poster;
use crate::ground::error::Checks;
use crate::ground::ids::{CityId, InstrumentId, ParticipationId, RoundId, SurveyId};
use crate::ground::{Error, Result, Text, UtcTime};
use crate::people::call::Call;
use crate::people::identity::{Role, ScopeKind};
use crate::people::policy;
use crate::people::policy::UseCase;
use crate::rounds;
use crate::rounds::place::{Place, RoundState};
use crate::store::Db;
use crate::surveys::instrument::InstrumentState;
use crate::surveys::poster;
use crate::surveys::store::{self, SurveyRow};
use crate::surveys::survey::{self, Gate, Mode, Standing, SurveyState};
use crate::web::paging::{Listing, PageAt};

/// A survey as typed or sent.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SurveyInput {
    pub participation_id: ParticipationId,
    pub instrument_id: InstrumentId,
    /// `open_link`: whoever has the link may answer.
    pub mode: Mode,
    /// The last day on which answers are taken, in the city's time zone.
    #[schema(value_type = Option<String>)]
    pub closes_on: Option<NaiveDate>,
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
    #[schema(value_type = Option<String>)]
    pub opened_at: Option<UtcTime>,
    #[schema(value_type = Option<String>)]
    pub closes_at: Option<UtcTime>,
    pub responses: i64,
    pub version: i32,
}

/// Looks a survey up and asks the policy about it.
pub(super) fn survey_for(call: &Call<'_>, use_case: UseCase, id: &SurveyId) -> Result<(SurveyRow, Place)> {
    // Strangers learn nothing from the difference between "not there" and "not yours".
    if call.caller.is_anonymous() {
        return Err(Error::Unauthenticated("unauthenticated"));
    }
    let (row, place) = call.read(|db| {
        let row = store::survey(db, id)?;
        let place = rounds::store::place(db, &row.participation_id)?;
        Ok((row, place))
    })?;
    call.authorise(use_case, &place.target().survey(id))?;
    Ok((row, place))
}

/// Views of surveys whose places are known; all else is looked up at once.
fn views(call: &Call<'_>, db: &mut Db, rows: Vec<SurveyRow>, places: &[Place]) -> Result<Vec<SurveyView>> {
    let ids: Vec<SurveyId> = rows.iter().map(|row| row.id.clone()).collect();
    let instruments: Vec<InstrumentId> = rows.iter().map(|row| row.instrument_id.clone()).collect();
    let counts = store::response_counts(db, &ids)?;
    let heads = store::instrument_heads(db, &instruments)?;
    let view = |row: SurveyRow| {
        let place = places.iter().find(|place| place.participation == row.participation_id)?;
        let gate = Gate { state: row.state, closes_at: row.closes_at, round: place.round.state };
        Some(SurveyView {
            round_id: place.round.id.clone(),
            round: place.round.name.clone(),
            city_id: place.city.id.clone(),
            city: place.city.name.clone(),
            title: heads.get(&row.instrument_id).and_then(|head| serde_json::from_str(&head.title).ok()).unwrap_or_default(),
            link: call.service.link(&format!("/s/{}", row.slug)),
            taking_answers: gate.standing(call.now) == Standing::Open,
            responses: counts.get(&row.id).copied().unwrap_or(0),
            id: row.id,
            participation_id: row.participation_id,
            instrument_id: row.instrument_id,
            slug: row.slug,
            mode: row.mode,
            state: row.state,
            opened_at: row.opened_at,
            closes_at: row.closes_at,
            version: row.version,
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
    let place = rounds::actions::place_for(call, UseCase::survey_issue, &input.participation_id)?;
    let mut checks = Checks::new();
    let instrument = call.read(|db| store::instrument(db, &input.instrument_id));
    let published = instrument.is_ok_and(|row| row.head.state == InstrumentState::Published);
    checks.require(published, "instrument_id", "instrument_not_published");
    checks.require(input.mode == Mode::OpenLink, "mode", "mode_not_available");
    let closes_at = input.closes_on.map(|day| UtcTime::end_of_day(day, place.city.time_zone));
    checks.require(input.closes_on.is_none() || closes_at.is_some_and(|end| end > call.now), "closes_on", "in_the_past");
    checks.done()?;
    if place.round.state == RoundState::Closed {
        return Err(Error::Conflict("closed"));
    }
    let mut random = [0; 6];
    call.service.chance.fill(&mut random);
    let row = SurveyRow {
        id: SurveyId::new(&*call.service.clock, &*call.service.chance),
        participation_id: place.participation.clone(),
        instrument_id: input.instrument_id.clone(),
        slug: survey::slug(&place.city.slug, random),
        mode: input.mode,
        state: SurveyState::Draft,
        opened_at: None,
        closes_at,
        version: 1,
        created_at: call.now,
    };
    call.write(|db| {
        store::survey_insert(db, &row)?;
        call.audit(db, UseCase::survey_issue, &row.id, &json!({"participation": row.participation_id, "instrument": row.instrument_id}))?;
        view(call, db, row, &place)
    })
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
    let (_, place) = survey_for(call, use_case, id)?;
    call.write(|db| {
        let mut row = store::survey(db, id)?;
        let ended = row.closes_at.is_some_and(|end| end <= call.now);
        if row.state == to && !(ended && to == SurveyState::Open) {
            return view(call, db, row, &place);
        }
        if to == SurveyState::Open && place.round.state == RoundState::Closed {
            return Err(Error::Conflict("closed"));
        }
        if to == SurveyState::Open {
            row.opened_at = row.opened_at.or(Some(call.now));
            row.closes_at = row.closes_at.filter(|_| !ended);
        }
        row.state = to;
        row.version += 1;
        store::survey_turn(db, &row)?;
        call.audit(db, use_case, id, &json!({}))?;
        view(call, db, row, &place)
    })
}

pub fn survey_read(call: &Call<'_>, id: &SurveyId) -> Result<SurveyView> {
    let (row, place) = survey_for(call, UseCase::survey_read, id)?;
    call.read(|db| view(call, db, row, &place))
}

/// Surveys within the caller's scopes, newest first.
pub fn survey_list(call: &Call<'_>, at: &PageAt) -> Result<Listing<SurveyView>> {
    policy::reach(&call.caller, UseCase::survey_list)?;
    call.read(|db| {
        let roles: Vec<Role> = UseCase::survey_list.rule().by.iter().map(|by| by.role).collect();
        let everywhere = call.caller.grants.iter().any(|g| roles.contains(&g.role) && g.scope_kind == ScopeKind::Instance);
        let rows = if everywhere {
            store::surveys(db, None, at.after.as_deref(), at.limit + 1)?
        } else {
            let mut places = Vec::new();
            let mut ids = Vec::new();
            for role in &roles {
                let reach = policy::reach(&call.caller, UseCase::survey_list)?;
                let there = rounds::store::places_within(db, &reach, RoundState::ALL)?;
                places.extend(there.into_iter().map(|place| place.participation));
                ids.extend(call.caller.scopes(*role, ScopeKind::Survey).into_iter().map(|id| SurveyId::from_stored(id.to_owned())));
            }
            store::surveys(db, Some((&places, &ids)), at.after.as_deref(), at.limit + 1)?
        };
        let page = Listing::of(rows, at, |row| row.id.to_string());
        let wanted: Vec<ParticipationId> = page.items.iter().map(|row| row.participation_id.clone()).collect();
        let places = rounds::store::places(db, &wanted)?;
        Ok(Listing { items: views(call, db, page.items, &places)?, next_cursor: page.next_cursor })
    })
}

/// The participations to which the caller may issue a survey, and the instruments to choose from.
pub fn issuable_places(call: &Call<'_>) -> Result<(Vec<Place>, Vec<super::InstrumentView>)> {
    policy::reach(&call.caller, UseCase::survey_issue)?;
    call.read(|db| {
        let reach = policy::reach(&call.caller, UseCase::survey_issue)?;
        let open = rounds::store::places_within(db, &reach, &[RoundState::Draft, RoundState::Open])?;
        let instruments = store::instruments_published(db)?.into_iter().map(Into::into).collect();
        Ok((open, instruments))
    })
}

/// What a poster shows: the address, its QR code, and in which languages.
pub fn survey_poster(call: &Call<'_>, id: &SurveyId) -> Result<Poster> {
    let (row, place) = survey_for(call, UseCase::survey_poster, id)?;
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
