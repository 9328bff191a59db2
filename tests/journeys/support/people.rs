//! People for journeys: accounts with grants, put straight into the database.
//!
//! How accounts come about in real life is a journey of its own; all others begin with them.

use diesel::prelude::*;
use stoa::ground::Result;
use stoa::ground::ids::{CityId, GrantId, PersonId, ReviewId, RoundId, ServiceTokenId, SurveyId};
use stoa::ground::receipt::sha256_hex;
use stoa::ground::secrets::random_token;
use stoa::people::call::Call;
use stoa::people::identity::{Caller, PersonState, Role, ScopeKind};
use stoa::people::policy::UseCase;
use stoa::people::program::Access;
use stoa::people::service_tokens;
use stoa::people::store::{ServiceTokenRow, caller_of_person, service_token_insert};
use stoa::store::schema::{person, role_grant, session};

use super::app::TestApp;

/// What a grant is limited to.
#[derive(Debug, Clone, Copy)]
pub enum Grants<'a> {
    Instance,
    Round(&'a RoundId),
    City(&'a CityId),
    Survey(&'a SurveyId),
    Review(&'a ReviewId),
}

impl Grants<'_> {
    fn columns(self) -> (ScopeKind, String) {
        match self {
            Self::Instance => (ScopeKind::Instance, String::new()),
            Self::Round(id) => (ScopeKind::Round, id.to_string()),
            Self::City(id) => (ScopeKind::City, id.to_string()),
            Self::Survey(id) => (ScopeKind::Survey, id.to_string()),
            Self::Review(id) => (ScopeKind::Review, id.to_string()),
        }
    }
}

/// Somebody with an account.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    pub email: String,
}

const NAMES: &[&str] =
    &["Amal Haddad", "Bruno Costa", "Chidi Okafor", "Dina Farouk", "Elena Petrova", "Farid Nasser", "Grace Mwangi", "Hana Suzuki", "Iris Lindqvist"];

impl TestApp {
    /// A new active account with one grant, in English and UTC, without a password.
    pub fn person(&self, role: Role, scope: Grants<'_>) -> Person {
        let person = self.account("en");
        self.grant(&person, role, scope);
        person
    }

    /// A new active account without any grant, in a language.
    pub fn account(&self, language: &str) -> Person {
        let id = PersonId::new(&*self.service.clock, &*self.service.chance);
        let number = usize::try_from(self.people_count()).expect("a small number");
        let name = NAMES[number % NAMES.len()].to_owned();
        let email = format!("{}.{number}@example.org", name.to_lowercase().replace(' ', "."));
        let row = (
            person::id.eq(&id),
            person::email.eq(&email),
            person::name.eq(&name),
            person::language.eq(language),
            person::time_zone.eq("UTC"),
            person::password_hash.eq(None::<String>),
            person::state.eq(PersonState::Active),
            person::version.eq(1),
            person::created_at.eq(self.service.now()),
        );
        self.service.store.write(|db| Ok(diesel::insert_into(person::table).values(row).execute(db)?)).expect("the account is kept");
        Person { id, name, email }
    }

    /// Gives somebody a password.
    pub fn password(&self, of: &Person, password: &str) {
        let hash = stoa::people::passwords::hash([7; 16], password).expect("a hash");
        let set = diesel::update(person::table.find(&of.id)).set(person::password_hash.eq(Some(hash)));
        self.service.store.write(|db| Ok(set.execute(db)?)).expect("the password is kept");
    }

    /// A program of somebody, good for a year: its id and its token.
    pub fn program(&self, of: &PersonId, access: Access, use_cases: &[UseCase], scope: Grants<'_>) -> (ServiceTokenId, String) {
        let (token, token_hash) = service_tokens::new(&self.service);
        let id = ServiceTokenId::new(&*self.service.clock, &*self.service.chance);
        let words: Vec<&str> = use_cases.iter().map(|use_case| use_case.as_str()).collect();
        let (scope_kind, scope_id) = scope.columns();
        let now = self.service.now();
        let row = ServiceTokenRow {
            name: id.to_string(),
            id: id.clone(),
            person_id: of.clone(),
            token_hash,
            access,
            use_cases: serde_json::to_string(&words).expect("words"),
            scope_kind,
            scope_id,
            created_at: now,
            expires_at: now.plus(chrono::Duration::days(365)),
            last_used_on: None,
            revoked_at: None,
        };
        self.service.store.write(|db| service_token_insert(db, &row)).expect("the token is kept");
        (id, token)
    }

    /// One more grant for somebody.
    pub fn grant(&self, to: &Person, role: Role, scope: Grants<'_>) {
        let (kind, scope_id) = scope.columns();
        let row = (
            role_grant::id.eq(GrantId::new(&*self.service.clock, &*self.service.chance)),
            role_grant::person_id.eq(&to.id),
            role_grant::role.eq(role),
            role_grant::scope_kind.eq(kind),
            role_grant::scope_id.eq(scope_id),
            role_grant::created_at.eq(self.service.now()),
        );
        self.service.store.write(|db| Ok(diesel::insert_into(role_grant::table).values(row).execute(db)?)).expect("the grant is kept");
    }

    /// A signed-in session of somebody, good for a year; returns the cookie's token.
    pub fn session(&self, of: &Person) -> String {
        let token = random_token(&*self.service.chance);
        let now = self.service.now();
        let row = (
            session::id.eq(sha256_hex(token.as_bytes())),
            session::person_id.eq(&of.id),
            session::created_at.eq(now),
            session::seen_at.eq(now),
            session::expires_at.eq(now.plus(chrono::Duration::days(365))),
        );
        self.service.store.write(|db| Ok(diesel::insert_into(session::table).values(row).execute(db)?)).expect("the session is kept");
        token
    }

    /// Somebody as the policy sees them now.
    pub fn caller(&self, person: &Person) -> Caller {
        self.service.store.read(|db| caller_of_person(&self.service, db, &person.id)).expect("people read").expect("an active account")
    }

    /// Does something as somebody, without HTTP.
    pub fn act<T>(&self, person: &Person, action: impl FnOnce(&Call<'_>) -> Result<T>) -> Result<T> {
        action(&Call::new(&self.service, self.caller(person), stoa::ground::Language::english()))
    }
}
