//! The page of one section: prompt, text with its word count, evidence, all in one form, so that
//! whatever is pressed keeps the text. Also answers the autosave.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::files::{added, kind_of, new_files};
use super::{Answer, file_row, head, say, too_late};
use crate::ground::ids::ReportId;
use crate::ground::problems::{INVALID, STALE};
use crate::ground::{Error, FieldError, MeasureCode, Result as Outcome};
use crate::people::call::Call;
use crate::people::caller::{Again, Ctx, Sent};
use crate::reports::actions;
use crate::reports::evidence::accept;
use crate::reports::views::{SectionInput, SectionView};
use crate::web::form::{File, Form, RawUpload};

pub async fn section_read(ctx: Ctx, path: web::Path<(ReportId, MeasureCode)>) -> Answer {
    let (id, measure) = path.into_inner();
    section_page(&ctx, id, measure, Again::fresh(json!({}))).await
}

async fn section_page(ctx: &Ctx, id: ReportId, measure: MeasureCode, again: Again) -> Answer {
    let view = ctx.run(move |call| actions::report_read(call, &id)).await?;
    let (Some(section), Some(near)) = (view.section(&measure), view.neighbours(&measure)) else {
        return Err(ctx.fail(Error::NotFound("section")));
    };
    let href = |m: &MeasureCode| format!("/reports/{}/sections/{m}", view.summary.id);
    let typed = again.values["body"].as_str().map(str::to_owned);
    let over = (section.over_limit && typed.is_none())
        .then(|| FieldError::new("body", "too_many_words").with("count", section.words).with("max", section.word_limit));
    let area = view.areas.iter().find(|a| a.code == section.area).map(|a| &a.label);
    let body = typed.as_deref().unwrap_or(&section.body);
    let files: Vec<Value> = view.evidence_of(&measure).map(|e| file_row(&e.file)).collect();
    let page = json!({
        "report": head(&view), "draft": view.may_change, "measure": section.measure, "label": section.label, "area": area, "prompt": section.prompt,
        "body": body, "stored": section.body, "words": crate::reports::form::words(body), "limit": section.word_limit, "version": section.version,
        "saved": section.updated_at.map(|at| super::local(at, view.summary.time_zone)), "stale": again.is_stale(),
        "number": near.number, "of": view.sections.len(), "previous": near.previous.as_ref().map(href), "next": near.next.as_ref().map(href),
        "evidence": files, "accept": accept(), "most": ctx.service.config.limits.evidence_bytes / 1_048_576, "address": href(&measure),
    });
    let title = say(ctx, "reports-section-title", &[("label", section.label.get(&ctx.language)), ("code", &section.measure)]);
    ctx.form_page("reports/section", &title, again.noting(over).naming([("file", ctx.t("reports-evidence-choose"))]), page).await
}

/// What a section's form has done: the section, where to go on, what to say there.
struct Done {
    section: SectionView,
    saved_at: Option<String>,
    to: String,
    says: &'static str,
}

/// Saves the text first, whatever else the button that was pressed asks for.
fn save(call: &Call<'_>, id: &ReportId, measure: &MeasureCode, script: bool, form: &Form, files: Outcome<Vec<File>>) -> Outcome<Done> {
    let expected = form.get("version").parse().map_err(|_| Error::field("version", "required"))?;
    let section = actions::report_section_save(call, id, measure, expected, &SectionInput { body: form.get("body").to_owned() })?;
    let (here, then) = (format!("/reports/{id}/sections/{measure}"), form.get("then"));
    let report = actions::report_read(call, id)?;
    let new = new_files(files?);
    let (mut to, mut says) = (here.clone(), "reports-section-saved");
    if then == "upload" || !new.is_empty() {
        says = added(&actions::evidence_add(call, id, Some(measure), new)?);
        to = format!("{here}#evidence");
    }
    if let Some(file) = then.strip_prefix("remove:") {
        let file = file.parse().map_err(|_| Error::NotFound("evidence"))?;
        actions::evidence_remove(call, Some(id), &file)?;
        (to, says) = (format!("{here}#evidence"), "reports-evidence-removed");
    }
    if let Some(away) = form.leaving() {
        away.clone_into(&mut to);
    } else if section.over_limit && !script {
        let over = FieldError::new("body", "section_too_long").with("count", section.words).with("max", section.word_limit);
        return Err(Error::Invalid(vec![over]));
    } else if then == "next" {
        let next = report.neighbours(measure).and_then(|near| near.next);
        to = next.map_or_else(|| format!("/reports/{id}"), |next| format!("/reports/{id}/sections/{next}"));
    }
    let saved_at = section.updated_at.map(|at| super::local(at, report.summary.time_zone));
    Ok(Done { section, saved_at, to, says })
}

pub async fn section_save(ctx: Ctx, path: web::Path<(ReportId, MeasureCode)>, upload: RawUpload) -> Answer {
    let (id, measure) = path.into_inner();
    let (of, code, script) = (id.clone(), measure.clone(), ctx.is_script());
    match ctx.submit_upload(upload, move |call, form, files| save(call, &of, &code, script, form, files)).await? {
        Sent::Done(done) if script => Ok(HttpResponse::Ok().json(json!({"version": done.section.version.to_string(), "saved": done.saved_at}))),
        Sent::Done(done) => Ok(ctx.redirect(&done.to, kind_of(done.says), &ctx.t(done.says))),
        Sent::Again(again) if script => Ok(ctx.draft_refused(&again)),
        Sent::Again(again) if matches!(again.code(), Some(INVALID | STALE)) => {
            let again = again.placing(STALE, FieldError::new("body", "section_changed"));
            let (text, file): (Vec<_>, Vec<_>) = again.fields().iter().partition(|e| matches!(e.field.as_str(), "body" | "version"));
            let at_file = text.is_empty() && !file.is_empty();
            section_page(&ctx, id, measure, if at_file { again.all_at("file") } else { again }).await
        }
        Sent::Again(again) => Err(too_late(&ctx, again, &id)),
    }
}
