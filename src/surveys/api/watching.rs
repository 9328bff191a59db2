//! How a survey comes in and what its responses look like, for programs.

use actix_web::web;

use super::Answer;
use crate::ground::ids::SurveyId;
use crate::people::caller::Ctx;
use crate::people::policy::UseCase;
use crate::surveys::actions;
use crate::surveys::views::{IntegrityView, SharesInput, WatchView};
use crate::web::body::{Body, ok};
use crate::web::routes::Routes;

pub fn routes(r: &mut Routes) {
    r.get("/api/v1/surveys/{survey_id}/watch", UseCase::survey_watch, survey_watch)
        .summary("How a survey comes in: by day and language, which pages are reached, which questions are left blank; in whole steps.")
        .gives::<WatchView>(200);
    r.get("/api/v1/surveys/{survey_id}/integrity", UseCase::survey_integrity, survey_integrity)
        .summary("What the responses of a closed survey look like: bursts, equal answers, straight lines, languages beside a census.")
        .gives::<IntegrityView>(200);
    r.post("/api/v1/surveys/{survey_id}/census", UseCase::survey_census, survey_census)
        .summary("Say which shares a census gives, to see the responses beside it.")
        .takes::<SharesInput>()
        .gives::<IntegrityView>(200);
}

async fn survey_watch(ctx: Ctx, id: web::Path<SurveyId>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::survey_watch(call, &id)).await?))
}

async fn survey_integrity(ctx: Ctx, id: web::Path<SurveyId>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::survey_integrity(call, &id)).await?))
}

async fn survey_census(ctx: Ctx, id: web::Path<SurveyId>, body: Body<SharesInput>) -> Answer {
    ctx.answer(move |call| actions::survey_census(call, &id, &body.0), move |view| ok(&view)).await
}
