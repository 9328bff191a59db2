//! JSON bodies in and out: size, UTF-8, types and unknown fields checked, the field named.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::failure::Failure;
use super::pace::Pace;
use super::pieces::Pieces;
use crate::ground::{Error, FieldError, Result};
use crate::web::problem::{PRECONDITION_REQUIRED, UNSUPPORTED_MEDIA_TYPE};

/// Largest bodies, in bytes; part of the application data.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimits {
    pub json: usize,
    pub form: usize,
    pub evidence: usize,
    /// How long a body may take to begin with.
    pub patience: Duration,
}

/// A JSON body of the given type.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let limit = request.app_data::<web::Data<BodyLimits>>().map_or(262_144, |l| l.json);
            let read = async {
                is_json(&request)?;
                parse_json(&read_all(payload, limit, Pace::of(&request)).await?)
            };
            read.await.map(Body).map_err(|e| Failure::new(e, &request))
        })
    }
}

/// A body without a type, or with one of a form, is what a page of another site can make a visitor's browser send; one
/// that says that it is JSON is not.
pub fn is_json(request: &HttpRequest) -> Result<()> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") { Ok(()) } else { Err(Error::Conflict(UNSUPPORTED_MEDIA_TYPE)) }
}

/// Reads a body of at most `limit` bytes, which may not come too slowly.
pub async fn read_all(mut payload: Payload, limit: usize, mut pace: Pace) -> Result<web::Bytes> {
    pace.fits(limit)?;
    // Most bodies come in one piece, which is not copied.
    let (mut only, mut bytes, mut came) = (web::Bytes::new(), Pieces::default(), 0);
    while let Some(chunk) = pace.next(&mut payload).await? {
        let chunk = chunk.map_err(|_| Error::field("body", "broken_off"))?;
        pace.came(chunk.len())?;
        came += chunk.len();
        if came > limit {
            return Err(Error::TooLarge { limit });
        }
        if came == chunk.len() {
            only = chunk;
            continue;
        }
        bytes.push(&std::mem::take(&mut only));
        bytes.push(&chunk);
    }
    Ok(if only.len() == came { only } else { bytes.whole().into() })
}

/// Parses JSON; the error names the path of the field, e.g. `answers.age`.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    // No text may hold a NUL: PostgreSQL cannot keep one.
    if bytes.windows(6).any(|w| w == b"\\u0000") {
        return Err(Error::field("body", "control_characters"));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|e| {
        let path = e.path().to_string();
        let inner = e.into_inner();
        let says = inner.to_string();
        let field = field_of(&path, &says);
        let code = if inner.is_data() { data_code(&says) } else { "malformed_json" };
        Error::Invalid(vec![FieldError::new(field, code).with("detail", says)])
    })?;
    json.end().map_err(|e| Error::Invalid(vec![FieldError::new("body", "malformed_json").with("detail", e)]))?;
    Ok(value)
}

/// serde names unknown and missing fields in its sentence, not in the path.
fn field_of(path: &str, says: &str) -> String {
    let named = (says.starts_with("unknown field `") || says.starts_with("missing field `")).then(|| says.split('`').nth(1).unwrap_or("").to_owned());
    match (path, named) {
        (".", Some(name)) => name,
        (".", None) => "body".to_owned(),
        (path, Some(name)) if !path.ends_with(&name) => format!("{path}.{name}"),
        (path, _) => path.to_owned(),
    }
}

fn data_code(says: &str) -> &'static str {
    if says.starts_with("unknown field") {
        "unknown_field"
    } else if says.starts_with("missing field") {
        "required"
    } else if says.starts_with("duplicate field") {
        "duplicate"
    } else if says.starts_with("unknown variant") {
        "unknown_choice"
    } else {
        "wrong_type"
    }
}

/// The ETag of a version.
pub fn etag(version: i32) -> String {
    format!("\"v{version}\"")
}

/// The version in If-Match. Edits demand it: without, 428.
pub fn if_match(request: &HttpRequest) -> Result<i32> {
    let Some(value) = request.headers().get(header::IF_MATCH) else { return Err(Error::Conflict(PRECONDITION_REQUIRED)) };
    let version = value
        .to_str()
        .ok()
        .and_then(|v| v.trim().trim_start_matches("W/").strip_prefix("\"v")?.strip_suffix('"')?.parse().ok())
        .filter(|v| (0..i32::MAX).contains(v));
    version.ok_or_else(|| Error::field("If-Match", "bad_etag"))
}

/// 200 with JSON.
pub fn ok(value: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(value)
}

/// 200 with JSON and an ETag.
pub fn ok_versioned(value: &impl Serialize, version: i32) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::ETAG, etag(version))).insert_header((header::CACHE_CONTROL, "no-store")).json(value)
}

/// 201 with JSON, ETag and Location.
pub fn created(value: &impl Serialize, location: &str, version: i32) -> HttpResponse {
    HttpResponse::Created()
        .insert_header((header::LOCATION, location))
        .insert_header((header::ETAG, etag(version)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(value)
}
