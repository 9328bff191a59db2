//! Bodies that nobody has read to their end. The server waits for the rest of one that comes in chunks, however
//! long that may take, if it was put away; as long as it is kept, the connection is closed after the answer.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::HttpMessage;
use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_util::Stream;

/// A body in chunks, which whoever reads it and whoever answers hold together.
#[derive(Clone)]
pub struct Chunks(Rc<RefCell<Payload>>);

impl Chunks {
    /// Those of a request that comes in chunks.
    pub fn of(request: &mut ServiceRequest) -> Option<Self> {
        if !request.headers().contains_key(header::TRANSFER_ENCODING) {
            return None;
        }
        let kept = Self(Rc::new(RefCell::new(request.take_payload())));
        request.set_payload(Payload::Stream { payload: Box::pin(kept.clone()) });
        Some(kept)
    }
}

impl Stream for Chunks {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_next(cx)
    }
}

/// An answer that keeps what nobody has read until it was sent.
pub struct Keeping<B> {
    body: B,
    _unread: Option<Chunks>,
}

/// The answer to a request whose body this is.
pub fn keeping<B>(response: ServiceResponse<B>, unread: Option<Chunks>) -> ServiceResponse<Keeping<B>> {
    response.map_body(|_, body| Keeping { body, _unread: unread })
}

impl<B: MessageBody + Unpin> MessageBody for Keeping<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}
