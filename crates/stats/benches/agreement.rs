//! How long the agreement coefficients take: from a CSV file, from memory, and by bootstrap.
//!
//! The ratings are generated from a seed: one million units, five raters, five levels, one rating in
//! ten missing. Run with `cargo bench -p stoa-stats --bench agreement`.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

use std::fmt::Write as _;

use divan::Bencher;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use stats::agreement::{Level, Measure, Metric, Patterns, Ratings, Resampled, Resampling, Scale, krippendorff_alpha, read_ratings, report, summary};

const RATERS: usize = 5;
const LEVELS: u8 = 5;
const MISSING: u8 = u8::MAX;

fn main() {
    divan::main();
}

/// A dense matrix, unit by unit: each unit has a true level, each rater errs by at most one.
fn matrix(units: usize) -> Vec<u8> {
    let mut rng = ChaCha8Rng::seed_from_u64(20_261);
    let mut cells = Vec::with_capacity(units * RATERS);
    for _ in 0..units {
        let truth: i16 = rng.random_range(0..i16::from(LEVELS));
        for _ in 0..RATERS {
            let rating = (truth + rng.random_range(-1..=1)).clamp(0, i16::from(LEVELS) - 1);
            let missing = rng.random_range(0..10) == 0;
            cells.push(if missing { MISSING } else { u8::try_from(rating).expect("0 to 4") });
        }
    }
    cells
}

fn csv(units: usize) -> String {
    let mut text = String::from("rater,subject,value\n");
    for (unit, row) in matrix(units).chunks(RATERS).enumerate() {
        for (rater, level) in row.iter().enumerate().filter(|(_, level)| **level != MISSING) {
            writeln!(text, "r{rater},s{unit},{level}").expect("writing to a string");
        }
    }
    text
}

fn ratings(units: usize) -> Ratings {
    let scale = Scale::levels(0, i32::from(LEVELS) - 1).expect("five levels");
    read_ratings(csv(units).as_bytes(), scale, |_| {}).expect("good ratings")
}

#[divan::bench(sample_count = 20)]
fn ordinal_alpha_from_ratings_of_a_million_units(bencher: Bencher) {
    let ratings = ratings(1_000_000);
    bencher.bench(|| {
        let measure = Measure::of(Metric::Ordinal, &ratings)?;
        krippendorff_alpha(&Patterns::of(&ratings), &measure)
    });
}

#[divan::bench(sample_count = 5, name = "ordinal_alpha_from_a_csv_of_a_million_units (aim: under 560 ms)")]
fn ordinal_alpha_from_a_csv_of_a_million_units(bencher: Bencher) {
    let text = csv(1_000_000);
    bencher.bench(|| {
        let scale = Scale::observed(Level::Ordinal);
        let ratings = read_ratings(text.as_bytes(), scale, |_| {}).expect("good ratings");
        krippendorff_alpha(&Patterns::of(&ratings), &Measure::MidRanks)
    });
}

#[divan::bench(sample_count = 10)]
fn every_coefficient_of_a_million_units(bencher: Bencher) {
    let ratings = ratings(1_000_000);
    bencher.bench(|| report(&ratings, Resampling::default()));
}

#[divan::bench(sample_count = 20)]
fn a_thousand_bootstrap_replicates_of_ten_thousand_units(bencher: Bencher) {
    let patterns = Patterns::of(&ratings(10_000));
    bencher.bench(|| Resampled::alpha(&patterns, &Measure::MidRanks).bootstrap(1000, 1));
}

#[divan::bench]
fn the_summary_of_a_round_of_fifty_reports(bencher: Bencher) {
    let ratings = ratings(50);
    bencher.bench(|| summary(&ratings));
}
