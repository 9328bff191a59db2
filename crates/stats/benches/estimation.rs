//! Weighted proportions with strata and clusters over a million rows, in memory and from CSV.
//! Aims: under 50 ms in memory; under 1 s from CSV.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

use std::fmt::Write as _;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use stats::estimation::{self, Calibration, Codes, Design, DesignColumns, Item, Margin, Options, Plan, read_and_estimate};

const ROWS: usize = 1_000_000;
const STRATA: u32 = 40;
const CLUSTERS: u32 = 20_000;

struct Sample {
    weights: Vec<f64>,
    strata: Codes,
    clusters: Codes,
    answers: Codes,
    numbers: Vec<Option<f64>>,
    groups: Codes,
}

fn numbered(count: u32) -> Vec<String> {
    (0..count).map(|code| code.to_string()).collect()
}

fn sample() -> Sample {
    let mut rng = ChaCha8Rng::seed_from_u64(20_260_101);
    let clusters: Vec<u32> = (0..ROWS).map(|_| rng.random_range(0..CLUSTERS)).collect();
    let strata = clusters.iter().map(|cluster| cluster % STRATA).collect();
    let mut codes = |levels: u32| {
        let codes = (0..ROWS).map(|_| rng.random_range(0..levels)).collect();
        Codes::new(codes, numbered(levels)).expect("codes below the number of levels")
    };
    Sample {
        answers: codes(5),
        groups: codes(8),
        strata: Codes::new(strata, numbered(STRATA)).expect("codes of strata"),
        clusters: Codes::new(clusters, numbered(CLUSTERS)).expect("codes of clusters"),
        weights: (0..ROWS).map(|_| rng.random_range(0.5..4.0)).collect(),
        numbers: (0..ROWS).map(|_| Some(rng.random_range(0.0..100.0))).collect(),
    }
}

impl Sample {
    fn design(&self, clustered: bool) -> Design {
        let columns = DesignColumns {
            weights: Some(self.weights.clone()),
            strata: Some(&self.strata),
            clusters: clustered.then_some(&self.clusters),
            fpc: None,
        };
        Design::new(ROWS, columns).expect("a sound design")
    }

    fn csv(&self) -> String {
        let mut csv = String::from("id,w,stratum,cluster,answer,number,group\n");
        for row in 0..ROWS {
            let code = |codes: &Codes| codes.codes()[row];
            writeln!(
                csv,
                "{row},{:.6},{},c{},{},{:.3},{}",
                self.weights[row],
                code(&self.strata),
                code(&self.clusters),
                code(&self.answers),
                self.numbers[row].unwrap_or_default(),
                code(&self.groups)
            )
            .expect("a string takes all that memory holds");
        }
        csv
    }
}

#[divan::bench(args = [true, false], name = "proportions_in_memory, clustered (aim: under 50 ms)")]
fn proportions_in_memory(bencher: divan::Bencher, clustered: bool) {
    let sample = sample();
    let design = sample.design(clustered);
    bencher.bench_local(|| estimation::proportions(&design, "answer", &sample.answers, &Options::default()));
}

#[divan::bench]
fn proportions_in_memory_with_making_the_design(bencher: divan::Bencher) {
    let sample = sample();
    bencher.bench_local(|| {
        let design = sample.design(true);
        estimation::proportions(&design, "answer", &sample.answers, &Options::default())
    });
}

#[divan::bench]
fn means_by_domain_in_memory(bencher: divan::Bencher) {
    let sample = sample();
    let design = sample.design(true);
    let items = [Item::mean("number", &sample.numbers)];
    let options = Options::default();
    bencher.bench_local(|| estimation::estimate(&design, &items, Some(&sample.groups), None, &options));
}

#[divan::bench(sample_count = 10)]
fn raked_mean_in_memory(bencher: divan::Bencher) {
    let sample = sample();
    let design = sample.design(true);
    let counts = |codes: &Codes| -> Vec<(String, f64)> {
        let share = 1e7 / codes.labels().len() as f64;
        codes.labels().iter().map(|label| (label.clone(), share)).collect()
    };
    let margin = |variable: &str, codes: &Codes| Margin { variable: variable.to_owned(), counts: counts(codes) };
    let calibration = Calibration::rake(vec![
        (margin("answer", &sample.answers), sample.answers.clone()),
        (margin("group", &sample.groups), sample.groups.clone()),
    ]);
    let items = [Item::mean("number", &sample.numbers)];
    let options = Options::default();
    bencher.bench_local(|| estimation::estimate(&design, &items, None, Some(&calibration), &options));
}

#[divan::bench(sample_count = 10, name = "proportions_from_csv (aim: under 1 s)")]
fn proportions_from_csv(bencher: divan::Bencher) {
    let csv = sample().csv();
    let plan = Plan {
        proportions: vec!["answer".to_owned()],
        weights: Some("w".to_owned()),
        strata: Some("stratum".to_owned()),
        cluster: Some("cluster".to_owned()),
        ..Plan::default()
    };
    bencher.bench_local(|| read_and_estimate(csv.as_bytes(), &plan));
}

fn main() {
    divan::main();
}
