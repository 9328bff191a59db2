//! Conflicts of interest: declared by experts for everywhere, set and dismissed by coordinators for the
//! rounds that they reach, derived from offices and countries.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::json;

use super::found::{self, places_of};
use super::guard::{Bound, conflict};
use super::inviting::tell_coordinators;
use crate::ground::error::Checks;
use crate::ground::ids::{CityId, ConflictId, PersonId, RoundId, SubmissionId};
use crate::ground::limits::{Limit, Limits};
use crate::ground::{Error, Given, Result};
use crate::mail::letter::Link;
use crate::people::actions::name_of;
use crate::people::call::Call;
use crate::people::policy::{self, Reach, UseCase};
use crate::reviews::conflict::{ConflictKind, ConflictSource, ConflictState, derived};
use crate::reviews::messages::ReviewStopped;
use crate::reviews::problems::{CONFLICT_DECLARED, OWN_CITY};
use crate::reviews::store::{self, ConflictRow, ReviewRow};
use crate::reviews::views::ConflictView;
use crate::rounds;
use crate::rounds::place::{City, Place};
use crate::store::Db;

/// Every conflict of an expert with a city within reach: on record, dismissed, and derived from what
/// is known. What holds for one round is seen by whoever reaches that round; what is about a city that the caller is
/// bound to, by others and by the expert themself, for who says so was perhaps asked.
pub fn conflict_list(call: &Call<'_>, id: &PersonId) -> Result<Vec<ConflictView>> {
    let permit = found::expert(call, UseCase::conflict_list, id)?;
    let reach = call.reach(UseCase::conflict_list)?;
    let same_country = call.service.config.reviews.same_country_is_conflict;
    permit.read(|db| {
        let expert = store::expert(db, id)?.expert()?;
        let recorded = store::conflicts_of(db, std::slice::from_ref(id))?;
        let names: BTreeMap<RoundId, String> = rounds::store::rounds_within(db, &reach)?.into_iter().map(|r| (r.id, r.name)).collect();
        let there = rounds::store::cities_in_rounds(db, &reach.rounds.keys().cloned().collect::<Vec<_>>())?;
        let bound = Bound::of_caller(call, db)?;
        let for_caller = |city: &City| policy::owns(&call.caller, id) || !bound.bars_somewhere(&city.id);
        let mut views = Vec::new();
        for city in rounds::store::cities_within(db, &reach)?.into_iter().filter(for_caller) {
            let of_city = || recorded.iter().filter(|r| r.city_id == city.id);
            let (own, general): (Vec<&ConflictRow>, Vec<&ConflictRow>) = of_city().partition(|r| r.round_id.is_some());
            let rounds: BTreeSet<&RoundId> = there.iter().filter(|(_, c)| *c == city.id).map(|(r, _)| r).collect();
            // Where each round within reach has decided for itself, the rest does not matter there.
            let decided = |kind: ConflictKind| {
                let mut rounds = rounds.iter();
                !reach.is_everything() && rounds.len() > 0 && rounds.all(|r| own.iter().any(|o| o.kind == kind && o.round_id.as_ref() == Some(*r)))
            };
            let declared = |kind: ConflictKind| general.iter().any(|r| r.kind == kind && r.is_declared());
            let view = |kind, source, state: ConflictState, note: &str, round: Option<&RoundId>| ConflictView {
                person_id: id.clone(),
                city_id: city.id.clone(),
                city: city.name.clone(),
                kind,
                source,
                state,
                note: note.to_owned(),
                round_id: round.cloned(),
                round: round.and_then(|r| names.get(r).cloned()),
                may_dismiss: state == ConflictState::Active && source != ConflictSource::Declared && !declared(kind),
            };
            let fresh = derived(&expert, &permit.offices, &city, same_country);
            let shown = general.iter().filter(|r| r.is_declared() || !decided(r.kind));
            views.extend(shown.map(|r| view(r.kind, r.source, r.state, &r.note, None)));
            let seen = own.iter().filter(|r| r.round_id.as_ref().is_some_and(|round| names.contains_key(round)));
            views.extend(seen.map(|r| view(r.kind, r.source, r.state, &r.note, r.round_id.as_ref())));
            let fresh = fresh.into_iter().filter(|k| !general.iter().any(|r| r.kind == *k) && !decided(*k));
            views.extend(fresh.map(|k| view(k, ConflictSource::Derived, ConflictState::Active, "", None)));
        }
        Ok(views)
    })
}

/// Where what is said about a conflict holds: everywhere, or in these rounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Where {
    Everywhere,
    In(Vec<RoundId>),
}

impl Where {
    fn ids(&self) -> &[RoundId] {
        match self {
            Self::Everywhere => &[],
            Self::In(rounds) => rounds,
        }
    }
}

/// The city, and where a coordinator's word about it holds. Errors: `city_id` where the city is not
/// within reach, which is not told apart from one that is not there.
fn city_within(db: &mut Db, reach: &Reach, id: &CityId) -> Result<(City, Where)> {
    let city = city_there(db, id)?;
    if reach.is_everything() {
        return Ok((city, Where::Everywhere));
    }
    let there = rounds::store::cities_in_rounds(db, &reach.rounds.keys().cloned().collect::<Vec<_>>())?;
    let rounds: Vec<RoundId> = there.into_iter().filter(|(_, c)| c == id).map(|(round, _)| round).collect();
    if rounds.is_empty() { Err(Error::field("city_id", "unknown_choice")) } else { Ok((city, Where::In(rounds))) }
}

fn city_there(db: &mut Db, id: &CityId) -> Result<City> {
    rounds::store::city(db, id).map_err(|e| unknown(e, "city_id"))
}

/// What is not there is no choice.
fn unknown(error: Error, field: &str) -> Error {
    if matches!(error, Error::NotFound(_)) { Error::field(field, "unknown_choice") } else { error }
}

/// Who judges a city is not decided by somebody of that city. Errors: `own_city`.
fn not_of_the_city(call: &Call<'_>, db: &mut Db, city: &CityId, place: &Where) -> Result<()> {
    let bound = Bound::of_caller(call, db)?;
    let bars = match place {
        Where::Everywhere => bound.bars_somewhere(city),
        Where::In(rounds) => rounds.iter().any(|round| bound.bars(round, city)),
    };
    if bars { Err(Error::Forbidden(OWN_CITY)) } else { Ok(()) }
}

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConflictDeclare {
    #[schema(value_type = CityId)]
    pub city_id: Given<CityId>,
    #[schema(value_type = ConflictKind)]
    pub kind: Given<ConflictKind>,
    #[serde(default)]
    pub note: String,
}

/// Longest note and reason, in characters.
pub const NOTE_MAX: usize = 1000;

impl ConflictDeclare {
    pub const LIMITS: Limits = &[("note", Limit::Optional(NOTE_MAX))];
}

/// Puts a conflict on record: by the expert for everywhere, by a coordinator for the rounds that they
/// reach.
pub fn conflict_declare(call: &Call<'_>, person: &PersonId, input: &ConflictDeclare) -> Result<Vec<ConflictView>> {
    let permit = found::expert(call, UseCase::conflict_declare, person)?;
    let reach = call.reach(UseCase::conflict_declare)?;
    let mut checks = Checks::new();
    let (city, kind) = (checks.given("city_id", &input.city_id), checks.given("kind", &input.kind));
    let note = checks.optional_text("note", &input.note, NOTE_MAX, true);
    let (city, kind) = checks.complete(city.zip(kind))?;
    permit.write(|db| {
        store::expert(db, person)?;
        let (city, place, source) = if policy::owns(&call.caller, person) {
            (city_there(db, &city)?, Where::Everywhere, ConflictSource::Declared)
        } else {
            let (city, place) = city_within(db, &reach, &city)?;
            // Nor is a review stopped by somebody of that city.
            not_of_the_city(call, db, &city.id, &place)?;
            (city, place, ConflictSource::Coordinator)
        };
        let there = store::reviews_held_by(db, person)?;
        let submissions: Vec<SubmissionId> = there.iter().map(|r| r.submission_id.clone()).collect();
        let places = places_of(db, &submissions)?;
        // Those that go on so far: of a review that had stopped already nobody is told again.
        let mut going_on = Vec::new();
        for row in &there {
            let holds = place == Where::Everywhere || place.ids().contains(&row.round_id);
            if let Some(at) = places.get(&row.submission_id).filter(|at| holds && at.city.id == city.id)
                && conflict(call, db, person, at)?.is_none()
            {
                going_on.push((row, at));
            }
        }
        declare(call, db, &Said { person, city: &city.id, kind, source, note: &note, place: &place })?;
        for (row, at) in going_on {
            stopped(call, db, row, at)?;
        }
        let names: BTreeMap<RoundId, String> = rounds::store::rounds_within(db, &reach)?.into_iter().map(|r| (r.id, r.name)).collect();
        let view = |round: Option<&RoundId>| ConflictView {
            person_id: person.clone(),
            city_id: city.id.clone(),
            city: city.name.clone(),
            kind,
            source,
            state: ConflictState::Active,
            note: note.clone(),
            round_id: round.cloned(),
            round: round.and_then(|r| names.get(r).cloned()),
            may_dismiss: source != ConflictSource::Declared,
        };
        Ok(match &place {
            Where::Everywhere => vec![view(None)],
            Where::In(rounds) => rounds.iter().map(|round| view(Some(round))).collect(),
        })
    })
}

/// Something said about a conflict.
pub(super) struct Said<'a> {
    pub person: &'a PersonId,
    pub city: &'a CityId,
    pub kind: ConflictKind,
    pub source: ConflictSource,
    pub note: &'a str,
    pub place: &'a Where,
}

impl Said<'_> {
    fn row(&self, call: &Call<'_>, round: Option<&RoundId>, state: ConflictState) -> ConflictRow {
        ConflictRow {
            id: ConflictId::new(&*call.service.clock, &*call.service.chance),
            person_id: self.person.clone(),
            city_id: self.city.clone(),
            kind: self.kind,
            source: self.source,
            note: self.note.to_owned(),
            state,
            created_at: call.now,
            round_id: round.cloned(),
        }
    }

    /// Whether it stands like this wherever it is to hold.
    fn is_on_record(&self, there: &[ConflictRow]) -> bool {
        let same = |r: &ConflictRow| r.is_active() && r.source == self.source && r.note == self.note;
        let at = |round: Option<&RoundId>| there.iter().find(|r| r.round_id.as_ref() == round).is_some_and(same);
        match self.place {
            Where::Everywhere => at(None) && there.iter().all(ConflictRow::is_active),
            Where::In(rounds) => rounds.iter().all(|round| at(Some(round))),
        }
    }

    /// Rows for where nothing is on record yet.
    fn missing(&self, call: &Call<'_>, there: &[ConflictRow], state: ConflictState) -> Vec<ConflictRow> {
        let lacks = |round: Option<&RoundId>| !there.iter().any(|r| r.round_id.as_ref() == round);
        match self.place {
            Where::Everywhere => lacks(None).then(|| self.row(call, None, state)).into_iter().collect(),
            Where::In(rounds) => rounds.iter().filter(|r| lacks(Some(r))).map(|r| self.row(call, Some(r), state)).collect(),
        }
    }
}

fn ids<'r>(rows: impl Iterator<Item = &'r ConflictRow>) -> Vec<ConflictId> {
    rows.map(|r| r.id.clone()).collect()
}

/// Tells the coordinators that a review has stopped, because a conflict of interest was found.
pub(super) fn stopped(call: &Call<'_>, db: &mut Db, row: &ReviewRow, place: &Place) -> Result<()> {
    let expert = name_of(call, db, &row.person_id)?;
    tell_coordinators(call, db, row, place, |to| ReviewStopped {
        expert: expert.clone(),
        city: place.city.name.get(&to.language).to_owned(),
        round: place.round.name.clone(),
        submitted: row.submitted_at.is_some(),
        link: Link::to(&format!("/rounds/{}/assignments", row.round_id)),
    })
}

/// Records a conflict inside a transaction; one dismissed before stands again. What is on record like that already
/// is not said again.
pub(super) fn declare(call: &Call<'_>, db: &mut Db, said: &Said<'_>) -> Result<()> {
    let there = store::conflicts_between(db, said.person, said.city, said.kind)?;
    if said.is_on_record(&there) {
        return Ok(());
    }
    let detail = json!({"city_id": said.city, "source": said.source, "round_ids": said.place.ids()});
    call.audit(db, UseCase::conflict_declare, said.person, &detail)?;
    let active = ConflictState::Active;
    match said.place {
        Where::Everywhere => {
            // What the expert said stays theirs, words included; so do the words of a round, but for why it was
            // dismissed there.
            let kept = |r: &&ConflictRow| r.round_id.is_some() || r.source == ConflictSource::Declared && said.source != ConflictSource::Declared;
            let dismissed = |r: &&ConflictRow| kept(r) && r.state == ConflictState::Dismissed;
            store::conflicts_set(db, &ids(there.iter().filter(dismissed)), active, None, Some(said.note))?;
            store::conflicts_set(db, &ids(there.iter().filter(|r| !kept(r))), active, Some(said.source), Some(said.note))?;
        }
        Where::In(rounds) => {
            let here = there.iter().filter(|r| r.round_id.as_ref().is_some_and(|round| rounds.contains(round)));
            store::conflicts_set(db, &ids(here), active, Some(said.source), Some(said.note))?;
        }
    }
    store::conflicts_insert(db, &said.missing(call, &there, active))
}

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConflictDismiss {
    pub city_id: CityId,
    pub kind: ConflictKind,
    /// Why it does not matter here; kept.
    pub reason: String,
    /// The round to dismiss it for; absent: every round within reach.
    #[serde(default)]
    pub round_id: Option<RoundId>,
}

impl ConflictDismiss {
    pub const LIMITS: Limits = &[("reason", Limit::Text(NOTE_MAX))];
}

/// Dismisses a conflict, derived or on record, for a round or for those within reach; it stays so. What
/// experts declared themselves cannot be dismissed: ask them.
pub fn conflict_dismiss(call: &Call<'_>, person: &PersonId, input: &ConflictDismiss) -> Result<()> {
    let permit = found::expert(call, UseCase::conflict_dismiss, person)?;
    let reach = call.reach(UseCase::conflict_dismiss)?;
    let mut checks = Checks::new();
    let reason = checks.text("reason", &input.reason, NOTE_MAX, true);
    checks.done()?;
    let same_country = call.service.config.reviews.same_country_is_conflict;
    permit.write(|db| {
        // Whoever had an office may be no expert: then there is nothing but what is on record.
        let expert = store::experts_of(db, std::slice::from_ref(person))?.first().map(store::ExpertRow::expert).transpose()?;
        let offices = found::known(db, person)?.offices;
        let (city, reached) = city_within(db, &reach, &input.city_id)?;
        let place = match &input.round_id {
            Some(round) if reached != Where::Everywhere && !reached.ids().contains(round) => return Err(Error::field("round_id", "unknown_choice")),
            Some(round) if !rounds::store::cities_of_rounds(db, std::slice::from_ref(round))?.contains(&city.id) => {
                return Err(Error::field("round_id", "unknown_choice"));
            }
            Some(round) => Where::In(vec![round.clone()]),
            None => reached,
        };
        not_of_the_city(call, db, &city.id, &place)?;
        // Nor is one's own conflict dismissed by oneself, whatever it follows from.
        if call.caller.person.as_ref() == Some(person) {
            return Err(Error::Forbidden(OWN_CITY));
        }
        // Writers of the audit wait for each other: from here on nobody declares or dismisses meanwhile.
        permit.audit(db, person, &json!({"city_id": city.id, "round_ids": place.ids()}))?;
        let there = store::conflicts_between(db, person, &city.id, input.kind)?;
        if there.iter().any(|r| r.source == ConflictSource::Declared) {
            return Err(Error::Conflict(CONFLICT_DECLARED));
        }
        let here = |r: &&ConflictRow| place == Where::Everywhere || r.round_id.as_ref().is_some_and(|round| place.ids().contains(round));
        let general = there.iter().find(|r| r.round_id.is_none());
        let found = match &expert {
            Some(expert) => derived(expert, &offices, &city, same_country).contains(&input.kind),
            None => input.kind == ConflictKind::SameCity && offices.contains(&city.id),
        };
        let holds = there.iter().any(|r| here(&r)) || general.is_some() || found;
        if !holds {
            return Err(Error::NotFound("conflict"));
        }
        // Dismissed for all, a round's own words stay beside it.
        let (own, others): (Vec<_>, Vec<_>) = there.iter().filter(here).partition(|r| r.round_id.is_none() || place != Where::Everywhere);
        store::conflicts_set(db, &ids(own.into_iter()), ConflictState::Dismissed, None, Some(&reason))?;
        store::conflicts_set(db, &ids(others.into_iter()), ConflictState::Dismissed, None, None)?;
        // A round says for itself that what holds everywhere does not matter to it.
        if found || general.is_some() {
            let source = general.map_or(ConflictSource::Derived, |r| r.source);
            let said = Said { person, city: &city.id, kind: input.kind, source, note: &reason, place: &place };
            store::conflicts_insert(db, &said.missing(call, &there, ConflictState::Dismissed))?;
        }
        Ok(())
    })
}
