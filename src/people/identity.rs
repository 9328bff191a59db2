//! Roles, scopes, grants and the caller: who somebody is to this instance. Pure.

use serde::{Deserialize, Serialize};

use super::program::Program;
use crate::ground::ids::{CapabilityId, CityId, ParticipationId, PersonId, ReviewId, RoundId, SurveyId};
use crate::ground::{Email, Zone};
use crate::words;

words! {
    /// What somebody does here.
    pub enum Role {
        /// Runs the instance: people, settings, audit, mail journal.
        Operator = "operator",
        /// Runs rounds.
        Coordinator = "coordinator",
        /// Answers for a city.
        CityOfficer = "city_officer",
        /// Judges submissions.
        Expert = "expert",
        /// Fields surveys on commission.
        Agency = "agency",
        /// Reads results.
        Analyst = "analyst",
    }
}

words! {
    /// What a grant is limited to.
    pub enum ScopeKind {
        Instance = "instance",
        Round = "round",
        City = "city",
        Survey = "survey",
        Review = "review",
    }
}

words! {
    /// What a capability opens.
    pub enum Purpose {
        /// Set the first password of an invited account.
        AccountInvite = "account_invite",
        /// Set a new password.
        PasswordReset = "password_reset",
        /// Answer the invitation to a review, write it, submit it.
        Review = "review",
    }
}

words! {
    pub enum PersonState {
        /// Has an invitation, but no password yet.
        Invited = "invited",
        Active = "active",
        Disabled = "disabled",
    }
}

words! {
    /// How far a participation's results have come, in order. Who may see them depends on it.
    pub enum Stage {
        /// Surveys run and experts judge; nothing is shown but to the round's coordinators.
        Assessing = "assessing",
        /// The city's officers see the draft, to check the facts.
        Checking = "checking",
        /// Final, for the city and for analysts; kept as it was.
        Released = "released",
        /// For everybody.
        Published = "published",
    }
}

impl Stage {
    /// The stage before; none before the first.
    pub fn before(self) -> Option<Self> {
        Self::ALL.iter().rev().copied().find(|stage| *stage < self)
    }
}

/// A role within a scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Grant {
    pub role: Role,
    pub scope_kind: ScopeKind,
    /// Id of the scope; empty for the instance.
    pub scope_id: String,
}

/// What a use case is done to, as far as the policy cares. Absent parts match only wider grants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    pub round: Option<RoundId>,
    pub city: Option<CityId>,
    pub participation: Option<ParticipationId>,
    pub survey: Option<SurveyId>,
    pub review: Option<ReviewId>,
    /// How far the results of its participation have come; of a round, the least of its participations.
    pub stage: Option<Stage>,
    /// Whom the thing belongs to (own account, own review).
    pub owner: Option<PersonId>,
}

impl Target {
    /// The instance as a whole, or things that belong to nobody in particular.
    pub fn instance() -> Self {
        Self::default()
    }

    pub fn of_round(round: &RoundId) -> Self {
        Self { round: Some(round.clone()), ..Self::default() }
    }

    pub fn of_city(city: &CityId) -> Self {
        Self { city: Some(city.clone()), ..Self::default() }
    }

    pub fn of_participation(round: &RoundId, city: &CityId, participation: &ParticipationId) -> Self {
        Self { round: Some(round.clone()), city: Some(city.clone()), participation: Some(participation.clone()), ..Self::default() }
    }

    pub fn owned_by(person: &PersonId) -> Self {
        Self { owner: Some(person.clone()), ..Self::default() }
    }

    #[must_use]
    pub fn survey(mut self, survey: &SurveyId) -> Self {
        self.survey = Some(survey.clone());
        self
    }

    #[must_use]
    pub fn review(mut self, review: &ReviewId, expert: &PersonId) -> Self {
        self.review = Some(review.clone());
        self.owner = Some(expert.clone());
        self
    }
}

/// A capability that the caller holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub id: CapabilityId,
    pub purpose: Purpose,
    pub subject_id: String,
    /// The person it was issued to.
    pub person: Option<PersonId>,
}

/// What a signed-in person showed, as it is kept; programs and links are known by their own ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// Hash of the session's token.
    Session(String),
    /// The family of the access token.
    Family(String),
}

/// Who is asking.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    /// The signed-in person.
    pub person: Option<PersonId>,
    pub name: String,
    pub email: Option<Email>,
    /// Their clock, where it is known.
    pub time_zone: Option<Zone>,
    pub grants: Vec<Grant>,
    pub capability: Option<Held>,
    /// The program that asks in the person's name, by a service token. `grants` are then what is left of theirs.
    pub program: Option<Program>,
    /// By what they came; looked for once more where something is written.
    pub proof: Option<Proof>,
}

impl Caller {
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// The service itself: workers, the command line, the demo. It may do what coordinators and
    /// operators may.
    pub fn stoa() -> Self {
        let grant = |role| Grant { role, scope_kind: ScopeKind::Instance, scope_id: String::new() };
        Self { name: "Stoa".to_owned(), grants: vec![grant(Role::Coordinator), grant(Role::Operator)], ..Self::default() }
    }

    pub fn is_anonymous(&self) -> bool {
        self.person.is_none() && self.capability.is_none() && self.grants.is_empty()
    }

    /// Whose the caller's work is: a person's, whichever of their programs does it.
    pub fn whose(&self) -> String {
        self.person.as_ref().map_or_else(|| self.actor(), ToString::to_string)
    }

    /// How the audit names the caller.
    pub fn actor(&self) -> String {
        match (&self.person, &self.capability) {
            (Some(person), _) => match &self.program {
                Some(program) => format!("program:{}:{person}", program.id),
                None => person.to_string(),
            },
            (None, Some(held)) => format!("capability:{}", held.id),
            (None, None) if !self.grants.is_empty() => "stoa".to_owned(),
            (None, None) => "anonymous".to_owned(),
        }
    }

    /// Whether the caller has the role anywhere.
    pub fn has_role(&self, role: Role) -> bool {
        self.grants.iter().any(|g| g.role == role)
    }

    /// Ids of the scopes of one kind in which the caller has the role.
    pub fn scopes(&self, role: Role, kind: ScopeKind) -> Vec<&str> {
        self.grants.iter().filter(|g| g.role == role && g.scope_kind == kind).map(|g| g.scope_id.as_str()).collect()
    }

    /// The clock to tell instants by: the caller's own, or UTC for whoever has none.
    pub fn zone(&self) -> Zone {
        self.time_zone.unwrap_or(Zone::UTC)
    }

    /// The person behind the call, signed in or holding a capability issued to them.
    pub fn acting_person(&self) -> Option<&PersonId> {
        self.person.as_ref().or_else(|| self.capability.as_ref().and_then(|c| c.person.as_ref()))
    }
}
