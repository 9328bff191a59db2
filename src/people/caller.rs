//! `Ctx`: who is asking, as an extractor; the way from a handler to an action and back to a page.
//!
//! Extracting reads only headers. The session, token or capability is looked up on the blocking
//! thread, together with the action, and never trusted beyond that call.

mod forms;
mod menu;
mod once;
mod parts;
mod strangers;

use std::cell::RefCell;
use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::cookie::Cookie;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, web};
use serde::Serialize;
use subtle::ConstantTimeEq;

pub use self::forms::{Again, Sent};
pub use self::menu::{Menu, Way};
pub use self::strangers::{SignedInOnly, ask_first};
use super::call::Call;
use super::device::{Device, REMEMBERED_DAYS};
use super::doors::Doors;
use super::identity::Caller;
use super::policy::{self, UseCase};
use super::throttle::Origin;
use super::{service_tokens, store};
use crate::ground::network;
use crate::ground::receipt::sha256_hex;
use crate::ground::secrets::random_token;
use crate::ground::{Error, Language, Result};
use crate::service::Service;
use crate::web::blocking::blocking;
use crate::web::failure::Failure;
use crate::web::form::{File, Form, RawForm, RawUpload, Typed};
use crate::web::headers;
use crate::web::pages::{Flash, Frame};
use crate::web::problem::{self, CSRF};
use crate::web::replay::Speaker;
use crate::web::request::{self, DEVICE_COOKIE, FLASH_COOKIE, LANGUAGE_COOKIE, SESSION_COOKIE, VISIT_COOKIE};

/// A request with its service.
pub struct Ctx {
    pub service: Arc<Service>,
    pub request: HttpRequest,
    pub language: Language,
    credential: Credential,
    /// Binds the forms of this browser: the session's or the visit's token.
    binding: String,
    new_visit: bool,
    /// Who asked when something was last done, for what stands around the page that shows it. Never
    /// asked for rights: every action looks the caller up anew.
    seen: RefCell<Option<Caller>>,
}

/// What the request offers as proof.
#[derive(Debug, Clone)]
enum Credential {
    None,
    Session(String),
    Bearer(String),
    /// The token of a capability link, taken from the path by the handler.
    Capability(String),
}

impl Credential {
    fn of_bearer(token: String) -> Self {
        if token.starts_with("cap_") { Self::Capability(token) } else { Self::Bearer(token) }
    }
}

impl FromRequest for Ctx {
    type Error = Failure;
    type Future = Ready<std::result::Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(service) = request.app_data::<web::Data<Service>>() else {
            return ready(Err(Failure::new(Error::internal("no service in the application data"), request)));
        };
        let service = service.clone().into_inner();
        let session = request::cookie_value(request, SESSION_COOKIE);
        let visit = request::cookie_value(request, VISIT_COOKIE).filter(|visit| is_visit(&service, visit));
        let (binding, new_visit) = match (&session, visit) {
            (Some(token), _) => (token.clone(), false),
            (None, Some(visit)) => (visit, false),
            (None, None) => (self::visit(&service), true),
        };
        // Each face has its own proof. Cookies never speak for the API: a foreign page could make the browser send
        // them. Bearers never speak for pages, which show to people what programs are not shown.
        let credential = match request::face(request) {
            request::Face::Page => session.map_or(Credential::None, Credential::Session),
            request::Face::Json => request::bearer(request).map_or(Credential::None, Credential::of_bearer),
        };
        let language = request::language(request);
        ready(Ok(Self { service, request: request.clone(), language, credential, binding, new_visit, seen: RefCell::default() }))
    }
}

/// The name of a new visit: random, and signed, so that none is taken that somebody has made up.
pub fn visit(service: &Service) -> String {
    let name: String = random_token(&*service.chance).chars().take(22).collect();
    let mark = visit_mark(service, &name);
    name + &mark
}

fn visit_mark(service: &Service, name: &str) -> String {
    service.secrets.token("visit", name).chars().take(21).collect()
}

fn is_visit(service: &Service, visit: &str) -> bool {
    visit.is_ascii() && visit.len() == 43 && visit_mark(service, &visit[..22]).as_bytes().ct_eq(&visit.as_bytes()[22..]).into()
}

impl Ctx {
    /// The same request, speaking through the capability in its path.
    #[must_use]
    pub fn with_capability(mut self, token: &str) -> Self {
        self.credential = Credential::Capability(token.to_owned());
        self.seen = RefCell::default();
        self
    }

    /// The token of the session cookie, if there is one; whether it is good is not known yet.
    pub fn session_token(&self) -> Option<String> {
        match &self.credential {
            Credential::Session(token) => Some(token.clone()),
            _ => request::cookie_value(&self.request, SESSION_COOKIE),
        }
    }

    /// Where the request comes from: a keyed hash of the address, good for counting tries, not for knowing people
    /// (IPv6 networks count as one address, because every household has 2^64 of them), and the browser's mark.
    pub fn origin(&self) -> Origin {
        let lines = |name: &str| -> Vec<&str> { self.request.headers().get_all(name).map(|line| line.to_str().unwrap_or("")).collect() };
        let (for_lines, forwarded) = (lines("X-Forwarded-For"), lines("Forwarded"));
        let ours = &self.service.config.server.trusted_proxies;
        let peer = self.request.peer_addr().map(|peer| peer.ip());
        let shared = !(for_lines.is_empty() && forwarded.is_empty()) && peer.is_none_or(|peer| !ours.iter().any(|net| net.contains(peer)));
        if shared {
            Doors::of(&self.service, Doors::hearsay);
        }
        let address = peer.map_or_else(String::new, |peer| network::household(network::origin(peer, ours, &for_lines, &forwarded)));
        let device = request::cookie_value(&self.request, DEVICE_COOKIE).and_then(|value| Device::read(&value));
        Origin { address: self.service.secrets.token("peer", &address), shared, device }
    }

    /// The cookie by which this browser is known when somebody signs in again.
    pub fn device_cookie(&self, device: &Device) -> Cookie<'static> {
        let mut cookie = request::cookie(DEVICE_COOKIE, device.value(), self.secure());
        cookie.set_max_age(actix_web::cookie::time::Duration::days(REMEMBERED_DAYS));
        cookie
    }

    /// The same request, speaking for nobody: for pages about a credential that is no good.
    #[must_use]
    pub fn without_credential(&self) -> Self {
        Self {
            service: self.service.clone(),
            request: self.request.clone(),
            language: self.language.clone(),
            credential: Credential::None,
            binding: self.binding.clone(),
            new_visit: self.new_visit,
            seen: RefCell::default(),
        }
    }

    /// Runs an action on the blocking pool with the caller looked up.
    pub async fn run<T: Send + 'static>(&self, action: impl FnOnce(&Call<'_>) -> Result<T> + Send + 'static) -> std::result::Result<T, Failure> {
        let (service, credential, language) = (self.service.clone(), self.credential.clone(), self.language.clone());
        let done = blocking(move || {
            let call = Call::new(&service, look_up(&service, &credential)?, &language);
            let outcome = action(&call);
            Ok((call.caller, outcome))
        });
        let (caller, outcome) = done.await.map_err(|e| self.fail(e))?;
        if let Err(error) = &outcome {
            refused(&self.service, &caller, error, self.request.path());
        }
        self.seen.replace(Some(caller));
        outcome.map_err(|e| self.fail(e))
    }

    /// An error on its way out of this request.
    pub fn fail(&self, error: Error) -> Failure {
        Failure::new(error, &self.request)
    }

    /// The token for the forms of this page: this browser's, and another one on each page.
    fn csrf(&self) -> String {
        self.service.secrets.masked("csrf", &self.binding, &*self.service.chance)
    }

    /// The form, if its token is that of this browser. From then on every error page of this request
    /// gives back what was typed.
    pub fn accept(&self, form: RawForm) -> std::result::Result<Form, Failure> {
        self.admit(form.csrf(), form.typed())?;
        Ok(form.checked())
    }

    /// The upload, if its token is that of this browser.
    pub fn accept_upload(&self, upload: RawUpload) -> std::result::Result<(Form, Result<Vec<File>>), Failure> {
        self.admit(upload.csrf(), upload.typed())?;
        Ok(upload.checked())
    }

    /// Refuses a form whose token is not that of this browser. Where the browser vouches that it came
    /// from a page of ours (somebody signed in anew in another tab), what was typed is given back.
    fn admit(&self, token: &str, typed: Typed) -> std::result::Result<(), Failure> {
        let site = self.request.headers().get("Sec-Fetch-Site");
        let secrets = &self.service.secrets;
        // Pages that an older version has shown carry the token as it is.
        let same = secrets.matches_masked("csrf", &self.binding, token) || secrets.matches("csrf", &self.binding, token);
        // A sister site is another one too; some browsers say nothing.
        let good = same && site.is_none_or(|site| site == "same-origin" || site == "none");
        if good || site.is_some_and(|site| site == "same-origin") {
            self.request.extensions_mut().insert(typed);
        }
        if good { Ok(()) } else { Err(self.fail(Error::Forbidden(CSRF))) }
    }

    /// Renders a page for whoever is asking: 200.
    pub async fn page<P: Serialize + Send + 'static>(
        &self,
        template: &'static str,
        title: &str,
        page: P,
    ) -> std::result::Result<HttpResponse, Failure> {
        self.page_with_status(actix_web::http::StatusCode::OK, template, title, page).await
    }

    /// As `page`, with another status (422 for a form that comes back with errors).
    pub async fn page_with_status<P: Serialize + Send + 'static>(
        &self,
        status: actix_web::http::StatusCode,
        template: &'static str,
        title: &str,
        page: P,
    ) -> std::result::Result<HttpResponse, Failure> {
        let frame = Frame {
            lang: self.language.clone(),
            title: title.to_owned(),
            csrf: self.csrf(),
            path: self.request.path().to_owned(),
            flash: self.flash(),
            request_id: request::request_id(&self.request),
            ..Frame::default()
        };
        let render = move |call: &Call<'_>| {
            let mut frame = frame;
            (frame.caller, frame.nav) = menu::around(call, &frame.path)?;
            call.service.pages.render(template, &frame, &page)
        };
        // Whoever has just done something is not looked up again.
        let seen = self.seen.take();
        let html = match seen {
            None => self.run(render).await?,
            Some(caller) => {
                let (service, language) = (self.service.clone(), self.language.clone());
                blocking(move || render(&Call::new(&service, caller, &language))).await.map_err(|e| self.fail(e))?
            }
        };
        let mut response = HttpResponse::build(status);
        response.content_type("text/html; charset=utf-8");
        for cookie in self.cookies() {
            response.cookie(cookie);
        }
        Ok(response.body(html))
    }

    /// A text of Stoa in the request's language.
    pub fn t(&self, key: &str) -> String {
        self.service.pages.texts().get(&self.language, key)
    }

    /// 303 to another page, with a sentence to show there (`kind`: success or warning).
    pub fn redirect(&self, to: &str, kind: &str, text: &str) -> HttpResponse {
        let mut response = HttpResponse::SeeOther();
        response.insert_header((header::LOCATION, to));
        if !text.is_empty() {
            let said = format!("{kind}:{}:{text}", self.request.path());
            let mut value = self.service.secrets.token("flash", &said);
            value.extend(url::form_urlencoded::byte_serialize(said.as_bytes()));
            response.cookie(request::cookie(FLASH_COOKIE, value, self.secure()));
        }
        response.finish()
    }

    /// Whether cookies are for HTTPS only.
    pub fn secure(&self) -> bool {
        self.service.config.server.secure_cookies
    }

    fn flash(&self) -> Option<Flash> {
        let value = request::cookie_value(&self.request, FLASH_COOKIE)?;
        let (mark, said) = value.split_at_checked(43)?;
        let decoded = url::form_urlencoded::parse(format!("v={said}").as_bytes()).next()?.1.into_owned();
        // Only what Stoa itself has said is shown.
        if !self.service.secrets.matches("flash", &decoded, mark) {
            return None;
        }
        let (kind, said) = decoded.split_once(':')?;
        let (from, text) = said.split_once(':')?;
        let kind = if kind == "warning" { "warning" } else { "success" };
        Some(Flash { kind: kind.to_owned(), from: from.to_owned(), text: text.chars().take(300).collect() })
    }

    /// Cookies that a page sets: a fresh visit, the chosen language, the flash taken away.
    fn cookies(&self) -> Vec<Cookie<'static>> {
        let secure = self.secure();
        let mut cookies = Vec::new();
        if self.new_visit {
            cookies.push(request::cookie(VISIT_COOKIE, self.binding.clone(), secure));
        }
        if request::query_value(&self.request, "lang").is_some() {
            let mut cookie = request::cookie(LANGUAGE_COOKIE, crate::web::texts::nearest(&self.language).to_string(), secure);
            cookie.set_max_age(actix_web::cookie::time::Duration::days(365));
            cookies.push(cookie);
        }
        if request::cookie_value(&self.request, FLASH_COOKIE).is_some() {
            cookies.push(request::forget(FLASH_COOKIE, secure));
        }
        cookies
    }
}

fn look_up(service: &Service, credential: &Credential) -> Result<Caller> {
    let now = service.now();
    match credential {
        Credential::None => Ok(Caller::anonymous()),
        Credential::Session(token) => super::sessions::caller(service, token),
        Credential::Bearer(token) if token.starts_with(service_tokens::PREFIX) => service_tokens::caller(service, token),
        Credential::Bearer(token) => super::tokens::caller(service, token),
        Credential::Capability(token) => {
            let held = service.store.read(|db| store::held_capability(db, &sha256_hex(token.as_bytes()), now))?;
            held.map(|(held, caller)| Caller { person: None, grants: Vec::new(), capability: Some(held), ..caller }).ok_or(Error::NotFound("link"))
        }
    }
}

/// For whom a bearer token speaks now, if they may do the use case anywhere. Errors for strangers, where the token is
/// no good, and as the action would give for whoever may do it to nothing.
pub fn speaks_for(service: &Service, token: Option<String>, use_case: UseCase, path: &str) -> Result<Speaker> {
    let credential = token.map_or(Credential::None, Credential::of_bearer);
    ahead(service, &credential, use_case, path).map(|caller| Speaker { whose: caller.whose(), actor: caller.actor() })
}

/// Who asks, before anything is read of what they say.
fn ahead(service: &Service, credential: &Credential, use_case: UseCase, path: &str) -> Result<Caller> {
    let caller = look_up(service, credential)?;
    policy::ahead(&caller, use_case).inspect_err(|error| refused(service, &caller, error, path))?;
    Ok(caller)
}

/// Counts what somebody was refused whom we know.
fn refused(service: &Service, caller: &Caller, error: &Error, path: &str) {
    if !caller.is_anonymous() {
        let (status, path) = (problem::status(error).as_u16(), headers::shown(path));
        Doors::of(service, |doors| doors.refused(status, &caller.actor(), &path, service.now()));
    }
}
