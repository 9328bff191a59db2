//! How long assignments take, on instances made from a seed and on the published ones beside the
//! checkout (left out, and said so, when they are absent).

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

use divan::{Bencher, black_box};
use rand::{Rng, SeedableRng, seq::index::sample};
use rand_chacha::ChaCha8Rng;
use stats::assignment::{Candidate, Load, Options, Problem, Worst, read_matrix, solve};

fn main() {
    divan::main();
}

/// Every report and expert with a uniform affinity.
fn dense(reports: usize, experts: usize) -> Problem {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut candidates = Vec::with_capacity(reports * experts);
    for report in 0..reports {
        for expert in 0..experts {
            candidates.push(Candidate { report, expert, affinity: random.random() });
        }
    }
    Problem::uniform(reports, experts, 3, Load { least: 5, most: 9 }, candidates).expect("well formed")
}

/// A seeded choice of candidates for each report.
fn sparse(reports: usize, experts: usize, each: usize) -> Problem {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let mut candidates = Vec::with_capacity(reports * each);
    for report in 0..reports {
        for expert in sample(&mut random, experts, each) {
            candidates.push(Candidate { report, expert, affinity: random.random() });
        }
    }
    Problem::uniform(reports, experts, 3, Load { least: 2, most: 6 }, candidates).expect("well formed")
}

fn published(name: &str, load: Load) -> Option<Problem> {
    let path = format!("{}/../../../shared/data/assignment/{name}.in", env!("CARGO_MANIFEST_DIR"));
    let Ok(file) = std::fs::File::open(&path) else {
        eprintln!("{name} is absent: not measured");
        return None;
    };
    let matrix = read_matrix(file).expect("published instances are well formed");
    Some(matrix.problem(3, load).expect("well formed"))
}

fn measure(bencher: Bencher, problem: Option<Problem>, worst: Worst) {
    if let Some(problem) = problem {
        let options = Options { worst, seed: 7 };
        bencher.bench_local(|| solve(black_box(&problem), &options).expect("has a plan").total);
    }
}

#[divan::bench(sample_count = 20, sample_size = 1, name = "aamas2016 (OR-tools takes 36 ms)")]
fn aamas2016(bencher: Bencher) {
    measure(bencher, published("aamas2016", Load { least: 7, most: 9 }), Worst::Any);
}

#[divan::bench(sample_count = 5, sample_size = 1, name = "aamas2016_worst_report_first (an exact MIP takes 2.7 s)")]
fn aamas2016_worst_report_first(bencher: Bencher) {
    measure(bencher, published("aamas2016", Load { least: 7, most: 9 }), Worst::Highest);
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn preflib3(bencher: Bencher) {
    measure(bencher, published("preflib3", Load { least: 2, most: 6 }), Worst::Any);
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn dense_1_000_by_400(bencher: Bencher) {
    measure(bencher, Some(dense(1_000, 400)), Worst::Any);
}

#[divan::bench(sample_count = 3, sample_size = 1, name = "sparse_10_000_by_8_000_with_150_candidates_each (OR-tools takes 1.8 s)")]
fn sparse_10_000_by_8_000_with_150_candidates_each(bencher: Bencher) {
    measure(bencher, Some(sparse(10_000, 8_000, 150)), Worst::Any);
}
