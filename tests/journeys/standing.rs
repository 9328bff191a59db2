//! What is on its way when somebody is signed out, gets another password or loses a role: it does nothing any more.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use diesel::prelude::*;
use stoa::ground::chance::{Chance, SeededChance};
use stoa::ground::{Error, Language};
use stoa::people::actions::{self, AccountUpdate, ServiceTokenInput, SignIn};
use stoa::people::call::Call;
use stoa::people::identity::{Role, ScopeKind};
use stoa::people::program::Access;
use stoa::people::throttle::Origin;
use stoa::people::views::GrantInput;
use stoa::people::{passwords, sessions, store, tokens};
use stoa::service::Service;
use stoa::store::schema::{role_grant, service_token};

use crate::support::{Grants, Person, TestApp, access_token};

const PASSWORD: &str = "a bridge in Fez";

/// Chance that lets something else happen before it gives its `at`-th bytes.
struct Meanwhile {
    chance: SeededChance,
    at: AtomicUsize,
    what: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Chance for Meanwhile {
    fn fill(&self, bytes: &mut [u8]) {
        if self.at.fetch_sub(1, Ordering::SeqCst) == 1 {
            let what = self.what.lock().unwrap_or_else(PoisonError::into_inner).take();
            what.expect("it happens once")();
        }
        self.chance.fill(bytes);
    }
}

/// Another process on the same database, in which something happens meanwhile.
fn another(app: &TestApp, at: usize, what: impl FnOnce() + Send + 'static) -> Arc<Service> {
    let chance = Meanwhile { chance: SeededChance::new(9), at: AtomicUsize::new(at), what: Mutex::new(Some(Box::new(what))) };
    Service::open_with(app.service.config.clone(), app.clock.clone(), Arc::new(chance), stoa::server::registered()).expect("it opens")
}

fn amina(app: &TestApp) -> Person {
    let amina = app.person(Role::Coordinator, Grants::Instance);
    app.password(&amina, PASSWORD);
    amina
}

fn another_password(current: &str) -> AccountUpdate {
    AccountUpdate {
        name: "Amina".to_owned(),
        language: "en".into(),
        time_zone: "UTC".into(),
        current_password: Some(current.to_owned()),
        new_password: Some("the password of a thief".to_owned()),
    }
}

fn program() -> ServiceTokenInput {
    ServiceTokenInput {
        name: "Nightly export".to_owned(),
        access: Access::ReadOnly,
        use_cases: Vec::new(),
        scope_kind: ScopeKind::Instance,
        scope_id: String::new(),
        expires_on: chrono::NaiveDate::from_ymd_opt(2026, 9, 1).expect("a day").into(),
        current_password: PASSWORD.to_owned(),
        dry_run: false,
    }
}

fn opens(app: &TestApp, of: &Person, password: &str) -> bool {
    let call = Call::new(&app.service, stoa::people::identity::Caller::anonymous(), &Language::ENGLISH);
    let input = SignIn { email: of.email.clone(), password: password.to_owned(), recovery_code: String::new() };
    actions::session_start(&call, &input, &Origin { address: "home".to_owned(), ..Origin::default() }, None).is_ok()
}

fn living_programs(app: &TestApp) -> i64 {
    let living = service_token::table.filter(service_token::revoked_at.is_null()).count();
    app.service.store.read(|db| Ok(living.get_result(db)?)).unwrap()
}

both! {
    async fn a_password_that_was_set_meanwhile_is_not_overridden_by_the_old_one(app) {
        let amina = amina(app);
        let token = access_token(&app.service, &amina.id);
        let (service, id) = (app.service.clone(), amina.id.clone());
        // Between the check of the old password and the new one that is asked for, the owner sets another.
        let late = another(app, 1, move || {
            let hash = passwords::hash([8; 16], "the owner's own").unwrap();
            service.store.write(|db| store::password_set(db, &id, &hash)).unwrap();
        });
        let origin = Origin::default();
        let call = Call::new(&late, tokens::caller(&late, &token).unwrap(), &Language::ENGLISH);
        // The version that the owner's change makes, so that nothing else refuses it.
        let Err(Error::Invalid(fields)) = actions::account_update(&call, 2, &another_password(PASSWORD), &origin, None) else { panic!("it was taken") };
        assert_eq!((fields[0].field.as_str(), fields[0].code.as_str()), ("current_password", "wrong_password"));
        assert!(opens(app, &amina, "the owner's own") && !opens(app, &amina, "the password of a thief"));
    }

    async fn signing_out_everywhere_ends_also_the_ways_in_that_are_just_being_made(app) {
        let amina = amina(app);
        let session = app.session(&amina);
        let (service, id) = (app.service.clone(), amina.id.clone());
        // The first bytes are the token's id; the password is checked before the second.
        let late = another(app, 2, move || {
            actions::session_end_everywhere(&Call::by(&service, &id, &Language::ENGLISH).unwrap()).unwrap();
        });
        let call = Call::new(&late, sessions::caller(&late, &session).unwrap(), &Language::ENGLISH);
        let made = actions::service_token_issue(&call, &program(), &Origin::default());
        assert!(matches!(made, Err(Error::Unauthenticated(_))), "{:?}", made.err());
        assert_eq!(living_programs(app), 0);
    }

    async fn a_closed_account_and_an_ended_program_do_nothing_more(app) {
        let (amina, omar) = (amina(app), app.person(Role::Operator, Grants::Instance));
        let session = app.session(&amina);
        let token = access_token(&app.service, &amina.id);
        let (program, secret) = app.program(&omar.id, Access::Chosen, &[stoa::people::policy::UseCase::message_test], Grants::Instance);
        let callers = [
            sessions::caller(&app.service, &session).unwrap(),
            tokens::caller(&app.service, &token).unwrap(),
            stoa::people::service_tokens::caller(&app.service, &secret).unwrap(),
        ];
        app.act(&omar, |call| actions::service_token_revoke(call, &program)).unwrap();
        app.act(&amina, actions::session_end_everywhere).unwrap();
        let before = app.audit_verbs();
        for caller in callers {
            let call = Call::new(&app.service, caller, &Language::ENGLISH);
            let sent = stoa::mailroom::actions::message_test(&call);
            assert!(matches!(sent, Err(Error::Unauthenticated(_))), "{:?}", sent.err());
        }
        assert_eq!(app.audit_verbs(), before);
    }

    async fn a_role_that_was_taken_away_meanwhile_gives_no_role_to_others(app) {
        let (amina, eve) = (amina(app), app.account("en"));
        let call = Call::new(&app.service, app.caller(&amina), &Language::ENGLISH);
        let gone = diesel::delete(role_grant::table.filter(role_grant::person_id.eq(&amina.id)));
        app.service.store.write(|db| Ok(gone.execute(db)?)).unwrap();
        let grant = GrantInput { role: Role::Coordinator, scope_kind: ScopeKind::Instance, scope_id: String::new() };
        assert!(actions::grant_add(&call, &eve.id, &grant).is_err());
        assert!(app.caller(&eve).grants.is_empty());
    }
}
