//! Forms with files: any bytes as the parts of one, in pieces of any size, and any form without files.

use actix_web::FromRequest;
use actix_web::dev::Payload;
use actix_web::test::TestRequest;
use actix_web::web::Bytes;
use futures_util::stream;
use stoa::web::form::{RawForm, RawUpload};

thread_local! {
    static RUNTIME: actix_web::rt::Runtime = actix_web::rt::Runtime::new().expect("a runtime");
}

fn payload(bytes: &[u8], size: usize) -> Payload {
    let pieces: Vec<_> = bytes.chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    Payload::Stream { payload: Box::pin(stream::iter(pieces)) }
}

pub fn any(data: &[u8]) {
    let Some((how, data)) = data.split_first() else { return };
    let size = usize::from(how >> 2) * 7 + 1;
    let (head, body) = data.split_at(data.iter().position(|byte| *byte == b'\n').unwrap_or_default());
    // What a browser calls the boundary, or whatever somebody says.
    let kind = match how & 3 {
        0 => "multipart/form-data; boundary=x".to_owned(),
        1 => format!("multipart/form-data; boundary={}", String::from_utf8_lossy(head)),
        2 => String::from_utf8_lossy(head).into_owned(),
        _ => "application/x-www-form-urlencoded".to_owned(),
    };
    if actix_web::http::header::HeaderValue::from_str(&kind).is_err() {
        return;
    }
    RUNTIME.with(|runtime| {
        runtime.block_on(async {
            let request = TestRequest::post().insert_header(("content-type", kind)).to_http_request();
            if let Ok(upload) = RawUpload::from_request(&request, &mut payload(body, size)).await {
                let _ = upload.csrf().len();
                let (form, files) = upload.checked();
                assert!(form.pairs().len() <= 1_000_000 && !form.has("csrf"));
                let _ = form.values();
                assert!(files.into_iter().flatten().map(|file| file.bytes.len()).sum::<usize>() <= body.len());
            }
            if let Ok(form) = RawForm::from_request(&request, &mut payload(body, size)).await {
                let form = form.checked();
                let _ = (form.values(), form.leaving().map(str::len), form.all("use_cases"));
            }
        });
    });
}
