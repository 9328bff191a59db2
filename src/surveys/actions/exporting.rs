//! Answers on their way out: a survey is closed for good, a file of its responses is asked for, made by a job and
//! taken; what people wrote is read as a list; a codebook explains both.

use std::io::Read;

use flate2::read::DeflateDecoder;
use serde_json::json;

use super::issuing::{survey_for, view};
use crate::ground::error::Checks;
use crate::ground::ids::{ExportId, InstrumentId, SurveyId};
use crate::ground::problems::UNAUTHENTICATED;
use crate::ground::{Error, Given, Language, Result, Text};
use crate::jobs;
use crate::jobs::job::JobState;
use crate::people::call::{Call, Permit};
use crate::people::policy::UseCase;
use crate::rounds;
use crate::store::Db;
use crate::surveys::disclosure::Limits;
use crate::surveys::export::{ExportFormat, ExportState, WAITS, may_leave};
use crate::surveys::instrument;
use crate::surveys::jobs::{ESTIMATES, EXPORTS};
use crate::surveys::problems::{ESTIMATES_NOT_READY, EXPORT_NOT_READY, SURVEY_NOT_SEALED, SURVEY_TAKES_ANSWERS};
use crate::surveys::store::exports::{self, ExportRow};
use crate::surveys::store::{self, SurveyRow, estimates as stored, responses};
use crate::surveys::survey::{Standing, SurveyState};
use crate::surveys::texts::{Gathering, TextKey};
use crate::surveys::views::{AnswersOut, Asked, CodebookFormat, ExportInput, ExportView, LanguageOffered, SurveyView, TextView, Texts, words_of};
use crate::web::paging::{Listing, PageAt};
use forms::answers::{Answer, Answers};
use forms::codebook::{self, About};
use forms::export::{Layout, MOST_COLUMNS, MOST_ROWS};
use forms::questionnaire::{Compiled, Kind};

/// Responses read in one step.
const STEP: i64 = 2_000;

/// Whether the answers of a survey may leave once it is closed for good. Not before it was looked at what came while it
/// was open last: until then nothing tells whether anything did.
fn ready(call: &Call<'_>, db: &mut Db, row: &SurveyRow) -> Result<()> {
    let asked = match jobs::store::one(db, ESTIMATES.name, row.id.as_str()) {
        Ok(job) => job.state != JobState::Done && (job.state != JobState::Waiting || job.attempts > 0 || job.due_at <= call.now),
        Err(Error::NotFound(_)) => false,
        Err(other) => return Err(other),
    };
    if asked && row.sealed_at.is_none() {
        return Err(Error::Conflict(ESTIMATES_NOT_READY));
    }
    let set = stored::sets(db, &[&row.id])?.remove(&row.id).map(|set| (set.responses.unsigned_abs(), set.stands));
    let there = responses::count(db, &row.id)?.unsigned_abs();
    may_leave(Limits::of(row.mode, &call.service.config.disclosure), set, there)
}

/// Closes a survey for good, so that there is one set of its answers and no second look at another one.
pub fn survey_seal(call: &Call<'_>, id: &SurveyId) -> Result<SurveyView> {
    let permit = survey_for(call, UseCase::survey_seal, id)?;
    permit.write(|db| {
        // Whoever is about to add a response to it is waited for.
        store::survey_hold(db, id)?;
        let mut row = store::survey(db, id)?;
        let place = rounds::store::place(db, &row.participation_id)?;
        if row.sealed_at.is_none() {
            let gate = row.gate(place.round.state);
            if row.state == SurveyState::Draft || gate.standing(call.now) != Standing::Over {
                return Err(Error::Conflict(SURVEY_TAKES_ANSWERS));
            }
            ready(call, db, &row)?;
            row.state = SurveyState::Closed;
            row.sealed_at = Some(call.now);
            row.version += 1;
            store::survey_turn(db, &row)?;
            permit.audit(db, id, &json!({}))?;
        }
        view(call, db, row, &place)
    })
}

/// A survey whose answers may leave.
fn sealed(row: &SurveyRow) -> Result<()> {
    if row.sealed_at.is_some() { Ok(()) } else { Err(Error::Conflict(SURVEY_NOT_SEALED)) }
}

fn compiled(db: &mut Db, row: &SurveyRow) -> Result<Compiled> {
    instrument::compile(&store::instrument(db, &row.instrument_id)?.questionnaire)
}

/// The languages of a questionnaire, its own first.
fn languages(compiled: &Compiled) -> Vec<Language> {
    compiled.questionnaire().languages.iter().map(Language::from_stored).collect()
}

/// Of a questionnaire's languages the one that is wanted, or that comes closest to the reader's.
fn language(call: &Call<'_>, compiled: &Compiled, wanted: Option<&str>) -> Result<Language> {
    let offered = languages(compiled);
    let near = || Language::offered(&offered, &call.language).or(offered.first()).cloned().unwrap_or(Language::ENGLISH);
    match wanted {
        None => Ok(near()),
        Some(tag) => Language::offered(&offered, tag).cloned().ok_or_else(|| Error::field("language", "unknown_choice")),
    }
}

/// Asks for a file. The same file that is there, or on its way, is given again; whether it is a new one.
pub fn response_export(call: &Call<'_>, id: &SurveyId, input: &ExportInput) -> Result<(ExportView, bool)> {
    let permit = survey_for(call, UseCase::response_export, id)?;
    let (row, _) = &*permit;
    let Some(person) = &call.caller.person else { return Err(Error::Unauthenticated(UNAUTHENTICATED)) };
    sealed(row)?;
    let (compiled, count) = permit.read(|db| Ok((compiled(db, row)?, responses::count(db, id)?)))?;
    let mut checks = Checks::new();
    let known = match &input.language {
        Given::Unreadable => None,
        Given::Value(tag) => language(call, &compiled, Some(tag)).ok(),
        Given::Absent => language(call, &compiled, None).ok(),
    };
    checks.require(known.is_some(), "language", "unknown_choice");
    let language = known.unwrap_or(Language::ENGLISH);
    if input.format == ExportFormat::Xlsx {
        let columns = Layout::new(&compiled, &language, input.own_words).variables.len();
        checks.require(count.unsigned_abs() <= MOST_ROWS && columns <= MOST_COLUMNS, "format", "too_large_for_workbook");
    }
    checks.done()?;
    let wanted = ExportRow {
        id: ExportId::new(&*call.service.clock, &*call.service.chance),
        survey_id: id.clone(),
        person_id: person.clone(),
        format: input.format,
        language,
        own_words: input.own_words,
        state: ExportState::Waiting,
        responses: count,
        bytes: 0,
        version: 1,
        created_at: call.now,
        ends_at: call.now.plus(WAITS),
    };
    permit.write(|db| {
        let survey = store::survey(db, id)?;
        sealed(&survey)?;
        ready(call, db, &survey)?;
        match exports::like(db, &wanted)? {
            Some(there) if there.ends_at > call.now => return Ok((shown(db, &survey, there)?, false)),
            Some(over) => {
                while exports::parts_delete(db, &over.id, 50)? > 0 {}
                exports::delete(db, &over.id)?;
            }
            None => {}
        }
        exports::insert(db, &wanted)?;
        let detail = json!({
            "export": wanted.id, "format": wanted.format, "language": wanted.language, "own_words": wanted.own_words, "responses": wanted.responses,
        });
        permit.audit(db, id, &detail)?;
        jobs::store::put(db, EXPORTS.name, wanted.id.as_str(), call.now, call.now)?;
        Ok((shown(db, &survey, wanted)?, true))
    })
}

/// A file as its person sees it, with how far its job has come.
fn shown(db: &mut Db, survey: &SurveyRow, row: ExportRow) -> Result<ExportView> {
    let job = match jobs::store::one(db, EXPORTS.name, row.id.as_str()) {
        Ok(job) => Some(job.job()),
        Err(Error::NotFound(_)) => None,
        Err(error) => return Err(error),
    };
    let state = match (row.state, job.as_ref().map(|job| job.state)) {
        (ExportState::Waiting, Some(JobState::Running)) => ExportState::Running,
        (ExportState::Waiting, Some(JobState::Failed)) => ExportState::Failed,
        (state, _) => state,
    };
    let words = if row.own_words { "-own-words" } else { "" };
    Ok(ExportView {
        file_name: format!("{}-{}{words}.{}", survey.slug, row.language, row.format),
        waits_for_night: state == ExportState::Waiting && job.as_ref().is_some_and(|job| job.outcome == "waits"),
        done: job.as_ref().map_or(0, |job| job.done),
        todo: job.as_ref().map_or(0, |job| job.todo),
        id: row.id,
        survey_id: row.survey_id,
        format: row.format,
        language: row.language,
        own_words: row.own_words,
        state,
        responses: row.responses,
        bytes: row.bytes,
        version: row.version,
        created_at: row.created_at,
        ends_at: row.ends_at,
    })
}

/// A file of the caller's own that has not had its time. To everybody else it is not there.
fn export_for<'c>(call: &'c Call<'c>, use_case: UseCase, id: &ExportId) -> Result<Permit<'c, (ExportRow, SurveyRow)>> {
    call.find(use_case, |db| {
        let row = exports::one(db, id)?;
        let survey = store::survey(db, &row.survey_id)?;
        let target = rounds::store::place(db, &survey.participation_id)?.target().survey(&survey.id);
        if call.caller.person.as_ref() != Some(&row.person_id) || row.ends_at <= call.now {
            return Err(Error::NotFound("export"));
        }
        Ok(((row, survey), target))
    })
}

/// How far a file has come.
pub fn response_export_read(call: &Call<'_>, id: &ExportId) -> Result<ExportView> {
    let permit = export_for(call, UseCase::response_export_read, id)?;
    permit.read(|db| shown(db, &permit.1, permit.0.clone()))
}

/// A part of a file, from 0 on, with what it is part of; no bytes after the last.
pub fn response_file_read(call: &Call<'_>, id: &ExportId, place: i32) -> Result<(ExportView, Option<Vec<u8>>)> {
    let permit = export_for(call, UseCase::response_file_read, id)?;
    let (row, survey) = &*permit;
    if row.state != ExportState::Ready {
        return Err(Error::Conflict(EXPORT_NOT_READY));
    }
    let (view, part) = permit.read(|db| Ok((shown(db, survey, row.clone())?, exports::part(db, id, place)?)))?;
    let unpacked = part.map(|packed| {
        let mut bytes = Vec::new();
        DeflateDecoder::new(&*packed).read_to_end(&mut bytes).map(|_| bytes).map_err(|e| Error::internal(format!("a part of a file: {e}")))
    });
    Ok((view, unpacked.transpose()?))
}

/// What somebody may take of a survey, and what they asked for.
pub fn exports_of(call: &Call<'_>, id: &SurveyId) -> Result<AnswersOut> {
    let permit = survey_for(call, UseCase::response_export_read, id)?;
    let (row, place) = &*permit;
    permit.read(|db| {
        let compiled = compiled(db, row)?;
        let asked = match &call.caller.person {
            Some(person) => exports::of_person(db, id, person, call.now)?,
            None => Vec::new(),
        };
        let gate = row.gate(place.round.state);
        // Of one that takes answers nothing is looked at: what changes would tell that one came.
        let waits_for = match gate.standing(call.now) {
            _ if row.sealed_at.is_some() => None,
            Standing::Over => ready(call, db, row).err().map(|error| error.problem()),
            Standing::Open | Standing::NotYet => Some(SURVEY_TAKES_ANSWERS),
        };
        let of = languages(&compiled);
        let near = language(call, &compiled, None)?;
        Ok(AnswersOut {
            waits_for,
            own_words: !written(&compiled).is_empty(),
            languages: of.into_iter().map(|language| LanguageOffered { chosen: language == near, language }).collect(),
            exports: asked.into_iter().map(|export| shown(db, row, export)).collect::<Result<_>>()?,
            limit: Limits::of(row.mode, &call.service.config.disclosure).least,
            view: view(call, db, row.clone(), place)?,
        })
    })
}

/// Positions of the questions to which people write in their own words.
fn written(compiled: &Compiled) -> Vec<usize> {
    let questions = compiled.questionnaire().questions.iter().enumerate();
    questions.filter(|(_, question)| matches!(question.kind, Kind::Text)).map(|(position, _)| position).collect()
}

/// What people wrote to one question (the first, if none is named), without anything else of their responses. Each look
/// has its entry in the audit.
pub fn response_texts_read(call: &Call<'_>, id: &SurveyId, question: Option<&str>, find: &str, at: &PageAt<TextKey>) -> Result<Texts> {
    let permit = survey_for(call, UseCase::response_texts_read, id)?;
    let (row, place) = &*permit;
    sealed(row)?;
    let compiled = permit.read(|db| {
        ready(call, db, row)?;
        compiled(db, row)
    })?;
    let positions = written(&compiled);
    let questions = &compiled.questionnaire().questions;
    let named = |name: &str| positions.iter().copied().find(|position| questions[*position].name == name);
    let chosen = match question.filter(|name| !name.is_empty()) {
        Some(name) => Some(named(name).ok_or_else(|| Error::field("question", "unknown_choice"))?),
        None => positions.first().copied(),
    };
    let mut page = Gathering::new(at.after, usize::try_from(at.limit).unwrap_or(0), find);
    if let Some(position) = chosen {
        let name = questions[position].name.as_str();
        permit.read_apart(|db| gather(db, id, name, &mut page))?;
    }
    let (found, all) = (page.found, page.all);
    permit.write(|db| permit.audit(db, id, &json!({"question": chosen, "texts": all})))?;
    let said = |position: usize| Text(questions[position].label.iter().map(|(tag, label)| (Language::from_stored(tag), label.to_owned())).collect());
    let asked = positions.iter().map(|at| Asked { name: questions[*at].name.clone(), label: said(*at), chosen: Some(*at) == chosen }).collect();
    let list = Listing::of(page.into_page(), at, |item| item.0.to_string());
    Ok(Texts {
        view: permit.read(|db| view(call, db, row.clone(), place))?,
        questions: asked,
        found,
        all,
        list: list.map(|(_, text, times)| TextView { text, times }),
    })
}

/// Reads all responses of a survey, in steps, for what was answered to one question.
fn gather(db: &mut Db, id: &SurveyId, name: &str, page: &mut Gathering) -> Result<()> {
    let key = format!("\"{name}\":");
    let mut day = responses::next_day(db, id, None)?;
    while let Some(of) = day {
        let mut after = None;
        loop {
            let step = responses::answers_after(db, id, of, after, STEP)?;
            let Some((last, _)) = step.last() else { break };
            after = Some(*last);
            // Most leave such a question out.
            for (_, answers) in step.iter().filter(|(_, answers)| answers.contains(&key)) {
                let answers: Answers = serde_json::from_str(answers).map_err(|e| Error::internal(format!("stored answers: {e}")))?;
                if let Some(Answer::Text(text)) = answers.get(name) {
                    page.take(id, text);
                }
            }
        }
        day = responses::next_day(db, id, Some(of))?;
    }
    Ok(())
}

/// The codebook of an instrument in one of its languages: the name of the file and its text.
pub fn codebook_read(call: &Call<'_>, id: &InstrumentId, format: CodebookFormat, wanted: Option<&str>) -> Result<(String, String)> {
    let row = call.reach(UseCase::codebook_read)?.read(|db| store::instrument(db, id))?;
    let compiled = instrument::compile(&row.questionnaire)?;
    let language = language(call, &compiled, wanted.filter(|tag| !tag.is_empty()))?;
    let title = serde_json::from_str::<Text>(&row.head.title).unwrap_or_default();
    let title = if title.is_empty() { row.head.name.clone() } else { title.get(&language).to_owned() };
    let day = forms::expression::Day::from_date(1970, 1, 1).expect("there is such a day");
    let words = words_of(|key| call.service.pages.texts().get(&language, key), title.clone(), day, 0);
    let name = format!("{} {} codebook {language}", row.head.name, row.head.version_label);
    Ok(match format {
        CodebookFormat::Csv => (format!("{name}.csv"), codebook::csv(&compiled, &language, &words)),
        CodebookFormat::Ddi => {
            let identifier = format!("{}/{}/{}", row.head.name, row.head.version_label, row.head.content_hash);
            let about = About { title: &title, identifier: &identifier, version: &row.head.version_label, language: &language, words: &words };
            (format!("{name}.xml"), codebook::ddi(&compiled, &about))
        }
    })
}
