//! `Failure`: an error on its way out, knowing whom it speaks to and what they had typed. Rendered
//! by `problem.rs`.

use std::fmt;
use std::sync::LazyLock;
use std::time::Instant;

use actix_web::http::ConnectionType;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError, http::StatusCode, web};

use super::form::Typed;
use super::pages::Pages;
use super::problem::{self, TOO_MANY_BODIES};
use super::request::{Face, SESSION_COOKIE, cookie_value, face, language, request_id};
use crate::ground::often::Often;
use crate::ground::{Error, Language};

static OFTEN: LazyLock<Often> = LazyLock::new(Often::default);

/// Put beside a request whose failure is in the log.
pub struct Logged;

/// An error with the request's face and language.
pub struct Failure {
    pub error: Error,
    pub face: Face,
    pub language: Language,
    pub pages: Option<std::sync::Arc<Pages>>,
    pub around: Box<Around>,
}

/// What an error page shows around the error.
#[derive(Default)]
pub struct Around {
    pub path: String,
    pub request_id: String,
    /// Whether the body was not read to its end.
    pub unread: bool,
    /// Whether the browser carries a session; whose it is was not looked up.
    pub session: bool,
    /// What was typed into the form that failed, so that nothing is lost.
    pub typed: Option<Typed>,
    /// A sentence that says more than the one of the error's code.
    pub says: Option<String>,
    /// Where to go on.
    pub next: Option<String>,
}

impl Failure {
    pub fn new(error: Error, request: &HttpRequest) -> Self {
        let face = face(request);
        let typed = if face == Face::Page { request.extensions().get::<Typed>().cloned() } else { None };
        let unread = matches!(error, Error::Conflict(TOO_MANY_BODIES));
        let failure = Self {
            error,
            face,
            language: language(request),
            pages: request.app_data::<web::Data<Pages>>().map(|d| d.clone().into_inner()),
            around: Box::new(Around {
                path: request.path().to_owned(),
                request_id: request_id(request),
                unread,
                session: cookie_value(request, SESSION_COOKIE).is_some(),
                typed,
                ..Around::default()
            }),
        };
        failure.log();
        if matches!(failure.error, Error::Internal(_) | Error::Unavailable(_)) {
            request.extensions_mut().insert(Logged);
        }
        failure
    }

    /// The error page leads there: to what the form was about, as it stands now.
    #[must_use]
    pub fn leading_to(mut self, next: &str) -> Self {
        self.around.next = Some(next.to_owned());
        self
    }

    /// The body was not read to its end: the connection is closed after the answer.
    #[must_use]
    pub fn unread(mut self) -> Self {
        self.around.unread = true;
        self
    }

    /// The error page says this instead of the sentence of the error's code.
    #[must_use]
    pub fn saying(mut self, sentence: String) -> Self {
        self.around.says = Some(sentence);
        self
    }

    /// Internal text is written once, here, with the id that the user sees.
    fn log(&self) {
        let path = super::headers::shown(&self.around.path);
        match &self.error {
            Error::Internal(why) => tracing::error!(request_id = %self.around.request_id, %path, why, "internal error"),
            // An overload must not fill the log.
            Error::Unavailable(why) => {
                if let Some(times) = OFTEN.due(why, Instant::now()) {
                    tracing::warn!(request_id = %self.around.request_id, %path, why, times, "unavailable");
                }
            }
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
        let mut answer = match self.face {
            Face::Json => problem::document(self),
            Face::Page => problem::page(self),
        };
        // The rest of the body is not waited for, however long it may be.
        if self.around.unread || matches!(answer.status(), StatusCode::REQUEST_TIMEOUT | StatusCode::PAYLOAD_TOO_LARGE) {
            answer.head_mut().set_connection_type(ConnectionType::Close);
        }
        answer
    }
}
