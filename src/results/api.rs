//! The JSON face of results.

use actix_web::{HttpResponse, web};

use super::actions::{self, FunnelView, ProfileView, ResultsRecall, StageView};
use crate::ground::ids::{ParticipationId, RoundId};
use crate::people::caller::Ctx;
use crate::people::policy::UseCase;
use crate::web::body::{Body, ok};
use crate::web::failure::Failure;
use crate::web::paging::{Listing, PageQuery};
use crate::web::routes::Routes;

type Answer = Result<HttpResponse, Failure>;

pub fn routes(r: &mut Routes) {
    r.get("/api/v1/participations/{participation_id}/profile", UseCase::profile_read, profile_read)
        .summary("All of a city's results in a round, each with its uncertainty and source.")
        .gives::<ProfileView>(200);
    r.get("/api/v1/participations/{participation_id}/releases", UseCase::release_list, release_list)
        .summary("The stage of a city's results, and every version that was released.")
        .gives::<StageView>(200);
    r.get("/api/v1/participations/{participation_id}/releases/{number}", UseCase::release_read, release_read)
        .summary("A released version of a city's results, as it was.")
        .gives::<ProfileView>(200);
    r.post("/api/v1/participations/{participation_id}/results/check", UseCase::results_check, results_check)
        .summary("Let the city's officers see the draft, to check the facts.")
        .gives::<StageView>(200);
    r.post("/api/v1/participations/{participation_id}/results/release", UseCase::results_release, results_release)
        .summary("Freeze the results as a version, for the city and for analysts.")
        .gives::<StageView>(200);
    r.post("/api/v1/participations/{participation_id}/results/publish", UseCase::results_publish, results_publish)
        .summary("Open the released version to everybody.")
        .gives::<StageView>(200);
    r.post("/api/v1/participations/{participation_id}/results/recall", UseCase::results_recall, results_recall)
        .summary("Take the results one step back, with a reason; versions that were released are kept.")
        .takes::<ResultsRecall>()
        .within(ResultsRecall::LIMITS)
        .gives::<StageView>(200);
    r.get("/api/v1/rounds/{round_id}/results", UseCase::result_list, result_list)
        .summary("The profiles of the cities of a round, by the cities' short names; five on a page at most.")
        .query("cursor", "The next_cursor of the page before.")
        .query("limit", "Items on a page, 1 to 200; of these no more than 5 are given.")
        .gives::<Listing<ProfileView>>(200);
    r.get("/api/v1/rounds/{round_id}/funnel", UseCase::round_funnel, round_funnel)
        .summary("Where a round stands: totals, and the cities by their short names; 50 on a page at most.")
        .query("cursor", "The next_cursor of the page before.")
        .query("limit", "Items on a page, 1 to 200; of these no more than 50 are given.")
        .gives::<FunnelView>(200);
}

async fn profile_read(ctx: Ctx, id: web::Path<ParticipationId>) -> Answer {
    let view = ctx.run(move |call| actions::profile_read(call, &id)).await?;
    Ok(ok(&view))
}

async fn result_list(ctx: Ctx, id: web::Path<RoundId>, page: web::Query<PageQuery>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::result_list(call, &id, &page.at()?)).await?))
}

async fn round_funnel(ctx: Ctx, id: web::Path<RoundId>, page: web::Query<PageQuery>) -> Answer {
    let view = ctx.run(move |call| actions::round_funnel(call, &id, &page.at()?)).await?;
    Ok(ok(&view))
}

async fn release_list(ctx: Ctx, id: web::Path<ParticipationId>) -> Answer {
    let view = ctx.run(move |call| actions::release_list(call, &id)).await?;
    Ok(ok(&view))
}

async fn release_read(ctx: Ctx, path: web::Path<(ParticipationId, i32)>) -> Answer {
    let view = ctx.run(move |call| actions::release_read(call, &path.0, path.1)).await?;
    Ok(ok(&view))
}

async fn results_check(ctx: Ctx, id: web::Path<ParticipationId>) -> Answer {
    ctx.answer(move |call| actions::results_check(call, &id), move |view| ok(&view)).await
}

async fn results_release(ctx: Ctx, id: web::Path<ParticipationId>) -> Answer {
    ctx.answer(move |call| actions::results_release(call, &id), move |view| ok(&view)).await
}

async fn results_publish(ctx: Ctx, id: web::Path<ParticipationId>) -> Answer {
    ctx.answer(move |call| actions::results_publish(call, &id), move |view| ok(&view)).await
}

async fn results_recall(ctx: Ctx, id: web::Path<ParticipationId>, body: Body<ResultsRecall>) -> Answer {
    ctx.answer(move |call| actions::results_recall(call, &id, &body.0), move |view| ok(&view)).await
}
