//! What those see who come with an invitation: the page that asks for a code, the way in by a link, and the page by
//! which somebody wants no more mail. Answering itself is as for everybody (`citizen.rs`), with the code in a hidden
//! field.
//!
//! Nobody is recognised but by the code; it is no secret from whoever holds the letter, and stands in for a CSRF token.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::begin;
use super::citizen::{self, Answer};
use super::reached::BEGIN;
use super::visit;
use super::walk::{self, Sent};
use crate::ground::{Error, Language, Result as Outcome};
use crate::people::call::Call;
use crate::people::identity::Caller;
use crate::service::Service;
use crate::surveys::actions;
use crate::surveys::beginning::Kept;
use crate::surveys::intake::{Guest, Intake, Issued};
use crate::surveys::survey::{Privacy, Standing};
use crate::web::form::RawForm;
use crate::web::pages::Frame;
use crate::web::request;

/// A page of the service's own, in one of its languages.
fn page(service: &Service, language: &Language, template: &str, title: &str, mut data: Value) -> Outcome<String> {
    let title = service.pages.texts().get(language, title);
    data["language"] = json!(language);
    let frame = Frame { lang: language.clone(), title, ..Frame::default() };
    service.pages.render(template, &frame, &data)
}

/// `GET /i`: asks for a code.
pub async fn code_form(request: HttpRequest, service: web::Data<Service>) -> Answer {
    let language = request::language(&request);
    let body = citizen::block(&request, move || page(&service, &language, "surveys/code", "invited-title", json!({}))).await?;
    Ok(citizen::html(StatusCode::OK, body))
}

/// `POST /i`: leads to the page of a code. Changes nothing, and therefore needs no token.
pub async fn code_read(request: HttpRequest, form: RawForm, intake: web::Data<Intake>, service: web::Data<Service>) -> Answer {
    let form = form.checked();
    let language: Language = form.get("lang").parse().unwrap_or_else(|_| request::language(&request));
    let typed = form.get("code").trim().to_owned();
    let found = citizen::block(&request, move || match intake.came_by(&typed) {
        Ok((issued, guest)) => Ok(Ok(intake.code_of(&issued, &guest))),
        Err(Error::NotFound(_)) => {
            let code = if typed.is_empty() { "required" } else { "unknown_code" };
            let text = service.pages.texts().field_error(&language, &crate::ground::FieldError::new("code", code));
            let data = json!({"value": typed, "error": text, "errors": [{"field": "code", "text": text}]});
            page(&service, &language, "surveys/code", "invited-title", data).map(Err)
        }
        Err(other) => Err(other),
    })
    .await?;
    Ok(match found {
        Ok(code) => HttpResponse::SeeOther().insert_header((header::LOCATION, format!("/i/{code}"))).finish(),
        Err(body) => citizen::html(StatusCode::UNPROCESSABLE_ENTITY, body),
    })
}

/// `GET /i/{code}`: the first page for whoever was invited. Changes nothing.
pub async fn invitation_open(request: HttpRequest, code: web::Path<String>, intake: web::Data<Intake>, service: web::Data<Service>) -> Answer {
    opened(request, code.into_inner(), intake, service, false).await
}

/// `GET /i/{code}/start`: the first page with questions. Changes nothing.
pub async fn invitation_start(request: HttpRequest, code: web::Path<String>, intake: web::Data<Intake>, service: web::Data<Service>) -> Answer {
    opened(request, code.into_inner(), intake, service, true).await
}

async fn opened(request: HttpRequest, typed: String, intake: web::Data<Intake>, service: web::Data<Service>, start: bool) -> Answer {
    let (of, own) = (intake.clone(), request::language(&request));
    let found = citizen::block(&request, move || match of.came_by(&typed) {
        Err(Error::NotFound(_)) => Ok(None),
        found => found.map(Some),
    });
    let Some((issued, guest)) = found.await? else {
        let body = citizen::block(&request, move || page(&service, &own, "surveys/unknown", "invited-unknown-title", json!({}))).await?;
        return Ok(citizen::html(StatusCode::NOT_FOUND, body));
    };
    let (language, fresh) = (citizen::wanted(&request, &issued), request::query_value(&request, "lang").is_none());
    let (status, body) = citizen::block(&request, move || {
        match issued.gate.standing(service.now()) {
            Standing::Over => return Ok((StatusCode::GONE, citizen::notice(&service, &issued, &language, "closed")?)),
            Standing::NotYet => return Ok((StatusCode::NOT_FOUND, citizen::notice(&service, &issued, &language, "not-yet")?)),
            Standing::Open => {}
        }
        if let Some(why) = refusal(&issued, &guest) {
            return Ok((StatusCode::CONFLICT, citizen::notice(&service, &issued, &language, why)?));
        }
        let code = intake.code_of(&issued, &guest);
        let body = if start {
            let once = visit::token(&service.secrets, &*service.chance, &issued, service.now());
            begin::questions(&service, &intake, &issued, &Sent { code, ..Sent::begin(once, &language) })?
        } else {
            if fresh {
                intake.reached(&issued, BEGIN);
            }
            let kept = Kept::of(issued.mode, issued.is_confidential());
            let mut page = begin::begin_data(&service, &issued, &language, kept);
            page["start"] = json!(format!("/i/{code}/start?lang={language}"));
            page["resume"] = json!(format!("/s/{}/resume?lang={language}", issued.slug));
            page["languages"] = walk::language_links(&issued, &language, &format!("/i/{code}"), "");
            page["stop"] = json!(format!("/i/{code}/opt-out"));
            page["again"] = json!(guest.answered);
            begin::begin_page(&service, &issued, &language, &page)?
        };
        Ok((StatusCode::OK, body))
    })
    .await?;
    Ok(citizen::html(status, body))
}

/// Why a guest is not asked, as the key of a notice.
pub(super) fn refusal(issued: &Issued, guest: &Guest) -> Option<&'static str> {
    let anonymous = issued.invited.as_ref().is_none_or(|here| here.privacy == Privacy::Anonymous);
    match () {
        () if guest.answered && anonymous => Some("invited-answered"),
        () if guest.full && !guest.answered => Some("invited-full"),
        () => None,
    }
}

/// `GET /i/{code}/opt-out`: asks whether. Changes nothing.
pub async fn opt_out_form(request: HttpRequest, code: web::Path<String>, intake: web::Data<Intake>, service: web::Data<Service>) -> Answer {
    opt_out(request, code.into_inner(), intake, service, false).await
}

/// `POST /i/{code}/opt-out`
pub async fn invitation_opt_out(request: HttpRequest, code: web::Path<String>, intake: web::Data<Intake>, service: web::Data<Service>) -> Answer {
    opt_out(request, code.into_inner(), intake, service, true).await
}

async fn opt_out(request: HttpRequest, code: String, intake: web::Data<Intake>, service: web::Data<Service>, done: bool) -> Answer {
    let language = request::language(&request);
    let (status, body) = citizen::block(&request, move || {
        let issued = match intake.came_by(&code) {
            Err(Error::NotFound(_)) => {
                return Ok((StatusCode::NOT_FOUND, page(&service, &language, "surveys/unknown", "invited-unknown-title", json!({}))?));
            }
            found => found?.0,
        };
        if done {
            actions::invitation_opt_out(&Call::new(&service, Caller::anonymous(), &language), &code)?;
        }
        let title = if done { "invited-stopped-title" } else { "invited-stop-title" };
        let data =
            json!({"code": code, "city": issued.city.get(&language), "done": done, "open": issued.gate.standing(service.now()) == Standing::Open});
        Ok((StatusCode::OK, page(&service, &language, "surveys/opt_out", title, data)?))
    })
    .await?;
    Ok(citizen::html(status, body))
}
