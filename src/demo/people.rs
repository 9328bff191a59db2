//! Who is in the demo: invented people and cities. Pure but for inserting the accounts.

use chrono_tz::Tz;

use crate::ground::ids::PersonId;
use crate::ground::{Result, Text, Zone};
use crate::people::call::Call;
use crate::people::identity::PersonState;
use crate::people::passwords;
use crate::people::store::{self, PersonRow};
use crate::rounds::actions::CityInput;
use crate::store::Db;

/// The password of every account of the demo, shown on `/demo`.
pub const PASSWORD: &str = "walk in the stoa";

/// Somebody in the demo: key on `/demo`, name, language, time zone.
pub struct Cast {
    pub key: &'static str,
    pub name: &'static str,
    pub language: &'static str,
    pub time_zone: Tz,
}

const fn cast(key: &'static str, name: &'static str, language: &'static str, time_zone: Tz) -> Cast {
    Cast { key, name, language, time_zone }
}

/// Everybody, the coordinator first.
pub const PEOPLE: &[Cast] = &[
    cast("coordinator", "Amara Lindqvist", "en", Tz::Europe__Berlin),
    cast("officer-port-meridian", "Theo Marchbanks", "en", Tz::America__Halifax),
    cast("officer-qalat-al-noor", "ليان الرفاعي", "ar", Tz::Asia__Amman),
    cast("officer-val-des-tilleuls", "Odile Castagner", "fr", Tz::Europe__Paris),
    cast("expert-1", "Ines Okonedo", "en", Tz::Africa__Lagos),
    cast("expert-2", "Rasmus Veldhuizen", "en", Tz::Europe__Amsterdam),
    cast("expert-3", "سامر البيطار", "ar", Tz::Africa__Cairo),
    cast("expert-4", "هند القاسم", "ar", Tz::Asia__Dubai),
    cast("expert-5", "Marisol Etxeberria", "en", Tz::America__Bogota),
    cast("agency", "Northlight Fieldwork", "en", Tz::America__Halifax),
    cast("analyst", "Jun Takamori", "en", Tz::Asia__Tokyo),
    cast("operator", "Wenna Halloran", "en", Tz::Europe__London),
];

/// The address of somebody in the demo; nothing is ever sent there.
pub fn email(key: &str) -> String {
    format!("{key}@demo.stoa.example")
}

/// A city of the demo.
pub struct Town {
    pub slug: &'static str,
    /// Name in its language and in English.
    pub name: (&'static str, &'static str),
    pub country: &'static str,
    pub language: &'static str,
    pub time_zone: Tz,
    pub population: i64,
    pub responses: usize,
    /// Sections and statistics of its report, as JSON.
    pub report: &'static str,
}

/// The three cities. Their countries are codes that ISO 3166 leaves to users.
pub const TOWNS: &[Town] = &[
    Town {
        slug: "port-meridian",
        name: ("Port Meridian", "Port Meridian"),
        country: "XA",
        language: "en",
        time_zone: Tz::America__Halifax,
        population: 412_000,
        responses: 284,
        report: include_str!("../../config/demo/port-meridian.json"),
    },
    Town {
        slug: "qalat-al-noor",
        name: ("قلعة النور", "Qalat al-Noor"),
        country: "XB",
        language: "ar",
        time_zone: Tz::Asia__Amman,
        population: 687_000,
        responses: 197,
        report: include_str!("../../config/demo/qalat-al-noor.json"),
    },
    Town {
        slug: "val-des-tilleuls",
        name: ("Val-des-Tilleuls", "Val-des-Tilleuls"),
        country: "XC",
        language: "fr",
        time_zone: Tz::Europe__Paris,
        population: 158_000,
        responses: 63,
        report: include_str!("../../config/demo/val-des-tilleuls.json"),
    },
];

impl Town {
    pub fn input(&self) -> CityInput {
        let mut name = Text::of("en", self.name.1);
        name.set(self.language, self.name.0);
        CityInput {
            slug: self.slug.to_owned(),
            name,
            country: self.country.to_owned(),
            language: self.language.to_owned(),
            time_zone: Zone::of(self.time_zone).into(),
            population: Some(self.population),
        }
    }
}

/// Creates an account that can sign in with `PASSWORD`.
pub fn create(call: &Call<'_>, db: &mut Db, who: &Cast, hash: &str) -> Result<PersonId> {
    let id = PersonId::new(&*call.service.clock, &*call.service.chance);
    store::person_insert(
        db,
        &PersonRow {
            id: id.clone(),
            email: email(who.key),
            name: who.name.to_owned(),
            language: who.language.to_owned(),
            time_zone: Zone::of(who.time_zone),
            password_hash: Some(hash.to_owned()),
            state: PersonState::Active,
            version: 1,
            created_at: call.now,
        },
    )?;
    Ok(id)
}

/// The hash of the demo's password.
pub fn password_hash(call: &Call<'_>) -> Result<String> {
    let mut salt = [0; 16];
    call.service.chance.fill(&mut salt);
    passwords::hash(salt, PASSWORD)
}
