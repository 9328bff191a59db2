//! Answers on their way out, for programs: a survey is closed for good, a file of its responses is asked for, looked
//! after and taken; what people wrote; codebooks.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::Answer;
use crate::ground::error::Checks;
use crate::ground::ids::{ExportId, InstrumentId, SurveyId};
use crate::ground::{Error, Result};
use crate::people::call::Call;
use crate::people::caller::Ctx;
use crate::people::policy::UseCase;
use crate::surveys::actions;
use crate::surveys::export::ExportFormat;
use crate::surveys::views::{CodebookFormat, ExportInput, ExportView, SurveyView, TextView};
use crate::web::body::{Body, created, ok, ok_versioned};
use crate::web::download::{attachment, csv};
use crate::web::paging::{Listing, PageQuery};
use crate::web::routes::Routes;

pub fn routes(r: &mut Routes) {
    r.get("/api/v1/instruments/{instrument_id}/codebook", UseCase::codebook_read, codebook_read)
        .summary("What the variables of exported responses mean: as a table, or as DDI-Codebook 2.5.")
        .query("language", "Of the labels; the closest to yours if absent.")
        .query_of::<CodebookFormat>("format", "`csv` if absent.")
        .gives_a_file(["text/csv", "application/xml"])
        .may_refuse(&[422]);
    r.post("/api/v1/surveys/{survey_id}/seal", UseCase::survey_seal, survey_seal)
        .summary("Close a survey for good: it is never opened again, and its answers may leave.")
        .gives_version::<SurveyView>();
    r.post("/api/v1/surveys/{survey_id}/exports", UseCase::response_export, response_export)
        .summary("Ask for a file of the responses of a survey that was closed for good. It is made behind the request and kept for a day.")
        .takes::<ExportInput>()
        .creates_once::<ExportView>();
    r.get("/api/v1/exports/{export_id}", UseCase::response_export_read, response_export_read)
        .summary("How far a file has come that you asked for.")
        .gives_version::<ExportView>();
    r.get("/api/v1/exports/{export_id}/file", UseCase::response_file_read, response_file_read)
        .summary("The file itself, once it is ready; for nobody but who asked for it.")
        .gives_a_file(ExportFormat::ALL.iter().map(|format| format.media_type()))
        .may_refuse(&[409]);
    r.get("/api/v1/surveys/{survey_id}/texts", UseCase::response_texts_read, response_texts_read)
        .summary("What people wrote to one question of a survey that was closed for good, in an order that tells nothing. It may name people.")
        .query("question", "Name of the question; the first that takes text if absent.")
        .query("find", "Only texts with this in them.")
        .query("cursor", "The next_cursor of the page before.")
        .query("limit", "Items on a page, 1 to 200.")
        .gives::<Listing<TextView>>(200)
        .may_refuse(&[409, 422]);
}

#[derive(Debug, Default, Deserialize)]
struct CodebookQuery {
    language: Option<String>,
    format: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct TextsQuery {
    question: Option<String>,
    #[serde(default)]
    find: String,
}

/// The kind of codebook that was asked for.
fn kind(asked: Option<&str>) -> Result<CodebookFormat> {
    let mut checks = Checks::new();
    let format = checks.parse("format", asked.filter(|word| !word.is_empty()).unwrap_or("csv"), "unknown_choice");
    checks.done()?;
    format.ok_or_else(|| Error::field("format", "unknown_choice"))
}

async fn codebook_read(ctx: Ctx, id: web::Path<InstrumentId>, query: web::Query<CodebookQuery>) -> Answer {
    let query = query.into_inner();
    let format = kind(query.format.as_deref()).map_err(|error| ctx.fail(error))?;
    let (name, text) = ctx.run(move |call| actions::codebook_read(call, &id, format, query.language.as_deref())).await?;
    Ok(match format {
        CodebookFormat::Csv => csv(&name, &text),
        CodebookFormat::Ddi => attachment(&name, "application/xml", text.into_bytes()),
    })
}

async fn survey_seal(ctx: Ctx, id: web::Path<SurveyId>) -> Answer {
    ctx.answer(move |call| actions::survey_seal(call, &id), move |view| ok_versioned(&view, view.version)).await
}

async fn response_export(ctx: Ctx, id: web::Path<SurveyId>, body: Body<ExportInput>) -> Answer {
    let reply = |(view, new): (ExportView, bool)| -> HttpResponse {
        let at = format!("/api/v1/exports/{}", view.id);
        if new { created(&view, &at, view.version) } else { ok_versioned(&view, view.version) }
    };
    ctx.answer(move |call| actions::response_export(call, &id, &body.0), reply).await
}

async fn response_export_read(ctx: Ctx, id: web::Path<ExportId>) -> Answer {
    let view = ctx.run(move |call| actions::response_export_read(call, &id)).await?;
    Ok(ok_versioned(&view, view.version))
}

async fn response_file_read(ctx: Ctx, id: web::Path<ExportId>) -> Answer {
    let id = id.into_inner();
    let of = id.clone();
    let (view, first) = ctx.run(move |call| actions::response_file_read(call, &of, 0)).await?;
    let next = move |call: &Call<'_>, place| actions::response_file_read(call, &id, place).map(|(_, part)| part);
    Ok(ctx.file((&view.file_name, view.format.media_type(), view.bytes.unsigned_abs()), first, next))
}

async fn response_texts_read(ctx: Ctx, id: web::Path<SurveyId>, query: web::Query<TextsQuery>, page: web::Query<PageQuery>) -> Answer {
    let (query, page) = (query.into_inner(), page.into_inner());
    let texts = ctx.run(move |call| actions::response_texts_read(call, &id, query.question.as_deref(), &query.find, &page.at()?)).await?;
    Ok(ok(&texts.list))
}
