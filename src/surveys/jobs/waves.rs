//! Writing to those who are invited and have not answered; and forgetting who was, when a survey has closed and when
//! its list has had its time.
//!
//! A mail to an invited person is deleted when it has gone out: who got a reminder had not answered, and that is
//! stored nowhere. Whether somebody has is looked up when the mail is put into the outbox.

use std::collections::{HashMap, HashSet};

use chrono::Duration;

use crate::ground::config::Transport;
use crate::ground::ids::{InvitationId, SurveyId};
use crate::ground::{Language, Result, UtcTime, Zone};
use crate::jobs::worker::{Kind, Work};
use crate::mail::letter::{Link, Recipient};
use crate::mail::store::{self as outbox, About, MessageState, forgetting};
use crate::rounds;
use crate::rounds::place::Place;
use crate::service::Service;
use crate::store::Db;
use crate::surveys::disclosure::Limits;
use crate::surveys::instrument;
use crate::surveys::invitation::{InvitationState, WaveKind, WaveState, mark_of};
use crate::surveys::messages::{SURVEY_INVITATION, SurveyInvitation, SurveyReminder, Way};
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

/// Says how many mails were put into the outbox.
fn run(work: &Work<'_>) -> Result<String> {
    let (service, mut written) = (work.service, 0);
    while let Some(wave) = service.store.read(|db| waves::due(db, service.now()))? {
        written += service.store.write(|db| step(service, db, &wave))?;
        work.progress(written, 0)?;
    }
    sweep(work)?;
    lists(work)?;
    Ok(written.to_string())
}

/// Looks at the next of those invited; how many were written to.
fn step(service: &Service, db: &mut Db, wave: &WaveRow) -> Result<i64> {
    let now = service.now();
    let survey = store::survey(db, &wave.survey_id)?;
    let place = rounds::store::place(db, &survey.participation_id)?;
    match survey.gate(place.round.state).standing(now) {
        Standing::Open => {}
        Standing::Over => return waves::step(db, wave, WaveState::Cancelled, wave.reached).map(|_| 0),
        Standing::NotYet => return waves::put_off(db, wave, now.plus(Duration::minutes(PUT_OFF))).map(|()| 0),
    }
    let some = invitations::after(db, &survey.id, wave.reached, STEP)?;
    let Some(reached) = some.last().map(|row| row.number) else {
        return waves::step(db, wave, WaveState::Sent, wave.reached).map(|_| 0);
    };
    // Somebody else was faster, or it was cancelled.
    if !waves::step(db, wave, WaveState::Sending, reached)? {
        return Ok(0);
    }
    let answered = answered(service, db, &survey, &some)?;
    let title = title(db, &survey)?;
    let mut written = 0;
    for row in some.iter().filter(|row| row.state == InvitationState::Invited && !answered.contains(&row.id)) {
        written += i64::from(write_to(service, db, (&survey, &place), wave.kind, row, &title)?);
    }
    Ok(written)
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
) -> Result<bool> {
    let Some(email) = row.email.clone() else { return Ok(false) };
    let zone: Zone = place.city.time_zone;
    let to = Recipient::without_account(&row.name, email, &row.language, zone);
    let about = About { kind: SURVEY_INVITATION, id: row.id.as_str(), round: Some(&place.round.id) };
    let until = survey.closes_at.map(|end| end.local_date(zone).to_string()).unwrap_or_default();
    let (city, title) = (place.city.name.get(&row.language).to_owned(), title.get(&row.language).to_owned());
    let confidential = survey.privacy == Privacy::Confidential;
    let link = Link::invitation("/i/", &survey.id, &row.id);
    let stop = vec![Way { link: Link::invitation_then("/i/", &survey.id, &row.id, "/opt-out") }];
    match kind {
        WaveKind::Invitation => {
            let letter = SurveyInvitation { city, title, until, confidential, link, stop };
            outbox::put(db, service, &to, about, &letter)?;
        }
        WaveKind::Reminder => {
            let letter = SurveyReminder { city, title, until, confidential, link, stop };
            outbox::put(db, service, &to, about, &letter)?;
        }
    }
    Ok(true)
}

/// Notes which addresses do not work, and deletes mails that have gone out, or never will. In a demonstration they
/// stay where they can be read.
fn sweep(work: &Work<'_>) -> Result<()> {
    let service = work.service;
    if service.config.mail.transport == Transport::Mailbox {
        return Ok(());
    }
    loop {
        let deleted = service.store.write(|db| {
            let over = forgetting::over_of_kind(db, SURVEY_INVITATION, AT_ONCE)?;
            for (_, state, subject) in &over {
                if matches!(state, MessageState::Bounced | MessageState::Failed) {
                    invitations::bounced(db, &InvitationId::from_stored(subject.clone()))?;
                }
            }
            let keys: Vec<_> = over.into_iter().map(|(key, _, _)| key).collect();
            forgetting::messages_delete(db, &keys)
        })?;
        if deleted == 0 {
            return Ok(());
        }
        work.progress(0, 0)?;
    }
}

/// Erases lists that have had their last day.
fn lists(work: &Work<'_>) -> Result<()> {
    let service = work.service;
    // Where it is earliest, that day is over a day later.
    let day = service.now().minus(Duration::days(1)).date();
    let over = service.store.read(|db| invitations::lists_over(db, day))?;
    for (survey, _) in &over {
        if service.store.write(|db| close(service, db, survey)).is_err() {
            continue;
        }
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
