//! The pages of reports: list, overview, submitting and what was frozen. Sections, statistics and
//! files have files of their own.

mod files;
mod sections;
mod statistics;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::actions;
use super::evidence::accept;
use super::form::{Gap, Part};
use super::submission::EvidenceRef;
use super::views::{AtWork, AtWorkSeat, ReportBegin, ReportReturn, ReportSummary, ReportView, SubmissionView};
use crate::ground::ids::{ReportId, RoundId, SubmissionId};
use crate::ground::problems::{ALREADY_SUBMITTED, CLOSED, CONFLICT, INVALID};
use crate::ground::{Error, FieldError, UtcTime, Zone};
use crate::people::caller::{Again, Ctx, Sent};
use crate::people::identity::Target;
use crate::people::policy::UseCase;
use crate::web::failure::Failure;
use crate::web::form::RawForm;
use crate::web::paging::PageQuery;
use crate::web::routes::Routes;
use crate::web::texts::{as_given, size};

type Answer = Result<HttpResponse, Failure>;

pub fn routes(r: &mut Routes) {
    r.get("/reports", UseCase::report_list, report_list);
    r.post("/reports", UseCase::report_begin, report_begin);
    r.get("/reports/{report_id}", UseCase::report_read, report_read);
    r.get("/reports/{report_id}/sections/{measure}", UseCase::report_read, sections::section_read);
    r.post("/reports/{report_id}/sections/{measure}", UseCase::report_section_save, sections::section_save);
    r.get("/reports/{report_id}/statistics", UseCase::report_read, statistics::statistics_first);
    r.get("/reports/{report_id}/statistics/{area}", UseCase::report_read, statistics::statistics_read);
    r.post("/reports/{report_id}/statistics/{area}", UseCase::report_statistic_save, statistics::statistics_save);
    r.post("/reports/{report_id}/evidence", UseCase::evidence_add, files::evidence_add);
    r.get("/evidence/{evidence_id}", UseCase::evidence_read, files::evidence_read);
    r.post("/evidence/{evidence_id}/remove", UseCase::evidence_remove, files::evidence_remove);
    r.get("/reports/{report_id}/submit", UseCase::report_submit, report_check);
    r.post("/reports/{report_id}/submit", UseCase::report_submit, report_submit);
    r.post("/reports/{report_id}/return", UseCase::report_return, report_return);
    r.get("/submissions/{submission_id}", UseCase::submission_read, submission_read);
}

#[derive(Deserialize)]
struct ListQuery {
    cursor: Option<String>,
    limit: Option<i64>,
    round_id: Option<RoundId>,
}

/// A text of this room with arguments, in the reader's language.
fn say(ctx: &Ctx, key: &str, args: &[(&str, &str)]) -> String {
    ctx.service.pages.texts().with(&ctx.language, key, args)
}

/// An instant as people there read it: `2026-11-30 23:59`.
fn local(at: UtcTime, zone: Zone) -> String {
    at.local(zone)
}

/// A value for reading: as it was given, a dash where there is none.
fn for_people(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), as_given)
}

/// The deadline of a report, for the city that writes it.
fn due(s: &ReportSummary) -> String {
    s.due_at.deadline(s.round_time_zone, Some(s.time_zone))
}

/// A file as the lists show it.
fn file_row(file: &EvidenceRef) -> Value {
    let (size_key, size) = size(file.size);
    let kind = file.file_name.rsplit_once('.').map_or("", |(_, e)| e).to_uppercase();
    json!({"id": file.id, "name": file.file_name, "measure": file.measure, "kind": kind, "size_key": size_key, "size": size, "taken_out": file.taken_out})
}

/// What every page about a report shows of it.
fn head(view: &ReportView) -> Value {
    let s = &view.summary;
    json!({
        "id": s.id, "city": s.city_name, "round": s.round_name, "state": s.state, "due": due(s), "zone": s.time_zone,
        "late": s.late, "may_change": view.may_change,
    })
}

/// A save that came too late, with what became of the report meanwhile; the page gives back what
/// was typed.
fn too_late(ctx: &Ctx, again: Again, id: &ReportId) -> Failure {
    let key = match again.code() {
        Some(ALREADY_SUBMITTED) => Some("reports-too-late-submitted"),
        Some(CLOSED) => Some("reports-too-late-closed"),
        _ => None,
    };
    let failure = again.failure(ctx, &format!("/reports/{id}"));
    if let Some(key) = key { failure.saying(ctx.t(key)) } else { failure }
}

fn state_class(state: super::form::ReportState) -> &'static str {
    use super::form::ReportState::{Draft, Returned, Submitted};
    match state {
        Draft => "active",
        Submitted => "good",
        Returned => "warn",
    }
}

async fn report_list(ctx: Ctx, query: web::Query<ListQuery>) -> Answer {
    let ListQuery { cursor, limit, round_id } = query.into_inner();
    let page = ctx
        .run(move |call| {
            let list = actions::report_list(call, round_id.as_ref(), &PageQuery { cursor, limit }.at()?)?;
            let reports: Vec<Value> = list
                .items
                .iter()
                .map(|s| {
                    json!({
                        "id": s.id, "city": s.city_name, "round": s.round_name, "state": s.state, "class": state_class(s.state),
                        "due": due(s), "late": s.late,
                        "sections_done": s.sections_done, "sections": s.sections_asked,
                        "statistics_done": s.statistics_done, "statistics": s.statistics_asked,
                    })
                })
                .collect();
            let begin: Vec<Value> = actions::report_list_to_begin(call)?
                .iter()
                .map(|p| {
                    json!({
                        "participation": p.participation, "city": p.city.name, "round": p.round.name, "late": call.now > p.round.report_due_at,
                        "due": p.round.report_due_at.deadline(p.round.time_zone, Some(p.city.time_zone)),
                    })
                })
                .collect();
            let next = list.next_cursor.map(|c| match &round_id {
                Some(round) => format!("?round_id={round}&cursor={c}"),
                None => format!("?cursor={c}"),
            });
            Ok(json!({"reports": reports, "begin": begin, "next": next}))
        })
        .await?;
    ctx.page("reports/reports", &ctx.t("reports-title"), page).await
}

async fn report_begin(ctx: Ctx, form: RawForm) -> Answer {
    let form = ctx.accept(form)?;
    let (view, _) = ctx.run(move |call| actions::report_begin(call, &form.read::<ReportBegin>()?)).await?;
    Ok(ctx.redirect(&format!("/reports/{}", view.summary.id), "", ""))
}

async fn report_read(ctx: Ctx, id: web::Path<ReportId>) -> Answer {
    overview(&ctx, id.into_inner(), Again::fresh(json!({}))).await
}

/// The overview of a report, perhaps with what is wrong with an upload.
async fn overview(ctx: &Ctx, id: ReportId, again: Again) -> Answer {
    let view = ctx.run(move |call| actions::report_read(call, &id)).await?;
    let s = &view.summary;
    let areas: Vec<Value> = view.areas.iter().map(|area| area_row(&view, &area.code, &json!(area.label))).collect();
    let newest =
        view.submissions.last().map(|n| json!({"id": n.id, "receipt": n.receipt, "number": n.number, "at": local(n.submitted_at, s.time_zone)}));
    let evidence: Vec<Value> = view
        .evidence
        .iter()
        .map(|e| {
            let mut row = file_row(&e.file);
            row["section"] = json!(e.file.measure.as_ref().and_then(|m| view.section(m)).map(|section| &section.label));
            row
        })
        .collect();
    let page = json!({
        "report": head(&view), "class": state_class(s.state), "areas": areas, "evidence": evidence, "submission": newest,
        "sections_done": s.sections_done, "sections": s.sections_asked, "statistics_done": s.statistics_done, "statistics": s.statistics_asked,
        "done": s.sections_done + s.statistics_done, "all": s.sections_asked + s.statistics_asked,
        "missing": view.missing.len(), "note": view.return_note, "accept": accept(), "most": ctx.service.config.limits.evidence_bytes / 1_048_576,
    });
    let title = say(ctx, "reports-overview-title", &[("city", s.city_name.get(&ctx.language))]);
    ctx.form_page("reports/report", &title, again.naming([("file", ctx.t("reports-evidence-choose"))]), page).await
}

/// The tasks of one area: its sections, and its statistics together.
fn area_row(view: &ReportView, code: &str, label: &Value) -> Value {
    let id = &view.summary.id;
    let sections: Vec<Value> = view
        .sections
        .iter()
        .filter(|s| s.area == code)
        .map(|s| {
            let (state, class) = match (s.words, s.over_limit) {
                (0, _) => ("empty", ""),
                (_, true) => ("over", "bad"),
                (_, false) => ("written", "good"),
            };
            json!({"measure": s.measure, "label": s.label, "href": format!("/reports/{id}/sections/{}", s.measure), "state": state, "class": class, "words": s.words, "limit": s.word_limit})
        })
        .collect();
    let statistics: Vec<_> = view.statistics.iter().filter(|s| s.area == code).collect();
    let done = statistics.iter().filter(|s| s.complete).count();
    let href = format!("/reports/{id}/statistics/{code}");
    let all_done = done == statistics.len();
    json!({"code": code, "label": label, "sections": sections, "statistics": (!statistics.is_empty()).then(|| json!({"done": done, "of": statistics.len(), "href": href, "complete": all_done}))})
}

async fn report_check(ctx: Ctx, id: web::Path<ReportId>) -> Answer {
    check_page(&ctx, id.into_inner(), Again::fresh(json!({}))).await
}

/// What is missing, or the button that submits.
async fn check_page(ctx: &Ctx, id: ReportId, mut again: Again) -> Answer {
    let view = ctx.run(move |call| actions::report_check(call, &id)).await?;
    let s = &view.summary;
    if let Some(newest) = view.submissions.last().filter(|_| !s.state.may_change()) {
        return Ok(ctx.redirect(&format!("/submissions/{}", newest.id), "", ""));
    }
    let missing: Vec<Value> = view.missing.iter().map(|gap| gap_row(&view, gap)).collect();
    if missing.is_empty() {
        again = Again::fresh(json!({}));
    }
    again.gather(|_| true, FieldError::new("missing", "report_incomplete").with("count", missing.len()));
    let page = json!({
        "report": head(&view), "missing": missing, "missing_count": missing.len(), "evidence": view.evidence.len(),
        "sections": s.sections_asked, "statistics": s.statistics_asked, "again": !view.submissions.is_empty(),
    });
    ctx.form_page("reports/submit", &ctx.t("reports-check-title"), again, page).await
}

fn gap_row(view: &ReportView, gap: &Gap) -> Value {
    let id = &view.summary.id;
    let (label, href) = match gap.part {
        Part::Section => {
            let section = view.section(&gap.measure);
            (section.map(|s| &s.label), format!("/reports/{id}/sections/{}", gap.measure))
        }
        Part::Statistic => {
            let statistic = view.statistics.iter().find(|s| s.measure == gap.measure);
            let area = statistic.map_or("", |s| &s.area);
            (statistic.map(|s| &s.label), format!("/reports/{id}/statistics/{area}#value-{}", gap.measure))
        }
    };
    json!({"measure": gap.measure, "label": label, "href": href, "code": gap.code, "count": gap.count, "max": gap.max})
}

async fn report_submit(ctx: Ctx, id: web::Path<ReportId>, form: RawForm) -> Answer {
    let id = id.into_inner();
    let of = id.clone();
    match ctx.submit(form, move |call, _| actions::report_submit(call, &of)).await? {
        Sent::Done(view) => Ok(ctx.redirect(&format!("/submissions/{}", view.id), "success", &ctx.t("reports-submitted"))),
        // Pressed twice: the same receipt.
        Sent::Again(again) if again.code() == Some(ALREADY_SUBMITTED) => {
            let newest = newest_submission(&ctx, id).await?;
            Ok(ctx.redirect(&format!("/submissions/{newest}"), "success", &ctx.t("reports-submitted-before")))
        }
        Sent::Again(again) if again.code() == Some(INVALID) => check_page(&ctx, id, again).await,
        Sent::Again(again) => Err(again.failure(&ctx, &format!("/reports/{id}"))),
    }
}

async fn newest_submission(ctx: &Ctx, id: ReportId) -> Result<SubmissionId, Failure> {
    let view = ctx.run(move |call| actions::report_read(call, &id)).await?;
    view.submissions.last().map(|newest| newest.id.clone()).ok_or_else(|| ctx.fail(Error::NotFound("submission")))
}

async fn report_return(ctx: Ctx, id: web::Path<ReportId>, form: RawForm) -> Answer {
    let id = id.into_inner();
    let (of, report) = (id.clone(), format!("/reports/{id}"));
    match ctx.submit(form, move |call, form| actions::report_return(call, &of, &ReportReturn { note: form.get("note").to_owned() })).await? {
        Sent::Done(()) => {
            let newest = newest_submission(&ctx, id).await?;
            Ok(ctx.redirect(&format!("/submissions/{newest}"), "success", &ctx.t("reports-returned")))
        }
        Sent::Again(again) if again.code() == Some(INVALID) => frozen(&ctx, newest_submission(&ctx, id).await?, again).await,
        Sent::Again(again) if again.code() == Some(CONFLICT) => Err(again.failure(&ctx, &report).saying(ctx.t("reports-too-late-returned"))),
        Sent::Again(again) => Err(again.failure(&ctx, &report)),
    }
}

async fn submission_read(ctx: Ctx, id: web::Path<SubmissionId>) -> Answer {
    frozen(&ctx, id.into_inner(), Again::fresh(json!({}))).await
}

/// What was frozen, for reading and printing.
async fn frozen(ctx: &Ctx, id: SubmissionId, again: Again) -> Answer {
    let (submission, report, may_return) = ctx
        .run(move |call| {
            let submission = actions::submission_read(call, &id)?;
            let report = actions::report_read(call, &submission.report_id)?;
            let s = &report.summary;
            let target = Target::of_participation(&s.round_id, &s.city_id, &s.participation_id);
            let submitted = submission.newest && !s.state.may_change();
            let may = submitted && submission.barred.is_none() && call.may(UseCase::report_return, &target);
            Ok((submission, report, may))
        })
        .await?;
    let content = &submission.content;
    let areas: Vec<Value> = report.areas.iter().map(|a| frozen_area(&submission, &report, &a.code, &json!(a.label))).collect();
    let whole: Vec<Value> = content.evidence.iter().filter(|e| e.measure.as_ref().and_then(|m| report.section(m)).is_none()).map(file_row).collect();
    let others: Vec<Value> = report
        .submissions
        .iter()
        .filter(|s| s.id != submission.id)
        .map(|s| json!({"id": s.id, "number": s.number, "at": local(s.submitted_at, submission.time_zone)}))
        .collect();
    let page = json!({
        "report": head(&report), "number": submission.number, "newest": submission.newest, "late": submission.late, "receipt": submission.receipt,
        "hash": submission.content_hash, "at": local(submission.submitted_at, submission.time_zone), "areas": areas, "files": whole,
        "others": others, "may_return": may_return, "barred": submission.barred.map(|code| ctx.t(&format!("error-{}", code.as_str().replace('_', "-")))),
        "at_work": submission.at_work.as_ref().filter(|there| !there.is_nobody()).map(|there| at_work(ctx, there)),
    });
    let title = say(ctx, "reports-submission-title", &[("city", submission.city_name.get(&ctx.language))]);
    ctx.form_page("reports/submission", &title, again, page).await
}

/// Who is at work on a submission, before it is given back.
fn at_work(ctx: &Ctx, there: &AtWork) -> Value {
    let seat = |s: &AtWorkSeat| json!({"name": s.name, "state": ctx.t(&format!("reviews-state-{}", s.state.replace('_', "-")))});
    let mut page = json!(there);
    page["seats"] = there.seats.iter().map(seat).collect();
    page
}

fn frozen_area(submission: &SubmissionView, report: &ReportView, code: &str, label: &Value) -> Value {
    let content = &submission.content;
    let sections: Vec<Value> = report
        .sections
        .iter()
        .filter(|s| s.area == code)
        .filter_map(|s| {
            let frozen = content.section(&s.measure)?;
            let files: Vec<Value> = content.evidence.iter().filter(|e| e.measure.as_ref() == Some(&s.measure)).map(file_row).collect();
            let paragraphs: Vec<&str> = frozen.body.split('\n').map(str::trim).filter(|p| !p.is_empty()).collect();
            Some(json!({"measure": s.measure, "label": s.label, "prompt": s.prompt, "paragraphs": paragraphs, "words": frozen.words, "limit": s.word_limit, "files": files}))
        })
        .collect();
    let statistics: Vec<Value> = report
        .statistics
        .iter()
        .filter(|s| s.area == code)
        .filter_map(|s| {
            let frozen = content.statistics.iter().find(|f| f.measure == s.measure)?;
            Some(json!({"measure": s.measure, "label": s.label, "unit": s.unit, "value": for_people(frozen.value), "year": frozen.year, "source": frozen.source, "not_available": frozen.not_available}))
        })
        .collect();
    json!({"code": code, "label": label, "sections": sections, "statistics": statistics})
}
