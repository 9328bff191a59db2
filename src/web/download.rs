//! Files on their way out: always an attachment, never run, never shown inline.

use std::fmt::Write;

use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use futures_util::{Stream, TryStreamExt};

use crate::ground::Result;

/// Nothing in it may run or load, whatever a browser takes it for.
const SANDBOX: &str = "sandbox; default-src 'none'";

/// 200 with the bytes as an attachment under a cleaned name.
pub fn attachment(file_name: &str, media_type: &str, bytes: Vec<u8>) -> HttpResponse {
    attached(file_name, media_type).body(bytes)
}

/// The same of a file of so many bytes that comes in parts.
pub fn large(file_name: &str, media_type: &str, size: u64, parts: impl Stream<Item = Result<Bytes>> + 'static) -> HttpResponse {
    attached(file_name, media_type).body(SizedStream::new(size, parts.map_err(Box::<dyn std::error::Error>::from)))
}

fn attached(file_name: &str, media_type: &str) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, media_type.to_owned()))
        .insert_header((header::CONTENT_DISPOSITION, disposition(file_name)))
        .insert_header((header::CONTENT_SECURITY_POLICY, SANDBOX))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header(("cross-origin-resource-policy", "same-origin"));
    answer
}

/// A table for a spreadsheet. The mark before it tells Excel that it is UTF-8; every import takes it.
pub fn csv(file_name: &str, text: &str) -> HttpResponse {
    attachment(file_name, "text/csv; charset=utf-8", format!("\u{feff}{text}").into_bytes())
}

/// RFC 6266: a plain name for old programs, the real one percent-encoded beside it.
fn disposition(file_name: &str) -> String {
    let plain: String = file_name.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in file_name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("a String takes every write");
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_any_script_survives_and_cannot_leave_the_header() {
        assert_eq!(disposition("Plan 1.pdf"), "attachment; filename=\"Plan 1.pdf\"; filename*=UTF-8''Plan%201.pdf");
        let tricky = disposition("خطة\"\r\nX: y.pdf");
        assert!(!tricky.contains(['\r', '\n']) && tricky.matches('"').count() == 2, "{tricky}");
    }
}
