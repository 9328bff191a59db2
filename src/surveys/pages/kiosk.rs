//! A device that many share, one after the other: nothing of one person is there for the next. Its pages are not
//! kept by the browser; once a visit is over, by sending or by leaving, none of its pages shows anything any more,
//! whoever goes back to it. No code to go on later is offered here.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::begin::{For, begin_data, begin_page, opened};
use super::citizen::{Answer, Outgoing};
use super::walk::{self, Go, Sent};
use crate::ground::Result as Outcome;
use crate::service::Service;
use crate::surveys::beginning::Kept;
use crate::surveys::intake::{Intake, Issued};
use crate::web::request::query_value;

/// How long thanks stand there before the first page comes again.
pub(super) const SECONDS: u32 = 60;
/// How long a page with questions does where no script sees that nobody is there any more: as long as somebody may think
/// about one of them.
const UNATTENDED_MINUTES: u32 = 15;

/// Where the next person begins.
pub(super) fn first(issued: &Issued) -> String {
    format!("/s/{}/kiosk", issued.slug)
}

/// What a page with questions says and does of itself at such a device.
pub(super) fn leaves(issued: &Issued, sent: &Sent) -> Value {
    if !sent.kiosk {
        return Value::Null;
    }
    json!({"seconds": UNATTENDED_MINUTES * 60, "minutes": UNATTENDED_MINUTES, "to": first(issued)})
}

/// `GET /s/{slug}/kiosk`: the first page, at a device that many share.
pub async fn survey_kiosk(request: HttpRequest, slug: web::Path<String>, intake: web::Data<Intake>, service: web::Data<Service>) -> Answer {
    let over = query_value(&request, "over").is_some();
    let page = opened(&request, slug.into_inner(), intake, service, For::LinkHolders, move |service, issued, language| {
        let mut page = begin_data(service, issued, language, Kept::of(issued.mode, false));
        page["start"] = json!(format!("/s/{}/start?lang={language}&kiosk=1", issued.slug));
        page["languages"] = walk::language_links(issued, language, &first(issued), "");
        page["kiosk"] = json!(true);
        page["over"] = json!(over);
        begin_page(service, issued, language, &page)
    });
    page.await.map(|(status, body)| html(status, body))
}

/// A page that no browser keeps.
pub(super) fn html(status: StatusCode, body: String) -> HttpResponse {
    HttpResponse::build(status).content_type("text/html; charset=utf-8").insert_header((header::CACHE_CONTROL, "no-store")).body(body)
}

/// Another page; what the browser has in memory of the ones before is to go.
pub(super) fn see(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).insert_header(("Clear-Site-Data", "\"cache\"")).finish()
}

/// Where a post leads whose visit is over, or ends with it. `None` where the visit goes on.
pub(super) fn over(service: &Service, intake: &Intake, issued: &Issued, sent: &Sent) -> Outcome<Option<Outgoing>> {
    let address = first(issued);
    if intake.visit_is_over(issued, &sent.once)? {
        return Ok(Some(Outgoing::See(format!("{address}?lang={}&over=1", sent.language))));
    }
    if sent.go == Go::Leave {
        intake.visit_end(issued, &sent.once, service.now())?;
        return Ok(Some(Outgoing::See(format!("{address}?lang={}", issued.languages.first().unwrap_or(&sent.language)))));
    }
    Ok(None)
}
