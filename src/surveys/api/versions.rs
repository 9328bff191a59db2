//! The JSON face of versions: all of one name, another one begun, retired and restored.

use actix_web::web;
use serde::Deserialize;

use super::Answer;
use crate::ground::Error;
use crate::ground::ids::InstrumentId;
use crate::people::call::Call;
use crate::people::caller::Ctx;
use crate::people::policy::UseCase;
use crate::surveys::actions;
use crate::surveys::views::{DifferenceView, DraftInput, InstrumentView, LanguageView};
use crate::web::body::{Body, created, ok, ok_versioned};
use crate::web::paging::Listing;
use crate::web::routes::Routes;

pub fn routes(r: &mut Routes) {
    r.get("/api/v1/instruments/{instrument_id}/versions", UseCase::instrument_version_list, instrument_version_list)
        .summary("All versions of a questionnaire's name, newest first: drafts, published and retired ones.")
        .gives::<Listing<InstrumentView>>(200);
    r.get("/api/v1/instruments/{instrument_id}/difference", UseCase::instrument_difference_read, instrument_difference_read)
        .summary("What is different between a questionnaire and another one, and whether their answers can be compared.")
        .query("from", "The other one's id; the version before of the same name if absent.")
        .gives::<DifferenceView>(200);
    r.get("/api/v1/instruments/{instrument_id}/languages", UseCase::instrument_language_list, instrument_language_list)
        .summary("The languages of a questionnaire, its own first: how many of its texts each has, and which it lacks.")
        .gives::<Listing<LanguageView>>(200);
    r.post("/api/v1/instruments/{instrument_id}/versions", UseCase::instrument_draft, instrument_draft)
        .summary("Begin a draft of another version of the same name with this content.")
        .takes::<DraftInput>()
        .within(DraftInput::LIMITS)
        .creates::<InstrumentView>();
    r.post("/api/v1/instruments/{instrument_id}/retire", UseCase::instrument_retire, instrument_retire)
        .summary("Retire a published questionnaire: no other survey is issued with it; those that use it go on.")
        .gives_version::<InstrumentView>();
    r.post("/api/v1/instruments/{instrument_id}/restore", UseCase::instrument_restore, instrument_restore)
        .summary("Offer a retired questionnaire again.")
        .gives_version::<InstrumentView>();
}

async fn instrument_version_list(ctx: Ctx, id: web::Path<InstrumentId>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::instrument_version_list(call, &id)).await?))
}

async fn instrument_language_list(ctx: Ctx, id: web::Path<InstrumentId>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::instrument_language_list(call, &id)).await?))
}

#[derive(Debug, Default, Deserialize)]
struct FromQuery {
    from: Option<String>,
}

async fn instrument_difference_read(ctx: Ctx, id: web::Path<InstrumentId>, query: web::Query<FromQuery>) -> Answer {
    let read = move |call: &Call<'_>| {
        let from = query.from.as_deref().map(str::parse).transpose().map_err(|_| Error::NotFound("instrument"))?;
        actions::instrument_difference_read(call, &id, from.as_ref())
    };
    Ok(ok(&ctx.run(read).await?))
}

async fn instrument_draft(ctx: Ctx, id: web::Path<InstrumentId>, body: Body<DraftInput>) -> Answer {
    let begun = |view: InstrumentView| created(&view, &format!("/api/v1/instruments/{}", view.id), view.version);
    ctx.answer(move |call| actions::instrument_draft(call, &id, &body.0), begun).await
}

async fn instrument_retire(ctx: Ctx, id: web::Path<InstrumentId>) -> Answer {
    ctx.answer(move |call| actions::instrument_retire(call, &id), move |view| ok_versioned(&view, view.version)).await
}

async fn instrument_restore(ctx: Ctx, id: web::Path<InstrumentId>) -> Answer {
    ctx.answer(move |call| actions::instrument_restore(call, &id), move |view| ok_versioned(&view, view.version)).await
}
