//! Evidence: adding, removing and handing out files.
//!
//! Bytes leave this room only after the policy was asked, and only if they still have the hash that
//! was written down when they came. What came by older rules is looked into again on its way out. Few files are
//! looked into at once in this process: each may take a second, and a request may bring many.

use std::time::Duration;

use serde_json::json;

use super::{Call, Permit, change, form_of, found, report_for};
use crate::ground::gate::Gate;
use crate::ground::ids::{EvidenceId, ReportId, SubmissionId};
use crate::ground::receipt::sha256_hex;
use crate::ground::{Error, FieldError, MeasureCode, Result};
use crate::people::policy::UseCase;
use crate::reports::evidence::{CleanFile, MOST_FILES, NewFile, RULES, again, take};
use crate::reports::problems::EVIDENCE_WITHHELD;
use crate::reports::store::{self, EvidenceRow, files};
use crate::reports::submission::{Content, EvidenceRef};
use crate::reports::views::EvidenceView;
use crate::rounds::place::Place;
use crate::store::Db;

/// Files that are looked into at the same moment, and how many more wait.
const AT_ONCE: usize = 2;
const WAITING: usize = 16;
/// Of those, how many are of one person: whose files take long hold up nobody else.
const SHARE: usize = 3;

/// Lets a file in to be looked into. The roof registers the one of the process.
#[derive(Debug)]
pub struct Looking {
    gate: Gate,
    patience: Duration,
}

impl Looking {
    fn waits(patience: Duration) -> Self {
        Self { gate: Gate::new("evidence", AT_ONCE, WAITING, SHARE), patience }
    }

    /// Errors: those of `work`; unavailable where too many files wait.
    fn at<T>(&self, who: &str, work: impl FnOnce() -> T) -> Result<T> {
        let _place = self.gate.enter(who, self.patience)?;
        Ok(work())
    }
}

impl Default for Looking {
    fn default() -> Self {
        Self::waits(Duration::from_secs(8))
    }
}

/// Adds files to a measure, or to the report as a whole (no `measure`): all of them or none. A
/// file that the report has already is not stored again.
pub fn evidence_add(call: &Call<'_>, id: &ReportId, measure: Option<&MeasureCode>, new: Vec<NewFile>) -> Result<Vec<EvidenceView>> {
    let permit = report_for(call, UseCase::evidence_add, id)?;
    let form = permit.read(|db| form_of(db, &permit.place.round.framework_id))?;
    if measure.is_some_and(|m| !form.has(m)) {
        return Err(Error::field("measure", "unknown_choice"));
    }
    let clean = all_clean(new, call.service.config.limits.evidence_bytes, (call.service.registered()?, &call.caller.whose()))?;
    permit.write(|db| {
        change(db, id, &permit.place)?;
        let mut there = files::evidence_of(db, id)?;
        let mut room = usize::try_from(files::evidence_count(db, id)?).map_or(0, |count| MOST_FILES.saturating_sub(count));
        let mut views = Vec::new();
        for file in &clean {
            let sha256 = sha256_hex(&file.bytes);
            if let Some(same) = there.iter().find(|e| e.sha256 == sha256) {
                views.push(same.view(true));
                continue;
            }
            if room == 0 {
                return Err(too_many_files());
            }
            room -= 1;
            let row = EvidenceRow {
                id: EvidenceId::new(&*call.service.clock, &*call.service.chance),
                report_id: id.clone(),
                measure: measure.cloned(),
                file_name: file.name.clone(),
                media_type: file.kind.to_string(),
                size: i32::try_from(file.bytes.len()).map_err(Error::internal)?,
                sha256,
                removed_at: None,
                created_at: call.now,
                created_by: call.caller.actor(),
                taken_out: file.taken_out.clone(),
                rules: RULES,
            };
            files::evidence_insert(db, &row, &file.bytes)?;
            let about =
                json!({"report": id, "measure": measure.map_or("", |m| m), "sha256": row.sha256, "size": row.size, "taken_out": row.taken_out});
            permit.audit(db, &row.id, &about)?;
            views.push(row.view(false));
            there.push(row);
        }
        Ok(views)
    })
}

fn all_clean(new: Vec<NewFile>, most: usize, (looking, who): (&Looking, &str)) -> Result<Vec<CleanFile>> {
    if new.is_empty() {
        return Err(Error::field("file", "not_a_file"));
    }
    if new.len() > MOST_FILES {
        return Err(too_many_files());
    }
    let (mut clean, mut errors) = (Vec::new(), Vec::new());
    for file in new {
        match looking.at(who, || take(file, most))? {
            Ok(file) => clean.push(file),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(clean) } else { Err(Error::Invalid(errors)) }
}

fn too_many_files() -> Error {
    Error::Invalid(vec![FieldError::new("file", "too_many_files").with("max", MOST_FILES)])
}

/// A file with its report, and the use case allowed to it.
fn file_for<'c>(call: &'c Call<'c>, use_case: UseCase, id: &EvidenceId) -> Result<Permit<'c, (EvidenceRow, Place)>> {
    call.find(use_case, |db| {
        let row = files::evidence(db, id)?;
        let place = found(db, &row.report_id)?.place;
        let target = place.target();
        Ok(((row, place), target))
    })
}

/// Takes a file out of the draft; submissions that name it keep it, and where none does its bytes are deleted.
/// Returns what it was. `of` is the report that the caller says it belongs to.
pub fn evidence_remove(call: &Call<'_>, of: Option<&ReportId>, id: &EvidenceId) -> Result<(ReportId, EvidenceRef)> {
    let permit = file_for(call, UseCase::evidence_remove, id)?;
    let (row, place) = &*permit;
    if of.is_some_and(|of| *of != row.report_id) {
        return Err(Error::NotFound("evidence"));
    }
    if row.removed_at.is_none() {
        permit.write(|db| {
            change(db, &row.report_id, place)?;
            if files::evidence_remove(db, id, call.now)? == 1 {
                let unnamed = files::evidence_unnamed(db, &row.report_id)?;
                let erased = files::evidence_erase(db, &unnamed)? > 0;
                permit.audit(db, id, &json!({"report": row.report_id, "erased": erased}))?;
            }
            Ok(())
        })?;
    }
    Ok((row.report_id.clone(), row.file()))
}

/// A file for the city and the coordinator. A removed one only while a submission names it.
pub fn evidence_read(call: &Call<'_>, id: &EvidenceId) -> Result<(EvidenceRef, Vec<u8>)> {
    let permit = file_for(call, UseCase::evidence_read, id)?;
    let (row, _) = &*permit;
    let stored = permit.read(|db| {
        if row.removed_at.is_some() {
            let frozen = store::submissions_of(db, &row.report_id)?;
            if !frozen.iter().any(|s| names(&s.content, id)) {
                return Err(Error::NotFound("evidence"));
            }
        }
        stored(db, row.file())
    })?;
    stored.opened(call.service.registered()?, &call.caller.whose())
}

/// Submissions that name a file.
pub fn submissions_naming(db: &mut Db, id: &EvidenceId) -> Result<Vec<SubmissionId>> {
    let report = files::evidence(db, id)?.report_id;
    let frozen = store::submissions_of(db, &report)?;
    Ok(frozen.into_iter().filter(|s| names(&s.content, id)).map(|s| s.id).collect())
}

fn names(content: &str, id: &EvidenceId) -> bool {
    serde_json::from_str::<Content>(content).is_ok_and(|c| c.evidence.iter().any(|e| e.id == *id))
}

/// A file for whoever may read a submission, reviewers above all: only if the submission names it.
/// Ask the policy about the submission (or the review) before.
pub fn evidence_for_submission(db: &mut Db, submission: &SubmissionId, id: &EvidenceId) -> Result<StoredFile> {
    let frozen = store::submission(db, submission)?;
    let file = frozen.content.evidence.into_iter().find(|e| e.id == *id).ok_or(Error::NotFound("evidence"))?;
    stored(db, file)
}

/// A file as it is stored; it leaves through `opened`.
#[derive(Debug)]
pub struct StoredFile {
    pub file: EvidenceRef,
    bytes: Vec<u8>,
    rules: i32,
}

impl StoredFile {
    /// The file as it may be opened. One that came by older rules is looked into now: it loses what acts, or,
    /// where it cannot, is withheld (`evidence_withheld`). To be called where no connection is held. Errors: unavailable
    /// where too many are looked into.
    pub fn opened(self, looking: &Looking, who: &str) -> Result<(EvidenceRef, Vec<u8>)> {
        let Self { mut file, bytes, rules } = self;
        if sha256_hex(&bytes) != file.sha256 {
            return Err(Error::internal(format!("evidence {} is not what was stored", file.id)));
        }
        if rules >= RULES {
            return Ok((file, bytes));
        }
        let (bytes, taken_out) = looking.at(who, || again(&file.media_type, bytes))?.ok_or(Error::Conflict(EVIDENCE_WITHHELD))?;
        file.taken_out = taken_out;
        (file.sha256, file.size) = (sha256_hex(&bytes), i32::try_from(bytes.len()).unwrap_or(i32::MAX));
        Ok((file, bytes))
    }
}

fn stored(db: &mut Db, file: EvidenceRef) -> Result<StoredFile> {
    let (bytes, rules) = files::evidence_bytes(db, &file.id)?;
    Ok(StoredFile { file, bytes, rules })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_files_are_looked_into_at_once_and_the_next_one_waits_or_hears_so() {
        let looking = Looking::waits(Duration::ZERO);
        let new = || vec![NewFile { name: "a.csv".to_owned(), bytes: b"=1".to_vec() }];
        let old = |rules| StoredFile {
            file: EvidenceRef {
                id: EvidenceId::from_stored("evd_1".to_owned()),
                measure: None,
                file_name: "a.csv".to_owned(),
                media_type: "text/csv".to_owned(),
                size: 2,
                sha256: sha256_hex(b"=1"),
                taken_out: Vec::new(),
            },
            bytes: b"=1".to_vec(),
            rules,
        };
        let inside: Vec<_> = (0..AT_ONCE).map(|n| looking.gate.enter(&n.to_string(), Duration::ZERO).unwrap()).collect();
        assert!(matches!(all_clean(new(), 100, (&looking, "amina")), Err(Error::Unavailable(_))));
        assert!(matches!(old(RULES - 1).opened(&looking, "amina"), Err(Error::Unavailable(_))));
        assert_eq!(old(RULES).opened(&looking, "amina").unwrap().1, b"=1", "what came by the rules of today waits for nobody");
        drop(inside);
        assert_eq!(all_clean(new(), 100, (&looking, "amina")).unwrap()[0].bytes, b"'=1");
        assert_eq!(old(RULES - 1).opened(&looking, "amina").unwrap().1, b"'=1");
        let many = (0..=MOST_FILES).flat_map(|_| new()).collect();
        assert!(matches!(all_clean(many, 100, (&looking, "amina")), Err(Error::Invalid(_))), "more than a report may have");
    }
}
