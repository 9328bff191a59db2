//! An assignment plan: who could review what, with the reasons, or why there are not enough experts.
//! Pure; the optimum itself comes from `stats::assignment`, through one small function here.
//!
//! A plan is a proposal. Nobody is invited before a coordinator confirms it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::affinity::Affinity;
use super::conflict::Ineligible;
use crate::ground::Text;
use crate::ground::ids::{PersonId, SubmissionId};
use stats::assignment::{Candidate, Load, Options, Problem, Worst, alternates, solve};

/// A report that lacks experts.
#[derive(Debug, Clone)]
pub struct Seat {
    pub submission_id: SubmissionId,
    pub city: Text,
    pub need: u32,
}

/// An expert with the number of reviews they can still take.
#[derive(Debug, Clone)]
pub struct Free {
    pub person_id: PersonId,
    pub name: String,
    pub room: u32,
}

/// Everything that a proposal depends on: `pairs[seat][expert]`.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub seats: Vec<Seat>,
    pub experts: Vec<Free>,
    pub pairs: Vec<Vec<Result<Affinity, Ineligible>>>,
}

/// An expert for a report, with what speaks for them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Pick {
    pub person_id: PersonId,
    pub name: String,
    pub affinity: Affinity,
}

/// The plan for one report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReportPlan {
    pub submission_id: SubmissionId,
    pub city: Text,
    pub need: u32,
    pub picks: Vec<Pick>,
    /// Who else could, best first.
    pub alternates: Vec<Pick>,
}

/// The smallest set of reports that the experts eligible for them cannot serve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Blocked {
    pub cities: Vec<Text>,
    /// Experts who may review at least one of them.
    pub experts: Vec<String>,
    pub seats_needed: u64,
    pub seats_free: u64,
    /// How many pairs of these reports with other experts fail for which reason.
    pub reasons: BTreeMap<String, u32>,
}

/// A proposal, or what is in its way.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Proposal {
    pub reports: Vec<ReportPlan>,
    pub blocked: Option<Blocked>,
    /// Whether all reports hang together through shared experts, so that strictness could be
    /// compared across all of them.
    pub connected: bool,
}

impl Proposal {
    /// Takes the name of somebody out, who is no longer here.
    pub fn unname(&mut self, person: &PersonId, name: &str) {
        const NOBODY: &str = "…";
        let picks = self.reports.iter_mut().flat_map(|report| report.picks.iter_mut().chain(&mut report.alternates));
        picks.filter(|pick| pick.person_id == *person).for_each(|pick| NOBODY.clone_into(&mut pick.name));
        let experts = self.blocked.iter_mut().flat_map(|blocked| &mut blocked.experts);
        experts.filter(|expert| *expert == name).for_each(|expert| NOBODY.clone_into(expert));
    }
}

/// Most alternates kept for a report.
const ALTERNATES: usize = 5;

/// What `stats::assignment` found, in plain numbers.
struct Solved {
    experts_by_report: Vec<Vec<usize>>,
    alternates: Vec<Vec<usize>>,
    connected: bool,
}

struct Short {
    reports: Vec<usize>,
    experts: Vec<usize>,
    needed: u64,
    free: u64,
}

/// The one place that speaks to the solver.
fn assign(asked: &Asked, seed: u64) -> Result<Solved, Short> {
    let needs: Vec<u32> = asked.seats.iter().map(|s| s.need).collect();
    let nobody = || Short { reports: (0..needs.len()).collect(), experts: vec![], needed: needs.iter().map(|n| u64::from(*n)).sum(), free: 0 };
    let loads = asked.experts.iter().map(|e| Load { least: 0, most: e.room }).collect();
    let candidates = asked.pairs.iter().enumerate().flat_map(|(report, row)| {
        let fits = row.iter().enumerate().filter_map(|(expert, pair)| Some((expert, pair.as_ref().ok()?.value)));
        fits.map(move |(expert, affinity)| Candidate { report, expert, affinity })
    });
    // Only an empty list can be ill formed here, and then nobody is there to review.
    let problem = Problem::new(needs.clone(), loads, candidates).map_err(|_| nobody())?;
    let plan = solve(&problem, &Options { worst: Worst::Highest, seed }).map_err(|e| Short {
        reports: e.reports,
        experts: e.experts,
        needed: e.seats_needed,
        free: e.seats_free,
    })?;
    let others = alternates(&problem, &plan, seed, ALTERNATES);
    Ok(Solved {
        experts_by_report: plan.experts_by_report(problem.reports()),
        alternates: others.into_iter().map(|list| list.into_iter().filter(|a| a.room > 0).map(|a| a.expert).collect()).collect(),
        connected: plan.connectivity.connected,
    })
}

/// The best plan for what is asked; deterministic for a seed.
pub fn propose(asked: &Asked, seed: u64) -> Proposal {
    if asked.seats.is_empty() {
        return Proposal { connected: true, ..Proposal::default() };
    }
    match assign(asked, seed) {
        Ok(solved) => {
            let pick = |report: usize, expert: &usize| {
                let affinity = asked.pairs[report][*expert].as_ref().ok()?.clone();
                let free = &asked.experts[*expert];
                Some(Pick { person_id: free.person_id.clone(), name: free.name.clone(), affinity })
            };
            let reports = asked.seats.iter().enumerate().map(|(r, seat)| ReportPlan {
                submission_id: seat.submission_id.clone(),
                city: seat.city.clone(),
                need: seat.need,
                picks: solved.experts_by_report[r].iter().filter_map(|e| pick(r, e)).collect(),
                alternates: solved.alternates[r].iter().filter_map(|e| pick(r, e)).collect(),
            });
            Proposal { reports: reports.collect(), blocked: None, connected: solved.connected }
        }
        Err(short) => {
            let mut reasons = BTreeMap::new();
            for report in &short.reports {
                for why in asked.pairs[*report].iter().filter_map(|p| p.as_ref().err()) {
                    *reasons.entry(why.word().to_owned()).or_insert(0) += 1;
                }
            }
            let blocked = Blocked {
                cities: short.reports.iter().map(|r| asked.seats[*r].city.clone()).collect(),
                experts: short.experts.iter().map(|e| asked.experts[*e].name.clone()).collect(),
                seats_needed: short.needed,
                seats_free: short.free,
                reasons,
            };
            Proposal { blocked: Some(blocked), ..Proposal::default() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(value: f64) -> Result<Affinity, Ineligible> {
        Ok(Affinity { value, own_language: true, areas: vec![], generalist: true })
    }

    fn asked(need: u32, rooms: &[u32], pairs: Vec<Vec<Result<Affinity, Ineligible>>>) -> Asked {
        let seat = |i: usize| Seat { submission_id: SubmissionId::from_stored(format!("sub_{i}")), city: Text::english(format!("City {i}")), need };
        let free = |(i, room): (usize, &u32)| Free { person_id: PersonId::from_stored(format!("per_{i}")), name: format!("Expert {i}"), room: *room };
        Asked { seats: (0..pairs.len()).map(seat).collect(), experts: rooms.iter().enumerate().map(free).collect(), pairs }
    }

    #[test]
    fn every_report_gets_its_experts_and_no_forbidden_pair() {
        let conflict = || Err(Ineligible::NoSharedLanguage);
        let asked = asked(2, &[2, 2, 2], vec![vec![fits(0.9), fits(0.5), conflict()], vec![fits(0.9), fits(0.2), fits(0.8)]]);
        let proposal = propose(&asked, 1);
        assert_eq!(proposal.blocked, None);
        let names = |r: usize| proposal.reports[r].picks.iter().map(|p| p.name.as_str()).collect::<Vec<_>>();
        assert_eq!(names(0), ["Expert 0", "Expert 1"]);
        assert_eq!(names(1), ["Expert 0", "Expert 2"]);
        assert_eq!(proposal.reports[1].alternates[0].name, "Expert 1");
        assert_eq!(propose(&asked, 1), proposal, "the same seed gives the same plan");
    }

    #[test]
    fn too_few_experts_are_reported_with_the_reports_that_lack_them() {
        let language = || Err(Ineligible::NoSharedLanguage);
        let asked = asked(2, &[1, 5], vec![vec![fits(0.9), language()], vec![fits(0.9), fits(0.9)]]);
        let blocked = propose(&asked, 1).blocked.unwrap();
        assert_eq!(blocked.cities[0].get(crate::ground::Language::english()), "City 0");
        assert_eq!((blocked.seats_needed, blocked.seats_free), (2, 1));
        assert_eq!(blocked.reasons.get("no_shared_language"), Some(&1));
    }

    #[test]
    fn no_experts_at_all_block_everything_and_no_reports_need_nobody() {
        let blocked = propose(&asked(1, &[], vec![vec![]]), 1).blocked.unwrap();
        assert_eq!((blocked.cities.len(), blocked.seats_free), (1, 0));
        assert_eq!(propose(&Asked::default(), 1).reports, []);
    }
}
