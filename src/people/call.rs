//! `Call`: one use case being done by somebody. What actions get besides their input.

use serde_json::Value;

use super::identity::{Caller, Target};
use super::policy;
use crate::ground::{Result, UtcTime};
use crate::service::Service;
use crate::store::{Db, audit};

/// Who does something, when, with which service and in which language.
pub struct Call<'a> {
    pub service: &'a Service,
    pub caller: Caller,
    pub language: String,
    pub now: UtcTime,
}

impl<'a> Call<'a> {
    pub fn new(service: &'a Service, caller: Caller, language: &str) -> Self {
        Self { service, caller, language: language.to_owned(), now: service.now() }
    }

    /// Asks the policy. Every action does this before anything else.
    pub fn authorise(&self, use_case: &str, target: &Target) -> Result<()> {
        policy::check(&self.caller, use_case, target)
    }

    /// Reads; changes nothing.
    pub fn read<T>(&self, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
        self.service.store.read(work)
    }

    /// One durable transaction. `work` writes its own audit entry through `audit`.
    pub fn write<T>(&self, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
        let value = self.service.store.write(work)?;
        // A message may have been put into the outbox; waking the worker for nothing is cheap.
        self.service.mail_waits.notify_one();
        Ok(value)
    }

    /// The audit entry of this call, inside the action's transaction. `object` is an id.
    pub fn audit(&self, db: &mut Db, verb: &str, object: impl AsRef<str>, detail: &Value) -> Result<()> {
        audit::append(db, self.now, &self.caller.actor(), verb, object.as_ref(), detail)
    }
}
