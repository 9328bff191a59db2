//! The HTML face of the mailroom: journal, one mail, templates, the demo's mailbox.
//!
//! The HTML part of a mail has an address of its own, where a sandboxing policy lets it do nothing
//! but be looked at.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use serde_json::{Value, json};

use super::actions;
use super::reading::paragraphs;
use super::samples::Samples;
use super::views::{MailPreview, MessageDetail, MessageQuery, MessageView};
use crate::ground::config::Transport;
use crate::ground::ids::MessageId;
use crate::ground::{Email, Error, Language, Result, UtcTime, Zone};
use crate::mail::delivery::{Hindrance, MessageState};
use crate::people::call::Call;
use crate::people::caller::Ctx;
use crate::people::policy::UseCase;
use crate::web::failure::Failure;
use crate::web::form::RawForm;
use crate::web::routes::Routes;
use crate::web::texts::LANGUAGES;

pub fn routes(r: &mut Routes) {
    r.get("/messages", UseCase::message_list, journal_page);
    r.post("/messages/test", UseCase::message_test, test_form);
    r.get("/messages/templates", UseCase::template_list, templates_page);
    r.get("/messages/templates/{template}/{language}", UseCase::template_preview, template_page);
    r.get("/messages/templates/{template}/{language}/html", UseCase::template_preview, template_html);
    r.get("/messages/{message_id}", UseCase::message_read, message_page);
    r.get("/messages/{message_id}/html", UseCase::message_read, message_html);
    r.post("/messages/{message_id}/retry", UseCase::message_retry, retry_form);
    r.get("/mailbox", UseCase::mailbox_read, mailbox_page);
    r.get("/mailbox/{message_id}", UseCase::mailbox_read, mail_page);
    r.get("/mailbox/{message_id}/html", UseCase::mailbox_read, mail_html);
}

/// The HTML part alone: its own styles, links, nothing else; no script, no form, no foreign image.
fn html_part(mail: Option<MailPreview>) -> Result<HttpResponse> {
    let mail = mail.ok_or(Error::NotFound("mail"))?;
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox allow-top-navigation";
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").insert_header((header::CONTENT_SECURITY_POLICY, policy)).body(mail.html))
}

/// A word's class in the pages: good, waiting, bad.
fn tag(state: MessageState) -> &'static str {
    match state {
        MessageState::Queued | MessageState::Sending => "active",
        MessageState::Sent => "good",
        MessageState::Deferred => "warn",
        MessageState::Bounced | MessageState::Failed => "bad",
        MessageState::Suppressed => "",
    }
}

#[derive(Serialize)]
struct Item {
    id: MessageId,
    subject: String,
    to_name: String,
    to_email: Email,
    template: String,
    state: MessageState,
    tag: &'static str,
    attempts: i32,
    at: String,
    /// When it is tried next; only for deferred ones.
    next_try: Option<String>,
}

fn item(zone: Zone, m: MessageView) -> Item {
    Item {
        tag: tag(m.state),
        at: m.created_at.local(zone),
        next_try: (m.state == MessageState::Deferred).then(|| m.due_at.local(zone)),
        id: m.id,
        subject: m.subject,
        to_name: m.to_name,
        to_email: m.to_email,
        template: m.template,
        state: m.state,
        attempts: m.attempts,
    }
}

/// A rendered mail as a page shows it.
fn reading(call: &Call<'_>, mail: &MailPreview, links: bool) -> Value {
    let base = if links { call.service.config.base_url() } else { String::new() };
    json!({
        "subject": mail.subject, "language": mail.language, "dir": mail.language.direction(),
        "paragraphs": paragraphs(&mail.text, &base),
    })
}

async fn journal_page(ctx: Ctx, query: web::Query<MessageQuery>) -> Result<HttpResponse, Failure> {
    let query = query.into_inner();
    let filter = query.filter().map_err(|e| ctx.fail(e))?;
    let at = query.at().map_err(|e| ctx.fail(e))?;
    let mut states = vec![json!({"value": "", "label": ctx.t("mailroom-state-all")})];
    states.extend(MessageState::ALL.iter().map(|s| json!({"value": s.as_str(), "label": ctx.t(&format!("mailroom-state-{s}"))})));
    let (state, subject) = (query.state.clone().unwrap_or_default(), query.subject_id.clone().unwrap_or_default());
    let data = ctx
        .run(move |call| {
            let counts = actions::message_counts(call, &filter)?;
            let list = actions::message_list(call, &filter, &at)?;
            let next = list.next_cursor.as_ref().map(|cursor| {
                let query: String = url::form_urlencoded::Serializer::new(String::new())
                    .extend_pairs([("state", &state), ("subject_id", &subject)].into_iter().filter(|(_, v)| !v.is_empty()))
                    .append_pair("cursor", cursor)
                    .finish();
                format!("/messages?{query}")
            });
            let zone = call.caller.zone();
            let items: Vec<Item> = list.items.into_iter().map(|m| item(zone, m)).collect();
            let counts: Vec<Value> =
                counts.iter().filter(|c| c.count > 0).map(|c| json!({"state": c.state, "count": c.count, "tag": tag(c.state)})).collect();
            let filtered = !state.is_empty() || !subject.is_empty();
            Ok(json!({
                "items": items, "counts": counts, "states": states, "state": state, "subject_id": subject, "filtered": filtered,
                "next": next, "email": call.caller.email, "keeps": call.service.config.mail.transport == Transport::Mailbox,
            }))
        })
        .await?;
    ctx.page("mailroom/messages", &ctx.t("mailroom-journal"), data).await
}

fn shown(call: &Call<'_>, detail: MessageDetail, zone: Zone, links: bool) -> Value {
    let m = &detail.message;
    let local = |at: UtcTime| at.local(zone);
    let told = |why: &str| match why.parse::<Hindrance>() {
        Ok(word) => call.service.pages.texts().get(&call.language, &format!("mailroom-hindrance-{}", word.as_str().replace('_', "-"))),
        Err(_) => why.to_owned(),
    };
    json!({
        "mail": detail.preview.as_ref().map(|mail| reading(call, mail, links)),
        "round_id": m.round_id, "subject_kind": m.subject_kind, "subject_id": m.subject_id, "last_error": told(&m.last_error),
        "retry": detail.may_retry, "being_sent": m.state == MessageState::Sending && !detail.may_retry,
        "events": detail.events.iter().map(|e| json!({"at": local(e.at), "iso": e.at, "state": e.state, "detail": told(&e.detail)})).collect::<Vec<_>>(),
        "from": call.service.config.mail.from,
        "item": item(zone, detail.message),
    })
}

async fn message_page(ctx: Ctx, id: web::Path<MessageId>) -> Result<HttpResponse, Failure> {
    let data = ctx.run(move |call| Ok(shown(call, actions::message_open(call, &id)?, call.caller.zone(), true))).await?;
    ctx.page("mailroom/message", &ctx.t("mailroom-message"), data).await
}

async fn message_html(ctx: Ctx, id: web::Path<MessageId>) -> Result<HttpResponse, Failure> {
    let detail = ctx.run(move |call| actions::message_open(call, &id)).await?;
    html_part(detail.preview).map_err(|e| ctx.fail(e))
}

async fn retry_form(ctx: Ctx, id: web::Path<MessageId>, form: RawForm) -> Result<HttpResponse, Failure> {
    ctx.accept(form)?;
    let view = ctx.run(move |call| actions::message_retry(call, &id)).await?;
    let said = if view.state == MessageState::Sending { "mailroom-being-sent" } else { "mailroom-retried" };
    Ok(ctx.redirect(&format!("/messages/{}", view.id), "success", &ctx.t(said)))
}

async fn test_form(ctx: Ctx, form: RawForm) -> Result<HttpResponse, Failure> {
    ctx.accept(form)?;
    let view = ctx.run(actions::message_test).await?;
    // A mail of no round is in the journal of those who see all; others find it among their mails.
    let id = view.id.clone();
    let seen = ctx.run(move |call| Ok(actions::message_read(call, &id).is_ok())).await?;
    let to = if seen { format!("/messages/{}", view.id) } else { "/messages".to_owned() };
    Ok(ctx.redirect(&to, "success", &ctx.t("mailroom-tested")))
}

async fn templates_page(ctx: Ctx, samples: web::Data<Samples>) -> Result<HttpResponse, Failure> {
    let data = ctx
        .run(move |call| {
            let mut items = Vec::new();
            for view in actions::template_list(call, &samples)? {
                let mut languages = Vec::new();
                for tag in &view.languages {
                    let mail = actions::template_preview(call, &samples, &view.template, tag)?;
                    let name = LANGUAGES.iter().find(|(known, _)| known == tag).map_or(&**tag, |(_, name)| *name);
                    languages.push(json!({"tag": tag, "name": name, "dir": tag.direction(), "subject": mail.subject}));
                }
                items.push(json!({"template": view.template, "languages": languages}));
            }
            Ok(json!({"items": items}))
        })
        .await?;
    ctx.page("mailroom/templates", &ctx.t("mailroom-templates"), data).await
}

async fn template_page(ctx: Ctx, samples: web::Data<Samples>, path: web::Path<(String, Language)>) -> Result<HttpResponse, Failure> {
    let (template, language) = path.into_inner();
    let data = ctx
        .run(move |call| {
            let mail = actions::template_preview(call, &samples, &template, &language)?;
            Ok(json!({"template": template, "language": language, "mail": reading(call, &mail, false)}))
        })
        .await?;
    ctx.page("mailroom/template", &ctx.t("mailroom-template"), data).await
}

async fn template_html(ctx: Ctx, samples: web::Data<Samples>, path: web::Path<(String, Language)>) -> Result<HttpResponse, Failure> {
    let (template, language) = path.into_inner();
    let mail = ctx.run(move |call| actions::template_preview(call, &samples, &template, &language)).await?;
    html_part(Some(mail)).map_err(|e| ctx.fail(e))
}

async fn mailbox_page(ctx: Ctx, query: web::Query<MessageQuery>) -> Result<HttpResponse, Failure> {
    let at = query.at().map_err(|e| ctx.fail(e))?;
    let data = ctx
        .run(move |call| {
            let list = actions::mailbox_list(call, &at)?;
            let next = list.next_cursor.as_ref().map(|cursor| format!("/mailbox?cursor={cursor}"));
            let zone = call.caller.zone();
            let items: Vec<Item> = list.items.into_iter().map(|m| item(zone, m)).collect();
            Ok(json!({"items": items, "next": next}))
        })
        .await?;
    ctx.page("mailroom/mailbox", &ctx.t("mailroom-mailbox"), data).await
}

async fn mail_page(ctx: Ctx, id: web::Path<MessageId>) -> Result<HttpResponse, Failure> {
    let data = ctx.run(move |call| Ok(shown(call, actions::mailbox_read(call, &id)?, call.caller.zone(), true))).await?;
    ctx.page("mailroom/mail", &ctx.t("mailroom-mailbox"), data).await
}

async fn mail_html(ctx: Ctx, id: web::Path<MessageId>) -> Result<HttpResponse, Failure> {
    let detail = ctx.run(move |call| actions::mailbox_read(call, &id)).await?;
    html_part(detail.preview).map_err(|e| ctx.fail(e))
}
