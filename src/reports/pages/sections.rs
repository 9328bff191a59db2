//! The page of one section: prompt, text with its word count, evidence. Also answers the autosave.

use actix_web::http::StatusCode;
use actix_web::http::header::ACCEPT;
use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::{Answer, file_row, head, say, too_late};
use crate::ground::ids::ReportId;
use crate::ground::{Error, FieldError};
use crate::people::caller::Ctx;
use crate::reports::actions;
use crate::reports::evidence::accept;
use crate::reports::views::SectionInput;
use crate::web::failure::Failure;
use crate::web::form::RawForm;

/// What a section page shows besides what is stored.
#[derive(Debug, Default)]
pub struct Shown {
    /// The text as typed, where it is not the stored one.
    pub typed: Option<String>,
    /// Somebody else was faster: show the stored text beside the typed one.
    pub stale: bool,
    pub errors: Vec<FieldError>,
}

pub async fn section_read(ctx: Ctx, path: web::Path<(ReportId, String)>) -> Answer {
    let (id, measure) = path.into_inner();
    section_page(&ctx, StatusCode::OK, id, measure, Shown::default()).await
}

pub async fn section_page(ctx: &Ctx, status: StatusCode, id: ReportId, measure: String, shown: Shown) -> Answer {
    let view = ctx.run(move |call| actions::report_read(call, &id)).await?;
    let (Some(section), Some(near)) = (view.section(&measure), view.neighbours(&measure)) else {
        return Err(ctx.fail(Error::NotFound("section")));
    };
    let href = |m: &String| format!("/reports/{}/sections/{m}", view.summary.id);
    let mut by_field = ctx.by_field(&shown.errors);
    if section.over_limit && shown.typed.is_none() {
        let count = FieldError::new("body", "too_many_words").with("count", section.words).with("max", section.word_limit);
        by_field.extend(ctx.by_field(&[count]));
    }
    let area = view.areas.iter().find(|a| a.code == section.area).map(|a| &a.label);
    let body = shown.typed.as_deref().unwrap_or(&section.body);
    let files: Vec<Value> = view.evidence_of(&measure).map(|e| file_row(&e.file)).collect();
    let page = json!({
        "report": head(&view), "measure": section.measure, "label": section.label, "area": area, "prompt": section.prompt,
        "body": body, "stored": section.body, "words": crate::reports::form::words(body), "limit": section.word_limit, "version": section.version,
        "saved": section.updated_at.map(|at| super::local(at, view.summary.time_zone)), "stale": shown.stale,
        "number": near.number, "of": view.sections.len(), "previous": near.previous.as_ref().map(href), "next": near.next.as_ref().map(href),
        "evidence": files, "accept": accept(), "most": ctx.service.config.limits.evidence_bytes / 1_048_576,
        "upload_to": format!("{}/evidence", href(&measure)), "address": href(&measure),
        "error": by_field, "errors": ctx.summary(&shown.errors),
    });
    let title = say(ctx, "reports-section-title", &[("label", section.label.get(&ctx.language)), ("code", &section.measure)]);
    ctx.page_with_status(status, "reports/section", &title, page).await
}

pub async fn section_save(ctx: Ctx, path: web::Path<(ReportId, String)>, form: RawForm) -> Answer {
    let form = ctx.accept(form)?;
    let (id, measure) = path.into_inner();
    let typed = form.get("body").to_owned();
    let script = ctx.request.headers().get(ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.starts_with("application/json"));
    let (wanted, of, input) = (id.clone(), measure.clone(), SectionInput { body: typed.clone() });
    let version = form.get("version").to_owned();
    let outcome = ctx
        .run(move |call| {
            let expected = version.parse().map_err(|_| Error::field("version", "required"))?;
            let saved = actions::report_section_save(call, &wanted, &of, expected, &input)?;
            let report = actions::report_read(call, &wanted)?;
            let next = report.neighbours(&of).and_then(|n| n.next);
            Ok((saved, next, report.summary.time_zone))
        })
        .await;
    let (status, shown) = match outcome {
        Ok((saved, _, zone)) if script => {
            let at = saved.updated_at.map(|at| super::local(at, zone));
            return Ok(HttpResponse::Ok().json(json!({"version": saved.version.to_string(), "saved": at})));
        }
        Ok((saved, ..)) if saved.over_limit => {
            let error = FieldError::new("body", "section_too_long").with("count", saved.words).with("max", saved.word_limit);
            (StatusCode::UNPROCESSABLE_ENTITY, Shown { errors: vec![error], ..Shown::default() })
        }
        Ok((_, next, _)) => {
            let to = match (form.get("go"), next) {
                ("next", Some(next)) => format!("/reports/{id}/sections/{next}"),
                ("next", None) => format!("/reports/{id}"),
                _ => format!("/reports/{id}/sections/{measure}"),
            };
            return Ok(ctx.redirect(&to, "success", &ctx.t("reports-section-saved")));
        }
        Err(Failure { error: Error::Stale { .. }, .. }) if script => return Ok(HttpResponse::PreconditionFailed().json(json!({"code": "stale"}))),
        Err(Failure { error: Error::Stale { .. }, .. }) => {
            let error = FieldError::new("body", "section_changed");
            (StatusCode::PRECONDITION_FAILED, Shown { typed: Some(typed), stale: true, errors: vec![error] })
        }
        Err(Failure { error: Error::Invalid(errors), .. }) if script => {
            return Ok(HttpResponse::UnprocessableEntity().json(json!({"errors": ctx.by_field(&errors)})));
        }
        Err(Failure { error: Error::Invalid(errors), .. }) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Shown { typed: Some(typed), errors, ..Shown::default() })
        }
        Err(other) => return Err(too_late(&ctx, other, &id)),
    };
    section_page(&ctx, status, id, measure, shown).await
}
