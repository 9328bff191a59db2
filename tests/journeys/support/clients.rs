//! Ways to talk to an instance: `Api` speaks JSON with a token, `Browser` keeps cookies and sends
//! forms as a browser without script does. Both give an `Answer`, read to its end.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use diesel::prelude::*;
use reqwest::cookie::Jar;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, RequestBuilder, redirect};
use serde::Serialize;
use serde_json::Value;
use stoa::ground::ids::PersonId;
use stoa::people::tokens;
use stoa::service::Service;
use stoa::store::Db;
use stoa::store::schema::refresh_token;
use stoa::web::request::SESSION_COOKIE;

use super::app::TestApp;
use super::documented::{self, Exchange};
use super::people::Person;

impl TestApp {
    /// An API client without any token.
    pub fn anonymous(&self) -> Api {
        Api { http: client(None), base: self.url(""), service: self.service.clone(), speaks: Speaks::Nobody }
    }

    /// An API client with a token of somebody; the token is always fresh.
    pub fn as_person(&self, person: &Person) -> Api {
        Api { speaks: Speaks::Person(person.clone()), ..self.anonymous() }
    }

    /// An API client with a given bearer token (a capability, an old token, nonsense).
    pub fn with_token(&self, token: &str) -> Api {
        Api { speaks: Speaks::Token(token.to_owned()), ..self.anonymous() }
    }

    /// A browser in which somebody is signed in.
    pub fn browser(&self, person: &Person) -> Browser {
        let browser = self.visitor();
        let url = self.url("/").parse().expect("an address");
        browser.jar.add_cookie_str(&format!("{SESSION_COOKIE}={}; Path=/; HttpOnly", self.session(person)), &url);
        browser
    }

    /// A browser in which nobody is signed in.
    pub fn visitor(&self) -> Browser {
        let jar = Arc::new(Jar::default());
        Browser { http: client(Some(jar.clone())), base: self.url(""), jar }
    }
}

fn client(jar: Option<Arc<Jar>>) -> Client {
    // Tests look at redirects themselves, and loopback never goes through a proxy.
    let builder = Client::builder().redirect(redirect::Policy::none()).no_proxy();
    let builder = match jar {
        Some(jar) => builder.cookie_provider(jar),
        None => builder,
    };
    builder.build().expect("a client")
}

enum Speaks {
    Nobody,
    Person(Person),
    Token(String),
}

/// A new access token of a person, of the family that they began first.
pub fn access_token(service: &Service, person: &PersonId) -> String {
    let family = |db: &mut Db| {
        let living = refresh_token::table.filter(refresh_token::person_id.eq(person)).filter(refresh_token::revoked_at.is_null());
        Ok(living.order(refresh_token::created_at).select(refresh_token::family_id).first::<String>(db).optional()?)
    };
    let known = service.store.read(family).expect("the database answers");
    let begin = || service.store.write(|db| tokens::refresh_start(service, db, person)).expect("a family begins").1;
    tokens::issue(service, person, &known.unwrap_or_else(begin), service.now()).expect("a token can be issued")
}

/// An API client.
pub struct Api {
    http: Client,
    base: String,
    service: Arc<Service>,
    speaks: Speaks,
}

impl Api {
    /// A request with this client's token, for whatever the methods below do not cover.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.speaks {
            Speaks::Nobody => request,
            Speaks::Person(person) => request.bearer_auth(access_token(&self.service, &person.id)),
            Speaks::Token(token) => request.bearer_auth(token),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// A POST, with a key of its own where somebody is speaking: as programs send them.
    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        static KEYS: AtomicU64 = AtomicU64::new(0);
        match self.speaks {
            Speaks::Nobody => Answer::of(self.request(Method::POST, path).json(body)).await,
            _ => self.post_once(path, &format!("key-of-its-own-{}", KEYS.fetch_add(1, Ordering::Relaxed)), body).await,
        }
    }

    /// A POST with an `Idempotency-Key`.
    pub async fn post_once(&self, path: &str, key: &str, body: &impl Serialize) -> Answer {
        Answer::of(self.request(Method::POST, path).header("Idempotency-Key", key).json(body)).await
    }

    /// A PUT of what was read with `etag`.
    pub async fn put(&self, path: &str, etag: &str, body: &impl Serialize) -> Answer {
        Answer::of(self.request(Method::PUT, path).header("If-Match", etag).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path)).await
    }

    /// A multipart POST.
    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], files: &[Upload<'_>]) -> Answer {
        Answer::of(self.request(Method::POST, path).multipart(multipart(fields, files))).await
    }
}

/// A browser without script.
pub struct Browser {
    http: Client,
    base: String,
    jar: Arc<Jar>,
}

/// A file in a form.
#[derive(Debug, Clone, Copy)]
pub struct Upload<'a> {
    pub field: &'a str,
    pub name: &'a str,
    pub media_type: &'a str,
    pub bytes: &'a [u8],
}

impl Browser {
    /// A request with this browser's cookies, for whatever the methods below do not cover.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        self.http.request(method, url)
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// Loads the page, then sends the fields and the page's CSRF token to the same address. The
    /// answer is that to the POST: 303 when it went well; see `follow`.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.form_to(path, path, fields).await
    }

    /// As `form`, for a page whose form goes to another address.
    pub async fn form_to(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.csrf(page).await;
        let mut all = vec![("csrf", token.as_str())];
        all.extend_from_slice(fields);
        self.send(action, &all).await
    }

    /// Sends exactly these fields, without loading anything first.
    pub async fn send(&self, action: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Answer::of(self.request(Method::POST, action).header("Content-Type", "application/x-www-form-urlencoded").body(body)).await
    }

    /// As `form_to`, with files.
    pub async fn upload(&self, page: &str, action: &str, fields: &[(&str, &str)], files: &[Upload<'_>]) -> Answer {
        let token = self.csrf(page).await;
        let mut all = vec![("csrf", token.as_str())];
        all.extend_from_slice(fields);
        Answer::of(self.request(Method::POST, action).multipart(multipart(&all, files))).await
    }

    /// The page that a 303 leads to.
    pub async fn follow(&self, answer: &Answer) -> Answer {
        assert_eq!(answer.status, 303, "only a 303 can be followed: {answer:?}");
        self.get(answer.header("location")).await
    }

    /// The CSRF token of a page.
    pub async fn csrf(&self, page: &str) -> String {
        let page = self.get(page).await;
        page.csrf().unwrap_or_else(|| panic!("the page has no form with a csrf field: {page:?}"))
    }
}

fn multipart(fields: &[(&str, &str)], files: &[Upload<'_>]) -> reqwest::multipart::Form {
    let form = fields.iter().fold(reqwest::multipart::Form::new(), |form, (k, v)| form.text((*k).to_owned(), (*v).to_owned()));
    files.iter().fold(form, |form, file| {
        let part = reqwest::multipart::Part::bytes(file.bytes.to_vec()).file_name(file.name.to_owned());
        form.part(file.field.to_owned(), part.mime_str(file.media_type).expect("a media type"))
    })
}

/// An answer, read to its end.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    asked: String,
}

impl Answer {
    /// Sends the request and reads the whole answer.
    pub async fn of(request: RequestBuilder) -> Self {
        let (client, request) = request.build_split();
        let request = request.expect("a request");
        let asked = format!("{} {}", request.method(), request.url().path());
        let (method, path) = (request.method().to_string(), request.url().path().to_owned());
        let sent_type = request.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
        let sent = request.body().and_then(|b| b.as_bytes()).unwrap_or_default().to_vec();
        let response = client.execute(request).await.unwrap_or_else(|e| panic!("{asked}: no answer: {e:?}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.unwrap_or_else(|e| panic!("{asked}: the answer broke off: {e:?}")).to_vec();
        let answer = Self { status, headers, body, asked };
        let (headers, body) = (&answer.headers, &answer.body);
        let exchange = Exchange { method: &method, path: &path, sent_type: &sent_type, sent: &sent, status, headers, body };
        if let Some(wrong) = documented::complaint(&exchange) {
            panic!("not as docs/openapi.json says: {wrong}\nsent: {:.2000}\n{answer:?}", String::from_utf8_lossy(&sent));
        }
        answer
    }

    /// Itself, if the status is this one; otherwise the test ends with the whole answer.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// A header's value, empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let name: HeaderName = name.parse().expect("a header's name");
        self.headers.get(name).map_or("", |v: &HeaderValue| v.to_str().expect("a readable header"))
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("not JSON ({e}): {self:?}"))
    }

    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_else(|_| panic!("{} did not answer in UTF-8", self.asked))
    }

    /// The stable code of a problem document.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The fields that a problem document complains about.
    pub fn fields(&self) -> Vec<String> {
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|e| e["field"].as_str().unwrap_or_default().to_owned()).collect()
    }

    pub fn etag(&self) -> &str {
        self.header("etag")
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The value of the first hidden field called `csrf`.
    pub fn csrf(&self) -> Option<String> {
        self.input("csrf")
    }

    /// The value of the first input with this name.
    pub fn input(&self, name: &str) -> Option<String> {
        let tag = regex::Regex::new(&format!(r#"<input\b[^>]*\bname="{}"[^>]*>"#, regex::escape(name))).expect("a pattern");
        let value = regex::Regex::new(r#"\bvalue="([^"]*)""#).expect("a pattern");
        let tag = tag.find(self.text())?.as_str();
        Some(unescape(value.captures(tag).map_or("", |c| c.get(1).map_or("", |m| m.as_str()))))
    }

    /// The value of the first attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let value = regex::Regex::new(&format!(r#"\b{}="([^"]*)""#, regex::escape(name))).expect("a pattern");
        value.captures(self.text()).map(|c| unescape(&c[1]))
    }

    /// What a reader sees: without tags, entities resolved, white space joined.
    pub fn seen(&self) -> String {
        let hidden = regex::Regex::new(r"(?is)<(script|style|head)\b.*?</(script|style|head)>").expect("a pattern");
        let tags = regex::Regex::new(r"(?s)<[^>]*>").expect("a pattern");
        let bare = hidden.replace_all(self.text(), " ");
        unescape(&tags.replace_all(&bare, " ")).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Ends the test unless the page shows this text.
    #[track_caller]
    pub fn shows(&self, text: &str) -> &Self {
        assert!(self.seen().contains(text), "the page does not show {text:?}: {self:?}");
        self
    }
}

fn unescape(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&#x3D;", "="), ("&#x60;", "`"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body: String = String::from_utf8_lossy(&self.body).chars().take(4000).collect();
        write!(f, "{} answered {} {:?}\n{body}", self.asked, self.status, self.headers)
    }
}
