//! Assignments against brute force, against another exact solver, and against the published
//! optima beside the checkout (which are skipped, loudly, when they are absent).

use ac_library::MinCostFlowGraph;
use proptest::prelude::*;
use rand::{Rng, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use stats::assignment::{
    Candidate, Cause, Declined, Infeasible, Load, Options, Pair, Plan, Problem, Worst, after_declines, alternates, read_matrix, solve,
};

/// A question in the plainest form, for brute force.
#[derive(Clone, Debug)]
struct Small {
    needs: Vec<u32>,
    loads: Vec<Load>,
    /// By report, then expert; negative: forbidden.
    affinity: Vec<Vec<i32>>,
}

impl Small {
    fn problem(&self) -> Problem {
        let candidates = self.affinity.iter().enumerate().flat_map(|(report, row)| {
            row.iter().enumerate().map(move |(expert, &affinity)| Candidate { report, expert, affinity: f64::from(affinity) / 4.0 })
        });
        Problem::new(self.needs.clone(), self.loads.clone(), candidates).expect("well formed")
    }

    fn every_assignment(&self, visit: &mut dyn FnMut(&[u32])) {
        let mut load = vec![0; self.loads.len()];
        self.choose(0, &mut Vec::new(), &mut load, visit);
    }

    fn choose(&self, report: usize, sets: &mut Vec<u32>, load: &mut Vec<u32>, visit: &mut dyn FnMut(&[u32])) {
        if report == self.needs.len() {
            if load.iter().zip(&self.loads).all(|(&load, bounds)| load >= bounds.least) {
                visit(sets);
            }
            return;
        }
        for set in 0_u32..1 << load.len() {
            let members = || (0..self.loads.len()).filter(|expert| set >> expert & 1 == 1);
            let fits = set.count_ones() == self.needs[report] && members().all(|e| self.affinity[report][e] >= 0 && load[e] < self.loads[e].most);
            if fits {
                members().for_each(|expert| load[expert] += 1);
                sets.push(set);
                self.choose(report + 1, sets, load, visit);
                sets.pop();
                members().for_each(|expert| load[expert] -= 1);
            }
        }
    }

    fn sum(&self, report: usize, set: u32) -> i32 {
        (0..self.loads.len()).filter(|expert| set >> expert & 1 == 1).map(|expert| self.affinity[report][expert]).sum()
    }

    /// (worst, total) of every assignment.
    fn outcomes(&self) -> Vec<(i32, i32)> {
        let mut all = Vec::new();
        self.every_assignment(&mut |sets| {
            let sums = || sets.iter().enumerate().map(|(report, &set)| self.sum(report, set));
            all.push((sums().min().unwrap_or(0), sums().sum()));
        });
        all
    }

    fn assert_respected(&self, plan: &Plan) {
        let mut load = vec![0; self.loads.len()];
        let mut have = vec![0; self.needs.len()];
        let mut sums = vec![0; self.needs.len()];
        for pair in &plan.pairs {
            assert!(self.affinity[pair.report][pair.expert] >= 0, "a forbidden pair is assigned");
            load[pair.expert] += 1;
            have[pair.report] += 1;
            sums[pair.report] += self.affinity[pair.report][pair.expert];
        }
        assert!(plan.pairs.windows(2).all(|two| two[0] < two[1]), "a pair is assigned twice");
        assert_eq!(have, self.needs);
        assert_eq!(load, plan.loads);
        assert!(load.iter().zip(&self.loads).all(|(l, b)| (b.least..=b.most).contains(l)));
        close(plan.total, f64::from(sums.iter().sum::<i32>()) / 4.0);
        close(plan.worst, f64::from(*sums.iter().min().expect("a report")) / 4.0);
    }
}

fn close(one: f64, other: f64) {
    assert!((one - other).abs() < 1e-9, "{one} is not {other}");
}

fn small(reports: usize, experts: usize) -> impl Strategy<Value = Small> {
    let load = (0_u32..3, 0_u32..4).prop_map(|(least, more)| Load { least, most: least + more });
    let affinity = prop_oneof![Just(-1), Just(0), Just(1), Just(1), Just(2), Just(4), 0..9];
    (
        prop::collection::vec(1_u32..3, reports),
        prop::collection::vec(load, experts),
        prop::collection::vec(prop::collection::vec(affinity, experts), reports),
    )
        .prop_map(|(needs, loads, affinity)| Small { needs, loads, affinity })
}

fn any_small() -> impl Strategy<Value = Small> {
    (1_usize..5, 1_usize..6).prop_flat_map(|(reports, experts)| small(reports, experts))
}

/// Reports blocked for want of seats, by the definition of Hall's condition.
fn seats_for(question: &Small, reports: &[usize]) -> (u64, u64) {
    let needed = reports.iter().map(|&report| u64::from(question.needs[report])).sum();
    let free = (0..question.loads.len())
        .map(|e| {
            let links = reports.iter().filter(|&&r| question.affinity[r][e] >= 0).count() as u64;
            links.min(question.loads[e].most.into())
        })
        .sum();
    (needed, free)
}

fn seats_that_experts_must_fill(question: &Small, experts: &[usize]) -> (u64, u64) {
    let needed = experts.iter().map(|&expert| u64::from(question.loads[expert].least)).sum();
    let free = (0..question.needs.len())
        .map(|r| {
            let links = experts.iter().filter(|&&e| question.affinity[r][e] >= 0).count() as u64;
            links.min(question.needs[r].into())
        })
        .sum();
    (needed, free)
}

/// The set blocks, the figures are right, and no proper subset blocks.
fn assert_minimal(question: &Small, why: &Infeasible) {
    assert!(why.minimal && !why.because.is_empty());
    let of_reports = match why.cause {
        Cause::TooFewSeats => true,
        Cause::LeastLoads => false,
        other => panic!("{other:?} cannot be the cause here"),
    };
    let blocked = if of_reports { &why.reports } else { &why.experts };
    let seats = |set: &[usize]| {
        if of_reports { seats_for(question, set) } else { seats_that_experts_must_fill(question, set) }
    };
    assert_eq!(seats(blocked), (why.seats_needed, why.seats_free));
    assert!(why.seats_needed > why.seats_free, "{why:?} does not block");
    for subset in 0_u32..(1 << blocked.len()) - 1 {
        let part: Vec<usize> = (0..blocked.len()).filter(|at| subset >> at & 1 == 1).map(|at| blocked[at]).collect();
        let (needed, free) = seats(&part);
        assert!(needed <= free, "{part:?} alone blocks already, within {why:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn small_assignments_are_those_of_brute_force(question in any_small(), seed: u64) {
        let outcomes = question.outcomes();
        let solved = solve(&question.problem(), &Options { worst: Worst::Any, seed });
        match (outcomes.iter().map(|outcome| outcome.1).max(), solved) {
            (Some(best), Ok(plan)) => {
                question.assert_respected(&plan);
                close(plan.total, f64::from(best) / 4.0);
                prop_assert!(plan.is_proved());
            }
            (None, Err(why)) => assert_minimal(&question, &why),
            (best, solved) => prop_assert!(false, "{best:?} against {solved:?}"),
        }
    }

    #[test]
    fn the_worst_report_is_as_good_as_brute_force_can_make_it(question in any_small(), seed: u64) {
        let outcomes = question.outcomes();
        let Some(&(worst, total)) = outcomes.iter().max() else { return Ok(()) };
        let plan = solve(&question.problem(), &Options { worst: Worst::Highest, seed });
        let plan = plan.expect("brute force found one");
        question.assert_respected(&plan);
        close(plan.worst, f64::from(worst) / 4.0);
        close(plan.total, f64::from(total) / 4.0);
        prop_assert!(plan.is_proved());
        for floor in 0..=worst + 1 {
            let options = Options { worst: Worst::AtLeast(f64::from(floor) / 4.0), seed };
            let best = outcomes.iter().filter(|o| o.0 >= floor).map(|o| o.1).max();
            match (best, solve(&question.problem(), &options)) {
                (Some(best), Ok(plan)) => {
                    question.assert_respected(&plan);
                    prop_assert!(plan.worst >= f64::from(floor) / 4.0 && plan.is_proved());
                    close(plan.total, f64::from(best) / 4.0);
                }
                (None, Err(why)) => {
                    prop_assert_eq!(why.cause, Cause::WorstReport);
                    prop_assert!(!why.reports.is_empty());
                }
                (best, solved) => prop_assert!(false, "{best:?} against {solved:?}"),
            }
        }
    }

    #[test]
    fn after_a_decline_as_few_pairs_change_as_possible(
        question in any_small(), seed: u64, who in 0_usize..6, whole: bool,
    ) {
        let problem = question.problem();
        let options = Options { worst: Worst::Any, seed };
        let Ok(old) = solve(&problem, &options) else { return Ok(()) };
        let who = old.pairs[who % old.pairs.len()];
        let mut without = question.clone();
        let declined = if whole {
            without.loads[who.expert] = Load { least: 0, most: 0 };
            Declined { experts: vec![who.expert], pairs: vec![] }
        } else {
            without.affinity[who.report][who.expert] = -1;
            Declined { experts: vec![], pairs: vec![who] }
        };
        let mut best: Option<(usize, i32)> = None;
        without.every_assignment(&mut |sets| {
            let kept = old.pairs.iter().filter(|p| sets[p.report] >> p.expert & 1 == 1).count();
            let total = sets.iter().enumerate().map(|(r, &set)| without.sum(r, set)).sum();
            best = best.max(Some((kept, total)));
        });
        match (best, after_declines(&problem, &old, &declined, &options)) {
            (Some((kept, total)), Ok(new)) => {
                without.assert_respected(&new.plan);
                let gone = new.declined.len() + new.removed.len();
                prop_assert_eq!(old.pairs.len() - gone, kept);
                prop_assert_eq!(new.added.len(), gone);
                prop_assert!(new.declined.iter().all(|pair| pair.expert == who.expert));
                close(new.plan.total, f64::from(total) / 4.0);
            }
            (None, Err(why)) => assert_minimal(&without, &why),
            (best, new) => prop_assert!(false, "{best:?} against {new:?}"),
        }
        // With the worst report first: then the fewest changes, then the total.
        let mut best: Option<(i32, usize, i32)> = None;
        without.every_assignment(&mut |sets| {
            let kept = old.pairs.iter().filter(|p| sets[p.report] >> p.expert & 1 == 1).count();
            let sums = || sets.iter().enumerate().map(|(r, &set)| without.sum(r, set));
            best = best.max(Some((sums().min().unwrap_or(0), kept, sums().sum())));
        });
        if let Some((worst, kept, total)) = best {
            let options = Options { worst: Worst::Highest, seed };
            let new = after_declines(&problem, &old, &declined, &options).expect("as before");
            close(new.plan.worst, f64::from(worst) / 4.0);
            prop_assert_eq!(old.pairs.len() - new.declined.len() - new.removed.len(), kept);
            close(new.plan.total, f64::from(total) / 4.0);
        }
    }

    #[test]
    fn pairs_already_agreed_stay_and_the_rest_is_optimal(question in any_small(), seed: u64, picks: u32) {
        let options = Options { worst: Worst::Any, seed };
        let Ok(some_plan) = solve(&question.problem(), &Options { seed: seed ^ 1, ..options }) else {
            return Ok(());
        };
        let agreed: Vec<Pair> = some_plan.pairs.iter().enumerate()
            .filter(|(at, _)| picks >> (at % 32) & 1 == 1).map(|(_, &pair)| pair).collect();
        let (mut best, mut fairest) = (i32::MIN, (i32::MIN, i32::MIN));
        question.every_assignment(&mut |sets| {
            if agreed.iter().all(|pair| sets[pair.report] >> pair.expert & 1 == 1) {
                let sums = || sets.iter().enumerate().map(|(r, &set)| question.sum(r, set));
                best = best.max(sums().sum());
                fairest = fairest.max((sums().min().unwrap_or(0), sums().sum()));
            }
        });
        let problem = question.problem().with_fixed(agreed.clone()).expect("well formed");
        let plan = solve(&problem, &options).expect("the plan it was taken from");
        question.assert_respected(&plan);
        prop_assert!(agreed.iter().all(|pair| plan.pairs.contains(pair)));
        close(plan.total, f64::from(best) / 4.0);
        let plan = solve(&problem, &Options { worst: Worst::Highest, seed }).expect("as before");
        question.assert_respected(&plan);
        prop_assert!(agreed.iter().all(|pair| plan.pairs.contains(pair)) && plan.is_proved());
        close(plan.worst, f64::from(fairest.0) / 4.0);
        close(plan.total, f64::from(fairest.1) / 4.0);
    }
}

/// A middling question with random loads, forbidden pairs and few or many distinct affinities.
fn middling(random: &mut ChaCha8Rng, grain: i32) -> Small {
    let (reports, experts) = (random.random_range(20..80), random.random_range(15..50));
    let needs: Vec<u32> = (0..reports).map(|_| random.random_range(1..4)).collect();
    let seats: u32 = needs.iter().sum();
    let fair = seats.div_ceil(experts);
    let loads =
        (0..experts).map(|_| Load { least: random.random_range(0..=fair.saturating_sub(1)), most: fair + random.random_range(0..3) }).collect();
    let affinity =
        (0..reports).map(|_| (0..experts).map(|_| if random.random_bool(0.2) { -1 } else { random.random_range(0..=grain) }).collect()).collect();
    Small { needs, loads, affinity }
}

/// The optimum by ac-library's successive shortest paths; `None` if not all can be served.
fn oracle(needs: &[u32], loads: &[Load], affinity: &[Vec<i64>]) -> Option<i64> {
    let (reports, experts) = (needs.len(), loads.len());
    let (source, sink) = (reports + experts, reports + experts + 1);
    // Every affinity is turned into a cost, and a seat above the least load costs a fortune.
    let highest = *affinity.iter().flatten().max()?;
    let fortune = highest * 1_000;
    let mut graph = MinCostFlowGraph::new(sink + 1);
    for (report, row) in affinity.iter().enumerate() {
        graph.add_edge(source, report, i64::from(needs[report]), 0);
        for (expert, &affinity) in row.iter().enumerate().filter(|(_, a)| **a >= 0) {
            graph.add_edge(report, reports + expert, 1, highest - affinity);
        }
    }
    for (expert, load) in loads.iter().enumerate() {
        let node = reports + expert;
        graph.add_edge(node, sink, i64::from(load.least), 0);
        graph.add_edge(node, sink, i64::from(load.most - load.least), fortune);
    }
    let seats = needs.iter().map(|&need| i64::from(need)).sum::<i64>();
    let least = loads.iter().map(|load| i64::from(load.least)).sum::<i64>();
    let (flow, cost) = graph.flow(source, sink, seats);
    let bought = (seats - least) * fortune;
    (flow == seats && cost - bought < fortune).then(|| seats * highest - (cost - bought))
}

#[test]
fn affinities_with_many_digits_are_summed_without_loss() {
    // Up to 10¹² millionths: the sums need more than 64 bits with their tie-breakers.
    let mut random = ChaCha8Rng::seed_from_u64(14);
    for seed in 0..10 {
        let (needs, loads) = (vec![3; 60], vec![Load { least: 3, most: 5 }; 40]);
        let affinity: Vec<Vec<i64>> = (0..60).map(|_| (0..40).map(|_| random.random_range(0..1_000_000_000_000)).collect()).collect();
        let candidates = affinity
            .iter()
            .enumerate()
            .flat_map(|(report, row)| row.iter().enumerate().map(move |(expert, &units)| Candidate { report, expert, affinity: units as f64 / 1e6 }));
        let problem = Problem::new(needs.clone(), loads.clone(), candidates).expect("well formed");
        let plan = solve(&problem, &Options { worst: Worst::Any, seed }).expect("has a plan");
        let units: i64 = plan.pairs.iter().map(|pair| affinity[pair.report][pair.expert]).sum();
        assert_eq!(Some(units), oracle(&needs, &loads, &affinity));
    }
}

#[test]
fn middling_assignments_are_those_of_another_exact_solver() {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let mut solved = 0;
    for round in 0..60 {
        let question = middling(&mut random, if round % 2 == 0 { 4 } else { 100_000 });
        let answer = solve(&question.problem(), &Options { worst: Worst::Any, seed: round });
        let units: Vec<Vec<i64>> = question.affinity.iter().map(|row| row.iter().map(|&a| a.into()).collect()).collect();
        match (oracle(&question.needs, &question.loads, &units), answer) {
            (Some(total), Ok(plan)) => {
                question.assert_respected(&plan);
                close(plan.total, total as f64 / 4.0);
                solved += 1;
            }
            (None, Err(why)) => assert!(why.seats_needed > why.seats_free),
            (total, answer) => panic!("round {round}: {total:?} against {answer:?}"),
        }
    }
    assert!(solved > 30, "only {solved} of the questions have an answer");
}

#[test]
fn the_order_of_rows_changes_neither_total_nor_worst_report() {
    let mut random = ChaCha8Rng::seed_from_u64(12);
    let question = middling(&mut random, 4);
    let options = Options { worst: Worst::Highest, seed: 1 };
    let first = solve(&question.problem(), &options).expect("has a plan");
    for _ in 0..5 {
        let mut shuffled = question.clone();
        let mut order: Vec<usize> = (0..question.needs.len()).collect();
        order.shuffle(&mut random);
        shuffled.needs = order.iter().map(|&report| question.needs[report]).collect();
        shuffled.affinity = order.iter().map(|&report| question.affinity[report].clone()).collect();
        let again = solve(&shuffled.problem(), &options).expect("has a plan");
        close(again.total, first.total);
        close(again.worst, first.worst);
    }
}

#[test]
fn a_seed_decides_ties_and_the_same_seed_decides_them_alike() {
    let everybody_equal = Small { needs: vec![2; 6], loads: vec![Load { least: 0, most: 6 }; 12], affinity: vec![vec![1; 12]; 6] };
    let problem = everybody_equal.problem();
    let plan = |seed| solve(&problem, &Options { worst: Worst::Any, seed }).expect("has a plan");
    assert_eq!(plan(7), plan(7));
    let mut chosen = vec![0; 12];
    for seed in 0..200 {
        for (expert, load) in plan(seed).loads.iter().enumerate() {
            chosen[expert] += load;
        }
    }
    // 12 seats for 12 equal experts, 200 times: nobody is favoured by their place in the file.
    assert!(chosen.iter().all(|times| (140..=260).contains(times)), "{chosen:?}");
}

#[test]
fn what_cannot_be_assigned_is_explained_in_words() {
    let affinity = vec![vec![1, 1, 1, -1]; 4].into_iter().chain(vec![vec![1; 4]; 2]).collect();
    let loads = vec![Load { least: 0, most: 2 }; 4];
    let arabic = Small { needs: vec![2; 6], loads, affinity };
    let why = solve(&arabic.problem(), &Options::default()).expect_err("8 seats for 6 places");
    assert_eq!(why.reports, [0, 1, 2, 3]);
    assert_eq!(why.experts, [0, 1, 2]);
    assert_eq!((why.seats_needed, why.seats_free), (8, 6));
    assert_eq!(
        why.because,
        "Reports 0, 1, 2 and 3 need 8 seats, but the 3 eligible experts have 6 seats free for \
         them, 2 each. In all, 4 seats cannot be filled."
    );
    let none = Small { needs: vec![3], loads: vec![Load { least: 0, most: 9 }; 2], affinity: vec![vec![-1; 2]] };
    let why = solve(&none.problem(), &Options::default()).expect_err("all pairs are forbidden");
    assert_eq!((why.seats_needed, why.seats_free, why.experts.len()), (3, 0, 0));
    let wide = Small { affinity: vec![vec![1; 2]], ..none };
    let why = solve(&wide.problem(), &Options::default()).expect_err("3 experts of 2");
    assert_eq!((why.seats_needed, why.seats_free), (3, 2));
    let idle = Small { needs: vec![1; 2], loads: vec![Load { least: 1, most: 2 }; 4], affinity: vec![vec![1; 4]; 2] };
    let why = solve(&idle.problem(), &Options::default()).expect_err("4 experts, 2 seats");
    assert_eq!((why.cause, why.experts.len()), (Cause::LeastLoads, 3));
}

#[test]
fn a_plan_in_pieces_is_joined_where_that_costs_nothing() {
    // Two blocks that tie: any exchange is free, so there is no reason to stay apart.
    for seed in 0..20 {
        let question = Small { needs: vec![2; 4], loads: vec![Load { least: 2, most: 2 }; 4], affinity: vec![vec![1; 4]; 4] };
        let plan = solve(&question.problem(), &Options { worst: Worst::Any, seed });
        assert!(plan.expect("has a plan").connectivity.connected);
    }
}

#[test]
fn alternates_with_room_come_first_and_nobody_assigned_is_among_them() {
    let question = middling(&mut ChaCha8Rng::seed_from_u64(13), 4);
    let problem = question.problem();
    let plan = solve(&problem, &Options::default()).expect("has a plan");
    for (report, ranking) in alternates(&problem, &plan, 1, 5).iter().enumerate() {
        assert!(ranking.len() <= 5);
        for two in ranking.windows(2) {
            let key = |at: usize| (two[at].room > 0, two[at].affinity);
            assert!(key(0) >= key(1));
        }
        for other in ranking {
            assert!(problem.allows(report, other.expert));
            assert!(!plan.pairs.contains(&Pair { report, expert: other.expert }));
        }
    }
}

/// The published instances with their loads and optima.
fn published() -> Vec<(serde_json::Value, Problem)> {
    let Some(folder) = crate::known_answers("assignment") else { return Vec::new() };
    let optima = std::fs::read_to_string(folder.join("optima.json")).expect("the optima");
    let optima: Vec<serde_json::Value> = serde_json::from_str(&optima).expect("a list");
    let count = |case: &serde_json::Value, key: &str| u32::try_from(case[key].as_u64().expect("a count")).expect("small");
    optima
        .into_iter()
        .map(|case| {
            let name = case["instance"].as_str().expect("a name");
            let file = std::fs::File::open(folder.join(format!("{name}.in"))).expect("an instance");
            let load = Load { least: count(&case, "min_load"), most: count(&case, "max_load") };
            let matrix = read_matrix(file).expect("well formed");
            let problem = matrix.problem(count(&case, "per_report"), load).expect("well formed");
            (case, problem)
        })
        .collect()
}

#[test]
fn published_optima_are_reached_exactly() {
    for (case, problem) in published() {
        let plan = solve(&problem, &Options { worst: Worst::Any, seed: 7 }).expect("has a plan");
        close(plan.total, case["optimal_total"].as_f64().expect("a total"));
        assert!(plan.worst <= case["upper_bound_on_worst_report"].as_f64().expect("a bound"));
        assert_eq!(plan.connectivity.components.len(), 1);
    }
}

#[test]
fn the_worst_published_report_is_brought_as_high_as_it_can_be() {
    for (case, problem) in published() {
        let options = Options { worst: Worst::Highest, seed: 7 };
        let plan = solve(&problem, &options).expect("has a plan");
        assert!(plan.is_proved());
        close(plan.worst, case["upper_bound_on_worst_report"].as_f64().expect("a bound"));
        if case["instance"] == "aamas2016" {
            close(plan.total, 916.25);
        }
    }
}
