//! What a request says about itself: language, face, id, cookies and tokens. Nothing is decided here.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header;

use super::texts::{FALLBACK, nearest};
use crate::ground::receipt::push_hex;

/// Name of the cookie that keeps the chosen language.
pub const LANGUAGE_COOKIE: &str = "stoa_language";
/// Name of the cookie that binds forms of people who are not signed in.
pub const VISIT_COOKIE: &str = "stoa_visit";
/// Name of the session cookie.
pub const SESSION_COOKIE: &str = "stoa_session";
/// Name of the cookie that carries one sentence over a redirect.
pub const FLASH_COOKIE: &str = "stoa_flash";

/// Which face the caller sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    Json,
    Page,
}

/// The request's id, made by the outermost middleware.
#[derive(Debug, Clone, Copy)]
pub struct RequestId(pub [u8; 8]);

impl RequestId {
    /// 16 hex digits.
    pub fn text(self) -> String {
        let mut text = String::with_capacity(16);
        push_hex(&mut text, &self.0);
        text
    }
}

/// The face of a path: everything under `/api/` speaks JSON.
pub fn face(request: &HttpRequest) -> Face {
    if request.path().starts_with("/api/") { Face::Json } else { Face::Page }
}

/// `?lang=`, else the cookie, else the best of Accept-Language, else English.
pub fn language(request: &HttpRequest) -> String {
    if let Some(asked) = query_value(request, "lang") {
        return asked;
    }
    if let Some(kept) = request.cookie(LANGUAGE_COOKIE) {
        return kept.value().chars().take(12).collect();
    }
    let accepted = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let mut wanted: Vec<(&str, f32)> = accepted
        .split(',')
        .filter_map(|part| {
            let (tag, q) = part.split_once(";q=").map_or((part, 1.0), |(t, q)| (t, q.trim().parse().unwrap_or(0.0)));
            let tag = tag.trim();
            (!tag.is_empty() && q > 0.0).then_some((tag, q))
        })
        .collect();
    wanted.sort_by(|a, b| b.1.total_cmp(&a.1));
    wanted
        .iter()
        .map(|(tag, _)| tag.to_lowercase())
        .find(|tag| nearest(tag) != FALLBACK || tag.starts_with(FALLBACK))
        .unwrap_or_else(|| FALLBACK.to_owned())
}

/// A value of the query string, if it is there and short.
pub fn query_value(request: &HttpRequest, name: &str) -> Option<String> {
    url::form_urlencoded::parse(request.query_string().as_bytes())
        .find(|(k, v)| k == name && !v.is_empty() && v.len() <= 200)
        .map(|(_, v)| v.into_owned())
}

/// The id that the log and the error page share.
pub fn request_id(request: &HttpRequest) -> String {
    use actix_web::HttpMessage;
    request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.text())
}

/// The token after `Authorization: Bearer`.
pub fn bearer(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// A cookie's value.
pub fn cookie_value(request: &HttpRequest, name: &str) -> Option<String> {
    request.cookie(name).map(|c| c.value().to_owned())
}

/// A cookie for this instance: HttpOnly, SameSite=Lax, for the whole site.
pub fn cookie(name: &'static str, value: String, secure: bool) -> Cookie<'static> {
    Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax).secure(secure).finish()
}

/// The same cookie, telling the browser to forget it.
pub fn forget(name: &'static str, secure: bool) -> Cookie<'static> {
    let mut gone = cookie(name, String::new(), secure);
    gone.make_removal();
    gone
}
