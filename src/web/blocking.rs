//! Work on the blocking pool, for every handler: a panic is our mistake, logged with the request's
//! id; only a server that is stopping says that repeating is safe.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use actix_web::web;

use crate::ground::{Error, Result};
use crate::store::patience::{LIMIT, LOOK, Wait};

/// Runs `work` off the event loop. Errors: those of `work`; internal where it panicked; unavailable
/// where the pool is gone because the server stops.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    // What the work had in its hands is dropped with it; the store gives a broken connection up.
    let wait = Arc::<Wait>::default();
    let mine = wait.clone();
    let noted = move || {
        let _here = mine.here();
        catch_unwind(AssertUnwindSafe(work))
    };
    let mut done = std::pin::pin!(web::block(noted));
    let done = loop {
        match tokio::time::timeout(LOOK, &mut done).await {
            Ok(done) => break done,
            // The thread stores nothing more (`Open::step`), unless its commit was on the way already.
            Err(_) if wait.give_up(LIMIT) => return Err(Error::Unavailable("the database does not answer".to_owned())),
            Err(_) => {}
        }
    };
    match done {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(panic)) => Err(Error::Internal(format!("the action panicked: {}", said(&*panic)))),
        Err(_) => Err(Error::Unavailable("stopping".to_owned())),
    }
}

fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a word")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_panic_is_an_internal_error_and_never_says_that_repeating_is_safe() {
        let outcome: Result<()> = blocking(|| panic!("{} too many", 1)).await;
        assert!(matches!(outcome, Err(Error::Internal(why)) if why.contains("1 too many")));
    }
}
