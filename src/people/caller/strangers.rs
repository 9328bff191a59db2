//! Who asks, before what they say: a form of a page that is only for people who are signed in is not judged, and
//! no file of it read, before it is known that somebody is.
//!
//! What was typed is not lost: whoever comes with a session that has ended gets it back beside the way to sign in.

use std::collections::HashSet;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, web};

use super::{Credential, Ctx, look_up};
use crate::ground::problems::UNAUTHENTICATED;
use crate::ground::{Error, Result};
use crate::web::blocking::blocking;
use crate::web::failure::Failure;
use crate::web::form::RawForm;
use crate::web::in_flight::Known;
use crate::web::request::{SESSION_COOKIE, cookie_value};

/// Methods and paths of pages that nobody but people who are signed in may send anything to.
pub struct SignedInOnly(pub HashSet<(Method, String)>);

/// Lets everything pass but what strangers send to such a page.
pub async fn ask_first(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> std::result::Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let route = request.resource_map().match_pattern(request.match_info().as_str()).map(|path| (request.method().clone(), path));
    let only = request.app_data::<web::Data<SignedInOnly>>().cloned();
    let (Some(only), Some(route), false) = (only, route, request.method().is_safe()) else {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    };
    let carries = cookie_value(request.request(), SESSION_COOKIE).is_some();
    let urlencoded = request.content_type() == "application/x-www-form-urlencoded";
    if !only.0.contains(&route) {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    }
    let mut payload = request.take_payload();
    let ctx = Ctx::from_request(request.request(), &mut payload).await?;
    if carries && is_somebody(&ctx).await.map_err(|e| ctx.fail(e))? {
        // Routes are looked for in a request that nobody else holds.
        drop(ctx);
        request.extensions_mut().insert(Known);
        request.set_payload(payload);
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    }
    if carries && !urlencoded {
        // A file of somebody whose session has ended is read with the rest of the form, which they get back; as
        // that of a stranger.
        drop(ctx);
        request.set_payload(payload);
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    }
    if urlencoded && let Ok(form) = RawForm::from_request(request.request(), &mut payload).await {
        // Whether it is given back, the token decides, or the browser that vouches for where it comes from.
        let _ = ctx.admit(form.csrf(), form.typed());
    }
    let failure = Failure::new(Error::Unauthenticated(UNAUTHENTICATED), request.request());
    Ok(request.error_response(if urlencoded { failure } else { failure.unread() }))
}

/// Whether the session that the request carries is somebody's.
async fn is_somebody(ctx: &Ctx) -> Result<bool> {
    let (service, credential) = (ctx.service.clone(), ctx.credential.clone());
    match credential {
        Credential::Session(_) => blocking(move || Ok(!look_up(&service, &credential)?.is_anonymous())).await,
        _ => Ok(false),
    }
}
