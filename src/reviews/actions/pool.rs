//! The pool of a round, or of some of its reports: reports, experts, and what stands between each pair.
//!
//! Loaded once, then every pair is answered from memory, without a copy of anything.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::found::{self, serving};
use super::private::own_submissions;
use crate::ground::Result;
use crate::ground::ids::{CityId, ParticipationId, PersonId, RoundId, SubmissionId};
use crate::people::actions::shown_name;
use crate::people::call::Call;
use crate::people::identity::PersonState;
use crate::people::store::{PersonRow, grants_of, people_by_ids};
use crate::reviews::affinity::{Affinity, affinity};
use crate::reviews::conflict::{ConflictKind, ConflictSource, Ineligible, Recorded, Standing, derived, standing, why_not};
use crate::reviews::expert::{Absent, Expert};
use crate::reviews::review::{ReviewKind, ReviewState};
use crate::reviews::store::{self, ReviewRow};
use crate::rounds::place::{City, Place};
use crate::store::Db;
use crate::{reports, rounds};

pub struct Pool {
    pub places: BTreeMap<ParticipationId, Place>,
    /// The newest submission of every participation that has one, in the order of the cities.
    pub submissions: Vec<(ParticipationId, SubmissionId)>,
    /// Everybody with a record who serves in the round, or has one of these reviews.
    known: Vec<Expert>,
    serving: BTreeSet<PersonId>,
    pub people: BTreeMap<PersonId, PersonRow>,
    /// Every review of the reports; of a whole round those of older submissions too.
    pub reviews: Vec<ReviewRow>,
    /// What is on record for this round or for all.
    recorded: HashMap<PersonId, HashMap<CityId, Vec<Recorded>>>,
    offices: HashMap<PersonId, Vec<CityId>>,
    states: HashMap<SubmissionId, HashMap<PersonId, ReviewState>>,
    /// Independent seats that are taken.
    taken: HashMap<SubmissionId, usize>,
    /// Seats that each expert holds in the round, in these reports or not; without those of panels that the caller may
    /// not see, for whatever is shown, proposed or refused by them would tell who sits there.
    loads: HashMap<PersonId, i32>,
    same_country: bool,
}

impl Pool {
    /// Of a whole round.
    pub fn load(call: &Call<'_>, db: &mut Db, round: &RoundId) -> Result<Self> {
        let places = rounds::store::places_of_round(db, round)?;
        let newest: BTreeMap<_, _> = reports::store::newest_submission_ids(db, round)?.into_iter().collect();
        let submissions = places.iter().filter_map(|p| Some((p.participation.clone(), newest.get(&p.participation)?.clone()))).collect();
        let reviews = store::reviews_of_round(db, round)?;
        Self::with(call, db, round, places, submissions, reviews)
    }

    /// Of some reports of a round: each place with its submission.
    pub fn of(call: &Call<'_>, db: &mut Db, round: &RoundId, reports: Vec<(Place, SubmissionId)>) -> Result<Self> {
        let submissions: Vec<_> = reports.iter().map(|(place, submission)| (place.participation.clone(), submission.clone())).collect();
        let ids: Vec<SubmissionId> = submissions.iter().map(|(_, submission)| submission.clone()).collect();
        let reviews = store::reviews_of_submissions(db, &ids)?;
        Self::with(call, db, round, reports.into_iter().map(|(place, _)| place).collect(), submissions, reviews)
    }

    fn with(
        call: &Call<'_>,
        db: &mut Db,
        round: &RoundId,
        places: Vec<Place>,
        submissions: Vec<(ParticipationId, SubmissionId)>,
        reviews: Vec<ReviewRow>,
    ) -> Result<Self> {
        let serving: BTreeSet<PersonId> = serving(db)?.into_iter().filter(|(_, s)| s.covers(Some(round))).map(|(person, _)| person).collect();
        // Reviewers stay known, and their conflicts with them, even if they serve no longer.
        let everybody: BTreeSet<PersonId> = serving.iter().cloned().chain(reviews.iter().map(|r| r.person_id.clone())).collect();
        let ids: Vec<PersonId> = everybody.into_iter().collect();
        let known = store::experts_of(db, &ids)?.iter().map(store::ExpertRow::expert).collect::<Result<Vec<_>>>()?;
        let mut recorded: HashMap<_, HashMap<_, Vec<Recorded>>> = HashMap::new();
        for row in store::conflicts_of(db, &ids)?.into_iter().filter(|r| r.round_id.as_ref().is_none_or(|of| of == round)) {
            recorded.entry(row.person_id.clone()).or_default().entry(row.city_id.clone()).or_default().push(row.recorded());
        }
        let mut offices: HashMap<_, Vec<CityId>> = HashMap::new();
        for (person, city) in found::offices(&grants_of(db, &ids)?) {
            offices.entry(person).or_default().push(city);
        }
        let mut states: HashMap<_, HashMap<_, ReviewState>> = HashMap::new();
        let mut taken = HashMap::new();
        for row in &reviews {
            states.entry(row.submission_id.clone()).or_default().insert(row.person_id.clone(), row.state);
            if row.kind == ReviewKind::Independent && row.state.holds_seat() {
                *taken.entry(row.submission_id.clone()).or_insert(0) += 1;
            }
        }
        let unseen = own_submissions(call, db)?;
        let loads = store::loads(db, round, &unseen)?.into_iter().map(|(person, load)| (person, i32::try_from(load).unwrap_or(i32::MAX))).collect();
        let people = people_by_ids(db, &ids)?;
        Ok(Self {
            places: places.into_iter().map(|p| (p.participation.clone(), p)).collect(),
            submissions,
            people: people.into_iter().map(|p| (p.id.clone(), PersonRow { name: shown_name(call, &p), ..p })).collect(),
            states,
            taken,
            known,
            serving,
            reviews,
            recorded,
            offices,
            loads,
            same_country: call.service.config.reviews.same_country_is_conflict,
        })
    }

    pub fn name(&self, person: &PersonId) -> String {
        self.people.get(person).map(|p| p.name.clone()).unwrap_or_default()
    }

    /// Everybody who can be asked in the round.
    pub fn experts(&self) -> impl Iterator<Item = &Expert> {
        self.known.iter().filter(|e| self.serving.contains(&e.person_id))
    }

    /// One of those who can be asked.
    pub fn expert(&self, person: &PersonId) -> Option<&Expert> {
        self.experts().find(|e| e.person_id == *person)
    }

    /// The conflict that stands between a reviewer and a city, also of one who serves no longer.
    pub fn conflict_of(&self, person: &PersonId, city: &City) -> Option<ConflictKind> {
        let expert = self.known.iter().find(|e| e.person_id == *person)?;
        self.conflicts(expert, city).first().map(|(kind, _)| *kind)
    }

    /// Why a reviewer judges nothing any more in the round.
    pub fn absent(&self, person: &PersonId) -> Option<Absent> {
        if self.people.get(person).is_some_and(|p| p.state == PersonState::Disabled) {
            return Some(Absent::AccountClosed);
        }
        (!self.serving.contains(person)).then_some(Absent::RoleTaken)
    }

    /// The place of a submission of this round, the newest of its report or not.
    pub fn place_of(&self, submission: &SubmissionId) -> Option<&Place> {
        self.submissions.iter().find(|(_, s)| s == submission).and_then(|(p, _)| self.places.get(p))
    }

    pub fn load_of(&self, person: &PersonId) -> i32 {
        self.loads.get(person).copied().unwrap_or(0)
    }

    pub fn room_of(&self, expert: &Expert) -> u32 {
        u32::try_from(expert.facts.load_max - self.load_of(&expert.person_id)).unwrap_or(0)
    }

    /// The conflicts that stand between an expert and a city.
    fn conflicts(&self, expert: &Expert, city: &City) -> Vec<(ConflictKind, ConflictSource)> {
        let offices = self.offices.get(&expert.person_id).map_or(&[][..], Vec::as_slice);
        let recorded = self.recorded.get(&expert.person_id).and_then(|of| of.get(&city.id));
        standing(&derived(expert, offices, city, self.same_country), recorded.map_or(&[], Vec::as_slice))
    }

    /// Why an expert may not review a submission of a city; `None` when they may.
    pub fn why_not(&self, expert: &Expert, city: &City, submission: &SubmissionId) -> Option<Ineligible> {
        why_not(&Standing {
            expert,
            city,
            conflicts: self.conflicts(expert, city),
            existing: self.states.get(submission).and_then(|of| of.get(&expert.person_id)).copied(),
            load: self.load_of(&expert.person_id),
            closed: self.people.get(&expert.person_id).is_none_or(|p| p.state == PersonState::Disabled),
        })
    }

    /// The affinity of a pair, or why there is none.
    pub fn pair(&self, expert: &Expert, city: &City, submission: &SubmissionId, areas: &BTreeSet<&str>) -> Result<Affinity, Ineligible> {
        match self.why_not(expert, city, submission) {
            Some(why) => Err(why),
            None => Ok(affinity(expert, &city.language, areas, self.load_of(&expert.person_id))),
        }
    }

    /// Independent seats of a submission that are taken.
    pub fn seats_taken(&self, submission: &SubmissionId) -> usize {
        self.taken.get(submission).copied().unwrap_or(0)
    }
}

impl Pool {
    /// Leaves out the reports of some cities.
    pub fn leave_out(&mut self, cities: &BTreeSet<CityId>) {
        self.places.retain(|_, place| !cities.contains(&place.city.id));
    }

    /// Remembers a seat just offered, so that the next pair is judged with it.
    pub fn take(&mut self, submission: &SubmissionId, person: &PersonId) {
        *self.loads.entry(person.clone()).or_insert(0) += 1;
        self.states.entry(submission.clone()).or_default().insert(person.clone(), ReviewState::Invited);
    }
}
