//! Experts and their conflicts of interest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::framework;
use crate::framework::catalogue::Catalogue;
use crate::ground::error::Checks;
use crate::ground::ids::{CityId, ConflictId, PersonId};
use crate::ground::{Country, Email, Error, Given, Language, Result, Text, Zone};
use crate::people;
use crate::people::account::Details;
use crate::people::actions::{grant_ensure, person_ensure};
use crate::people::call::Call;
use crate::people::identity::{PersonState, Role, ScopeKind, Target};
use crate::people::policy;
use crate::people::policy::UseCase;
use crate::people::store::PersonRow;
use crate::reviews::conflict::{ConflictKind, ConflictSource, ConflictState, derived};
use crate::reviews::expert::{Expert, ExpertInput, Facts};
use crate::reviews::store::{self, ConflictRow, ExpertRow};
use crate::rounds;
use crate::store::Db;
use crate::web::paging::{Listing, PageAt};
use crate::web::texts::nearest;

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ExpertView {
    pub person_id: PersonId,
    pub name: String,
    pub email: Email,
    pub languages: Vec<Language>,
    pub countries: Vec<Country>,
    /// Codes of areas; none means all alike.
    pub areas: Vec<String>,
    /// Most reviews in one round.
    pub load_max: i32,
    pub affiliation: String,
    pub version: i32,
}

impl ExpertView {
    fn of(row: &ExpertRow, person: &PersonRow) -> Result<Self> {
        let Expert { person_id, facts: e } = row.expert()?;
        Ok(Self {
            person_id,
            name: person.name.clone(),
            email: person.email.clone(),
            languages: e.languages,
            countries: e.countries,
            areas: e.areas,
            load_max: e.load_max,
            affiliation: e.affiliation,
            version: row.version,
        })
    }
}

/// A new expert, perhaps a person who has no account yet.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpertAdd {
    #[schema(value_type = Email)]
    pub email: Given<Email>,
    pub name: String,
    /// Language of mails; the first of `languages` when absent.
    #[serde(default)]
    #[schema(value_type = Option<Language>)]
    pub language: Option<Given<Language>>,
    #[schema(value_type = Vec<Language>)]
    pub languages: Vec<Given<Language>>,
    #[schema(value_type = Vec<Country>)]
    pub countries: Vec<Given<Country>>,
    #[serde(default)]
    pub areas: Vec<String>,
    pub load_max: i32,
    #[serde(default)]
    pub affiliation: String,
}

impl ExpertAdd {
    fn expert(&self) -> ExpertInput {
        ExpertInput {
            languages: self.languages.clone(),
            countries: self.countries.clone(),
            areas: self.areas.clone(),
            load_max: self.load_max,
            affiliation: self.affiliation.clone(),
        }
    }
}

pub fn expert_list(call: &Call<'_>, at: &PageAt) -> Result<Listing<ExpertView>> {
    policy::reach(&call.caller, UseCase::expert_list)?;
    call.read(|db| {
        let rows = store::experts(db, at)?;
        let people = people_of(db, &rows.iter().map(|r| r.person_id.clone()).collect::<Vec<_>>())?;
        let views = rows.iter().filter_map(|r| people.get(&r.person_id).map(|p| ExpertView::of(r, p))).collect::<Result<Vec<_>>>()?;
        Ok(Listing::of(views, at, |v| v.person_id.to_string()))
    })
}

fn people_of(db: &mut Db, ids: &[PersonId]) -> Result<BTreeMap<PersonId, PersonRow>> {
    Ok(people::store::people_by_ids(db, ids)?.into_iter().map(|p| (p.id.clone(), p)).collect())
}

pub fn expert_read(call: &Call<'_>, id: &PersonId) -> Result<ExpertView> {
    policy::reach(&call.caller, UseCase::expert_read)?;
    call.read(|db| ExpertView::of(&store::expert(db, id)?, &people::store::person(db, id)?))
}

/// The newest published catalogue, against which areas are checked.
fn newest_catalogue(db: &mut Db) -> Result<Option<Catalogue>> {
    framework::store::newest_published(db)?.map(|f| f.read_catalogue()).transpose()
}

/// Nobody whose account is disabled is made an expert, or kept as one: they would never be asked.
fn not_disabled(person: &PersonRow, field: &str) -> Result<()> {
    if person.state == PersonState::Disabled { Err(Error::field(field, "account_disabled")) } else { Ok(()) }
}

/// Experts serve every round, so any coordinator may keep the list.
fn coordinates(call: &Call<'_>, use_case: UseCase) -> Result<()> {
    policy::reach(&call.caller, use_case).map(drop)
}

/// Adds an expert; somebody who is known by the address keeps their account and name.
pub fn expert_add(call: &Call<'_>, input: &ExpertAdd) -> Result<ExpertView> {
    coordinates(call, UseCase::expert_add)?;
    let mut checks = Checks::new();
    let email = checks.word("email", &input.email);
    let name = checks.text("name", &input.name, 120, false);
    let language = input.language.as_ref().and_then(|given| checks.word("language", given));
    let person = checks.complete(email);
    let facts = call.read(newest_catalogue).and_then(|c| input.expert().checked(c.as_ref()));
    let (email, facts) = both(person, facts)?;
    call.write(|db| {
        let wanted = language.as_ref().or(facts.languages.first()).unwrap_or(Language::english());
        let details = Details { name: name.clone(), language: nearest(wanted), time_zone: Zone::UTC };
        let person = person_ensure(call, db, &email, &details)?;
        not_disabled(&person, "email")?;
        let row = keep(call, db, &person.id, &facts, None)?;
        call.audit(db, UseCase::expert_add, &person.id, &json!({"languages": facts.languages, "load_max": facts.load_max}))?;
        ExpertView::of(&row, &person)
    })
}

/// Every field error of two checks at once.
fn both<T, U>(one: Result<T>, two: Result<U>) -> Result<(T, U)> {
    match (one, two) {
        (Ok(one), Ok(two)) => Ok((one, two)),
        (Err(Error::Invalid(mut a)), Err(Error::Invalid(b))) => {
            a.extend(b);
            Err(Error::Invalid(a))
        }
        (Err(e), _) | (_, Err(e)) => Err(e),
    }
}

/// Writes what is said about an expert; `expected` is the version read, 0 or none for a new one.
fn keep(call: &Call<'_>, db: &mut Db, id: &PersonId, facts: &Facts, expected: Option<i32>) -> Result<ExpertRow> {
    let expected = expected.unwrap_or(0);
    let row = ExpertRow::of(id, facts, expected.saturating_add(1), call.now)?;
    if expected == 0 {
        store::expert_insert(db, &row)?;
        grant_ensure(call, db, id, Role::Expert, ScopeKind::Instance, "")?;
    } else {
        store::expert_update(db, &row, expected)?;
    }
    store::expert(db, id)
}

/// Changes what is said about an expert, or makes a known person one (`expected` 0).
pub fn expert_save(call: &Call<'_>, id: &PersonId, expected: i32, input: ExpertInput) -> Result<ExpertView> {
    coordinates(call, UseCase::expert_save)?;
    let facts = call.read(newest_catalogue).and_then(|c| input.checked(c.as_ref()))?;
    call.write(|db| {
        let person = people::store::person(db, id)?;
        not_disabled(&person, "person_id")?;
        let row = keep(call, db, id, &facts, Some(expected))?;
        call.audit(db, UseCase::expert_save, id, &json!({"languages": facts.languages, "load_max": facts.load_max, "version": row.version}))?;
        ExpertView::of(&row, &person)
    })
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ConflictView {
    pub person_id: PersonId,
    pub city_id: CityId,
    pub city: Text,
    pub kind: ConflictKind,
    pub source: ConflictSource,
    pub state: ConflictState,
    pub note: String,
}

/// Every conflict of an expert: on record, dismissed, and derived from what is known.
pub fn conflict_list(call: &Call<'_>, id: &PersonId) -> Result<Vec<ConflictView>> {
    coordinates(call, UseCase::conflict_list)?;
    let same_country = call.service.config.reviews.same_country_is_conflict;
    call.read(|db| {
        let expert = store::expert(db, id)?.expert()?;
        let recorded = store::conflicts_of(db, std::slice::from_ref(id))?;
        let offices: Vec<CityId> = store::offices(db, std::slice::from_ref(id))?.into_iter().map(|(_, c)| c).collect();
        let cities = rounds::store::cities_all(db)?;
        let mut views = Vec::new();
        for city in &cities {
            let mine: Vec<&ConflictRow> = recorded.iter().filter(|r| r.city_id == city.id).collect();
            let view = |kind, source, state, note: &str| ConflictView {
                person_id: id.clone(),
                city_id: city.id.clone(),
                city: city.name.clone(),
                kind,
                source,
                state,
                note: note.to_owned(),
            };
            views.extend(mine.iter().map(|r| view(r.kind, r.source, r.state, &r.note)));
            let fresh = derived(&expert, &offices, city, same_country).into_iter().filter(|k| !mine.iter().any(|r| r.kind == *k));
            views.extend(fresh.map(|k| view(k, ConflictSource::Derived, ConflictState::Active, "")));
        }
        Ok(views)
    })
}

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConflictDeclare {
    pub city_id: CityId,
    pub kind: ConflictKind,
    #[serde(default)]
    pub note: String,
}

/// Puts a conflict on record, by a coordinator or by the expert.
pub fn conflict_declare(call: &Call<'_>, person: &PersonId, input: &ConflictDeclare) -> Result<ConflictView> {
    let owner = call.caller.person.as_ref() == Some(person);
    // Of nobody's round: a coordinator of any round keeps the experts' records.
    if !call.caller.has_role(Role::Coordinator) {
        call.authorise(UseCase::conflict_declare, &Target::owned_by(person))?;
    }
    let source = if owner { ConflictSource::Declared } else { ConflictSource::Coordinator };
    let mut checks = Checks::new();
    let note = checks.optional_text("note", &input.note, 1000, true);
    checks.done()?;
    call.write(|db| {
        store::expert(db, person)?;
        let city = rounds::store::city(db, &input.city_id)?;
        declare(call, db, person, &city.id, input.kind, source, &note)?;
        Ok(ConflictView {
            person_id: person.clone(),
            city_id: city.id,
            city: city.name,
            kind: input.kind,
            source,
            state: ConflictState::Active,
            note: note.clone(),
        })
    })
}

/// Records a conflict inside a transaction; one dismissed before stands again.
pub(super) fn declare(
    call: &Call<'_>,
    db: &mut Db,
    person: &PersonId,
    city: &CityId,
    kind: ConflictKind,
    source: ConflictSource,
    note: &str,
) -> Result<()> {
    match store::conflict_of(db, person, city, kind)? {
        // What the expert said stays theirs, words included.
        Some(row) if row.source == ConflictSource::Declared && source != ConflictSource::Declared => {
            store::conflict_set(db, &row.id, ConflictState::Active, ConflictSource::Declared, &row.note)?;
        }
        Some(row) => store::conflict_set(db, &row.id, ConflictState::Active, source, note)?,
        None => insert(call, db, person, city, kind, source, ConflictState::Active, note)?,
    }
    call.audit(db, UseCase::conflict_declare, person, &json!({"city_id": city, "kind": kind, "source": source}))
}

#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
fn insert(
    call: &Call<'_>,
    db: &mut Db,
    person: &PersonId,
    city: &CityId,
    kind: ConflictKind,
    source: ConflictSource,
    state: ConflictState,
    note: &str,
) -> Result<()> {
    let row = ConflictRow {
        id: ConflictId::new(&*call.service.clock, &*call.service.chance),
        person_id: person.clone(),
        city_id: city.clone(),
        kind,
        source,
        note: note.to_owned(),
        state,
        created_at: call.now,
    };
    store::conflict_insert(db, &row)
}

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConflictDismiss {
    pub city_id: CityId,
    pub kind: ConflictKind,
    /// Why it does not matter here; kept.
    pub reason: String,
}

/// Dismisses a conflict, derived or on record; a derived one stays dismissed. What experts declared
/// themselves cannot be dismissed: ask them.
pub fn conflict_dismiss(call: &Call<'_>, person: &PersonId, input: &ConflictDismiss) -> Result<()> {
    coordinates(call, UseCase::conflict_dismiss)?;
    let mut checks = Checks::new();
    let reason = checks.text("reason", &input.reason, 1000, true);
    checks.done()?;
    let same_country = call.service.config.reviews.same_country_is_conflict;
    call.write(|db| {
        let expert = store::expert(db, person)?.expert()?;
        let city = rounds::store::city(db, &input.city_id)?;
        match store::conflict_of(db, person, &city.id, input.kind)? {
            Some(row) if row.source == ConflictSource::Declared => return Err(Error::Conflict("conflict_declared")),
            Some(row) => store::conflict_set(db, &row.id, ConflictState::Dismissed, row.source, &reason)?,
            None => {
                let offices: Vec<CityId> = store::offices(db, std::slice::from_ref(person))?.into_iter().map(|(_, c)| c).collect();
                if !derived(&expert, &offices, &city, same_country).contains(&input.kind) {
                    return Err(Error::NotFound("conflict"));
                }
                insert(call, db, person, &city.id, input.kind, ConflictSource::Derived, ConflictState::Dismissed, &reason)?;
            }
        }
        call.audit(db, UseCase::conflict_dismiss, person, &json!({"city_id": city.id, "kind": input.kind, "reason": reason}))
    })
}

/// What the pages of experts offer to choose from.
pub struct ExpertContext {
    /// Code and label of every area of the newest catalogue.
    pub areas: Vec<(String, Text)>,
    pub cities: Vec<(CityId, Text)>,
}

pub fn expert_context(call: &Call<'_>) -> Result<ExpertContext> {
    coordinates(call, UseCase::expert_read)?;
    call.read(|db| {
        let areas = newest_catalogue(db)?.map(|c| c.areas).unwrap_or_default();
        Ok(ExpertContext {
            areas: areas.into_iter().map(|a| (a.code, a.label)).collect(),
            cities: rounds::store::cities_all(db)?.into_iter().map(|c| (c.id, c.name)).collect(),
        })
    })
}
