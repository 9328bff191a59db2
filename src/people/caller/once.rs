//! What is done once, however often it is asked for: with an `Idempotency-Key` of the API, and by the button of a page
//! that somebody presses twice.

use actix_web::http::header;
use actix_web::{HttpMessage, HttpResponse};

use super::{Again, Ctx, Sent, look_up};
use crate::ground::Result;
use crate::ground::receipt::sha256_hex;
use crate::people::call::Call;
use crate::store::idempotency::{self, Kept, Key};
use crate::web::blocking::blocking;
use crate::web::failure::Failure;
use crate::web::finding::FIND;
use crate::web::form::{Form, RawForm};
use crate::web::replay::{again, said, to_keep};

impl Ctx {
    /// Runs an action of the API and says what came of it. With an `Idempotency-Key`, action and answer are
    /// one transaction, so that a repeat hears the first answer whatever happened in between.
    pub async fn answer<T: Send + 'static>(
        &self,
        action: impl FnOnce(&Call<'_>) -> Result<T> + Send + 'static,
        reply: impl FnOnce(T) -> HttpResponse + Send + 'static,
    ) -> std::result::Result<HttpResponse, Failure> {
        let key = self.request.extensions().get::<Key>().cloned();
        let Some(key) = key else { return self.run(action).await.map(reply) };
        let (service, credential, language) = (self.service.clone(), self.credential.clone(), self.language.clone());
        let done = blocking(move || once(Call::new(&service, look_up(&service, &credential)?, &language), key, action, reply));
        let (kept, before) = done.await.map_err(|e| self.fail(e))?;
        Ok(if before { again(kept) } else { said(kept) })
    }

    /// As `submit`, for what is new each time: the same form of the same page, sent again, makes nothing more and leads
    /// where the first one led, to the address that `place` gives.
    pub async fn submit_once<T: Send + 'static>(
        &self,
        form: RawForm,
        action: impl FnOnce(&Call<'_>, &Form) -> Result<T> + Send + 'static,
        place: impl FnOnce(&T) -> String + Send + 'static,
    ) -> std::result::Result<Sent<String>, Failure> {
        // Each page that was shown has another token, and whoever goes back and types something else means that.
        let page = form.csrf().to_owned();
        let form = self.accept(form)?;
        if form.has(FIND) {
            return Ok(Sent::Again(Again::fresh(form.values())));
        }
        let sent = form.without_finding();
        let said = serde_json::to_string(sent.pairs()).unwrap_or_default();
        let press = sha256_hex(&[self.request.path(), "\n", &page, "\n", &said].concat().into_bytes());
        let done = self.run(move |call| {
            let key = Key { caller: call.caller.actor(), key: format!("page {press}"), request_hash: press };
            if let Some(kept) = call.service.store.read(|db| idempotency::kept(db, &key, call.now))? {
                return Ok(kept.location);
            }
            let reply = |made| HttpResponse::SeeOther().insert_header((header::LOCATION, place(&made))).finish();
            let fresh = Call::new(call.service, call.caller.clone(), &call.language).at(call.now);
            once(fresh, key, |call| action(call, &sent), reply).map(|(kept, _)| kept.location)
        });
        match done.await {
            Ok(address) => Ok(Sent::Done(address)),
            Err(failure) => Again::of(&form, failure).map(Sent::Again),
        }
    }
}

/// Does it and keeps what is said of it, in one transaction; where the same request was faster, its answer is that of
/// both. Gives the answer, and whether it was given before.
fn once<T>(call: Call<'_>, key: Key, action: impl FnOnce(&Call<'_>) -> Result<T>, reply: impl FnOnce(T) -> HttpResponse) -> Result<(Kept, bool)> {
    let (service, now, wanted) = (call.service, call.now, key.clone());
    let outcome = call.whole(action, |db, value| {
        let kept = to_keep(key, reply(value), now)?;
        idempotency::keep(db, &kept)?;
        Ok(kept)
    });
    outcome.map(|kept| (kept, false)).or_else(|error| {
        let kept = service.store.read(|db| idempotency::kept(db, &wanted, now))?;
        kept.map(|kept| (kept, true)).ok_or(error)
    })
}
