//! Answers of those who were invited: one for each invitation, and no more of a stratum than its quota.
//!
//! They have a committer of their own, so that everybody else's way stays as short as it is. What decides is in the
//! transaction: the mark of an invitation (`invitation_spent`) or its link (`response.invitation_id`), which the
//! database takes once, and the count of a stratum, which is held while it is looked at. In an anonymous survey the
//! response itself has neither mark nor link.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;

use super::batch::Stored;
use crate::ground::chance::Chance;
use crate::ground::clock::Clock;
use crate::ground::ids::{InvitationId, SurveyId};
use crate::ground::problems::CLOSED;
use crate::ground::{Error, Result, UtcTime};
use crate::store::Db;
use crate::store::committer::Batch;
use crate::surveys::problems::{INVITATION_ANSWERED, QUOTA_FULL};
use crate::surveys::store;
use crate::surveys::store::invitations::{self, SpentRow, StratumRow};
use crate::surveys::store::responses::{self, Placed, ResponseRow};
use crate::surveys::survey::{Gate, Standing};

/// Somebody who has come by an invitation that is good.
#[derive(Debug, Clone)]
pub struct Guest {
    pub id: InvitationId,
    /// As the list says it; may be empty.
    pub stratum: String,
    /// By what it shows in an anonymous survey that it was answered; `None` in a confidential one.
    pub mark: Option<i64>,
    /// Whether it was answered already.
    pub answered: bool,
    /// Whether as many of the stratum have answered as may.
    pub full: bool,
}

/// A response whose answers were checked, with the invitation that it came by.
pub struct PreparedGuest {
    pub(super) row: ResponseRow,
    pub(super) guest: InvitationId,
    pub(super) stratum: String,
    pub(super) mark: Option<i64>,
    /// From the visit and the answers: the same button pressed twice.
    pub(super) once: i64,
    pub(super) slug: String,
    pub(super) number: u32,
}

/// What one transaction does.
pub struct GuestBatch {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) chance: Arc<dyn Chance>,
}

/// What there is before any of a batch is written.
struct Before {
    gates: HashMap<SurveyId, Gate>,
    /// By survey and mark.
    spent: HashMap<(SurveyId, i64), SpentRow>,
    /// Of confidential surveys.
    answered: HashSet<(SurveyId, InvitationId)>,
    /// How many more may come of a stratum.
    free: HashMap<(SurveyId, String), i64>,
}

impl Before {
    fn of(db: &mut Db, items: &[PreparedGuest]) -> Result<Self> {
        // In order, so that no two processes wait for each other.
        let surveys: BTreeSet<&SurveyId> = items.iter().map(|item| &item.row.survey_id).collect();
        let surveys: Vec<&SurveyId> = surveys.into_iter().collect();
        let gates = store::gates(db, &surveys)?;
        let free = |row: StratumRow| ((row.survey_id, row.name), row.quota.unwrap_or(i64::MAX) - row.taken);
        let free = invitations::quotas_hold(db, &surveys)?.into_iter().map(free).collect();
        let (mut spent, mut answered) = (HashMap::new(), HashSet::new());
        for survey in surveys {
            let mine = || items.iter().filter(|item| item.row.survey_id == *survey);
            let marks: Vec<i64> = mine().filter_map(|item| item.mark).collect();
            let rows = invitations::spent(db, survey, &marks)?.into_iter();
            spent.extend(rows.map(|row| ((survey.clone(), row.mark), row)));
            let ids: Vec<&InvitationId> = mine().filter(|item| item.mark.is_none()).map(|item| &item.guest).collect();
            answered.extend(invitations::answered(db, survey, &ids)?.into_iter().map(|id| (survey.clone(), id)));
        }
        Ok(Self { gates, spent, answered, free })
    }

    /// Whether one may be written; takes its place where it may.
    fn admit(&mut self, item: &PreparedGuest, now: UtcTime) -> Result<Option<NaiveDate>> {
        let survey = &item.row.survey_id;
        if let Some(row) = item.mark.and_then(|mark| self.spent.get(&(survey.clone(), mark))) {
            // The same press of the same button.
            let again = row.once == Some(item.once);
            return row.day.filter(|_| again).map(Some).ok_or(Error::Conflict(INVITATION_ANSWERED));
        }
        if self.gates.get(survey).is_none_or(|gate| gate.standing(now) != Standing::Open) {
            return Err(Error::Conflict(CLOSED));
        }
        // Whoever answers once more takes no other place.
        let known = item.mark.is_none() && self.answered.contains(&(survey.clone(), item.guest.clone()));
        if !known && let Some(free) = self.free.get_mut(&(survey.clone(), item.stratum.clone())) {
            if *free <= 0 {
                return Err(Error::Conflict(QUOTA_FULL));
            }
            *free -= 1;
        }
        match item.mark {
            Some(mark) => {
                let row = SpentRow { survey_id: survey.clone(), mark, once: Some(item.once), day: Some(item.row.day) };
                self.spent.insert((survey.clone(), mark), row);
            }
            None => {
                self.answered.insert((survey.clone(), item.guest.clone()));
            }
        }
        Ok(None)
    }
}

impl Batch for GuestBatch {
    type Item = PreparedGuest;
    type Outcome = Stored;

    fn write(&mut self, db: &mut Db, items: &[PreparedGuest]) -> Result<Vec<Result<Stored>>> {
        let now = self.clock.now();
        let mut before = Before::of(db, items)?;
        let answered = before.answered.clone();
        let admitted: Vec<Result<Option<NaiveDate>>> = items.iter().map(|item| before.admit(item, now)).collect();
        let mut wanted: Vec<usize> = (0..items.len()).filter(|at| matches!(admitted[*at], Ok(None))).collect();
        // Of the same confidential invitation in one batch, the last is the one that stays.
        let last: HashMap<(&SurveyId, &InvitationId), usize> =
            wanted.iter().map(|at| ((&items[*at].row.survey_id, &items[*at].guest), *at)).collect();
        let stays = |at: &usize| last.get(&(&items[*at].row.survey_id, &items[*at].guest)) == Some(at);

        let marks: Vec<SpentRow> = wanted
            .iter()
            .filter_map(|at| {
                let item = &items[*at];
                Some(SpentRow { survey_id: item.row.survey_id.clone(), mark: item.mark?, once: Some(item.once), day: Some(item.row.day) })
            })
            .collect();
        let added = invitations::spend(db, &marks)?;
        // Another process was faster.
        let lost = |item: &PreparedGuest| item.mark.is_some_and(|mark| !added.contains(&(item.row.survey_id.clone(), mark)));
        wanted.retain(|at| !lost(&items[*at]));

        let mut taken: BTreeMap<(&SurveyId, &str), i64> = BTreeMap::new();
        for at in wanted.iter().filter(|at| stays(at)) {
            let item = &items[*at];
            let again = item.mark.is_none() && answered.contains(&(item.row.survey_id.clone(), item.guest.clone()));
            if !again && before.free.contains_key(&(item.row.survey_id.clone(), item.stratum.clone())) {
                *taken.entry((&item.row.survey_id, &item.stratum)).or_default() += 1;
            }
        }
        for ((survey, name), more) in taken {
            invitations::taken_add(db, survey, name, more)?;
        }
        self.put(db, items, &wanted.iter().copied().filter(|at| stays(at)).collect::<Vec<_>>())?;
        let outcome = |(item, admitted): (&PreparedGuest, Result<Option<NaiveDate>>)| match admitted? {
            Some(day) => Ok(Stored::before(day)),
            None if lost(item) => Err(Error::Conflict(INVITATION_ANSWERED)),
            None => Ok(Stored::new(item.row.day)),
        };
        Ok(items.iter().zip(admitted).map(outcome).collect())
    }
}

impl GuestBatch {
    /// Puts responses at random places of their day, in an order that says nothing of when each came.
    fn put(&self, db: &mut Db, items: &[PreparedGuest], which: &[usize]) -> Result<()> {
        let replaced: BTreeMap<&SurveyId, Vec<&InvitationId>> =
            which.iter().map(|at| &items[*at]).filter(|item| item.mark.is_none()).fold(BTreeMap::new(), |mut all, item| {
                all.entry(&item.row.survey_id).or_default().push(&item.guest);
                all
            });
        for (survey, ids) in replaced {
            invitations::responses_take_out(db, survey, &ids)?;
        }
        let mut placed: Vec<Placed<'_>> =
            which.iter().map(|at| (&items[*at].row, i64::try_from(self.chance.below(1 << 62)).unwrap_or_default())).collect();
        placed.sort_by_key(|(row, key)| (&row.survey_id, row.day, *key));
        let days: BTreeSet<(&SurveyId, NaiveDate)> = placed.iter().map(|(row, _)| (&row.survey_id, row.day)).collect();
        for (survey, day) in days {
            responses::day_begin(db, survey, day)?;
        }
        let left = responses::add(db, &placed)?;
        if left.is_empty() { Ok(()) } else { Err(Error::Unavailable("the place of an answer was taken".to_owned())) }
    }
}
