//! What must hold for the estimates of any survey: units, order, margins, and two ways to one number.

use std::fmt::Write as _;

use proptest::prelude::*;
use stats::estimation::{
    self, Calibration, Codes, Design, DesignColumns, Estimate, Interval, Item, LonelyPsu, Margin, Options, Plan, read_and_estimate,
};

use crate::estimation::near;

/// A sample with strata, clusters, weights, a yes/no question, a number and two margins.
#[derive(Debug, Clone)]
struct Survey {
    rows: Vec<Row>,
}

/// Stratum, cluster, weight, answer to the question, number, first and second margin.
type Row = (u8, u8, f64, Option<bool>, Option<f64>, bool, u8);

impl Survey {
    fn codes(&self, pick: impl Fn(usize) -> Option<String>) -> Codes {
        Codes::from_labels((0..self.rows.len()).map(pick))
    }

    fn estimates(&self, clustered: bool, factor: f64, options: &Options) -> Vec<Estimate> {
        let strata = self.codes(|i| Some(self.rows[i].0.to_string()));
        let clusters = self.codes(|i| Some(self.rows[i].1.to_string()));
        let design = Design::new(
            self.rows.len(),
            DesignColumns {
                weights: Some(self.rows.iter().map(|row| row.2 * factor).collect()),
                strata: Some(&strata),
                clusters: clustered.then_some(&clusters),
                fpc: None,
            },
        )
        .expect("a design");
        let answers = self.codes(|i| self.rows[i].3.map(|yes| yes.to_string()));
        let y: Vec<_> = self.rows.iter().map(|row| row.4).collect();
        let domains = self.codes(|i| Some(self.rows[i].5.to_string()));
        let items = [Item::mean("y", &y), Item::proportion("q", Some("true"), &answers)];
        let mut all = estimation::estimate(&design, &items, None, None, options).expect("all");
        all.extend(estimation::estimate(&design, &items, Some(&domains), None, options).expect("domains"));
        all
    }

    fn csv(&self) -> String {
        let mut csv = String::from("h,c,w,q,y,d,m\n");
        for (h, c, w, q, y, d, m) in &self.rows {
            let q = q.map_or(String::new(), |q| q.to_string());
            let y = y.map_or("NA".to_owned(), |y| y.to_string());
            writeln!(csv, "{h},{c},{w},{q},{y},{d},{m}").expect("a string grows");
        }
        csv
    }
}

fn survey() -> impl Strategy<Value = Survey> {
    let row = (
        0..3_u8,
        0..6_u8,
        0.1..20.0_f64,
        prop::option::weighted(0.9, any::<bool>()),
        prop::option::weighted(0.9, -50.0..50.0_f64),
        any::<bool>(),
        0..3_u8,
    );
    prop::collection::vec(row, 20..120).prop_map(|rows| Survey { rows })
}

fn unsuppressed() -> Options {
    Options { suppress_below: 0, lonely_psu: LonelyPsu::Adjust, ..Options::default() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn weights_in_another_unit_change_no_mean_and_no_proportion(
        survey in survey(), clustered: bool, factor in 0.01..1000.0_f64
    ) {
        let a = survey.estimates(clustered, 1.0, &unsuppressed());
        let b = survey.estimates(clustered, factor, &unsuppressed());
        for (a, b) in a.iter().zip(&b) {
            prop_assert!(near(a.estimate, b.estimate, 1.0));
            prop_assert!(near(a.se, b.se, 1e-3), "{:?} {:?}", a, b);
            prop_assert!(near(a.n_eff, b.n_eff, 1.0));
        }
    }

    #[test]
    fn the_order_of_rows_changes_nothing(survey in survey(), clustered: bool, seed: u64) {
        use rand::{SeedableRng, seq::SliceRandom};
        let mut shuffled = survey.clone();
        shuffled.rows.shuffle(&mut rand_chacha::ChaCha8Rng::seed_from_u64(seed));
        let a = survey.estimates(clustered, 1.0, &unsuppressed());
        let b = shuffled.estimates(clustered, 1.0, &unsuppressed());
        for (a, b) in a.iter().zip(&b) {
            prop_assert!(near(a.estimate, b.estimate, 1.0));
            prop_assert!(near(a.se, b.se, 1e-3));
            prop_assert_eq!((a.n, a.df), (b.n, b.df));
        }
    }

    #[test]
    fn every_interval_contains_its_estimate(survey in survey(), clustered: bool) {
        use Interval::{Asin, Beta, BetaTruncated, Logit, Mean, Wilson};
        for interval in [Logit, Mean, Wilson, Beta, BetaTruncated, Asin] {
            let options = Options { interval, ..unsuppressed() };
            for found in survey.estimates(clustered, 1.0, &options) {
                if let (Some(p), Some([low, high])) = (found.estimate, found.ci95) {
                    prop_assert!(low <= p && p <= high, "{:?}", found);
                }
                let absent = found.ci95.is_none();
                prop_assert_eq!(absent, found.undefined.contains_key("ci95"), "{:?}", found);
            }
        }
    }

    #[test]
    fn a_file_gives_what_the_columns_give(survey in survey(), clustered: bool) {
        let plan = Plan {
            means: vec!["y".into()],
            proportions: vec!["q=true".into()],
            weights: Some("w".into()),
            strata: Some("h".into()),
            cluster: clustered.then(|| "c".into()),
            options: unsuppressed(),
            ..Plan::default()
        };
        let from_file = read_and_estimate(survey.csv().as_bytes(), &plan).unwrap();
        let from_columns = survey.estimates(clustered, 1.0, &unsuppressed());
        for (a, b) in from_file.iter().zip(&from_columns) {
            prop_assert!(near(a.estimate, b.estimate, 1.0) && near(a.se, b.se, 1e-3));
        }
    }

    #[test]
    fn raking_reproduces_the_margins(survey in survey(), clustered: bool, share in 0.2..0.8_f64) {
        // Every combination of levels is present, so any margins are feasible.
        let mut survey = survey;
        for d in [false, true] {
            for m in 0..3 {
                survey.rows.push((0, m, 1.0, Some(d), Some(1.0), d, m));
            }
        }
        let d = [("true", 1000.0 * share), ("false", 1000.0 * (1.0 - share))];
        let m = [("0", 200.0), ("1", 300.0), ("2", 500.0)];
        let plan = Plan {
            totals: vec!["d=true".into(), "m=0".into(), "m=1".into(), "m=2".into()],
            means: vec!["y".into()],
            weights: Some("w".into()),
            strata: Some("h".into()),
            cluster: clustered.then(|| "c".into()),
            rake: vec![Margin::new("d", &d), Margin::new("m", &m)],
            options: unsuppressed(),
            ..Plan::default()
        };
        let found = read_and_estimate(survey.csv().as_bytes(), &plan).unwrap();
        let wanted = [1000.0 * share, 200.0, 300.0, 500.0];
        for (found, wanted) in found[1..].iter().zip(wanted) {
            let estimate = found.estimate.unwrap();
            prop_assert!((estimate - wanted).abs() <= 1e-6 * wanted, "{estimate} {wanted}");
            // What is known has no standard error.
            prop_assert!(found.se.unwrap() <= 1e-6 * wanted, "{:?}", found);
        }
    }

    /// Two ways to the same numbers: sums in one pass, and residuals over columns held in memory.
    #[test]
    fn a_margin_of_one_level_changes_no_mean_proportion_or_ratio(
        survey in survey(), clustered: bool, by_domain: bool
    ) {
        let strata = survey.codes(|i| Some(survey.rows[i].0.to_string()));
        let clusters = survey.codes(|i| Some(survey.rows[i].1.to_string()));
        let fpc: Vec<f64> = survey.rows.iter().map(|row| 200.0 + f64::from(row.0)).collect();
        let design = Design::new(survey.rows.len(), DesignColumns {
            weights: Some(survey.rows.iter().map(|row| row.2).collect()),
            strata: Some(&strata),
            clusters: clustered.then_some(&clusters),
            fpc: Some(&fpc),
        }).unwrap();
        let y: Vec<_> = survey.rows.iter().map(|row| row.4).collect();
        let x: Vec<_> = survey.rows.iter().map(|row| Some(1.0 + f64::from(row.6))).collect();
        let answers = survey.codes(|i| survey.rows[i].3.map(|yes| yes.to_string()));
        let domains = survey.codes(|i| (survey.rows[i].6 < 2).then(|| survey.rows[i].5.to_string()));
        let domains = by_domain.then_some(&domains);
        let everyone = survey.codes(|_| Some("all".to_owned()));
        let calibration = Calibration::poststratify(Margin::new("x", &[("all", 1e6)]), everyone);
        let items = [
            Item::mean("y", &y),
            Item::proportion("q", None, &answers),
            Item::ratio("y/x", &y, &x),
        ];
        let options = unsuppressed();
        let plain = estimation::estimate(&design, &items, domains, None, &options).unwrap();
        let other = estimation::estimate(&design, &items, domains, Some(&calibration), &options);
        for (a, b) in plain.iter().zip(&other.unwrap()) {
            prop_assert!(near(a.estimate, b.estimate, 1.0), "{:?} {:?}", a, b);
            prop_assert!(near(a.se, b.se, 1e-3), "{:?} {:?}", a, b);
            prop_assert!(near(a.deff_wr, b.deff_wr, 1e-3), "{:?} {:?}", a, b);
            prop_assert_eq!((a.n, a.df, &a.domain), (b.n, b.df, &b.domain));
        }
    }
}
