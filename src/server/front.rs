//! The front: static files and what operators' machines ask (`/health`, `/ready`).

use actix_web::HttpResponse;
use serde_json::json;

use crate::people::caller::Ctx;
use crate::web::failure::Failure;
use crate::web::routes::Routes;
use crate::web::static_files::static_read;

pub fn routes(routes: &mut Routes) {
    routes.get("/static/{version}/{name}", "static_read", static_read);
    routes.get("/health", "health_read", health_read);
    routes.get("/ready", "ready_read", ready_read);
}

/// The process lives.
async fn health_read() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")}))
}

/// The database answers too.
async fn ready_read(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.run(|call| call.read(crate::store::db::ping)).await?;
    Ok(HttpResponse::Ok().json(json!({"status": "ready"})))
}
