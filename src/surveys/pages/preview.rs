//! A questionnaire walked through as citizens will, drafts too, in every language: the same pages by the same rules.
//!
//! Rule to keep: nothing is stored. What is typed travels in the form alone, and nobody here knows the intake.

use actix_web::http::StatusCode;
use actix_web::web;
use serde_json::json;

use super::begin::{begin_data, begin_page};
use super::citizen::{Answer, block, html, render, step_page, wanted, work};
use super::walk::{self, Go, Sent, Step};
use crate::ground::ids::InstrumentId;
use crate::people::caller::Ctx;
use crate::surveys::actions;
use crate::surveys::beginning::Kept;
use crate::surveys::intake::Issued;
use crate::web::failure::Failure;
use crate::web::form::RawForm;

async fn asked(ctx: &Ctx, id: InstrumentId) -> Result<Issued, Failure> {
    ctx.run(move |call| actions::instrument_preview(call, &id)).await
}

/// `GET`: the first page, which says who asks.
pub async fn instrument_preview(ctx: Ctx, id: web::Path<InstrumentId>) -> Answer {
    let issued = asked(&ctx, id.into_inner()).await?;
    let language = wanted(&ctx.request, &issued);
    let service = ctx.service.clone();
    let begun = move || {
        let mut page = begin_data(&service, &issued, &language, Kept::of(issued.mode, false));
        page["start"] = json!(format!("{}/start?lang={language}", issued.address()));
        begin_page(&service, &issued, &language, &page)
    };
    let page = block(&ctx.request, begun).await?;
    Ok(html(StatusCode::OK, page))
}

/// `GET …/start`: the first page with questions.
pub async fn instrument_preview_start(ctx: Ctx, id: web::Path<InstrumentId>) -> Answer {
    let issued = asked(&ctx, id.into_inner()).await?;
    let sent = Sent::begin(String::new(), &wanted(&ctx.request, &issued));
    shown(&ctx, issued, sent, true).await
}

/// `POST`: where a button leads. Changes nothing, and therefore needs no token.
pub async fn instrument_preview_step(ctx: Ctx, id: web::Path<InstrumentId>, form: RawForm) -> Answer {
    let form = form.checked();
    let issued = asked(&ctx, id.into_inner()).await?;
    let mut sent = Sent::read(&issued, form.pairs());
    if let Go::Language(tag) = &sent.go {
        sent.language = tag.clone();
    }
    shown(&ctx, issued, sent, false).await
}

async fn shown(ctx: &Ctx, issued: Issued, sent: Sent, fresh: bool) -> Answer {
    let (service, issued) = (ctx.service.clone(), std::sync::Arc::new(issued));
    let of = issued.clone();
    let render = move || {
        let today = of.today(service.now());
        let step = if fresh { walk::first(&of, &sent, today) } else { walk::next(&of, &sent, today) };
        let wrong = matches!(&step, Step::Page { errors, .. } if !errors.is_empty());
        let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let page = match step_page(&service, &of, &sent, &step, fresh)? {
            Some(page) => page,
            None => {
                let language = &sent.language;
                let heading = service.pages.texts().get(language, "surveys-preview-end");
                let page = json!({
                    "title": of.title(language), "preview": of.instrument_id, "action": of.address(), "language": language, "hide_languages": true,
                });
                render(&service, "surveys/preview_end", language, &heading, &page)?
            }
        };
        Ok((status, page))
    };
    let (status, page) = work(&ctx.request, &issued, render).await?;
    Ok(html(status, page))
}
