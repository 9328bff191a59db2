//! `Call`: one use case being done by somebody; `Permit`: one that the policy has allowed.
//!
//! There is no way to the database but through a permit, and no permit without asking the policy.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Deref;

use serde_json::Value;

use super::identity::{Caller, Role, Target};
use super::policy::{self, Also, Reach, UseCase};
use super::standing;
use crate::ground::ids::{PersonId, ReviewId};
use crate::ground::problems::UNAUTHENTICATED;
use crate::ground::{Error, Language, Result, UtcTime};
use crate::service::Service;
use crate::store::audit::{self, AuditEntry};
use crate::store::{Db, Open};

/// Who does something, when, with which service and in which language.
pub struct Call<'a> {
    pub service: &'a Service,
    pub caller: Caller,
    pub language: Language,
    pub now: UtcTime,
    /// The one transaction of a request that may come again: open from its first write on.
    whole: Option<RefCell<Option<Open>>>,
}

/// What the policy is asked about: mostly one target; a thing that lies in several scopes (a person
/// with roles, a city in rounds) may be reached by any of them.
pub struct Targets(Vec<Target>);

impl From<Target> for Targets {
    fn from(target: Target) -> Self {
        Self(vec![target])
    }
}

impl From<Vec<Target>> for Targets {
    fn from(targets: Vec<Target>) -> Self {
        Self(targets)
    }
}

impl<'a> Call<'a> {
    pub fn new(service: &'a Service, caller: Caller, language: &Language) -> Self {
        Self { service, caller, language: language.clone(), now: service.now(), whole: None }
    }

    /// The same call at another time.
    #[must_use]
    pub fn at(self, now: UtcTime) -> Self {
        Self { now, ..self }
    }

    /// A call by somebody who need not be asking now: the demo's people do its work. Errors: not found
    /// where the account is not active.
    pub fn by(service: &'a Service, person: &PersonId, language: &Language) -> Result<Self> {
        let caller = service.store.read(|db| super::store::caller_of_person(service, db, person))?.ok_or(Error::NotFound("account"))?;
        Ok(Self::new(service, caller, language))
    }

    /// Does all of `action` in one transaction, together with what `last` writes about its outcome. A failure
    /// undoes everything, also what the action had written before it failed.
    pub fn whole<T, U>(mut self, action: impl FnOnce(&Self) -> Result<T>, last: impl FnOnce(&mut Db, T) -> Result<U>) -> Result<U> {
        self.whole = Some(RefCell::default());
        let done = action(&self)?;
        let mut open = match self.whole.take().and_then(RefCell::into_inner) {
            Some(open) => open,
            None => self.service.store.begin()?,
        };
        let outcome = open.step(|db| last(db, done))?;
        open.commit()?.on_disk()?;
        self.service.work_waits.ring();
        Ok(outcome)
    }

    /// Looks into the database: within the transaction, where one is open.
    fn look<T>(&self, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
        match self.whole.as_ref().map(RefCell::borrow_mut).as_deref_mut() {
            Some(Some(open)) => open.step(|db| db.attempt(work)),
            _ => self.service.store.read(work),
        }
    }

    fn write<T>(&self, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
        let work = |db: &mut Db| {
            audit::hold(db)?;
            work(db)
        };
        let Some(whole) = &self.whole else { return self.service.store.write(work) };
        let mut whole = whole.borrow_mut();
        let open = match &mut *whole {
            Some(open) => open,
            none => none.insert(self.service.store.begin()?),
        };
        open.step(|db| db.attempt(work))
    }

    /// A use case that is done to the instance as a whole, or to nothing that is there yet.
    pub fn allow(&self, use_case: UseCase) -> Result<Permit<'_>> {
        policy::check(&self.caller, use_case, &Target::instance())?;
        Ok(Permit { call: self, use_case, row: () })
    }

    /// A row, looked up, with the use case allowed to it. Strangers are sent to sign in before
    /// anything is looked up; to whoever may not see the row it is not there.
    pub fn find<R, T: Into<Targets>>(&self, use_case: UseCase, look: impl FnOnce(&mut Db) -> Result<(R, T)>) -> Result<Permit<'_, R>> {
        let everybody = matches!(use_case.rule().also, Also::Anyone | Also::Published);
        if self.caller.is_anonymous() && !everybody {
            return Err(Error::Unauthenticated(UNAUTHENTICATED));
        }
        // To a program that may not do it at all, what is there looks like what is not.
        if !everybody {
            policy::named(&self.caller, use_case)?;
        }
        let (row, targets) = self.look(look).map(|(row, targets)| (row, targets.into().0))?;
        match targets.iter().find(|target| policy::allowed(&self.caller, use_case, target)).or(targets.first()) {
            Some(target) => policy::check(&self.caller, use_case, target)?,
            None => policy::check(&self.caller, use_case, &Target::instance())?,
        }
        Ok(Permit { call: self, use_case, row })
    }

    /// Where the caller may do the use case, for lists.
    pub fn reach(&self, use_case: UseCase) -> Result<Permit<'_, Reach>> {
        Ok(Permit { call: self, use_case, row: policy::reach(&self.caller, use_case)? })
    }

    /// Whether the policy would allow it: for buttons and links, never in place of `find`.
    pub fn may(&self, use_case: UseCase, target: &Target) -> bool {
        policy::allowed(&self.caller, use_case, target)
    }

    /// Whether the caller has a role for something, whatever they may do by it: for what is shown to whom.
    pub fn has_role(&self, role: Role, target: &Target) -> bool {
        self.caller.grants.iter().any(|grant| grant.role == role && policy::covers(grant, target))
    }

    /// An audit entry of this call, inside the action's transaction. `object` is an id.
    pub fn audit(&self, db: &mut Db, verb: UseCase, object: impl AsRef<str>, detail: &Value) -> Result<()> {
        audit::append(db, self.now, &self.caller.actor(), verb, object.as_ref(), detail)
    }
}

/// What the caller may know nothing of; the room that knows it says so, and the roof registers it. It is of the
/// caller, not of some rows, so that whole pages are asked for without what is not for them.
pub struct Private(pub fn(&Call<'_>, &mut Db) -> Result<NotFor>);

/// What lists leave out, or withhold, before somebody.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct NotFor {
    /// Reviews of which they get no mail to others to see, and are given no count.
    pub reviews: BTreeSet<ReviewId>,
    /// Ids of things of which it is withheld who did what to them.
    pub objects: BTreeSet<String>,
    /// Ids that no detail may name.
    pub named: BTreeSet<String>,
    /// Use cases of which it is withheld that they were about a thing, as their object or in their detail.
    pub about: BTreeSet<(UseCase, String)>,
}

impl NotFor {
    /// Whether nothing is kept from them.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an entry of the audit is to be withheld.
    pub fn hides(&self, entry: &AuditEntry) -> bool {
        if self.is_nothing() {
            return false;
        }
        let use_case = UseCase::of(&entry.verb);
        let about = |id: &str| use_case.is_some_and(|use_case| self.about.contains(&(use_case, id.to_owned())));
        let told = |id: &str| self.named.contains(id) || about(id);
        let detail = serde_json::from_str(&entry.detail).unwrap_or_default();
        self.objects.contains(&entry.object) || about(&entry.object) || says(&detail, &told)
    }
}

/// Whether a detail has a word, anywhere in it.
fn says(detail: &Value, told: &impl Fn(&str) -> bool) -> bool {
    match detail {
        Value::String(word) => told(word),
        Value::Array(parts) => parts.iter().any(|part| says(part, told)),
        Value::Object(parts) => parts.values().any(|part| says(part, told)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A use case that the policy has allowed, with the row that it is done to (or, for lists, how far
/// the caller reaches).
pub struct Permit<'c, R = ()> {
    call: &'c Call<'c>,
    use_case: UseCase,
    row: R,
}

impl<R> Permit<'_, R> {
    /// Reads; changes nothing.
    pub fn read<T>(&self, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
        self.call.look(work)
    }

    /// Reads much of the database, changes nothing: apart from those who ask for little, one such work at a time.
    pub fn read_apart<T>(&self, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
        self.call.service.store.apart(work)
    }

    /// One durable transaction, in which the action also writes its audit entry. Who has been signed out, or lost
    /// a role, since they asked, does nothing more: it is looked at once more inside.
    pub fn write<T>(&self, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
        let value = self.call.write(|db| {
            // What anybody may do asks for nothing; whatever else was allowed, was so a moment ago.
            if self.use_case.rule().also != Also::Anyone {
                standing::confirm(self.call.service, db, &self.call.caller, self.call.now)?;
            }
            work(db)
        })?;
        // A mail or a job may have been put in; waking the workers for nothing is cheap.
        self.call.service.work_waits.ring();
        Ok(value)
    }

    /// The use case's own audit entry, inside its transaction. `object` is an id.
    pub fn audit(&self, db: &mut Db, object: impl AsRef<str>, detail: &Value) -> Result<()> {
        self.call.audit(db, self.use_case, object, detail)
    }

    pub fn service(&self) -> &Service {
        self.call.service
    }

    pub fn into_row(self) -> R {
        self.row
    }
}

impl<R> Deref for Permit<'_, R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.row
    }
}
