//! Answers on their way out, for people: what may leave a survey, files being made, what people wrote, codebooks.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::office::target;
use crate::ground::ids::{ExportId, InstrumentId, SurveyId};
use crate::ground::problems::Code;
use crate::ground::{Error, Language};
use crate::people::call::Call;
use crate::people::caller::{Again, Ctx, Sent};
use crate::people::policy::UseCase;
use crate::surveys::actions;
use crate::surveys::export::{ExportFormat, ExportState};
use crate::surveys::language;
use crate::surveys::views::{CodebookFormat, ExportView, SurveyView};
use crate::web::download::{attachment, csv};
use crate::web::failure::Failure;
use crate::web::form::RawForm;
use crate::web::paging::PageQuery;
use crate::web::request::query_value;
use crate::web::texts::number;

type Answer = Result<HttpResponse, Failure>;

/// A page about answers of a survey is called so, and leads back to it.
fn around(call: &Call<'_>, view: &SurveyView, also: Option<(String, &str)>) -> Value {
    let texts = call.service.pages.texts();
    let name = format!("{}: {}", view.city.get(&call.language), view.title.get(&call.language));
    let mut crumbs = vec![
        json!({"href": "/surveys", "label": texts.get(&call.language, "surveys-title")}),
        json!({"href": format!("/surveys/{}", view.id), "label": name}),
    ];
    crumbs.extend(also.map(|(href, key)| json!({"href": href, "label": texts.get(&call.language, key)})));
    json!(crumbs)
}

pub async fn survey_seal(ctx: Ctx, id: web::Path<SurveyId>, form: RawForm) -> Answer {
    ctx.accept(form)?;
    let back = format!("/surveys/{id}/exports");
    match ctx.run(move |call| actions::survey_seal(call, &id)).await {
        Ok(_) => Ok(ctx.redirect(&back, "success", &ctx.t("surveys-sealed-flash"))),
        Err(Failure { error: Error::Conflict(code), .. }) => Ok(ctx.redirect(&back, "warning", &sentence(&ctx, code))),
        Err(other) => Err(other),
    }
}

fn sentence(ctx: &Ctx, code: Code) -> String {
    ctx.t(&key_of(code))
}

fn key_of(code: Code) -> String {
    format!("error-{}", code.as_str().replace('_', "-"))
}

pub async fn exports_page(ctx: Ctx, id: web::Path<SurveyId>) -> Answer {
    exports_form(&ctx, id.into_inner(), Again::fresh(json!({"format": ExportFormat::Csv}))).await
}

async fn exports_form(ctx: &Ctx, id: SurveyId, again: Again) -> Answer {
    let page = ctx
        .run(move |call| {
            let out = actions::exports_of(call, &id)?;
            let texts = call.service.pages.texts();
            let may = |use_case| call.may(use_case, &target(&out.view));
            let zone = call.caller.zone();
            let exports: Vec<Value> = out
                .exports
                .iter()
                .map(|one| {
                    let mut row = export_data(one);
                    row["ends"] = json!(one.ends_at.local(zone));
                    row["size"] = json!(size(call, one.bytes));
                    row["language"] = json!({"tag": one.language, "name": language::name(&one.language)});
                    row
                })
                .collect();
            let languages: Vec<Value> =
                out.languages.iter().map(|one| json!({"value": one.language, "label": language::name(&one.language)})).collect();
            let formats: Vec<Value> = ExportFormat::ALL
                .iter()
                .map(|format| {
                    let text = |part: &str| texts.get(&call.language, &format!("surveys-export-{part}{format}"));
                    json!({"value": format, "label": text(""), "hint": text("about-")})
                })
                .collect();
            let wait = out.waits_for.map(|code| texts.get(&call.language, &key_of(code)));
            Ok(json!({
                "survey": out.view, "why": wait, "limit": out.limit, "languages": languages, "formats": formats, "exports": exports,
                "language": out.languages.iter().find(|one| one.chosen).map(|one| &one.language), "own_words": out.own_words,
                "may_seal": may(UseCase::survey_seal), "may_export": may(UseCase::response_export),
                "may_codebook": crate::people::policy::somewhere(&call.caller, UseCase::codebook_read),
                "making": out.exports.iter().any(|one| matches!(one.state, ExportState::Waiting | ExportState::Running)),
                "crumbs": around(call, &out.view, None),
            }))
        })
        .await?;
    ctx.form_page("surveys/exports", &ctx.t("surveys-exports-title"), again, page).await
}

fn export_data(one: &ExportView) -> Value {
    let mut row = json!(one);
    row["ready"] = json!(one.state == ExportState::Ready);
    row["failed"] = json!(one.state == ExportState::Failed);
    row["running"] = json!(one.state == ExportState::Running);
    // Said in words beside the bar, which not everybody sees.
    row["percent"] = json!(if one.todo > 0 { one.done * 100 / one.todo } else { 0 });
    row
}

/// A size as people read it.
fn size(call: &Call<'_>, bytes: i64) -> String {
    let texts = call.service.pages.texts();
    let (value, unit) =
        if bytes < 1_000_000 { (bytes as f64 / 1e3, "surveys-export-kilobytes") } else { (bytes as f64 / 1e6, "surveys-export-megabytes") };
    texts.with(&call.language, unit, &[("size", &number(value.max(0.1), 1))])
}

pub async fn response_export(ctx: Ctx, id: web::Path<SurveyId>, form: RawForm) -> Answer {
    let id = id.into_inner();
    let (of, back) = (id.clone(), format!("/surveys/{id}/exports"));
    match ctx.submit(form, move |call, form| actions::response_export(call, &of, &form.read()?)).await? {
        Sent::Done((_, new)) => {
            let said = if new { "surveys-export-asked" } else { "surveys-export-there" };
            Ok(ctx.redirect(&back, "success", &ctx.t(said)))
        }
        Sent::Again(again) if again.fields().is_empty() => Err(again.failure(&ctx, &back)),
        Sent::Again(again) => exports_form(&ctx, id, again).await,
    }
}

pub async fn response_file_read(ctx: Ctx, id: web::Path<ExportId>) -> Answer {
    let id = id.into_inner();
    let of = id.clone();
    let (view, first) = ctx.run(move |call| actions::response_file_read(call, &of, 0)).await?;
    let next = move |call: &Call<'_>, place| actions::response_file_read(call, &id, place).map(|(_, part)| part);
    Ok(ctx.file((&view.file_name, view.format.media_type(), view.bytes.unsigned_abs()), first, next))
}

#[derive(Debug, Default, Deserialize)]
pub struct TextsQuery {
    question: Option<String>,
    #[serde(default)]
    find: String,
}

pub async fn response_texts_read(ctx: Ctx, id: web::Path<SurveyId>, query: web::Query<TextsQuery>, at: web::Query<PageQuery>) -> Answer {
    let (query, at) = (query.into_inner(), at.into_inner());
    let (question, find) = (query.question.unwrap_or_default(), query.find);
    let page = ctx
        .run(move |call| {
            let texts = actions::response_texts_read(call, &id, Some(&question), &find, &at.at()?)?;
            let label = |language: &Language, one: &crate::surveys::views::Asked| {
                let label = one.label.get(language);
                if label.is_empty() { one.name.clone() } else { label.to_owned() }
            };
            let questions: Vec<Value> = texts.questions.iter().map(|one| json!({"value": one.name, "label": label(&call.language, one)})).collect();
            let chosen = texts.questions.iter().find(|one| one.chosen);
            let mut next = url::form_urlencoded::Serializer::new(String::new());
            next.append_pair("question", chosen.map_or("", |one| one.name.as_str())).append_pair("find", &find);
            let next = texts.list.next_cursor.as_ref().map(|cursor| format!("?{}", next.append_pair("cursor", cursor).finish()));
            Ok(json!({
                "survey": texts.view, "questions": questions, "question": chosen.map(|one| &one.name), "find": find, "found": texts.found,
                "all": texts.all, "texts": texts.list.items, "next": next, "looked": !find.trim().is_empty(),
                "heading": chosen.map(|one| label(&call.language, one)),
                "crumbs": around(call, &texts.view, Some((format!("/surveys/{}/exports", texts.view.id), "surveys-exports-title"))),
            }))
        })
        .await?;
    ctx.page("surveys/texts", &ctx.t("surveys-texts-title"), page).await
}

pub async fn codebook_read(ctx: Ctx, path: web::Path<(InstrumentId, String)>) -> Answer {
    let (id, format) = path.into_inner();
    let format: CodebookFormat = format.parse().map_err(|_| ctx.fail(Error::NotFound("codebook")))?;
    let language = query_value(&ctx.request, "language");
    let (name, text) = ctx.run(move |call| actions::codebook_read(call, &id, format, language.as_deref())).await?;
    Ok(match format {
        CodebookFormat::Csv => csv(&name, &text),
        CodebookFormat::Ddi => attachment(&name, "application/xml", text.into_bytes()),
    })
}
