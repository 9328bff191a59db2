//! Before a body of the API is read it is known whose it is, and that they may do anywhere what it asks for:
//! strangers send none, but where the use case is for everybody.
//!
//! `Idempotency-Key` on POSTs: the first answer is given again, word for word, to whoever got it: the same
//! person with a newer token, too, and nobody whose token is no good (any more). Strangers have no keys.

use std::collections::HashSet;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};

use super::blocking::looking;
use super::body::{BodyLimits, read_all};
use super::failure::Failure;
use super::in_flight::Known;
use super::pace::Pace;
use super::request::bearer;
use crate::ground::clock::Clock;
use crate::ground::receipt::sha256_hex;
use crate::ground::{Error, FieldError, Result, UtcTime};
use crate::store::{Store, idempotency};

/// What the middleware needs of the service.
pub struct Replay {
    pub store: Store,
    pub clock: std::sync::Arc<dyn Clock>,
    /// For whom a bearer token speaks now, of a route and a path; an error for a stranger, where it is no good, and
    /// for whoever may do what the route is for nowhere. Asks the database.
    pub who: Who,
    /// Methods and paths of what asks for a token.
    pub guarded: HashSet<(Method, String)>,
    /// Those of them whose answers hold secrets: nothing is kept of them.
    pub secret: HashSet<(Method, String)>,
}

/// For whom a token speaks.
pub struct Speaker {
    /// As the audit names them.
    pub actor: String,
    /// Whose the work is, whichever of their programs does it.
    pub whose: String,
}

pub type Who = Box<dyn Fn(Option<String>, &(Method, String), &str) -> Result<Speaker> + Send + Sync>;

/// Lets everything pass but what strangers may not send, and POSTs that carry a key.
pub async fn once(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> std::result::Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let replay = request.app_data::<web::Data<Replay>>().cloned();
    // As routes are found: by the path with its percent signs decoded.
    let route = request.resource_map().match_pattern(request.match_info().as_str()).map(|path| (request.method().clone(), path));
    let (Some(replay), Some(route), false) = (replay, route, request.method().is_safe()) else {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    };
    // What is for everybody is not kept either: the answers with tokens would be secrets in clear.
    if !replay.guarded.contains(&route) {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    }
    let (asked, token, of, path) = (replay.clone(), bearer(request.request()), route.clone(), request.path().to_owned());
    let Speaker { actor: caller, whose } = match looking(move || (asked.who)(token, &of, &path)).await {
        Ok(speaker) => speaker,
        Err(e) => return Ok(refused(request, e)),
    };
    request.extensions_mut().insert(Known(whose));
    let key = request.headers().get("Idempotency-Key").cloned();
    let (Some(key), &Method::POST, false) = (key, request.method(), replay.secret.contains(&route)) else {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    };
    let key = match key.to_str() {
        Ok(k) if (1..=200).contains(&k.len()) => k.to_owned(),
        _ => return Ok(refused(request, Error::Invalid(vec![FieldError::new("Idempotency-Key", "too_long").with("max", 200)]))),
    };
    let files = request.content_type().starts_with("multipart/");
    let limit = request.app_data::<web::Data<BodyLimits>>().map_or(262_144, |l| if files { l.evidence + 65_536 } else { l.json });
    let bytes = match read_all(request.take_payload(), limit, Pace::of(request.request())).await {
        Ok(bytes) => bytes,
        Err(e) => return Ok(refused(request, e)),
    };
    let request_hash = sha256_hex(&[request.path().as_bytes(), b"\n", &bytes].concat());
    request.set_payload(Payload::from(bytes));

    let key = idempotency::Key { caller, key, request_hash };
    let (asked, wanted) = (replay.clone(), key.clone());
    match looking(move || asked.store.read(|db| idempotency::kept(db, &wanted, asked.clock.now()))).await {
        Err(e) => Ok(refused(request, e)),
        Ok(Some(kept)) => Ok(request.into_response(again(kept))),
        Ok(None) => {
            // Whoever does it keeps the answer, in one transaction with what was done (`Ctx::answer`).
            request.extensions_mut().insert(key);
            next.call(request).await.map(ServiceResponse::map_into_boxed_body)
        }
    }
}

/// An answer that was given before.
pub fn again(kept: idempotency::Kept) -> HttpResponse {
    let mut answer = said(kept);
    answer.headers_mut().insert(HeaderName::from_static("idempotent-replay"), HeaderValue::from_static("true"));
    answer
}

/// The answer to the key's request, to be kept. Errors: internal where it is one that goes on for ever.
pub fn to_keep(key: idempotency::Key, answer: HttpResponse, now: UtcTime) -> Result<idempotency::Kept> {
    let (head, body) = answer.into_parts();
    let header = |name| head.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    let (status, content_type) = (i32::from(head.status().as_u16()), header(header::CONTENT_TYPE));
    let (location, etag) = (header(header::LOCATION), header(header::ETAG));
    let body = body.try_into_bytes().map_err(|_| Error::internal("the answer to a POST is no plain body"))?.to_vec();
    let idempotency::Key { caller, key, request_hash } = key;
    Ok(idempotency::Kept { caller, key, request_hash, status, content_type, location, etag, body, created_at: now })
}

/// A kept answer as it goes out.
pub fn said(kept: idempotency::Kept) -> HttpResponse {
    let status = u16::try_from(kept.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let mut answer = HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    answer.insert_header((header::CACHE_CONTROL, "no-store"));
    for (name, value) in [(header::CONTENT_TYPE, &kept.content_type), (header::LOCATION, &kept.location), (header::ETAG, &kept.etag)] {
        if !value.is_empty() {
            answer.insert_header((name, value.as_str()));
        }
    }
    answer.body(kept.body)
}

/// An answer like any other: what lies around it adds headers, counts it and logs it.
fn refused(request: ServiceRequest, error: Error) -> ServiceResponse<BoxBody> {
    let failure = Failure::new(error, request.request());
    let unread = request.headers().contains_key(header::TRANSFER_ENCODING) || long(request.request());
    request.error_response(if unread { failure.unread() } else { failure })
}

/// Whether so much of a body is announced that a connection is better closed than read to its end.
pub fn long(request: &HttpRequest) -> bool {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    length.is_some_and(|length| length > 65_536)
}
