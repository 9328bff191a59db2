//! Two who write at once: what comes of the second when the first was done while it waited for its turn.

use diesel::prelude::*;
use stoa::ground::Result;
use stoa::people::call::Call;

use super::{Backend, Person, TestApp};

impl TestApp {
    /// Does `first` as somebody, and in the middle of it lets `second` begin, which has read by then whatever it
    /// reads before its own transaction, and waits for its turn until `first` is stored.
    pub fn meanwhile<T: Send>(
        &self,
        by: &Person,
        first: impl FnOnce(&Call<'_>) -> Result<()>,
        second: impl FnOnce() -> Result<T> + Send,
    ) -> Result<T> {
        let call = Call::new(&self.service, self.caller(by), stoa::ground::Language::english());
        std::thread::scope(|threads| {
            let started = call.whole(
                |call| {
                    first(call)?;
                    let second = threads.spawn(second);
                    while !self.somebody_waits() && !second.is_finished() {
                        std::thread::yield_now();
                    }
                    Ok(second)
                },
                |_, second| Ok(second),
            );
            started.expect("the first is done").join().expect("the second does not panic")
        })
    }

    /// Whether somebody waits for the database's one writer.
    fn somebody_waits(&self) -> bool {
        #[derive(diesel::QueryableByName)]
        struct Waiting {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        let of_locks = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        match self.backend {
            Backend::Sqlite => self.service.store.health(None).waiting > 0,
            Backend::Postgres => {
                self.service.store.read(|db| Ok(diesel::sql_query(of_locks).get_result::<Waiting>(db)?.n > 0)).expect("the server answers")
            }
        }
    }
}
