//! What citizens see: the questionnaire page by page (`begin.rs` has the page before it), thanks with a receipt, and
//! the receipt check.
//!
//! Nobody is recognised here: no session, no cookie, nothing stored before the last button. The
//! hidden `@once` stands in for a CSRF token and makes a double click one response.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::invited;
use super::reached::{SENT, reached};
use super::visit::{self, Worth};
use super::walk::{self, Go, Sent, Step};
use super::{kiosk, resume};
use crate::ground::network::Household;
use crate::ground::problems::{ALREADY_SUBMITTED, CLOSED, CONFLICT};
use crate::ground::{Error, Language, Result as Outcome};
use crate::people::call::Call;
use crate::people::identity::Caller;
use crate::service::Service;
use crate::surveys::actions;
use crate::surveys::draft::Code;
use crate::surveys::intake::{Intake, Issued, Prepared, PreparedGuest, Taken};
use crate::surveys::problems::{INVITATION_ANSWERED, QUOTA_FULL};
use crate::surveys::survey::{Mode, Standing};
use crate::web::blocking::{blocking, heavy};
use crate::web::failure::Failure;
use crate::web::form::RawForm;
use crate::web::in_flight::household;
use crate::web::pages::Frame;
use crate::web::request::{self, query_value};

pub(super) type Answer = Result<HttpResponse, Failure>;

/// A rendered page, or a response that is ready to be stored.
pub(super) enum Outgoing {
    Page(StatusCode, String),
    /// Another page, which the browser fetches.
    See(String),
    Response(Box<Prepared>),
    /// Of somebody who was invited.
    Guest(Box<PreparedGuest>),
}

/// Runs `work` on answers to a questionnaire; of one that asks much, when its turn comes.
pub(super) async fn work<T: Send + 'static>(
    request: &HttpRequest,
    issued: &Issued,
    work: impl FnOnce() -> Outcome<T> + Send + 'static,
) -> Result<T, Failure> {
    let done = if issued.compiled.is_heavy() { heavy(request, &issued.slug, work).await } else { blocking(work).await };
    done.map_err(|error| Failure::new(error, request))
}

/// Runs `work` on the blocking pool.
pub(super) async fn block<T: Send + 'static>(request: &HttpRequest, work: impl FnOnce() -> Outcome<T> + Send + 'static) -> Result<T, Failure> {
    let done = blocking(work).await;
    done.map_err(|error| Failure::new(error, request))
}

/// A page that only this citizen's browser may keep, and must fetch anew unless its Back button is
/// pressed: a page that was posted for and not kept would ask whether to post again.
pub(super) fn html(status: StatusCode, body: String) -> HttpResponse {
    HttpResponse::build(status).content_type("text/html; charset=utf-8").insert_header((header::CACHE_CONTROL, "private, no-cache")).body(body)
}

/// As `html`, for whoever shares their device or not.
fn html_for(sent: &Sent, status: StatusCode, body: String) -> HttpResponse {
    if sent.kiosk { kiosk::html(status, body) } else { html(status, body) }
}

/// Renders a page in a language of the questionnaire, which Stoa itself may not speak.
pub(super) fn render(service: &Service, template: &str, language: &Language, title: &str, page: &Value) -> Outcome<String> {
    let frame = Frame { lang: language.clone(), content_language: Some(language.clone()), title: title.to_owned(), ..Frame::default() };
    service.pages.render(template, &frame, page)
}

/// The language of a first visit.
pub(super) fn wanted(request: &HttpRequest, issued: &Issued) -> Language {
    let languages = &issued.languages;
    let asked = query_value(request, "lang").and_then(|tag| Language::offered(languages, &tag));
    let accepted = || Language::preferred(languages, request::accept_language(request));
    asked.or_else(accepted).or_else(|| languages.first()).cloned().unwrap_or(Language::ENGLISH)
}

/// A page that says how the survey stands when it takes no answers.
pub(super) fn notice(service: &Service, issued: &Issued, language: &Language, key: &str) -> Outcome<String> {
    // Of invitations in a file of its own.
    let texts = if key.starts_with("invited-") { key.to_owned() } else { format!("surveys-{key}") };
    let title = service.pages.texts().get(language, &format!("{texts}-title"));
    let page = json!({
        "title": issued.title(language), "city": issued.city.get(language), "key": key, "texts": texts,
        // What somebody kept in their own browser is theirs to delete wherever it ends.
        "back": matches!(key, "closed" | "invited-answered" | "invited-full" | "invited-needed"),
        "slug": issued.slug, "languages": walk::language_links(issued, language, &issued.address(), ""),
    });
    render(service, "surveys/notice", language, &title, &page)
}

/// The page of a step; `None` for the last one, which stores.
pub(super) fn step_page(service: &Service, issued: &Issued, sent: &Sent, step: &Step, fresh: bool) -> Outcome<Option<String>> {
    let texts = service.pages.texts();
    let today = issued.today(service.now());
    let (template, mut page, heading) = match step {
        Step::Submit => return Ok(None),
        Step::Page { page, errors, more } => {
            let data = walk::page_data(issued, sent, today, texts, *page, errors, *more);
            let heading = data["heading"].as_str().unwrap_or_default().to_owned();
            ("surveys/page", data, heading)
        }
        Step::Check => ("surveys/check", walk::check_data(issued, sent, today), texts.get(&sent.language, "surveys-check-title")),
    };
    page["leaves"] = kiosk::leaves(issued, sent);
    let title = page["title"].as_str().unwrap_or_default().to_owned();
    let title = if heading.is_empty() || heading == title { title } else { format!("{heading} – {title}") };
    if fresh {
        let more = if sent.kiosk { "&kiosk=1" } else { "" };
        page["languages"] = walk::language_links(issued, &sent.language, &sent.start(issued), more);
        page["fresh"] = json!(true);
    } else {
        page["hide_languages"] = json!(true);
    }
    render(service, template, &sent.language, &title, &page).map(Some)
}

/// `POST /s/{slug}`: one button of one page. Stores only after the last one, and then at once.
pub async fn response_submit(
    request: HttpRequest,
    slug: web::Path<String>,
    form: Result<RawForm, Failure>,
    intake: web::Data<Intake>,
    service: web::Data<Service>,
) -> Answer {
    let (found, address) = (intake.clone(), slug.clone());
    let form = match form {
        Ok(form) => form,
        Err(failure) => return unread(&request, failure, slug.into_inner(), intake, service).await,
    };
    // The token in `@once` does what the CSRF token does elsewhere; `posted` checks it.
    let form = form.checked();
    // Before the last button it is looked whether answers are still taken; the last is asked when it is stored, and what
    // a page asks by itself while somebody types stores nothing.
    let open = |known: &Arc<Issued>| matches!(form.get("@go"), "submit" | "stay") && known.gate.standing(service.now()) == Standing::Open;
    let known = intake.known(&slug);
    let issued = match known.clone().filter(open) {
        Some(issued) => issued,
        None => match (block(&request, move || found.look_up(&address)).await, known) {
            // Nobody loses what they typed because the database is away for a moment.
            (Err(Failure { error: Error::Unavailable(_), .. }), Some(known)) => known,
            (looked_up, _) => looked_up?,
        },
    };
    let mut sent = Sent::read(&issued, form.pairs());
    let language = sent.language.clone();
    if let Go::Language(tag) = &sent.go {
        sent.language.clone_from(tag);
    }
    let sent = Arc::new(sent);
    let outgoing = {
        let (s, i, known, sent, from) = (service.clone(), intake.clone(), issued.clone(), sent.clone(), household(&request));
        work(&request, &issued, move || posted(&s, &i, &known, &sent, from.as_ref())).await?
    };
    let kept = sent.clone();
    let stored = match outgoing {
        Outgoing::Page(status, body) => return Ok(html_for(&sent, status, body)),
        Outgoing::See(address) => return Ok(kiosk::see(&address)),
        Outgoing::Response(response) => intake.submit(*response, household(&request)).await,
        Outgoing::Guest(response) => intake.submit_guest(*response).await,
    };
    let error = match stored {
        Ok(Taken { receipt, again }) => {
            // Nobody who loads the page of thanks anew has sent anything.
            if !again {
                intake.reached(&issued, SENT);
            }
            // In the answer itself: an address would carry it into histories and logs.
            let body = block(&request, move || {
                after(&service, &intake, &issued, &sent);
                thanks(&service, &issued, &sent, &language, &receipt)
            });
            return Ok(html_for(&kept, StatusCode::OK, body.await?));
        }
        Err(error) => error,
    };
    let s = service.clone();
    let wait = if let Error::TooMany { retry_after } = error { Some(retry_after) } else { None };
    let (status, body) = block(&request, move || {
        Ok(match error {
            Error::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, check_again(&s, &issued, &sent, "crowded")?),
            Error::Conflict(CLOSED) => (StatusCode::GONE, check_again(&s, &issued, &sent, "closed")?),
            // Often the next person at the same device, who came by the Back button.
            Error::Conflict(ALREADY_SUBMITTED) => {
                let sent = Sent { once: visit::token(&s.secrets, &*s.chance, &issued, s.now()), ..(*sent).clone() };
                (StatusCode::CONFLICT, check_again(&s, &issued, &sent, "already")?)
            }
            Error::Conflict(INVITATION_ANSWERED) => (StatusCode::CONFLICT, notice(&s, &issued, &sent.language, "invited-answered")?),
            Error::Conflict(QUOTA_FULL) => (StatusCode::CONFLICT, check_again(&s, &issued, &sent, "full")?),
            Error::Unavailable(why) => {
                tracing::warn!(why, "a response could not be stored");
                (StatusCode::SERVICE_UNAVAILABLE, check_again(&s, &issued, &sent, "unavailable")?)
            }
            other => return Err(other),
        })
    })
    .await?;
    let mut answer = html_for(&kept, status, body);
    if let Some(seconds) = wait {
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    Ok(answer)
}

/// What somebody sees whose form was too large or could not be read: their browser still has what they typed.
async fn unread(request: &HttpRequest, failure: Failure, slug: String, intake: web::Data<Intake>, service: web::Data<Service>) -> Answer {
    let (status, key) = match &failure.error {
        Error::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
        Error::Invalid(_) | Error::Malformed(_) => (StatusCode::UNPROCESSABLE_ENTITY, "unreadable"),
        _ => return Err(failure),
    };
    let issued = block(request, move || intake.known(&slug).map_or_else(|| intake.look_up(&slug), Ok)).await?;
    let language = wanted(request, &issued);
    let body = block(request, move || notice(&service, &issued, &language, key)).await?;
    Ok(html(status, body))
}

/// What was kept half done goes when it was sent, and a visit at a shared device is over. That the answers are stored is
/// true whatever becomes of this.
fn after(service: &Service, intake: &Intake, issued: &Issued, sent: &Sent) {
    let code = Code::of_visit(&service.secrets, &issued.id, visit::random(&sent.once));
    let ended = if sent.kiosk { intake.visit_end(issued, &sent.once, service.now()) } else { Ok(()) };
    if let Err(error) = ended.and_then(|()| intake.draft_forget(issued, code)) {
        tracing::warn!(%error, "what was kept half done could not be deleted");
    }
}

/// What somebody sees whose answers are stored. Posted once more by a reload, they give it again.
fn thanks(service: &Service, issued: &Issued, sent: &Sent, language: &Language, receipt: &str) -> Outcome<String> {
    let title = service.pages.texts().get(language, "surveys-thanks-title");
    let mut page =
        json!({"receipt": receipt, "slug": issued.slug, "title": issued.title(language), "city": issued.city.get(language), "hide_languages": true});
    if sent.kiosk {
        page["next"] = json!(kiosk::first(issued));
        page["seconds"] = json!(kiosk::SECONDS);
    }
    render(service, "surveys/thanks", language, &title, &page)
}

/// The answers to check once more, with the reason why they were not stored.
fn check_again(service: &Service, issued: &Issued, sent: &Sent, why: &str) -> Outcome<String> {
    let mut page = walk::check_data(issued, sent, issued.today(service.now()));
    page["hide_languages"] = json!(true);
    page["leaves"] = kiosk::leaves(issued, sent);
    page[why] = json!(true);
    page["over"] = json!(matches!(why, "closed" | "full" | "uninvited"));
    let key = match why {
        "closed" => "surveys-closed-title",
        "full" => "invited-full-title",
        "uninvited" => "invited-needed-title",
        _ => "surveys-check-title",
    };
    let title = service.pages.texts().get(&sent.language, key);
    render(service, "surveys/check", &sent.language, &title, &page)
}

/// Checks the token, and finds out what comes of a post.
fn posted(service: &Service, intake: &Intake, issued: &Issued, sent: &Sent, from: Option<&Household>) -> Outcome<Outgoing> {
    let now = service.now();
    let worth = visit::worth(&service.secrets, issued, &sent.once, now);
    if worth == Worth::None {
        return Ok(Outgoing::Page(StatusCode::BAD_REQUEST, notice(service, issued, &sent.language, "broken")?));
    }
    // By then it is forgotten whether the visit was over.
    if sent.kiosk && worth == Worth::Old {
        return Ok(Outgoing::See(format!("{}?lang={}&over=1", kiosk::first(issued), sent.language)));
    }
    if sent.kiosk
        && let Some(elsewhere) = kiosk::over(service, intake, issued, sent)?
    {
        return Ok(elsewhere);
    }
    if issued.gate.standing(now) != Standing::Open {
        return Ok(Outgoing::Page(StatusCode::GONE, check_again(service, issued, sent, "closed")?));
    }
    let guest = if issued.mode == Mode::Invitation {
        match intake.guest(issued, &sent.code) {
            // Taken off the list meanwhile, perhaps: what somebody typed stays theirs.
            Err(Error::NotFound(_)) => return Ok(Outgoing::Page(StatusCode::CONFLICT, check_again(service, issued, sent, "uninvited")?)),
            // Nobody loses what they typed because the database is away for a moment.
            Err(Error::Unavailable(why)) => {
                tracing::warn!(why, "an invitation could not be looked up");
                return Ok(Outgoing::Page(StatusCode::SERVICE_UNAVAILABLE, check_again(service, issued, sent, "unavailable")?));
            }
            found => Some(found?),
        }
    } else {
        None
    };
    let keeps = sent.go == Go::Keep && !sent.kiosk;
    let step = walk::next(issued, sent, issued.today(now));
    // The last button asks where it is stored: it may have been pressed twice.
    let refusal = guest.as_ref().filter(|_| keeps || !matches!(step, Step::Submit)).and_then(|guest| invited::refusal(issued, guest));
    match refusal {
        None => {}
        Some("invited-full") => return Ok(Outgoing::Page(StatusCode::CONFLICT, check_again(service, issued, sent, "full")?)),
        Some(why) => return Ok(Outgoing::Page(StatusCode::CONFLICT, notice(service, issued, &sent.language, why)?)),
    }
    // Room for what is half done is for those who may answer.
    if keeps {
        return resume::keep(service, intake, issued, sent, from);
    }
    if let Some(page) = reached(issued, sent, &step) {
        intake.reached(issued, &page);
    }
    if let Some(body) = step_page(service, issued, sent, &step, false)? {
        let wrong = matches!(&step, Step::Page { errors, .. } if !errors.is_empty());
        return Ok(Outgoing::Page(if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, body));
    }
    if worth == Worth::Old {
        // What it has sent before would not be known again.
        let sent = Sent { once: visit::renewed(&service.secrets, issued, visit::random(&sent.once), now), ..sent.clone() };
        return Ok(Outgoing::Page(StatusCode::CONFLICT, check_again(service, issued, &sent, "late")?));
    }
    let now = intake.now();
    match intake.check(issued, &sent.answers, now) {
        Ok(answers) if intake.says_nothing(issued, &answers) => {
            Ok(Outgoing::Page(StatusCode::UNPROCESSABLE_ENTITY, check_again(service, issued, sent, "blank")?))
        }
        Ok(answers) => Ok(match &guest {
            Some(guest) => Outgoing::Guest(Box::new(intake.prepare_guest(issued, guest, &sent.once, &sent.language, answers, now))),
            None => Outgoing::Response(Box::new(intake.prepare(issued, Some(&sent.once), &sent.language, answers, now))),
        }),
        // Midnight has passed between the two checks.
        Err(_) => Err(Error::Conflict(CONFLICT)),
    }
}

/// The language of a page outside the questionnaire.
fn language_of(request: &HttpRequest) -> Language {
    request::language(request)
}

/// `GET /receipt`
pub async fn receipt_form(request: HttpRequest, service: web::Data<Service>) -> Answer {
    let language = language_of(&request);
    let body = block(&request, move || receipt_page(&service, &language, json!({}))).await?;
    Ok(html(StatusCode::OK, body))
}

fn receipt_page(service: &Service, language: &Language, mut page: Value) -> Outcome<String> {
    let title = service.pages.texts().get(language, "surveys-receipt-title");
    page["language"] = json!(language);
    let frame = Frame { lang: language.clone(), title, ..Frame::default() };
    service.pages.render("surveys/receipt", &frame, &page)
}

/// `POST /receipt`: posted, so that no code ends up in a log or a browser's history. Changes
/// nothing, and therefore needs no token.
pub async fn receipt_read(request: HttpRequest, form: RawForm, service: web::Data<Service>) -> Answer {
    let form = form.checked();
    let language = form.get("lang").parse().unwrap_or_else(|_| language_of(&request));
    let typed = form.get("receipt").to_owned();
    let (status, body) = block(&request, move || {
        let call = Call::new(&service, Caller::anonymous(), &language);
        match actions::receipt_read(&call, &typed) {
            Ok(view) => {
                let found = json!({"receipt": view.receipt, "day": format!("\u{2066}{}\u{2069}", view.day), "title": view.title.get(&language), "city": view.city.get(&language)});
                Ok((StatusCode::OK, receipt_page(&service, &language, json!({"found": found, "value": typed}))?))
            }
            Err(Error::Invalid(errors)) => {
                let texts = service.pages.texts();
                let said: Vec<String> = errors.iter().map(|error| texts.field_error(&language, error)).collect();
                let summary: Vec<Value> = said.iter().map(|text| json!({"field": "receipt", "text": text})).collect();
                let page = json!({"value": typed, "error": said.first(), "errors": summary});
                Ok((StatusCode::UNPROCESSABLE_ENTITY, receipt_page(&service, &language, page)?))
            }
            Err(other) => Err(other),
        }
    })
    .await?;
    Ok(html(status, body))
}
