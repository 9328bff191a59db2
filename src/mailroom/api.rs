//! The JSON face of the mailroom.

use actix_web::{HttpResponse, web};

use super::actions;
use super::samples::Samples;
use super::views::{MailPreview, MailTemplateView, MessageDetail, MessageQuery, MessageView};
use crate::ground::Language;
use crate::ground::ids::MessageId;
use crate::mail::delivery::MessageState;
use crate::people::caller::Ctx;
use crate::people::policy::UseCase;
use crate::web::body::ok;
use crate::web::failure::Failure;
use crate::web::paging::Listing;
use crate::web::routes::Routes;

pub fn routes(r: &mut Routes) {
    r.get("/api/v1/messages", UseCase::message_list, message_list)
        .summary("Mails of the outbox, newest first")
        .query_of::<MessageState>("state", "Only in this state")
        .query("subject_id", "Id of what the mail is about")
        .query("cursor", "Where to go on")
        .query("limit", "Items on a page, 1 to 200")
        .gives::<Listing<MessageView>>(200);
    r.get("/api/v1/messages/{message_id}", UseCase::message_read, message_read)
        .summary("A mail with its history and how it reads, tokens masked")
        .gives::<MessageDetail>(200);
    r.post("/api/v1/messages/{message_id}/retry", UseCase::message_retry, message_retry)
        .summary("Put a mail back into the queue that was deferred, bounced or failed, or whose sender is not heard of any more")
        .gives::<MessageView>(200);
    r.post("/api/v1/messages/test", UseCase::message_test, message_test)
        .summary("Send a test mail to your own address")
        .gives::<MessageView>(202)
        .located();
    r.get("/api/v1/mail-templates", UseCase::template_list, template_list)
        .summary("Every mail template with its languages")
        .gives::<Listing<MailTemplateView>>(200);
    r.get("/api/v1/mail-templates/{template}/{language}", UseCase::template_preview, template_preview)
        .summary("A mail template rendered with its example")
        .gives::<MailPreview>(200);
}

async fn message_list(ctx: Ctx, query: web::Query<MessageQuery>) -> Result<HttpResponse, Failure> {
    let filter = query.filter().map_err(|e| ctx.fail(e))?;
    let at = query.at().map_err(|e| ctx.fail(e))?;
    Ok(ok(&ctx.run(move |call| actions::message_list(call, &filter, &at)).await?))
}

async fn message_read(ctx: Ctx, id: web::Path<MessageId>) -> Result<HttpResponse, Failure> {
    Ok(ok(&ctx.run(move |call| actions::message_read(call, &id)).await?))
}

async fn message_retry(ctx: Ctx, id: web::Path<MessageId>) -> Result<HttpResponse, Failure> {
    ctx.answer(move |call| actions::message_retry(call, &id), |view| ok(&view)).await
}

async fn message_test(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.answer(actions::message_test, move |view| {
        HttpResponse::Accepted().insert_header(("Location", format!("/api/v1/messages/{}", view.id))).json(view)
    })
    .await
}

async fn template_list(ctx: Ctx, samples: web::Data<Samples>) -> Result<HttpResponse, Failure> {
    let items = ctx.run(move |call| actions::template_list(call, &samples)).await?;
    Ok(ok(&Listing { items, next_cursor: None }))
}

async fn template_preview(ctx: Ctx, samples: web::Data<Samples>, path: web::Path<(String, Language)>) -> Result<HttpResponse, Failure> {
    let (template, language) = path.into_inner();
    Ok(ok(&ctx.run(move |call| actions::template_preview(call, &samples, &template, &language)).await?))
}
