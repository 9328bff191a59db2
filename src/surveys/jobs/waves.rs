//! Writing to those who are invited and have not answered; and forgetting who was, when a survey has closed and when
//! its list has had its time.
//!
//! A mail to an invited person is deleted when it has gone out: who got a reminder had not answered, and that is
//! stored nowhere. Whether somebody has is looked up when the mail is put into the outbox.

use std::collections::{HashMap, HashSet};

use chrono::{Duration, NaiveDate};

use crate::ground::ids::{InvitationId, SurveyId};
use crate::ground::{Error, Language, Result, UtcTime, Zone};
use crate::jobs::worker::{Kind, Work};
use crate::mail::letter::{Link, Recipient};
use crate::mail::store::journal::INVITATION;
use crate::mail::store::{self as outbox, About, forgetting};
use crate::rounds;
use crate::rounds::place::Place;
use crate::service::Service;
use crate::store::Db;
use crate::surveys::disclosure::Limits;
use crate::surveys::instrument;
use crate::surveys::invitation::{InvitationState, WaveKind, WaveState, address_hash, mark_of};
use crate::surveys::messages::{SurveyInvitation, Way};
use crate::surveys::store::invitations::{self, InvitationRow};
use crate::surveys::store::waves::{self, WaveRow};
use crate::surveys::store::{self, SurveyRow};
use crate::surveys::survey::{Mode, Privacy, Standing};

/// Waves that are due; every hour also mails that have gone out and lists that have had their time.
pub const WAVES: Kind = Kind { name: "waves", every: Some(3600), lease: super::LEASE, long: false, wanted: Some(waves::wanted), run };

/// Invitations that are looked at in one transaction.
const STEP: i64 = 200;
/// Mails, and lines of lists, that are deleted in one.
const AT_ONCE: i64 = 500;
/// How long a wave of a survey that is not open yet is put off.
const PUT_OFF: i64 = 15;

/// Says how many of those invited were looked at.
fn run(work: &Work<'_>) -> Result<String> {
    let (service, mut looked_at) = (work.service, 0);
    while let Some(wave) = service.store.read(|db| waves::due(db, service.now()))? {
        looked_at += service.store.write(|db| step(service, db, &wave))?;
        work.progress(looked_at, 0)?;
    }
    sweep(work)?;
    lists(work)?;
    Ok(looked_at.to_string())
}

/// Looks at the next of those invited; how many were looked at, for how many were written to says who has answered.
fn step(service: &Service, db: &mut Db, wave: &WaveRow) -> Result<i64> {
    let now = service.now();
    let survey = store::survey(db, &wave.survey_id)?;
    let place = rounds::store::place(db, &survey.participation_id)?;
    match survey.gate(place.round.state).standing(now) {
        Standing::Open => {}
        Standing::Over => return waves::step(db, wave, WaveState::Cancelled, wave.reached).map(|_| 0),
        Standing::NotYet => return waves::put_off(db, wave, now.plus(Duration::minutes(PUT_OFF))).map(|()| 0),
    }
    // A first letter goes to nobody twice, however many lists come after one another.
    let before = if wave.kind == WaveKind::Invitation { waves::invited_until(db, wave)? } else { 0 };
    let some = invitations::after(db, &survey.id, wave.reached.max(before), STEP)?;
    let Some(reached) = some.last().map(|row| row.number) else {
        return waves::step(db, wave, WaveState::Sent, wave.reached).map(|_| 0);
    };
    // Somebody else was faster, or it was cancelled.
    if !waves::step(db, wave, WaveState::Sending, reached)? {
        return Ok(0);
    }
    let looked_at = i64::try_from(some.len()).unwrap_or(i64::MAX);
    let title = title(db, &survey)?;
    for row in wanted(service, db, (&survey, &place), some)? {
        write_to(service, db, (&survey, &place), wave.kind, &row, &title)?;
    }
    Ok(looked_at)
}

/// Who of some is to be written to: has an address that works, of which nobody has said that this city is not to write
/// to it, and has not answered.
fn wanted(service: &Service, db: &mut Db, (survey, place): (&SurveyRow, &Place), mut some: Vec<InvitationRow>) -> Result<Vec<InvitationRow>> {
    some.retain(|row| row.state == InvitationState::Invited && row.email.is_some());
    let answered = answered(service, db, survey, &some)?;
    let hash = |row: &InvitationRow| row.email.as_ref().map(|email| address_hash(&service.secrets, email)).unwrap_or_default();
    let unwanted = invitations::opted_out(db, &place.city.id, &some.iter().map(hash).collect::<Vec<_>>())?;
    some.retain(|row| !answered.contains(&row.id) && !unwanted.contains(&hash(row)));
    Ok(some)
}

/// Who of some has answered: by the survey's key, or by the link that a confidential one keeps.
fn answered(service: &Service, db: &mut Db, survey: &SurveyRow, some: &[InvitationRow]) -> Result<HashSet<InvitationId>> {
    match (survey.privacy, &survey.key_seed) {
        (Privacy::Anonymous, Some(seed)) => {
            let marks: HashMap<i64, &InvitationId> = some.iter().map(|row| (mark_of(&service.secrets, &survey.id, seed, &row.id), &row.id)).collect();
            let spent = invitations::spent(db, &survey.id, &marks.keys().copied().collect::<Vec<_>>())?;
            Ok(spent.into_iter().filter_map(|row| marks.get(&row.mark).map(|id| (*id).clone())).collect())
        }
        _ => invitations::answered(db, &survey.id, &some.iter().map(|row| &row.id).collect::<Vec<_>>()),
    }
}

fn title(db: &mut Db, survey: &SurveyRow) -> Result<crate::ground::Text> {
    let heads = store::instrument_heads(db, std::slice::from_ref(&survey.instrument_id))?;
    let head = heads.get(&survey.instrument_id);
    Ok(head.and_then(|head| serde_json::from_str(&head.title).ok()).unwrap_or_default())
}

/// Puts a mail into the outbox, where there is an address.
fn write_to(
    service: &Service,
    db: &mut Db,
    (survey, place): (&SurveyRow, &Place),
    kind: WaveKind,
    row: &InvitationRow,
    title: &crate::ground::Text,
) -> Result<()> {
    let Some(email) = row.email.clone() else { return Ok(()) };
    let zone: Zone = place.city.time_zone;
    let to = Recipient::without_account(&row.name, email, &row.language, zone);
    let about = About { kind: INVITATION, id: row.id.as_str(), round: Some(&place.round.id) };
    let until = survey.closes_at.map(|end| end.local_date(zone).to_string()).unwrap_or_default();
    let (city, title) = (place.city.name.get(&row.language).to_owned(), title.get(&row.language).to_owned());
    let confidential = survey.privacy == Privacy::Confidential;
    let link = Link::invitation("/i/", &survey.id, &row.id);
    let stop = vec![Way { link: Link::invitation_then("/i/", &survey.id, &row.id, "/opt-out") }];
    let letter = SurveyInvitation { city, title, until, reminder: kind == WaveKind::Reminder, confidential, link, stop };
    outbox::put(db, service, &to, about, &letter).map(drop)
}

/// Which mails to those invited nobody wants any more: they have answered or said that they want none since it was
/// written, were taken off the list, or the survey is over. Asked when a mail is about to go out.
pub fn unwanted(service: &Service, db: &mut Db, ids: &[&str]) -> Result<Vec<String>> {
    let mut unwanted = Vec::new();
    for id in ids {
        let row = match invitations::anywhere(db, &InvitationId::from_stored((*id).to_owned())) {
            Err(Error::NotFound(_)) => None,
            row => Some(row?),
        };
        let goes = match row {
            Some(row) => {
                let survey = store::survey(db, &row.survey_id)?;
                let place = rounds::store::place(db, &survey.participation_id)?;
                let open = survey.gate(place.round.state).standing(service.now()) == Standing::Open;
                open && !wanted(service, db, (&survey, &place), vec![row])?.is_empty()
            }
            None => false,
        };
        if !goes {
            unwanted.push((*id).to_owned());
        }
    }
    Ok(unwanted)
}

/// Notes which addresses do not work, and deletes mails that have gone out, or never will. In a demonstration they
/// stay where they can be read.
fn sweep(work: &Work<'_>) -> Result<()> {
    let service = work.service;
    if service.config.demo {
        return Ok(());
    }
    loop {
        let over = service.store.read(|db| forgetting::over_of_kind(db, INVITATION, AT_ONCE))?;
        if over.is_empty() {
            return Ok(());
        }
        service.store.write(|db| {
            for mail in over.iter().filter(|mail| mail.is_refused()) {
                invitations::bounced(db, &InvitationId::from_stored(mail.about.clone()))?;
            }
            forgetting::messages_delete(db, &over.iter().map(|mail| mail.key.clone()).collect::<Vec<_>>())
        })?;
        work.progress(0, 0)?;
    }
}

/// Erases lists that have had their last day.
fn lists(work: &Work<'_>) -> Result<()> {
    let service = work.service;
    // Where it is latest, that day is over; of each it is asked in its city.
    let now = service.now();
    let over = service.store.read(|db| {
        let some = invitations::lists_over(db, now.plus(Duration::hours(14)).date())?;
        let is_over = |(survey, until): (SurveyId, NaiveDate)| {
            let of = store::survey(db, &survey)?.participation_id;
            let place = rounds::store::place(db, &of)?;
            Ok((until < now.local_date(place.city.time_zone)).then_some(survey))
        };
        some.into_iter().map(is_over).filter_map(Result::transpose).collect::<Result<Vec<SurveyId>>>()
    })?;
    for survey in &over {
        service.store.write(|db| close(service, db, survey))?;
        while service.store.write(|db| invitations::list_erase(db, survey, AT_ONCE))? > 0 {
            work.progress(0, 0)?;
        }
        service.store.write(|db| {
            merge(service, db, survey)?;
            invitations::list_is_erased(db, survey)
        })?;
    }
    if !over.is_empty() {
        service.store.read(invitations::remove_what_was_deleted)?;
        service.store.empty_log()?;
    }
    Ok(())
}

/// What a survey with invitations forgets when it has closed, so that nothing opens it again: who has answered, and in
/// an anonymous one which few were of a small stratum, or spoke a language that few did.
pub fn close(service: &Service, db: &mut Db, id: &SurveyId) -> Result<()> {
    let survey = store::survey(db, id)?;
    if survey.mode != Mode::Invitation {
        return Ok(());
    }
    waves::cancel_all(db, id)?;
    invitations::forget_answered(db, id)?;
    if survey.privacy == Privacy::Anonymous { merge(service, db, id) } else { Ok(()) }
}

/// Strata and languages of fewer responses than the limit are told apart no more.
fn merge(service: &Service, db: &mut Db, id: &SurveyId) -> Result<()> {
    let limits = Limits::of(Mode::Invitation, &service.config.disclosure);
    let parts = invitations::parts(db, id)?;
    let (mut strata, mut languages): (HashMap<&str, i64>, HashMap<&Language, i64>) = Default::default();
    for ((stratum, language), count) in &parts {
        *languages.entry(language).or_default() += count;
        if let Some(stratum) = stratum {
            *strata.entry(stratum).or_default() += count;
        }
    }
    let small = |count: i64| count.unsigned_abs() < limits.step;
    let strata: Vec<&str> = strata.into_iter().filter(|(_, count)| small(*count)).map(|(name, _)| name).collect();
    let unknown = Language::from_stored(instrument::NO_LANGUAGE);
    let languages: Vec<&Language> = languages.into_iter().filter(|(name, count)| small(*count) && **name != unknown).map(|(name, _)| name).collect();
    invitations::strata_merge(db, id, &strata)?;
    invitations::languages_merge(db, id, &languages, &unknown)
}

/// Whether a survey is past the moment at which it forgets.
pub fn is_past(survey: &SurveyRow, place: &Place, now: UtcTime) -> bool {
    survey.mode == Mode::Invitation && survey.gate(place.round.state).standing(now) == Standing::Over
}
