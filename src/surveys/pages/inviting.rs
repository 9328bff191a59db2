//! Inviting people, for offices: how many are invited, lists that come in, one invitation, quotas, mails, letters to
//! print.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use crate::ground::ids::{InvitationId, SurveyId};
use crate::ground::{FieldError, Language};
use crate::people::call::Call;
use crate::people::caller::{Again, Ctx, Sent};
use crate::surveys::actions;
use crate::surveys::invitation::{InvitationState, WaveKind, WaveState};
use crate::surveys::poster;
use crate::surveys::survey::{Privacy, SurveyState};
use crate::surveys::views::{InvitationView, InvitingView, LettersQuery, ListTaken, SurveyView, list_of};
use crate::web::failure::Failure;
use crate::web::form::{File, Form, RawForm, RawUpload};
use crate::web::names;
use crate::web::paging::PageQuery;
use crate::web::texts::{nearest, number};

type Answer = Result<HttpResponse, Failure>;

fn crumbs(call: &Call<'_>, view: &SurveyView, below: bool) -> Value {
    let texts = call.service.pages.texts();
    let mut crumbs = vec![
        json!({"href": "/surveys", "label": texts.get(&call.language, "surveys-title")}),
        json!({"href": format!("/surveys/{}", view.id), "label": view.city.get(&call.language)}),
    ];
    if below {
        crumbs.push(json!({"href": format!("/surveys/{}/invitations", view.id), "label": texts.get(&call.language, "inviting-title")}));
    }
    json!(crumbs)
}

fn row(call: &Call<'_>, one: &InvitationView) -> Value {
    let mut row = json!(one);
    row["language_name"] = json!(names::of_language(call.service.pages.texts(), &call.language, &one.language));
    row["is_removed"] = json!(one.state == InvitationState::Removed);
    row
}

async fn overview(ctx: &Ctx, id: SurveyId, query: PageQuery, again: Again) -> Answer {
    let page = ctx
        .run(move |call| {
            let view = actions::inviting_read(call, &id)?;
            let list = actions::invitation_list(call, &id, &query.at()?)?;
            let rows: Vec<Value> = list.items.iter().map(|one| row(call, one)).collect();
            Ok(json!({
                "survey": view.survey, "any": view.invited + view.removed > 0, "over": over(call, &view), "erased": view.survey.list_until.is_none(), "rows": rows,
                "confidential": view.survey.privacy == Privacy::Confidential,
                "figures": figures(call, &view), "strata": view.strata, "waves": waves(call, &view), "kinds": kinds(call),
                "zone": view.time_zone, "limit": call.service.config.disclosure.suppress_below, "most": actions::LETTERS_AT_ONCE,
                "next": list.next_cursor.map(|cursor| format!("?cursor={cursor}#list")), "crumbs": crumbs(call, &view.survey, false),
            }))
        })
        .await?;
    ctx.form_page("surveys/inviting", &ctx.t("inviting-title"), again, page).await
}

/// Whether nothing can be done any more.
fn over(call: &Call<'_>, view: &InvitingView) -> bool {
    view.survey.state == SurveyState::Closed || view.survey.closes_at.is_some_and(|end| end <= call.now)
}

fn figures(call: &Call<'_>, view: &InvitingView) -> Value {
    let texts = call.service.pages.texts();
    let figure = |key: &str, value: i64| json!({"label": texts.get(&call.language, key), "value": number(value as f64, 0)});
    let all = [
        ("inviting-invited", view.invited, true),
        ("inviting-by-mail", view.by_mail, true),
        ("inviting-bounced", view.bounced, view.bounced > 0),
        ("inviting-opted-out", view.opted_out, view.opted_out > 0),
        ("inviting-removed", view.removed, view.removed > 0),
    ];
    all.into_iter().filter(|(_, _, shown)| *shown).map(|(key, value, _)| figure(key, value)).collect()
}

/// When they are due is said on the city's clock, as it was typed, and on the reader's.
fn waves(call: &Call<'_>, view: &InvitingView) -> Value {
    let wave = |wave: &crate::surveys::views::WaveView| {
        let part = if view.invited > 0 { i64::from(wave.reached) * 100 / (view.invited + view.removed).max(1) } else { 100 };
        json!({
            "number": wave.number, "kind": wave.kind, "state": wave.state, "due": wave.due_at.deadline(view.time_zone, call.caller.time_zone), "percent": part.min(100),
            "sending": wave.state == WaveState::Sending, "open": matches!(wave.state, WaveState::Planned | WaveState::Sending),
        })
    };
    view.waves.iter().map(wave).collect()
}

fn kinds(call: &Call<'_>) -> Value {
    let texts = call.service.pages.texts();
    let kind = |kind: &WaveKind| json!({"value": kind, "label": texts.get(&call.language, &format!("inviting-wave-{kind}"))});
    WaveKind::ALL.iter().map(kind).collect()
}

pub async fn invitation_list(ctx: Ctx, id: web::Path<SurveyId>, query: web::Query<PageQuery>) -> Answer {
    overview(&ctx, id.into_inner(), query.into_inner(), Again::fresh(json!({"kind": "invitation"}))).await
}

pub async fn invitation_new(ctx: Ctx, id: web::Path<SurveyId>) -> Answer {
    import_form(&ctx, id.into_inner(), Again::fresh(json!({})), None).await
}

/// The form of a list, with what would come of one that was tried.
async fn import_form(ctx: &Ctx, id: SurveyId, mut again: Again, tried: Option<ListTaken>) -> Answer {
    let in_list = again.gather(|error| error.params.contains_key("row"), FieldError::new("list-errors", "wrong_list"));
    let texts = ctx.service.pages.texts();
    let said = |error: &FieldError| json!({"row": error.params["row"], "column": error.params.get("column"), "text": texts.field_error(&ctx.language, error)});
    let errors: Vec<Value> = in_list.iter().map(said).collect();
    let tried = tried.map(|tried| {
        let tongues: Vec<String> = tried.languages_not_asked_in.iter().map(|tag| names::of_language(texts, &ctx.language, tag)).collect();
        json!({
            "invited": tried.invited, "mail": tried.by_mail, "opted_out": tried.opted_out, "languages": tongues.join(", "),
            "strata": tried.strata.iter().filter(|one| !one.stratum.is_empty()).collect::<Vec<_>>(),
        })
    });
    let page = ctx
        .run(move |call| {
            let view = actions::inviting_read(call, &id)?;
            Ok(json!({"survey": view.survey, "list_errors": errors, "tried": tried, "crumbs": crumbs(call, &view.survey, true)}))
        })
        .await?;
    ctx.form_page("surveys/inviting_form", &ctx.t("inviting-import-title"), again.naming([("list", ctx.t("inviting-file"))]), page).await
}

pub async fn invitation_import(ctx: Ctx, id: web::Path<SurveyId>, upload: RawUpload) -> Answer {
    let id = id.into_inner();
    let of = id.clone();
    let import = move |call: &Call<'_>, form: &Form, files: crate::ground::Result<Vec<File>>| {
        let files = files?.into_iter().map(|file| (file.field, file.bytes)).collect();
        let (list, dry_run) = list_of(form.pairs(), files)?;
        actions::invitation_import(call, &of, &list, dry_run)
    };
    match ctx.submit_upload(upload, import).await? {
        Sent::Done(tried) if tried.dry_run => import_form(&ctx, id, Again::fresh(json!({})), Some(tried)).await,
        Sent::Done(taken) => {
            let count = i64::try_from(taken.invited).unwrap_or(i64::MAX).to_string();
            let said = ctx.service.pages.texts().with(&ctx.language, "inviting-taken", &[("count", &count)]);
            Ok(ctx.redirect(&format!("/surveys/{id}/invitations"), "success", &said))
        }
        Sent::Again(again) => import_form(&ctx, id, again.renamed(&[("file", "list")]), None).await,
    }
}

/// One of those invited, to be corrected.
async fn one_form(ctx: &Ctx, id: SurveyId, invitation: InvitationId, again: Option<Again>) -> Answer {
    let (page, stored) = ctx
        .run(move |call| {
            let view = actions::inviting_read(call, &id)?;
            let one = actions::invitation_read(call, &id, &invitation)?;
            let stored = json!({"email": one.email, "postal": one.postal});
            Ok((json!({"survey": view.survey, "one": row(call, &one), "crumbs": crumbs(call, &view.survey, true)}), stored))
        })
        .await?;
    let again = again.unwrap_or_else(|| Again::fresh(stored));
    ctx.form_page("surveys/invitation", &ctx.t("inviting-correct-title"), again, page).await
}

pub async fn invitation_read(ctx: Ctx, path: web::Path<(SurveyId, InvitationId)>) -> Answer {
    let (id, invitation) = path.into_inner();
    one_form(&ctx, id, invitation, None).await
}

pub async fn invitation_correct(ctx: Ctx, path: web::Path<(SurveyId, InvitationId)>, form: RawForm) -> Answer {
    let (id, invitation) = path.into_inner();
    let (survey, of) = (id.clone(), invitation.clone());
    match ctx.submit(form, move |call, form| actions::invitation_correct(call, &survey, &of, &form.read()?)).await? {
        Sent::Done(_) => Ok(ctx.redirect(&format!("/surveys/{id}/invitations"), "success", &ctx.t("inviting-saved"))),
        Sent::Again(again) => one_form(&ctx, id, invitation, Some(again)).await,
    }
}

pub async fn invitation_remove(ctx: Ctx, path: web::Path<(SurveyId, InvitationId)>, form: RawForm) -> Answer {
    ctx.accept(form)?;
    let (id, invitation) = path.into_inner();
    let survey = id.clone();
    ctx.run(move |call| actions::invitation_remove(call, &survey, &invitation)).await?;
    Ok(ctx.redirect(&format!("/surveys/{id}/invitations"), "success", &ctx.t("inviting-was-removed")))
}

pub async fn quota_set(ctx: Ctx, id: web::Path<SurveyId>, form: RawForm) -> Answer {
    let id = id.into_inner();
    let of = id.clone();
    match ctx.submit(form, move |call, form| actions::quota_set(call, &of, &form.read()?)).await? {
        Sent::Done(_) => Ok(ctx.redirect(&format!("/surveys/{id}/invitations#strata"), "success", &ctx.t("inviting-quota-saved"))),
        Sent::Again(again) => overview(&ctx, id, PageQuery::default(), again).await,
    }
}

pub async fn wave_plan(ctx: Ctx, id: web::Path<SurveyId>, form: RawForm) -> Answer {
    let id = id.into_inner();
    let of = id.clone();
    match ctx.submit(form, move |call, form| actions::wave_plan(call, &of, &form.read()?)).await? {
        Sent::Done(_) => Ok(ctx.redirect(&format!("/surveys/{id}/invitations#waves"), "success", &ctx.t("inviting-wave-planned"))),
        Sent::Again(again) => overview(&ctx, id, PageQuery::default(), again).await,
    }
}

pub async fn wave_cancel(ctx: Ctx, path: web::Path<(SurveyId, i32)>, form: RawForm) -> Answer {
    ctx.accept(form)?;
    let (id, number) = path.into_inner();
    let of = id.clone();
    ctx.run(move |call| actions::wave_cancel(call, &of, number)).await?;
    Ok(ctx.redirect(&format!("/surveys/{id}/invitations#waves"), "success", &ctx.t("inviting-wave-cancelled")))
}

/// Letters speak the language of whoever they go to.
pub async fn letter_read(ctx: Ctx, id: web::Path<SurveyId>, query: web::Query<LettersQuery>, page: web::Query<PageQuery>) -> Answer {
    let id = id.into_inner();
    let without_mail = query.without_mail();
    let mut page = page.into_inner();
    page.limit = page.limit.or(Some(actions::LETTERS_AT_ONCE));
    let page = ctx
        .run(move |call| {
            let InvitingView { survey: view, time_zone: zone, .. } = actions::inviting_read(call, &id)?;
            let list = actions::letter_read(call, &id, without_mail, &page.at()?)?;
            let texts = call.service.pages.texts();
            let until = view.closes_at.map(|end| apart(&end.local_date(zone).to_string())).unwrap_or_default();
            let erased = view.list_until.map(|day| apart(&day.to_string())).unwrap_or_default();
            let typed = call.service.link("/i");
            let typed = typed.split_once("://").map_or(typed.as_str(), |(_, rest)| rest).to_owned();
            let letters = list.items.iter().map(|letter| {
                let language: Language = nearest(&letter.language);
                let (city, title) = (view.city.get(&letter.language), view.title.get(&letter.language));
                let say = |key: &str, with: &[(&str, &str)]| texts.with(&language, key, with);
                let promise = match view.privacy {
                    Privacy::Anonymous => say("inviting-letter-anonymous", &[]),
                    Privacy::Confidential => say("inviting-letter-confidential", &[("day", &erased)]),
                };
                Ok(json!({
                    "lang": language, "dir": language.direction(), "name": letter.name, "lines": letter.postal.lines().collect::<Vec<_>>(),
                    "heading": say("inviting-letter-heading", &[("city", city)]),
                    "text": say("inviting-letter-text", &[("title", title), ("until", &until)]),
                    "how": say("inviting-letter-how", &[]), "type": say("inviting-letter-code", &[("address", &apart(&typed))]),
                    "promise": promise, "code": letter.code, "qr": poster::qr(&letter.link, &letter.link)?,
                    "shown": letter.link.split_once("://").map_or(letter.link.as_str(), |(_, rest)| rest),
                }))
            });
            let letters: Vec<Value> = letters.collect::<crate::ground::Result<_>>()?;
            let more = if without_mail { "&without_mail=yes" } else { "" };
            Ok(json!({
                "survey": view, "letters": letters, "next": list.next_cursor.map(|cursor| format!("?cursor={cursor}{more}")),
            }))
        })
        .await?;
    ctx.page("surveys/letters", &ctx.t("inviting-letters"), page).await
}

/// Kept left-to-right in any sentence.
fn apart(text: &str) -> String {
    format!("\u{2066}{text}\u{2069}")
}
