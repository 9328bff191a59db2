//! Five reports need two experts each, four experts take one to three reports, and some pairs are
//! forbidden. Who reviews what, who steps in when somebody declines, and what is said when it cannot be?
//!
//! `cargo run -p stoa-stats --example assignment`

use std::error::Error;

use stats::assignment::{Candidate, Declined, Load, Options, Problem, Worst, after_declines, alternates, solve};

const EXPERTS: [&str; 4] = ["Amina", "Bo", "Chiara", "Dmitri"];

/// How well each expert suits each report, a row for each report; below zero they may not meet.
const AFFINITY: [[f64; 4]; 5] = [[0.9, 0.2, 0.6, 0.4], [0.8, -1.0, 0.7, 0.1], [0.3, 0.9, -1.0, 0.5], [0.5, 0.6, 0.6, 0.6], [-1.0, 0.4, 0.9, 0.3]];

fn problem(load: Load) -> Result<Problem, Box<dyn Error>> {
    let row = |(report, row): (usize, &[f64; 4])| {
        row.iter().enumerate().map(move |(expert, &affinity)| Candidate { report, expert, affinity }).collect::<Vec<_>>()
    };
    Ok(Problem::uniform(AFFINITY.len(), EXPERTS.len(), 2, load, AFFINITY.iter().enumerate().flat_map(row))?)
}

pub fn main() -> Result<(), Box<dyn Error>> {
    let problem = problem(Load { least: 1, most: 3 })?;
    // The worst report first, then the highest total; the seed decides between plans that are equally good.
    let options = Options { worst: Worst::Highest, seed: 7 };
    let plan = solve(&problem, &options)?;
    println!("in all {:.1}, the worst report {:.1}, proved: {}", plan.total, plan.worst, plan.is_proved());
    for (report, experts) in plan.experts_by_report(problem.reports()).iter().enumerate() {
        let names: Vec<&str> = experts.iter().map(|&expert| EXPERTS[expert]).collect();
        println!("  report {report}: {}", names.join(" and "));
    }

    // Somebody declines one report: as few others as possible are asked anew.
    let gone = plan.pairs[0];
    println!("{} declines report {}; instead could come:", EXPERTS[gone.expert], gone.report);
    for other in &alternates(&problem, &plan, 7, 2)[gone.report] {
        println!("  {} (affinity {:.1}, room for {} more)", EXPERTS[other.expert], other.affinity, other.room);
    }
    let next = after_declines(&problem, &plan, &Declined { experts: vec![], pairs: vec![gone] }, &options)?;
    for pair in &next.added {
        println!("  {} is asked for report {}", EXPERTS[pair.expert], pair.report);
    }

    // With two reports for each expert there are 8 seats, and 10 are needed.
    if let Err(why) = solve(&self::problem(Load { least: 0, most: 2 })?, &options) {
        println!("with less time: {why}");
    }
    Ok(())
}
