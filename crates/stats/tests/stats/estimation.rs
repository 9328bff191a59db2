//! Estimation against published values (R survey 4.1-1 on the California school data), and what is
//! refused, suppressed or undefined. What must hold for any survey is in `any_survey`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use serde_json::Value;
use stats::estimation::{
    self, Codes, Design, Estimate, EstimationError, Interval, Item, Kind, LonelyPsu, Margin, Options, Plan, Reason, read_and_estimate, suppress,
};

use crate::known_answers;

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn margin(variable: &str, counts: &Value) -> Margin {
    let counts = counts.as_object().expect("counts by level");
    let counts: Vec<_> = counts.iter().map(|(level, n)| (level.as_str(), n.as_f64().expect("a count"))).collect();
    Margin::new(variable, &counts)
}

/// The design of a case as a plan that estimates everything the cases ask about.
fn plan_of(design: &Value) -> Plan {
    let mut plan = Plan {
        means: vec!["api00".into(), "api99".into()],
        proportions: vec!["stype".into(), "sch.wide=Yes".into(), "awards=Yes".into()],
        totals: vec!["enroll".into(), "stype".into()],
        ratios: vec!["api00/api99".into()],
        weights: text(&design["weights"]),
        strata: text(&design["strata"]),
        cluster: text(&design["cluster"]),
        fpc: text(&design["fpc"]),
        ..Plan::default()
    };
    if let Some(variable) = design["poststrata"]["var"].as_str() {
        plan.poststratify = Some(margin(variable, &design["poststrata"]["totals"]));
    }
    if let Some(margins) = design["raking"].as_object() {
        plan.rake = margins.iter().map(|(v, counts)| margin(v, counts)).collect();
    }
    plan
}

fn estimates(folder: &std::path::Path, case: &Value, plan: &Plan) -> Vec<Estimate> {
    let file = folder.join(case["data"].as_str().expect("a data file"));
    let bytes = fs::read(file).expect("the data file of a case");
    read_and_estimate(bytes.as_slice(), plan).expect("a case is estimated")
}

fn one<'a>(all: &'a [Estimate], kind: Kind, variable: &str, level: Option<&str>) -> &'a Estimate {
    all.iter().find(|e| e.kind == kind && e.variable == variable && e.level.as_deref() == level).expect("the estimate was asked for")
}

fn close(found: f64, wanted: &Value, tolerance: f64, what: &str) {
    let wanted = wanted.as_f64().expect("a number");
    // Beside a standard error of rounding alone (1e-16) every other such number is as good.
    let allowed = (tolerance * wanted.abs()).max(1e-13);
    assert!((found - wanted).abs() <= allowed, "{what}: {found} is not {wanted}");
}

fn same(found: &Estimate, wanted: &Value, what: &str) {
    let scale = found.estimate.expect("an estimate").abs();
    close(scale, &wanted["estimate"], 1e-9, what);
    let se = found.se.expect("a standard error");
    let wanted_se = wanted["se"].as_f64().expect("a standard error");
    assert!((se - wanted_se).abs() <= 1e-8 * wanted_se + 1e-13 * scale, "{what}: se {se} is not {wanted_se}");
    if let Some(df) = wanted["df"].as_u64() {
        assert_eq!(found.df, Some(df), "{what}: df");
    }
    if let (Kind::Mean | Kind::Total | Kind::Ratio, Some(ci)) = (found.kind, wanted["ci95_t"].as_array()) {
        let bounds = found.ci95.expect("an interval");
        close(bounds[0], &ci[0], 1e-7, what);
        close(bounds[1], &ci[1], 1e-7, what);
    }
}

#[test]
fn published_estimates_and_standard_errors_are_reproduced() {
    let Some(folder) = known_answers("estimation") else { return };
    let cases: Value = serde_json::from_slice(&fs::read(folder.join("cases.json")).expect("cases")).expect("JSON");
    let mut compared = 0;
    for case in cases["cases"].as_array().expect("a list of cases") {
        let name = case["name"].as_str().expect("a name");
        let plan = plan_of(&case["design"]);
        let expected = &case["expected"];
        let all = estimates(&folder, case, &plan);
        let groups = [
            ("mean", Kind::Mean, None),
            ("total", Kind::Total, None),
            ("prop_stype", Kind::Proportion, Some("stype")),
            ("total_stype", Kind::Total, Some("stype")),
        ];
        for (key, kind, variable) in groups {
            for (of, wanted) in expected[key].as_object().into_iter().flatten() {
                let what = format!("{name}: {key} of {of}");
                let level = variable.map(|variable| of.trim_start_matches(variable));
                same(one(&all, kind, variable.unwrap_or(of), level), wanted, &what);
                compared += 1;
            }
        }
        if let Some(wanted) = expected.get("ratio_api00_api99") {
            same(one(&all, Kind::Ratio, "api00/api99", None), wanted, name);
        }
        if let Some(wanted) = expected["prop_awards_yes"].get("I(awards == \"Yes\")TRUE") {
            same(one(&all, Kind::Proportion, "awards", Some("Yes")), wanted, name);
        }
        let mean = one(&all, Kind::Mean, "api00", None);
        if let Some(wanted) = expected.get("deff_mean_api00") {
            close(mean.deff.expect("a design effect"), &wanted["deff_wor"], 1e-8, name);
            close(mean.deff_wr.expect("a design effect"), &wanted["deff_wr"], 1e-8, name);
        }
        if let Some(wanted) = expected.get("kish") {
            close(mean.n_eff.expect("an effective size"), &wanted["n_eff"], 1e-9, name);
            close(mean.deff_kish.expect("Kish's"), &wanted["deff_kish"], 1e-9, name);
        }
    }
    assert!(compared >= 40, "only {compared} values were compared");
}

#[test]
fn published_intervals_of_a_proportion_are_reproduced() {
    let Some(folder) = known_answers("estimation") else { return };
    let cases: Value = serde_json::from_slice(&fs::read(folder.join("cases.json")).expect("cases")).expect("JSON");
    let methods = [
        ("logit", Interval::Logit),
        ("mean", Interval::Mean),
        ("beta", Interval::Beta),
        ("asin", Interval::Asin),
        ("wilson_neff_z", Interval::Wilson),
        ("wilson_df_adjusted", Interval::WilsonDf),
        ("wilson_kish_z", Interval::WilsonKish),
        ("korn_graubard_truncated", Interval::BetaTruncated),
    ];
    for case in cases["cases"].as_array().expect("a list of cases") {
        let Some(wanted) = case["expected"].get("sch.wide_yes") else {
            continue;
        };
        for (key, method) in methods {
            let mut plan = plan_of(&case["design"]);
            plan.options.interval = method;
            let all = estimates(&folder, case, &plan);
            let found = one(&all, Kind::Proportion, "sch.wide", Some("Yes"));
            same(found, wanted, key);
            let bounds = found.ci95.expect("an interval");
            let what = format!("{} {key}", case["name"]);
            close(bounds[0], &wanted[key][0], 1e-7, &what);
            close(bounds[1], &wanted[key][1], 1e-7, &what);
            assert_eq!(found.ci_method, Some(method.name()));
        }
    }
}

#[test]
fn a_domain_keeps_the_whole_design() {
    let Some(folder) = known_answers("estimation") else { return };
    let bytes = fs::read(folder.join("apistrat.csv")).expect("data");
    let plan = Plan {
        means: vec!["api00".into()],
        weights: Some("pw".into()),
        strata: Some("stype".into()),
        fpc: Some("fpc".into()),
        by: Some("comp.imp".into()),
        ..Plan::default()
    };
    let all = read_and_estimate(bytes.as_slice(), &plan).expect("estimates");
    let yes = all.iter().find(|e| e.domain.as_deref() == Some("Yes"));
    let yes = yes.expect("the domain");
    assert_eq!((yes.n, yes.df), (Some(116), Some(113)));
    assert!((yes.estimate.expect("a mean") - 676.402_286_067_281).abs() < 1e-9);
    assert!((yes.se.expect("an error") - 11.714_678_769_928_7).abs() < 1e-8);
}

#[test]
fn domains_that_miss_whole_clusters_are_estimated_as_published() {
    let Some(folder) = known_answers("estimation") else { return };
    let bytes = fs::read(folder.join("apiclus1.csv")).expect("data");
    let plan = Plan {
        means: vec!["api00".into()],
        weights: Some("pw".into()),
        cluster: Some("dnum".into()),
        fpc: Some("fpc".into()),
        by: Some("stype".into()),
        ..Plan::default()
    };
    let all = read_and_estimate(bytes.as_slice(), &plan).expect("estimates");
    let wanted =
        [("E", 648.868_055_555_556, 22.362_408_893_831_9), ("H", 618.571_428_571_429, 38.020_249_359_407_5), ("M", 631.44, 31.609_465_227_245_5)];
    for (found, (domain, mean, se)) in all.iter().zip(wanted) {
        assert_eq!(found.domain.as_deref(), Some(domain));
        assert!((found.estimate.expect("a mean") - mean).abs() < 1e-9);
        assert!((found.se.expect("an error") - se).abs() < 1e-7);
    }
}

fn refused(csv: &str, plan: &Plan) -> String {
    match read_and_estimate(csv.as_bytes(), plan) {
        Ok(found) => panic!("accepted: {found:?}"),
        Err(error) => error.to_string(),
    }
}

fn mean_of_y() -> Plan {
    Plan { means: vec!["y".into()], weights: Some("w".into()), ..Plan::default() }
}

#[test]
fn whatever_is_refused_is_named_by_line_and_column() {
    let plan = mean_of_y();
    let cases = [
        ("", "empty"),
        ("y,w\n", "no rows"),
        ("y,v\n1,1\n", "no column \"w\""),
        ("y,w,w\n1,1,1\n", "two columns \"w\""),
        ("y,w\n1,1\n2,-3\n", "line 3, column \"w\": -3 is a negative weight"),
        ("y,w\n1,1\n\n2,inf\n", "line 4, column \"w\": \"inf\" is not a finite number"),
        ("y,w\r\n\r\n\"1\n1\",1", "line 3, column \"y\""),
        ("y,w\r\n1,1\r\n2,x\r\n", "line 3, column \"w\": \"x\" is not a number"),
        ("y,w\n1,1\n2,", "line 3, column \"w\": is missing"),
        ("y,w\nNaN,1\n", "line 2, column \"y\": \"NaN\" is not a finite number"),
        ("y,w\n1,1\nmany,1\n", "line 3, column \"y\": \"many\" is not a number"),
        ("y,w\n1,1\n2\n", "line 3: 1 fields where the header has 2; \"w\" is lacking"),
        ("y,w\n1,1\n2,1,7\n", "line 3: 3 fields where the header has 2"),
        ("y,w\n1,0\n2,0\n", "all weights are zero"),
        ("y,w\n1,1\n\"2,1\n3,1\n", "line 3: a quotation mark is opened here and never closed"),
    ];
    for (csv, wanted) in cases {
        let message = refused(csv, &plan);
        assert!(message.contains(wanted), "{message:?} does not say {wanted:?}");
    }
}

#[test]
fn a_column_of_distinct_values_has_a_mean_and_too_many_levels() {
    let numbers: String = (0..5000).map(|row| format!("{}.5\n", 1_000_000_000 + row)).collect();
    let csv = format!("y\n{numbers}");
    let mean = Plan { means: vec!["y".into()], ..Plan::default() };
    let found = read_and_estimate(csv.as_bytes(), &mean).expect("numbers have a mean");
    assert_eq!(found[0].estimate, Some(1_000_002_500.0));
    let levels = Plan { proportions: vec!["y".into()], ..Plan::default() };
    assert!(refused(&csv, &levels).contains("line 2002, column \"y\""));
    let one_level = Plan { proportions: vec!["y=1000000007.5".into()], ..Plan::default() };
    let found = read_and_estimate(csv.as_bytes(), &one_level).expect("one level of many");
    assert_eq!(found[0].estimate, Some(1.0 / 5000.0));
}

#[test]
fn a_stratum_with_one_psu_is_refused_unless_a_strategy_is_chosen() {
    let csv = "y,w,h\n1,1,a\n3,1,a\n5,2,a\n9,1,b\n";
    let mut plan = mean_of_y();
    plan.strata = Some("h".into());
    assert!(refused(csv, &plan).contains("stratum \"b\" has a single PSU"));
    // By hand: mean 4.6 (Σw = 5); z = w(y − 4.6)/5 is −0.72, −0.32, 0.16 in a and 0.88 in b; the
    // squares about the mean of a add up to 0.6464 − 0.88²/3, and 3/2 of that is 0.5824.
    let variances = [(LonelyPsu::Certainty, 0.5824), (LonelyPsu::Adjust, 0.5824 + 0.88 * 0.88), (LonelyPsu::Average, 2.0 * 0.5824)];
    for (strategy, variance) in variances {
        plan.options.lonely_psu = strategy;
        let found = read_and_estimate(csv.as_bytes(), &plan).expect("a strategy was chosen");
        assert!((found[0].estimate.expect("a mean") - 4.6).abs() < 1e-12);
        let se: f64 = found[0].se.expect("an error");
        assert!((se * se - variance).abs() < 1e-12, "{strategy:?}: {}", se * se);
    }
}

#[test]
fn one_row_has_a_mean_and_no_standard_error() {
    let found = read_and_estimate("y,w\n4,2\n".as_bytes(), &mean_of_y()).expect("one row");
    assert_eq!((found[0].estimate, found[0].se, found[0].ci95), (Some(4.0), None, None));
    for what in ["se", "ci95", "deff"] {
        assert!(found[0].undefined.contains_key(what), "{what}");
    }
}

#[test]
fn equal_answers_have_a_standard_error_of_zero_and_no_design_effect() {
    let csv = "y,w\n0.1,1\n0.1,2\n0.1,3.7\n";
    let found = read_and_estimate(csv.as_bytes(), &mean_of_y()).expect("equal answers");
    assert_eq!((found[0].se, found[0].deff), (Some(0.0), None));
    assert_eq!(found[0].estimate, Some(0.1));
    assert_eq!(found[0].undefined["deff"], Reason::NoVariation);
}

#[test]
fn a_large_constant_costs_no_digits() {
    let mut plain = String::from("y,w,c\n");
    let mut shifted = String::from("y,w,c\n");
    for i in 0..500_i64 {
        let (y, w) = ((i * 7919) % 97, 1 + i % 3);
        writeln!(plain, "{y},{w},{}", i % 40).expect("a string grows");
        writeln!(shifted, "{},{w},{}", y + 1_000_000_000, i % 40).expect("a string grows");
    }
    for cluster in [None, Some("c".to_owned())] {
        let plan = Plan { cluster, ..mean_of_y() };
        let a = &read_and_estimate(plain.as_bytes(), &plan).expect("plain")[0];
        let b = &read_and_estimate(shifted.as_bytes(), &plan).expect("shifted")[0];
        let (a, b) = (a.se.expect("an error"), b.se.expect("an error"));
        assert!((a - b).abs() <= 1e-9 * a, "{a} {b}");
    }
}

#[test]
fn numbers_too_large_to_add_up_are_undefined_and_not_wrong() {
    let plan = Plan { totals: vec!["y".into()], ..mean_of_y() };
    for csv in ["y,w\n1e308,1\n1.7e308,1\n-1e308,1\n", "y,w\n1,1\n2,1\n1e308,1\n", "y,w\n1,1e200\n2,1e200\n"] {
        for found in read_and_estimate(csv.as_bytes(), &plan).expect("large numbers") {
            let numbers = [found.estimate, found.se, found.n_eff, found.deff, found.deff_wr];
            assert!(numbers.into_iter().flatten().all(f64::is_finite), "{found:?}");
            assert!(found.se.is_none() && found.undefined.contains_key("se"), "{found:?}");
        }
    }
}

#[test]
fn missing_answers_are_a_domain_and_not_a_smaller_sample() {
    let csv = "y,w,c\n1,1,a\n,1,a\n3,1,b\nNA,1,c\nNA,1,d\n5,1,b\n";
    let mut plan = mean_of_y();
    plan.cluster = Some("c".into());
    let found = &read_and_estimate(csv.as_bytes(), &plan).expect("missing answers")[0];
    assert_eq!((found.n, found.estimate, found.df), (Some(3), Some(3.0), Some(3)));
    // Four PSUs with z of −2/3, 2/3, 0 and 0: v = 4/3 · 8/9.
    let se = found.se.expect("an error");
    assert!((se * se - 32.0 / 27.0).abs() < 1e-12);
}

#[test]
fn nobody_and_everybody_get_a_one_sided_bound() {
    let none = Codes::from_labels(vec![Some("No"); 40]);
    let design = Design::simple(40);
    let p = |level| {
        let found = estimation::proportion(&design, "q", &none, level, &Options::default());
        found.expect("a proportion")
    };
    let (nobody, everybody) = (p("Yes"), p("No"));
    for found in [&nobody, &everybody] {
        assert_eq!(found.ci_method, Some("korn_graubard_one_sided"));
    }
    let [low, high] = nobody.ci95.expect("a bound");
    assert!(low == 0.0 && (high - (1.0 - 0.025_f64.powf(1.0 / 40.0))).abs() < 1e-12);
    let [low, high] = everybody.ci95.expect("a bound");
    assert!((high - 1.0).abs() < 1e-15 && low < 1.0 && low > 0.9);
}

#[test]
fn zeros_and_ones_give_the_same_share_as_words() {
    let numbers: Vec<_> = (0..90).map(|i| (i % 7 > 0).then(|| f64::from(i % 3 / 2))).collect();
    let word = |y: &Option<f64>| y.map(|y| if y > 0.5 { "Yes" } else { "No" });
    let words = Codes::from_labels(numbers.iter().map(word));
    let (design, options) = (Design::simple(90), Options::default());
    let share = estimation::share(&design, "q", &numbers, &options).expect("a share");
    let proportion = estimation::proportion(&design, "q", &words, "Yes", &options).expect("one");
    assert!(near(share.estimate, proportion.estimate, 0.0));
    assert!(near(share.se, proportion.se, 0.0));
    assert_eq!((share.n, share.ci_method), (proportion.n, Some("logit")));
    let refused = estimation::share(&design, "q", &[Some(2.0); 90], &options);
    assert!(refused.expect_err("a two").to_string().contains("neither 0 nor 1"));
}

#[test]
fn results_are_written_with_every_name_and_with_reasons_for_what_is_null() {
    let found = estimation::mean(&Design::simple(1), "y", &[Some(2.0)], &Options::default());
    let json = serde_json::to_value(found.expect("a mean")).expect("JSON");
    let names = "kind variable level domain estimate se ci95 ci_method df n n_eff deff";
    for name in names.split(' ') {
        assert!(json.get(name).is_some(), "{name}");
    }
    assert_eq!((&json["kind"], &json["se"]), (&Value::from("mean"), &Value::Null));
    assert!(json["undefined"]["se"].is_string());
}

#[test]
fn a_population_correction_works_as_sizes_and_as_fractions() {
    let rows = |fpc: &str| format!("y,w,f\n1,5,{fpc}\n2,5,{fpc}\n4,5,{fpc}\n6,5,{fpc}\n");
    let se = |csv: &str, weights: Option<&str>| {
        let plan =
            Plan { weights: weights.map(str::to_owned), totals: vec!["y".into()], means: Vec::new(), fpc: Some("f".into()), ..Plan::default() };
        let found = read_and_estimate(csv.as_bytes(), &plan).expect("an fpc");
        (found[0].estimate.expect("a total"), found[0].se.expect("an error"))
    };
    let (sizes, fractions) = (rows("20"), rows("0.2"));
    let (total, error) = se(&sizes, Some("w"));
    assert_eq!((total, error), se(&fractions, Some("w")));
    // Weights of N/n follow from either.
    for csv in [&sizes, &fractions] {
        let (total_without, error_without) = se(csv, None);
        assert!((total_without - total).abs() < 1e-9 && (error_without - error).abs() < 1e-9);
    }
    let plan = Plan { fpc: Some("f".into()), ..mean_of_y() };
    assert!(refused(&rows("3"), &plan).contains("population of 3"));
    let mixed = "y,w,f\n1,1,9\n2,1,8\n";
    assert!(refused(mixed, &plan).contains("line 3, column \"f\": 8 where stratum"));
}

fn raked(counts: [(&str, &[(&str, f64)]); 2]) -> Result<Vec<Estimate>, EstimationError> {
    let csv = "a,b,y,w\nx,u,1,1\nx,v,2,1\ny,u,3,1\ny,u,4,1\n";
    let plan = Plan { rake: counts.map(|(variable, counts)| Margin::new(variable, counts)).to_vec(), ..mean_of_y() };
    read_and_estimate(csv.as_bytes(), &plan)
}

#[test]
fn margins_that_cannot_be_met_are_an_error() {
    let message = |counts| raked(counts).expect_err("impossible margins").to_string();
    let contradictory = message([("a", &[("x", 10.0), ("y", 10.0)]), ("b", &[("u", 10.0), ("v", 11.0)])]);
    assert!(contradictory.contains("contradict"), "{contradictory}");
    // All of y answer u, so u cannot be fewer than y.
    let infeasible = message([("a", &[("x", 5.0), ("y", 15.0)]), ("b", &[("u", 10.0), ("v", 10.0)])]);
    assert!(infeasible.contains("no weights satisfy the margins"), "{infeasible}");
    let unknown = message([("a", &[("x", 20.0)]), ("b", &[("u", 10.0), ("v", 10.0)])]);
    assert!(unknown.contains("\"y\": is in the sample"), "{unknown}");
    let nobody = message([("a", &[("x", 5.0), ("y", 5.0), ("z", 10.0)]), ("b", &[("u", 10.0), ("v", 10.0)])]);
    assert!(nobody.contains("\"z\": has a population count and nobody"), "{nobody}");
    let negative = message([("a", &[("x", -5.0), ("y", 15.0)]), ("b", &[("u", 5.0), ("v", 5.0)])]);
    assert!(negative.contains("at least zero"), "{negative}");
    assert!(raked([("a", &[("x", 10.0), ("y", 10.0)]), ("b", &[("u", 14.0), ("v", 6.0)]),]).is_ok());
}

#[test]
fn margin_files_may_have_a_header_in_any_order_or_none() {
    let with = Margin::read("a", "count,level\n5,x\n6,y\n".as_bytes());
    let without = Margin::read("a", "x,5\ny,6\n".as_bytes());
    assert_eq!(with, without);
    assert_eq!(with.expect("a margin"), Margin::new("a", &[("x", 5.0), ("y", 6.0)]));
    let bad = Margin::read_all("variable,level,count\na,x,-1\n".as_bytes());
    let message = bad.expect_err("a negative count").to_string();
    assert!(message.contains("line 2, column \"count\""), "{message}");
    let twice = Margin::read("a", "x,5\nx,6\n".as_bytes());
    assert!(twice.expect_err("twice").to_string().contains("occurs twice"));
}

#[test]
fn a_small_domain_is_suppressed_with_the_one_that_would_give_it_away() {
    let answers: Vec<Option<f64>> = (0..60).map(|i| Some(f64::from(i))).collect();
    let districts = (0..60).map(|i| match i {
        0..4 => Some("a"),
        4..20 => Some("b"),
        _ => Some("c"),
    });
    let districts = Codes::from_labels(districts);
    let design = Design::simple(60);
    let items = [Item::mean("y", &answers)];
    let all = estimation::estimate(&design, &items, Some(&districts), None, &Options::default()).expect("estimates");
    let shown: BTreeMap<_, _> = all.iter().map(|e| (e.domain.as_deref().unwrap_or(""), e.estimate.is_some())).collect();
    assert_eq!(shown, BTreeMap::from([("a", false), ("b", false), ("c", true)]));
    assert!(all.iter().all(|e| e.n.is_some() == e.estimate.is_some()));
    let mut unsuppressed =
        estimation::estimate(&design, &items, Some(&districts), None, &Options { suppress_below: 0, ..Options::default() }).expect("estimates");
    assert!(unsuppressed.iter().all(|e| e.suppressed.is_none()));
    suppress(&mut unsuppressed, 61);
    assert!(unsuppressed.iter().all(|e| e.suppressed.is_some()));
}

/// Equal to nine digits, relative to the number itself or to `scale`; two that are absent are equal.
pub fn near(a: Option<f64>, b: Option<f64>, scale: f64) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * (a.abs() + scale),
        (a, b) => a == b,
    }
}
