//! HTML forms: a form cannot be read before its CSRF token was checked, only given back.
//!
//! `RawForm` and `RawUpload` are what arrives; `people::caller` checks the token against the session
//! and gives out `Form` and `Upload`. Typed text is kept so that a page can show it again.

use std::future::Future;
use std::pin::Pin;

use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::body::{BodyLimits, read_all};
use super::failure::Failure;
use super::finding;
use super::pace::Pace;
use super::pieces::Pieces;
use super::request::local_path;
use crate::ground::{Error, FieldError, Result};

/// Name of the hidden field with the token.
pub const CSRF_FIELD: &str = "csrf";

/// A form as it came; gives nothing away but its token.
pub struct RawForm(Vec<(String, String)>);

impl RawForm {
    pub fn csrf(&self) -> &str {
        self.0.iter().find(|(k, _)| k == CSRF_FIELD).map_or("", |(_, v)| v)
    }

    /// For the page that gives back what was typed, and nothing else.
    pub fn typed(&self) -> Typed {
        Typed(without_token(&self.0))
    }

    /// Only for whoever has checked the token.
    pub fn checked(self) -> Form {
        Form(self.0.into_iter().filter(|(k, _)| k != CSRF_FIELD).collect())
    }
}

impl FromRequest for RawForm {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let limit = request.app_data::<web::Data<BodyLimits>>().map_or(524_288, |l| l.form);
            let read = async { parse_pairs(&read_all(payload, limit, Pace::of(&request)).await?).map(RawForm) };
            read.await.map_err(|e| Failure::new(e, &request))
        })
    }
}

fn without_token(fields: &[(String, String)]) -> Form {
    Form(fields.iter().filter(|(k, _)| k != CSRF_FIELD).cloned().collect())
}

/// Splits a urlencoded body; broken UTF-8 is refused, not replaced.
pub fn parse_pairs(bytes: &[u8]) -> Result<Vec<(String, String)>> {
    let replaced = |text: &str| text.contains('\u{fffd}');
    let sent_replacement = bytes.windows(9).any(|w| w.eq_ignore_ascii_case(b"%EF%BF%BD"));
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(bytes).into_owned().collect();
    if let Some((name, _)) = pairs.iter().find(|(k, v)| replaced(k) || replaced(v))
        && !sent_replacement
    {
        return Err(Error::field(name.replace('\u{fffd}', "?"), "not_utf8"));
    }
    match pairs.iter().find(|(k, v)| k.contains('\0') || v.contains('\0')) {
        Some((name, _)) => Err(Error::field(name.replace('\0', "?"), "control_characters")),
        None => Ok(pairs),
    }
}

/// What was typed into the form of a request. `people::caller` keeps it beside the request, so that
/// whatever goes wrong, the error page can give it back.
#[derive(Debug, Clone)]
pub struct Typed(pub Form);

/// A form whose token was good.
#[derive(Debug, Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// A form with these fields.
    pub fn of(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The value of a field, empty where it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v)
    }

    /// Where the button that was pressed leads, if it leads away: a path of this instance. The form is
    /// saved before, so that nothing typed is lost.
    pub fn leaving(&self) -> Option<&str> {
        Some(self.get("then")).filter(|then| !then.is_empty() && local_path(then) == *then)
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(k, _)| k == name)
    }

    /// The form without one field.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(k, _)| k != name).cloned().collect())
    }

    /// The form without what is there to look for something to choose.
    #[must_use]
    pub fn without_finding(&self) -> Self {
        Self(self.0.iter().filter(|(k, _)| !finding::is_field(k)).cloned().collect())
    }

    /// Every value of a repeated field.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(k, _)| k == name).map(|(_, v)| v.clone()).collect()
    }

    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// Reads the fields into a type; empty optional fields are absent. Names every field it refuses.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        let encoded = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish();
        let fields = serde_html_form::Deserializer::new(url::form_urlencoded::parse(encoded.as_bytes()));
        serde_path_to_error::deserialize(fields).map_err(|e| {
            let path = e.path().to_string();
            let says = e.into_inner().to_string();
            let named = says.split('`').nth(1).filter(|_| says.starts_with("missing") || says.starts_with("unknown field"));
            let field = named.map_or(path, str::to_owned);
            let code = if says.starts_with("missing") {
                "required"
            } else if says.contains("unknown field") {
                "unknown_field"
            } else if self.get(&field).trim().is_empty() {
                "required"
            } else {
                "wrong_type"
            };
            Error::Invalid(vec![FieldError::new(field, code).with("detail", says)])
        })
    }

    /// What was typed, as JSON, to fill the form again.
    pub fn values(&self) -> Value {
        let mut map = Map::new();
        for (name, value) in &self.0 {
            match map.get_mut(name) {
                None => {
                    map.insert(name.clone(), Value::String(value.clone()));
                }
                Some(Value::Array(list)) => list.push(Value::String(value.clone())),
                Some(first) => *first = Value::Array(vec![first.take(), Value::String(value.clone())]),
            }
        }
        Value::Object(map)
    }
}

/// One file of a multipart form.
#[derive(Debug, Clone)]
pub struct File {
    pub field: String,
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A form that may bring files, as it came; gives nothing away but its token. A script that saves a
/// draft sends the fields alone.
#[derive(Default)]
pub struct RawUpload {
    fields: Vec<(String, String)>,
    files: Vec<File>,
    /// The limit, where the files were larger: what was typed is here all the same.
    over: Option<usize>,
}

impl RawUpload {
    pub fn csrf(&self) -> &str {
        self.fields.iter().find(|(k, _)| k == CSRF_FIELD).map_or("", |(_, v)| v)
    }

    /// As `RawForm::typed`.
    pub fn typed(&self) -> Typed {
        Typed(without_token(&self.fields))
    }

    /// Only for whoever has checked the token. The files are an error where they were too large.
    pub fn checked(self) -> (Form, Result<Vec<File>>) {
        let form = Form(self.fields.into_iter().filter(|(k, _)| k != CSRF_FIELD).collect());
        (form, self.over.map_or(Ok(self.files), |limit| Err(Error::TooLarge { limit })))
    }
}

impl FromRequest for RawUpload {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let limits = request.app_data::<web::Data<BodyLimits>>();
            let (form, files) = limits.map_or((524_288, 10_485_760), |l| (l.form, l.evidence));
            let read = async {
                if request.content_type() == "application/x-www-form-urlencoded" {
                    return Ok(Self { fields: parse_pairs(&read_all(payload, form, Pace::of(&request)).await?)?, ..Self::default() });
                }
                let multipart = Multipart::from_request(&request, &mut payload).await;
                read_parts(multipart.map_err(|_| Error::field("body", "malformed_multipart"))?, files, Pace::of(&request)).await
            };
            read.await.map_err(|e| Failure::new(e, &request))
        })
    }
}

/// Parts of one body: no form has so many fields and files.
const MOST_PARTS: usize = 1_000;
/// What a part costs beside its names and content, in bytes.
const PART: usize = 64;

async fn read_parts(mut multipart: Multipart, limit: usize, mut pace: Pace) -> Result<RawUpload> {
    let mut upload = RawUpload::default();
    let (mut total, mut parts) = (0, 0);
    while let Some(part) = pace.next(&mut multipart).await? {
        let mut part = part.map_err(|_| Error::field("body", "malformed_multipart"))?;
        parts += 1;
        if parts > MOST_PARTS {
            return Err(Error::field("body", "malformed_multipart"));
        }
        let disposition = part.content_disposition();
        let field = disposition.and_then(|d| d.get_name()).unwrap_or("").to_owned();
        let name = disposition.and_then(|d| d.get_filename()).map(str::to_owned);
        // Names are kept, too, and parts without a content cost something.
        let around = field.len() + name.as_ref().map_or(0, String::len) + PART;
        pace.came(around)?;
        total += around;
        if total > limit + 65_536 {
            return Err(Error::TooLarge { limit });
        }
        let mut bytes = Pieces::default();
        while let Some(chunk) = pace.next(&mut part).await? {
            let chunk = chunk.map_err(|_| Error::field(field.clone(), "broken_off"))?;
            pace.came(chunk.len())?;
            total += chunk.len();
            if total > limit + 65_536 {
                upload.over = Some(limit);
                return if name.is_some() { Ok(upload) } else { Err(Error::TooLarge { limit }) };
            }
            bytes.push(&chunk);
        }
        let bytes = bytes.whole();
        match name {
            Some(name) => upload.files.push(File { field, name, bytes }),
            None => {
                let value = String::from_utf8(bytes).map_err(|_| Error::field(field.clone(), "not_utf8"))?;
                if value.contains('\0') {
                    return Err(Error::field(field, "control_characters"));
                }
                upload.fields.push((field, value));
            }
        }
    }
    Ok(upload)
}
