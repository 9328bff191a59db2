//! Inviting people one by one: lists that come in, addresses that are corrected, quotas, waves of mail, letters.
//!
//! Rule to keep: nothing here tells whether somebody has answered, neither by a row nor by a count.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{Duration, NaiveDateTime};
use serde_json::json;

use super::issuing::{survey_for, view};
use crate::ground::error::Checks;
use crate::ground::ids::{InvitationId, SurveyId};
use crate::ground::problems::CLOSED;
use crate::ground::{Error, FieldError, Language, Result, UtcTime, Zone};
use crate::people::call::{Call, Permit};
use crate::people::policy::UseCase;
use crate::rounds::place::Place;
use crate::store::Db;
use crate::surveys::disclosure::Limits;
use crate::surveys::invitation::{
    self, Errors, InvitationState, Invitee, MOST_INVITATIONS, MOST_STRATA, POSTAL_MAX, WaveKind, WaveState, code_of, hash_of, unwanted_hash,
};
use crate::surveys::jobs::waves::write_to;
use crate::surveys::problems::{INVITATION_REMOVED, QUOTA_ENDS, SURVEY_BY_LINK};
use crate::surveys::store::invitations::{self, InvitationRow, Known, StratumRow};
use crate::surveys::store::waves::{self, WaveRow};
use crate::surveys::store::{self, SurveyRow};
use crate::surveys::survey::{Mode, Standing};
use crate::surveys::views::{
    AddressInput, InvitationView, InvitingView, LetterView, ListTaken, QuotaInput, StratumCount, StratumView, WaveInput, WaveView,
};
use crate::web::paging::{Listing, PageAt};
use forms::questionnaire::Questionnaire;

/// Waves of a survey.
const MOST_WAVES: i32 = 20;
/// Of earlier lists, looked at in one step.
const KNOWN_AT_ONCE: i64 = 5_000;
/// Letters that are made at once.
pub const LETTERS_AT_ONCE: i64 = 100;

type Found<'c> = Permit<'c, (SurveyRow, Place)>;

/// The survey, if it invites people.
fn inviting<'c>(call: &'c Call<'c>, use_case: UseCase, id: &SurveyId) -> Result<Found<'c>> {
    let permit = survey_for(call, use_case, id)?;
    if permit.0.mode == Mode::Invitation { Ok(permit) } else { Err(Error::Conflict(SURVEY_BY_LINK)) }
}

/// Asked inside the transaction: it may have ended a moment ago.
fn not_over(call: &Call<'_>, db: &mut Db, permit: &Found<'_>) -> Result<SurveyRow> {
    store::survey_hold(db, &permit.0.id)?;
    let row = store::survey(db, &permit.0.id)?;
    let round = crate::rounds::store::place(db, &row.participation_id)?.round.state;
    if row.gate(round).standing(call.now) == Standing::Over { Err(Error::Conflict(CLOSED)) } else { Ok(row) }
}

/// Puts those whom a list names among the invited, or says what would come of it (`dry_run`).
pub fn invitation_import(call: &Call<'_>, id: &SurveyId, list: &[u8], dry_run: bool) -> Result<ListTaken> {
    let permit = inviting(call, UseCase::invitation_import, id)?;
    let invitees = invitation::read(list)?;
    let asked_in = permit.read(|db| {
        let instrument = store::instrument(db, &permit.0.instrument_id)?;
        let questionnaire: Questionnaire = serde_json::from_str(&instrument.questionnaire).map_err(Error::internal)?;
        Ok(questionnaire.languages.iter().map(Language::from_stored).collect::<Vec<_>>())
    })?;
    let spoken = |language: &Language| asked_in.iter().any(|asked| asked.main() == language.main() || asked.main() == "und");
    let wanted: BTreeSet<&Language> = invitees.iter().filter_map(|invitee| invitee.language.as_ref()).filter(|tag| !spoken(tag)).collect();
    let languages_not_asked_in: Vec<Language> = wanted.into_iter().cloned().collect();
    if dry_run {
        return permit.read(|db| Ok(ListTaken { languages_not_asked_in, ..placed(call, db, &permit, &invitees)?.0 }));
    }
    permit.write(|db| {
        not_over(call, db, &permit)?;
        let (taken, rows) = placed(call, db, &permit, &invitees)?;
        // Those who come back take the place that they had.
        invitations::take_out(db, id, &rows.iter().map(|row| &row.id).collect::<Vec<_>>())?;
        invitations::insert(db, &rows)?;
        for count in &taken.strata {
            invitations::invited_add(db, id, &count.stratum, count.invited)?;
        }
        permit.audit(db, id, &json!({"invited": taken.invited, "by_mail": taken.by_mail, "opted_out": taken.opted_out}))?;
        Ok(ListTaken { dry_run: false, languages_not_asked_in, ..taken })
    })
}

/// How many must be invited of a stratum that is told apart.
fn least(call: &Call<'_>) -> i64 {
    Limits::of(Mode::Invitation, &call.service.config.disclosure).least_invited()
}

/// A stratum as an earlier list spelled it.
fn as_before<'s>(spelled: &HashMap<String, &'s str>, stratum: &'s str) -> &'s str {
    spelled.get(&stratum.to_lowercase()).copied().unwrap_or(stratum)
}

/// The rows of a list, and what is to be said of it: whoever was taken off the list before comes back as the one they
/// were, so that nobody answers twice. Errors: whoever is on an earlier list; too many.
fn placed(call: &Call<'_>, db: &mut Db, permit: &Found<'_>, invitees: &[Invitee]) -> Result<(ListTaken, Vec<InvitationRow>)> {
    let (survey, place) = &**permit;
    let secrets = &call.service.secrets;
    let wanted: HashSet<(String, String)> = invitees.iter().map(Invitee::who).collect();
    let (mut known, mut after): (HashMap<_, (InvitationState, InvitationId, i32)>, i32) = Default::default();
    loop {
        let some = invitations::known_after(db, &survey.id, after, KNOWN_AT_ONCE)?;
        let Some(last) = some.last() else { break };
        after = last.number;
        let who = |one: Known| {
            let (name, email, postal) = one.addressed;
            let who = Invitee { row: 0, name, email, postal, language: None, stratum: String::new() }.who();
            (who, (one.state, one.id, one.number))
        };
        for (who, (state, id, number)) in some.into_iter().map(who).filter(|(who, _)| wanted.contains(who)) {
            // Of several of one name and address, whoever is on the list counts.
            if known.get(&who).is_none_or(|(before, ..)| *before == InvitationState::Removed) {
                known.insert(who, (state, id, number));
            }
        }
    }
    let mut errors = Errors::default();
    let is_on = |invitee: &&Invitee| known.get(&invitee.who()).is_some_and(|(state, ..)| *state != InvitationState::Removed);
    invitees.iter().filter(is_on).for_each(|invitee| errors.push(invitee.row, "name", "list_known"));
    let mut last = invitations::last_number(db, &survey.id)?;
    if i64::from(last) + i64::try_from(invitees.len()).unwrap_or(i64::MAX) > MOST_INVITATIONS {
        errors.push(1, "name", "list_too_many");
    }
    let before = invitations::strata(db, &survey.id)?;
    // As an earlier list spelled it.
    let spelled: HashMap<String, &str> = before.iter().map(|row| (row.name.to_lowercase(), row.name.as_str())).collect();
    let mut strata: BTreeMap<&str, i64> = BTreeMap::new();
    for invitee in invitees {
        *strata.entry(as_before(&spelled, &invitee.stratum)).or_default() += 1;
    }
    let mut after: BTreeMap<&str, i64> = before.iter().map(|row| (row.name.as_str(), row.invited)).collect();
    for (name, count) in &strata {
        *after.entry(name).or_default() += count;
    }
    let told = invitation::told_apart(&after, least(call));
    let new = strata.keys().filter(|name| !before.iter().any(|row| row.name == **name)).count();
    if before.len() + new > MOST_STRATA {
        errors.push(1, "stratum", "list_strata_too_many");
    }
    // Nobody finds out later that more have answered than was asked for.
    if before.iter().any(|row| row.quota.is_some() && !told.contains(&row.name.as_str())) {
        errors.push(1, "stratum", "list_ends_quota");
    }
    errors.done(())?;
    let hash = |invitee: &Invitee| unwanted_hash(secrets, invitee.email.as_ref(), &invitee.name, &invitee.postal);
    let hashes: Vec<String> = invitees.iter().map(hash).collect();
    let unwanted = invitations::opted_out(db, &place.city.id, &hashes)?;
    let mut place_of = |invitee: &Invitee| match known.remove(&invitee.who()) {
        Some((_, id, number)) => (id, number),
        None => {
            last = last.saturating_add(1);
            (InvitationId::unordered(&*call.service.chance), last)
        }
    };
    let row = |invitee: &Invitee| {
        let (id, number) = place_of(invitee);
        let code = code_of(secrets, &survey.id, &id);
        let opted_out = unwanted.contains(&hash(invitee));
        InvitationRow {
            survey_id: survey.id.clone(),
            number,
            name: invitee.name.clone(),
            email: invitee.email.clone(),
            postal: invitee.postal.clone(),
            language: invitee.language.clone().unwrap_or_else(|| place.city.language.clone()),
            stratum: as_before(&spelled, &invitee.stratum).to_owned(),
            code_hash: hash_of(secrets, &code).unwrap_or_default(),
            state: if opted_out { InvitationState::OptedOut } else { InvitationState::Invited },
            written: false,
            id,
        }
    };
    let rows: Vec<InvitationRow> = invitees.iter().map(row).collect();
    let taken = ListTaken {
        dry_run: true,
        invited: rows.len(),
        by_mail: rows.iter().filter(|row| row.email.is_some()).count(),
        opted_out: rows.iter().filter(|row| row.state == InvitationState::OptedOut).count(),
        languages_not_asked_in: Vec::new(),
        strata: strata
            .into_iter()
            .map(|(stratum, invited)| StratumCount { stratum: stratum.to_owned(), invited, merged: !told.contains(&stratum) })
            .collect(),
    };
    Ok((taken, rows))
}

/// The survey, how many are invited, its strata and waves.
pub fn inviting_read(call: &Call<'_>, id: &SurveyId) -> Result<InvitingView> {
    let permit = inviting(call, UseCase::inviting_read, id)?;
    permit.read(|db| overview(call, db, &permit))
}

fn overview(call: &Call<'_>, db: &mut Db, permit: &Found<'_>) -> Result<InvitingView> {
    let id = &permit.0.id;
    let states = invitations::by_state(db, id)?;
    let of = |state| states.iter().find(|(s, _)| *s == state).map_or(0, |(_, n)| *n);
    let told = invitations::strata_told_apart(db, id, least(call))?;
    let stratum = |row: StratumRow| StratumView { merged: !told.contains(&row.name), stratum: row.name, invited: row.invited, quota: row.quota };
    let strata = invitations::strata(db, id)?.into_iter().filter(|row| !row.name.is_empty()).map(stratum).collect();
    let row = store::survey(db, id)?;
    Ok(InvitingView {
        survey: view(call, db, row, &permit.1)?,
        time_zone: permit.1.city.time_zone,
        invited: states.iter().filter(|(state, _)| *state != InvitationState::Removed).map(|(_, n)| n).sum(),
        by_mail: invitations::with_email(db, id)?,
        opted_out: of(InvitationState::OptedOut),
        bounced: of(InvitationState::Bounced),
        removed: of(InvitationState::Removed),
        strata,
        waves: waves::of(db, id)?.into_iter().map(wave_view).collect(),
    })
}

fn wave_view(row: WaveRow) -> WaveView {
    WaveView { number: row.number, kind: row.kind, due_at: row.due_at, state: row.state, reached: row.reached }
}

/// Those who are invited, in the order of their lists.
pub fn invitation_list(call: &Call<'_>, id: &SurveyId, at: &PageAt<i32>) -> Result<Listing<InvitationView>> {
    let permit = inviting(call, UseCase::invitation_list, id)?;
    let rows = permit.read(|db| invitations::page(db, id, at))?;
    Ok(Listing::of(rows, at, |row| row.number.to_string()).map(Into::into))
}

/// One of those invited.
pub fn invitation_read(call: &Call<'_>, id: &SurveyId, invitation: &InvitationId) -> Result<InvitationView> {
    let permit = inviting(call, UseCase::invitation_list, id)?;
    permit.read(|db| invitations::one(db, id, invitation)).map(Into::into)
}

/// Corrects an address. What is sent later goes to the new one, and what still waits is not sent to the old one; where a
/// first letter had gone there, one goes to the new one at once, whether they have answered or not.
pub fn invitation_correct(call: &Call<'_>, id: &SurveyId, invitation: &InvitationId, input: &AddressInput) -> Result<InvitationView> {
    let permit = inviting(call, UseCase::invitation_correct, id)?;
    permit.read(|db| invitations::one(db, id, invitation))?;
    let mut checks = Checks::new();
    if matches!(input.email, crate::ground::Given::Unreadable) {
        checks.require(false, "email", "bad_email");
    }
    let postal = checks.optional_text("postal", &input.postal, POSTAL_MAX, true);
    checks.done()?;
    let email = input.email.value();
    permit.write(|db| {
        let survey = not_over(call, db, &permit)?;
        let before = invitations::one(db, id, invitation)?;
        if before.state == InvitationState::Removed {
            return Err(Error::Conflict(INVITATION_REMOVED));
        }
        let same = before.email.as_ref() == email;
        invitations::address_set(db, id, invitation, email, &postal, same && before.written)?;
        let hash = unwanted_hash(&call.service.secrets, email, &before.name, &postal);
        let unwanted = !invitations::opted_out(db, &permit.1.city.id, &[hash])?.is_empty();
        if unwanted {
            invitations::turn(db, id, invitation, &[InvitationState::Invited], InvitationState::OptedOut)?;
        } else if before.email.is_some() && email.is_none() {
            // They wanted no mail, and get none: a letter they have not refused.
            invitations::turn(db, id, invitation, &[InvitationState::OptedOut], InvitationState::Invited)?;
        }
        permit.audit(db, invitation, &json!({"survey": id}))?;
        let row = invitations::one(db, id, invitation)?;
        let (service, place) = (call.service, &permit.1);
        let open = survey.gate(place.round.state).standing(call.now) == Standing::Open;
        if !same && before.written && open && row.state == InvitationState::Invited {
            write_to(service, db, (&survey, place), WaveKind::Invitation, std::slice::from_ref(&row))?;
        }
        Ok(row.into())
    })
}

/// Takes somebody off the list: the code answers nothing any more. An answer that came stays. Errors: a quota would be
/// for too few then.
pub fn invitation_remove(call: &Call<'_>, id: &SurveyId, invitation: &InvitationId) -> Result<InvitationView> {
    let permit = inviting(call, UseCase::invitation_remove, id)?;
    permit.read(|db| invitations::one(db, id, invitation))?;
    permit.write(|db| {
        not_over(call, db, &permit)?;
        let from = [InvitationState::Invited, InvitationState::OptedOut, InvitationState::Bounced];
        let row = invitations::one(db, id, invitation)?;
        if invitations::turn(db, id, invitation, &from, InvitationState::Removed)? {
            invitations::invited_add(db, id, &row.stratum, -1)?;
            // As with a list: who set a quota takes it away.
            let told = invitations::strata_told_apart(db, id, least(call))?;
            if invitations::strata(db, id)?.iter().any(|row| row.quota.is_some() && !told.contains(&row.name)) {
                return Err(Error::Conflict(QUOTA_ENDS));
            }
            permit.audit(db, invitation, &json!({"survey": id}))?;
        }
        invitations::one(db, id, invitation).map(Into::into)
    })
}

/// How many of a stratum may answer.
pub fn quota_set(call: &Call<'_>, id: &SurveyId, input: &QuotaInput) -> Result<InvitingView> {
    let permit = inviting(call, UseCase::quota_set, id)?;
    let mut checks = Checks::new();
    let quota = checks.given_or_none("quota", &input.quota);
    if quota.is_some_and(|quota| !(1..=MOST_INVITATIONS).contains(&quota)) {
        checks.push(FieldError::new("quota", "out_of_range").with("min", 1).with("max", MOST_INVITATIONS));
    }
    checks.done()?;
    permit.write(|db| {
        not_over(call, db, &permit)?;
        let strata = invitations::strata(db, id)?;
        if !strata.iter().any(|row| row.name == input.stratum && !row.name.is_empty()) {
            return Err(Error::field("stratum", "unknown_choice"));
        }
        let least = least(call);
        if quota.is_some() && !invitations::strata_told_apart(db, id, least)?.contains(&input.stratum) {
            return Err(Error::Invalid(vec![FieldError::new("quota", "stratum_too_small").with("min", least)]));
        }
        invitations::quota_set(db, id, &input.stratum, quota)?;
        permit.audit(db, id, &json!({"quota": quota}))?;
        overview(call, db, &permit)
    })
}

/// Has those invited written to, at a time: all by a first letter, by a reminder those who have not answered by then. The same again within ten minutes adds nothing.
pub fn wave_plan(call: &Call<'_>, id: &SurveyId, input: &WaveInput) -> Result<InvitingView> {
    let permit = inviting(call, UseCase::wave_plan, id)?;
    let (row, place) = &*permit;
    let mut checks = Checks::new();
    let kind = checks.given("kind", &input.kind);
    let typed = input.due.as_deref().map(str::trim).filter(|due| !due.is_empty());
    let due = typed.map(|due| moment(due, place.city.time_zone));
    checks.require(due != Some(None), "due", "bad_moment");
    let due_at = due.flatten().unwrap_or(call.now);
    checks.require(due_at > call.now.minus(Duration::minutes(10)), "due", "in_the_past");
    checks.require(row.opens_at.is_none_or(|begin| due_at >= begin), "due", "before_begin");
    checks.require(row.closes_at.is_none_or(|end| due_at < end), "due", "after_end");
    checks.done()?;
    permit.write(|db| {
        not_over(call, db, &permit)?;
        // Pressed twice, it is one.
        let near = |wave: &WaveRow| wave.due_at.seconds_since(due_at).abs() < 600 && wave.state != WaveState::Cancelled;
        if waves::of(db, id)?.iter().any(|wave| Some(wave.kind) == kind && near(wave)) {
            return overview(call, db, &permit);
        }
        let number = waves::last_number(db, id)?.saturating_add(1);
        if number > MOST_WAVES {
            return Err(Error::Invalid(vec![FieldError::new("kind", "waves_too_many").with("max", MOST_WAVES)]));
        }
        let wave = WaveRow {
            survey_id: id.clone(),
            number,
            kind: kind.unwrap_or(WaveKind::Invitation),
            due_at,
            state: WaveState::Planned,
            reached: 0,
            created_at: call.now,
        };
        waves::insert(db, &wave)?;
        permit.audit(db, id, &json!({"wave": number, "mails": wave.kind, "due_at": due_at}))?;
        overview(call, db, &permit)
    })
}

/// `2026-12-01 09:00`, also as a browser sends it, in a zone.
fn moment(typed: &str, zone: Zone) -> Option<UtcTime> {
    let typed = crate::ground::digits::ascii(typed).replace('T', " ");
    let local = NaiveDateTime::parse_from_str(&format!("{typed}:00"), "%Y-%m-%d %H:%M:%S").ok()?;
    UtcTime::of_local(local, zone)
}

/// Sends no more of a wave. What is in the outbox already goes out.
pub fn wave_cancel(call: &Call<'_>, id: &SurveyId, number: i32) -> Result<InvitingView> {
    let permit = inviting(call, UseCase::wave_cancel, id)?;
    permit.write(|db| {
        let wave = waves::one(db, id, number)?;
        if matches!(wave.state, WaveState::Planned | WaveState::Sending) && waves::step(db, &wave, WaveState::Cancelled, wave.reached)? {
            permit.audit(db, id, &json!({"wave": number}))?;
        }
        overview(call, db, &permit)
    })
}

/// Letters with the codes of those invited, in the order of their lists, after a number: all of them, or those without
/// mail. Whoever has a code can answer in its owner's place, so that each look is in the audit.
pub fn letter_read(call: &Call<'_>, id: &SurveyId, without_mail: bool, at: &PageAt<i32>) -> Result<Listing<LetterView>> {
    let permit = inviting(call, UseCase::letter_read, id)?;
    let at = PageAt { after: at.after, limit: at.limit.min(LETTERS_AT_ONCE) };
    permit.write(|db| {
        not_over(call, db, &permit)?;
        let rows = invitations::letters(db, id, without_mail, &at)?;
        let page = Listing::of(rows, &at, |row| row.number.to_string());
        let letter = |row: &InvitationRow| {
            let code = code_of(&call.service.secrets, id, &row.id);
            LetterView {
                number: row.number,
                name: row.name.clone(),
                postal: row.postal.clone(),
                language: row.language.clone(),
                link: call.service.link(&format!("/i/{code}")),
                code,
            }
        };
        let items: Vec<LetterView> = page.items.iter().map(letter).collect();
        permit.audit(db, id, &json!({"letters": items.len(), "after": at.after}))?;
        Ok(Listing { items, next_cursor: page.next_cursor })
    })
}

/// Whoever has a code does not want to be written to again, by any survey of this city. They can still answer.
pub fn invitation_opt_out(call: &Call<'_>, typed: &str) -> Result<()> {
    let permit = call.allow(UseCase::invitation_opt_out)?;
    let hash = hash_of(&call.service.secrets, typed).ok_or(Error::NotFound("invitation"))?;
    permit.write(|db| {
        let row = invitations::by_code(db, &hash)?;
        let survey = store::survey(db, &row.survey_id)?;
        let place = crate::rounds::store::place(db, &survey.participation_id)?;
        let unwanted = unwanted_hash(&call.service.secrets, row.email.as_ref(), &row.name, &row.postal);
        invitations::opt_out(db, &place.city.id, &unwanted)?;
        // No entry in the audit: its moment would say when somebody had the survey before them.
        let from = [InvitationState::Invited, InvitationState::Bounced];
        invitations::turn(db, &row.survey_id, &row.id, &from, InvitationState::OptedOut)?;
        match &row.email {
            // Whoever else is invited at that address gets no mail either, and so a letter.
            Some(email) => invitations::turn_address(db, &place.city.id, email),
            // The same person is on other lists of the city.
            None => {
                let same = |name: &str, postal: &str| unwanted_hash(&call.service.secrets, None, name, postal) == unwanted;
                invitations::turn_person(db, &place.city.id, &row.name, same)
            }
        }
    })
}
