//! Disagreements, and the agreement of a round as it was computed.

use std::fmt;
use std::str::FromStr;

use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::ground::ids::{DisagreementId, ReviewId, RoundId, SubmissionId};
use crate::ground::{MeasureCode, Result, UtcTime};
use crate::reviews::checks::Reason;
use crate::reviews::panel::{Case, Resolution};
use crate::store::Db;
use crate::store::db::found;
use crate::store::schema::{disagreement, round_agreement};
use crate::web::paging::PageAt;
use crate::{sql_text, words};

words! {
    pub enum CaseState {
        Open = "open",
        /// A third expert has been asked.
        ThirdInvited = "third_invited",
        Resolved = "resolved",
        /// Stands no longer: the city has changed the section since, or a rating was set aside.
        Lapsed = "lapsed",
    }
}

impl CaseState {
    /// Cases that wait for somebody.
    pub const WAITING: [Self; 2] = [Self::Open, Self::ThirdInvited];

    /// Whether nobody has anything to do about it any more.
    pub fn is_past(self) -> bool {
        !Self::WAITING.contains(&self)
    }
}

sql_text!(CaseState, |s: String| s.parse());
sql_text!(Reason, |s: String| s.parse());

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = disagreement)]
pub struct DisagreementRow {
    pub id: DisagreementId,
    pub round_id: RoundId,
    pub submission_id: SubmissionId,
    pub measure: MeasureCode,
    pub reason: Reason,
    pub state: CaseState,
    pub third_review_id: Option<ReviewId>,
    /// A `Resolution`, empty until resolved.
    pub resolution: String,
    pub level: Option<f64>,
    pub note: String,
    pub resolved_by: String,
    pub resolved_at: Option<UtcTime>,
    pub version: i32,
    pub created_at: UtcTime,
}

impl DisagreementRow {
    /// As panel scores see it; none where it stands no longer.
    pub fn case(&self) -> Option<Case> {
        match (self.state, self.resolution.parse::<Resolution>(), self.level) {
            (CaseState::Lapsed, ..) => None,
            (CaseState::Resolved, Ok(how), Some(level)) => Some(Case::Resolved(how, level)),
            _ => Some(Case::Open),
        }
    }
}

pub fn disagreement(db: &mut Db, id: &DisagreementId) -> Result<DisagreementRow> {
    found(disagreement::table.find(id).select(DisagreementRow::as_select()).first(db), "disagreement")
}

pub fn disagreement_insert(db: &mut Db, row: &DisagreementRow) -> Result<()> {
    diesel::insert_into(disagreement::table).values(row).execute(db)?;
    Ok(())
}

/// Where the list of a round's cases goes on: those that are not settled first, in each the oldest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseKey {
    pub settled: bool,
    pub id: DisagreementId,
}

impl CaseKey {
    pub fn of(id: &DisagreementId, state: CaseState) -> Self {
        Self { settled: state.is_past(), id: id.clone() }
    }
}

impl fmt::Display for CaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", if self.settled { "settled" } else { "open" }, self.id)
    }
}

impl FromStr for CaseKey {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text.split_once('/') {
            Some((word @ ("open" | "settled"), id)) => Ok(Self { settled: word == "settled", id: id.parse()? }),
            _ => Err("no state and case".to_owned()),
        }
    }
}

/// Cases of a round, and one more than `limit`; where they are named, of these submissions only, and of `unseen` none.
pub fn disagreements_page(
    db: &mut Db,
    round: &RoundId,
    there: Option<&[SubmissionId]>,
    unseen: &[SubmissionId],
    at: &PageAt<CaseKey>,
) -> Result<Vec<DisagreementRow>> {
    let mut rows: Vec<DisagreementRow> = Vec::new();
    for settled in [false, true] {
        let left = at.limit + 1 - i64::try_from(rows.len()).unwrap_or(i64::MAX);
        if at.after.as_ref().is_some_and(|after| after.settled && !settled) || left <= 0 {
            continue;
        }
        let of_round = disagreement::table.filter(disagreement::round_id.eq(round)).order(disagreement::id.asc()).limit(left);
        let mut query = of_round.select(DisagreementRow::as_select()).into_boxed();
        query = if settled {
            query.filter(disagreement::state.ne_all(CaseState::WAITING))
        } else {
            query.filter(disagreement::state.eq_any(CaseState::WAITING))
        };
        if !unseen.is_empty() {
            query = query.filter(disagreement::submission_id.ne_all(unseen.to_vec()));
        }
        if let Some(there) = there {
            query = query.filter(disagreement::submission_id.eq_any(there.to_vec()));
        }
        if let Some(after) = at.after.as_ref().filter(|after| after.settled == settled) {
            query = query.filter(disagreement::id.gt(after.id.clone()));
        }
        rows.extend(query.load(db)?);
    }
    Ok(rows)
}

/// How many cases of each submission of a round are not settled, and how many of them wait for a third expert.
pub fn open_cases(db: &mut Db, round: &RoundId) -> Result<Vec<(SubmissionId, CaseState, i64)>> {
    let open = disagreement::table.filter(disagreement::round_id.eq(round)).filter(disagreement::state.eq_any(CaseState::WAITING));
    let by = (disagreement::submission_id, disagreement::state);
    Ok(open.group_by(by).select((disagreement::submission_id, disagreement::state, count_star())).load(db)?)
}

pub fn disagreements_of_submission(db: &mut Db, id: &SubmissionId) -> Result<Vec<DisagreementRow>> {
    Ok(disagreement::table.filter(disagreement::submission_id.eq(id)).order(disagreement::id.asc()).select(DisagreementRow::as_select()).load(db)?)
}

pub fn disagreements_of_submissions(db: &mut Db, ids: &[SubmissionId]) -> Result<Vec<DisagreementRow>> {
    Ok(disagreement::table.filter(disagreement::submission_id.eq_any(ids)).select(DisagreementRow::as_select()).load(db)?)
}

/// Hands a case to a third expert; 0 rows when it waits for nobody.
pub fn disagreement_third(db: &mut Db, id: &DisagreementId, third: &ReviewId) -> Result<usize> {
    Ok(diesel::update(disagreement::table.find(id).filter(disagreement::state.eq_any(CaseState::WAITING)))
        .set((
            disagreement::state.eq(CaseState::ThirdInvited),
            disagreement::third_review_id.eq(Some(third.clone())),
            disagreement::version.eq(disagreement::version + 1),
        ))
        .execute(db)?)
}

/// Opens the cases again that wait for a third review which does not settle them; of one measure, or
/// all of them.
pub fn disagreements_reopen(db: &mut Db, third: &ReviewId, measure: Option<&MeasureCode>) -> Result<usize> {
    let waiting = disagreement::third_review_id.eq(Some(third.clone())).and(disagreement::state.eq_any(CaseState::WAITING));
    let again = (
        disagreement::state.eq(CaseState::Open),
        disagreement::third_review_id.eq(None::<ReviewId>),
        disagreement::version.eq(disagreement::version + 1),
    );
    let cases = disagreement::table.filter(waiting);
    Ok(match measure {
        Some(measure) => diesel::update(cases.filter(disagreement::measure.eq(measure))).set(again).execute(db)?,
        None => diesel::update(cases).set(again).execute(db)?,
    })
}

/// Opens a case again, as if nothing had been decided.
pub fn disagreement_again(db: &mut Db, id: &DisagreementId, reason: Reason) -> Result<()> {
    diesel::update(disagreement::table.find(id))
        .set((
            disagreement::state.eq(CaseState::Open),
            disagreement::reason.eq(reason),
            disagreement::third_review_id.eq(None::<ReviewId>),
            disagreement::resolution.eq(""),
            disagreement::level.eq(None::<f64>),
            disagreement::note.eq(""),
            disagreement::resolved_by.eq(""),
            disagreement::resolved_at.eq(None::<UtcTime>),
            disagreement::version.eq(disagreement::version + 1),
        ))
        .execute(db)?;
    Ok(())
}

/// Lets a case stand no longer.
pub fn disagreement_lapse(db: &mut Db, id: &DisagreementId) -> Result<()> {
    let past = (disagreement::state.eq(CaseState::Lapsed), disagreement::version.eq(disagreement::version + 1));
    diesel::update(disagreement::table.find(id)).set(past).execute(db)?;
    Ok(())
}

/// Settles a case; 0 rows when it was settled before.
pub fn disagreement_settle(db: &mut Db, id: &DisagreementId, how: Resolution, level: f64, note: &str, by: &str, at: UtcTime) -> Result<usize> {
    Ok(diesel::update(disagreement::table.find(id).filter(disagreement::state.eq_any(CaseState::WAITING)))
        .set((
            disagreement::state.eq(CaseState::Resolved),
            disagreement::resolution.eq(how.as_str()),
            disagreement::level.eq(Some(level)),
            disagreement::note.eq(note),
            disagreement::resolved_by.eq(by),
            disagreement::resolved_at.eq(Some(at)),
            disagreement::version.eq(disagreement::version + 1),
        ))
        .execute(db)?)
}

/// The agreement of a round as it was last computed, and when.
pub fn agreement(db: &mut Db, round: &RoundId) -> Result<Option<(UtcTime, String)>> {
    Ok(round_agreement::table.find(round).select((round_agreement::computed_at, round_agreement::content)).first(db).optional()?)
}

/// Puts the agreement of a round in the place of the one before.
pub fn agreement_replace(db: &mut Db, round: &RoundId, at: UtcTime, content: &str) -> Result<()> {
    diesel::delete(round_agreement::table.find(round)).execute(db)?;
    let row = (round_agreement::round_id.eq(round), round_agreement::computed_at.eq(at), round_agreement::content.eq(content));
    diesel::insert_into(round_agreement::table).values(row).execute(db)?;
    Ok(())
}
