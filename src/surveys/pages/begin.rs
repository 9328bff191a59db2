//! The first page of a survey, before anybody answers: who asks, how long it takes, what is kept, where results will
//! appear, whom to ask. Changes nothing; the button leads to the questions (`survey_start`).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde_json::{Value, json};

use super::citizen::{Answer, block, html, notice, render, step_page, wanted};
use super::reached::{BEGIN, reached};
use super::walk::{self, Sent};
use super::{kiosk, visit};
use crate::ground::{Language, Result as Outcome};
use crate::service::Service;
use crate::surveys::beginning::{self, Kept};
use crate::surveys::intake::{Intake, Issued};
use crate::surveys::survey::{Mode, Standing};
use crate::web::failure::Failure;
use crate::web::request::query_value;
use forms::questionnaire::Kind;

/// `GET /s/{slug}`: the first page.
pub async fn survey_answer(request: HttpRequest, slug: web::Path<String>, intake: web::Data<Intake>, service: web::Data<Service>) -> Answer {
    let (counts, fresh) = (intake.clone(), query_value(&request, "lang").is_none());
    let page = opened(&request, slug.into_inner(), intake, service, For::LinkHolders, move |service, issued, language| {
        if fresh {
            counts.reached(issued, BEGIN);
        }
        let mut page = begin_data(service, issued, language, Kept::of(issued.mode, false));
        page["start"] = json!(format!("/s/{}/start?lang={language}", issued.slug));
        page["resume"] = json!(format!("/s/{}/resume?lang={language}", issued.slug));
        begin_page(service, issued, language, &page)
    });
    page.await.map(|(status, body)| html(status, body))
}

/// `GET /s/{slug}/start`: the first page with questions.
pub async fn survey_start(request: HttpRequest, slug: web::Path<String>, intake: web::Data<Intake>, service: web::Data<Service>) -> Answer {
    let counts = intake.clone();
    let shared = query_value(&request, "kiosk").is_some();
    let page = opened(&request, slug.into_inner(), intake, service, For::LinkHolders, move |service, issued, language| {
        let now = service.now();
        let once = visit::token(&service.secrets, &*service.chance, issued, now);
        questions(service, &counts, issued, &Sent { kiosk: shared, ..Sent::begin(once, language) })
    });
    page.await.map(|(status, body)| if shared { kiosk::html(status, body) } else { html(status, body) })
}

/// The first page with questions.
pub(super) fn questions(service: &Service, intake: &Intake, issued: &Issued, sent: &Sent) -> Outcome<String> {
    let step = walk::first(issued, sent, issued.today(service.now()));
    if let Some(page) = reached(issued, sent, &step) {
        intake.reached(issued, &page);
    }
    Ok(step_page(service, issued, sent, &step, true)?.unwrap_or_default())
}

/// For whom a page of a survey is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    /// Whoever has its link: those who are invited begin with theirs.
    LinkHolders,
    /// Whoever goes on with a code of their own, which has the invitation with it.
    Everybody,
}

/// A page of a survey that takes answers, or one that says why it does not.
pub(super) async fn opened(
    request: &HttpRequest,
    slug: String,
    intake: web::Data<Intake>,
    service: web::Data<Service>,
    who: For,
    page: impl FnOnce(&Service, &Issued, &Language) -> Outcome<String> + Send + 'static,
) -> Result<(StatusCode, String), Failure> {
    let issued = block(request, move || intake.look_up(&slug)).await?;
    let language = wanted(request, &issued);
    let answer = block(request, move || {
        Ok(match issued.gate.standing(service.now()) {
            Standing::Over => (StatusCode::GONE, notice(&service, &issued, &language, "closed")?),
            Standing::NotYet => (StatusCode::NOT_FOUND, notice(&service, &issued, &language, "not-yet")?),
            Standing::Open if issued.mode == Mode::Invitation && who == For::LinkHolders => {
                (StatusCode::CONFLICT, notice(&service, &issued, &language, "invited-needed")?)
            }
            Standing::Open => (StatusCode::OK, page(&service, &issued, &language)?),
        })
    });
    answer.await
}

/// The first page with its data: that of `begin_data`, and where it leads (`start`, and `resume` for those who have a
/// code).
pub(super) fn begin_page(service: &Service, issued: &Issued, language: &Language, page: &Value) -> Outcome<String> {
    render(service, "surveys/begin", language, &issued.title(language), page)
}

/// What the first page says. `kept` says what becomes of the answers.
pub(super) fn begin_data(service: &Service, issued: &Issued, language: &Language, kept: Kept) -> Value {
    let texts = service.pages.texts();
    let questionnaire = issued.compiled.questionnaire();
    let apart = |text: &str| format!("\u{2068}{text}\u{2069}");
    let city = apart(issued.city.get(language));
    let asked = questionnaire.questions.iter().filter(|question| question.is_visible() && !question.read_only && question.kind != Kind::Note).count();
    let minutes = beginning::minutes(questionnaire, language).to_string();
    let mail = &service.config.mail;
    json!({
        "preview": issued.is_preview().then_some(&issued.instrument_id),
        "slug": issued.slug,
        "title": issued.title(language),
        "city": issued.city.get(language),
        "who": texts.with(language, "surveys-who-asks-text", &[("city", &city), ("round", &apart(&issued.round))]),
        "long": texts.with(language, "surveys-how-long-text", &[("minutes", &minutes), ("questions", &asked.to_string())]),
        "kept": texts.with(language, &kept.key("kept"), &[("day", &apart(&issued.list_until()))]),
        "results": texts.with(language, "surveys-where-results-text", &[("city", &city)]),
        "contact": beginning::contact(&issued.contact, &mail.reply_to, &mail.from),
        "languages": walk::language_links(issued, language, &issued.address(), ""),
    })
}
