//! Whatever callers show as proof: any text as an access token, a program's, a link's; signed cookies, form tokens
//! and receipts. Nothing that was not given out is believed.

use std::sync::{Arc, LazyLock};

use actix_web::FromRequest;
use actix_web::dev::Payload;
use actix_web::test::TestRequest;
use actix_web::web::Data;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use figment::Figment;
use figment::providers::{Format, Toml};
use stoa::ground::chance::SeededChance;
use stoa::ground::clock::FrozenClock;
use stoa::ground::config::{Config, DEFAULTS};
use stoa::ground::ids::{PersonId, SurveyId};
use stoa::people::caller::{Ctx, speaks_for};
use stoa::people::device::Device;
use stoa::people::policy::UseCase;
use stoa::people::tokens;
use stoa::service::Service;
use stoa::surveys::receipt;

/// A service where nobody has an account, and a token of somebody who is gone.
static SERVICE: LazyLock<(Arc<Service>, tempfile::TempDir, String)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config: Config = Figment::from(Toml::string(DEFAULTS)).extract().expect("the defaults are complete");
    config.storage.data = folder.path().to_owned();
    config.storage.pool = 1;
    let clock = Arc::new(FrozenClock::at("2026-03-02T09:00:00Z".parse().expect("a time")));
    let service = Service::open_with(config, clock, Arc::new(SeededChance::new(7)), stoa::server::registered()).expect("the instance opens");
    let gone = PersonId::new(&*service.clock, &*service.chance);
    let token = tokens::issue(&service, &gone, "family", service.now()).expect("a token");
    (service, folder, token)
});

fn believed(token: &str) -> bool {
    speaks_for(&SERVICE.0, Some(token.to_owned()), UseCase::account_read, "/api/v1/me").is_ok()
}

pub fn any(data: &[u8]) {
    let Some((how, data)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(data);
    let (service, _, good) = &*SERVICE;
    let token = match how % 5 {
        0 => text.into_owned(),
        1 => format!("stoa_{text}"),
        2 => format!("cap_{text}"),
        // Any head and claims, however they are signed.
        3 => text.split('\0').map(|part| URL_SAFE_NO_PAD.encode(part)).collect::<Vec<_>>().join("."),
        // A good one, with something else in some place.
        _ => {
            let mut bytes = good.clone().into_bytes();
            for pair in data.chunks_exact(2) {
                let at = usize::from(pair[0]) % bytes.len();
                bytes[at] = pair[1];
            }
            String::from_utf8_lossy(&bytes).into_owned()
        }
    };
    assert!(!believed(&token), "{token}");
    // Cookies, and what they say.
    let request = TestRequest::get().uri("/sign-in").app_data(Data::from(service.clone()));
    let value: String = token.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, ';' | ',' | '"')).collect();
    let cookies = format!("stoa_session={value}; stoa_visit={value}; stoa_flash={value}; stoa_device={value}");
    let request = request.insert_header(("cookie", cookies)).to_http_request();
    if let Ok(ctx) = Ctx::from_request(&request, &mut Payload::None).into_inner() {
        let _ = (ctx.origin(), ctx.session_token());
    }
    if let Some(device) = Device::read(&token) {
        assert_eq!(Device::read(&device.value()).map(|again| again.value()), Some(device.value()));
        assert!(!device.knows(&service.secrets, &"amina@example.org".parse().expect("an address")));
    }
    assert!(!service.secrets.matches("csrf", "somebody", &token) && !service.secrets.matches_masked("csrf", "somebody", &token));
    let survey: SurveyId = "srv_019a0000000070008000000000000001".parse().expect("an id");
    if let Some(statement) = receipt::read(&token) {
        assert!(!statement.is_about(&service.secrets, &survey), "{token}");
    }
}
