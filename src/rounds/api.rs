//! The JSON face of cities, rounds and participations.

use actix_web::{HttpResponse, web};

use super::actions::{self, CityInput, CityView, ParticipationInput, ParticipationView, RoundInput, RoundView};
use crate::ground::ids::{CityId, ParticipationId, RoundId};
use crate::people::caller::Ctx;
use crate::people::policy::UseCase;
use crate::web::body::{Body, created, if_match, ok, ok_versioned};
use crate::web::failure::Failure;
use crate::web::paging::{Listing, PageQuery};
use crate::web::routes::Routes;

type Answer = Result<HttpResponse, Failure>;

pub fn routes(r: &mut Routes) {
    let cursor = ("cursor", "The next_cursor of the page before.");
    let limit = ("limit", "Items on a page, 1 to 200.");
    r.get("/api/v1/cities", UseCase::city_list, city_list)
        .summary("Cities that you work with, by short name.")
        .query(cursor.0, cursor.1)
        .query(limit.0, limit.1)
        .gives::<Listing<CityView>>(200);
    r.post("/api/v1/cities", UseCase::city_create, city_create)
        .summary("Add a city.")
        .takes::<CityInput>()
        .within(CityInput::LIMITS)
        .creates::<CityView>();
    r.get("/api/v1/cities/{city_id}", UseCase::city_read, city_read).summary("One city.").gives_version::<CityView>();
    r.put("/api/v1/cities/{city_id}", UseCase::city_update, city_update)
        .summary("Change a city.")
        .takes::<CityInput>()
        .within(CityInput::LIMITS)
        .gives_version::<CityView>();
    r.get("/api/v1/rounds", UseCase::round_list, round_list)
        .summary("Rounds, newest first.")
        .query(cursor.0, cursor.1)
        .query(limit.0, limit.1)
        .gives::<Listing<RoundView>>(200);
    r.post("/api/v1/rounds", UseCase::round_create, round_create)
        .summary("Prepare a round.")
        .takes::<RoundInput>()
        .within(RoundInput::LIMITS)
        .creates::<RoundView>();
    r.get("/api/v1/rounds/{round_id}", UseCase::round_read, round_read).summary("One round.").gives_version::<RoundView>();
    r.put("/api/v1/rounds/{round_id}", UseCase::round_update, round_update)
        .summary("Change a round's name or deadlines.")
        .takes::<RoundInput>()
        .within(RoundInput::LIMITS)
        .gives_version::<RoundView>();
    r.post("/api/v1/rounds/{round_id}/open", UseCase::round_open, round_open)
        .summary("Open a round for cities and citizens.")
        .gives_version::<RoundView>();
    r.post("/api/v1/rounds/{round_id}/close", UseCase::round_close, round_close).summary("Close a round.").gives_version::<RoundView>();
    r.post("/api/v1/rounds/{round_id}/participations", UseCase::participation_add, participation_add)
        .summary("Let a city take part.")
        .takes::<ParticipationInput>()
        .creates::<ParticipationView>();
    r.get("/api/v1/participations/{participation_id}", UseCase::participation_read, participation_read)
        .summary("A city in a round.")
        .gives::<ParticipationView>(200);
    r.delete("/api/v1/participations/{participation_id}", UseCase::participation_remove, participation_remove)
        .summary("Take a city out of a round, while nothing has come of it.")
        .gives_nothing();
}

async fn city_list(ctx: Ctx, page: web::Query<PageQuery>) -> Answer {
    let list = ctx.run(move |call| actions::city_list(call, &page.at()?)).await?;
    Ok(ok(&list))
}

async fn city_create(ctx: Ctx, body: Body<CityInput>) -> Answer {
    ctx.answer(move |call| actions::city_create(call, &body.0), move |view| created(&view, &format!("/api/v1/cities/{}", view.id), view.version))
        .await
}

async fn city_read(ctx: Ctx, id: web::Path<CityId>) -> Answer {
    let view = ctx.run(move |call| actions::city_read(call, &id)).await?;
    Ok(ok_versioned(&view, view.version))
}

async fn city_update(ctx: Ctx, id: web::Path<CityId>, body: Body<CityInput>) -> Answer {
    let expected = if_match(&ctx.request);
    let view = ctx.run(move |call| actions::city_update(call, &id, expected?, &body.0)).await?;
    Ok(ok_versioned(&view, view.version))
}

async fn round_list(ctx: Ctx, page: web::Query<PageQuery>) -> Answer {
    let list = ctx.run(move |call| actions::round_list(call, &page.at()?)).await?;
    Ok(ok(&list))
}

async fn round_create(ctx: Ctx, body: Body<RoundInput>) -> Answer {
    ctx.answer(move |call| actions::round_create(call, &body.0), move |view| created(&view, &format!("/api/v1/rounds/{}", view.id), view.version))
        .await
}

async fn round_read(ctx: Ctx, id: web::Path<RoundId>) -> Answer {
    let view = ctx.run(move |call| actions::round_read(call, &id)).await?;
    Ok(ok_versioned(&view, view.version))
}

async fn round_update(ctx: Ctx, id: web::Path<RoundId>, body: Body<RoundInput>) -> Answer {
    let expected = if_match(&ctx.request);
    let view = ctx.run(move |call| actions::round_update(call, &id, expected?, &body.0)).await?;
    Ok(ok_versioned(&view, view.version))
}

async fn round_open(ctx: Ctx, id: web::Path<RoundId>) -> Answer {
    ctx.answer(move |call| actions::round_open(call, &id), move |view| ok_versioned(&view, view.version)).await
}

async fn round_close(ctx: Ctx, id: web::Path<RoundId>) -> Answer {
    ctx.answer(move |call| actions::round_close(call, &id), move |view| ok_versioned(&view, view.version)).await
}

async fn participation_add(ctx: Ctx, id: web::Path<RoundId>, body: Body<ParticipationInput>) -> Answer {
    ctx.answer(
        move |call| actions::participation_add(call, &id, &body.0),
        move |view| created(&view, &format!("/api/v1/participations/{}", view.id), 1),
    )
    .await
}

async fn participation_read(ctx: Ctx, id: web::Path<ParticipationId>) -> Answer {
    let view = ctx.run(move |call| actions::participation_read(call, &id)).await?;
    Ok(ok(&view))
}

async fn participation_remove(ctx: Ctx, id: web::Path<ParticipationId>) -> Answer {
    ctx.run(move |call| actions::participation_remove(call, &id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
