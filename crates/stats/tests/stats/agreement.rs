//! Agreement against the reference cases and against what must hold for any ratings.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::Value;
use stats::agreement::{
    Category, Chance, Distance, InputError, Level, Measure, Metric, Patterns, Ratings, RatingsBuilder, Refusal, Report, Resampled, Resampling, Scale,
    Undefined, chance_corrected, contributions, krippendorff_alpha, leave_one_rater_out, rater_pairs, read_ratings, report, summary,
};

fn cases() -> Option<Vec<Value>> {
    let text = std::fs::read_to_string(crate::known_answers("agreement")?.join("cases.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    Some(file["cases"].as_array().unwrap().clone())
}

fn level(name: &str) -> Level {
    match name {
        "nominal" => Level::Nominal,
        "ordinal" => Level::Ordinal,
        "interval" => Level::Interval,
        _ => Level::Ratio,
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn ratings_of(case: &Value) -> Ratings {
    let level = level(case["scale"].as_str().unwrap());
    let categories: Vec<Category> = case["categories"].as_array().unwrap().iter().map(|c| Category::parse(&text_of(c)).unwrap()).collect();
    let scale = if categories.is_empty() { Scale::observed(level) } else { Scale::declared(level, categories).unwrap() };
    let mut builder = RatingsBuilder::new(scale);
    for triple in case["ratings"].as_array().unwrap() {
        let [rater, subject, value] = [0, 1, 2].map(|i| text_of(&triple[i]));
        builder.add(rater.as_bytes(), subject.as_bytes(), value.as_bytes()).unwrap();
    }
    builder.finish().unwrap()
}

#[test]
fn every_reference_case_is_met() {
    let Some(cases) = cases() else { return };
    let mut checked = 0;
    for case in &cases {
        let report = report(&ratings_of(case), Resampling::default());
        for (key, expected) in case["expected"].as_object().unwrap() {
            let name = format!("{} {key}", case["name"]);
            let entry = report.get(key).unwrap_or_else(|| panic!("{name} is missing"));
            checked += 1;
            let Some(value) = expected["value"].as_f64() else {
                assert!(entry.coefficient.0.is_err(), "{name} should be undefined");
                continue;
            };
            let found = entry.coefficient.0.unwrap_or_else(|e| panic!("{name}: undefined, because {e}"));
            assert!((found.value - value).abs() <= 1e-9, "{name}: {} for {value}", found.value);
            if let Some(se) = expected["se"].as_f64() {
                assert!((found.se.unwrap() - se).abs() <= 1e-8, "{name}: se {:?} for {se}", found.se);
            }
            if let Some(interval) = expected["ci95"].as_array() {
                for (end, wanted) in found.ci95.unwrap().iter().zip(interval) {
                    let wanted = wanted.as_f64().unwrap();
                    assert!((end - wanted).abs() <= 1e-8, "{name}: interval {end} for {wanted}");
                }
            }
        }
    }
    assert!(checked > 300, "only {checked} values were checked");
}

#[test]
fn bootstrap_intervals_agree_with_the_reference_bootstrap() {
    let Some(cases) = cases() else { return };
    let mut checked = 0;
    for case in &cases {
        for (key, expected) in case["expected"].as_object().unwrap() {
            let Some(reference) = expected.get("bootstrap") else { continue };
            let resampling = Resampling { replicates: 4000, seed: 1, jackknife: true };
            let report = report(&ratings_of(case), resampling);
            let entry = report.get(key).unwrap();
            let found = entry.bootstrap.unwrap();
            let sd = reference["sd"].as_f64().unwrap();
            assert!((found.se / sd - 1.0).abs() < 0.05, "{key}: {} for {sd}", found.se);
            for (end, wanted) in found.ci95.iter().zip(reference["ci95_percentile"].as_array().unwrap()) {
                assert!((end - wanted.as_f64().unwrap()).abs() < 0.02, "{key}: {end} for {wanted}");
            }
            let jackknife = entry.jackknife_se.unwrap();
            assert!((jackknife / sd - 1.0).abs() < 0.15, "{key}: jackknife {jackknife} for {sd}");
            checked += 1;
        }
    }
    assert!(checked > 0);
}

fn read(text: &str, scale: Scale) -> Result<Ratings, InputError> {
    read_ratings(text.as_bytes(), scale, |_| {})
}

fn levels() -> Scale {
    Scale::levels(0, 4).unwrap()
}

fn from_rows(scale: Scale, rows: &[(usize, usize, f64)]) -> Ratings {
    let mut builder = RatingsBuilder::new(scale);
    for (rater, subject, value) in rows {
        builder.add_number(&format!("r{rater}"), &format!("s{subject}"), *value).unwrap();
    }
    builder.finish().unwrap()
}

fn value(report: &Report, key: &str) -> f64 {
    report.get(key).unwrap().coefficient.0.unwrap().value
}

#[test]
fn the_kappa_paradox_is_visible() {
    let mut rows = Vec::new();
    for subject in 0..100 {
        let (first, second) = match subject {
            0..92 => (1.0, 1.0),
            92..96 => (1.0, 0.0),
            _ => (0.0, 1.0),
        };
        rows.push((1, subject, first));
        rows.push((2, subject, second));
    }
    let report = report(&from_rows(Scale::observed(Level::Nominal), &rows), Resampling::default());
    assert!((value(&report, "percent_agreement") - 0.92).abs() < 1e-12);
    assert!((value(&report, "cohen_kappa") + 0.0417).abs() < 5e-4);
    assert!((value(&report, "gwet_ac1") - 0.913).abs() < 5e-4);
}

#[test]
fn ratings_that_are_all_equal_are_undefined_and_not_perfect() {
    let rows: Vec<_> = (0..20).flat_map(|s| (0..3).map(move |r| (r, s, 3.0))).collect();
    let observed = report(&from_rows(Scale::observed(Level::Interval), &rows), Resampling::default());
    for entry in observed.coefficients.iter().filter(|e| !e.key.starts_with("percent")) {
        assert!(entry.coefficient.0.is_err(), "{}", entry.key);
    }
    let declared = report(&from_rows(levels(), &rows), Resampling::default());
    assert!((value(&declared, "gwet_ac1") - 1.0).abs() < 1e-15);
    let alpha = declared.get("krippendorff_alpha_ordinal").unwrap().coefficient.0;
    assert_eq!(alpha, Err(Undefined::NoVariation));
}

#[test]
fn one_rater_one_subject_and_one_rating_give_reasons() {
    for rows in [
        (0..12).map(|s| (1, s, f64::from(u8::try_from(s % 5).unwrap()))).collect::<Vec<_>>(),
        vec![(1, 1, 2.0)],
        vec![(1, 1, 2.0), (2, 1, 3.0), (3, 1, 0.0)],
    ] {
        let resampling = Resampling { replicates: 50, seed: 3, jackknife: true };
        let text = serde_json::to_string(&report(&from_rows(levels(), &rows), resampling)).unwrap();
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
        assert!(text.contains("\"undefined\":\""), "{text}");
        serde_json::to_string(&summary(&from_rows(levels(), &rows))).unwrap();
    }
}

#[test]
fn a_large_offset_changes_nothing() {
    let rows: Vec<_> = (0..40).flat_map(|s: usize| (0..4_usize).map(move |r| (r, s, ((s * 7 + r * s * 3) % 5 + (s % 3)) as f64))).collect();
    let moved: Vec<_> = rows.iter().map(|(r, s, v)| (*r, *s, v + 1e9)).collect();
    let scale = || Scale::observed(Level::Interval);
    let [near, far] = [&rows, &moved].map(|rows| report(&from_rows(scale(), rows), Resampling::default()));
    for entry in &near.coefficients {
        if entry.key != "krippendorff_alpha_ratio" {
            let other = far.get(entry.key).unwrap().coefficient.0;
            match (entry.coefficient.0, other) {
                (Ok(a), Ok(b)) => assert!((a.value - b.value).abs() < 1e-9, "{}", entry.key),
                (a, b) => assert_eq!(a, b, "{}", entry.key),
            }
        }
    }
    // Close values far from zero: relative differences are differences over a constant.
    let far_ratio = value(&far, "krippendorff_alpha_ratio");
    assert!((far_ratio - value(&far, "krippendorff_alpha_interval")).abs() < 1e-6);
}

#[test]
fn extreme_numbers_and_many_distinct_ones_stay_finite() {
    let wide: Vec<_> =
        (0..30).flat_map(|s| (0..2).map(move |r| (r, s, if (s + r) % 7 == 0 { -1.7e308 } else { 1.7e308 / (1 + s) as f64 }))).collect();
    let tiny: Vec<_> = (0..30).flat_map(|s| (0..2).map(move |r| (r, s, 5e-324 * ((s + r) % 5) as f64))).collect();
    let distinct: Vec<_> =
        (0..40_000_usize).flat_map(|s| (0..2_usize).map(move |r| (r, s, (s % 100 + 1) as f64 + ((2 * s + r) as f64) * 1e-7))).collect();
    for rows in [wide, tiny, distinct] {
        let report = report(&from_rows(Scale::observed(Level::Interval), &rows), Resampling::default());
        for entry in &report.coefficients {
            if let Ok(estimate) = entry.coefficient.0 {
                assert!(estimate.value.is_finite(), "{}", entry.key);
                assert!(estimate.se.is_none_or(f64::is_finite), "{}", entry.key);
            }
        }
    }
}

#[test]
fn what_is_refused_is_named_with_line_and_column() {
    for (text, message) in [
        ("", "line 1: the file is empty"),
        ("rater,subject,value\n", "line 2: there are no ratings"),
        ("rater,subject\nr,s\n", "line 1: the column value is missing"),
        ("rater,subject,value,note\n", "line 1, column 4: \"note\" is not known"),
        ("rater,subject,rater\n", "line 1, column 3: \"rater\" is there twice"),
        ("rater,subject,value\nr1,s1,1\nr1,s2\n", "line 3: the row has 2 cells"),
        ("rater,subject,value\nr1,s1,1\n\nr1,s2,9\n", "line 4, column 3 (value): \"9\" is not on the declared scale"),
        ("value,rater,subject\nNaN,r1,s1\n", "line 2, column 1 (value): NaN is not a finite number"),
        ("rater,subject,value\nr1,s1,1\nr1,s2,-inf\n", "line 3, column 3 (value): -inf is not a finite number"),
        ("rater,subject,value\nr1,s1,\n", "line 2, column 3 (value): the value is empty"),
        ("rater,subject,value\n ,s1,1\n", "line 2, column 1 (rater): the rater is empty"),
        ("rater,subject,value\nr1,,1\n", "line 2, column 2 (subject): the subject is empty"),
        ("rater,subject,value\nr1,s1,1\nr1,\"s2,1\nr1,s3,1\n", "line 3: a quotation mark is opened here and never closed"),
        (
            "rater,subject,value\nr1,\"s\n1\",1\nr2,s2,1\nr2,s3,1\nr2,s2,2\n",
            "line 6, column 1 (rater): rater \"r2\" has already rated subject \"s2\"",
        ),
    ] {
        let error = read(text, levels()).expect_err(text).to_string();
        assert!(error.starts_with(message), "{text:?}: {error}");
    }
    let ratio = read("rater,subject,value\nr,s,0\n", Scale::observed(Level::Ratio)).unwrap_err();
    assert!(ratio.to_string().contains("not positive"));
    let label = read("rater,subject,value\nr,s,high\n", Scale::observed(Level::Ordinal)).unwrap_err();
    assert!(label.to_string().contains("declare the categories"));
    let endless = vec![b'x'; 3 << 20];
    let error = read_ratings(endless.as_slice(), levels(), |_| {}).unwrap_err();
    assert!(matches!(error, InputError::EndlessRow { line: 1, .. }));
}

#[test]
fn a_set_that_had_one_refusal_stays_refused() {
    let mut builder = RatingsBuilder::new(levels());
    let refusal = builder.add_number("r", "s", 7.0).unwrap_err();
    assert_eq!(builder.add_number("r", "s", 1.0), Err(refusal.clone()));
    assert_eq!(builder.finish().unwrap_err(), refusal);
    assert_eq!(RatingsBuilder::new(levels()).finish().unwrap_err(), Refusal::NoRatings);
}

#[test]
fn ordinal_labels_have_ranks_and_no_numbers() {
    let labels = ["low", "middle", "high"].map(|l| Category::parse(l).unwrap()).to_vec();
    let scale = Scale::declared(Level::Ordinal, labels).unwrap();
    let text = "rater,subject,value\na,1,low\nb,1,low\na,2,high\nb,2,middle\na,3,high\nb,3,high\n";
    let report = report(&read(text, scale).unwrap(), Resampling::default());
    assert!(report.get("gwet_ac2_linear").unwrap().coefficient.0.is_ok());
    assert_eq!(report.get("krippendorff_alpha_interval").unwrap().coefficient.0, Err(Undefined::NotNumbers));
    assert_eq!(report.get("icc_1_1").unwrap().coefficient.0, Err(Undefined::NotNumbers));
    assert!((value(&report, "percent_agreement_within_one") - 1.0).abs() < 1e-15);
}

#[test]
fn a_bootstrap_is_the_same_for_the_same_seed_in_any_order() {
    let rows: Vec<_> = (0..60_usize).flat_map(|s| (0..3_usize).map(move |r| (r, s, ((s * s + r * (s % 3)) % 5) as f64))).collect();
    let backwards: Vec<_> = rows.iter().rev().copied().collect();
    let resampling = Resampling { replicates: 200, seed: 9, jackknife: true };
    let [one, two] = [&rows, &backwards].map(|rows| report(&from_rows(levels(), rows), resampling));
    let boot = |r: &Report| r.get("krippendorff_alpha_ordinal").unwrap().bootstrap.unwrap();
    assert_eq!(boot(&one), boot(&two));
}

#[test]
fn the_rater_who_disagrees_and_the_subject_in_dispute_are_found() {
    let mut rows = Vec::new();
    for s in 0..10_usize {
        let level = (s % 5) as f64;
        rows.extend([(1, s, level), (2, s, level), (3, s, if s == 4 { 0.0 } else { level })]);
    }
    let ratings = from_rows(levels(), &rows);
    let parts = contributions(&ratings, Metric::Ordinal).unwrap();
    assert!((parts.iter().map(|p| p.share).sum::<f64>() - 1.0).abs() < 1e-12);
    let worst = parts.iter().max_by(|a, b| a.share.total_cmp(&b.share)).unwrap();
    assert_eq!(worst.subject, "s4");
    assert!(worst.alpha_gain_without.unwrap() > 0.0);
    let without = leave_one_rater_out(&ratings, Metric::Ordinal);
    assert!((without[2].alpha.0.unwrap().value - 1.0).abs() < 1e-12);
    let pairs = rater_pairs(&ratings);
    assert_eq!(pairs.len(), 3);
    assert!((pairs[0].cohen_kappa.0.unwrap().value - 1.0).abs() < 1e-12);
    assert!((pairs[1].equal.unwrap() - 0.9).abs() < 1e-12);
}

#[test]
fn the_summary_speaks_in_the_keys_of_the_round_page() {
    let rows: Vec<_> = (0..30_usize).flat_map(|s| (0..3_usize).map(move |r| (r, s, ((s + r * (s % 2)) % 5) as f64))).collect();
    let shown = serde_json::to_value(summary(&from_rows(levels(), &rows))).unwrap();
    assert!(shown["alpha_ordinal"]["ci95"][0].is_f64());
    assert_eq!(shown["distribution"].as_array().unwrap().len(), 5);
    assert_eq!(shown["complete_subjects"], 30);
}

#[test]
fn linearised_jackknife_and_bootstrap_errors_agree_for_many_subjects() {
    let rows: Vec<_> = (0..600_usize).flat_map(|s| (0..3_usize).map(move |r| (r, s, ((s * 31 + s / 7 + r * ((s * s) % 3)) % 5) as f64))).collect();
    let ratings = from_rows(levels(), &rows);
    let patterns = Patterns::of(&ratings);
    let measure = Measure::of(Metric::Ordinal, &ratings).unwrap();
    let se = krippendorff_alpha(&patterns, &measure).unwrap().se.unwrap();
    let resampled = Resampled::alpha(&patterns, &measure);
    assert!((resampled.jackknife().unwrap() / se - 1.0).abs() < 0.02);
    assert!((resampled.bootstrap(2000, 5).unwrap().se / se - 1.0).abs() < 0.08);
    let ordinal = Distance::ordinal(5);
    let se = chance_corrected(&patterns, &ordinal, Chance::Gwet).unwrap().se.unwrap();
    let jackknife = Resampled::corrected(&patterns, &ordinal, Chance::Gwet).jackknife().unwrap();
    assert!((jackknife / se - 1.0).abs() < 0.02);
}

/// Up to 6 raters × 25 subjects on five levels, with ratings missing.
fn tables() -> impl Strategy<Value = Vec<Vec<Option<u8>>>> {
    (2_usize..7, 2_usize..25).prop_flat_map(|(raters, subjects)| {
        let cell = prop_oneof![4 => (0_u8..5).prop_map(Some), 1 => Just(None)];
        prop::collection::vec(prop::collection::vec(cell, raters), subjects)
    })
}

fn rows_of(table: &[Vec<Option<u8>>]) -> Vec<(usize, usize, f64)> {
    let mut rows = Vec::new();
    for (subject, row) in table.iter().enumerate() {
        for (rater, cell) in row.iter().enumerate() {
            rows.extend(cell.map(|level| (rater, subject, f64::from(level))));
        }
    }
    rows
}

proptest! {
    #[test]
    fn the_order_of_raters_and_subjects_changes_nothing(
        table in tables(), rater_turn in 0_usize..7, subject_turn in 0_usize..25, backwards: bool,
    ) {
        let rows = rows_of(&table);
        prop_assume!(!rows.is_empty());
        let (raters, subjects) = (table[0].len(), table.len());
        let mut moved: Vec<_> = rows
            .iter()
            .map(|(r, s, v)| ((r + rater_turn) % raters, (s + subject_turn) % subjects, *v))
            .collect();
        if backwards {
            moved.reverse();
        }
        let [one, two] = [&rows, &moved]
            .map(|rows| report(&from_rows(levels(), rows), Resampling::default()));
        for entry in &one.coefficients {
            match (entry.coefficient.0, two.get(entry.key).unwrap().coefficient.0) {
                (Ok(a), Ok(b)) => {
                    prop_assert!((a.value - b.value).abs() < 1e-9, "{}", entry.key);
                    if let (Some(a), Some(b)) = (a.se, b.se) {
                        prop_assert!((a - b).abs() < 1e-7, "{}", entry.key);
                    }
                }
                (a, b) => prop_assert_eq!(a.is_err(), b.is_err(), "{}", entry.key),
            }
        }
    }

    #[test]
    fn an_interval_contains_its_estimate(table in tables()) {
        let rows = rows_of(&table);
        prop_assume!(!rows.is_empty());
        let report = report(&from_rows(levels(), &rows), Resampling::default());
        for entry in &report.coefficients {
            if let Ok(estimate) = entry.coefficient.0 {
                prop_assert!(estimate.value.is_finite() && estimate.value <= 1.0 + 1e-12, "{}", entry.key);
                if let Some([low, high]) = estimate.ci95 {
                    prop_assert!(low <= estimate.value + 1e-12, "{}", entry.key);
                    prop_assert!(estimate.value <= high + 1e-12, "{}", entry.key);
                }
            }
        }
    }

    #[test]
    fn perfect_agreement_is_one(truth in prop::collection::vec(0_u8..5, 3..30), raters in 2_usize..6) {
        prop_assume!(truth.iter().any(|level| *level != truth[0]));
        let table: Vec<Vec<Option<u8>>> = truth.iter().map(|level| vec![Some(*level); raters]).collect();
        let report = report(&from_rows(levels(), &rows_of(&table)), Resampling::default());
        for entry in report.coefficients.iter().filter(|e| e.key != "krippendorff_alpha_ratio") {
            let found = entry.coefficient.0.unwrap().value;
            prop_assert!((found - 1.0).abs() < 1e-12, "{}: {found}", entry.key);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn random_ratings_agree_no_more_than_chance(
        table in prop::collection::vec(prop::collection::vec(0_u8..5, 4), 1500),
    ) {
        let table: Vec<Vec<Option<u8>>> =
            table.into_iter().map(|row| row.into_iter().map(Some).collect()).collect();
        let report = report(&from_rows(levels(), &rows_of(&table)), Resampling::default());
        for entry in report.coefficients.iter().filter(|e| !e.key.starts_with("percent")) {
            let found = entry.coefficient.0.unwrap().value;
            // Averages of four raters have a larger spread around 0.
            let bound = if entry.key.ends_with("_k") { 0.3 } else { 0.1 };
            prop_assert!(found.abs() < bound, "{}: {found}", entry.key);
        }
    }
}

#[test]
fn a_file_reads_the_same_from_any_column_order_and_line_end() {
    let mut text = String::from("\u{feff}Subject , value,RATER\r\n");
    for s in 0..9 {
        writeln!(text, "\"s, {s}\",{},ann\r", s % 5).unwrap();
        writeln!(text, "\"s, {s}\",{}.0,bob\r", (s * 2) % 5).unwrap();
    }
    let ratings = read(&text, levels()).unwrap();
    assert_eq!((ratings.subjects(), ratings.raters(), ratings.len()), (9, 2, 18));
    assert_eq!(ratings.subject_name(3), "s, 3");
}
