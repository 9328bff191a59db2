//! Surveys as scopes of grants, for the room of people to ask.

use std::collections::HashMap;

use diesel::prelude::*;

use super::SurveyRow;
use crate::ground::ids::{ParticipationId, SurveyId};
use crate::ground::{Result, Text};
use crate::people::identity::{ScopeKind, Target};
use crate::people::policy::Reach;
use crate::people::store::{Scope, ScopesOf};
use crate::rounds;
use crate::store::Db;
use crate::store::schema::survey;

pub const SURVEYS: ScopesOf = ScopesOf { kind: ScopeKind::Survey, named: surveys_named, within: surveys_within };

/// How many participations are asked for at once: SQLite takes so many values and no more.
const STEP: usize = 1000;

fn named(db: &mut Db, rows: Vec<SurveyRow>) -> Result<Vec<Scope>> {
    let ids: Vec<ParticipationId> = rows.iter().map(|row| row.participation_id.clone()).collect();
    let mut targets: HashMap<ParticipationId, Target> = HashMap::new();
    for ids in ids.chunks(STEP) {
        targets.extend(rounds::store::places(db, ids)?.into_iter().map(|place| (place.participation.clone(), place.target())));
    }
    let a_survey = |row: SurveyRow| {
        let target = targets.get(&row.participation_id)?.clone().survey(&row.id);
        Some(Scope { kind: ScopeKind::Survey, id: row.id.to_string(), name: Text::english(row.slug), target })
    };
    Ok(rows.into_iter().filter_map(a_survey).collect())
}

fn surveys_named(db: &mut Db, ids: &[&str]) -> Result<Vec<Scope>> {
    let rows = survey::table.filter(survey::id.eq_any(ids)).select(SurveyRow::as_select()).load(db)?;
    named(db, rows)
}

/// The newest first: all, or those of rounds and cities within reach and those that are themselves.
fn surveys_within(db: &mut Db, reach: &Reach) -> Result<Vec<Scope>> {
    let own: Vec<SurveyId> = reach.surveys.keys().cloned().collect();
    let covered = survey::participation_id.eq_any(rounds::store::within!(reach)).or(survey::id.eq_any(own));
    let rows = survey::table.filter(covered).order(survey::id.desc()).select(SurveyRow::as_select()).load(db)?;
    named(db, rows)
}
