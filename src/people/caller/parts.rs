//! Something large on its way out in parts, each got by an action of its own: no thread and no transaction waits for
//! whoever reads slowly, and who asks is looked up anew for each.

use actix_web::HttpResponse;
use actix_web::web::Bytes;
use futures_util::stream::unfold;

use super::Ctx;
use crate::ground::Result;
use crate::people::call::Call;
use crate::web::download::large;

impl Ctx {
    /// A file as an attachment: its first part, if it has one, and those that `next` gives by their places, from 1 on,
    /// up to the first that is not there.
    pub fn file(
        self,
        (file_name, media_type, size): (&str, &'static str, u64),
        first: Option<Vec<u8>>,
        next: impl Fn(&Call<'_>, i32) -> Result<Option<Vec<u8>>> + Clone + Send + 'static,
    ) -> HttpResponse {
        let parts = unfold((self, 0, first), move |(ctx, place, first)| {
            let next = next.clone();
            async move {
                let part = match first {
                    Some(part) => Ok(Some(part)),
                    None if place == 0 => Ok(None),
                    None => ctx.run(move |call| next(call, place)).await.map_err(|failure| failure.error),
                };
                let part = part.transpose()?;
                // Nothing comes after what went wrong.
                let place = if part.is_err() { 0 } else { place + 1 };
                Some((part.map(Bytes::from), (ctx, place, None)))
            }
        });
        large(file_name, media_type, size, parts)
    }
}
