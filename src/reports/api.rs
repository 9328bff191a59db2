//! The JSON face of reports and their evidence. What experts may read, too, is in the room of reviews.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::actions;
use super::evidence::NewFile;
use super::statistic::StatisticInput;
use super::views::{EvidenceView, ReportBegin, ReportReturn, ReportSummary, ReportView, SectionInput, SectionView, StatisticView, SubmissionView};
use crate::ground::ids::{EvidenceId, ReportId, RoundId};
use crate::ground::{Error, MeasureCode, Result as Outcome};
use crate::people::call::Call;
use crate::people::caller::Ctx;
use crate::people::policy::UseCase;
use crate::web::body::{Body, created, if_match, ok, ok_versioned};
use crate::web::failure::Failure;
use crate::web::form::RawUpload;
use crate::web::paging::{Listing, PageQuery};
use crate::web::routes::Routes;

type Answer = Result<HttpResponse, Failure>;

pub fn routes(r: &mut Routes) {
    r.get("/api/v1/reports", UseCase::report_list, report_list)
        .summary("Reports of your cities and rounds, newest first.")
        .query("round_id", "Only of this round.")
        .query("cursor", "The next_cursor of the page before.")
        .query("limit", "Items on a page, 1 to 200.")
        .gives::<Listing<ReportSummary>>(200);
    r.post("/api/v1/reports", UseCase::report_begin, report_begin)
        .summary("Begin the report of a participation; 200 with the one that was begun before.")
        .takes::<ReportBegin>()
        .creates_once::<ReportView>();
    r.get("/api/v1/reports/{report_id}", UseCase::report_read, report_read)
        .summary("A report with its texts, values, files and what is missing.")
        .gives_version::<ReportView>();
    r.put("/api/v1/reports/{report_id}/sections/{measure}", UseCase::report_section_save, report_section_save)
        .summary("Save a section. If-Match holds the section's version, \"v0\" for the first; a text over its limit is kept.")
        .takes::<SectionInput>()
        .within(SectionInput::LIMITS)
        .gives_version::<SectionView>();
    r.put("/api/v1/reports/{report_id}/statistics/{measure}", UseCase::report_statistic_save, report_statistic_save)
        .summary("Save a statistic. If-Match holds the statistic's version, \"v0\" for the first.")
        .takes::<StatisticInput>()
        .within(StatisticInput::LIMITS)
        .gives_version::<StatisticView>();
    r.post("/api/v1/reports/{report_id}/evidence", UseCase::evidence_add, evidence_add)
        .summary("Add one file, about a measure or the whole report. 200 if it was there before.")
        .takes_a_file()
        .creates_once::<EvidenceView>();
    r.delete("/api/v1/reports/{report_id}/evidence/{evidence_id}", UseCase::evidence_remove, evidence_remove)
        .summary("Take a file out of the draft; submissions that name it keep it.")
        .gives_nothing();
    r.post("/api/v1/reports/{report_id}/submit", UseCase::report_submit, report_submit)
        .summary("Freeze the report and hand it in.")
        .creates::<SubmissionView>();
    r.post("/api/v1/reports/{report_id}/return", UseCase::report_return, report_return)
        .summary("Give a submitted report back to the city with a note.")
        .takes::<ReportReturn>()
        .within(ReportReturn::LIMITS)
        .gives_version::<ReportView>();
}

#[derive(Deserialize)]
struct ListQuery {
    cursor: Option<String>,
    limit: Option<i64>,
    round_id: Option<RoundId>,
}

async fn report_list(ctx: Ctx, query: web::Query<ListQuery>) -> Answer {
    let ListQuery { cursor, limit, round_id } = query.into_inner();
    let list = ctx.run(move |call| actions::report_list(call, round_id.as_ref(), &PageQuery { cursor, limit }.at()?)).await?;
    Ok(ok(&list))
}

async fn report_begin(ctx: Ctx, body: Body<ReportBegin>) -> Answer {
    let reply = |(view, new): (ReportView, bool)| {
        if new { created(&view, &format!("/api/v1/reports/{}", view.summary.id), view.version) } else { ok_versioned(&view, view.version) }
    };
    ctx.answer(move |call| actions::report_begin(call, &body.0), reply).await
}

async fn report_read(ctx: Ctx, id: web::Path<ReportId>) -> Answer {
    let view = ctx.run(move |call| actions::report_read(call, &id)).await?;
    Ok(ok_versioned(&view, view.version))
}

async fn report_section_save(ctx: Ctx, path: web::Path<(ReportId, MeasureCode)>, body: Body<SectionInput>) -> Answer {
    let expected = if_match(&ctx.request);
    let view = ctx.run(move |call| actions::report_section_save(call, &path.0, &path.1, expected?, &body.0)).await?;
    Ok(ok_versioned(&view, view.version))
}

async fn report_statistic_save(ctx: Ctx, path: web::Path<(ReportId, MeasureCode)>, body: Body<StatisticInput>) -> Answer {
    let expected = if_match(&ctx.request);
    let view = ctx.run(move |call| actions::report_statistic_save(call, &path.0, &path.1, expected?, body.0)).await?;
    Ok(ok_versioned(&view, view.version))
}

/// One file and perhaps a measure. Cookies never speak for the API, so no token is needed.
fn one_file(upload: RawUpload) -> Outcome<(Option<MeasureCode>, NewFile)> {
    let (form, files) = upload.checked();
    let mut files = files?;
    if let Some((name, _)) = form.pairs().iter().find(|(name, _)| name != "measure") {
        return Err(Error::field(name.clone(), "unknown_field"));
    }
    let file = files.pop().filter(|f| f.field == "file" && files.is_empty()).ok_or_else(|| Error::field("file", "not_a_file"))?;
    let measure = match form.get("measure") {
        "" => None,
        code => Some(code.parse().map_err(|_| Error::field("measure", "unknown_choice"))?),
    };
    Ok((measure, NewFile { name: file.name, bytes: file.bytes }))
}

async fn evidence_add(ctx: Ctx, id: web::Path<ReportId>, upload: RawUpload) -> Answer {
    let add = move |call: &Call<'_>| {
        let (measure, file) = one_file(upload)?;
        let views = actions::evidence_add(call, &id, measure.as_ref(), vec![file])?;
        views.into_iter().next().ok_or_else(|| Error::internal("a file was added and is not there"))
    };
    let reply = |view: EvidenceView| {
        let location = format!("/api/v1/evidence/{}", view.file.id);
        if view.already_there { ok_versioned(&view, 1) } else { created(&view, &location, 1) }
    };
    ctx.answer(add, reply).await
}

async fn evidence_remove(ctx: Ctx, path: web::Path<(ReportId, EvidenceId)>) -> Answer {
    ctx.run(move |call| actions::evidence_remove(call, Some(&path.0), &path.1)).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn report_submit(ctx: Ctx, id: web::Path<ReportId>) -> Answer {
    ctx.answer(move |call| actions::report_submit(call, &id), move |view| created(&view, &format!("/api/v1/submissions/{}", view.id), view.number))
        .await
}

async fn report_return(ctx: Ctx, id: web::Path<ReportId>, body: Body<ReportReturn>) -> Answer {
    let give_back = move |call: &Call<'_>| {
        actions::report_return(call, &id, &body.0)?;
        actions::report_read(call, &id)
    };
    ctx.answer(give_back, |view| ok_versioned(&view, view.version)).await
}
