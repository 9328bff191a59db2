//! Writing to those who are invited and have not answered; and forgetting who was, when a survey has closed and when
//! its list has had its time.
//!
//! A mail to an invited person is deleted when it has gone out: who got a reminder had not answered, and that is
//! stored nowhere. Whether somebody has is looked up when a reminder is put into the outbox, and when it goes out. First
//! letters go to everybody, so that what comes of them, a mail that comes back, says nothing of who has answered.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Duration, NaiveDate};

use crate::ground::ids::{InvitationId, MessageId, SurveyId};
use crate::ground::{Error, Language, Result, UtcTime, Zone};
use crate::jobs::worker::{Kind, Work};
use crate::mail::letter::{Link, Recipient};
use crate::mail::store::journal::{INVITATION, REMINDER};
use crate::mail::store::{self as outbox, About, MessageRow, forgetting};
use crate::rounds;
use crate::rounds::place::Place;
use crate::service::Service;
use crate::store::Db;
use crate::surveys::disclosure::Limits;
use crate::surveys::instrument;
use crate::surveys::invitation::{InvitationState, WaveKind, WaveState, address_hash, mark_of, told_apart};
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
    let some = invitations::after(db, &survey.id, wave.reached, STEP)?;
    let Some(reached) = some.last().map(|row| row.number) else {
        return waves::step(db, wave, WaveState::Sent, wave.reached).map(|_| 0);
    };
    // Somebody else was faster, or it was cancelled.
    if !waves::step(db, wave, WaveState::Sending, reached)? {
        return Ok(0);
    }
    let looked_at = i64::try_from(some.len()).unwrap_or(i64::MAX);
    let mut some = wanted(service, db, (&survey, &place), wave.kind, some)?;
    // A first letter goes to no address twice, however many waves come after one another.
    some.retain(|row| wave.kind == WaveKind::Reminder || !row.written);
    write_to(service, db, (&survey, &place), wave.kind, &some)?;
    Ok(looked_at)
}

/// Who of some is to be written to: has an address that works, of which nobody has said that this city is not to write
/// to it; and to be reminded, has not answered.
fn wanted(
    service: &Service,
    db: &mut Db,
    (survey, place): (&SurveyRow, &Place),
    kind: WaveKind,
    mut some: Vec<InvitationRow>,
) -> Result<Vec<InvitationRow>> {
    some.retain(|row| row.state == InvitationState::Invited && row.email.is_some());
    let answered = if kind == WaveKind::Reminder { answered(service, db, survey, &some)? } else { HashSet::new() };
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

/// Puts mails into the outbox, for those who have an address.
pub fn write_to(service: &Service, db: &mut Db, (survey, place): (&SurveyRow, &Place), kind: WaveKind, rows: &[InvitationRow]) -> Result<()> {
    let title = title(db, survey)?;
    let zone: Zone = place.city.time_zone;
    let until = survey.closes_at.map(|end| end.local_date(zone).to_string()).unwrap_or_default();
    let about = if kind == WaveKind::Reminder { REMINDER } else { INVITATION };
    for (row, email) in rows.iter().filter_map(|row| row.email.clone().map(|email| (row, email))) {
        let letter = SurveyInvitation {
            city: place.city.name.get(&row.language).to_owned(),
            title: title.get(&row.language).to_owned(),
            until: until.clone(),
            reminder: kind == WaveKind::Reminder && row.written,
            confidential: survey.privacy == Privacy::Confidential,
            link: Link::invitation("/i/", &survey.id, &row.id),
            stop: vec![Way { link: Link::invitation_then("/i/", &survey.id, &row.id, "/opt-out") }],
        };
        let to = Recipient::without_account(&row.name, email, &row.language, zone);
        outbox::put(db, service, &to, About { kind: about, id: row.id.as_str(), round: Some(&place.round.id) }, &letter)?;
    }
    if kind == WaveKind::Reminder {
        return Ok(());
    }
    let written: Vec<&InvitationId> = rows.iter().filter(|row| row.email.is_some()).map(|row| &row.id).collect();
    invitations::are_written(db, &survey.id, &written)
}

/// Which mails to those invited nobody wants any more: they have said since that they want none, were taken off the list
/// or have another address, the survey is over, or it is a reminder and they have answered. Asked when a mail is about
/// to go out.
pub fn unwanted(service: &Service, db: &mut Db, mails: &[&MessageRow]) -> Result<Vec<MessageId>> {
    let mut unwanted = Vec::new();
    for mail in mails {
        let row = match invitations::anywhere(db, &InvitationId::from_stored(mail.subject_id.clone())) {
            Err(Error::NotFound(_)) => None,
            row => Some(row?),
        };
        let goes = match row.filter(|row| row.email.as_ref() == Some(&mail.to_email)) {
            Some(row) => {
                let survey = store::survey(db, &row.survey_id)?;
                let place = rounds::store::place(db, &survey.participation_id)?;
                let open = survey.gate(place.round.state).standing(service.now()) == Standing::Open;
                let kind = if mail.subject_kind == REMINDER { WaveKind::Reminder } else { WaveKind::Invitation };
                open && !wanted(service, db, (&survey, &place), kind, vec![row])?.is_empty()
            }
            None => false,
        };
        if !goes {
            unwanted.push(mail.id.clone());
        }
    }
    Ok(unwanted)
}

/// Notes to which addresses no first letter comes, and deletes mails that have gone out, or never will. In a
/// demonstration they stay where they can be read.
fn sweep(work: &Work<'_>) -> Result<()> {
    let service = work.service;
    if service.config.demo {
        return Ok(());
    }
    let mut deleted = false;
    loop {
        let over = service.store.read(|db| forgetting::over_hidden(db, AT_ONCE))?;
        if over.is_empty() {
            return if deleted { service.store.read(forgetting::remove_what_was_deleted) } else { Ok(()) };
        }
        deleted = true;
        service.store.write(|db| {
            for mail in over.iter().filter(|mail| mail.kind == INVITATION && mail.is_refused()) {
                invitations::bounced(db, &InvitationId::from_stored(mail.about.clone()), &mail.to)?;
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
    // One that fails keeps no other from its end.
    let erased: Vec<Result<()>> = over.iter().map(|survey| erase(work, survey)).collect();
    if !over.is_empty() {
        service.store.read(invitations::remove_what_was_deleted)?;
        service.store.empty_log()?;
    }
    erased.into_iter().collect()
}

/// Erases the list of a survey, and what joins it to responses.
fn erase(work: &Work<'_>, survey: &SurveyId) -> Result<()> {
    let service = work.service;
    service.store.write(|db| {
        store::survey_hold(db, survey)?;
        close(db, survey)
    })?;
    let cut = |db: &mut Db| {
        store::survey_hold(db, survey)?;
        invitations::links_cut(db, survey)
    };
    service.store.write(cut)?;
    while service.store.write(|db| invitations::list_erase(db, survey, AT_ONCE))? > 0 {
        work.progress(0, 0)?;
    }
    service.store.write(|db| {
        // Nothing is left of what is looked for no more.
        cut(db)?;
        merge(service, db, survey)?;
        invitations::list_is_erased(db, survey)
    })
}

/// What a survey with invitations forgets when it has closed, so that nothing opens it again: who has answered. Within a
/// transaction that holds the survey, as whatever writes its responses and marks anew does: PostgreSQL passes by what
/// somebody else is putting elsewhere.
pub fn close(db: &mut Db, id: &SurveyId) -> Result<()> {
    if store::survey(db, id)?.mode != Mode::Invitation {
        return Ok(());
    }
    waves::cancel_all(db, id)?;
    invitations::forget_answered(db, id)
}

/// What one that has closed forgets besides: an anonymous one, which few were of a small stratum, or spoke a language
/// that few did; one whose list was erased, the same, and what might still join it to that.
pub fn forget_few(service: &Service, db: &mut Db, id: &SurveyId) -> Result<()> {
    store::survey_hold(db, id)?;
    let survey = store::survey(db, id)?;
    if survey.mode != Mode::Invitation {
        return Ok(());
    }
    let erased = survey.list_until.is_none() && invitations::last_number(db, id)? == 0;
    if erased {
        invitations::links_cut(db, id)?;
    }
    if erased || survey.privacy == Privacy::Anonymous { merge(service, db, id) } else { Ok(()) }
}

/// Strata and languages of fewer responses than the limit are told apart no more; where all of those together would
/// still be too few, the next larger one joins them.
fn merge(service: &Service, db: &mut Db, id: &SurveyId) -> Result<()> {
    let least = Limits::of(Mode::Invitation, &service.config.disclosure).least_invited();
    let parts = invitations::parts(db, id)?;
    let (mut strata, mut languages): (BTreeMap<&str, i64>, BTreeMap<&str, i64>) = Default::default();
    for ((stratum, language), count) in &parts {
        let language: &str = if **language == *instrument::NO_LANGUAGE { "" } else { language };
        *languages.entry(language).or_default() += count;
        *strata.entry(stratum.as_deref().unwrap_or_default()).or_default() += count;
    }
    let (told, spoken) = (told_apart(&strata, least), told_apart(&languages, least));
    let all = |told: &[&str], of: &BTreeMap<&str, i64>| of.keys().all(|name| name.is_empty() || told.contains(name));
    if all(&told, &strata) && all(&spoken, &languages) {
        return Ok(());
    }
    let spoken: Vec<Language> = spoken.into_iter().map(Language::from_stored).collect();
    let unknown = Language::from_stored(instrument::NO_LANGUAGE);
    invitations::parts_merge(db, id, &told, &spoken.iter().collect::<Vec<_>>(), &unknown)
}

/// Whether a survey is past the moment at which it forgets.
pub fn is_past(survey: &SurveyRow, place: &Place, now: UtcTime) -> bool {
    survey.mode == Mode::Invitation && survey.gate(place.round.state).standing(now) == Standing::Over
}
