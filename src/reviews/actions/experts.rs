//! Experts: who can be asked, in which rounds, and what is said about them.
//!
//! An expert serves in the scope of a grant: in all rounds or in one. Nothing said for one round
//! changes another: facts change only by whoever reaches every round that they count in.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use super::found::{self, serving};
use super::moves::{countries_move, expert_moves};
use crate::framework::catalogue::Catalogue;
use crate::ground::error::Checks;
use crate::ground::ids::{PersonId, RoundId};
use crate::ground::limits::{Limit, Limits};
use crate::ground::{Country, Email, Error, Given, Language, Result, Zone};
use crate::people::account::{self, Details};
use crate::people::actions::{RoleMove, grant_ensure, person_ensure};
use crate::people::call::Call;
use crate::people::identity::{PersonState, Role, ScopeKind};
use crate::people::policy::{Reach, UseCase};
use crate::people::store::PersonRow;
use crate::reviews::expert::{AFFILIATION_MAX, ExpertInput, LOAD_MOST, MOST_AREAS, MOST_WORDS, Serves};
use crate::reviews::problems::EXPERT_ELSEWHERE;
use crate::reviews::store::{self, ExpertRow};
use crate::reviews::views::{ExpertAdded, ExpertContext, ExpertView};
use crate::store::Db;
use crate::web::paging::{Listing, PageAt};
use crate::web::texts::nearest;
use crate::{framework, people, rounds};

/// A new expert, perhaps a person who has no account yet.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpertAdd {
    #[schema(value_type = Email)]
    pub email: Given<Email>,
    pub name: String,
    /// Language of mails; the first of `languages` when absent.
    #[schema(value_type = Language, required = false)]
    pub language: Given<Language>,
    #[schema(value_type = Vec<Language>)]
    pub languages: Vec<Given<Language>>,
    #[schema(value_type = Vec<Country>)]
    pub countries: Vec<Given<Country>>,
    #[serde(default)]
    pub areas: Vec<String>,
    #[schema(value_type = i32)]
    pub load_max: Given<i32>,
    #[serde(default)]
    pub affiliation: String,
    /// The round to serve in; absent: all rounds, or the one round that the caller runs.
    #[schema(value_type = RoundId, required = false)]
    pub round_id: Given<RoundId>,
}

impl ExpertAdd {
    pub const LIMITS: Limits = &[
        ("name", Limit::Text(account::NAME_MAX)),
        ("languages", Limit::Items(MOST_WORDS)),
        ("countries", Limit::Items(MOST_WORDS)),
        ("areas", Limit::Items(MOST_AREAS)),
        ("load_max", Limit::Number(0, LOAD_MOST as i64)),
        ("affiliation", Limit::Optional(AFFILIATION_MAX)),
    ];
}

impl ExpertAdd {
    fn facts(&self) -> ExpertInput {
        ExpertInput {
            languages: self.languages.clone(),
            countries: self.countries.clone(),
            areas: self.areas.clone(),
            load_max: self.load_max.clone(),
            affiliation: self.affiliation.clone(),
        }
    }
}

/// Experts who serve in a round within reach.
pub fn expert_list(call: &Call<'_>, at: &PageAt<PersonId>) -> Result<Listing<ExpertView>> {
    let reach = call.reach(UseCase::expert_list)?;
    reach.read(|db| {
        let ids: Vec<PersonId> = serving(db)?.into_iter().filter(|(_, serves)| serves.touches(&reach)).map(|(id, _)| id).collect();
        let rows = Listing::of(store::experts(db, &ids, at)?, at, |r| r.person_id.to_string());
        let ids: Vec<PersonId> = rows.items.iter().map(|r| r.person_id.clone()).collect();
        let people: BTreeMap<PersonId, PersonRow> = people::store::people_by_ids(db, &ids)?.into_iter().map(|p| (p.id.clone(), p)).collect();
        let views = rows.items.iter().filter_map(|r| people.get(&r.person_id).map(|p| ExpertView::of(r, p)));
        Ok(Listing { items: views.collect::<Result<_>>()?, next_cursor: rows.next_cursor })
    })
}

pub fn expert_read(call: &Call<'_>, id: &PersonId) -> Result<ExpertView> {
    let permit = found::expert(call, UseCase::expert_read, id)?;
    let may_save = call.reach(UseCase::expert_save).is_ok_and(|reach| permit.serves.is_within(&reach));
    let view = permit.read(|db| ExpertView::of(&store::expert(db, id)?, &people::store::person(db, id)?))?;
    Ok(ExpertView { may_save, ..view })
}

/// The newest published catalogue, against which areas are checked.
fn newest_catalogue(db: &mut Db) -> Result<Option<Catalogue>> {
    framework::store::newest_published(db)?.map(|f| f.read_catalogue()).transpose()
}

/// The round that an expert is added for, of those within reach; `None`: all rounds.
fn round_of(reach: &Reach, db: &mut Db, checks: &mut Checks, wanted: &Given<RoundId>) -> Result<Option<RoundId>> {
    let mut own = reach.rounds.keys();
    match (checks.given_or_none("round_id", wanted), wanted) {
        (Some(round), _) => {
            // A round outside of the caller's reach is not told apart from one that is not there.
            let there = rounds::store::rounds_within(db, reach)?.iter().any(|r| r.id == round);
            checks.require(there, "round_id", "unknown_choice");
            Ok(Some(round))
        }
        (None, Given::Absent) if !reach.is_everything() => {
            let only = own.next().filter(|_| own.next().is_none());
            checks.require(only.is_some(), "round_id", "required");
            Ok(only.cloned())
        }
        (None, _) => Ok(None),
    }
}

/// Adds an expert for a round or for all; somebody who is known by the address keeps their account,
/// their name, and what is on record about them.
pub fn expert_add(call: &Call<'_>, input: &ExpertAdd) -> Result<ExpertAdded> {
    let reach = call.reach(UseCase::expert_add)?;
    let mut checks = Checks::new();
    let name = checks.text("name", &input.name, account::NAME_MAX, false);
    let email = checks.word("email", &input.email);
    let language = if input.language == Given::Absent { None } else { checks.word("language", &input.language) };
    let (facts, round) = reach.read(|db| {
        let catalogue = newest_catalogue(db)?;
        Ok((input.facts().checked(&mut checks, catalogue.as_ref()), round_of(&reach, db, &mut checks, &input.round_id)?))
    })?;
    let (email, facts) = checks.complete(email.zip(facts))?;
    let language = nearest(language.as_ref().or(facts.languages.first()).unwrap_or(Language::english()));
    reach.write(|db| {
        let details = Details { name: name.clone(), language: language.clone(), time_zone: Zone::UTC };
        let person = person_ensure(call, db, &email, &details)?;
        let serves = serving(db)?.remove(&person.id).unwrap_or_default();
        // Of an account outside of the caller's reach nothing is told, not even that it is closed.
        if serves.touches(&reach) {
            not_disabled(&person, "email")?;
        }
        let on_record = !store::experts_of(db, std::slice::from_ref(&person.id))?.is_empty();
        if on_record && serves.covers(round.as_ref()) {
            return Err(Error::field("email", "already_exists_here"));
        }
        let (kind, scope) = round.as_ref().map_or((ScopeKind::Instance, ""), |round| (ScopeKind::Round, round.as_str()));
        if grant_ensure(call, db, &person.id, Role::Expert, kind, scope)? {
            expert_moves(call, db, &RoleMove { person: &person.id, role: Role::Expert, kind, scope_id: scope, given: true })?;
        }
        if !on_record {
            store::expert_insert(db, &ExpertRow::of(&person.id, &facts, 1, call.now)?)?;
        }
        let said = json!({"round_id": round, "on_record": on_record});
        reach.audit(db, &person.id, &said)?;
        Ok(ExpertAdded { person_id: person.id, email: email.clone(), on_record })
    })
}

/// Nobody whose account is disabled is made an expert, or kept as one: they would never be asked.
fn not_disabled(person: &PersonRow, field: &str) -> Result<()> {
    if person.state == PersonState::Disabled { Err(Error::field(field, "account_disabled")) } else { Ok(()) }
}

/// Changes what is said about an expert, or says it for the first time (`expected` 0) of somebody who
/// was given the role. Gives no role.
pub fn expert_save(call: &Call<'_>, id: &PersonId, expected: i32, input: ExpertInput) -> Result<ExpertView> {
    let permit = found::expert(call, UseCase::expert_save, id)?;
    if !call.reach(UseCase::expert_save).is_ok_and(|reach| permit.serves.is_within(&reach)) {
        return Err(Error::Forbidden(EXPERT_ELSEWHERE));
    }
    let mut checks = Checks::new();
    let facts = permit.read(|db| Ok(input.checked(&mut checks, newest_catalogue(db)?.as_ref())))?;
    let facts = checks.complete(facts)?;
    permit.write(|db| {
        // Where they serve may be otherwise by now.
        let serves = found::known(db, id)?.serves;
        if !call.reach(UseCase::expert_save).is_ok_and(|reach| serves.is_within(&reach)) {
            return Err(Error::Forbidden(EXPERT_ELSEWHERE));
        }
        let person = people::store::person(db, id)?;
        not_disabled(&person, "person_id")?;
        if let Some(before) = store::experts_of(db, std::slice::from_ref(id))?.first() {
            countries_move(call, db, id, &before.expert()?.facts.countries, &facts.countries)?;
        }
        let said = json!({"version": expected.saturating_add(1)});
        let row = ExpertRow::of(id, &facts, expected.saturating_add(1), call.now)?;
        match expected {
            // Without the role nobody is an expert; giving it is another use case.
            0 if serves == Serves::default() => return Err(Error::NotFound("expert")),
            0 => store::expert_insert(db, &row)?,
            _ => store::expert_update(db, &row, expected)?,
        }
        permit.audit(db, id, &said)?;
        Ok(ExpertView { may_save: true, ..ExpertView::of(&store::expert(db, id)?, &person)? })
    })
}

/// What the pages of experts offer to choose from.
pub fn expert_context(call: &Call<'_>) -> Result<ExpertContext> {
    let reach = call.reach(UseCase::expert_list)?;
    let adding = call.reach(UseCase::expert_add).ok();
    reach.read(|db| {
        let areas = newest_catalogue(db)?.map(|c| c.areas).unwrap_or_default();
        Ok(ExpertContext {
            areas: areas.into_iter().map(|a| (a.code, a.label)).collect(),
            cities: rounds::store::cities_within(db, &reach)?.into_iter().map(|c| (c.id, c.name)).collect(),
            rounds: match &adding {
                Some(reach) => rounds::store::rounds_within(db, reach)?.into_iter().map(|r| (r.id, r.name)).collect(),
                None => Vec::new(),
            },
            everywhere: adding.as_ref().is_some_and(|reach| reach.is_everything()),
            may_add: adding.is_some(),
        })
    })
}
