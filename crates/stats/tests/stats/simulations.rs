//! Simulations: samples are drawn again and again from a population that is known, and the intervals
//! must hold the truth as often as they promise. `make storm` draws all of them; `cargo test` some.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use stats::agreement::{Measure, Patterns, RatingsBuilder, Scale, krippendorff_alpha};
use stats::estimation::{Codes, Design, DesignColumns, Item, LonelyPsu, Options, estimate};

/// Samples of each simulation: all of them in a storm (`STORM` is set), else a twentieth.
fn samples() -> usize {
    if std::env::var_os("STORM").is_some() { 2_000 } else { 100 }
}

/// Ends the test unless so many of the intervals held the truth that 95 % may be true. `slack` is what
/// a method may be off by at these sizes.
fn promise_is_kept(what: &str, held: usize, samples: usize, slack: f64) {
    let share = held as f64 / samples as f64;
    let chance = 4.0 * (0.95 * 0.05 / samples as f64).sqrt();
    eprintln!("figure: {what}: {:.1} % of {samples} intervals hold the truth", share * 100.0);
    assert!((0.95 - chance - slack..=0.95 + chance + slack).contains(&share), "{what}: {share} of the intervals hold the truth");
}

/// A city of 4 districts (strata) with 200 streets each; in some streets more people volunteer.
struct City {
    /// Of each street of each district, how likely its people say yes.
    streets: Vec<Vec<f64>>,
    truth: f64,
}

/// People who live in a street; districts differ in how many of them are asked, so in weight.
const IN_A_STREET: usize = 10;

impl City {
    fn new(chance: &mut ChaCha8Rng) -> Self {
        let mut street = |district: usize| 0.15 + 0.1 * district as f64 + chance.random_range(0.0..0.3);
        let streets: Vec<Vec<f64>> = (0..4).map(|district| (0..200).map(|_| street(district)).collect()).collect();
        let truth = streets.iter().flatten().sum::<f64>() / 800.0;
        Self { streets, truth }
    }

    /// Whether the interval of one sample holds the truth. 6 to 12 streets of each district are drawn.
    fn asked(&self, chance: &mut ChaCha8Rng) -> bool {
        let (mut rows, mut weights) = (Vec::new(), Vec::new());
        for (district, streets) in self.streets.iter().enumerate() {
            let drawn = 12 - 2 * district;
            for number in 0..drawn {
                let yes = streets[chance.random_range(0..streets.len())];
                for _ in 0..IN_A_STREET {
                    rows.push((district, district * 100 + number, chance.random_bool(yes)));
                    weights.push(streets.len() as f64 / drawn as f64);
                }
            }
        }
        let codes = |of: &dyn Fn(&(usize, usize, bool)) -> String| Codes::from_labels(rows.iter().map(|row| Some(of(row))));
        let (strata, clusters, answers) = (codes(&|r| r.0.to_string()), codes(&|r| r.1.to_string()), codes(&|r| r.2.to_string()));
        let columns = DesignColumns { weights: Some(weights), strata: Some(&strata), clusters: Some(&clusters), fpc: None };
        let design = Design::new(rows.len(), columns).unwrap();
        let options = Options { suppress_below: 0, lonely_psu: LonelyPsu::Adjust, ..Options::default() };
        let found = estimate(&design, &[Item::proportion("volunteers", Some("true"), &answers)], None, None, &options).unwrap();
        let [low, high] = found[0].ci95.unwrap();
        (low..=high).contains(&self.truth)
    }
}

#[test]
fn nineteen_of_twenty_intervals_of_a_clustered_survey_hold_the_truth() {
    let mut chance = ChaCha8Rng::seed_from_u64(11);
    let (city, samples) = (City::new(&mut chance), samples());
    let held = (0..samples).filter(|_| city.asked(&mut chance)).count();
    promise_is_kept("a share among clustered answers", held, samples, 0.02);
}

/// Three raters on five levels: each sees the true level, or one beside it.
fn rated(subjects: usize, chance: &mut ChaCha8Rng) -> Patterns {
    let mut ratings = RatingsBuilder::new(Scale::levels(1, 5).unwrap());
    for subject in 0..subjects {
        let truth: i32 = chance.random_range(1..=5);
        for rater in 0..3 {
            let off = if chance.random_bool(0.4) { chance.random_range(-1..=1) } else { 0 };
            ratings.add_number(&rater.to_string(), &subject.to_string(), f64::from((truth + off).clamp(1, 5))).unwrap();
        }
    }
    Patterns::of(&ratings.finish().unwrap())
}

#[test]
fn nineteen_of_twenty_intervals_of_an_agreement_hold_the_truth() {
    let mut chance = ChaCha8Rng::seed_from_u64(12);
    let alpha = |patterns: &Patterns| krippendorff_alpha(patterns, &Measure::MidRanks).unwrap();
    let truth = alpha(&rated(200_000, &mut chance)).value;
    let samples = samples();
    let held = (0..samples)
        .filter(|_| {
            let [low, high] = alpha(&rated(60, &mut chance)).ci95.unwrap();
            (low..=high).contains(&truth)
        })
        .count();
    promise_is_kept("ordinal alpha of 60 reports", held, samples, 0.025);
}
