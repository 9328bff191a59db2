//! Those who are invited to a survey, the strata that they are of, whether an invitation was answered, and addresses
//! that are not written to. Waves are in `store/waves.rs`.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use diesel::dsl::{case_when, count_star, max};
use diesel::prelude::*;

use crate::ground::ids::{CityId, InvitationId, SurveyId};
use crate::ground::{Email, Language, Result};
use crate::store::Db;
use crate::store::db::found;
use crate::store::schema::{invitation, invitation_spent, opt_out, response, survey, survey_stratum};
use crate::surveys::invitation::{InvitationState, told_apart};
use crate::web::paging::PageAt;
use crate::{on_each, sql_text};

sql_text!(InvitationState, |s: String| s.parse());

/// Rows in one statement: SQLite takes a bounded number of values.
const AT_ONCE: usize = 500;

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = invitation)]
pub struct InvitationRow {
    pub survey_id: SurveyId,
    pub id: InvitationId,
    /// From 1, in the order of the lists.
    pub number: i32,
    pub name: String,
    pub email: Option<Email>,
    pub postal: String,
    pub language: Language,
    pub stratum: String,
    pub code_hash: String,
    pub state: InvitationState,
    /// Whether a first letter was written to the address: to everybody, so that it says nothing of who has answered.
    pub written: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_stratum)]
pub struct StratumRow {
    pub survey_id: SurveyId,
    pub name: String,
    pub invited: i64,
    /// How many may answer.
    pub quota: Option<i64>,
    /// How many have, where there is a quota and until the survey closes; shown to nobody.
    pub taken: i64,
}

/// That an invitation was answered, and until its day is over by which visit.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = invitation_spent)]
pub struct SpentRow {
    pub survey_id: SurveyId,
    pub mark: i64,
    pub once: Option<i64>,
    pub day: Option<NaiveDate>,
}

pub fn insert(db: &mut Db, rows: &[InvitationRow]) -> Result<()> {
    for some in rows.chunks(AT_ONCE) {
        on_each!(db, c => diesel::insert_into(invitation::table).values(some).execute(c))?;
    }
    Ok(())
}

/// The invitation of a code, by its hash.
pub fn by_code(db: &mut Db, hash: &str) -> Result<InvitationRow> {
    let of = invitation::table.filter(invitation::code_hash.eq(hash)).filter(invitation::state.ne(InvitationState::Removed));
    found(of.select(InvitationRow::as_select()).first(db), "invitation")
}

/// The invitation of an id, of whatever survey.
pub fn anywhere(db: &mut Db, id: &InvitationId) -> Result<InvitationRow> {
    found(invitation::table.filter(invitation::id.eq(id)).select(InvitationRow::as_select()).first(db), "invitation")
}

pub fn one(db: &mut Db, survey: &SurveyId, id: &InvitationId) -> Result<InvitationRow> {
    found(invitation::table.find((survey, id)).select(InvitationRow::as_select()).first(db), "invitation")
}

/// Of a survey, in the order of their lists, after a number.
pub fn after(db: &mut Db, survey: &SurveyId, number: i32, limit: i64) -> Result<Vec<InvitationRow>> {
    let of = invitation::table.filter(invitation::survey_id.eq(survey)).filter(invitation::number.gt(number));
    Ok(of.order(invitation::number).limit(limit).select(InvitationRow::as_select()).load(db)?)
}

/// A page of them: in the order of their lists.
pub fn page(db: &mut Db, survey: &SurveyId, at: &PageAt<i32>) -> Result<Vec<InvitationRow>> {
    after(db, survey, at.after.unwrap_or(0), at.limit + 1)
}

/// Those who get a letter, after a number: all, or those to whom no mail goes. Nobody without a mail address who does not
/// want to be written to: a letter is all that they would get.
pub fn letters(db: &mut Db, survey: &SurveyId, without_mail: bool, at: &PageAt<i32>) -> Result<Vec<InvitationRow>> {
    let of = invitation::table.filter(invitation::survey_id.eq(survey)).filter(invitation::number.gt(at.after.unwrap_or(0)));
    let written_to = invitation::state.ne(InvitationState::OptedOut).or(invitation::email.is_not_null());
    let mut of = of.filter(invitation::state.ne(InvitationState::Removed)).filter(written_to).into_boxed();
    if without_mail {
        let no_mail = invitation::state.eq_any([InvitationState::OptedOut, InvitationState::Bounced]);
        of = of.filter(invitation::email.is_null().or(no_mail));
    }
    Ok(of.order(invitation::number).limit(at.limit + 1).select(InvitationRow::as_select()).load(db)?)
}

/// The last number that was given.
pub fn last_number(db: &mut Db, survey: &SurveyId) -> Result<i32> {
    let of = invitation::table.filter(invitation::survey_id.eq(survey)).select(max(invitation::number));
    Ok(of.first::<Option<i32>>(db)?.unwrap_or(0))
}

/// How many there are, by their state.
pub fn by_state(db: &mut Db, survey: &SurveyId) -> Result<Vec<(InvitationState, i64)>> {
    let of = invitation::table.filter(invitation::survey_id.eq(survey)).group_by(invitation::state);
    Ok(of.order(invitation::state).select((invitation::state, count_star())).load(db)?)
}

/// How many of those who may answer have a mail address.
pub fn with_email(db: &mut Db, survey: &SurveyId) -> Result<i64> {
    let of = invitation::table.filter(invitation::survey_id.eq(survey)).filter(invitation::state.ne(InvitationState::Removed));
    Ok(of.filter(invitation::email.is_not_null()).count().get_result(db)?)
}

/// A name, and where its letter goes.
pub type Addressed = (String, Option<Email>, String);

/// Somebody who was on a list before.
#[derive(Debug, Queryable)]
pub struct Known {
    pub number: i32,
    pub id: InvitationId,
    pub state: InvitationState,
    pub addressed: Addressed,
}

/// Names and addresses that are or were on the list, some after a number: what a second list may not bring again, and
/// whom it brings back.
pub fn known_after(db: &mut Db, survey: &SurveyId, number: i32, limit: i64) -> Result<Vec<Known>> {
    let of = invitation::table.filter(invitation::survey_id.eq(survey)).filter(invitation::number.gt(number));
    let there = of.order(invitation::number).limit(limit);
    let addressed = (invitation::name, invitation::email, invitation::postal);
    Ok(there.select((invitation::number, invitation::id, invitation::state, addressed)).load(db)?)
}

/// Takes out rows in whose places others are put.
pub fn take_out(db: &mut Db, survey: &SurveyId, ids: &[&InvitationId]) -> Result<()> {
    for some in ids.chunks(AT_ONCE) {
        let of = invitation::table.filter(invitation::survey_id.eq(survey)).filter(invitation::id.eq_any(some.iter().copied()));
        diesel::delete(of).execute(db)?;
    }
    Ok(())
}

/// First letters are written to some.
pub fn are_written(db: &mut Db, survey: &SurveyId, ids: &[&InvitationId]) -> Result<()> {
    for some in ids.chunks(AT_ONCE) {
        let of = invitation::table.filter(invitation::survey_id.eq(survey)).filter(invitation::id.eq_any(some.iter().copied()));
        diesel::update(of).set(invitation::written.eq(true)).execute(db)?;
    }
    Ok(())
}

/// Turns an invitation into another state; `false` where it is in none of those that it may come from.
pub fn turn(db: &mut Db, survey: &SurveyId, id: &InvitationId, from: &[InvitationState], to: InvitationState) -> Result<bool> {
    let of = invitation::table.find((survey, id)).filter(invitation::state.eq_any(from));
    Ok(diesel::update(of).set(invitation::state.eq(to)).execute(db)? == 1)
}

/// Surveys of a city that have a list.
fn lists_of(db: &mut Db, city: &CityId) -> Result<Vec<SurveyId>> {
    let of_city = crate::rounds::store::participations_of_city(db, city)?;
    let surveys = survey::table.filter(survey::participation_id.eq_any(of_city)).filter(survey::list_until.is_not_null());
    Ok(surveys.select(survey::id).load(db)?)
}

/// All who are invited by a city at an address that it does not write to any more.
pub fn turn_address(db: &mut Db, city: &CityId, email: &Email) -> Result<()> {
    let surveys = lists_of(db, city)?;
    let of = invitation::table.filter(invitation::survey_id.eq_any(surveys)).filter(invitation::email.eq(email));
    let asked = of.filter(invitation::state.eq_any([InvitationState::Invited, InvitationState::Bounced]));
    diesel::update(asked).set(invitation::state.eq(InvitationState::OptedOut)).execute(db)?;
    Ok(())
}

/// Somebody of a name, without a mail address, wherever else a city invites them: those who are the `same`.
pub fn turn_person(db: &mut Db, city: &CityId, name: &str, same: impl Fn(&str, &str) -> bool) -> Result<()> {
    let surveys = lists_of(db, city)?;
    let of = invitation::table.filter(invitation::survey_id.eq_any(surveys)).filter(invitation::email.is_null());
    let asked = of.filter(invitation::name.eq(name)).filter(invitation::state.eq(InvitationState::Invited));
    let rows: Vec<(InvitationId, String, String)> = asked.select((invitation::id, invitation::name, invitation::postal)).load(db)?;
    let ids: Vec<InvitationId> = rows.into_iter().filter(|(_, name, postal)| same(name, postal)).map(|(id, ..)| id).collect();
    for some in ids.chunks(AT_ONCE) {
        let of = invitation::table.filter(invitation::id.eq_any(some));
        diesel::update(of).set(invitation::state.eq(InvitationState::OptedOut)).execute(db)?;
    }
    Ok(())
}

/// A first letter to an address of somebody came back, if it is theirs still.
pub fn bounced(db: &mut Db, id: &InvitationId, email: &Email) -> Result<()> {
    let of = invitation::table.filter(invitation::id.eq(id)).filter(invitation::email.eq(email));
    diesel::update(of.filter(invitation::state.eq(InvitationState::Invited))).set(invitation::state.eq(InvitationState::Bounced)).execute(db)?;
    Ok(())
}

/// Corrects the address of somebody. A new mail address has had no letter.
pub fn address_set(db: &mut Db, survey: &SurveyId, id: &InvitationId, email: Option<&Email>, postal: &str, written: bool) -> Result<()> {
    let set = (invitation::email.eq(email), invitation::postal.eq(postal), invitation::written.eq(written));
    diesel::update(invitation::table.find((survey, id))).set(set).execute(db)?;
    turn(db, survey, id, &[InvitationState::Bounced], InvitationState::Invited).map(drop)
}

pub fn strata(db: &mut Db, survey: &SurveyId) -> Result<Vec<StratumRow>> {
    let of = survey_stratum::table.filter(survey_stratum::survey_id.eq(survey)).order(survey_stratum::name);
    Ok(of.select(StratumRow::as_select()).load(db)?)
}

/// Names of the strata that are told apart: enough are invited of each, and of all others together.
pub fn strata_told_apart(db: &mut Db, survey: &SurveyId, least: i64) -> Result<Vec<String>> {
    let rows = strata(db, survey)?;
    let counts = rows.iter().map(|row| (row.name.as_str(), row.invited)).collect();
    Ok(told_apart(&counts, least).into_iter().map(str::to_owned).collect())
}

/// The strata with a quota of some surveys; on PostgreSQL they stay as they are until the transaction ends.
pub fn quotas_hold(db: &mut Db, surveys: &[&SurveyId]) -> Result<Vec<StratumRow>> {
    let of = survey_stratum::table.filter(survey_stratum::survey_id.eq_any(surveys.iter().copied())).filter(survey_stratum::quota.is_not_null());
    let of = of.order((survey_stratum::survey_id, survey_stratum::name));
    Ok(match db {
        Db::Postgres(c) => of.for_update().select(StratumRow::as_select()).load(c)?,
        Db::Sqlite(c) => of.select(StratumRow::as_select()).load(c)?,
    })
}

/// So many more of a stratum have answered.
pub fn taken_add(db: &mut Db, survey: &SurveyId, name: &str, more: i64) -> Result<()> {
    let of = survey_stratum::table.find((survey, name));
    diesel::update(of).set(survey_stratum::taken.eq(survey_stratum::taken + more)).execute(db)?;
    Ok(())
}

/// So many more of a stratum are invited (or fewer, below 0); it is put in where it is new.
pub fn invited_add(db: &mut Db, survey: &SurveyId, name: &str, more: i64) -> Result<()> {
    let of = survey_stratum::table.find((survey, name));
    if diesel::update(of).set(survey_stratum::invited.eq(survey_stratum::invited + more)).execute(db)? == 0 {
        let row = StratumRow { survey_id: survey.clone(), name: name.to_owned(), invited: more, quota: None, taken: 0 };
        diesel::insert_into(survey_stratum::table).values(&row).execute(db)?;
    }
    Ok(())
}

/// Counts anew how many of a stratum have answered: without a quota they are not counted.
pub fn quota_set(db: &mut Db, survey: &SurveyId, name: &str, quota: Option<i64>) -> Result<()> {
    let of = response::table.filter(response::survey_id.eq(survey)).filter(response::stratum.eq(name));
    let taken: i64 = if quota.is_some() { of.count().get_result(db)? } else { 0 };
    let set = (survey_stratum::quota.eq(quota), survey_stratum::taken.eq(taken));
    diesel::update(survey_stratum::table.find((survey, name))).set(set).execute(db)?;
    Ok(())
}

/// What of some marks is there.
pub fn spent(db: &mut Db, survey: &SurveyId, marks: &[i64]) -> Result<Vec<SpentRow>> {
    let mut there = Vec::new();
    for some in marks.chunks(AT_ONCE) {
        let of = invitation_spent::table.filter(invitation_spent::survey_id.eq(survey)).filter(invitation_spent::mark.eq_any(some));
        there.extend(of.select(SpentRow::as_select()).load::<SpentRow>(db)?);
    }
    Ok(there)
}

/// Adds marks, but those that another process has added; gives those that were.
pub fn spend(db: &mut Db, rows: &[SpentRow]) -> Result<HashSet<(SurveyId, i64)>> {
    let mut added = HashSet::new();
    for some in rows.chunks(AT_ONCE) {
        let returned: Vec<(SurveyId, i64)> = on_each!(db, c => diesel::insert_into(invitation_spent::table)
            .values(some)
            .on_conflict_do_nothing()
            .returning((invitation_spent::survey_id, invitation_spent::mark))
            .get_results(c))?;
        added.extend(returned);
    }
    Ok(added)
}

/// Whether marks of a day know their visit still.
pub fn spent_on(db: &mut Db, survey: &SurveyId, day: NaiveDate) -> Result<bool> {
    let of = invitation_spent::table.filter(invitation_spent::survey_id.eq(survey)).filter(invitation_spent::day.eq(day));
    Ok(of.select(invitation_spent::mark).first::<i64>(db).optional()?.is_some())
}

/// Marks of a day, and those that know none any more.
pub fn spent_until(db: &mut Db, survey: &SurveyId, day: NaiveDate) -> Result<Vec<i64>> {
    let of = invitation_spent::table.filter(invitation_spent::survey_id.eq(survey));
    let of = of.filter(invitation_spent::day.is_null().or(invitation_spent::day.eq(day)));
    Ok(of.select(invitation_spent::mark).load(db)?)
}

/// Writes the rows of a survey and of its strata anew, as they are.
pub fn write_anew(db: &mut Db, id: &SurveyId) -> Result<()> {
    diesel::update(survey::table.find(id)).set(survey::version.eq(survey::version)).execute(db)?;
    let strata = survey_stratum::table.filter(survey_stratum::survey_id.eq(id));
    diesel::update(strata).set(survey_stratum::taken.eq(survey_stratum::taken)).execute(db)?;
    Ok(())
}

/// Takes marks out of their places; gives those that this very statement took.
pub fn spent_take(db: &mut Db, survey: &SurveyId, marks: &[i64]) -> Result<Vec<i64>> {
    let of = invitation_spent::table.filter(invitation_spent::survey_id.eq(survey)).filter(invitation_spent::mark.eq_any(marks));
    Ok(on_each!(db, c => diesel::delete(of).returning(invitation_spent::mark).get_results(c))?)
}

/// Which of some invitations of a confidential survey were answered.
pub fn answered(db: &mut Db, survey: &SurveyId, ids: &[&InvitationId]) -> Result<HashSet<InvitationId>> {
    let mut there = HashSet::new();
    for some in ids.chunks(AT_ONCE) {
        let of = response::table.filter(response::survey_id.eq(survey)).filter(response::invitation_id.eq_any(some.iter().copied()));
        there.extend(of.select(response::invitation_id.assume_not_null()).load::<InvitationId>(db)?);
    }
    Ok(there)
}

/// Takes out the responses of some invitations, whose places others take.
pub fn responses_take_out(db: &mut Db, survey: &SurveyId, ids: &[&InvitationId]) -> Result<()> {
    for some in ids.chunks(AT_ONCE) {
        let of = response::table.filter(response::survey_id.eq(survey)).filter(response::invitation_id.eq_any(some.iter().copied()));
        diesel::delete(of).execute(db)?;
    }
    Ok(())
}

/// What a survey forgets when it has closed: who has answered.
pub fn forget_answered(db: &mut Db, survey: &SurveyId) -> Result<()> {
    diesel::delete(invitation_spent::table.filter(invitation_spent::survey_id.eq(survey))).execute(db)?;
    diesel::update(survey::table.find(survey)).set(survey::key_seed.eq(None::<String>)).execute(db)?;
    diesel::update(survey_stratum::table.filter(survey_stratum::survey_id.eq(survey))).set(survey_stratum::taken.eq(0)).execute(db)?;
    Ok(())
}

/// How many responses are of each stratum, and in each language.
pub fn parts(db: &mut Db, survey: &SurveyId) -> Result<HashMap<(Option<String>, Language), i64>> {
    let of = response::table.filter(response::survey_id.eq(survey)).group_by((response::stratum, response::language));
    let rows: Vec<(Option<String>, Language, i64)> = of.select((response::stratum, response::language, count_star())).load(db)?;
    Ok(rows.into_iter().map(|(stratum, language, count)| ((stratum, language), count)).collect())
}

/// Responses of other strata than some are of none from now on, and those in other languages than some in `unknown`.
/// All are written anew, so that in PostgreSQL's files those that were changed are not told from the others.
pub fn parts_merge(db: &mut Db, survey: &SurveyId, strata: &[&str], languages: &[&Language], unknown: &Language) -> Result<()> {
    let stratum = case_when(response::stratum.assume_not_null().eq_any(strata.iter().copied()), response::stratum).otherwise(None::<String>);
    let language = case_when(response::language.eq_any(languages.iter().copied()), response::language).otherwise(unknown);
    let of = response::table.filter(response::survey_id.eq(survey));
    diesel::update(of).set((response::stratum.eq(stratum), response::language.eq(language))).execute(db)?;
    Ok(())
}

/// What joins responses to invitations goes: of all in one step, for those of two steps could be told apart.
pub fn links_cut(db: &mut Db, survey: &SurveyId) -> Result<()> {
    let of = response::table.filter(response::survey_id.eq(survey)).filter(response::invitation_id.is_not_null());
    diesel::update(of).set(response::invitation_id.eq(None::<InvitationId>)).execute(db)?;
    Ok(())
}

/// Surveys whose list has had its last day before `day`.
pub fn lists_over(db: &mut Db, day: NaiveDate) -> Result<Vec<(SurveyId, NaiveDate)>> {
    let of = survey::table.filter(survey::list_until.lt(day)).order(survey::id);
    Ok(of.select((survey::id, survey::list_until.assume_not_null())).load(db)?)
}

/// Erases who was invited, some at a time; how many those were.
pub fn list_erase(db: &mut Db, survey: &SurveyId, most: i64) -> Result<usize> {
    let ids: Vec<InvitationId> =
        invitation::table.filter(invitation::survey_id.eq(survey)).order(invitation::number).limit(most).select(invitation::id).load(db)?;
    for some in ids.chunks(AT_ONCE) {
        let of = invitation::table.filter(invitation::survey_id.eq(survey)).filter(invitation::id.eq_any(some));
        diesel::delete(of).execute(db)?;
    }
    Ok(ids.len())
}

/// The list is gone, and nothing of it is looked for again.
pub fn list_is_erased(db: &mut Db, survey: &SurveyId) -> Result<()> {
    diesel::update(survey::table.find(survey)).set(survey::list_until.eq(None::<NaiveDate>)).execute(db)?;
    Ok(())
}

/// Which of some addresses a city does not write to.
pub fn opted_out(db: &mut Db, city: &CityId, hashes: &[String]) -> Result<HashSet<String>> {
    let mut there = HashSet::new();
    for some in hashes.chunks(AT_ONCE) {
        let of = opt_out::table.filter(opt_out::city_id.eq(city)).filter(opt_out::address_hash.eq_any(some));
        there.extend(of.select(opt_out::address_hash).load::<String>(db)?);
    }
    Ok(there)
}

pub fn opt_out(db: &mut Db, city: &CityId, hash: &str) -> Result<()> {
    let row = (opt_out::city_id.eq(city), opt_out::address_hash.eq(hash));
    on_each!(db, c => diesel::insert_into(opt_out::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Has PostgreSQL remove what was deleted, with the order that it had. Outside of any transaction.
pub fn remove_what_was_deleted(db: &mut Db) -> Result<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        Db::Postgres(c) => Ok(c.batch_execute("VACUUM response, invitation, invitation_spent, survey, survey_stratum")?),
    }
}
