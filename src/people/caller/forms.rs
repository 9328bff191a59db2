//! A form that comes back: what was typed and what is wrong with it, at the fields and in a summary
//! that names them. One way for every form of every room.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::Ctx;
use crate::ground::problems::{CONFLICT, Code};
use crate::ground::{Error, FieldError, Result};
use crate::people::call::Call;
use crate::people::problems::BAD_CREDENTIALS;
use crate::web::failure::Failure;
use crate::web::finding::FIND;
use crate::web::form::{File, Form, RawForm, RawUpload};
use crate::web::problem;

/// What came of a form.
pub enum Sent<T> {
    Done(T),
    /// Something is wrong that the person can mend: the same page again.
    Again(Again),
}

/// What a form shows: values for its fields, and what is wrong.
pub struct Again {
    pub values: Value,
    error: Option<Error>,
    status: StatusCode,
    /// What stands at fields although nothing was refused.
    notes: Vec<FieldError>,
    /// What the page calls its fields, where they have no name of their own.
    names: BTreeMap<String, String>,
}

impl Again {
    /// A form that nobody has filled yet, with values to begin with.
    pub fn fresh(values: Value) -> Self {
        Self { values, error: None, status: StatusCode::OK, notes: Vec::new(), names: BTreeMap::new() }
    }

    /// What was typed, with what is wrong; `Err` where sending the form again would not help.
    pub fn of(form: &Form, failure: Failure) -> Result<Self, Failure> {
        let mut values = form.values();
        let mut status = problem::status(&failure.error);
        let mut error = failure.error;
        match &error {
            Error::Invalid(_) | Error::Unauthenticated(BAD_CREDENTIALS) => status = StatusCode::UNPROCESSABLE_ENTITY,
            Error::Conflict(_) | Error::TooMany { .. } => {}
            Error::TooLarge { limit } => error = Error::Invalid(vec![FieldError::new("file", "upload_too_large").with("max", limit / 1_048_576)]),
            // Sent again, what was typed goes over what somebody else saved: the page says so.
            Error::Stale { current } if form.has("version") => values["version"] = json!(current.to_string()),
            Error::Stale { .. } => {}
            _ => return Err(Failure { error, ..failure }),
        }
        Ok(Self { values, error: Some(error), status, notes: Vec::new(), names: BTreeMap::new() })
    }

    /// What is wrong with the form as a whole: the code of the problem.
    pub fn code(&self) -> Option<Code> {
        self.error.as_ref().map(Error::problem)
    }

    /// Somebody else was faster: the page shows what is stored beside what was typed.
    pub fn is_stale(&self) -> bool {
        self.status == StatusCode::PRECONDITION_FAILED
    }

    /// What is wrong; nothing with a form that nobody has filled yet.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// The error page in place of the form, where the thing is in a state that has no such form (any
    /// more). It gives back what was typed, and leads to `next`.
    pub fn failure(self, ctx: &Ctx, next: &str) -> Failure {
        ctx.fail(self.error.unwrap_or(Error::Conflict(CONFLICT))).leading_to(next)
    }

    /// The error's fields under the names that they have on the page.
    #[must_use]
    pub fn renamed(mut self, names: &[(&str, &str)]) -> Self {
        if let Some(Error::Invalid(fields)) = &mut self.error {
            for field in fields {
                if let Some((_, on_page)) = names.iter().find(|(name, _)| *name == field.field) {
                    (*on_page).clone_into(&mut field.field);
                }
            }
        }
        self
    }

    /// What is wrong, in one sentence: for a page whose form has nothing to type into.
    pub fn sentence(&self, ctx: &Ctx) -> String {
        let texts = ctx.service.pages.texts();
        match (self.fields().first(), &self.error) {
            (Some(field), _) => texts.field_error(&ctx.language, field),
            (None, Some(error)) => texts.problem(&ctx.language, error),
            (None, None) => String::new(),
        }
    }

    /// What this form did not send, as it is stored: for pages with several forms.
    #[must_use]
    pub fn over(mut self, stored: Value) -> Self {
        if let (Value::Object(typed), Value::Object(stored)) = (&mut self.values, stored) {
            for (name, value) in stored {
                typed.entry(name).or_insert(value);
            }
        }
        self
    }

    /// A problem of the whole form as an error of the field that it is about.
    #[must_use]
    pub fn placing(mut self, code: Code, at: FieldError) -> Self {
        if self.code() == Some(code) {
            self.error = Some(Error::Invalid(vec![at]));
        }
        self
    }

    /// Every error at one field: whatever was wrong, that is where to try again.
    #[must_use]
    pub fn all_at(mut self, at: &str) -> Self {
        if let Some(Error::Invalid(fields)) = &mut self.error {
            for field in fields {
                at.clone_into(&mut field.field);
            }
        }
        self
    }

    /// What is to stand at a field although nothing was refused.
    #[must_use]
    pub fn noting(mut self, note: Option<FieldError>) -> Self {
        self.notes.extend(note);
        self
    }

    /// What the summary is to call fields that have no text `typed-<name>`.
    #[must_use]
    pub fn naming(mut self, names: impl IntoIterator<Item = (impl Into<String>, String)>) -> Self {
        self.names.extend(names.into_iter().map(|(field, name)| (field.into(), name)));
        self
    }

    /// Takes out the errors that the page shows in a way of its own; `instead` stands for them.
    pub fn gather(&mut self, which: impl Fn(&FieldError) -> bool, instead: FieldError) -> Vec<FieldError> {
        let Some(Error::Invalid(fields)) = &mut self.error else { return Vec::new() };
        let (gathered, mut left): (Vec<_>, Vec<_>) = std::mem::take(fields).into_iter().partition(which);
        if !gathered.is_empty() {
            left.push(instead);
        }
        *fields = left;
        gathered
    }

    pub fn fields(&self) -> &[FieldError] {
        match &self.error {
            Some(Error::Invalid(fields)) => fields,
            _ => &[],
        }
    }
}

impl Ctx {
    /// Does what a form asks for.
    pub async fn submit<T: Send + 'static>(
        &self,
        form: RawForm,
        action: impl FnOnce(&Call<'_>, &Form) -> Result<T> + Send + 'static,
    ) -> Result<Sent<T>, Failure> {
        let form = self.accept(form)?;
        // Whoever looks for something to choose has not sent the form yet.
        if form.has(FIND) {
            return Ok(Sent::Again(Again::fresh(form.values())));
        }
        let sent = form.without_finding();
        match self.run(move |call| action(call, &sent)).await {
            Ok(value) => Ok(Sent::Done(value)),
            Err(failure) => Again::of(&form, failure).map(Sent::Again),
        }
    }

    /// As `submit`, for a form with files; those are an error where they were too large.
    pub async fn submit_upload<T: Send + 'static>(
        &self,
        upload: RawUpload,
        action: impl FnOnce(&Call<'_>, &Form, Result<Vec<File>>) -> Result<T> + Send + 'static,
    ) -> Result<Sent<T>, Failure> {
        let (form, files) = self.accept_upload(upload)?;
        let sent = form.clone();
        match self.run(move |call| action(call, &sent, files)).await {
            Ok(value) => Ok(Sent::Done(value)),
            Err(failure) => Again::of(&form, failure).map(Sent::Again),
        }
    }

    /// The page of a form: `value`, `error` (field → sentence) and `errors` (the summary) join what
    /// the page shows besides.
    pub async fn form_page(&self, template: &'static str, title: &str, again: Again, mut page: Value) -> Result<HttpResponse, Failure> {
        let fields = again.fields();
        let mut summary = self.summary_naming(fields, &again.names);
        if let Some(error) = &again.error
            && fields.is_empty()
        {
            summary.push(json!({"field": "", "text": self.service.pages.texts().problem(&self.language, error)}));
        }
        let at_fields: Vec<FieldError> = again.notes.iter().chain(fields).cloned().collect();
        page["error"] = json!(self.by_field(&at_fields));
        page["errors"] = json!(summary);
        page["value"] = again.values;
        let mut response = self.page_with_status(again.status, template, title, page).await?;
        if let Some(Error::TooMany { retry_after }) = &again.error {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(*retry_after));
        }
        Ok(response)
    }

    /// Whether the script of a page saves a draft: it wants to know how that went, not a page.
    pub fn is_script(&self) -> bool {
        self.request.headers().get(header::ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"))
    }

    /// What the script hears of a draft that was not saved.
    pub fn draft_refused(&self, again: &Again) -> HttpResponse {
        HttpResponse::build(again.status).json(json!({"code": again.code().map(Code::as_str), "errors": self.by_field(again.fields())}))
    }

    /// Field → sentence, for the fields of a form that comes back.
    pub fn by_field(&self, errors: &[FieldError]) -> BTreeMap<String, String> {
        errors.iter().map(|e| (e.field.clone(), self.service.pages.texts().field_error(&self.language, e))).collect()
    }

    /// The summary on top of a form that comes back; each line names its field, where the field has
    /// a name of its own.
    pub fn summary(&self, errors: &[FieldError]) -> Vec<Value> {
        self.summary_naming(errors, &BTreeMap::new())
    }

    fn summary_naming(&self, errors: &[FieldError], names: &BTreeMap<String, String>) -> Vec<Value> {
        let texts = self.service.pages.texts();
        let line = |e: &FieldError| {
            let name = e.field.rsplit('.').next().unwrap_or(&e.field).replace('_', "-");
            let text = texts.field_error(&self.language, e);
            let label = || texts.find(&self.language, &format!("typed-{name}"), &FluentArgs::new());
            let text = match names.get(&e.field).cloned().or_else(label) {
                Some(label) => texts.with(&self.language, "web-error-of-field", &[("field", &label), ("text", &text)]),
                None => text,
            };
            json!({"field": e.field, "text": text})
        };
        errors.iter().map(line).collect()
    }
}
