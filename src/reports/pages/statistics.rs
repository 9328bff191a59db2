//! The pages of the official statistics: one per area.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web;
use serde_json::{Value, json};

use super::{Answer, for_people, head, say, too_late};
use crate::ground::ids::ReportId;
use crate::ground::{Error, FieldError};
use crate::people::caller::Ctx;
use crate::reports::actions::{self, TypedRow};
use crate::reports::statistic::{Typed, shown};
use crate::reports::views::{ReportView, StatisticView};
use crate::web::failure::Failure;
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
    statistics_page(&ctx, StatusCode::OK, id, &area, &BTreeMap::new(), &[]).await
}

/// Areas with statistics, in the form's order.
fn areas(view: &ReportView) -> Vec<&str> {
    view.areas.iter().map(|a| a.code.as_str()).filter(|code| view.statistics.iter().any(|s| s.area == *code)).collect()
}

async fn statistics_page(
    ctx: &Ctx,
    status: StatusCode,
    id: ReportId,
    area: &str,
    typed: &BTreeMap<String, TypedRow>,
    errors: &[FieldError],
) -> Answer {
    let view = ctx.run(move |call| actions::report_read(call, &id)).await?;
    let all = areas(&view);
    let Some(at) = all.iter().position(|code| *code == area) else { return Err(ctx.fail(Error::NotFound("area"))) };
    let href = |code: &&str| format!("/reports/{}/statistics/{code}", view.summary.id);
    let by_field = ctx.by_field(errors);
    let rows: Vec<Value> = view.statistics.iter().filter(|s| s.area == area).map(|s| row(ctx, s, typed.get(&s.measure), &by_field)).collect();
    let label = view.areas.iter().find(|a| a.code == area).map(|a| &a.label);
    let stale = status == StatusCode::PRECONDITION_FAILED;
    let page = json!({
        "report": head(&view), "area": area, "label": label, "rows": rows, "number": at + 1, "of": all.len(), "stale": stale,
        "address": href(&area), "previous": at.checked_sub(1).and_then(|i| all.get(i)).map(href), "next": all.get(at + 1).map(href),
        "errors": ctx.summary(errors),
    });
    let title = say(ctx, "reports-statistics-title", &[("area", label.map_or("", |l| l.get(&ctx.language)))]);
    ctx.page_with_status(status, "reports/statistics", &title, page).await
}

/// One statistic: as typed where something was typed, with the stored value beside it if it differs.
fn row(ctx: &Ctx, s: &StatisticView, typed: Option<&TypedRow>, errors: &BTreeMap<String, String>) -> Value {
    let stored = Typed {
        value: shown(s.value),
        year: s.year.map(|y| y.to_string()).unwrap_or_default(),
        source: s.source.clone(),
        not_available: s.not_available,
    };
    let entry = typed.map_or(&stored, |t| &t.typed);
    let id = |part: &str| format!("{part}-{}", s.measure);
    let error = |part: &str| errors.get(&id(part));
    let changed = typed.is_some_and(|t| t.expected != s.version && t.typed != stored);
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

/// The rows of the form; a statistic that the form does not hold is left alone.
fn typed_rows(view: &ReportView, area: &str, form: &Form) -> BTreeMap<String, TypedRow> {
    let of = |s: &StatisticView| {
        let get = |part: &str| form.get(&format!("{part}-{}", s.measure)).to_owned();
        let typed = Typed {
            value: get("value"),
            year: get("year"),
            source: get("source").trim().to_owned(),
            not_available: !get("not_available").is_empty(),
        };
        let expected = get("version").parse().ok()?;
        Some((s.measure.clone(), TypedRow { measure: s.measure.clone(), expected, typed }))
    };
    view.statistics.iter().filter(|s| s.area == area).filter_map(of).collect()
}

pub async fn statistics_save(ctx: Ctx, path: web::Path<(ReportId, String)>, form: RawForm) -> Answer {
    let form = ctx.accept(form)?;
    let (id, area) = path.into_inner();
    let wanted = id.clone();
    let view = ctx.run(move |call| actions::report_read(call, &wanted)).await?;
    let rows = typed_rows(&view, &area, &form);
    let (wanted, list) = (id.clone(), rows.values().cloned().collect::<Vec<_>>());
    let (status, errors) = match ctx.run(move |call| actions::report_statistics_save(call, &wanted, &list)).await {
        Ok(_) => {
            let all = areas(&view);
            let next = all.iter().position(|code| *code == area).and_then(|at| all.get(at + 1));
            let to = match (form.get("go"), next) {
                ("next", Some(next)) => format!("/reports/{id}/statistics/{next}"),
                ("next", None) => format!("/reports/{id}"),
                _ => format!("/reports/{id}/statistics/{area}"),
            };
            return Ok(ctx.redirect(&to, "success", &ctx.t("reports-statistics-saved")));
        }
        Err(Failure { error: Error::Invalid(errors), .. }) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
        Err(Failure { error: Error::Stale { .. }, .. }) => {
            let first = rows.keys().next().map(|m| format!("value-{m}")).unwrap_or_default();
            (StatusCode::PRECONDITION_FAILED, vec![FieldError::new(first, "statistics_changed")])
        }
        Err(other) => return Err(too_late(&ctx, other, &id)),
    };
    statistics_page(&ctx, status, id, &area, &rows, &errors).await
}
