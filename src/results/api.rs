//! The JSON face of results.

use actix_web::{HttpResponse, web};

use super::actions::{self, FunnelView, ProfileView};
use crate::ground::ids::{ParticipationId, RoundId};
use crate::people::caller::Ctx;
use crate::people::policy::UseCase;
use crate::web::body::ok;
use crate::web::failure::Failure;
use crate::web::paging::Listing;
use crate::web::routes::Routes;

type Answer = Result<HttpResponse, Failure>;

pub fn routes(r: &mut Routes) {
    r.get("/api/v1/participations/{participation_id}/profile", UseCase::profile_read, profile_read)
        .summary("All of a city's results in a round, each with its uncertainty and source.")
        .gives::<ProfileView>(200);
    r.get("/api/v1/rounds/{round_id}/results", UseCase::result_list, result_list)
        .summary("The profiles of every city of a round, in alphabetical order.")
        .gives::<Listing<ProfileView>>(200);
    r.get("/api/v1/rounds/{round_id}/funnel", UseCase::round_funnel, round_funnel)
        .summary("Where a round stands, city by city.")
        .gives::<FunnelView>(200);
}

async fn profile_read(ctx: Ctx, id: web::Path<ParticipationId>) -> Answer {
    let view = ctx.run(move |call| actions::profile_read(call, &id)).await?;
    Ok(ok(&view))
}

async fn result_list(ctx: Ctx, id: web::Path<RoundId>) -> Answer {
    let items = ctx.run(move |call| actions::result_list(call, &id)).await?;
    Ok(ok(&Listing { items, next_cursor: None }))
}

async fn round_funnel(ctx: Ctx, id: web::Path<RoundId>) -> Answer {
    let view = ctx.run(move |call| actions::round_funnel(call, &id)).await?;
    Ok(ok(&view))
}
