//! `Failure`: an error on its way out, knowing whom it speaks to. Rendered by `problem.rs`.

use std::fmt;

use actix_web::{HttpRequest, HttpResponse, ResponseError, http::StatusCode, web};

use super::pages::Pages;
use super::problem;
use super::request::{Face, face, language, request_id};
use crate::ground::Error;

/// An error with the request's face and language.
pub struct Failure {
    pub error: Error,
    pub face: Face,
    pub language: String,
    pub path: String,
    pub request_id: String,
    pub pages: Option<std::sync::Arc<Pages>>,
}

impl Failure {
    pub fn new(error: Error, request: &HttpRequest) -> Self {
        let failure = Self {
            error,
            face: face(request),
            language: language(request),
            path: request.path().to_owned(),
            request_id: request_id(request),
            pages: request.app_data::<web::Data<Pages>>().map(|d| d.clone().into_inner()),
        };
        failure.log();
        failure
    }

    /// Internal text is written once, here, with the id that the user sees.
    fn log(&self) {
        let path = super::headers::shown(&self.path);
        match &self.error {
            Error::Internal(why) => tracing::error!(request_id = %self.request_id, %path, why, "internal error"),
            Error::Unavailable(why) => tracing::warn!(request_id = %self.request_id, %path, why, "unavailable"),
            _ => {}
        }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Failure({})", self.error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.error.code())
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        problem::status(&self.error)
    }

    fn error_response(&self) -> HttpResponse {
        match self.face {
            Face::Json => problem::document(self),
            Face::Page => problem::page(self),
        }
    }
}
