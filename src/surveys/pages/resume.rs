//! Going on later: what is half done is kept under a code that is shown once, and whoever types it in is on the page
//! where they were.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, web};
use serde_json::{Value, json};

use super::begin::{For, opened};
use super::citizen::{Answer, Outgoing, block, html, notice, render, step_page};
use super::visit::{self, Worth};
use super::walk::{self, Go, Sent};
use crate::ground::network::Household;
use crate::ground::{Error, Language, Result as Outcome, UtcTime};
use crate::service::Service;
use crate::surveys::draft::{Code, Half};
use crate::surveys::intake::{Intake, Issued, Keeping, Opened};
use crate::surveys::survey::{Mode, Standing};
use crate::web::form::RawForm;
use crate::web::in_flight::household;
use forms::answers::from_form;

/// Keeps what is half done and shows its code; where it could not be kept, all of it is still on the page.
pub(super) fn keep(service: &Service, intake: &Intake, issued: &Issued, sent: &Sent, from: Option<&Household>) -> Outcome<Outgoing> {
    let code = Code::of_visit(&service.secrets, &issued.id, visit::random(&sent.once));
    let field = |field: &Value, name: &str| field[name].as_str().unwrap_or_default().to_owned();
    let half = Half {
        language: sent.language.clone(),
        page: sent.page,
        seen: sent.seen_so_far(),
        from_check: sent.from_check,
        visit: visit::random(&sent.once).to_owned(),
        invitation: sent.code.clone(),
        answers: walk::all_carried(issued, sent).iter().map(|hidden| (field(hidden, "name"), field(hidden, "value"))).collect(),
    };
    let (status, failed) = match intake.draft_keep(issued, code, &half, from) {
        Ok(Keeping::Until(day)) => {
            let texts = service.pages.texts();
            let mut page = walk::carrying(issued, sent);
            page["code"] = json!(code.written());
            page["address"] = json!(shown(&service.link(&back(issued))));
            page["until"] = json!(texts.with(&sent.language, "surveys-keep-until", &[("day", &format!("\u{2066}{day}\u{2069}"))]));
            return kept_page(service, sent, page, "surveys-keep-title").map(|body| Outgoing::Page(StatusCode::OK, body));
        }
        Ok(Keeping::TooOften) => (StatusCode::TOO_MANY_REQUESTS, "surveys-keep-too-often"),
        Ok(Keeping::Full) => (StatusCode::SERVICE_UNAVAILABLE, "surveys-keep-full"),
        Err(Error::Unavailable(why)) => {
            tracing::warn!(why, "what was half done could not be kept");
            (StatusCode::SERVICE_UNAVAILABLE, "surveys-keep-unavailable")
        }
        Err(other) => return Err(other),
    };
    let mut page = walk::carrying(issued, sent);
    page["failed"] = json!(failed);
    Ok(Outgoing::Page(status, kept_page(service, sent, page, "surveys-keep-not-title")?))
}

/// Where somebody comes back to: of those invited only the code leads on.
fn back(issued: &Issued) -> String {
    if issued.mode == Mode::Invitation { format!("/s/{}/resume", issued.slug) } else { format!("/s/{}", issued.slug) }
}

fn kept_page(service: &Service, sent: &Sent, mut page: Value, title: &str) -> Outcome<String> {
    page["hide_languages"] = json!(true);
    page["index"] = json!(sent.page);
    page["from_check"] = json!(sent.from_check);
    let title = service.pages.texts().get(&sent.language, title);
    render(service, "surveys/keep", &sent.language, &title, &page)
}

/// An address as people type it.
fn shown(link: &str) -> &str {
    link.split_once("://").map_or(link, |(_, rest)| rest)
}

/// `GET /s/{slug}/resume`: asks for the code.
pub async fn resume_form(request: HttpRequest, slug: web::Path<String>, intake: web::Data<Intake>, service: web::Data<Service>) -> Answer {
    let page = opened(&request, slug.into_inner(), intake, service, For::Everybody, |service, issued, language| {
        code_page(service, issued, language, "", None)
    });
    page.await.map(|(status, body)| html(status, body))
}

/// The page that asks for a code, with what was typed and what is wrong with it.
fn code_page(service: &Service, issued: &Issued, language: &Language, typed: &str, wrong: Option<&str>) -> Outcome<String> {
    let texts = service.pages.texts();
    let said = wrong.map(|key| texts.get(language, key));
    let page = json!({
        "slug": issued.slug, "title": issued.title(language), "city": issued.city.get(language),
        "once": visit::token(&service.secrets, &*service.chance, issued, service.now()), "language": language,
        "value": typed, "error": said, "errors": said.iter().map(|text| json!({"field": "code", "text": text})).collect::<Vec<_>>(),
        "languages": walk::language_links(issued, language, &format!("/s/{}/resume", issued.slug), ""),
    });
    render(service, "surveys/resume", language, &texts.get(language, "surveys-resume-title"), &page)
}

/// `POST /s/{slug}/resume`: the page where somebody was. What was kept stays until it is sent.
pub async fn response_resume(
    request: HttpRequest,
    slug: web::Path<String>,
    form: RawForm,
    intake: web::Data<Intake>,
    service: web::Data<Service>,
) -> Answer {
    let form = form.checked();
    let (found, from, ours) = (intake.clone(), household(&request).map(|from| from.address), is_ours(&request));
    let issued: Arc<Issued> = block(&request, move || found.look_up(&slug)).await?;
    let language = Language::offered(&issued.languages, form.get("@language")).or(issued.languages.first()).cloned().unwrap_or(Language::ENGLISH);
    let (status, body) = block(&request, move || {
        let now = service.now();
        match issued.gate.standing(now) {
            Standing::Over => return Ok((StatusCode::GONE, notice(&service, &issued, &language, "closed")?)),
            Standing::NotYet => return Ok((StatusCode::NOT_FOUND, notice(&service, &issued, &language, "not-yet")?)),
            Standing::Open => {}
        }
        if !ours || visit::worth(&service.secrets, &issued, form.get("@once"), now) == Worth::None {
            return Ok((StatusCode::BAD_REQUEST, notice(&service, &issued, &language, "broken")?));
        }
        let typed: String = form.get("code").chars().take(100).collect();
        let again = |status, wrong| code_page(&service, &issued, &language, &typed, Some(wrong)).map(|body| (status, body));
        let code = Code::read(&typed);
        match intake.draft_open(&issued, code, from.as_deref())? {
            Opened::Half(half) => resumed(&service, &issued, *half, now).map(|body| (StatusCode::OK, body)),
            Opened::TooOften => again(StatusCode::TOO_MANY_REQUESTS, "surveys-resume-too-often"),
            Opened::Nothing if code.is_none() => again(StatusCode::UNPROCESSABLE_ENTITY, "surveys-resume-no-code"),
            Opened::Nothing => again(StatusCode::UNPROCESSABLE_ENTITY, "surveys-resume-nothing"),
        }
    })
    .await?;
    Ok(html(status, body))
}

/// Whether a form comes from a page of this instance, as far as the browser tells: nobody is to be put into answers
/// of somebody else by a page of theirs.
fn is_ours(request: &HttpRequest) -> bool {
    let said = request.headers().get("Sec-Fetch-Site").map(|site| site == "same-origin" || site == "none");
    said.unwrap_or_else(|| {
        let said = |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
        let host = said(header::HOST).unwrap_or_default();
        said(header::ORIGIN).is_none_or(|origin| origin == "null" || shown(origin) == host)
    })
}

/// The page where somebody was, with all that they had answered.
fn resumed(service: &Service, issued: &Issued, half: Half, now: UtcTime) -> Outcome<String> {
    let offered = Language::offered(&issued.languages, &half.language).or(issued.languages.first());
    let language = offered.cloned().unwrap_or(Language::ENGLISH);
    let sent = Sent {
        page: half.page,
        go: Go::Language(language.clone()),
        seen: walk::seen(&half.seen),
        from_check: half.from_check,
        code: half.invitation,
        answers: from_form(&issued.compiled, &half.answers),
        ..Sent::begin(visit::renewed(&service.secrets, issued, &half.visit, now), &language)
    };
    let step = walk::next(issued, &sent, issued.today(now));
    Ok(step_page(service, issued, &sent, &step, false)?.unwrap_or_default())
}
