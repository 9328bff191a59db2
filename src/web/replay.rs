//! Before a body of the API is read it is known whose it is: strangers send none, but where the use case is
//! for everybody.
//!
//! `Idempotency-Key` on POSTs: the first answer is given again, word for word, to whoever got it: the same
//! person with a newer token, too, and nobody whose token is no good (any more). Strangers have no keys.

use std::collections::HashSet;

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};

use super::blocking::blocking;
use super::body::{BodyLimits, read_all};
use super::failure::Failure;
use super::in_flight::Known;
use super::pace::Pace;
use super::request::bearer;
use crate::ground::clock::Clock;
use crate::ground::problems::UNAUTHENTICATED;
use crate::ground::receipt::sha256_hex;
use crate::ground::{Error, FieldError, Result};
use crate::store::{Store, idempotency};

/// What the middleware needs of the service.
pub struct Replay {
    pub store: Store,
    pub clock: std::sync::Arc<dyn Clock>,
    /// For whom a bearer token speaks now; `None` for a stranger, an error where it is no good. Asks the database.
    pub who: Who,
    /// Methods and paths of what asks for a token.
    pub guarded: HashSet<(Method, String)>,
    /// Those of them whose answers hold secrets: nothing is kept of them.
    pub secret: HashSet<(Method, String)>,
}

pub type Who = Box<dyn Fn(Option<String>) -> Result<Option<String>> + Send + Sync>;

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
    let (asked, token) = (replay.clone(), bearer(request.request()));
    let caller = match blocking(move || (asked.who)(token)?.ok_or(Error::Unauthenticated(UNAUTHENTICATED))).await {
        Ok(caller) => caller,
        Err(e) => return Ok(refused(request, e)),
    };
    request.extensions_mut().insert(Known);
    let key = request.headers().get("Idempotency-Key").cloned();
    let (Some(key), &Method::POST, false) = (key, request.method(), replay.secret.contains(&route)) else {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    };
    let key = match key.to_str() {
        Ok(k) if (1..=200).contains(&k.len()) => k.to_owned(),
        _ => return Ok(refused(request, Error::Invalid(vec![FieldError::new("Idempotency-Key", "too_long").with("max", 200)]))),
    };
    let limit = request.app_data::<web::Data<BodyLimits>>().map_or(262_144, |l| l.evidence + 65_536);
    let bytes = match read_all(request.take_payload(), limit, Pace::of(request.request())).await {
        Ok(bytes) => bytes,
        Err(e) => return Ok(refused(request, e)),
    };
    let request_hash = sha256_hex(&[request.path().as_bytes(), b"\n", &bytes].concat());
    request.set_payload(Payload::from(bytes));

    let now = replay.clock.now();
    let (store, c, k, h) = (replay.store.clone(), caller.clone(), key.clone(), request_hash.clone());
    let before = blocking(move || store.write(|db| idempotency::reserve(db, &c, &k, &h, now))).await;
    match before {
        Err(e) => return Ok(refused(request, e)),
        Ok(Some(kept)) => {
            let status = StatusCode::from_u16(u16::try_from(kept.status).unwrap_or(500)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut answer = HttpResponse::build(status);
            answer.insert_header(("Idempotent-Replay", "true"));
            for (name, value) in [(header::CONTENT_TYPE, &kept.content_type), (header::LOCATION, &kept.location), (header::ETAG, &kept.etag)] {
                if !value.is_empty() {
                    answer.insert_header((name, value.as_str()));
                }
            }
            return Ok(request.into_response(answer.body(kept.body)));
        }
        Ok(None) => {}
    }

    let outcome = next.call(request).await;
    let store = replay.store.clone();
    let response = match outcome {
        Ok(response) => response,
        Err(error) => {
            // A failure keeps no answer: the next try may succeed.
            let _ = blocking(move || store.write(|db| idempotency::release(db, &caller, &key))).await;
            return Err(error);
        }
    };
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let body = to_bytes(body).await.unwrap_or_default();
    let header = |name| head.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    let kept = idempotency::Kept {
        caller,
        key,
        request_hash,
        state: idempotency::KeptState::Done,
        status: i32::from(head.status().as_u16()),
        content_type: header(header::CONTENT_TYPE),
        location: header(header::LOCATION),
        etag: header(header::ETAG),
        body: body.to_vec(),
        created_at: now,
    };
    let keep = head.status().is_success();
    let _ =
        blocking(move || store.write(|db| if keep { idempotency::keep(db, &kept) } else { idempotency::release(db, &kept.caller, &kept.key) })).await;
    Ok(ServiceResponse::new(request, head.set_body(BoxBody::new(body))))
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
