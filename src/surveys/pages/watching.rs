//! How a survey comes in, and what its responses look like, for people: bars, small tables, and what each figure can and
//! cannot mean.

use actix_web::web;
use serde_json::{Value, json};

use super::office::{Answer, target};
use crate::ground::ids::SurveyId;
use crate::people::call::Call;
use crate::people::caller::{Again, Ctx, Sent};
use crate::people::policy::UseCase;
use crate::surveys::actions;
use crate::surveys::views::{BesideCensus, DayCount, IntegrityView, PartCount, SharesInput, SomeOf, SurveyView, WatchView};
use crate::surveys::watching::{ENOUGH, FigurePart, ROWS, TIMES};
use crate::web::figures::{BarsFigure, bars};
use crate::web::form::RawForm;
use crate::web::names;
use crate::web::texts::{nearest, number};

/// Bars of days that a phone still tells apart; more days are drawn by the week.
const MOST_BARS: usize = 100;

fn around(call: &Call<'_>, view: &SurveyView) -> Value {
    let name = format!("{}: {}", view.city.get(&call.language), view.title.get(&call.language));
    json!([
        {"href": "/surveys", "label": call.service.pages.texts().get(&call.language, "surveys-title")},
        {"href": format!("/surveys/{}", view.id), "label": name},
    ])
}

pub async fn survey_watch(ctx: Ctx, id: web::Path<SurveyId>) -> Answer {
    let page = ctx
        .run(move |call| {
            let view = actions::survey_watch(call, &id)?;
            let survey = actions::survey_read(call, &id)?;
            Ok(watch_data(call, &survey, &view))
        })
        .await?;
    ctx.page("surveys/watch", &ctx.t("surveys-watch-title"), page).await
}

/// The figure of days: by the week where there are very many.
fn days_figure(call: &Call<'_>, days: &[DayCount]) -> Option<String> {
    let (texts, language) = (call.service.pages.texts(), &call.language);
    let (first, last) = days.first().zip(days.last())?;
    let each = if days.len() > MOST_BARS { 7 } else { 1 };
    let counts: Vec<u64> = days.chunks(each).map(|days| days.iter().map(|day| day.responses.unsigned_abs()).sum()).collect();
    let most = number(counts.iter().copied().max().unwrap_or_default() as f64, 0);
    let key = if each == 7 { "surveys-watch-weeks-desc" } else { "surveys-watch-days-desc" };
    let said = [("first", &*first.day.to_string()), ("last", &*last.day.to_string()), ("most", &*most)];
    Some(bars(&BarsFigure {
        id: "days".to_owned(),
        title: texts.get(language, "surveys-watch-days"),
        desc: texts.with(language, key, &said),
        counts,
        most: most.clone(),
        ends: (first.day.to_string(), last.day.to_string()),
        rtl: nearest(language).is_rtl(),
    }))
}

fn watch_data(call: &Call<'_>, survey: &SurveyView, view: &WatchView) -> Value {
    let (texts, language) = (call.service.pages.texts(), &call.language);
    let words = |one: &PartCount| json!({"name": names::of_language(texts, language, &one.name), "count": one.responses});
    let page = |one: &crate::surveys::views::PageCount| {
        let name = match one.page.parse::<usize>() {
            Ok(at) if one.title.get(language).is_empty() => texts.with(language, "surveys-page-n", &[("n", &(at + 1).to_string())]),
            Ok(_) => one.title.get(language).to_owned(),
            Err(_) => texts.get(language, &format!("surveys-watch-page-{}", one.page)),
        };
        json!({"name": name, "reached": one.reached})
    };
    let blank = |one: &crate::surveys::views::BlankCount| {
        let label = one.label.get(language);
        let label = if label.is_empty() { one.question.as_str() } else { label };
        let share = one.asked.zip(one.blank).map(|(asked, blank)| number((100.0 * blank as f64 / asked.max(1) as f64).round(), 0));
        json!({"label": label, "asked": one.asked, "blank": one.blank, "share": share})
    };
    json!({
        "survey": survey, "crumbs": around(call, survey), "step": view.step, "responses": number(view.responses as f64, 0),
        "figure": days_figure(call, &view.days), "days": view.days.iter().rev().collect::<Vec<_>>(),
        "languages": view.languages.iter().map(words).collect::<Vec<_>>(), "strata": view.strata,
        "languages_step": view.languages_step, "pages": view.pages.iter().map(page).collect::<Vec<_>>(), "pages_until": view.pages_until,
        "blanks": view.blanks.as_ref().map(|all| all.iter().map(blank).collect::<Vec<_>>()),
        "may_integrity": call.may(UseCase::survey_integrity, &target(survey)),
    })
}

pub async fn survey_integrity(ctx: Ctx, id: web::Path<SurveyId>) -> Answer {
    integrity_page(&ctx, id.into_inner(), Again::fresh(json!({}))).await
}

/// Comes back with what was typed if a line is wrong.
pub async fn survey_census(ctx: Ctx, id: web::Path<SurveyId>, form: RawForm) -> Answer {
    let id = id.into_inner();
    let of = id.clone();
    match ctx.submit(form, move |call, form| actions::survey_census(call, &of, &form.read::<SharesInput>()?)).await? {
        Sent::Done(_) => Ok(ctx.redirect(&format!("/surveys/{id}/integrity"), "success", &ctx.t("surveys-census-flash"))),
        Sent::Again(again) => integrity_page(&ctx, id, again).await,
    }
}

async fn integrity_page(ctx: &Ctx, id: SurveyId, mut again: Again) -> Answer {
    let (page, typed) = ctx
        .run(move |call| {
            let view = actions::survey_integrity(call, &id)?;
            let survey = actions::survey_read(call, &id)?;
            let line = |one: &BesideCensus| one.census.map(|share| format!("{}, {share}", one.name));
            let typed = view.languages.iter().filter_map(line).collect::<Vec<_>>().join("\n");
            Ok((integrity_data(call, &survey, &view), typed))
        })
        .await?;
    if again.values.get("shares_csv").is_none() {
        again.values["shares_csv"] = json!(typed);
    }
    ctx.form_page("surveys/integrity", &ctx.t("surveys-integrity-title"), again, page).await
}

fn integrity_data(call: &Call<'_>, survey: &SurveyView, view: &IntegrityView) -> Value {
    let (texts, language) = (call.service.pages.texts(), &call.language);
    let some = |one: &SomeOf| {
        let label = one.label.get(language);
        let share = one.of.zip(one.count).map(|(of, count)| number((100.0 * count as f64 / of.max(1) as f64).round(), 0));
        json!({"label": if label.is_empty() { &one.name } else { label }, "of": one.of, "count": one.count, "share": share})
    };
    let percent = |share: f64| format!("{}\u{202f}%", number(share, if share.fract() == 0.0 { 0 } else { 1 }));
    let beside = |one: &BesideCensus| {
        let name = names::of_language(texts, language, &one.name);
        json!({"name": name, "responses": one.responses.map(percent), "census": one.census.map(percent)})
    };
    json!({
        "survey": survey, "crumbs": around(call, survey), "step": view.step, "limit": view.limit,
        "why": view.undefined.map(|why| texts.get(language, &why.key())),
        "bursts": view.bursts, "same": view.same.as_ref().map(some), "levels": view.levels.iter().map(some).collect::<Vec<_>>(),
        "languages": view.languages.iter().map(beside).collect::<Vec<_>>(), "strata": view.strata, "crowds": view.crowds,
        "enough": ENOUGH, "rows": ROWS, "times": TIMES, "part": FigurePart::Language,
    })
}
