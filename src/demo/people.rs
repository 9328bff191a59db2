//! Who is in the demo: invented people and cities. Pure but for inserting the accounts.

use chrono_tz::Tz;

use crate::ground::ids::PersonId;
use crate::ground::{Country, Email, Language, Result, Text, Zone};
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
    pub language: Language,
    pub time_zone: Tz,
}

const fn cast(key: &'static str, name: &'static str, language: Language, time_zone: Tz) -> Cast {
    Cast { key, name, language, time_zone }
}

/// Everybody, the coordinator first.
pub const PEOPLE: &[Cast] = &[
    cast("coordinator", "Amara Lindqvist", Language::of("en"), Tz::Europe__Berlin),
    cast("officer-port-meridian", "Theo Marchbanks", Language::of("en"), Tz::America__Halifax),
    cast("officer-qalat-al-noor", "ليان الرفاعي", Language::of("ar"), Tz::Asia__Amman),
    cast("officer-val-des-tilleuls", "Odile Castagner", Language::of("fr"), Tz::Europe__Paris),
    cast("expert-1", "Ines Okonedo", Language::of("en"), Tz::Africa__Lagos),
    cast("expert-2", "Rasmus Veldhuizen", Language::of("en"), Tz::Europe__Amsterdam),
    cast("expert-3", "سامر البيطار", Language::of("ar"), Tz::Africa__Cairo),
    cast("expert-4", "هند القاسم", Language::of("ar"), Tz::Asia__Dubai),
    cast("expert-5", "Marisol Etxeberria", Language::of("en"), Tz::America__Bogota),
    cast("agency", "Northlight Fieldwork", Language::of("en"), Tz::America__Halifax),
    cast("analyst", "Jun Takamori", Language::of("en"), Tz::Asia__Tokyo),
    cast("operator", "Wenna Halloran", Language::of("en"), Tz::Europe__London),
];

/// The address of somebody in the demo; nothing is ever sent there.
pub fn email(key: &str) -> Email {
    Email::from_stored(format!("{key}@demo.stoa.example"))
}

/// A city of the demo.
pub struct Town {
    pub slug: &'static str,
    /// Name in its language and in English.
    pub name: (&'static str, &'static str),
    pub country: Country,
    pub language: Language,
    pub time_zone: Tz,
    pub population: i64,
    pub responses: usize,
    /// Whether its survey still takes answers; the closed one shows its estimates.
    pub open: bool,
    /// Sections and statistics of its report, as JSON.
    pub report: &'static str,
}

/// The three cities, invented, in countries that go with their languages and clocks.
pub const TOWNS: &[Town] = &[
    Town {
        slug: "port-meridian",
        name: ("Port Meridian", "Port Meridian"),
        country: Country::of("CA"),
        language: Language::of("en"),
        time_zone: Tz::America__Halifax,
        population: 412_000,
        responses: 284,
        open: false,
        report: include_str!("../../config/demo/port-meridian.json"),
    },
    Town {
        slug: "qalat-al-noor",
        name: ("قلعة النور", "Qalat al-Noor"),
        country: Country::of("JO"),
        language: Language::of("ar"),
        time_zone: Tz::Asia__Amman,
        population: 687_000,
        responses: 197,
        open: true,
        report: include_str!("../../config/demo/qalat-al-noor.json"),
    },
    Town {
        slug: "val-des-tilleuls",
        name: ("Val-des-Tilleuls", "Val-des-Tilleuls"),
        country: Country::of("FR"),
        language: Language::of("fr"),
        time_zone: Tz::Europe__Paris,
        population: 158_000,
        responses: 63,
        open: true,
        report: include_str!("../../config/demo/val-des-tilleuls.json"),
    },
];

impl Town {
    pub fn input(&self) -> CityInput {
        let name = Text::english(self.name.1).and(self.language.clone(), self.name.0);
        CityInput {
            slug: self.slug.to_owned(),
            name,
            country: self.country.clone().into(),
            language: self.language.clone().into(),
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
            language: who.language.clone(),
            time_zone: Zone::of(who.time_zone),
            password_hash: Some(hash.to_owned()),
            state: PersonState::Active,
            version: 1,
            created_at: call.now,
            erased_at: None,
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
