//! The JSON face of frameworks.

use actix_web::{HttpResponse, web};

use super::actions::{self, FrameworkImport, FrameworkSummary, FrameworkView};
use crate::ground::ids::FrameworkId;
use crate::people::caller::Ctx;
use crate::people::policy::UseCase;
use crate::web::body::{Body, created, ok, ok_versioned};
use crate::web::failure::Failure;
use crate::web::paging::Listing;
use crate::web::routes::Routes;

type Answer = Result<HttpResponse, Failure>;

pub fn routes(r: &mut Routes) {
    r.get("/api/v1/frameworks", UseCase::framework_list, framework_list)
        .summary("Versions of the Key Features; drafts for coordinators only.")
        .gives::<Listing<FrameworkSummary>>(200);
    r.post("/api/v1/frameworks", UseCase::framework_import, framework_import)
        .summary("Take in a corrected version as a draft; errors name line and column.")
        .takes::<FrameworkImport>()
        .within(FrameworkImport::LIMITS)
        .creates::<FrameworkSummary>();
    r.get("/api/v1/frameworks/{framework_id}", UseCase::framework_read, framework_read)
        .summary("A version with its areas, features and measures.")
        .gives_version::<FrameworkView>();
    r.get("/api/v1/frameworks/{framework_id}/source", UseCase::framework_source, framework_source)
        .summary("A version as its import takes it.")
        .gives::<FrameworkImport>(200);
    r.post("/api/v1/frameworks/{framework_id}/publish", UseCase::framework_publish, framework_publish)
        .summary("Make a draft available to rounds; it never changes afterwards.")
        .gives_version::<FrameworkSummary>();
}

async fn framework_list(ctx: Ctx) -> Answer {
    let items = ctx.run(actions::framework_list).await?;
    Ok(ok(&Listing { items, next_cursor: None }))
}

async fn framework_import(ctx: Ctx, body: Body<FrameworkImport>) -> Answer {
    ctx.answer(
        move |call| actions::framework_import(call, &body.0),
        move |view| created(&view, &format!("/api/v1/frameworks/{}", view.id), view.version),
    )
    .await
}

async fn framework_read(ctx: Ctx, id: web::Path<FrameworkId>) -> Answer {
    let view = ctx.run(move |call| actions::framework_read(call, &id)).await?;
    Ok(ok_versioned(&view, view.summary.version))
}

async fn framework_source(ctx: Ctx, id: web::Path<FrameworkId>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::framework_source(call, &id)).await?))
}

async fn framework_publish(ctx: Ctx, id: web::Path<FrameworkId>) -> Answer {
    ctx.answer(move |call| actions::framework_publish(call, &id), move |view| ok_versioned(&view, view.version)).await
}
