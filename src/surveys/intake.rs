//! The intake: how a response gets from a request onto the disk.
//!
//! One per process. Surveys are kept ready (`intake/issued.rs`), a response is checked and prepared by the
//! thread that received it, and the committer writes many of them in one transaction (`intake/batch.rs`).
//! Whether a survey still takes answers is asked inside every transaction, so that closing it in another
//! process is obeyed. Nothing about the respondent but the answers goes in.

mod batch;
mod crowd;
mod drafts;
mod invited;
mod issued;
mod seen;
mod ticks;
mod tries;

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{Duration, NaiveDate};

use self::batch::{ResponseBatch, Stored};
use self::crowd::{Coming, Crowd};
pub use self::drafts::{Keeping, Opened};
use self::invited::GuestBatch;
pub use self::invited::{Guest, PreparedGuest};
pub use self::issued::{BELIEVED, Issued};
use self::seen::Seen;
use self::ticks::Ticks;
use self::tries::Tries;
use super::store::responses::ResponseRow;
use super::store::{self, invitations};
use super::survey::{Mode, Privacy};
use super::watching::DailyPart;
use super::{invitation, receipt};
use crate::ground::chance::Chance;
use crate::ground::clock::Clock;
use crate::ground::ids::SurveyId;
use crate::ground::network::Household;
use crate::ground::secrets::{Secrets, random_token};
use crate::ground::{Error, FieldError, Language, Result, UtcTime};
use crate::service::Service;
use crate::store::Store;
use crate::store::committer::Committer;
use forms::answers::{self, AnswerCode, AnswerError, Answers, MAXIMUM_TEXT, Quick, Relevance};
use forms::questionnaire::{Compiled, Kind};

/// Surveys kept ready at most; far more than are ever open at once.
const KEPT: usize = 2_000;
/// How long into the next day what was sent under a `once` is known at least; then the day is over
/// (`jobs/settling.rs`).
pub const NIGHT: Duration = Duration::hours(6);

/// A response whose answers were checked, on its way to the committer.
pub struct Prepared {
    row: ResponseRow,
    /// Random-looking: where it lies among those of its batch.
    order: u64,
    /// In the night: the day before, on which it may have come already.
    day_before: Option<NaiveDate>,
    slug: String,
    /// Of its receipt.
    number: u32,
    /// Whether it came by an open link, where one address may send too many.
    by_open_link: bool,
}

/// What whoever sent a response is told: its receipt, and whether it had come before.
pub struct Taken {
    pub receipt: String,
    pub again: bool,
}

/// The way in; shared by all threads.
pub struct Intake {
    store: Store,
    clock: Arc<dyn Clock>,
    secrets: Secrets,
    chance: Arc<dyn Chance>,
    committer: Committer<ResponseBatch>,
    guests: Committer<GuestBatch>,
    /// Strata of fewer who are invited are not told apart.
    least: i64,
    issued: RwLock<HashMap<String, Arc<Issued>>>,
    crowd: Crowd,
    keeps: Tries,
    room_taken: Tries,
    wrong_codes: Tries,
    braked: AtomicU64,
    ticks: Ticks,
}

impl Intake {
    /// Starts the committer. On SQLite this process must be the only one with an intake.
    pub fn start(service: &Service) -> Result<Self> {
        let (store, clock, chance) = (service.store.clone(), service.clock.clone(), service.chance.clone());
        let claim = Arc::new(store.claim()?);
        let (its_clock, its_chance) = (clock.clone(), chance.clone());
        let batch = move || ResponseBatch {
            clock: its_clock.clone(),
            chance: its_chance.clone(),
            _claim: claim.clone(),
            seen: Seen::default(),
            last: None,
            days: BTreeSet::new(),
        };
        let ticks = Ticks::start(store.clone())?;
        let crowd = Crowd::new(service.config.limits.answers_per_address);
        let committer = Committer::start("responses", store.clone(), batch)?;
        let (its_clock, its_chance) = (clock.clone(), chance.clone());
        let batch = move || GuestBatch { clock: its_clock.clone(), chance: its_chance.clone() };
        let guests = Committer::start("guests", store.clone(), batch)?;
        Ok(Self {
            store,
            clock,
            secrets: service.secrets.clone(),
            chance,
            committer,
            guests,
            least: i64::from(service.config.disclosure.suppress_below),
            issued: RwLock::default(),
            crowd,
            braked: AtomicU64::new(0),
            ticks,
            keeps: Tries::of_the_hour(),
            room_taken: Tries::of_the_day(),
            wrong_codes: Tries::of_the_hour(),
        })
    }

    /// How many responses wait to be written.
    pub fn waiting(&self) -> usize {
        self.committer.waiting() + self.guests.waiting()
    }

    /// A survey that is kept ready; `None` when it must be looked up (which blocks).
    pub fn known(&self, slug: &str) -> Option<Arc<Issued>> {
        let issued = self.issued.read().unwrap_or_else(PoisonError::into_inner).get(slug)?.clone();
        issued.is_believed(self.clock.now()).then_some(issued)
    }

    /// Looks a survey up in the database and keeps it ready. Blocks.
    pub fn look_up(&self, slug: &str) -> Result<Arc<Issued>> {
        let slug = slug.to_lowercase();
        let before = self.issued.read().unwrap_or_else(PoisonError::into_inner).get(&slug).cloned();
        let issued = Arc::new(self.store.read(|db| Issued::look_up(db, &slug, before.as_deref(), self.least, self.clock.now()))?);
        let mut kept = self.issued.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(slug, issued.clone());
        Ok(issued)
    }

    /// Makes ready to be stored what was checked. The same `once` is stored once, as long as it is known, and
    /// always gives the same receipt; without one, the response is a new one each time.
    pub fn prepare(&self, issued: &Issued, once: Option<&str>, language: &Language, answers: String, now: UtcTime) -> Prepared {
        let mut random = [0; 16];
        self.chance.fill(&mut random);
        let (order, other) = split(&random);
        let marks = once.map(|once| marks(&self.secrets, &issued.id, once));
        let day = issued.day(now);
        let mark = marks.map(|marks| marks.0);
        Prepared {
            row: ResponseRow {
                survey_id: issued.id.clone(),
                day,
                language: language.clone(),
                answers,
                mark,
                edition: issued.edition_on(day),
                stratum: None,
                invitation_id: None,
            },
            // Beside each other where PostgreSQL's keys lie beside each other, too.
            order: marks.map_or(order, |marks| marks.0.cast_unsigned()),
            day_before: Some(issued.day(now.minus(NIGHT))).filter(|before| *before != day),
            slug: issued.slug.clone(),
            number: receipt::number(marks.map_or(other, |marks| marks.1)),
            by_open_link: issued.mode == Mode::OpenLink,
        }
    }

    /// A `once` for a request that has none.
    pub fn any_once(&self) -> String {
        random_token(&*self.chance)
    }

    /// Whoever has come with a code, and how their invitation stands. Blocks. Errors: `invitation` not found, also for
    /// the code of another survey.
    pub fn guest(&self, issued: &Issued, typed: &str) -> Result<Guest> {
        let here = issued.invited.as_ref().ok_or(Error::NotFound("invitation"))?;
        let hash = invitation::hash_of(&self.secrets, typed).ok_or(Error::NotFound("invitation"))?;
        self.store.read(|db| {
            let row = invitations::by_code(db, &hash)?;
            if row.survey_id != issued.id {
                return Err(Error::NotFound("invitation"));
            }
            let mark = match (here.privacy, &here.seed) {
                (Privacy::Anonymous, Some(seed)) => Some(invitation::mark_of(&self.secrets, &issued.id, seed, &row.id)),
                _ => None,
            };
            let answered = match mark {
                Some(mark) => !invitations::spent(db, &issued.id, &[mark])?.is_empty(),
                None => !invitations::answered(db, &issued.id, &[&row.id])?.is_empty(),
            };
            let strata = invitations::strata(db, &issued.id)?;
            let full = strata.iter().any(|of| of.name == row.stratum && of.quota.is_some_and(|quota| of.taken >= quota));
            Ok(Guest { id: row.id, stratum: row.stratum, mark, answered, full })
        })
    }

    /// The code of a guest, as it stands in letters.
    pub fn code_of(&self, issued: &Issued, guest: &Guest) -> String {
        invitation::code_of(&self.secrets, &issued.id, &guest.id)
    }

    /// The survey of a code, kept ready, and its guest. Blocks. Errors: as `guest`.
    pub fn came_by(&self, typed: &str) -> Result<(Arc<Issued>, Guest)> {
        let hash = invitation::hash_of(&self.secrets, typed).ok_or(Error::NotFound("invitation"))?;
        let slug = self.store.read(|db| {
            let row = invitations::by_code(db, &hash)?;
            Ok(store::survey(db, &row.survey_id)?.slug)
        })?;
        let issued = self.look_up(&slug)?;
        let guest = self.guest(&issued, typed)?;
        Ok((issued, guest))
    }

    /// Makes ready what a guest has answered. An anonymous response has no more of them than their stratum, where that
    /// is not too small.
    pub fn prepare_guest(&self, issued: &Issued, guest: &Guest, once: &str, language: &Language, answers: String, now: UtcTime) -> PreparedGuest {
        let strata = issued.invited.as_ref().map(|here| &here.strata);
        let stratum = strata.is_some_and(|strata| strata.contains(&guest.stratum)).then(|| guest.stratum.clone());
        let (pressed, number) = (marks(&self.secrets, &issued.id, &format!("{once}\n{answers}")).0, marks(&self.secrets, &issued.id, once).1);
        PreparedGuest {
            row: ResponseRow {
                survey_id: issued.id.clone(),
                day: issued.day(now),
                language: language.clone(),
                answers,
                mark: None,
                edition: issued.edition_on(issued.day(now)),
                stratum,
                invitation_id: guest.mark.is_none().then(|| guest.id.clone()),
            },
            guest: guest.id.clone(),
            stratum: guest.stratum.clone(),
            mark: guest.mark,
            once: pressed,
            slug: issued.slug.clone(),
            number: receipt::number(number),
        }
    }

    /// Hands a guest's response over; gives its receipt after it is on disk. Errors: `closed`, `invitation_answered`,
    /// `quota_full`, unavailable.
    pub async fn submit_guest(&self, response: PreparedGuest) -> Result<Taken> {
        let (survey, slug, number) = (response.row.survey_id.clone(), response.slug.clone(), response.number);
        let stored = self.guests.commit(response).await?;
        Ok(Taken { receipt: receipt::written(&self.secrets, &survey, &slug, stored.day, number), again: stored.again })
    }

    /// Checks answers and gives what is to be stored of them. Errors: every answer that does not fit.
    pub fn check(&self, issued: &Issued, given: &Answers, now: UtcTime) -> std::result::Result<String, Vec<AnswerError>> {
        answers::check_to_json(&issued.compiled, given, issued.today(now))
    }

    /// Reads and checks a response at once; `None` if anything about it is unusual.
    pub fn quick(&self, issued: &Issued, json: &[u8], now: UtcTime) -> Option<Quick> {
        answers::quick(&issued.compiled, json, issued.today(now)).filter(|quick| !self.says_nothing(issued, &quick.answers))
    }

    /// Whether nothing was answered at all: such a response counts nowhere.
    pub fn says_nothing(&self, issued: &Issued, answers: &str) -> bool {
        answers::says_nothing(&issued.compiled, answers)
    }

    /// The moment of a response: asked once for each, that it be checked and stored on the same day.
    pub fn now(&self) -> UtcTime {
        self.clock.now()
    }

    /// Hands a response over; gives its receipt after it is on disk. `from` is where it comes from, where that is
    /// known; it is counted and goes no further. Errors: `closed`, `already_submitted` (same `once`, other
    /// answers), unavailable, too many from there.
    pub async fn submit(&self, response: Prepared, from: Option<Household>) -> Result<Taken> {
        let (survey, slug, number) = (response.row.survey_id.clone(), response.slug.clone(), response.number);
        let mut crowded = false;
        if let Some(from) = &from {
            let braked = response.by_open_link && from.is_public;
            match self.crowd.comes(survey.as_str(), &from.address, braked, self.clock.now(), &*self.chance) {
                Coming::Welcome { crowded: many } => crowded = many,
                Coming::Braked { seconds } => {
                    self.braked.fetch_add(1, Ordering::Relaxed);
                    return Err(Error::TooMany { retry_after: seconds });
                }
            }
        }
        let stored = self.committer.commit(response).await;
        if let (Err(_), Some(from)) = (&stored, &from) {
            self.crowd.stays_away(survey.as_str(), &from.address, self.clock.now());
        }
        let Stored { day, again } = stored?;
        if crowded && !again {
            self.ticks.add(&survey, day, DailyPart::Crowd, "", self.clock.now());
        }
        Ok(Taken { receipt: receipt::written(&self.secrets, &survey, &slug, day, number), again })
    }

    /// Somebody has reached a page: counted by the day, and nothing else.
    pub fn reached(&self, issued: &Issued, page: &str) {
        if !issued.is_preview() {
            let now = self.clock.now();
            self.ticks.add(&issued.id, issued.day(now), DailyPart::Page, page, now);
        }
    }

    /// Answers that came in crowds, each from one address within an hour.
    pub fn crowded(&self) -> u64 {
        self.crowd.beyond()
    }

    /// Answers that were refused because too many had come from their address.
    pub fn braked(&self) -> u64 {
        self.braked.load(Ordering::Relaxed)
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

/// What follows from a `once`: by what it is recognised, and the number of its receipt. Neither leads to the
/// other.
pub fn marks(secrets: &Secrets, survey: &SurveyId, once: &str) -> (i64, u64) {
    let mac = secrets.mac("response", &format!("{survey}\n{once}"));
    let (first, _) = mac.split_at(16);
    let (mark, _) = split(first);
    (i64::from_be_bytes(mark.to_be_bytes()), split(&mac[16..]).0)
}

/// Sixteen bytes as two numbers.
fn split(bytes: &[u8]) -> (u64, u64) {
    let number = |part: &[u8]| u64::from_be_bytes(part.try_into().expect("sixteen bytes have two halves"));
    (number(&bytes[..8]), number(&bytes[8..16]))
}
