//! SQL of lists over many reports: what a caller's scopes cover, the coordinator's funnel, and whom
//! letters go to.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::drafts::ReportRow;
use crate::ground::ids::{ParticipationId, ReportId, RoundId, SubmissionId};
use crate::ground::{Result, UtcTime};
use crate::mail::letter::Recipient;
use crate::people::identity::{Role, ScopeKind};
use crate::people::policy::Reach;
use crate::people::store::recipients_with_role;
use crate::reports::form::ReportState;
use crate::reports::views::ReportStanding;
use crate::rounds::place::Place;
use crate::rounds::store as rounds;
use crate::store::Db;
use crate::store::schema::{report, report_section, submission};
use crate::web::paging::PageAt;

/// Reports within reach, newest first.
pub fn reports(db: &mut Db, reach: &Reach, of_round: Option<&RoundId>, at: &PageAt<ReportId>) -> Result<Vec<ReportRow>> {
    let mut query = report::table.order(report::id.desc()).limit(at.limit + 1).select(ReportRow::as_select()).into_boxed();
    if !reach.is_everything() {
        query = query.filter(report::participation_id.eq_any(rounds::within!(reach)));
    }
    if let Some(round) = of_round {
        query = query.filter(report::participation_id.eq_any(rounds::of_round(round.clone())));
    }
    if let Some(after) = &at.after {
        query = query.filter(report::id.lt(after));
    }
    Ok(query.load(db)?)
}

/// Participations among the given ones whose report was begun.
pub fn begun(db: &mut Db, ids: &[ParticipationId]) -> Result<BTreeSet<ParticipationId>> {
    Ok(report::table.filter(report::participation_id.eq_any(ids)).select(report::participation_id).load(db)?.into_iter().collect())
}

/// Ids of every submission within reach.
pub fn submissions_within(db: &mut Db, reach: &Reach) -> Result<Vec<SubmissionId>> {
    let mine = submission::table.inner_join(report::table).filter(report::participation_id.eq_any(rounds::within!(reach)));
    Ok(mine.select(submission::id).load(db)?)
}

/// Every submission of some participations, each with its report.
pub fn submissions_by(db: &mut Db, ids: &BTreeSet<ParticipationId>) -> Result<Vec<(ReportId, SubmissionId)>> {
    let theirs = submission::table.inner_join(report::table).filter(report::participation_id.eq_any(ids));
    Ok(theirs.select((report::id, submission::id)).load(db)?)
}

/// A submission's number, id and instant.
pub type Numbered = (i32, SubmissionId, UtcTime);

/// Number, id and instant of every submission of some reports, oldest first.
pub fn submissions(db: &mut Db, ids: &[ReportId]) -> Result<HashMap<ReportId, Vec<Numbered>>> {
    let rows: Vec<(ReportId, i32, SubmissionId, UtcTime)> = submission::table
        .filter(submission::report_id.eq_any(ids))
        .order(submission::number.asc())
        .select((submission::report_id, submission::number, submission::id, submission::submitted_at))
        .load(db)?;
    let mut by_report: HashMap<ReportId, Vec<(i32, SubmissionId, UtcTime)>> = HashMap::new();
    for (report, number, id, at) in rows {
        by_report.entry(report).or_default().push((number, id, at));
    }
    Ok(by_report)
}

/// Where the reports of some participations stand; those not begun are absent.
pub fn standing_by_participation(db: &mut Db, ids: &[ParticipationId]) -> Result<HashMap<ParticipationId, ReportStanding>> {
    let rows: Vec<(ReportId, ParticipationId, ReportState)> =
        report::table.filter(report::participation_id.eq_any(ids)).select((report::id, report::participation_id, report::state)).load(db)?;
    let due: HashMap<ParticipationId, UtcTime> = rounds::places(db, ids)?.into_iter().map(|p| (p.participation, p.round.report_due_at)).collect();
    let reports: Vec<ReportId> = rows.iter().map(|r| r.0.clone()).collect();
    let written: Vec<ReportId> = report_section::table
        .filter(report_section::report_id.eq_any(&reports))
        .filter(report_section::body.ne(""))
        .select(report_section::report_id)
        .load(db)?;
    let mut sections: HashMap<ReportId, usize> = HashMap::new();
    for id in written {
        *sections.entry(id).or_default() += 1;
    }
    let submissions = submissions(db, &reports)?;
    let standing = |(id, participation, state): (ReportId, ParticipationId, ReportState)| {
        let all = submissions.get(&id).map_or(&[][..], Vec::as_slice);
        let standing = ReportStanding {
            state,
            sections_done: sections.get(&id).copied().unwrap_or(0),
            submitted_at: all.last().map(|s| s.2),
            submission_id: all.last().map(|s| s.1.clone()),
            late: all.first().is_some_and(|s| due.get(&participation).is_some_and(|due| s.2 > *due)),
            report_id: id,
        };
        (participation, standing)
    };
    Ok(rows.into_iter().map(standing).collect())
}

/// The city's officers, by grants of the city.
pub fn officers(db: &mut Db, place: &Place) -> Result<Vec<Recipient>> {
    recipients_with_role(db, Role::CityOfficer, ScopeKind::City, place.city.id.as_str())
}

/// The round's coordinators, those of the whole instance included.
pub fn coordinators(db: &mut Db, place: &Place) -> Result<Vec<Recipient>> {
    recipients_with_role(db, Role::Coordinator, ScopeKind::Round, place.round.id.as_str())
}
