//! The first page of a survey, before anybody answers: who asks, how long it takes, what is kept, where results will
//! appear, whom to ask. Changes nothing; the button leads to the questions (`survey_start`).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde_json::{Value, json};

use super::citizen::{Answer, block, html, notice, render, step_page, wanted};
use super::visit;
use super::walk::{self, Sent};
use crate::ground::{Language, Result as Outcome};
use crate::service::Service;
use crate::surveys::beginning::{self, Kept};
use crate::surveys::intake::{Intake, Issued};
use crate::surveys::survey::Standing;
use forms::questionnaire::Kind;

/// `GET /s/{slug}`: the first page.
pub async fn survey_answer(request: HttpRequest, slug: web::Path<String>, intake: web::Data<Intake>, service: web::Data<Service>) -> Answer {
    opened(&request, slug.into_inner(), intake, service, |service, issued, language| {
        let kept = Kept::of(issued.mode, false);
        begin_page(service, issued, language, kept, &format!("/s/{}/start?lang={language}", issued.slug))
    })
    .await
}

/// `GET /s/{slug}/start`: the first page with questions.
pub async fn survey_start(request: HttpRequest, slug: web::Path<String>, intake: web::Data<Intake>, service: web::Data<Service>) -> Answer {
    opened(&request, slug.into_inner(), intake, service, |service, issued, language| {
        let now = service.now();
        let sent = Sent::begin(visit::token(&service.secrets, &*service.chance, issued, now), language);
        let step = walk::first(issued, &sent, issued.today(now));
        Ok(step_page(service, issued, &sent, &step, true)?.unwrap_or_default())
    })
    .await
}

/// A page of a survey that takes answers, or one that says why it does not.
async fn opened(
    request: &HttpRequest,
    slug: String,
    intake: web::Data<Intake>,
    service: web::Data<Service>,
    page: impl FnOnce(&Service, &Issued, &Language) -> Outcome<String> + Send + 'static,
) -> Answer {
    let issued = block(request, move || intake.look_up(&slug)).await?;
    let language = wanted(request, &issued);
    let (status, body) = block(request, move || {
        Ok(match issued.gate.standing(service.now()) {
            Standing::Over => (StatusCode::GONE, notice(&service, &issued, &language, "closed")?),
            Standing::NotYet => (StatusCode::NOT_FOUND, notice(&service, &issued, &language, "not-yet")?),
            Standing::Open => (StatusCode::OK, page(&service, &issued, &language)?),
        })
    })
    .await?;
    Ok(html(status, body))
}

/// The first page. `kept` says what becomes of the answers, `start` is where its button leads.
pub(super) fn begin_page(service: &Service, issued: &Issued, language: &Language, kept: Kept, start: &str) -> Outcome<String> {
    let page = begin_data(service, issued, language, kept, start);
    render(service, "surveys/begin", language, &issued.title(language), &page)
}

fn begin_data(service: &Service, issued: &Issued, language: &Language, kept: Kept, start: &str) -> Value {
    let texts = service.pages.texts();
    let questionnaire = issued.compiled.questionnaire();
    let apart = |text: &str| format!("\u{2068}{text}\u{2069}");
    let city = apart(issued.city.get(language));
    let asked = questionnaire.questions.iter().filter(|question| question.is_visible() && !question.read_only && question.kind != Kind::Note).count();
    let minutes = beginning::minutes(questionnaire, language).to_string();
    let mail = &service.config.mail;
    json!({
        "slug": issued.slug,
        "title": issued.title(language),
        "city": issued.city.get(language),
        "who": texts.with(language, "surveys-who-asks-text", &[("city", &city), ("round", &apart(&issued.round))]),
        "long": texts.with(language, "surveys-how-long-text", &[("minutes", &minutes), ("questions", &asked.to_string())]),
        "kept": kept.key("kept"),
        "results": texts.with(language, "surveys-where-results-text", &[("city", &city)]),
        "contact": beginning::contact(&issued.contact, &mail.reply_to, &mail.from),
        "start": start,
        "languages": walk::language_links(issued, language, ""),
    })
}
