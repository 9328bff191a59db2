//! The pages of the official statistics: one per area. Also answers the autosave.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::{Answer, for_people, head, say, too_late};
use crate::ground::ids::ReportId;
use crate::ground::problems::{INVALID, STALE};
use crate::ground::{Error, FieldError, Result as Outcome};
use crate::people::call::Call;
use crate::people::caller::{Again, Ctx, Sent};
use crate::reports::actions::{self, TypedRow};
use crate::reports::statistic::{Typed, shown};
use crate::reports::views::{ReportView, StatisticView};
use crate::web::form::{Form, RawForm};

/// The first area that still lacks something, else the first.
pub async fn statistics_first(ctx: Ctx, id: web::Path<ReportId>) -> Answer {
    let view = ctx.run(move |call| actions::report_read(call, &id)).await?;
    let first = view.statistics.iter().find(|s| !s.complete).or_else(|| view.statistics.first());
    let to = first.map_or_else(|| format!("/reports/{}", view.summary.id), |s| format!("/reports/{}/statistics/{}", view.summary.id, s.area));
    Ok(ctx.redirect(&to, "", ""))
}

pub async fn statistics_read(ctx: Ctx, path: web::Path<(ReportId, String)>) -> Answer {
    let (id, area) = path.into_inner();
    statistics_page(&ctx, id, &area, Again::fresh(json!({}))).await
}

/// Areas with statistics, in the form's order.
fn areas(view: &ReportView) -> Vec<&str> {
    view.areas.iter().map(|a| a.code.as_str()).filter(|code| view.statistics.iter().any(|s| s.area == *code)).collect()
}

async fn statistics_page(ctx: &Ctx, id: ReportId, area: &str, again: Again) -> Answer {
    let view = ctx.run(move |call| actions::report_read(call, &id)).await?;
    let all = areas(&view);
    let Some(at) = all.iter().position(|code| *code == area) else { return Err(ctx.fail(Error::NotFound("area"))) };
    let href = |code: &&str| format!("/reports/{}/statistics/{code}", view.summary.id);
    let here: Vec<&StatisticView> = view.statistics.iter().filter(|s| s.area == area).collect();
    let by_field = ctx.by_field(again.fields());
    let rows: Vec<Value> = here.iter().map(|s| row(ctx, s, &again.values, &by_field)).collect();
    let label = view.areas.iter().find(|a| a.code == area).map(|a| &a.label);
    let page = json!({
        "report": head(&view), "draft": view.may_change, "area": area, "label": label, "rows": rows, "number": at + 1, "of": all.len(),
        "stale": again.is_stale(), "address": href(&area),
        "previous": at.checked_sub(1).and_then(|i| all.get(i)).map(href), "next": all.get(at + 1).map(href),
    });
    let first = here.first().map(|s| format!("value-{}", s.measure)).unwrap_or_default();
    let parts = [("value", "reports-value"), ("year", "reports-year"), ("source", "reports-source")];
    let name = |s: &&StatisticView, (part, text): (&str, &str)| {
        (format!("{part}-{}", s.measure), format!("{} {} – {}", s.measure, s.label.get(&ctx.language), ctx.t(text)))
    };
    let names: Vec<(String, String)> = here.iter().flat_map(|s| parts.map(|part| name(s, part))).collect();
    let again = again.placing(STALE, FieldError::new(first, "statistics_changed")).naming(names);
    let title = say(ctx, "reports-statistics-title", &[("area", label.map_or("", |l| l.get(&ctx.language)))]);
    ctx.form_page("reports/statistics", &title, again, page).await
}

/// One statistic: as typed where something was typed, with the stored value beside it if it differs.
fn row(ctx: &Ctx, s: &StatisticView, values: &Value, errors: &BTreeMap<String, String>) -> Value {
    let stored = Typed {
        value: shown(s.value),
        year: s.year.map(|y| y.to_string()).unwrap_or_default(),
        source: s.source.clone(),
        not_available: s.not_available,
    };
    let typed = typed(s, |name| values[name].as_str().unwrap_or_default());
    let entry = typed.as_ref().map_or(&stored, |t| &t.typed);
    let id = |part: &str| format!("{part}-{}", s.measure);
    let error = |part: &str| errors.get(&id(part));
    let changed = typed.as_ref().is_some_and(|t| t.expected != s.version && t.typed != stored);
    let there = if s.not_available { ctx.t("reports-not-available") } else { format!("{} · {} · {}", for_people(s.value), stored.year, s.source) };
    json!({
        "measure": s.measure, "name": s.label, "about": s.description, "unit": s.unit, "complete": s.complete, "version": s.version,
        "value_id": id("value"), "typed_value": entry.value, "value_error": error("value"),
        "year_id": id("year"), "typed_year": entry.year, "year_error": error("year"),
        "source_id": id("source"), "typed_source": entry.source, "source_error": error("source"),
        "not_available_id": id("not_available"), "not_available": entry.not_available,
        "version_id": id("version"), "stored": changed.then_some(there),
        "shown_value": for_people(s.value), "shown_year": stored.year, "shown_source": stored.source,
    })
}

/// One statistic as typed; `None` where the form did not hold it, so that it is left alone.
fn typed<'v>(s: &StatisticView, value: impl Fn(&str) -> &'v str) -> Option<TypedRow> {
    let get = |part: &str| value(&format!("{part}-{}", s.measure));
    let expected = get("version").parse().ok()?;
    let (source, not_available) = (get("source").trim().to_owned(), !get("not_available").is_empty());
    let typed = Typed { value: get("value").to_owned(), year: get("year").to_owned(), source, not_available };
    Some(TypedRow { measure: s.measure.clone(), expected, typed })
}

/// What the form of an area has done.
struct Done {
    /// New versions by the name of their field.
    versions: BTreeMap<String, String>,
    /// What could not be read; only a draft is saved without it.
    left: Vec<FieldError>,
    to: String,
}

fn save(call: &Call<'_>, id: &ReportId, area: &str, script: bool, form: &Form) -> Outcome<Done> {
    let view = actions::report_read(call, id)?;
    let rows: Vec<TypedRow> = view.statistics.iter().filter(|s| s.area == area).filter_map(|s| typed(s, |name| form.get(name))).collect();
    let (saved, left) = actions::report_statistics_save(call, id, &rows, script)?;
    let all = areas(&view);
    let next = all.iter().position(|code| *code == area).and_then(|at| all.get(at + 1));
    let to = match (form.leaving(), form.get("then"), next) {
        (Some(away), ..) => away.to_owned(),
        (None, "next", Some(next)) => format!("/reports/{id}/statistics/{next}"),
        (None, "next", None) => format!("/reports/{id}"),
        _ => format!("/reports/{id}/statistics/{area}"),
    };
    Ok(Done { versions: saved.iter().map(|s| (format!("version-{}", s.measure), s.version.to_string())).collect(), left, to })
}

pub async fn statistics_save(ctx: Ctx, path: web::Path<(ReportId, String)>, form: RawForm) -> Answer {
    let (id, area) = path.into_inner();
    let (of, code, script) = (id.clone(), area.clone(), ctx.is_script());
    match ctx.submit(form, move |call, form| save(call, &of, &code, script, form)).await? {
        Sent::Done(done) if script => {
            let lacks = ctx.by_field(&done.left).into_values().next();
            Ok(HttpResponse::Ok().json(json!({"versions": done.versions, "whole": lacks.is_none(), "lacks": lacks})))
        }
        Sent::Done(done) => Ok(ctx.redirect(&done.to, "success", &ctx.t("reports-statistics-saved"))),
        Sent::Again(again) if script => Ok(ctx.draft_refused(&again)),
        Sent::Again(again) if matches!(again.code(), Some(INVALID | STALE)) => statistics_page(&ctx, id, &area, again).await,
        Sent::Again(again) => Err(too_late(&ctx, again, &id)),
    }
}
