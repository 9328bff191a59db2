//! The intake: how a response gets from a request onto the disk.
//!
//! One per process. Instruments and addresses never change once issued, so they are kept here ready
//! for use; whether a survey still takes answers is asked inside every transaction, so that closing
//! it in another process is obeyed. Nothing about the respondent but the answers goes in.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{Datelike, Duration, NaiveDate};

use super::instrument;
use super::receipt;
use super::store::{self, ResponseRow};
use super::survey::{Gate, Standing};
use crate::ground::chance::Chance;
use crate::ground::clock::Clock;
use crate::ground::ids::{InstrumentId, ResponseId, SurveyId};
use crate::ground::problems::{ALREADY_SUBMITTED, CLOSED};
use crate::ground::secrets::Secrets;
use crate::ground::{Error, FieldError, Language, Result, Text, UtcTime, Zone};
use crate::rounds;
use crate::service::Service;
use crate::store::committer::{Batch, Committer};
use crate::store::{Db, Store};
use forms::answers::{self, AnswerCode, AnswerError, Answers, MAXIMUM_TEXT, Quick, Relevance};
use forms::expression::Day;
use forms::questionnaire::{Compiled, Kind};

/// Surveys kept ready at most; far more than are ever open at once.
const KEPT: usize = 2_000;
/// How long a city's name and time zone are believed.
const BELIEVED: Duration = Duration::seconds(60);

/// A survey ready to be answered.
pub struct Issued {
    pub id: SurveyId,
    pub slug: String,
    pub instrument_id: InstrumentId,
    pub compiled: Arc<Compiled>,
    pub city: Text,
    /// Tags of the languages it can be answered in, the default first.
    pub languages: Vec<Language>,
    pub zone: Zone,
    /// As it stood when it was looked up; the committer asks again.
    pub gate: Gate,
    looked_up_at: UtcTime,
}

impl Issued {
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

/// A response whose answers were checked, on its way to the committer.
pub struct Prepared {
    pub row: ResponseRow,
    /// Whether its id follows from a `once`, so that it is recognised when it comes again.
    repeatable: bool,
}

/// The way in; shared by all threads.
pub struct Intake {
    store: Store,
    clock: Arc<dyn Clock>,
    secrets: Secrets,
    chance: Arc<dyn Chance>,
    committer: Committer<ResponseBatch>,
    issued: RwLock<HashMap<String, Arc<Issued>>>,
}

impl Intake {
    /// Starts the committer.
    pub fn start(service: &Service) -> Result<Self> {
        let (store, clock, chance) = (service.store.clone(), service.clock.clone(), service.chance.clone());
        let committer = Committer::start("responses", store.clone(), ResponseBatch { clock: clock.clone(), chance: chance.clone(), stretch: None })?;
        Ok(Self { store, clock, secrets: service.secrets.clone(), chance, committer, issued: RwLock::default() })
    }

    /// A survey that is kept ready; `None` when it must be looked up (which blocks).
    pub fn known(&self, slug: &str) -> Option<Arc<Issued>> {
        let issued = self.issued.read().unwrap_or_else(PoisonError::into_inner).get(slug)?.clone();
        (self.clock.now() < issued.looked_up_at.plus(BELIEVED)).then_some(issued)
    }

    /// Looks a survey up in the database and keeps it ready. Blocks.
    pub fn look_up(&self, slug: &str) -> Result<Arc<Issued>> {
        let slug = slug.to_lowercase();
        let before = self.issued.read().unwrap_or_else(PoisonError::into_inner).get(&slug).cloned();
        let issued = self.store.read(|db| {
            let survey = store::survey_by_slug(db, &slug)?;
            let place = rounds::store::place(db, &survey.participation_id)?;
            let compiled = match &before {
                Some(before) if before.id == survey.id => before.compiled.clone(),
                _ => Arc::new(instrument::compile(&store::instrument(db, &survey.instrument_id)?.questionnaire)?),
            };
            // A questionnaire that names no language is taken to be in the city's.
            let language = |tag: &String| if tag == "und" { place.city.language.clone() } else { Language::from_stored(tag) };
            let languages = compiled.questionnaire().languages.iter().map(language).collect();
            Ok(Arc::new(Issued {
                id: survey.id,
                slug: survey.slug,
                instrument_id: survey.instrument_id,
                compiled,
                city: place.city.name,
                languages,
                zone: place.city.time_zone,
                gate: Gate { state: survey.state, closes_at: survey.closes_at, round: place.round.state },
                looked_up_at: self.clock.now(),
            }))
        })?;
        let mut kept = self.issued.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(slug, issued.clone());
        Ok(issued)
    }

    /// Makes the row to be stored of answers that were checked. The same `once` always gives the same
    /// id and receipt; without one, the response is a new one each time.
    pub fn prepare(&self, issued: &Issued, once: Option<&str>, language: &Language, answers: String, now: UtcTime) -> Prepared {
        let id = once.map_or_else(|| some_id(&*self.chance), |once| response_id(&self.secrets, &issued.id, once));
        let row = ResponseRow { survey_id: issued.id.clone(), id, day: issued.day(now), language: language.clone(), answers };
        Prepared { row, repeatable: once.is_some() }
    }

    /// Checks answers and gives what is to be stored of them. Errors: every answer that does not fit.
    pub fn check(&self, issued: &Issued, given: &Answers, now: UtcTime) -> std::result::Result<String, Vec<AnswerError>> {
        answers::check_to_json(&issued.compiled, given, issued.today(now))
    }

    /// Reads and checks a response at once; `None` if anything about it is unusual.
    pub fn quick(&self, issued: &Issued, json: &[u8], now: UtcTime) -> Option<Quick> {
        answers::quick(&issued.compiled, json, issued.today(now))
    }

    /// The moment of a response: asked once for each, that it be checked and stored on the same day.
    pub fn now(&self) -> UtcTime {
        self.clock.now()
    }

    /// Hands a response over; gives its receipt after it is on disk. Errors: `closed`,
    /// `already_submitted` (same `once`, other answers), unavailable.
    pub async fn submit(&self, response: Prepared) -> Result<String> {
        self.committer.commit(response).await
    }

    /// What answers that do not fit are called on the wire, in the reader's language.
    pub fn field_errors(&self, issued: &Issued, given: &Answers, language: &Language, errors: &[AnswerError]) -> Vec<FieldError> {
        let relevance = Relevance::of(&issued.compiled, given, issued.today(self.clock.now()));
        errors.iter().map(|error| field_error(&issued.compiled, &relevance, language, error)).collect()
    }
}

/// One answer that does not fit as a field error: `answers.<question>`.
pub fn field_error(compiled: &Compiled, relevance: &Relevance<'_>, language: &Language, error: &AnswerError) -> FieldError {
    let code = match error.code {
        AnswerCode::ControlCharacter => "control_characters",
        other => other.as_str(),
    };
    let mut field = FieldError::new(format!("answers.{}", error.question), code);
    let kind = compiled.position(&error.question).map(|at| &compiled.questionnaire().questions[at].kind);
    match (error.code, kind) {
        (AnswerCode::OutOfRange, Some(Kind::Range { start, end, .. })) => field = field.with("min", start).with("max", end),
        (AnswerCode::OutOfRange, _) => field = field.with("min", -i32::MAX).with("max", i32::MAX),
        (AnswerCode::NotOnStep, Some(Kind::Range { start, step, .. })) => field = field.with("start", start).with("step", step),
        (AnswerCode::TooLong, _) => field = field.with("max", MAXIMUM_TEXT),
        _ => {}
    }
    if error.message.is_empty() { field } else { field.saying(relevance.fill(&error.message, language)) }
}

/// A random-looking id that follows from `once` alone, so that a repeated post is recognised.
fn response_id(secrets: &Secrets, survey: &SurveyId, once: &str) -> ResponseId {
    let mac = secrets.mac("response", &format!("{survey}\n{once}"));
    receipt::id(u128::from_be_bytes(mac[..16].try_into().expect("a MAC has 32 bytes")))
}

fn some_id(chance: &dyn Chance) -> ResponseId {
    let mut random = [0; 16];
    chance.fill(&mut random);
    receipt::id(u128::from_le_bytes(random))
}

/// Writes many responses in one transaction.
pub struct ResponseBatch {
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    stretch: Option<Stretch>,
}

/// Where responses lie for a moment: a batch begins where the one before ended, so that few pages are
/// touched. What comes later lies elsewhere, so that no more is told than what came in one moment.
struct Stretch {
    until: UtcTime,
    next: i64,
}

/// How long a stretch lasts.
const MOMENT: Duration = Duration::seconds(1);

impl ResponseBatch {
    /// The first of `count` slots.
    fn slots(&mut self, now: UtcTime, count: usize) -> i64 {
        let fresh = || {
            // 62 bits: room for many batches below the largest slot.
            let next = i64::try_from(self.chance.below(u64::MAX) >> 2).unwrap_or_default();
            Stretch { until: now.plus(MOMENT), next }
        };
        let stretch = self.stretch.take().filter(|stretch| now < stretch.until).unwrap_or_else(fresh);
        let first = stretch.next;
        let next = first.saturating_add(i64::try_from(count).unwrap_or(i64::MAX));
        self.stretch = Some(Stretch { next, ..stretch });
        first
    }
}

impl Batch for ResponseBatch {
    type Item = Prepared;
    /// The receipt.
    type Outcome = String;

    /// The ids that follow from nothing begin alike in one batch, by chance.
    fn begin(&mut self, items: &mut [Prepared]) {
        let mut run = [0; 2];
        self.chance.fill(&mut run);
        for item in items.iter_mut().filter(|item| !item.repeatable) {
            item.row.id = receipt::in_run(&item.row.id, u16::from_le_bytes(run));
        }
    }

    /// The same response again is stored once and is a success for each who sent it, even after
    /// closing; other answers under the same id are refused.
    fn write(&mut self, db: &mut Db, items: &[Prepared]) -> Result<Vec<Result<String>>> {
        let rows: Vec<&ResponseRow> = items.iter().map(|item| &item.row).collect();
        let mut surveys: Vec<&SurveyId> = rows.iter().map(|row| &row.survey_id).collect();
        surveys.sort_unstable();
        surveys.dedup();
        let gates = store::gates(db, &surveys)?;
        let now = self.clock.now();
        let open = |row: &ResponseRow| gates.get(&row.survey_id).is_some_and(|gate| gate.standing(now) == Standing::Open);

        let takes: Vec<bool> = rows.iter().map(|row| open(row)).collect();
        let taking: Vec<&ResponseRow> = rows.iter().zip(&takes).filter(|(_, takes)| **takes).map(|(row, _)| *row).collect();
        let inserted = if taking.is_empty() { Vec::new() } else { store::responses_insert(db, &taking, self.slots(now, taking.len()))? };
        let mut inserted = inserted.into_iter();
        let added: Vec<bool> = takes.iter().map(|takes| *takes && inserted.next() == Some(true)).collect();

        let left: Vec<&ResponseId> = rows.iter().zip(&added).filter(|(_, added)| !**added).map(|(row, _)| &row.id).collect();
        let known = if left.is_empty() { HashMap::new() } else { store::responses_known(db, &left)? };
        let mut outcomes = Vec::with_capacity(rows.len());
        for (row, (takes, added)) in rows.iter().zip(takes.into_iter().zip(added)) {
            let same = known.get(&row.id).map(|answers| *answers == row.answers);
            outcomes.push(match (added, same) {
                (true, _) | (_, Some(true)) => Ok(receipt::receipt_of(&row.id)),
                (_, Some(false)) => Err(Error::Conflict(ALREADY_SUBMITTED)),
                // Tried again alone, and elsewhere.
                (_, None) if takes => {
                    self.stretch = None;
                    return Err(Error::internal("a response met another one in its slot"));
                }
                (_, None) => Err(Error::Conflict(CLOSED)),
            });
        }
        Ok(outcomes)
    }
}
