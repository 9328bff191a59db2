//! Experts and conflicts of interest.

use diesel::prelude::*;
use serde::Serialize;

use crate::ground::ids::{CityId, ConflictId, PersonId, RoundId};
use crate::ground::{Country, Error, Language, Result, UtcTime};
use crate::reviews::conflict::{ConflictKind, ConflictSource, ConflictState, Recorded};
use crate::reviews::expert::{Expert, Facts};
use crate::store::Db;
use crate::store::db::{changed, found};
use crate::store::schema::{conflict, expert};
use crate::web::paging::PageAt;
use crate::{on_each, sql_text};

sql_text!(ConflictKind, |s: String| s.parse());
sql_text!(ConflictSource, |s: String| s.parse());
sql_text!(ConflictState, |s: String| s.parse());

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = expert)]
pub struct ExpertRow {
    pub person_id: PersonId,
    /// Lists as JSON.
    pub languages: String,
    pub countries: String,
    pub areas: String,
    pub load_max: i32,
    pub affiliation: String,
    pub version: i32,
    pub created_at: UtcTime,
}

fn list<T>(json: &str, of: fn(String) -> T) -> Result<Vec<T>> {
    let stored: Vec<String> = serde_json::from_str(json).map_err(Error::internal)?;
    Ok(stored.into_iter().map(of).collect())
}

fn json(list: &impl Serialize) -> Result<String> {
    serde_json::to_string(list).map_err(Error::internal)
}

impl ExpertRow {
    pub fn expert(&self) -> Result<Expert> {
        Ok(Expert {
            person_id: self.person_id.clone(),
            facts: Facts {
                languages: list(&self.languages, Language::from_stored)?,
                countries: list(&self.countries, Country::from_stored)?,
                areas: list(&self.areas, |area| area)?,
                load_max: self.load_max,
                affiliation: self.affiliation.clone(),
            },
        })
    }

    pub fn of(person: &PersonId, facts: &Facts, version: i32, created_at: UtcTime) -> Result<Self> {
        Ok(Self {
            person_id: person.clone(),
            languages: json(&facts.languages)?,
            countries: json(&facts.countries)?,
            areas: json(&facts.areas)?,
            load_max: facts.load_max,
            affiliation: facts.affiliation.clone(),
            version,
            created_at,
        })
    }
}

pub fn expert(db: &mut Db, id: &PersonId) -> Result<ExpertRow> {
    found(expert::table.find(id).select(ExpertRow::as_select()).first(db), "expert")
}

/// A page of the records of some people, and one more.
pub fn experts(db: &mut Db, people: &[PersonId], at: &PageAt<PersonId>) -> Result<Vec<ExpertRow>> {
    let mut query = expert::table.filter(expert::person_id.eq_any(people.to_vec())).select(ExpertRow::as_select()).into_boxed();
    if let Some(after) = &at.after {
        query = query.filter(expert::person_id.gt(after.clone()));
    }
    Ok(query.order(expert::person_id.asc()).limit(at.limit + 1).load(db)?)
}

/// The records of some people; of those who have none nothing is there.
pub fn experts_of(db: &mut Db, people: &[PersonId]) -> Result<Vec<ExpertRow>> {
    let mine = expert::table.filter(expert::person_id.eq_any(people));
    Ok(mine.order(expert::person_id.asc()).select(ExpertRow::as_select()).load(db)?)
}

pub fn expert_insert(db: &mut Db, row: &ExpertRow) -> Result<()> {
    diesel::insert_into(expert::table).values(row).execute(db)?;
    Ok(())
}

/// Replaces an expert's facts if the version is still `expected`.
pub fn expert_update(db: &mut Db, row: &ExpertRow, expected: i32) -> Result<()> {
    let rows = diesel::update(expert::table.find(&row.person_id).filter(expert::version.eq(expected)))
        .set((
            expert::languages.eq(&row.languages),
            expert::countries.eq(&row.countries),
            expert::areas.eq(&row.areas),
            expert::load_max.eq(row.load_max),
            expert::affiliation.eq(&row.affiliation),
            expert::version.eq(expected.saturating_add(1)),
        ))
        .execute(db)?;
    if rows == 1 {
        return Ok(());
    }
    let current = self::expert(db, &row.person_id)?.version;
    changed(rows, current)
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = conflict)]
pub struct ConflictRow {
    pub id: ConflictId,
    pub person_id: PersonId,
    pub city_id: CityId,
    pub kind: ConflictKind,
    pub source: ConflictSource,
    /// What was said when it was set, or why it was dismissed.
    pub note: String,
    pub state: ConflictState,
    pub created_at: UtcTime,
    /// The round that it holds for; none for all.
    pub round_id: Option<RoundId>,
}

impl ConflictRow {
    /// Whether the expert says so themself, for everywhere.
    pub fn is_declared(&self) -> bool {
        self.source == ConflictSource::Declared && self.state == ConflictState::Active
    }

    pub fn is_active(&self) -> bool {
        self.state == ConflictState::Active
    }

    pub fn recorded(&self) -> Recorded {
        Recorded { kind: self.kind, source: self.source, state: self.state, of_round: self.round_id.is_some() }
    }
}

/// Conflicts on record of some people, dismissed ones and those of every round included.
pub fn conflicts_of(db: &mut Db, people: &[PersonId]) -> Result<Vec<ConflictRow>> {
    Ok(conflict::table.filter(conflict::person_id.eq_any(people)).order(conflict::id.asc()).select(ConflictRow::as_select()).load(db)?)
}

/// What is on record of one kind between an expert and a city, of every round.
pub fn conflicts_between(db: &mut Db, person: &PersonId, city: &CityId, kind: ConflictKind) -> Result<Vec<ConflictRow>> {
    let all = conflict::table.filter(conflict::person_id.eq(person)).filter(conflict::city_id.eq(city)).filter(conflict::kind.eq(kind));
    Ok(all.order(conflict::id.asc()).select(ConflictRow::as_select()).load(db)?)
}

pub fn conflicts_insert(db: &mut Db, rows: &[ConflictRow]) -> Result<()> {
    on_each!(db, c => diesel::insert_into(conflict::table).values(rows).execute(c))?;
    Ok(())
}

/// Turns conflicts into a state; whose word it is and what was said change where they are given.
pub fn conflicts_set(db: &mut Db, ids: &[ConflictId], state: ConflictState, source: Option<ConflictSource>, note: Option<&str>) -> Result<()> {
    let rows = conflict::table.filter(conflict::id.eq_any(ids));
    let said = (conflict::state.eq(state), source.map(|s| conflict::source.eq(s)), note.map(|n| conflict::note.eq(n)));
    diesel::update(rows).set(said).execute(db)?;
    Ok(())
}

/// Deletes what is said about an expert: the record, and the words of conflicts. That there were conflicts stays, for
/// it says why somebody did not review.
pub fn expert_unsay(db: &mut Db, person: &PersonId) -> Result<()> {
    diesel::delete(expert::table.find(person)).execute(db)?;
    diesel::update(conflict::table.filter(conflict::person_id.eq(person))).set(conflict::note.eq("")).execute(db)?;
    Ok(())
}
