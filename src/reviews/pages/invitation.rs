//! The expert's front door: the list of reviews, the invitation, and what became of it.

use serde_json::{Value, json};

use super::{Again, Answer, Ctx, Door, RawForm, Routes, Sent, door, is_conflict, local, say, web, when, word};
use crate::ground::MeasureCode;
use crate::people::identity::Role;
use crate::people::policy::UseCase;
use crate::reviews::actions;
use crate::reviews::conflict::ConflictKind;
use crate::reviews::review::{Rating, ReviewKind, ReviewState, hours, lack};
use crate::reviews::views::{Opened, ReviewView};
use crate::web::paging::PageQuery;

pub fn routes(r: &mut Routes) {
    r.get("/reviews", UseCase::review_list, review_list);
    for base in ["/review/{token}", "/reviews/{token}"] {
        r.get(base, UseCase::review_read, review_read);
        r.post(&format!("{base}/accept"), UseCase::review_accept, review_accept);
        r.post(&format!("{base}/decline"), UseCase::review_decline, review_decline);
        r.post(&format!("{base}/conflict"), UseCase::review_conflict, review_conflict);
    }
}

async fn review_list(ctx: Ctx, query: web::Query<PageQuery>) -> Answer {
    let at = query.at().map_err(|e| ctx.fail(e))?;
    let (listing, expert, runs) = ctx
        .run(move |call| {
            let is = |role| call.caller.has_role(role);
            Ok((actions::review_list(call, None, true, &at)?, is(Role::Expert), is(Role::Coordinator)))
        })
        .await?;
    let reviews: Vec<Value> = listing
        .items
        .iter()
        .map(|r| {
            json!({
                "href": format!("/reviews/{}", r.id), "city": local(&ctx, &r.city), "round": r.round, "state": word(&ctx, "state", state_word(r.state, r.reopened)),
                "due": r.due, "third": r.kind == ReviewKind::Third,
                "tag": match r.state { ReviewState::Submitted => "good", ReviewState::Invited => "warn", ReviewState::Accepted => "active", _ => "" },
            })
        })
        .collect();
    // Whoever has no reviews is told why, and where their own work is.
    let (why, way, action) = match (expert, runs) {
        (true, _) => ("reviews-none-text", "", ""),
        (_, true) => ("reviews-none-coordinator", "/rounds", "reviews-none-to-rounds"),
        _ => ("reviews-none-other", "/", "reviews-none-to-start"),
    };
    let none = json!({"text": ctx.t(why), "href": way, "action": if action.is_empty() { String::new() } else { ctx.t(action) }});
    let page = json!({"reviews": reviews, "none": none, "next": listing.next_cursor.map(|c| format!("?cursor={c}"))});
    ctx.page("reviews/reviews", &ctx.t("reviews-title"), page).await
}

async fn review_read(ctx: Ctx, part: web::Path<String>) -> Answer {
    let (ctx, door) = door(ctx, &part)?;
    show(&ctx, door, Again::fresh(json!({}))).await
}

/// One row per measure: its label, and how far the rating is.
pub fn measure_rows(ctx: &Ctx, opened: &Opened, door: &Door) -> Vec<Value> {
    let view = &opened.view;
    view.measures
        .iter()
        .map(|code| {
            let rating = view.ratings.iter().find(|r| r.measure == *code);
            let missing = lack(rating);
            json!({
                "code": code, "label": label(ctx, opened, code), "href": format!("{}/rate/{code}", door.base),
                "done": missing.is_none(), "begun": rating.is_some(), "level": rating.map(|r| level(ctx, opened, r)),
                "comment": rating.map(|r| r.comment.clone()), "pointer": rating.map(|r| r.evidence_pointer.clone()),
                "kept": rating.is_some_and(|r| r.kept),
                "again": missing.is_some() && view.before.iter().any(|b| b.measure == *code),
                "lack": missing.map(|l| super::word(ctx, "lack", l.code())),
            })
        })
        .collect()
}

/// A measure's name in the reader's language.
pub fn label(ctx: &Ctx, opened: &Opened, code: &MeasureCode) -> String {
    opened.catalogue.measure(code).map_or_else(|| code.to_string(), |m| local(ctx, &m.label))
}

/// A rating's level with its name; a dash where nothing was chosen.
pub fn level(ctx: &Ctx, opened: &Opened, rating: &Rating) -> String {
    if rating.cannot_judge {
        return ctx.t("web-cannot-judge");
    }
    rating.level.map_or_else(|| "–".to_owned(), |_| level_of(ctx, opened, &rating.measure, rating.level))
}

/// A level of a measure with its name; without one it could not be judged.
pub fn level_of(ctx: &Ctx, opened: &Opened, measure: &MeasureCode, level: Option<i32>) -> String {
    let Some(level) = level else { return ctx.t("web-cannot-judge") };
    let name = opened.rubric.measure(measure).and_then(|m| m.levels.iter().find(|l| l.level == level)).map(|l| local(ctx, &l.label));
    format!("{level} · {}", name.unwrap_or_default())
}

/// The page of a review as its state has it.
async fn show(ctx: &Ctx, door: Door, again: Again) -> Answer {
    let key = door.key.clone();
    let opened = ctx.run(move |call| actions::review_read(call, &key)).await?;
    let view = &opened.view;
    let zone = opened.time_zone;
    let rows = measure_rows(ctx, &opened, &door);
    let done = rows.iter().filter(|r| r["done"] == true).count();
    let next = rows.iter().find(|r| r["done"] == false).or_else(|| rows.first()).map(|r| r["href"].clone());
    let kinds: Vec<Value> = ConflictKind::ALL.iter().map(|k| json!({"value": k, "label": word(ctx, "conflict", k.as_str())})).collect();
    let city = local(ctx, &view.city);
    let stopped = match (view.conflict, view.absent) {
        (_, Some(_)) => Some((ctx.t("reviews-absent-lead"), String::new())),
        (Some(kind), None) => Some((ctx.t("reviews-stopped-lead"), word(ctx, "conflict", kind.as_str()))),
        (None, None) => None,
    };
    let stops = stopped.is_some();
    let page = json!({
        "base": door.base, "own": opened.own, "state": view.state, "state_label": word(ctx, "state", state_word(view.state, view.reopened)),
        "invited": view.state == ReviewState::Invited, "accepted": view.state == ReviewState::Accepted,
        "submitted": view.state == ReviewState::Submitted, "declined": view.state == ReviewState::Declined,
        "withdrawn": view.state == ReviewState::Withdrawn, "reopened": view.reopened, "given_back": view.given_back,
        "shown": matches!(view.state, ReviewState::Submitted | ReviewState::SetAside) || view.reopened && !opened.own || opened.own && stops,
        "aside": view.state == ReviewState::SetAside, "stopped": stopped.map(|(lead, kind)| json!({"lead": lead, "kind": kind})),
        // Whoever reads the review of somebody else coordinates the round.
        "set_aside": !opened.own && (view.state == ReviewState::Submitted || view.reopened || view.state == ReviewState::Accepted && stops),
        "at_work": !stops && view.state == ReviewState::Accepted,
        "may_conflict": view.conflict.is_none() && (view.state.holds_seat()),
        "may_decline": !stops && matches!(view.state, ReviewState::Invited | ReviewState::Accepted) && !view.reopened,
        "third": view.kind == ReviewKind::Third, "city": city, "round": view.round, "expert": view.expert, "due": opened.due,
        "sections": view.measures.len(), "hours": hours(view.measures.len()), "measures": rows, "done": done,
        "started": view.ratings.iter().any(|r| r.version > 0), "complete": done == view.measures.len(), "next": next,
        "receipt": view.receipt, "submitted_at": view.submitted_at.map(|t| when(t, zone)), "overall_comment": view.overall_comment,
        "kinds": kinds,
        "crumbs": if opened.own { json!(null) } else {
            json!([{"href": format!("/rounds/{}", view.round_id), "label": view.round},
                   {"href": format!("/rounds/{}/assignments", view.round_id), "label": ctx.t("reviews-assignments-title")}])
        },
    });
    ctx.form_page("reviews/review", &say(ctx, "reviews-review-title", &[("city", &city)]), again, page).await
}

/// The word for a state; one who has submitted and is asked again has a word of their own.
pub fn state_word(state: ReviewState, reopened: bool) -> &'static str {
    if reopened { "reopened" } else { state.as_str() }
}

/// Back to the review, with a sentence, or the form again, if the review still has one.
async fn answer(ctx: Ctx, door: Door, sent: Sent<ReviewView>, text: &str) -> Answer {
    match sent {
        Sent::Done(_) => Ok(ctx.redirect(&door.base, "success", &ctx.t(text))),
        Sent::Again(again) if is_conflict(&again) => Err(again.failure(&ctx, &door.base)),
        Sent::Again(again) => show(&ctx, door, again).await,
    }
}

async fn review_accept(ctx: Ctx, part: web::Path<String>, form: RawForm) -> Answer {
    let (ctx, door) = door(ctx, &part)?;
    let key = door.key.clone();
    let sent = ctx.submit(form, move |call, _| actions::review_accept(call, &key)).await?;
    answer(ctx, door, sent, "reviews-accepted").await
}

async fn review_decline(ctx: Ctx, part: web::Path<String>, form: RawForm) -> Answer {
    let (ctx, door) = door(ctx, &part)?;
    let key = door.key.clone();
    let sent = ctx.submit(form, move |call, form| actions::review_decline(call, &key, &form.read()?)).await?;
    answer(ctx, door, sent, "reviews-declined").await
}

async fn review_conflict(ctx: Ctx, part: web::Path<String>, form: RawForm) -> Answer {
    let (ctx, door) = door(ctx, &part)?;
    let key = door.key.clone();
    let sent = ctx.submit(form, move |call, form| actions::review_conflict(call, &key, &form.read()?)).await?;
    answer(ctx, door, sent, "reviews-conflict-said").await
}
