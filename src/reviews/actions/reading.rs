//! What an expert reads to judge: the submission of a review that they were given, and its files. As pages show
//! it, no more and no longer: the sections that they judge, while they are at work and no conflict stands.

use super::found::{self, Found, ReviewKey};
use super::guard::{Whom, unconflicted};
use super::writing::{judged, not_now};
use crate::ground::ids::{EvidenceId, SubmissionId};
use crate::ground::{Error, MeasureCode, Result};
use crate::people::call::Call;
use crate::people::policy::UseCase;
use crate::reports;
use crate::reports::submission::{Content, EvidenceRef};
use crate::reports::views::SubmissionView;
use crate::reviews::review::ReviewState;
use crate::store::Db;

/// A submission for whoever may read all of it, else for whoever judges it. Errors: `not_accepted` before an
/// expert has accepted, `already_submitted` and `closed` after they were at work, `conflict_of_interest`.
pub fn submission_read(call: &Call<'_>, id: &SubmissionId) -> Result<SubmissionView> {
    match reports::actions::submission_read(call, id) {
        Err(Error::NotFound(_)) if call.caller.acting_person().is_some() => {}
        other => return other,
    }
    let found = found::own_review(call, UseCase::submission_read, id)?;
    if found.row.state != ReviewState::Accepted {
        return Err(not_now(found.row.state));
    }
    found.read(|db| {
        let measures = shown(call, db, &found)?;
        reports::actions::submission_for_review(db, id, &found.place, |content| of_review(content, &measures))
    })
}

/// An evidence file of the submission under review: of the report as a whole, or of a measure that
/// this review judges.
pub fn evidence_read(call: &Call<'_>, key: &ReviewKey, id: &EvidenceId) -> Result<(EvidenceRef, Vec<u8>)> {
    let found = found::review(call, UseCase::evidence_read, key)?;
    if !matches!(found.row.state, ReviewState::Accepted | ReviewState::Submitted) {
        return Err(not_now(found.row.state));
    }
    let stored = found.read(|db| {
        let own = call.caller.acting_person() == Some(&found.row.person_id);
        let measures = if own { shown(call, db, &found)? } else { judged(db, &found.row, &found.place)?.0 };
        let stored = reports::actions::evidence_for_submission(db, &found.row.submission_id, id)?;
        if is_shown(&stored.file, &measures) { Ok(stored) } else { Err(Error::NotFound("evidence")) }
    })?;
    stored.opened(call.service.registered()?, &call.caller.whose())
}

/// A file for whoever may read all of its report, else for whoever judges it.
pub fn evidence_download(call: &Call<'_>, id: &EvidenceId) -> Result<(EvidenceRef, Vec<u8>)> {
    match reports::actions::evidence_read(call, id) {
        Err(Error::NotFound(_)) if call.caller.acting_person().is_some() => {}
        other => return other,
    }
    let found = found::review_of_evidence(call, UseCase::evidence_read, id)?;
    evidence_read(call, &ReviewKey::Id(found.into_row().row.id), id)
}

/// The measures whose sections and files the expert is shown. Errors: `conflict_of_interest`.
fn shown(call: &Call<'_>, db: &mut Db, found: &Found) -> Result<Vec<MeasureCode>> {
    unconflicted(call, db, Whom::Expert(&found.row.person_id), &found.place)?;
    Ok(judged(db, &found.row, &found.place)?.0)
}

fn is_shown(file: &EvidenceRef, measures: &[MeasureCode]) -> bool {
    file.measure.as_ref().is_none_or(|m| measures.contains(m))
}

/// Of what was frozen, what a review is about: no statistics, which nobody judges.
fn of_review(content: Content, measures: &[MeasureCode]) -> Content {
    let Content { sections, evidence, statistics: _ } = content;
    Content {
        sections: sections.into_iter().filter(|s| measures.contains(&s.measure)).collect(),
        evidence: evidence.into_iter().filter(|e| is_shown(e, measures)).collect(),
        statistics: Vec::new(),
    }
}
