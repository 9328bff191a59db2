//! What offices see of surveys: the list, one survey with its estimates, issuing, the poster.

use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use serde_json::{Value, json};

use super::relying;
use crate::ground::ids::{ParticipationId, SurveyId};
use crate::ground::problems::CLOSED;
use crate::ground::{Error, Language, UtcTime};
use crate::jobs::job::JobState;
use crate::people::call::Call;
use crate::people::caller::{Again, Ctx, Sent};
use crate::people::identity::{Role, Target};
use crate::people::policy;
use crate::people::policy::UseCase;
use crate::rounds::actions::place_for;
use crate::surveys::actions;
use crate::surveys::estimates::{EstimateKind, Estimates, NoEstimate, SurveyEstimate};
use crate::surveys::store::estimates::CountedPart;
use crate::surveys::survey::{Mode, Privacy, SurveyState};
use crate::surveys::views::{Measured, SurveyReport, SurveyView};
use crate::web::failure::Failure;
use crate::web::figures::{IntervalFigure, Mark, interval};
use crate::web::finding::narrow;
use crate::web::form::{Form, RawForm};
use crate::web::names;
use crate::web::paging::PageQuery;
use crate::web::request::query_value;
use crate::web::texts::{decimals, nearest, number};

pub(super) type Answer = Result<HttpResponse, Failure>;

/// What a policy check says about a survey's buttons.
pub(super) fn target(view: &SurveyView) -> Target {
    Target::of_participation(&view.round_id, &view.city_id, &view.participation_id).survey(&view.id)
}

pub async fn survey_list(ctx: Ctx, query: web::Query<PageQuery>) -> Answer {
    let page = ctx
        .run(move |call| {
            let list = actions::survey_list(call, &query.at()?)?;
            let may = |use_case| policy::somewhere(&call.caller, use_case);
            Ok(json!({
                "surveys": list.items, "next": list.next_cursor.map(|cursor| format!("?cursor={cursor}")),
                "may_issue": may(UseCase::survey_issue), "may_instruments": may(UseCase::instrument_list),
                "agency": call.caller.has_role(Role::Agency) && !may(UseCase::survey_issue),
            }))
        })
        .await?;
    ctx.page("surveys/surveys", &ctx.t("surveys-title"), page).await
}

pub async fn survey_new(ctx: Ctx) -> Answer {
    let chosen = query_value(&ctx.request, "participation_id").unwrap_or_default();
    survey_form(&ctx, Again::fresh(json!({"participation_id": chosen, "mode": "open_link"}))).await
}

pub async fn survey_new_for(ctx: Ctx, id: web::Path<ParticipationId>) -> Answer {
    let id = id.into_inner();
    let chosen = id.clone();
    ctx.run(move |call| place_for(call, UseCase::survey_issue, &chosen).map(drop)).await?;
    survey_form(&ctx, Again::fresh(json!({"participation_id": id, "mode": "open_link"}))).await
}

async fn survey_form(ctx: &Ctx, mut again: Again) -> Answer {
    let language = ctx.language.clone();
    let (places, instruments) = ctx
        .run(move |call| {
            let (places, instruments) = actions::issuable_places(call)?;
            let places: Vec<Value> = places
                .iter()
                .map(|place| json!({"value": place.participation, "label": format!("{} – {}", place.city.name.get(&language), place.round.name)}))
                .collect();
            let instruments: Vec<Value> = instruments
                .iter()
                .map(|one| {
                    let name = if one.title.is_empty() { one.name.as_str() } else { one.title.get(&language) };
                    json!({"value": one.id, "label": format!("{name} ({}, {})", one.name, one.version_label)})
                })
                .collect();
            Ok((places, instruments))
        })
        .await?;
    for (field, options) in [("participation_id", &places), ("instrument_id", &instruments)] {
        if again.values[field].as_str().unwrap_or_default().is_empty() && options.len() == 1 {
            again.values[field] = options[0]["value"].clone();
        }
    }
    let again = again.naming([("participation_id", ctx.t("surveys-where")), ("instrument_id", ctx.t("surveys-questionnaire"))]);
    let crumbs = [json!({"href": "/surveys", "label": ctx.t("surveys-title")})];
    let mut page = json!({"places": places, "instruments": instruments, "modes": modes(ctx), "privacies": privacies(ctx), "crumbs": crumbs});
    narrow(&mut page, "places", "participation_id", &again.values);
    narrow(&mut page, "instruments", "instrument_id", &again.values);
    ctx.form_page("surveys/survey_form", &ctx.t("surveys-new-title"), again, page).await
}

/// Ways to answer, to choose from.
fn modes(ctx: &Ctx) -> Value {
    let mode =
        |mode: &Mode| json!({"value": mode, "label": ctx.t(&format!("inviting-mode-{mode}")), "hint": ctx.t(&format!("inviting-mode-{mode}-hint"))});
    [Mode::OpenLink, Mode::Invitation].iter().map(mode).collect()
}

fn privacies(ctx: &Ctx) -> Value {
    let one = |one: &Privacy| json!({"value": one, "label": ctx.t(&format!("inviting-privacy-{one}")), "hint": ctx.t(&format!("inviting-privacy-{one}-hint"))});
    Privacy::ALL.iter().map(one).collect()
}

pub async fn survey_issue(ctx: Ctx, form: RawForm) -> Answer {
    let issue = |call: &Call<'_>, form: &Form| actions::survey_issue(call, &form.read()?);
    match ctx.submit_once(form, issue, |view| format!("/surveys/{}", view.id)).await? {
        Sent::Done(address) => Ok(ctx.redirect(&address, "success", &ctx.t("surveys-issued"))),
        Sent::Again(again) => survey_form(&ctx, again).await,
    }
}

pub async fn survey_read(ctx: Ctx, id: web::Path<SurveyId>) -> Answer {
    survey_page(&ctx, id.into_inner(), Again::fresh(json!({}))).await
}

pub(super) async fn survey_page(ctx: &Ctx, id: SurveyId, again: Again) -> Answer {
    let page = ctx
        .run(move |call| {
            let report = actions::survey_report(call, &id)?;
            let may = |use_case| call.may(use_case, &target(&report.view));
            let mut page = survey_data(call, &report);
            page["may_days"] = json!(report.view.state != SurveyState::Closed && may(UseCase::survey_reschedule));
            page["invites"] = json!(report.view.mode == Mode::Invitation);
            page["may_invite"] = json!(report.view.mode == Mode::Invitation && may(UseCase::invitation_list));
            page["may_turn"] = json!(may(UseCase::survey_close));
            let (view, now) = (&report.view, call.now);
            let ended = view.closes_at.is_some_and(|end| end <= now);
            let again = view.mode != Mode::Invitation && (view.state == SurveyState::Closed || ended);
            page["may_close"] = json!(view.state == SurveyState::Open && !ended);
            page["may_open"] = json!(view.sealed_at.is_none() && (view.state == SurveyState::Draft && !ended || again));
            page["may_exports"] = json!(report.view.state != SurveyState::Draft && may(UseCase::response_export_read));
            page["may_contact"] = json!(may(UseCase::survey_update));
            page["may_watch"] = json!(report.view.state != SurveyState::Draft && may(UseCase::survey_watch));
            page["may_poster"] = json!(may(UseCase::survey_poster));
            page["may_instrument"] = json!(policy::somewhere(&call.caller, UseCase::instrument_read));
            Ok(page)
        })
        .await?;
    let language = &nearest(&ctx.language);
    let title =
        page["survey"]["city"].as_object().and_then(|names| names.get(&**language).or_else(|| names.get("en")).or_else(|| names.values().next()));
    let title = format!("{}: {}", ctx.t("surveys-survey"), title.and_then(Value::as_str).unwrap_or_default());
    ctx.form_page("surveys/survey", &title, again, page).await
}

fn survey_data(call: &Call<'_>, report: &SurveyReport) -> Value {
    let texts = call.service.pages.texts();
    let view = &report.view;
    let shown = report.estimates.iter().flat_map(|estimates| &estimates.items).zip(&report.measured).enumerate();
    let limit = report.estimates.as_ref().map_or(0, |estimates| estimates.limit);
    let rows: Vec<Value> = shown.map(|(at, (one, measured))| estimate_data(call, at, one, measured, limit)).collect();
    let until = view.counted_until.map(|day| texts.with(&call.language, "surveys-counted", &[("day", &apart(day))]));
    json!({
        "survey": view,
        "responses": number(view.responses as f64, 0),
        "until": until,
        "days": days(call, report),
        "reliance": relying::panel(call, report),
        "estimates": rows, "about": report.estimates.as_ref().map(|estimates| about(call, report, estimates)),
        "small": report.estimates.iter().flat_map(|estimates| &estimates.items).any(|one| one.suppressed), "limit": limit,
        "step": call.service.config.disclosure.suppress_below,
        "shown": view.link.split_once("://").map_or(view.link.as_str(), |(_, rest)| rest),
        "ended": view.state == SurveyState::Open && !view.taking_answers,
        "opened": view.opened_at.map(|at| at.deadline(report.time_zone, None)),
        "opens": view.opens_at.map(|at| at.deadline(report.time_zone, None)),
        "closes": view.closes_at.map(|at| at.deadline(report.time_zone, call.caller.time_zone)),
        "crumbs": [{"href": "/surveys", "label": texts.get(&call.language, "surveys-title")}],
    })
}

/// A day, kept left-to-right in any sentence.
fn apart(day: NaiveDate) -> String {
    format!("\u{2066}{day}\u{2069}")
}

/// Where the estimates come from, or why there are none and how far the computing has come.
fn about(call: &Call<'_>, report: &SurveyReport, estimates: &Estimates) -> Value {
    let texts = call.service.pages.texts();
    let computed = estimates.computed_at.map(|at| {
        let at = at.deadline(report.time_zone, call.caller.time_zone);
        let count = number(estimates.responses as f64, 0);
        texts.with(&call.language, "surveys-computed", &[("at", &format!("\u{2066}{at}\u{2069}")), ("count", &count)])
    });
    let job = report.computing.as_ref();
    json!({
        "computed": computed.filter(|_| estimates.responses > 0), "stands": estimates.stands, "why": estimates.undefined_text,
        "failed": job.is_some_and(|job| job.state == JobState::Failed), "computing": job.is_some_and(|job| job.state == JobState::Running),
    })
}

/// The counts, a line for each day, the newest first; and of the newest by language.
fn days(call: &Call<'_>, report: &SurveyReport) -> Value {
    let texts = call.service.pages.texts();
    let all = report.counts.iter().filter(|row| row.part == CountedPart::All);
    let lines: Vec<Value> = all.map(|row| json!({"day": row.day, "count": row.responses})).collect();
    let newest = report.counts.first().map(|row| row.day);
    let languages = report.counts.iter().filter(|row| Some(row.day) == newest && row.part == CountedPart::Language);
    let languages: Vec<Value> =
        languages.map(|row| json!({"name": names::of_language(texts, &call.language, &row.name), "count": row.responses})).collect();
    json!({"lines": lines, "languages": languages})
}

/// One measure as a table row with its figure. Shares are shown in percent.
fn estimate_data(call: &Call<'_>, at: usize, estimate: &SurveyEstimate, measured: &Measured, limit: u64) -> Value {
    let texts = call.service.pages.texts();
    let language = &call.language;
    let share = estimate.kind == EstimateKind::Proportion;
    // As they are stored, which is no finer than may be shown; all three alike.
    let shown = |value: f64| if share { (value * 1e6).round() / 1e4 } else { value };
    let beside: Vec<f64> = estimate.estimate.into_iter().chain(estimate.ci95.into_iter().flat_map(|(low, high)| [low, high])).collect();
    let places = decimals(&beside.iter().map(|value| shown(*value)).collect::<Vec<_>>());
    let written = |value: f64| format!("{}{}", number(shown(value), places), if share { "\u{202f}%" } else { "" });
    let Some(value) = estimate.estimate else {
        let reason = if estimate.suppressed {
            texts.with(language, "surveys-suppressed", &[("limit", &limit.to_string())])
        } else {
            texts.get(language, &estimate.undefined.unwrap_or(NoEstimate::NotComputable).key())
        };
        return json!({"measure": estimate.measure, "label": measured.label, "reason": reason});
    };
    let interval_text = match estimate.ci95 {
        Some((low, high)) => {
            let from = written(low);
            format!("{}\u{a0}–\u{a0}{}", from.trim_end_matches("\u{202f}%"), written(high))
        }
        None => estimate.undefined.map_or_else(|| texts.get(language, "surveys-no-interval"), |why| texts.get(language, &why.key())),
    };
    let top = estimate.ci95.map_or(value, |(_, high)| high.max(value));
    let (low, high) = if share { (0.0, 1.0) } else { measured.scale.unwrap_or((0.0, (top * 1.2).ceil().max(1.0))) };
    let digits = |value: f64| if share { format!("{}\u{202f}%", number(value * 100.0, 0)) } else { number(value, 0) };
    let figure = interval(&IntervalFigure {
        id: format!("m{at}"),
        title: measured.label.get(language).to_owned(),
        desc: texts.with(language, "surveys-figure-desc", &[("value", &written(value)), ("interval", &interval_text)]),
        min: Mark { value: low, text: digits(low) },
        max: Mark { value: high, text: digits(high) },
        estimate: Mark { value, text: written(value) },
        bounds: estimate.ci95,
        rtl: nearest(language).is_rtl(),
    });
    json!({
        "measure": estimate.measure, "label": measured.label, "value": written(value), "interval": interval_text, "n": estimate.n,
        "figure": figure,
    })
}

pub async fn survey_contact(ctx: Ctx, id: web::Path<SurveyId>) -> Answer {
    let id = id.into_inner();
    let wanted = id.clone();
    let view = ctx.run(move |call| actions::survey_contact(call, &wanted)).await?;
    contact_form(&ctx, &id, Again::fresh(json!({"contact": view.contact, "version": view.version.to_string()}))).await
}

pub async fn survey_update(ctx: Ctx, id: web::Path<SurveyId>, form: RawForm) -> Answer {
    let id = id.into_inner();
    let target = id.clone();
    let sent = ctx.submit(form, move |call, form| {
        let version = form.get("version").parse().map_err(|_| Error::field("version", "required"))?;
        actions::survey_update(call, &target, version, &form.without("version").read()?)
    });
    match sent.await? {
        Sent::Done(view) => Ok(ctx.redirect(&format!("/surveys/{}", view.id), "success", &ctx.t("surveys-contact-saved"))),
        Sent::Again(again) => contact_form(&ctx, &id, again).await,
    }
}

async fn contact_form(ctx: &Ctx, id: &SurveyId, again: Again) -> Answer {
    let crumbs =
        [json!({"href": "/surveys", "label": ctx.t("surveys-title")}), json!({"href": format!("/surveys/{id}"), "label": ctx.t("surveys-survey")})];
    ctx.form_page("surveys/contact", &ctx.t("surveys-contact-title"), again, json!({"id": id, "crumbs": crumbs})).await
}

pub async fn survey_open(ctx: Ctx, id: web::Path<SurveyId>, form: RawForm) -> Answer {
    ctx.accept(form)?;
    let back = format!("/surveys/{id}");
    match ctx.run(move |call| actions::survey_open(call, &id)).await {
        Ok(_) => Ok(ctx.redirect(&back, "success", &ctx.t("surveys-opened-flash"))),
        Err(Failure { error: Error::Conflict(CLOSED), .. }) => Ok(ctx.redirect(&back, "warning", &ctx.t("surveys-round-closed"))),
        Err(other) => Err(other),
    }
}

/// The days of a survey, to be moved.
pub async fn survey_days(ctx: Ctx, id: web::Path<SurveyId>) -> Answer {
    days_form(&ctx, id.into_inner(), None).await
}

async fn days_form(ctx: &Ctx, id: SurveyId, again: Option<Again>) -> Answer {
    let (page, stored) = ctx
        .run(move |call| {
            let (view, zone) = actions::survey_days(call, &id)?;
            let day = |at: Option<UtcTime>| at.map(|at| at.local_date(zone));
            let stored = json!({"opens_on": day(view.opens_at), "closes_on": day(view.closes_at), "list_until": view.list_until});
            let city = json!({"href": format!("/surveys/{}", view.id), "label": view.city.get(&call.language)});
            let crumbs = [json!({"href": "/surveys", "label": call.service.pages.texts().get(&call.language, "surveys-title")}), city];
            Ok((json!({"survey": view, "invites": view.mode == Mode::Invitation, "crumbs": crumbs}), stored))
        })
        .await?;
    ctx.form_page("surveys/days", &ctx.t("inviting-days"), again.unwrap_or_else(|| Again::fresh(stored)), page).await
}

pub async fn survey_reschedule(ctx: Ctx, id: web::Path<SurveyId>, form: RawForm) -> Answer {
    let id = id.into_inner();
    let of = id.clone();
    match ctx.submit(form, move |call, form| actions::survey_reschedule(call, &of, &form.read()?)).await? {
        Sent::Done(_) => Ok(ctx.redirect(&format!("/surveys/{id}"), "success", &ctx.t("inviting-days-saved"))),
        Sent::Again(again) => days_form(&ctx, id, Some(again)).await,
    }
}

pub async fn survey_close(ctx: Ctx, id: web::Path<SurveyId>, form: RawForm) -> Answer {
    ctx.accept(form)?;
    let view = ctx.run(move |call| actions::survey_close(call, &id)).await?;
    Ok(ctx.redirect(&format!("/surveys/{}", view.id), "success", &ctx.t("surveys-closed-flash")))
}

/// The poster speaks the city's language and English, whatever the reader's is.
pub async fn survey_poster(ctx: Ctx, id: web::Path<SurveyId>) -> Answer {
    let page = ctx
        .run(move |call| {
            let poster = actions::survey_poster(call, &id)?;
            let texts = call.service.pages.texts();
            let mut languages = vec![nearest(&poster.city_language), Language::ENGLISH];
            languages.dedup();
            let said: Vec<Value> = languages
                .iter()
                .map(|language| {
                    let until = poster.closes_on.map(|day| texts.with(language, "surveys-poster-until", &[("day", &format!("\u{2066}{day}\u{2069}"))]));
                    json!({
                        "lang": language, "dir": language.direction(),
                        "heading": texts.with(language, "surveys-poster-heading", &[("city", poster.city.get(language))]),
                        "text": texts.get(language, "surveys-poster-invite"), "promise": texts.get(language, "surveys-poster-promise"), "until": until,
                    })
                })
                .collect();
            Ok(json!({"id": poster.survey_id, "qr": poster.qr, "shown": poster.shown, "link": poster.link, "languages": said}))
        })
        .await?;
    ctx.page("surveys/poster", &ctx.t("surveys-poster"), page).await
}
