//! The outermost middleware: request id, security headers, metrics and one log line per request,
//! also for what it refuses itself. Middleware inside answers; an `Err` would pass all of this by.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};

use super::failure::{Failure, Logged};
use super::request::RequestId;
use super::unread::{Chunks, Keeping, keeping};
use crate::ground::FieldError;
use crate::ground::chance::Chance;

const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Adds what every answer carries. Handlers that set a stricter CSP (downloads) keep theirs.
pub async fn guard<B: MessageBody + Unpin>(mut request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<Keeping<EitherBody<B>>>, Error> {
    let mut bytes = [0; 8];
    if let Some(ids) = request.app_data::<web::Data<std::sync::Arc<dyn Chance>>>() {
        ids.fill(&mut bytes);
    }
    let id = RequestId(bytes);
    request.extensions_mut().insert(id);
    let metrics = request.app_data::<web::Data<super::metrics::Metrics>>().cloned();
    let began = std::time::Instant::now();
    let chunks = Chunks::of(&mut request);
    let mut response = match nul(&request) {
        Some(error) => {
            let failure = Failure::new(error, request.request());
            request.error_response(failure).map_into_right_body()
        }
        None => next.call(request).await?.map_into_left_body(),
    };
    if let Some(metrics) = metrics {
        metrics.answered(response.status().as_u16(), began.elapsed());
    }
    let logged = response.request().extensions().contains::<Logged>();
    if response.status().is_server_error() && !logged {
        tracing::warn!(request_id = %id.text(), status = response.status().as_u16(), method = %response.request().method(), path = %shown(response.request().path()), "request failed");
    } else {
        tracing::debug!(request_id = %id.text(), status = response.status().as_u16(), method = %response.request().method(), path = %shown(response.request().path()), "request");
    }
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(header::CONTENT_SECURITY_POLICY, CSP);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    set(header::CACHE_CONTROL, "no-store");
    if let Ok(value) = HeaderValue::from_maybe_shared(web::Bytes::from(id.text())) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    Ok(keeping(response, chunks))
}

/// No address has a NUL, and no database keeps one.
fn nul(request: &ServiceRequest) -> Option<crate::ground::Error> {
    if request.uri().path().contains("%00") {
        return Some(crate::ground::Error::NotFound("address"));
    }
    let query = request.query_string();
    if !query.contains("%00") {
        return None;
    }
    let (name, _) = url::form_urlencoded::parse(query.as_bytes()).find(|(name, value)| name.contains('\0') || value.contains('\0'))?;
    Some(crate::ground::Error::Malformed(vec![FieldError::new(name.replace('\0', "?"), "control_characters")]))
}

/// A path for the log: whatever could be a capability is masked, however it is written.
pub fn shown(path: &str) -> String {
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy().replace(char::is_control, "?");
    let mut after_i = false;
    let masked = |part: &str| {
        // An empty part, or a dot, leads nowhere.
        let capability = part.len() >= 40 || after_i && !matches!(part, "" | "." | "..");
        after_i = part.eq_ignore_ascii_case("i") || after_i && !capability;
        if capability { "***".to_owned() } else { part.to_owned() }
    };
    path.split('/').map(masked).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_code_is_masked_however_its_address_is_written() {
        let code = "7KQ2M-X4D9A-TRX8F";
        for path in ["/i/", "/%69/", "//i/", "/I/", "/i%2F", "/./i/", "/i//", "/i/./", "/x/../i/"] {
            let log = shown(&format!("{path}{code}/start"));
            assert!(!log.contains("7KQ2M") && log.ends_with("***/start"), "{path}: {log}");
        }
        assert_eq!(shown("/api/v1/surveys/srv_019cadc69a807429ab8e8ee50b480fc8"), "/api/v1/surveys/srv_019cadc69a807429ab8e8ee50b480fc8");
        assert_eq!(shown("/s/port-meridian-2026/start"), "/s/port-meridian-2026/start");
        assert_eq!(shown("/x%0Ay"), "/x?y", "one line is one line");
        assert_eq!(shown(&format!("/reviews/by-link/{}", "a".repeat(43))), "/reviews/by-link/***");
    }
}
