//! A survey kept ready to be answered: compiled once, believed for a moment.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use chrono::{Datelike, Days, Duration, NaiveDate};

use crate::ground::ids::{InstrumentId, SurveyId};
use crate::ground::{Language, Result, Text, UtcTime, Zone};
use crate::rounds;
use crate::rounds::place::RoundState;
use crate::store::Db;
use crate::surveys::store::{InstrumentRow, SurveyRow, invitations};
use crate::surveys::survey::{Gate, Mode, Privacy, SurveyState};
use crate::surveys::{edition, instrument, live, store};
use forms::expression::Day;
use forms::markup;
use forms::questionnaire::Compiled;

/// How long a city's name and time zone are believed.
pub const BELIEVED: Duration = Duration::seconds(60);

/// What stands for the names that a preview cannot know.
const NOT_YET: &str = "[…]";

/// How those who were invited answer.
pub struct InvitedHere {
    pub privacy: Privacy,
    /// The last day on which the list is kept.
    list_until: Option<NaiveDate>,
    /// `None` once the survey has closed.
    pub seed: Option<String>,
    /// Strata that are not too small to stand beside an answer.
    pub strata: HashSet<String>,
}

pub struct Issued {
    pub id: SurveyId,
    pub slug: String,
    pub instrument_id: InstrumentId,
    pub compiled: Arc<Compiled>,
    /// By page, whether an answer may change what the same page asks.
    pub live: Arc<[bool]>,
    /// What the interface for programs says of it, written once: it may be large.
    pub document: Arc<OnceLock<String>>,
    /// The name of the questionnaire, for those without a title.
    name: Arc<str>,
    pub city: Text,
    /// Tags of the languages it can be answered in, the default first.
    pub languages: Vec<Language>,
    pub zone: Zone,
    /// What the round is called.
    pub round: String,
    pub mode: Mode,
    /// Whom to ask; empty where the instance answers.
    pub contact: String,
    /// As it stood when it was looked up; the committer asks again.
    pub gate: Gate,
    /// The edition that is answered on the day on which it was looked up.
    edition: i32,
    /// The next one, with its day and when that begins.
    next: Option<(NaiveDate, i32, UtcTime)>,
    /// Of those who were invited one by one.
    pub invited: Option<InvitedHere>,
    looked_up_at: UtcTime,
    /// Where the pages of a preview are: nothing of it is ever stored.
    preview: Option<String>,
}

impl InvitedHere {
    fn look_up(db: &mut Db, survey: &SurveyRow, least: i64) -> Result<Self> {
        let strata = invitations::strata_told_apart(db, &survey.id, least)?;
        Ok(Self { privacy: survey.privacy, list_until: survey.list_until, seed: survey.key_seed.clone(), strata: strata.into_iter().collect() })
    }
}

impl Issued {
    /// Looks a survey up. What was compiled `before` is used again: a published instrument never changes. Strata of
    /// fewer than `least` who are invited are not told apart.
    pub fn look_up(db: &mut Db, slug: &str, before: Option<&Self>, least: i64, now: UtcTime) -> Result<Self> {
        let survey = store::survey_by_slug(db, slug)?;
        let place = rounds::store::place(db, &survey.participation_id)?;
        let zone = place.city.time_zone;
        // Of most surveys there is but one, and nothing else to look up.
        let editions = if survey.edition > 1 { store::editions::editions(db, &survey.id)? } else { Vec::new() };
        let (on_day, next) = edition::on(&editions, now.local_date(zone));
        let (number, instrument_id) = on_day.map_or((survey.edition, &survey.instrument_id), |row| (row.edition, &row.instrument_id));
        let next = next.map(|(day, number)| (day, number, UtcTime::end_of_day(day - Days::new(1), zone).plus(Duration::seconds(1))));
        let (compiled, live, name) = match before {
            Some(before) if before.id == survey.id && before.instrument_id == *instrument_id => {
                (before.compiled.clone(), before.live.clone(), before.name.clone())
            }
            _ => {
                let row = store::instrument(db, instrument_id)?;
                let compiled = Arc::new(instrument::compile(&row.questionnaire)?);
                let live = live::pages(compiled.questionnaire());
                (compiled, live.into(), row.head.name.into())
            }
        };
        let invited = (survey.mode == Mode::Invitation).then(|| InvitedHere::look_up(db, &survey, least)).transpose()?;
        // A questionnaire that names no language is taken to be in the city's.
        let language = |tag: &String| if tag == "und" { place.city.language.clone() } else { Language::from_stored(tag) };
        let languages: Vec<Language> = compiled.questionnaire().languages.iter().map(language).collect();
        let same = |before: &&Self| Arc::ptr_eq(&before.compiled, &compiled) && before.city == place.city.name && before.languages == languages;
        let document = before.filter(same).map(|before| before.document.clone()).unwrap_or_default();
        let gate = survey.gate(place.round.state);
        Ok(Self {
            id: survey.id,
            slug: survey.slug,
            instrument_id: instrument_id.clone(),
            compiled,
            live,
            document,
            name,
            city: place.city.name,
            languages,
            zone,
            round: place.round.name,
            mode: survey.mode,
            contact: survey.contact,
            gate,
            edition: number,
            next,
            invited,
            looked_up_at: now,
            preview: None,
        })
    }

    /// A questionnaire as citizens will see it, at an address of its own. It is no survey: its id is nobody's, so that
    /// nothing could be stored for it.
    pub fn preview(row: InstrumentRow, address: String, reader: (&Language, Zone), now: UtcTime) -> Result<Self> {
        let compiled = Arc::new(instrument::compile(&row.questionnaire)?);
        let live = live::pages(compiled.questionnaire()).into();
        let language = |tag: &String| if tag == "und" { reader.0.clone() } else { Language::from_stored(tag) };
        let languages = compiled.questionnaire().languages.iter().map(language).collect();
        Ok(Self {
            id: SurveyId::from_stored(String::new()),
            slug: String::new(),
            instrument_id: row.head.id,
            compiled,
            live,
            document: Arc::default(),
            name: row.head.name.into(),
            // Which city asks, and in which round, a survey will know.
            city: Text::english(NOT_YET),
            languages,
            zone: reader.1,
            round: NOT_YET.to_owned(),
            mode: Mode::OpenLink,
            contact: String::new(),
            gate: Gate { state: SurveyState::Draft, opens_at: None, closes_at: None, round: RoundState::Draft },
            edition: 1,
            next: None,
            invited: None,
            looked_up_at: now,
            preview: Some(address),
        })
    }

    /// Where its pages are.
    pub fn address(&self) -> String {
        self.preview.clone().unwrap_or_else(|| format!("/s/{}", self.slug))
    }

    pub fn is_preview(&self) -> bool {
        self.preview.is_some()
    }

    /// What it is called in a language: by its title, or by the name of the questionnaire.
    pub fn title(&self, language: &Language) -> Cow<'_, str> {
        let questionnaire = self.compiled.questionnaire();
        match questionnaire.title.get(language, &questionnaire.default_language) {
            "" => Cow::Borrowed(&*self.name),
            title => markup::plain(title),
        }
    }

    /// Whether what is stored of an answer leads to whoever was invited.
    pub fn is_confidential(&self) -> bool {
        self.invited.as_ref().is_some_and(|here| here.privacy == Privacy::Confidential)
    }

    /// The last day on which it is kept who was invited; empty where that is over, or nobody was.
    pub fn list_until(&self) -> String {
        self.invited.as_ref().and_then(|here| here.list_until).map(|day| day.to_string()).unwrap_or_default()
    }

    pub(super) fn is_believed(&self, now: UtcTime) -> bool {
        now < self.looked_up_at.plus(BELIEVED) && self.next.is_none_or(|(_, _, begins)| now < begins)
    }

    /// The edition that an answer of a day is given to: no more than its day tells, also where midnight passed since
    /// the survey was looked up.
    pub fn edition_on(&self, day: NaiveDate) -> i32 {
        self.next.filter(|(since, ..)| *since <= day).map_or(self.edition, |(_, next, _)| next)
    }

    /// The calendar day where the survey is.
    pub fn day(&self, now: UtcTime) -> NaiveDate {
        now.local_date(self.zone)
    }

    /// The same day, as questionnaires compute with it.
    pub fn today(&self, now: UtcTime) -> Day {
        let day = self.day(now);
        Day::from_date(day.year(), day.month(), day.day()).or_else(|| Day::from_count(0)).expect("1970-01-01 is a day")
    }
}
