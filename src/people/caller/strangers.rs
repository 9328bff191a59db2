//! Who asks, before what they say: a form of a page that is only for people who are signed in is not judged, and
//! no file of it read, before it is known that somebody is, and that they may do such a thing anywhere.
//!
//! What was typed is not lost: whoever comes with a session that has ended gets it back beside the way to sign in.

use std::collections::HashMap;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, web};

use super::{Credential, Ctx, ahead};
use crate::ground::problems::UNAUTHENTICATED;
use crate::ground::{Error, Result};
use crate::people::policy::UseCase;
use crate::web::blocking::looking;
use crate::web::failure::Failure;
use crate::web::form::RawForm;
use crate::web::in_flight::Known;
use crate::web::request::{SESSION_COOKIE, cookie_value};

/// Methods and paths of pages that nobody but people who are signed in may send anything to, and what for.
pub struct SignedInOnly(pub HashMap<(Method, String), UseCase>);

/// Lets everything pass but what strangers send to such a page, and whoever may do what it is for nowhere.
pub async fn ask_first(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> std::result::Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let route = request.resource_map().match_pattern(request.match_info().as_str()).map(|path| (request.method().clone(), path));
    let only = request.app_data::<web::Data<SignedInOnly>>().cloned();
    let use_case = route.filter(|_| !request.method().is_safe()).and_then(|route| only?.0.get(&route).copied());
    let Some(use_case) = use_case else {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    };
    let carries = cookie_value(request.request(), SESSION_COOKIE).is_some();
    let urlencoded = request.content_type() == "application/x-www-form-urlencoded";
    let mut payload = request.take_payload();
    let ctx = Ctx::from_request(request.request(), &mut payload).await?;
    let asked = if carries { ctx.ahead(use_case).await } else { Err(Error::Unauthenticated(UNAUTHENTICATED)) };
    // A file of somebody whose session has ended is read with the rest of the form, which they get back; as that of
    // a stranger.
    let ended = carries && !urlencoded && matches!(asked, Err(Error::Unauthenticated(_)));
    let error = match asked {
        Err(error) if !ended => error,
        asked => {
            // Routes are looked for in a request that nobody else holds.
            drop(ctx);
            if let Ok(known) = asked {
                request.extensions_mut().insert(known);
            }
            request.set_payload(payload);
            return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
        }
    };
    if urlencoded && let Ok(form) = RawForm::from_request(request.request(), &mut payload).await {
        // Whether it is given back, the token decides, or the browser that vouches for where it comes from.
        let _ = ctx.admit(form.csrf(), form.typed());
    }
    let failure = Failure::new(error, request.request());
    Ok(request.error_response(if urlencoded { failure } else { failure.unread() }))
}

impl Ctx {
    /// Whose session the request carries, if they may do the use case anywhere.
    async fn ahead(&self, use_case: UseCase) -> Result<Known> {
        let (service, credential, path) = (self.service.clone(), self.credential.clone(), self.request.path().to_owned());
        match credential {
            Credential::Session(_) => looking(move || ahead(&service, &credential, use_case, &path).map(|caller| Known(caller.whose()))).await,
            _ => Err(Error::Unauthenticated(UNAUTHENTICATED)),
        }
    }
}
