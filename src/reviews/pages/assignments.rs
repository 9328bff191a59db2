//! Pages of assignments: the desk of a round, the plan, one report's experts and why not.

use serde_json::{Value, json};

use super::invitation::state_word;
use super::{Again, Answer, Ctx, RawForm, Routes, Sent, local, say, web, when, word};
use crate::ground::Zone;
use crate::ground::ids::{PlanId, ReviewId, RoundId, SubmissionId};
use crate::people::policy::UseCase;
use crate::reviews::actions;
use crate::reviews::affinity::Affinity;
use crate::reviews::conflict::Ineligible;
use crate::reviews::proposal::Pick;
use crate::reviews::review::{ReviewKind, ReviewState};
use crate::reviews::views::{AssignmentsView, CandidateView, PlanView, ReportSeats};
use crate::rounds::place::PlaceKey;
use crate::web::paging::PageQuery;

pub fn routes(r: &mut Routes) {
    r.get("/rounds/{id}/assignments", UseCase::assignment_read, assignment_read);
    r.post("/rounds/{id}/assignments/propose", UseCase::assignment_plan_propose, plan_propose);
    r.post("/assignment-plans/{id}/confirm", UseCase::assignment_plan_confirm, plan_confirm);
    r.post("/assignment-plans/{id}/discard", UseCase::assignment_plan_discard, plan_discard);
    r.get("/submissions/{id}/candidates", UseCase::candidate_list, candidate_list);
    r.post("/submissions/{id}/reviews", UseCase::review_assign, review_assign);
    r.post("/reviews/{id}/withdraw", UseCase::review_withdraw, review_withdraw);
    r.post("/reviews/{id}/set-aside", UseCase::review_set_aside, review_set_aside);
    r.post("/reviews/{id}/put-back", UseCase::review_put_back, review_put_back);
}

/// Why an expert may not review, as a sentence.
pub fn why_not(ctx: &Ctx, why: &Ineligible) -> String {
    match why {
        Ineligible::AlreadyReviews { state } => say(ctx, "reviews-why-already", &[("state", &word(ctx, "state", state.as_str()))]),
        Ineligible::Conflict { kind, source } => {
            let (kind, source) = (word(ctx, "conflict", kind.as_str()), word(ctx, "source", source.as_str()));
            say(ctx, "reviews-why-conflict", &[("kind", &kind), ("source", &source)])
        }
        Ineligible::NoSharedLanguage => ctx.t("reviews-why-language"),
        Ineligible::LoadFull { load, load_max } => say(ctx, "reviews-why-load", &[("load", &load.to_string()), ("max", &load_max.to_string())]),
        Ineligible::AccountClosed => ctx.t("reviews-why-closed"),
    }
}

/// What speaks for a pair, as a sentence.
pub fn why(ctx: &Ctx, affinity: &Affinity) -> String {
    let language = ctx.t(if affinity.own_language { "reviews-fit-language" } else { "reviews-fit-english" });
    let areas = if affinity.generalist {
        ctx.t("reviews-fit-generalist")
    } else {
        say(ctx, "reviews-fit-areas", &[("count", &affinity.areas.len().to_string())])
    };
    format!("{language} · {areas}")
}

/// A fit for people: 0 to 100.
fn fit(affinity: &Affinity) -> String {
    format!("{:.0}", affinity.value * 100.0)
}

async fn assignment_read(ctx: Ctx, id: web::Path<RoundId>, query: web::Query<PageQuery>) -> Answer {
    let at = query.clone();
    let (view, reader) = ctx.run(move |call| Ok((actions::assignment_read(call, &id, &at.at()?)?, call.caller.time_zone))).await?;
    let page = desk_data(&ctx, &view, reader, &page_of(&query));
    ctx.page("reviews/assignments", &ctx.t("reviews-assignments-title"), page).await
}

/// The query of the page of the desk that somebody is on, so that what they do there leads back to it.
fn page_of(query: &PageQuery) -> String {
    let cursor = query.cursor.as_ref().filter(|_| query.at::<PlaceKey>().is_ok_and(|at| at.after.is_some()));
    cursor.map(|cursor| format!("?cursor={cursor}")).unwrap_or_default()
}

fn desk_data(ctx: &Ctx, view: &AssignmentsView, reader: Option<Zone>, here: &str) -> Value {
    let round = format!("/rounds/{}", view.round_id);
    let to = |cursor: &String| format!("{round}/assignments?cursor={cursor}");
    json!({
        "round": view.round,
        "crumbs": [{"href": "/rounds", "label": ctx.t("nav-rounds")}, {"href": round, "label": view.round}],
        "propose": format!("{round}/assignments/propose"),
        "agreement": format!("{round}/agreement"),
        "due": view.review_due_at.deadline(view.time_zone, reader),
        "experts_per_report": view.experts_per_report,
        "experts": view.experts,
        "filled": view.totals.full,
        "of": view.totals.reports,
        "lacking": view.totals.lacking,
        "can_propose": view.totals.lacking > 0 && view.experts > 0,
        "submitted": view.totals.submitted,
        "next": view.next_cursor.as_ref().map(to),
        "previous": view.previous.as_ref().map(|at| at.as_ref().map_or_else(|| format!("{round}/assignments"), to)),
        "reports": view.reports.iter().map(|r| report(ctx, view, reader, r, here)).collect::<Vec<_>>(),
        "waiting_for": view.waiting_for.iter().map(|c| local(ctx, c)).collect::<Vec<_>>(),
        "waiting_more": view.waiting.saturating_sub(view.waiting_for.len()),
        "plan_withheld": view.plan_withheld,
        "plan": view.plan.as_ref().map(|p| plan(ctx, p, reader)),
    })
}

fn tag(state: ReviewState) -> &'static str {
    match state {
        ReviewState::Invited => "",
        ReviewState::Accepted => "active",
        ReviewState::Submitted => "good",
        ReviewState::Declined => "bad",
        ReviewState::Withdrawn | ReviewState::SetAside => "warn",
    }
}

fn report(ctx: &Ctx, view: &AssignmentsView, reader: Option<Zone>, r: &ReportSeats, here: &str) -> Value {
    let seats: Vec<Value> = r
        .seats
        .iter()
        .map(|s| {
            let said = s.declining.as_ref().map(|d| {
                let conflict = if d.conflict.is_empty() { String::new() } else { word(ctx, "conflict", &d.conflict) };
                json!({"reason": d.reason, "alternate": d.alternate, "conflict": conflict})
            });
            json!({
                "name": s.name, "href": format!("/reviews/{}", s.review_id), "state": word(ctx, "state", state_word(s.state, s.reopened)), "tag": if s.reopened { "warn" } else { tag(s.state) },
                "kept": (s.kept + s.asked_again > 0).then(|| say(ctx, "reviews-seat-kept", &[("kept", &s.kept.to_string()), ("again", &s.asked_again.to_string())])),
                "third": s.kind == ReviewKind::Third, "said": said,
                "conflict": s.conflict.map(|kind| word(ctx, "conflict", kind.as_str())),
                "absent": s.absent.map(|why| word(ctx, "absent", why.as_str())),
                "aside_said": s.set_aside.as_ref().map(|a| a.reason.clone()),
                "back": (s.state == ReviewState::SetAside).then(|| format!("/reviews/{}/put-back{here}", s.review_id)),
                // Only where it is not the round's own.
                "due": (s.due_at != view.review_due_at).then(|| s.due_at.deadline(view.time_zone, reader)),
                "withdraw": (matches!(s.state, ReviewState::Invited | ReviewState::Accepted) && !s.reopened).then(|| format!("/reviews/{}/withdraw{here}", s.review_id)),
            })
        })
        .collect();
    let options: Vec<Value> = r
        .candidates
        .iter()
        .filter_map(|c| {
            let affinity = c.affinity.as_ref()?;
            let load = say(ctx, "web-of", &[("n", &c.load.to_string()), ("of", &c.load_max.to_string())]);
            let label = format!("{} ({}; {load})", c.name, why(ctx, affinity));
            Some(json!({"value": c.person_id, "label": label}))
        })
        .collect();
    json!({
        "id": r.submission_id, "city": local(ctx, &r.city), "need": r.need, "seats": seats,
        "funnel": {"invited": r.invited, "accepted": r.accepted, "submitted": r.submitted, "declined": r.declined},
        "options": options, "own_city": r.own_city,
        "assign": format!("/submissions/{}/reviews{here}", r.submission_id),
        "candidates": format!("/submissions/{}/candidates", r.submission_id),
    })
}

fn plan(ctx: &Ctx, view: &PlanView, reader: Option<Zone>) -> Value {
    let pick = |p: &Pick| json!({"name": p.name, "why": why(ctx, &p.affinity), "fit": fit(&p.affinity)});
    let reports: Vec<Value> = view
        .proposal
        .reports
        .iter()
        .map(|r| {
            json!({
                "city": local(ctx, &r.city), "picks": r.picks.iter().map(pick).collect::<Vec<_>>(),
                "alternates": r.alternates.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(", "),
            })
        })
        .collect();
    let blocked = view.proposal.blocked.as_ref().map(|b| {
        let cities: Vec<String> = b.cities.iter().map(|c| local(ctx, c)).collect();
        let reasons: Vec<Value> = b
            .reasons
            .iter()
            .map(|(why, count)| json!(say(ctx, &format!("reviews-blocked-{}", why.replace('_', "-")), &[("count", &count.to_string())])))
            .collect();
        let args = [
            ("reports", cities.len().to_string()),
            ("needed", b.seats_needed.to_string()),
            ("experts", b.experts.len().to_string()),
            ("free", b.seats_free.to_string()),
        ];
        let args: Vec<(&str, &str)> = args.iter().map(|(k, v)| (*k, v.as_str())).collect();
        json!({"sentence": say(ctx, "reviews-blocked", &args), "cities": cities.join(", "), "experts": b.experts.join(", "), "reasons": reasons})
    });
    json!({
        "confirm": format!("/assignment-plans/{}/confirm", view.id), "discard": format!("/assignment-plans/{}/discard", view.id),
        "made": when(view.created_at, reader.unwrap_or(Zone::UTC)), "reports": reports, "blocked": blocked, "seats": view.seats, "own_cities": view.own_cities, "more": view.reports_more, "connected": view.proposal.connected,
    })
}

async fn plan_propose(ctx: Ctx, id: web::Path<RoundId>, form: RawForm) -> Answer {
    ctx.accept(form)?;
    let id = id.into_inner();
    let desk = format!("/rounds/{id}/assignments");
    let view = ctx.run(move |call| actions::assignment_plan_propose(call, &id)).await?;
    let (kind, text) = if view.proposal.blocked.is_some() { ("warning", "reviews-plan-blocked") } else { ("success", "reviews-plan-proposed") };
    Ok(ctx.redirect(&format!("{desk}#plan"), kind, &ctx.t(text)))
}

async fn plan_confirm(ctx: Ctx, id: web::Path<PlanId>, form: RawForm) -> Answer {
    ctx.accept(form)?;
    let view = ctx.run(move |call| actions::assignment_plan_confirm(call, &id)).await?;
    Ok(ctx.redirect(&format!("/rounds/{}/assignments", view.round_id), "success", &ctx.t("reviews-plan-confirmed")))
}

async fn plan_discard(ctx: Ctx, id: web::Path<PlanId>, form: RawForm) -> Answer {
    ctx.accept(form)?;
    let view = ctx.run(move |call| actions::assignment_plan_discard(call, &id)).await?;
    Ok(ctx.redirect(&format!("/rounds/{}/assignments", view.round_id), "success", &ctx.t("reviews-plan-discarded")))
}

/// Options of a select, and the rows of those who cannot be chosen.
pub fn candidate_rows(ctx: &Ctx, candidates: &[CandidateView]) -> (Vec<Value>, Vec<Value>) {
    let row = |c: &CandidateView| {
        json!({
            "value": c.person_id, "label": c.name, "name": c.name, "href": format!("/experts/{}", c.person_id), "load": c.load, "load_max": c.load_max,
            "hint": c.affinity.as_ref().map(|a| why(ctx, a)), "fit": c.affinity.as_ref().map(fit),
            "why_not": c.ineligible.as_ref().map(|w| why_not(ctx, w)),
        })
    };
    let (open, closed): (Vec<&CandidateView>, Vec<&CandidateView>) = candidates.iter().partition(|c| c.ineligible.is_none());
    (open.into_iter().map(row).collect(), closed.into_iter().map(row).collect())
}

async fn candidate_list(ctx: Ctx, id: web::Path<SubmissionId>) -> Answer {
    candidates(&ctx, id.into_inner(), Again::fresh(json!({}))).await
}

async fn candidates(ctx: &Ctx, id: SubmissionId, again: Again) -> Answer {
    let submission = id.clone();
    let (place, list) = ctx.run(move |call| actions::candidate_list(call, &submission)).await?;
    let (open, closed) = candidate_rows(ctx, &list);
    let city = local(ctx, &place.city.name);
    let page = json!({
        "city": city, "round": place.round.name, "open": open, "closed": closed, "assign": format!("/submissions/{id}/reviews"),
        "crumbs": [{"href": format!("/rounds/{}", place.round.id), "label": place.round.name},
                   {"href": format!("/rounds/{}/assignments", place.round.id), "label": ctx.t("reviews-assignments-title")}],
    });
    ctx.form_page("reviews/candidates", &say(ctx, "reviews-candidates-title", &[("city", &city)]), again, page).await
}

async fn review_assign(ctx: Ctx, id: web::Path<SubmissionId>, query: web::Query<PageQuery>, form: RawForm) -> Answer {
    let submission = id.clone();
    match ctx.submit(form, move |call, form| actions::review_assign(call, &submission, &form.read()?)).await? {
        Sent::Done(seat) => {
            let desk = format!("/rounds/{}/assignments{}#{id}", seat.round_id, page_of(&query));
            Ok(ctx.redirect(&desk, "success", &say(&ctx, "reviews-invited", &[("name", &seat.name)])))
        }
        Sent::Again(again) => candidates(&ctx, id.into_inner(), again).await,
    }
}

async fn review_withdraw(ctx: Ctx, id: web::Path<ReviewId>, query: web::Query<PageQuery>, form: RawForm) -> Answer {
    let form = ctx.accept(form)?;
    let seat = ctx.run(move |call| actions::review_withdraw(call, &id, form.get("reason"))).await?;
    let desk = format!("/rounds/{}/assignments{}", seat.round_id, page_of(&query));
    Ok(ctx.redirect(&desk, "success", &say(&ctx, "reviews-withdrawn", &[("name", &seat.name)])))
}

async fn review_set_aside(ctx: Ctx, id: web::Path<ReviewId>, query: web::Query<PageQuery>, form: RawForm) -> Answer {
    let form = ctx.accept(form)?;
    let seat = ctx.run(move |call| actions::review_set_aside(call, &id, form.get("reason"))).await?;
    let desk = format!("/rounds/{}/assignments{}", seat.round_id, page_of(&query));
    Ok(ctx.redirect(&desk, "success", &say(&ctx, "reviews-aside-done", &[("name", &seat.name)])))
}

async fn review_put_back(ctx: Ctx, id: web::Path<ReviewId>, query: web::Query<PageQuery>, form: RawForm) -> Answer {
    ctx.accept(form)?;
    let seat = ctx.run(move |call| actions::review_put_back(call, &id)).await?;
    let desk = format!("/rounds/{}/assignments{}", seat.round_id, page_of(&query));
    Ok(ctx.redirect(&desk, "success", &say(&ctx, "reviews-back-done", &[("name", &seat.name)])))
}
