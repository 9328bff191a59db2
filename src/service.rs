//! The service: what every action needs besides its caller and its input.
//!
//! One per process, shared by all threads. It holds no state that another process would need.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

use crate::ground::chance::{Chance, SystemChance};
use crate::ground::clock::{Clock, SystemClock};
use crate::ground::config::{Config, instance_secret, instance_secret_make};
use crate::ground::secrets::Secrets;
use crate::ground::words::Word;
use crate::ground::{Error, Result, UtcTime};
use crate::store::{Db, Store, audit, instance, migrate};
use crate::web::pages::Pages;

/// What lower rooms ask upper ones for, without knowing them: one value of each type, which the
/// room that asks has made up and the roof fills (scopes, menu, whom mail may reach).
#[derive(Default)]
pub struct Registered(HashMap<TypeId, Box<dyn Any + Send + Sync>>);

impl Registered {
    #[must_use]
    pub fn with<T: Any + Send + Sync>(mut self, value: T) -> Self {
        self.0.insert(TypeId::of::<T>(), Box::new(value));
        self
    }

    pub fn get<T: Any>(&self) -> Option<&T> {
        self.0.get(&TypeId::of::<T>()).and_then(|value| value.downcast_ref())
    }
}

/// Wakes every worker of this process. Those of other processes find the work when they look.
#[derive(Default)]
pub struct Bell {
    rung: Mutex<u64>,
    heard: Condvar,
}

impl Bell {
    fn count(&self) -> MutexGuard<'_, u64> {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn ring(&self) {
        *self.count() += 1;
        self.heard.notify_all();
    }

    /// How often it has rung; to be asked before looking for work, so that no ring is missed.
    pub fn rung(&self) -> u64 {
        *self.count()
    }

    /// Waits until it has rung more often than that, `longest` at most; whether it has.
    pub fn wait(&self, rung: u64, longest: Duration) -> bool {
        let waited = self.heard.wait_timeout_while(self.count(), longest, |now| *now == rung);
        *waited.unwrap_or_else(PoisonError::into_inner).0 != rung
    }
}

pub struct Service {
    pub config: Config,
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
    pub secrets: Secrets,
    pub pages: Arc<Pages>,
    /// Rung after an action has written something that a worker may have to do.
    pub work_waits: Bell,
    registered: Registered,
}

/// The secret that was found, if it is the one of this database; or a first one. The error is one line.
fn secrets_of(config: &Config, store: &Store, found: Option<[u8; 32]>, chance: &dyn Chance) -> std::result::Result<Secrets, String> {
    let (data, other) = (config.storage.data.display(), config.storage.accept_other_secret);
    let failed = |e: Error| format!("the fingerprint of the secret cannot be kept: {e}");
    let kept = store.read(instance::fingerprint).map_err(failed)?;
    // Another process may have made it since: it does so before it keeps the fingerprint.
    let found = if found.is_none() && kept.is_some() { instance_secret(&config.storage.data)? } else { found };
    let used = kept.is_some() || !store.read(instance::is_new).map_err(failed)?;
    let secret = match (found, used) {
        (Some(secret), _) => secret,
        (None, true) if !other => {
            return Err(format!(
                "secret.key is missing in {data}, but the database was made with one: restore it from the backup, or copy it from another \
                 process; where it is lost, start once with storage.accept_other_secret = true"
            ));
        }
        (None, _) => instance_secret_make(&config.storage.data, chance)?,
    };
    let secrets = Secrets::new(secret);
    let mine = secrets.fingerprint();
    let kept = kept.map_or_else(|| store.write(|db| instance::fingerprint_keep(db, &mine)), Ok).map_err(failed)?;
    if kept == mine {
        return Ok(secrets);
    }
    if !other {
        return Err(format!(
            "secret.key in {data} is another one ({mine}) than that of the database ({kept}): restore it from the backup, or copy it from \
             another process; where it is lost, start once with storage.accept_other_secret = true"
        ));
    }
    tracing::warn!(former = kept, now = mine, "going on with another secret.key, as storage.accept_other_secret asks");
    store.write(|db| instance::fingerprint_replace(db, &mine)).map_err(failed)?;
    Ok(secrets)
}

impl Service {
    /// Opens everything with the machine's clock and chance. The error is one line for the operator.
    pub fn open(config: Config, registered: Registered) -> std::result::Result<Arc<Self>, String> {
        Self::open_with(config, Arc::new(SystemClock), Arc::new(SystemChance), registered)
    }

    /// As `open`, with the given time and chance.
    pub fn open_with(
        config: Config,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        registered: Registered,
    ) -> std::result::Result<Arc<Self>, String> {
        let data = &config.storage.data;
        std::fs::create_dir_all(data).map_err(|e| format!("data folder {} cannot be written: {e}", data.display()))?;
        let found = instance_secret(data)?;
        let store = Store::open(&config.database_url(), config.storage.pool)?;
        for name in migrate::migrate(&store)? {
            tracing::info!(name, "migration applied");
        }
        let pages = Arc::new(Pages::load(config.demo)?);
        let secrets = secrets_of(&config, &store, found, &*chance)?;
        let work_waits = Bell::default();
        Ok(Arc::new(Self { config, store, clock, chance, secrets, pages, work_waits, registered }))
    }

    /// What the roof has registered of a type. Errors: internal where it has not.
    pub fn registered<T: Any>(&self) -> Result<&T> {
        self.registered.get().ok_or_else(|| Error::internal(format!("the roof has registered no {}", std::any::type_name::<T>())))
    }

    pub fn now(&self) -> UtcTime {
        self.clock.now()
    }

    /// An absolute link to a path of this instance.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.config.base_url())
    }

    /// Runs `work` as one durable transaction of the service itself (workers, the command line).
    pub fn write_as_stoa<T>(&self, verb: impl Word, object: &str, detail: &Value, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
        self.store.write(|db| {
            audit::hold(db)?;
            let value = work(db)?;
            audit::append(db, self.now(), "stoa", verb, object, detail)?;
            Ok(value)
        })
    }
}
