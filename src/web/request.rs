//! What a request says about itself: language, face, id, cookies and tokens. Nothing is decided here.

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header;
use actix_web::{HttpRequest, web};

use super::texts::{FALLBACK, LANGUAGES};
use crate::ground::Language;
use crate::ground::receipt::push_hex;

/// Name of the cookie that keeps the chosen language.
pub const LANGUAGE_COOKIE: &str = "stoa_language";
/// Name of the cookie that binds forms of people who are not signed in.
pub const VISIT_COOKIE: &str = "stoa_visit";
/// Name of the session cookie.
pub const SESSION_COOKIE: &str = "stoa_session";
/// Name of the cookie that carries one sentence over a redirect.
pub const FLASH_COOKIE: &str = "stoa_flash";

/// Name of the cookie by which a browser is known in which somebody signed in before; it signs nobody in.
pub const DEVICE_COOKIE: &str = "stoa_device";

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

/// The face of a path: everything under `/api/` speaks JSON. Of the path as routes are found by it, decoded.
pub fn face(request: &HttpRequest) -> Face {
    if request.match_info().as_str().starts_with("/api/") { Face::Json } else { Face::Page }
}

/// `?lang=`, else the cookie, else the best of Accept-Language, else English.
pub fn language(request: &HttpRequest) -> Language {
    let asked = query_value(request, "lang").and_then(|tag| tag.parse().ok());
    let kept = || cookie_value(request, LANGUAGE_COOKIE).and_then(|tag| tag.parse().ok());
    let accepted = || {
        let spoken: Vec<Language> = LANGUAGES.iter().map(|(tag, _)| tag.clone()).collect();
        Language::preferred(&spoken, accept_language(request)).cloned()
    };
    asked.or_else(kept).or_else(accepted).unwrap_or(FALLBACK)
}

/// What the browser prefers, as it says it.
pub fn accept_language(request: &HttpRequest) -> &str {
    request.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or("")
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

/// Whether cookies are for HTTPS only; part of the application data. Their names then begin with `__Host-`, which
/// browsers take from this host alone: no sister site can put one of its own in the place of ours.
#[derive(Debug, Clone, Copy)]
pub struct SecureCookies(pub bool);

const HOST: &str = "__Host-";

/// A cookie's value.
pub fn cookie_value(request: &HttpRequest, name: &str) -> Option<String> {
    let secure = request.app_data::<web::Data<SecureCookies>>().is_some_and(|secure| secure.0);
    let is = |cookie: &&Cookie<'_>| if secure { cookie.name().strip_prefix(HOST) == Some(name) } else { cookie.name() == name };
    request.cookies().ok()?.iter().find(is).map(|cookie| cookie.value().to_owned())
}

/// A cookie for this instance: HttpOnly, SameSite=Lax, for the whole site and this host alone.
pub fn cookie(name: &'static str, value: String, secure: bool) -> Cookie<'static> {
    let name = if secure { format!("{HOST}{name}") } else { name.to_owned() };
    Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax).secure(secure).finish()
}

/// The same cookie, telling the browser to forget it.
pub fn forget(name: &'static str, secure: bool) -> Cookie<'static> {
    let mut gone = cookie(name, String::new(), secure);
    gone.make_removal();
    gone
}

/// A path of this instance to go on to, or `/`: never another site.
pub fn local_path(next: &str) -> &str {
    let inside = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') && !next.chars().any(char::is_control);
    // Whatever a browser would make of it must stay at home.
    let stays = || url::Url::parse("http://stoa.invalid").and_then(|home| home.join(next)).is_ok_and(|u| u.host_str() == Some("stoa.invalid"));
    if inside && next.len() <= 500 && stays() { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_nobody_is_sent_to_another_site() {
        for good in ["/", "/rounds", "/rounds/rnd_1?tab=late", "/a//b"] {
            assert_eq!(local_path(good), good);
        }
        for bad in
            ["", "rounds", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "/a\r\nSet-Cookie: x", "javascript:x"]
        {
            assert_eq!(local_path(bad), "/", "{bad:?}");
        }
    }
}
