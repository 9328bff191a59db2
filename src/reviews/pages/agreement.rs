//! Pages of agreement: a round's figures, and one disagreement with its ratings side by side.

use serde_json::{Value, json};

use super::assignments::candidate_rows;
use super::rating::written;
use super::{Again, Answer, Ctx, RawForm, Routes, Sent, is_conflict, local, say, web, when, word};
use crate::ground::Zone;
use crate::ground::ids::{DisagreementId, RoundId};
use crate::people::policy::UseCase;
use crate::reviews::actions;
use crate::reviews::coefficients::{Agreement, Figure, LEAST_REPORTS, Verdict};
use crate::reviews::review::ReviewKind;
use crate::reviews::store::CaseState;
use crate::reviews::views::{AgreementView, DisagreementView, GapView};
use crate::web::figures::{LevelBar, LevelsFigure, levels};
use crate::web::finding::narrow;
use crate::web::paging::PageQuery;
use crate::web::texts::{nearest, number};

pub fn routes(r: &mut Routes) {
    r.get("/rounds/{id}/agreement", UseCase::agreement_read, agreement_read);
    r.get("/disagreements/{id}", UseCase::disagreement_read, disagreement_read);
    r.post("/disagreements/{id}/third", UseCase::disagreement_invite_third, disagreement_invite_third);
    r.post("/disagreements/{id}/resolve", UseCase::disagreement_resolve, disagreement_resolve);
}

/// A coefficient for people: value, interval, or the reason why there is none.
fn figure(ctx: &Ctx, f: &Figure) -> Value {
    let interval = f.low.zip(f.high).map(|(low, high)| say(ctx, "reviews-interval", &[("low", &number(low, 2)), ("high", &number(high, 2))]));
    let (value, why) = (f.value.map(|v| number(v, 2)), f.undefined.map(|w| word(ctx, "undefined", w.as_str())));
    json!({"shown": value.clone().unwrap_or_else(|| "–".to_owned()), "note": interval.clone().or(why.clone()), "value": value, "interval": interval, "why": why})
}

fn share(ctx: &Ctx, f: &Figure) -> Value {
    let value = f.value.map(|v| format!("{} %", number(v * 100.0, 0)));
    json!({"shown": value.clone().unwrap_or_else(|| "–".to_owned()), "value": value, "note": f.undefined.map(|w| word(ctx, "undefined", w.as_str()))})
}

fn bars(ctx: &Ctx, id: &str, a: &Agreement) -> String {
    let title = ctx.t("reviews-distribution");
    let desc = a.distribution.iter().enumerate().map(|(level, n)| format!("{level}: {n}")).collect::<Vec<_>>().join("; ");
    let bar = |(level, count): (usize, &u64)| LevelBar { label: level.to_string(), count: *count, chosen: false };
    levels(&LevelsFigure {
        id: id.to_owned(),
        title,
        desc,
        levels: a.distribution.iter().enumerate().map(bar).collect(),
        rtl: nearest(&ctx.language).is_rtl(),
    })
}

async fn agreement_read(ctx: Ctx, id: web::Path<RoundId>, query: web::Query<PageQuery>) -> Answer {
    let (view, zone) = ctx.run(move |call| Ok((actions::agreement_read(call, &id, &query.at()?)?, call.caller.zone()))).await?;
    let page = round_data(&ctx, &view, zone);
    ctx.page("reviews/agreement", &ctx.t("reviews-agreement-title"), page).await
}

fn round_data(ctx: &Ctx, view: &AgreementView, zone: Zone) -> Value {
    let round = format!("/rounds/{}", view.round_id);
    let mut page = json!({
        "round": view.round, "withheld": view.withheld,
        "crumbs": [{"href": "/rounds", "label": ctx.t("nav-rounds")}, {"href": round, "label": view.round}],
        "assignments": format!("{round}/assignments"),
        "as_of": view.computed_at.map(|at| say(ctx, "reviews-as-of", &[("at", &format!("\u{2066}{}\u{2069}", when(at, zone)))])),
        "gaps": gaps(ctx, view), "next": view.next_cursor.as_ref().map(|cursor| format!("?cursor={cursor}#gaps")),
    });
    if let (Some(page), Value::Object(figures)) = (page.as_object_mut(), figures(ctx, view)) {
        page.extend(figures);
    }
    page
}

fn gaps(ctx: &Ctx, view: &AgreementView) -> Vec<Value> {
    let tag = |state| match state {
        CaseState::Open => "bad",
        CaseState::ThirdInvited => "warn",
        CaseState::Resolved => "good",
        CaseState::Lapsed => "",
    };
    let gap = |g: &GapView| {
        json!({
            "href": format!("/disagreements/{}", g.id), "city": local(ctx, &g.city), "label": local(ctx, &g.measure_label),
            "reason": word(ctx, "reason", g.reason.as_str()), "state": word(ctx, "case", g.state.as_str()), "tag": tag(g.state),
        })
    };
    view.gaps.iter().map(gap).collect()
}

/// What was computed; nothing while that is awaited.
fn figures(ctx: &Ctx, view: &AgreementView) -> Value {
    let Some(o) = &view.overall else { return Value::Null };
    let verdict = say(
        ctx,
        &format!("reviews-verdict-{}", o.verdict.as_str().replace('_', "-")),
        &[
            ("least", &LEAST_REPORTS.to_string()),
            ("count", &o.reports_doubly_rated.to_string()),
            ("good", &format!("{:.3}", view.alpha_good)),
            ("tentative", &format!("{:.3}", view.alpha_tentative)),
        ],
    );
    let measures: Vec<Value> = view
        .measures
        .iter()
        .map(|m| {
            let a = &m.agreement;
            json!({
                "code": m.measure, "label": local(ctx, &m.label), "ratings": a.ratings, "double": a.reports_doubly_rated,
                "alpha": figure(ctx, &a.alpha_ordinal), "ac2": figure(ctx, &a.ac2_ordinal), "equal": share(ctx, &a.share_equal),
                "within_one": share(ctx, &a.share_within_one),
                "distribution": a.distribution.iter().map(u64::to_string).collect::<Vec<_>>().join(" · "),
            })
        })
        .collect();
    let singles: Vec<Value> = view
        .singles
        .iter()
        .map(|s| json!({"city": local(ctx, &s.city), "label": local(ctx, &s.measure_label), "level": s.level, "wanted": s.second_wanted}))
        .collect();
    json!({
        "verdict": verdict,
        "verdict_kind": match o.verdict { Verdict::Reliable => "success", Verdict::Unreliable | Verdict::Uncertain => "warn", _ => "" },
        "few": o.few_reports && o.verdict != Verdict::TooFew,
        "experts": o.experts, "reports": o.reports, "double": o.reports_doubly_rated, "ratings": o.ratings,
        "alpha": figure(ctx, &o.alpha_ordinal), "ac2": figure(ctx, &o.ac2_ordinal), "equal": share(ctx, &o.share_equal),
        "within_one": share(ctx, &o.share_within_one),
        "bars": (!o.distribution.is_empty()).then(|| bars(ctx, "levels", o)),
        "distribution": o.distribution.iter().enumerate().map(|(level, n)| json!({"level": level, "count": n})).collect::<Vec<_>>(),
        "measures": measures, "singles": singles, "singles_more": view.singles_count.saturating_sub(view.singles.len()), "left_out": view.left_out, "cannot_judge": view.cannot_judge,
    })
}

async fn disagreement_read(ctx: Ctx, id: web::Path<DisagreementId>) -> Answer {
    case_page(&ctx, id.into_inner(), Again::fresh(json!({}))).await
}

async fn case_page(ctx: &Ctx, id: DisagreementId, again: Again) -> Answer {
    let ((view, candidates), zone) = ctx.run(move |call| Ok((actions::disagreement_read(call, &id)?, call.caller.zone()))).await?;
    let (open, closed) = candidate_rows(ctx, &candidates);
    let mut page = case_data(ctx, &view, zone);
    page["open"] = json!(open);
    page["closed"] = json!(closed);
    narrow(&mut page, "open", "person_id", &again.values);
    ctx.form_page("reviews/disagreement", &ctx.t("reviews-disagreement-title"), again, page).await
}

fn case_data(ctx: &Ctx, view: &DisagreementView, zone: Zone) -> Value {
    let named = |level: i32| view.levels.iter().find(|l| l.level == level).map(|l| local(ctx, &l.label)).unwrap_or_default();
    let ratings: Vec<Value> = view
        .ratings
        .iter()
        .map(|r| {
            let anchor = r.level.and_then(|level| view.levels.iter().find(|l| l.level == level)).map(|l| local(ctx, &l.anchor));
            json!({
                "expert": r.expert, "third": r.kind == ReviewKind::Third, "level": r.level, "level_name": r.level.map(named),
                "cannot_judge": r.cannot_judge, "comment": r.comment, "pointer": r.evidence_pointer, "anchor": anchor,
            })
        })
        .collect();
    let levels: Vec<Value> =
        view.levels.iter().map(|l| json!({"value": l.level.to_string(), "label": local(ctx, &l.label), "anchor": local(ctx, &l.anchor)})).collect();
    let base = format!("/disagreements/{}", view.id);
    let ways: Vec<Value> = ["consensus", "adjudication"]
        .iter()
        .map(|w| json!({"value": w, "label": word(ctx, "resolution", w), "hint": word(ctx, "resolution-hint", w)}))
        .collect();
    json!({
        "city": local(ctx, &view.city), "round": view.round, "label": local(ctx, &view.measure_label), "code": view.measure,
        "reason": word(ctx, "reason", view.reason.as_str()), "state": word(ctx, "case", view.state.as_str()),
        "is_open": view.state == CaseState::Open, "waits": view.state == CaseState::ThirdInvited, "resolved": view.state == CaseState::Resolved, "lapsed": view.state == CaseState::Lapsed, "earlier": view.earlier,
        "tag": match view.state { CaseState::Open => "bad", CaseState::ThirdInvited => "warn", CaseState::Resolved => "good", CaseState::Lapsed => "" },
        "third_state": view.third_state.map(|s| word(ctx, "state", s.as_str())),
        "third_name": view.third.as_ref().map(|(name, _)| name), "third_due": view.third.as_ref().map(|(_, due)| due),
        "third_href": view.third_review_id.as_ref().map(|id| format!("/reviews/{id}")),
        "resolution": if view.resolution.is_empty() { String::new() } else { word(ctx, "resolution", &view.resolution) },
        "level": view.level.map(|l| number(l, if l.fract() == 0.0 { 0 } else { 1 })), "note": view.note,
        "resolved_at": view.resolved_at.map(|t| when(t, zone)),
        "written": view.content.as_ref().map(|c| written(c, &view.measure, "/evidence")),
        "section": format!("/submissions/{}#{}", view.submission_id, view.measure),
        "ratings": ratings, "levels": levels, "ways": ways, "third": format!("{base}/third"), "resolve": format!("{base}/resolve"),
        "crumbs": [{"href": format!("/rounds/{}", view.round_id), "label": view.round},
                   {"href": format!("/rounds/{}/agreement", view.round_id), "label": ctx.t("reviews-agreement-title")}],
    })
}

/// Back to the case: with a sentence, or with the form; a case that is settled has no form any more.
async fn answer(ctx: &Ctx, id: DisagreementId, sent: Sent<DisagreementView>, text: &str) -> Answer {
    let home = format!("/disagreements/{id}");
    match sent {
        Sent::Done(_) => Ok(ctx.redirect(&home, "success", &ctx.t(text))),
        Sent::Again(again) if is_conflict(&again) => Err(again.failure(ctx, &home)),
        Sent::Again(again) => case_page(ctx, id, again).await,
    }
}

async fn disagreement_invite_third(ctx: Ctx, id: web::Path<DisagreementId>, form: RawForm) -> Answer {
    let case = id.clone();
    let sent = ctx.submit(form, move |call, form| actions::disagreement_invite_third(call, &case, &form.read()?)).await?;
    answer(&ctx, id.into_inner(), sent, "reviews-third-asked").await
}

async fn disagreement_resolve(ctx: Ctx, id: web::Path<DisagreementId>, form: RawForm) -> Answer {
    let case = id.clone();
    let sent = ctx.submit(form, move |call, form| actions::disagreement_resolve(call, &case, &form.read()?)).await?;
    answer(&ctx, id.into_inner(), sent, "reviews-case-settled").await
}
