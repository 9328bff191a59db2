//! Writing a review: one measure a page, saved as one types; the check; submitting; evidence.
//!
//! A save that came too late shows what was typed beside what is stored, and loses neither.

use serde_json::{Value, json};
use similar::ChangeTag;

use super::invitation::{label, level, level_of, measure_rows};
use super::{Again, Answer, Ctx, Door, HttpResponse, RawForm, Routes, Sent, door, is_stale, local, say, web, word};
use crate::ground::ids::EvidenceId;
use crate::ground::problems::ALREADY_SUBMITTED;
use crate::ground::{Error, MeasureCode, Result, Zone};
use crate::people::policy::UseCase;
use crate::reports::submission::{Content, EvidenceRef};
use crate::reviews::actions;
use crate::reviews::changes::{Changes, Piece, changes};
use crate::reviews::review::{COMMENT_MIN, Rating, RatingInput, ReviewState, lack, next_lacking};
use crate::reviews::views::Opened;
use crate::web::body::ok;
use crate::web::download::attachment;
use crate::web::form::Form;
use crate::web::texts::size;

pub fn routes(r: &mut Routes) {
    for base in ["/review/{token}", "/reviews/{token}"] {
        r.get(&format!("{base}/rate"), UseCase::review_read, rate_first);
        r.get(&format!("{base}/rate/{{measure}}"), UseCase::review_read, rate);
        r.post(&format!("{base}/rate/{{measure}}"), UseCase::rating_save, rating_save);
        r.post(&format!("{base}/rate/{{measure}}/autosave"), UseCase::rating_save, rating_autosave);
        r.get(&format!("{base}/check"), UseCase::review_read, check);
        r.post(&format!("{base}/submit"), UseCase::review_submit, review_submit);
        r.get(&format!("{base}/evidence/{{evidence_id}}"), UseCase::evidence_read, evidence_read);
    }
}

/// Reads the review; anywhere but in a draft, its own page says more than the form would.
async fn opened(ctx: &Ctx, door: &Door) -> std::result::Result<Result<Opened, HttpResponse>, super::Failure> {
    let key = door.key.clone();
    let opened = ctx.run(move |call| actions::review_read(call, &key)).await?;
    let draft = opened.own && opened.view.state == ReviewState::Accepted && opened.view.conflict.is_none() && opened.view.absent.is_none();
    Ok(if draft { Ok(opened) } else { Err(ctx.redirect(&door.base, "", "")) })
}

async fn rate_first(ctx: Ctx, part: web::Path<String>) -> Answer {
    let (ctx, door) = door(ctx, &part)?;
    match opened(&ctx, &door).await? {
        Ok(opened) => {
            let next = next_lacking(&opened.view.measures, &opened.view.ratings, None).or(opened.view.measures.first());
            let to = next.map_or_else(|| format!("{}/check", door.base), |m| format!("{}/rate/{m}", door.base));
            Ok(ctx.redirect(&to, "", ""))
        }
        Err(away) => Ok(away),
    }
}

async fn rate(ctx: Ctx, path: web::Path<(String, MeasureCode)>) -> Answer {
    let (part, measure) = path.into_inner();
    let (ctx, door) = door(ctx, &part)?;
    match opened(&ctx, &door).await? {
        Ok(opened) => rate_page(&ctx, &door, &opened, &measure, None).await,
        Err(away) => Ok(away),
    }
}

fn shown(rating: Option<&Rating>) -> Value {
    let Some(r) = rating else { return json!({"level": "", "comment": "", "evidence_pointer": "", "version": 0}) };
    let level = if r.cannot_judge { "cannot_judge".to_owned() } else { r.level.map(|l| l.to_string()).unwrap_or_default() };
    json!({"level": level, "comment": r.comment, "evidence_pointer": r.evidence_pointer, "version": r.version})
}

/// What the city wrote about a measure, with the evidence for it and for the whole report.
pub(super) fn written(content: &Content, measure: &MeasureCode, evidence_base: &str) -> Value {
    let file = |e: &EvidenceRef| {
        let (size_key, size) = size(e.size);
        json!({"name": e.file_name, "size_key": size_key, "size": size, "href": format!("{evidence_base}/{}", e.id), "whole": e.measure.is_none(), "taken_out": e.taken_out})
    };
    let evidence = content.evidence.iter().filter(|e| e.measure.as_ref().is_none_or(|m| m == measure));
    let section = content.section(measure).filter(|s| !s.body.trim().is_empty());
    json!({"body": section.map(|s| &s.body), "words": section.map(|s| s.words), "evidence": evidence.map(file).collect::<Vec<_>>()})
}

/// The page of one measure; `back` is a form that was not saved. Where another tab was faster, what is
/// stored meanwhile is shown beside it.
async fn rate_page(ctx: &Ctx, door: &Door, opened: &Opened, measure: &MeasureCode, back: Option<Again>) -> Answer {
    let view = &opened.view;
    let Some(place) = view.measures.iter().position(|m| m == measure) else { return Err(ctx.fail(Error::NotFound("measure"))) };
    let rating = view.ratings.iter().find(|r| r.measure == *measure);
    if let Some(kept) = rating.filter(|r| r.given_on.is_some()) {
        return kept_page(ctx, door, opened, place, kept).await;
    }
    let fresh = back.is_none();
    let again = back.unwrap_or_else(|| Again::fresh(shown(rating)));
    let stored =
        rating.filter(|_| is_stale(&again)).map(|r| json!({"level": level(ctx, opened, r), "comment": r.comment, "pointer": r.evidence_pointer}));
    let levels: Vec<Value> = opened.rubric.measure(measure).map_or_else(Vec::new, |m| {
        let one = |l: &crate::reviews::rubric::RubricLevel| json!({"value": l.level.to_string(), "label": local(ctx, &l.label), "anchor": local(ctx, &l.anchor)});
        m.levels.iter().map(one).collect()
    });
    let written = written(&opened.submission.content, measure, &format!("{}/evidence", door.base));
    let at = |i: usize| view.measures.get(i).map(|m| format!("{}/rate/{m}", door.base));
    let name = label(ctx, opened, measure);
    let page = json!({
        "base": door.base, "action": format!("{}/rate/{measure}", door.base), "autosave": format!("{}/rate/{measure}/autosave", door.base),
        "city": local(ctx, &view.city), "round": view.round, "due": opened.due,
        "code": measure, "label": name, "n": place + 1, "of": view.measures.len(),
        "description": opened.catalogue.measure(measure).map(|m| local(ctx, &m.description)),
        "written": written, "levels": levels, "stored": stored, "changed": changed(ctx, opened, measure),
        "saved": rating.and_then(|r| r.updated_at).filter(|_| fresh).map(|t| t.local(opened.time_zone)),
        "lacks": rating.filter(|_| fresh).and_then(|r| lack(Some(r))).map(|l| word(ctx, "lack", l.code())),
        "previous": place.checked_sub(1).and_then(at), "following": at(place + 1),
        "measures": measure_rows(ctx, opened, door), "comment_min": COMMENT_MIN,
    });
    ctx.form_page("reviews/rate", &name, again, page).await
}

/// What the city has changed in a section since the expert saw it, and the level that they gave before.
fn changed(ctx: &Ctx, opened: &Opened, measure: &MeasureCode) -> Option<Value> {
    let before = opened.view.before.iter().rev().find(|b| b.measure == *measure)?;
    let was = opened.earlier.get(&before.submission_id)?;
    let Changes { before: text, pieces, files_gone, files_new } = changes(was, &opened.submission.content, measure);
    let piece = |p: &Piece| json!({"text": p.text, "gone": p.tag == ChangeTag::Delete, "new": p.tag == ChangeTag::Insert});
    let said = before.level.is_some() || before.cannot_judge;
    Some(json!({
        "before": text, "pieces": pieces.iter().map(piece).collect::<Vec<_>>(), "files_gone": files_gone, "files_new": files_new,
        "level": said.then(|| level_of(ctx, opened, measure, before.level)),
    }))
}

/// The page of a measure whose section has not changed since it was rated: for reading.
async fn kept_page(ctx: &Ctx, door: &Door, opened: &Opened, place: usize, kept: &Rating) -> Answer {
    let (view, measure) = (&opened.view, &kept.measure);
    let next = next_lacking(&view.measures, &view.ratings, Some(measure));
    let name = label(ctx, opened, measure);
    let page = json!({
        "base": door.base, "city": local(ctx, &view.city), "due": opened.due, "label": name, "n": place + 1, "of": view.measures.len(),
        "written": written(&opened.submission.content, measure, &format!("{}/evidence", door.base)),
        "kept": {"level": level(ctx, opened, kept), "comment": kept.comment, "pointer": kept.evidence_pointer},
        "next": next.map_or_else(|| format!("{}/check", door.base), |m| format!("{}/rate/{m}", door.base)),
    });
    ctx.page("reviews/kept", &name, page).await
}

/// What a form says about a rating, and the version that it was made from.
fn read(form: &Form) -> Result<(RatingInput, i32)> {
    let chosen = form.get("level");
    let cannot_judge = chosen == "cannot_judge";
    let level = match chosen {
        "" | "cannot_judge" => None,
        number => Some(number.parse().map_err(|_| Error::field("level", "unknown_choice"))?),
    };
    let version = form.get("version").parse().ok().filter(|v| *v >= 0).ok_or_else(|| Error::field("version", "not_an_integer"))?;
    let (comment, evidence_pointer) = (form.get("comment").to_owned(), form.get("evidence_pointer").to_owned());
    Ok((RatingInput { level, cannot_judge, comment, evidence_pointer }, version))
}

/// Keeps what a form says; also gives the reader's time zone.
async fn save(ctx: &Ctx, door: &Door, measure: &MeasureCode, form: &Form) -> std::result::Result<(Rating, Zone), super::Failure> {
    let (input, version) = read(form).map_err(|e| ctx.fail(e))?;
    let (key, measure) = (door.key.clone(), measure.clone());
    ctx.run(move |call| Ok((actions::rating_save(call, &key, &measure, version, input)?, call.caller.zone()))).await
}

async fn rating_autosave(ctx: Ctx, path: web::Path<(String, MeasureCode)>, form: RawForm) -> Answer {
    let (part, measure) = path.into_inner();
    let (ctx, door) = door(ctx, &part)?;
    let form = ctx.accept(form)?;
    let (rating, zone) = save(&ctx, &door, &measure, &form).await?;
    let lacks = lack(Some(&rating)).map(|l| word(&ctx, "lack", l.code()));
    Ok(ok(&json!({"version": rating.version.to_string(), "saved": rating.updated_at.map(|t| t.local(zone)), "lacks": lacks})))
}

async fn rating_save(ctx: Ctx, path: web::Path<(String, MeasureCode)>, form: RawForm) -> Answer {
    let (part, measure) = path.into_inner();
    let (ctx, door) = door(ctx, &part)?;
    let form = ctx.accept(form)?;
    let untouched = form.get("version") == "0" && ["level", "comment", "evidence_pointer"].iter().all(|name| form.get(name).trim().is_empty());
    if let Some(away) = form.leaving().filter(|_| untouched) {
        return Ok(ctx.redirect(away, "", ""));
    }
    let failure = match save(&ctx, &door, &measure, &form).await {
        Ok((rating, _)) => {
            let to = match form.get("then") {
                "next" => next_page(&ctx, &door, &measure).await?,
                "check" => format!("{}/check", door.base),
                _ => form.leaving().map_or_else(|| format!("{}/rate/{measure}", door.base), str::to_owned),
            };
            let Some(missing) = lack(Some(&rating)) else { return Ok(ctx.redirect(&to, "success", &ctx.t("reviews-rating-saved"))) };
            let key = door.key.clone();
            let opened = ctx.run(move |call| actions::review_read(call, &key)).await?;
            let args = [("measure", label(&ctx, &opened, &measure)), ("lack", word(&ctx, "lack", missing.code()))];
            let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
            return Ok(ctx.redirect(&to, "warning", &say(&ctx, "reviews-rating-lacks", &args)));
        }
        Err(failure) => failure,
    };
    match opened(&ctx, &door).await? {
        Ok(opened) => rate_page(&ctx, &door, &opened, &measure, Some(Again::of(&form, failure)?)).await,
        // No longer a draft: there is no form to give back, but the text is.
        Err(_) => Err(failure.leading_to(&door.base)),
    }
}

/// The next measure that lacks something, or the check when none does.
async fn next_page(ctx: &Ctx, door: &Door, measure: &MeasureCode) -> std::result::Result<String, super::Failure> {
    let key = door.key.clone();
    let view = ctx.run(move |call| actions::review_read(call, &key)).await?.view;
    let place = view.measures.iter().position(|m| m == measure).unwrap_or(0);
    // In order while there is an order left; then whatever is still missing.
    let in_order = view.measures.get(place + 1).filter(|_| !view.reopened);
    let next = in_order.or_else(|| next_lacking(&view.measures, &view.ratings, Some(measure)));
    Ok(next.map_or_else(|| format!("{}/check", door.base), |m| format!("{}/rate/{m}", door.base)))
}

async fn check(ctx: Ctx, part: web::Path<String>) -> Answer {
    let (ctx, door) = door(ctx, &part)?;
    match opened(&ctx, &door).await? {
        Ok(opened) => check_page(&ctx, &door, &opened, Again::fresh(json!({}))).await,
        Err(away) => Ok(away),
    }
}

async fn check_page(ctx: &Ctx, door: &Door, opened: &Opened, again: Again) -> Answer {
    let rows = measure_rows(ctx, opened, door);
    let lacking = rows.iter().filter(|r| r["done"] == false).count();
    let city = local(ctx, &opened.view.city);
    let page = json!({
        "base": door.base, "city": city, "round": opened.view.round, "due": opened.due,
        "measures": rows, "lacking": lacking, "complete": lacking == 0, "submit": format!("{}/submit", door.base),
    });
    ctx.form_page("reviews/check", &say(ctx, "reviews-check-title", &[("city", &city)]), again, page).await
}

async fn review_submit(ctx: Ctx, part: web::Path<String>, form: RawForm) -> Answer {
    let (ctx, door) = door(ctx, &part)?;
    let key = door.key.clone();
    let again = match ctx.submit(form, move |call, form| actions::review_submit(call, &key, &form.read()?)).await? {
        Sent::Done(_) => return Ok(ctx.redirect(&door.base, "success", &ctx.t("reviews-submitted"))),
        // A second press finds the receipt of the first.
        Sent::Again(again) if matches!(again.error(), Some(Error::Conflict(ALREADY_SUBMITTED))) => return Ok(ctx.redirect(&door.base, "", "")),
        Sent::Again(again) => again,
    };
    match opened(&ctx, &door).await? {
        Ok(opened) => {
            let named = opened.view.measures.iter().map(|code| (format!("ratings.{code}"), label(&ctx, &opened, code)));
            let again = again.naming(named.collect::<Vec<_>>());
            check_page(&ctx, &door, &opened, again).await
        }
        Err(_) => Err(again.failure(&ctx, &door.base)),
    }
}

/// Always a download, never shown inside Stoa.
async fn evidence_read(ctx: Ctx, path: web::Path<(String, String)>) -> Answer {
    let (part, id) = path.into_inner();
    let (ctx, door) = door(ctx, &part)?;
    let id: EvidenceId = id.parse().map_err(|_| ctx.fail(Error::NotFound("evidence")))?;
    let key = door.key.clone();
    let (file, bytes) = ctx.run(move |call| actions::evidence_read(call, &key, &id)).await?;
    Ok(attachment(&file.file_name, &file.media_type, bytes))
}
