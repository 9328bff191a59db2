//! All SQL of instruments and surveys; of responses in `store/responses.rs`, of estimates and counts in
//! `store/estimates.rs`, of editions in `store/editions.rs`, of files of responses in `store/exports.rs`, of those who are
//! invited in `store/invitations.rs` and `store/waves.rs`, of what counts in `store/reliance.rs`, of surveys as scopes of
//! grants in `store/scopes.rs`.

pub mod drafts;
pub mod editions;
pub mod estimates;
pub mod exports;
pub mod invitations;
pub mod reliance;
pub mod watching;
pub mod responses;
pub mod scopes;
pub mod waves;

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::instrument::InstrumentState;
use super::survey::{Gate, Mode, Privacy, SurveyState};
use crate::ground::ids::{InstrumentId, ParticipationId, RoundId, SurveyId};
use crate::ground::{Error, Result, UtcTime};
use crate::people::policy::Reach;
use crate::rounds::place::RoundState;
use crate::rounds::store as rounds;
use crate::store::Db;
use crate::store::archive::Rule;
use crate::store::db::{changed, found};
use crate::store::schema::{instrument, survey};
use crate::web::paging::PageAt;
use crate::{sql_text, typed};

sql_text!(InstrumentState, |s: String| s.parse());
sql_text!(SurveyState, |s: String| s.parse());
sql_text!(Mode, |s: String| s.parse());
sql_text!(Privacy, |s: String| s.parse());

/// A questionnaire is what it was, and no answer is without its survey: the database itself does not ask, for it
/// would at every answer.
pub const RULES: &[Rule] = &[
    Rule::Hashed { table: "instrument", of: &["questionnaire", "measures"], hash: "content_hash" },
    Rule::Refers { table: "response", by: "survey_id", to: "survey" },
    Rule::Refers { table: "response_day", by: "survey_id", to: "survey" },
    Rule::Refers { table: "receipt_before", by: "survey_id", to: "survey" },
    Rule::Refers { table: "survey_count", by: "survey_id", to: "survey" },
    Rule::Refers { table: "survey_reliance", by: "survey_id", to: "survey" },
    Rule::Refers { table: "survey_daily", by: "survey_id", to: "survey" },
    Rule::Refers { table: "survey_figure", by: "survey_id", to: "survey" },
    Rule::Refers { table: "survey_share", by: "survey_id", to: "survey" },
    typed!(instrument, InstrumentRow),
    typed!(survey, SurveyRow),
    Rule::Refers { table: "survey_edition", by: "survey_id", to: "survey" },
    typed!(survey_edition, editions::EditionRow),
    typed!(estimate_set, estimates::SetRow),
    typed!(estimate, estimates::EstimateRow),
    typed!(survey_count, estimates::CountRow),
    typed!(survey_reliance, reliance::RelianceRow),
    typed!(survey_daily, watching::DailyRow),
    typed!(survey_figure, watching::FigureRow),
    typed!(survey_share, watching::ShareRow),
    typed!(response_export, exports::ExportRow),
    typed!(response_draft, drafts::DraftRow),
    typed!(visit_ended, drafts::EndedRow),
    Rule::Refers { table: "invitation", by: "survey_id", to: "survey" },
    Rule::Refers { table: "invitation_spent", by: "survey_id", to: "survey" },
    typed!(invitation, invitations::InvitationRow),
    typed!(invitation_spent, invitations::SpentRow),
    typed!(survey_stratum, invitations::StratumRow),
    typed!(survey_wave, waves::WaveRow),
];

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = instrument)]
pub struct InstrumentRow {
    #[diesel(embed)]
    pub head: InstrumentHead,
    pub questionnaire: String,
    pub measures: String,
    /// What its author should know about how it was taken, as JSON ([`super::instrument::SheetNote`]).
    pub notes: String,
}

/// An instrument without its content, for lists.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = instrument)]
pub struct InstrumentHead {
    pub id: InstrumentId,
    pub name: String,
    pub version_label: String,
    pub state: InstrumentState,
    /// Title by language, as JSON.
    pub title: String,
    pub content_hash: String,
    pub version: i32,
    pub created_at: UtcTime,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey)]
pub struct SurveyRow {
    pub id: SurveyId,
    pub participation_id: ParticipationId,
    pub instrument_id: InstrumentId,
    pub slug: String,
    pub mode: Mode,
    pub state: SurveyState,
    pub opened_at: Option<UtcTime>,
    pub closes_at: Option<UtcTime>,
    pub version: i32,
    pub created_at: UtcTime,
    /// When it was closed for good.
    pub sealed_at: Option<UtcTime>,
    /// Whom citizens may ask about it; empty where the instance answers.
    pub contact: String,
    /// The newest, from one on ([`editions`]).
    pub edition: i32,
    pub privacy: Privacy,
    pub opens_at: Option<UtcTime>,
    /// Of a survey with invitations, until it has closed.
    pub key_seed: Option<String>,
    /// The last day on which those who were invited are known.
    pub list_until: Option<NaiveDate>,
}

pub fn instrument(db: &mut Db, id: &InstrumentId) -> Result<InstrumentRow> {
    found(instrument::table.find(id).select(InstrumentRow::as_select()).first(db), "instrument")
}

pub fn instrument_named(db: &mut Db, name: &str, version_label: &str) -> Result<Option<InstrumentRow>> {
    let row = instrument::table.filter(instrument::name.eq(name)).filter(instrument::version_label.eq(version_label));
    Ok(row.select(InstrumentRow::as_select()).first(db).optional()?)
}

/// Instruments, newest first.
pub fn instruments(db: &mut Db, at: &PageAt<InstrumentId>) -> Result<Vec<InstrumentHead>> {
    let mut query = instrument::table.order(instrument::id.desc()).limit(at.limit + 1).select(InstrumentHead::as_select()).into_boxed();
    if let Some(after) = &at.after {
        query = query.filter(instrument::id.lt(after));
    }
    Ok(query.load(db)?)
}

/// Published instruments, newest first.
pub fn instruments_published(db: &mut Db) -> Result<Vec<InstrumentHead>> {
    let published = instrument::table.filter(instrument::state.eq(InstrumentState::Published));
    Ok(published.order(instrument::id.desc()).select(InstrumentHead::as_select()).load(db)?)
}

impl SurveyRow {
    /// All that decides whether it takes answers.
    pub fn gate(&self, round: RoundState) -> Gate {
        Gate { state: self.state, opens_at: self.opens_at, closes_at: self.closes_at, round }
    }
}

/// Names and titles of some instruments.
pub fn instrument_heads(db: &mut Db, ids: &[InstrumentId]) -> Result<HashMap<InstrumentId, InstrumentHead>> {
    let rows: Vec<InstrumentHead> = instrument::table.filter(instrument::id.eq_any(ids)).select(InstrumentHead::as_select()).load(db)?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// Versions of one name, newest first; of a name that has more, the newest.
pub fn instrument_versions(db: &mut Db, name: &str) -> Result<Vec<InstrumentHead>> {
    const MOST: i64 = 200;
    let of = instrument::table.filter(instrument::name.eq(name)).order(instrument::id.desc()).limit(MOST);
    Ok(of.select(InstrumentHead::as_select()).load(db)?)
}

pub fn instrument_insert(db: &mut Db, row: &InstrumentRow) -> Result<()> {
    diesel::insert_into(instrument::table).values(row).execute(db)?;
    Ok(())
}

/// Puts new content into a draft that still has the version before the row's.
pub fn instrument_replace(db: &mut Db, row: &InstrumentRow) -> Result<()> {
    let rows = diesel::update(instrument::table.find(&row.head.id))
        .filter(instrument::state.eq(InstrumentState::Draft))
        .filter(instrument::version.eq(row.head.version - 1))
        .set((
            instrument::title.eq(&row.head.title),
            instrument::questionnaire.eq(&row.questionnaire),
            instrument::measures.eq(&row.measures),
            instrument::notes.eq(&row.notes),
            instrument::content_hash.eq(&row.head.content_hash),
            instrument::version.eq(row.head.version),
        ))
        .execute(db)?;
    changed(rows, row.head.version - 1)
}

/// Turns an instrument that still has the expected version and state into another state.
pub fn instrument_turn(db: &mut Db, id: &InstrumentId, expected: i32, from: InstrumentState, to: InstrumentState) -> Result<()> {
    let rows = diesel::update(instrument::table.find(id))
        .filter(instrument::state.eq(from))
        .filter(instrument::version.eq(expected))
        .set((instrument::state.eq(to), instrument::version.eq(expected.saturating_add(1))))
        .execute(db)?;
    changed(rows, expected)
}

pub fn survey(db: &mut Db, id: &SurveyId) -> Result<SurveyRow> {
    found(survey::table.find(id).select(SurveyRow::as_select()).first(db), "survey")
}

/// The survey of an address, which people may type with anything in it.
pub fn survey_by_slug(db: &mut Db, slug: &str) -> Result<SurveyRow> {
    if !slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        return Err(Error::NotFound("survey"));
    }
    found(survey::table.filter(survey::slug.eq(slug)).select(SurveyRow::as_select()).first(db), "survey")
}

/// Surveys within reach, newest first: by their round, by their city, or themselves.
pub fn surveys(db: &mut Db, reach: &Reach, at: &PageAt<SurveyId>) -> Result<Vec<SurveyRow>> {
    let mut query = survey::table.order(survey::id.desc()).limit(at.limit + 1).select(SurveyRow::as_select()).into_boxed();
    if !reach.is_everything() {
        let named: Vec<&SurveyId> = reach.surveys.keys().collect();
        query = query.filter(survey::participation_id.eq_any(rounds::within!(reach)).or(survey::id.eq_any(named)));
    }
    if let Some(after) = &at.after {
        query = query.filter(survey::id.lt(after));
    }
    Ok(query.load(db)?)
}

/// The measures of some instruments, as they are stored.
pub fn instrument_measures(db: &mut Db, ids: &[InstrumentId]) -> Result<HashMap<InstrumentId, String>> {
    let rows = instrument::table.filter(instrument::id.eq_any(ids)).select((instrument::id, instrument::measures));
    Ok(rows.load(db)?.into_iter().collect())
}

/// How people come to answer some surveys.
pub fn modes(db: &mut Db, ids: &[SurveyId]) -> Result<HashMap<SurveyId, Mode>> {
    let rows = survey::table.filter(survey::id.eq_any(ids)).select((survey::id, survey::mode));
    Ok(rows.load(db)?.into_iter().collect())
}

/// The surveys of a round that were ever opened, with their ends.
pub fn surveys_issued(db: &mut Db, round: &RoundId) -> Result<Vec<(SurveyId, Option<UtcTime>)>> {
    let of = survey::table.filter(survey::participation_id.eq_any(rounds::of_round(round.clone())));
    Ok(of.filter(survey::state.ne(SurveyState::Draft)).order(survey::id).select((survey::id, survey::closes_at)).load(db)?)
}

/// Surveys whose address ends in these letters: one, but for a rare coincidence. There are thousands at most.
pub fn surveys_by_letters(db: &mut Db, letters: &str) -> Result<Vec<SurveyRow>> {
    let ends = survey::table.filter(survey::slug.like(format!("%-{letters}")));
    Ok(ends.order(survey::id).limit(10).select(SurveyRow::as_select()).load(db)?)
}

/// Every survey of some participations, newest first.
pub fn surveys_of_participations(db: &mut Db, ids: &[ParticipationId]) -> Result<Vec<SurveyRow>> {
    let of_these = survey::table.filter(survey::participation_id.eq_any(ids));
    Ok(of_these.order(survey::id.desc()).select(SurveyRow::as_select()).load(db)?)
}

pub fn survey_insert(db: &mut Db, row: &SurveyRow) -> Result<()> {
    diesel::insert_into(survey::table).values(row).execute(db)?;
    Ok(())
}

/// Writes what may change of a survey that still has the version before the row's.
pub fn survey_turn(db: &mut Db, row: &SurveyRow) -> Result<()> {
    let rows = diesel::update(survey::table.find(&row.id))
        .filter(survey::version.eq(row.version - 1))
        .set((
            survey::state.eq(row.state),
            survey::opened_at.eq(row.opened_at),
            survey::opens_at.eq(row.opens_at),
            survey::closes_at.eq(row.closes_at),
            survey::key_seed.eq(&row.key_seed),
            survey::sealed_at.eq(row.sealed_at),
            survey::contact.eq(&row.contact),
            survey::list_until.eq(row.list_until),
            survey::version.eq(row.version),
        ))
        .execute(db)?;
    changed(rows, row.version - 1)
}

/// Holds a survey as it is until the transaction ends.
pub fn survey_hold(db: &mut Db, id: &SurveyId) -> Result<()> {
    diesel::update(survey::table.find(id)).set(survey::version.eq(survey::version)).execute(db)?;
    Ok(())
}

/// What decides whether some surveys take answers. On PostgreSQL the surveys stay as they are until
/// the transaction ends, so that nobody closes one between this look and the insert.
pub fn gates(db: &mut Db, ids: &[&SurveyId]) -> Result<HashMap<SurveyId, Gate>> {
    type Asked = (SurveyId, SurveyState, Option<UtcTime>, Option<UtcTime>, ParticipationId);
    let asked = survey::table.select((survey::id, survey::state, survey::opens_at, survey::closes_at, survey::participation_id));
    let rows: Vec<Asked> = match (&mut *db, ids) {
        (Db::Postgres(c), _) => asked.filter(survey::id.eq_any(ids.iter().copied())).order(survey::id).for_share().load(c)?,
        // The usual case, as a statement that is prepared once: a list is prepared anew each time.
        (Db::Sqlite(c), [id]) => asked.filter(survey::id.eq(*id)).load(c)?,
        (Db::Sqlite(c), _) => asked.filter(survey::id.eq_any(ids.iter().copied())).load(c)?,
    };
    let places: Vec<&ParticipationId> = rows.iter().map(|row| &row.4).collect();
    let rounds = rounds::round_states(db, &places)?;
    let gate = |(id, state, opens_at, closes_at, place): &Asked| {
        Some((id.clone(), Gate { state: *state, opens_at: *opens_at, closes_at: *closes_at, round: *rounds.get(place)? }))
    };
    Ok(rows.iter().filter_map(gate).collect())
}
