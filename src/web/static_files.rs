//! Style sheets, the comfort script and the icon: built into the binary, cached for a year under a
//! name that carries their hash.

use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use rust_embed::RustEmbed;

use crate::ground::receipt::sha256_hex;

#[derive(RustEmbed)]
#[folder = "src/web/static/"]
struct Files;

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let all: Vec<u8> = Files::iter().filter_map(|name| Files::get(&name)).flat_map(|f| f.metadata.sha256_hash()).collect();
    sha256_hex(&all)[..10].to_owned()
});

/// The address of a file, changing when any file changes.
pub fn href(name: &str) -> String {
    format!("/static/{}/{name}", *VERSION)
}

/// `GET /static/{version}/{name}`
pub async fn static_read(path: web::Path<(String, String)>) -> HttpResponse {
    let (_, name) = path.into_inner();
    let Some(file) = Files::get(&name) else { return HttpResponse::NotFound().finish() };
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, kind))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(file.data.into_owned())
}
