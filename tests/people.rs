//! People, through their actions: coming in, staying in, being let go; on a temporary SQLite file
//! with a clock that stands still.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

use std::sync::Arc;

use chrono::Duration;
use stoa::ground::chance::SeededChance;
use stoa::ground::clock::{Clock, FrozenClock};
use stoa::ground::config::{Config, Overrides};
use stoa::ground::ids::{PersonId, RoundId};
use stoa::ground::{Email, Error, Language, Result, Zone};
use stoa::people::account::Details;
use stoa::people::actions::{self, AccountUpdate, PersonInvite, PersonUpdate, SetupStart, SignIn, TokenRefresh};
use stoa::people::call::Call;
use stoa::people::identity::{Caller, Grant, PersonState, Role, ScopeKind};
use stoa::people::throttle::Origin;
use stoa::people::views::GrantInput;
use stoa::people::{sessions, store, tokens};
use stoa::service::Service;
use stoa::web::paging::PageAt;

const PASSWORD: &str = "a bridge in Fez";

/// A browser without any mark, at an address.
fn from(address: &str) -> Origin {
    Origin { address: address.to_owned(), ..Origin::default() }
}

struct House {
    service: Arc<Service>,
    clock: Arc<FrozenClock>,
    _folder: tempfile::TempDir,
}

impl House {
    fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::load(&Overrides { data: Some(folder.path().join("data")), ..Overrides::default() }).unwrap();
        let clock = Arc::new(FrozenClock::at("2026-11-22T09:00:00Z".parse().unwrap()));
        let service = Service::open_with(config, clock.clone(), Arc::new(SeededChance::new(7)), stoa::server::registered()).unwrap();
        Self { service, clock, _folder: folder }
    }

    /// With Amina, the first person.
    fn with_amina() -> (Self, PersonId) {
        let house = Self::empty();
        let input = SetupStart {
            code: actions::setup_code(&house.service).unwrap(),
            email: "amina@example.org".into(),
            name: "Amina".to_owned(),
            language: "en".into(),
            time_zone: "Africa/Tunis".into(),
            password: PASSWORD.to_owned(),
        };
        actions::setup_start(&house.stranger(), &input, &from("here")).unwrap();
        let id = house.id_of("amina@example.org");
        (house, id)
    }

    fn stranger(&self) -> Call<'_> {
        Call::new(&self.service, Caller::anonymous(), &Language::ENGLISH)
    }

    fn as_person(&self, id: &PersonId) -> Call<'_> {
        let caller = self.service.store.read(|db| store::caller_of_person(&self.service, db, id)).unwrap().expect("active");
        Call::new(&self.service, caller, &Language::ENGLISH)
    }

    fn id_of(&self, email: &str) -> PersonId {
        self.service.store.read(|db| store::person_by_email(db, &Email::looked_up(email))).unwrap().expect("exists").id
    }

    fn sign_in(&self, email: &str, password: &str) -> Result<String> {
        let input = SignIn { email: email.to_owned(), password: password.to_owned(), recovery_code: String::new() };
        actions::session_start(&self.stranger(), &input, &from("here"), None).map(|entered| match entered {
            actions::Entered::Session(done) => done.session,
            actions::Entered::Step(_) => panic!("a second factor was asked for"),
        })
    }

    fn tokens(&self, email: &str) -> stoa::people::views::TokenView {
        let input = SignIn { email: email.to_owned(), password: PASSWORD.to_owned(), recovery_code: String::new() };
        actions::token_issue(&self.stranger(), &input, &from("here")).unwrap()
    }

    fn refresh(&self, token: &str) -> Result<stoa::people::views::TokenView> {
        actions::token_refresh(&self.stranger(), &TokenRefresh { refresh_token: token.to_owned() }, &from("here"))
    }

    fn is_in(&self, session: &str) -> bool {
        sessions::caller(&self.service, session).unwrap().person.is_some()
    }

    /// Follows the newest link that was mailed to an address, as its holder would.
    fn holder_of_mailed_link(&self, email: &str) -> Call<'_> {
        let context = self.mails_to(email).pop().expect("a mail");
        let id = context.split("[[cap:").nth(1).and_then(|rest| rest.split("]]").next()).expect("a link").parse().unwrap();
        let token = self.service.secrets.capability(&id);
        let hash = stoa::ground::receipt::sha256_hex(token.as_bytes());
        let now = self.clock.now();
        let held = self.service.store.read(|db| store::held_capability(db, &hash, now)).unwrap();
        let caller = held.map_or_else(Caller::anonymous, |(held, caller)| Caller { capability: Some(held), ..caller });
        Call::new(&self.service, caller, &Language::ENGLISH)
    }

    /// Contexts of the mails to an address, oldest first.
    fn mails_to(&self, email: &str) -> Vec<String> {
        use diesel::prelude::*;
        use stoa::store::schema::message::dsl;
        self.service
            .store
            .read(|db| Ok(dsl::message.filter(dsl::to_email.eq(email)).order(dsl::id).select(dsl::context).load::<String>(db)?))
            .unwrap()
    }

    fn invite(&self, by: &PersonId, email: &str, role: Role) -> PersonId {
        let grants = vec![GrantInput { role, scope_kind: ScopeKind::Instance, scope_id: String::new() }];
        actions::person_invite(&self.as_person(by), &invitation(email, grants)).unwrap().person.id
    }

    /// An invited person who has chosen the usual password.
    fn colleague(&self, by: &PersonId, email: &str, role: Role) -> PersonId {
        let id = self.invite(by, email, role);
        self.clock.advance(Duration::seconds(1));
        actions::password_set(&self.holder_of_mailed_link(email), PASSWORD, &from("here")).unwrap();
        id
    }
}

fn details(name: &str) -> Details {
    Details { name: name.to_owned(), language: Language::ENGLISH, time_zone: Zone::UTC }
}

fn invitation(email: &str, grants: Vec<GrantInput>) -> PersonInvite {
    PersonInvite { email: email.into(), name: "Omar".to_owned(), language: "ar".into(), time_zone: "Africa/Tunis".into(), grants }
}

fn account(state: PersonState) -> PersonUpdate {
    PersonUpdate { name: "Omar".to_owned(), language: "ar".into(), time_zone: "Africa/Tunis".into(), state }
}

fn code<T: std::fmt::Debug>(outcome: Result<T>) -> String {
    match outcome.unwrap_err() {
        Error::Invalid(fields) => fields.iter().map(|f| format!("{}:{}", f.field, f.code)).collect::<Vec<_>>().join(" "),
        other => other.code().to_owned(),
    }
}

#[test]
fn a_fresh_instance_is_taken_over_once_and_only_with_the_code() {
    let house = House::empty();
    let right = actions::setup_code(&house.service).unwrap();
    let start = |code: &str| {
        let input = SetupStart {
            code: code.to_owned(),
            email: "amina@example.org".into(),
            name: "Amina".to_owned(),
            language: "en".into(),
            time_zone: "UTC".into(),
            password: PASSWORD.to_owned(),
        };
        actions::setup_start(&house.stranger(), &input, &from("here")).map(|done| done.session)
    };
    assert_eq!(code(start("00000-00000")), "code:wrong_setup_code");
    assert!(house.is_in(&start(&right).unwrap()), "the first person is signed in");
    assert_eq!(code(start(&right)), "not_found");
    assert_eq!(actions::setup_code(&house.service), None);
    let amina = house.as_person(&house.id_of("amina@example.org"));
    assert!(amina.caller.has_role(Role::Operator) && amina.caller.has_role(Role::Coordinator));
}

#[test]
fn an_unknown_account_and_a_wrong_password_read_the_same() {
    let (house, amina) = House::with_amina();
    house.invite(&amina, "omar@example.org", Role::Analyst);
    let wrong = code(house.sign_in("amina@example.org", "another bridge"));
    assert_eq!(wrong, "bad_credentials");
    assert_eq!(code(house.sign_in("nobody@example.org", PASSWORD)), wrong);
    assert_eq!(code(house.sign_in("omar@example.org", PASSWORD)), wrong, "an invited account has no password yet");
}

#[test]
fn an_address_is_the_same_in_capitals() {
    let (house, _) = House::with_amina();
    assert!(house.is_in(&house.sign_in(" Amina@Example.ORG ", PASSWORD).unwrap()));
}

#[test]
fn an_account_from_when_domains_were_kept_as_typed_is_found_and_not_made_twice() {
    use diesel::prelude::*;
    use stoa::store::schema::person;

    let (house, amina) = House::with_amina();
    let old = diesel::update(person::table.find(&amina)).set(person::email.eq("amina@münster.example"));
    house.service.store.write(|db| Ok(old.execute(db)?)).unwrap();
    for typed in ["amina@münster.example", "Amina@MÜNSTER.example", "amina@xn--mnster-3ya.example"] {
        for _ in 0..=house.service.config.limits.logins_per_15_minutes {
            assert!(house.is_in(&house.sign_in(typed, PASSWORD).unwrap()), "{typed}");
        }
        assert_eq!(house.invite(&amina, typed, Role::Analyst), amina, "{typed}");
    }
    actions::password_reset_request(&house.stranger(), &"amina@münster.example".into(), &from("here")).unwrap();
    assert!(!house.mails_to("amina@xn--mnster-3ya.example").is_empty());
}

#[test]
fn who_guesses_too_often_waits_and_then_gets_in_again() {
    let (house, _) = House::with_amina();
    let limit = house.service.config.limits.logins_per_15_minutes;
    for _ in 0..limit {
        assert_eq!(code(house.sign_in("amina@example.org", "a wrong guess")), "bad_credentials");
    }
    let Err(Error::TooMany { retry_after }) = house.sign_in("amina@example.org", PASSWORD) else { panic!("let in") };
    assert_eq!(retry_after, 30);
    let elsewhere = SignIn { email: "amina@example.org".into(), password: PASSWORD.to_owned(), recovery_code: String::new() };
    assert!(actions::session_start(&house.stranger(), &elsewhere, &from("another address"), None).is_ok(), "others are not locked out");
    house.clock.advance(Duration::seconds(901));
    assert!(house.sign_in("amina@example.org", PASSWORD).is_ok());
}

#[test]
fn a_session_lasts_as_long_as_it_is_used_and_twelve_hours_more() {
    let (house, _) = House::with_amina();
    let session = house.sign_in("amina@example.org", PASSWORD).unwrap();
    for _ in 0..3 {
        house.clock.advance(Duration::hours(11));
        assert!(house.is_in(&session));
    }
    house.clock.advance(Duration::hours(12));
    assert!(!house.is_in(&session));
    assert!(!house.is_in("not a session"));
}

#[test]
fn signing_out_everywhere_ends_sessions_and_refresh_tokens() {
    let (house, amina) = House::with_amina();
    let (here, there) = (house.sign_in("amina@example.org", PASSWORD).unwrap(), house.sign_in("amina@example.org", PASSWORD).unwrap());
    let tokens = house.tokens("amina@example.org");
    actions::session_end(&house.as_person(&amina), &here).unwrap();
    assert!(!house.is_in(&here) && house.is_in(&there), "signing out ends one session");
    actions::session_end_everywhere(&house.as_person(&amina)).unwrap();
    assert!(!house.is_in(&there));
    assert_eq!(code(house.refresh(&tokens.refresh_token)), "token_invalid");
    assert_eq!(code(tokens::caller(&house.service, &tokens.access_token)), "token_invalid", "at once, and not after 15 minutes");
}

#[test]
fn a_refresh_token_that_comes_twice_ends_its_family() {
    let (house, amina) = House::with_amina();
    let (first, other) = (house.tokens("amina@example.org"), house.tokens("amina@example.org"));
    let second = house.refresh(&first.refresh_token).unwrap();
    assert_eq!(tokens::caller(&house.service, &second.access_token).unwrap().person, Some(amina));
    assert_eq!(code(house.refresh(&first.refresh_token)), "token_invalid");
    assert_eq!(code(house.refresh(&second.refresh_token)), "token_invalid", "the thief's or the owner's: both end");
    assert_eq!(code(tokens::caller(&house.service, &second.access_token)), "token_invalid", "with the access tokens that came of them");
    assert!(house.refresh(&other.refresh_token).is_ok(), "another family goes on");
}

#[test]
fn tokens_end_by_themselves_and_when_they_are_revoked() {
    let (house, _) = House::with_amina();
    let tokens = house.tokens("amina@example.org");
    house.clock.advance(Duration::seconds(900));
    assert_eq!(code(tokens::caller(&house.service, &tokens.access_token)), "token_expired");
    assert_eq!(code(tokens::caller(&house.service, "nonsense")), "token_invalid");
    let next = house.refresh(&tokens.refresh_token).unwrap();
    actions::token_revoke(&house.stranger(), &TokenRefresh { refresh_token: next.refresh_token.clone() }, &from("here")).unwrap();
    assert_eq!(code(house.refresh(&next.refresh_token)), "token_invalid");
    assert_eq!(code(tokens::caller(&house.service, &next.access_token)), "token_invalid");
    let late = house.tokens("amina@example.org");
    house.clock.advance(Duration::days(30));
    assert_eq!(code(house.refresh(&late.refresh_token)), "token_invalid");
}

#[test]
fn an_invited_person_chooses_a_password_and_comes_in() {
    let (house, amina) = House::with_amina();
    let omar = house.invite(&amina, "omar@example.org", Role::Analyst);
    let link = house.holder_of_mailed_link("omar@example.org");
    assert_eq!(code(actions::password_set(&link, "short", &from("here"))), "password:password_too_short");
    assert_eq!(code(actions::password_set(&link, "omar@example.org", &from("here"))), "password:password_is_email");
    actions::password_set(&link, PASSWORD, &from("here")).unwrap();
    assert!(house.is_in(&house.sign_in("omar@example.org", PASSWORD).unwrap()));
    assert_eq!(actions::account_read(&house.as_person(&omar)).unwrap().state, PersonState::Active);
    assert_eq!(code(actions::password_set(&link, "another bridge", &from("here"))), "not_found", "the link works once");
}

#[test]
fn a_forgotten_password_is_replaced_by_mail_and_ends_old_visits() {
    let (house, _) = House::with_amina();
    let session = house.sign_in("amina@example.org", PASSWORD).unwrap();
    actions::password_reset_request(&house.stranger(), &"Amina@example.org".into(), &from("here")).unwrap();
    let link = house.holder_of_mailed_link("amina@example.org");
    assert!(house.is_in(&session), "asking changes nothing");
    actions::password_set(&link, "another bridge", &from("here")).unwrap();
    assert!(!house.is_in(&session));
    assert_eq!(code(house.sign_in("amina@example.org", PASSWORD)), "bad_credentials");
    assert!(house.sign_in("amina@example.org", "another bridge").is_ok());
}

#[test]
fn asking_for_a_link_says_and_leaves_the_same_for_nobody() {
    let (house, _) = House::with_amina();
    actions::password_reset_request(&house.stranger(), &"nobody@example.org".into(), &from("here")).unwrap();
    assert!(house.mails_to("nobody@example.org").is_empty());
    for _ in 0..5 {
        actions::password_reset_request(&house.stranger(), &"amina@example.org".into(), &from("here")).unwrap();
    }
    assert_eq!(house.mails_to("amina@example.org").len(), 1, "nobody's mailbox is flooded");
}

#[test]
fn a_password_link_ends_after_two_days() {
    let (house, _) = House::with_amina();
    actions::password_reset_request(&house.stranger(), &"amina@example.org".into(), &from("here")).unwrap();
    house.clock.advance(Duration::hours(48));
    let link = house.holder_of_mailed_link("amina@example.org");
    assert_eq!(code(actions::password_link(&link).map(drop)), "not_found");
}

#[test]
fn a_disabled_account_is_out_at_once() {
    let (house, amina) = House::with_amina();
    let omar = house.colleague(&amina, "omar@example.org", Role::Coordinator);
    let session = house.sign_in("omar@example.org", PASSWORD).unwrap();
    let tokens = house.tokens("omar@example.org");
    let version = actions::person_read(&house.as_person(&amina), &omar).unwrap().version;
    actions::person_update(&house.as_person(&amina), &omar, version, &account(PersonState::Disabled)).unwrap();
    assert!(!house.is_in(&session));
    assert_eq!(code(house.refresh(&tokens.refresh_token)), "token_invalid");
    assert_eq!(code(house.sign_in("omar@example.org", PASSWORD)), "bad_credentials");
    assert!(house.service.store.read(|db| store::caller_of_person(&house.service, db, &omar)).unwrap().is_none(), "access tokens find nobody");
    assert_eq!(code(actions::person_update(&house.as_person(&amina), &omar, version, &account(PersonState::Active))), "stale");
    actions::person_update(&house.as_person(&amina), &omar, version + 1, &account(PersonState::Active)).unwrap();
    assert!(house.sign_in("omar@example.org", PASSWORD).is_ok());
    assert_eq!(code(stoa::people::tokens::caller(&house.service, &tokens.access_token)), "token_invalid", "what was ended does not come back");
}

#[test]
fn the_last_operator_stays() {
    let (house, amina) = House::with_amina();
    let me = house.as_person(&amina);
    let view = actions::account_read(&me).unwrap();
    let operator = view.grants.iter().find(|g| g.role == Role::Operator).unwrap();
    assert_eq!(code(actions::grant_remove(&me, &amina, &operator.id)), "last_operator");
    assert_eq!(code(actions::person_update(&me, &amina, view.version, &account(PersonState::Disabled))), "last_operator");
    house.invite(&amina, "invited@example.org", Role::Operator);
    assert_eq!(code(actions::grant_remove(&me, &amina, &operator.id)), "last_operator", "somebody without a password cannot operate");
    house.colleague(&amina, "omar@example.org", Role::Operator);
    actions::grant_remove(&me, &amina, &operator.id).unwrap();
}

#[test]
fn a_coordinator_gives_every_role_but_the_operators() {
    let (house, amina) = House::with_amina();
    let omar = house.colleague(&amina, "omar@example.org", Role::Coordinator);
    let as_omar = house.as_person(&omar);
    for role in [Role::Coordinator, Role::Expert, Role::Agency, Role::Analyst] {
        house.invite(&omar, &format!("{role}@example.org"), role);
    }
    let operator = GrantInput { role: Role::Operator, scope_kind: ScopeKind::Instance, scope_id: String::new() };
    assert_eq!(code(actions::grant_add(&as_omar, &omar, &operator).map(drop)), "forbidden");
    let hers = actions::person_read(&as_omar, &amina).unwrap().grants.into_iter().find(|g| g.role == Role::Operator).unwrap();
    assert_eq!(code(actions::grant_remove(&as_omar, &amina, &hers.id)), "forbidden");
    let officer = GrantInput { role: Role::CityOfficer, scope_kind: ScopeKind::Instance, scope_id: String::new() };
    assert_eq!(code(actions::grant_add(&as_omar, &omar, &officer).map(drop)), "scope_kind:scope_not_for_role");
}

#[test]
fn a_role_is_given_once_and_taken_away_at_once() {
    let (house, amina) = House::with_amina();
    let omar = house.colleague(&amina, "omar@example.org", Role::Analyst);
    let expert = GrantInput { role: Role::Expert, scope_kind: ScopeKind::Instance, scope_id: String::new() };
    let first = actions::grant_add(&house.as_person(&amina), &omar, &expert).unwrap().grant;
    let again = actions::grant_add(&house.as_person(&amina), &omar, &expert).unwrap().grant;
    assert_eq!(first.id, again.id);
    assert!(house.as_person(&omar).caller.has_role(Role::Expert));
    actions::grant_remove(&house.as_person(&amina), &omar, &first.id).unwrap();
    assert!(!house.as_person(&omar).caller.has_role(Role::Expert));
}

#[test]
fn a_coordinator_of_one_round_sees_only_its_people() {
    let (house, amina) = House::with_amina();
    let round: RoundId = "rnd_00000000000000000000000000000001".parse().unwrap();
    let inside = house.colleague(&amina, "inside@example.org", Role::Analyst);
    let call = house.as_person(&amina);
    house.service.store.write(|db| actions::grant_ensure(&call, db, &inside, Role::Expert, ScopeKind::Round, round.as_str())).unwrap();
    let grants = vec![Grant { role: Role::Coordinator, scope_kind: ScopeKind::Round, scope_id: round.to_string() }];
    let caller = Caller { person: Some("per_00000000000000000000000000000009".parse().unwrap()), grants, ..Caller::default() };
    let here = Call::new(&house.service, caller, &Language::ENGLISH);
    let page = PageAt { after: None, limit: 50 };
    let seen: Vec<String> = actions::person_list(&here, &page).unwrap().items.into_iter().map(|p| p.email.to_string()).collect();
    assert_eq!(seen, ["inside@example.org"]);
    assert_eq!(code(actions::person_read(&here, &amina).map(drop)), "not_found", "whoever is outside is not known here");
    assert_eq!(code(actions::person_invite(&here, &invitation("x@example.org", Vec::new())).map(drop)), "forbidden");
    assert_eq!(code(actions::audit_list(&here, None, &PageAt { after: None, limit: 50 }).map(drop)), "forbidden");
}

#[test]
fn people_who_have_an_account_are_not_invited_twice() {
    let (house, amina) = House::with_amina();
    house.colleague(&amina, "omar@example.org", Role::Analyst);
    let mails = house.mails_to("omar@example.org").len();
    let grants = vec![GrantInput { role: Role::Expert, scope_kind: ScopeKind::Instance, scope_id: String::new() }];
    let again = actions::person_invite(&house.as_person(&amina), &invitation("OMAR@example.org", grants)).unwrap();
    assert_eq!(again.outcome, actions::Outcome::Known);
    assert_eq!(again.person.grants.len(), 2);
    assert_eq!(house.mails_to("omar@example.org").len(), mails);
    let call = house.as_person(&amina);
    let ensured = house.service.store.write(|db| actions::person_ensure(&call, db, &Email::looked_up("Omar@example.org"), &details("O"))).unwrap();
    assert_eq!(ensured.name, "Omar", "an account that is there stays as it is");
}

#[test]
fn a_changed_password_needs_the_old_one_and_leaves_this_visit() {
    let (house, amina) = House::with_amina();
    let (here, there) = (house.sign_in("amina@example.org", PASSWORD).unwrap(), house.sign_in("amina@example.org", PASSWORD).unwrap());
    let change = |current: Option<&str>, new: Option<&str>| {
        let input = AccountUpdate {
            name: "Amina".to_owned(),
            language: "en".into(),
            time_zone: "Africa/Tunis".into(),
            current_password: current.map(str::to_owned),
            new_password: new.map(str::to_owned),
        };
        let version = actions::account_read(&house.as_person(&amina)).unwrap().version;
        actions::account_update(&house.as_person(&amina), version, &input, &from("here"), Some(&here))
    };
    assert_eq!(code(change(None, Some("another bridge"))), "current_password:required");
    assert_eq!(code(change(Some("wrong wrong"), Some("another bridge"))), "current_password:wrong_password");
    change(None, None).unwrap();
    assert!(house.is_in(&there), "changing details ends nothing");
    let program = house.tokens("amina@example.org");
    change(Some(PASSWORD), Some("another bridge")).unwrap();
    assert_eq!(code(tokens::caller(&house.service, &program.access_token)), "token_invalid");
    assert!(house.is_in(&here) && !house.is_in(&there));
}

#[test]
fn recipients_are_those_whose_scope_covers_the_place() {
    let (house, amina) = House::with_amina();
    let omar = house.invite(&amina, "omar@example.org", Role::Analyst);
    let call = house.as_person(&amina);
    let found = house
        .service
        .store
        .write(|db| {
            actions::grant_ensure(&call, db, &omar, Role::Coordinator, ScopeKind::Round, "rnd_1")?;
            let of = |db: &mut stoa::store::Db, id: &str| -> Result<Vec<String>> {
                Ok(store::recipients_with_role(db, Role::Coordinator, ScopeKind::Round, id)?.into_iter().map(|r| r.email.to_string()).collect())
            };
            Ok((of(db, "rnd_1")?, of(db, "rnd_2")?))
        })
        .unwrap();
    assert_eq!(found.0, ["amina@example.org", "omar@example.org"]);
    assert_eq!(found.1, ["amina@example.org"]);
}

#[test]
fn the_terminal_gives_a_link_and_the_roles() {
    let house = House::empty();
    let roles = [Role::Coordinator, Role::Operator];
    let (_, link) = actions::person_from_terminal(&house.service, &Email::looked_up("amina@example.org"), &details("Amina"), &roles).unwrap();
    assert!(link.contains("/password/cap_"), "{link}");
    let again = actions::person_from_terminal(&house.service, &Email::looked_up("amina@example.org"), &details("Amina"), &roles);
    assert!(again.is_ok(), "a lost link is replaced");
}

#[test]
fn what_people_do_is_in_the_audit_and_the_chain_holds() {
    let (house, amina) = House::with_amina();
    house.colleague(&amina, "omar@example.org", Role::Analyst);
    let entries = actions::audit_list(&house.as_person(&amina), None, &PageAt { after: None, limit: 50 }).unwrap().items;
    let verbs: Vec<&str> = entries.iter().rev().map(|e| e.verb.as_str()).collect();
    assert_eq!(verbs, ["setup_start", "person_invite", "password_set"]);
    let verified = actions::audit_verify(&house.as_person(&amina)).unwrap();
    assert_eq!((verified.holds, verified.entries, verified.broken_at), (true, Some(3), None));
    assert!(entries.iter().all(|e| !e.detail.contains("bridge") && !e.detail.contains("cap_")), "no secrets");
}
