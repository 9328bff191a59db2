//! Measures: what one response says about each, and the sheet that says how.

use forms::questionnaire::{SheetCode, measures};
use serde_json::json;

use crate::{answered, everything, places};

#[test]
fn a_response_says_what_it_says_about_each_measure() {
    let compiled = everything();
    let rules = measures::parse(
        b"measure,question,statistic,positive,domain\n\
          M1,works,proportion,yes,${age} >= 18\n\
          M2,ways,Proportion,bus | bike,\n\
          M3,hours,mean,,\n\
          M4,decade,mean,,${since} < date('2021-01-01')\n",
        &compiled,
    )
    .expect("parses");
    let value = |answers: serde_json::Value| -> Vec<Option<f64>> {
        let answers = answered(answers);
        rules.iter().map(|rule| measures::value(&compiled, rule, &answers)).collect()
    };
    assert_eq!(
        value(json!({"age": 30, "works": "yes", "ways": ["none", "bike"], "hours": 37.5, "decade": 30, "since": "2020-01-01"})),
        [Some(1.0), Some(1.0), Some(37.5), Some(30.0)]
    );
    assert_eq!(value(json!({"age": 17, "works": "yes", "ways": ["none"], "decade": 10})), [None, Some(0.0), None, None]);
    assert_eq!(value(json!({"age": 30, "works": "no"})), [Some(0.0), None, None, None]);
    let stored = serde_json::to_string(&rules).expect("serialises");
    assert_eq!(serde_json::from_str::<Vec<measures::MeasureRule>>(&stored).expect("reads"), rules);
    // An instrument from before codes had a rule still reads, and is written as it was.
    let old = r#"[{"measure":"trust in others","question":"works","statistic":"mean"}]"#;
    let rules: Vec<measures::MeasureRule> = serde_json::from_str(old).expect("reads");
    assert_eq!(serde_json::to_string(&rules).expect("serialises"), old);
}

#[test]
fn each_error_is_reported_at_its_row_and_column() {
    let errors = measures::parse(
        b"measure,question,statistic,positive,domain\n\
          M1,nothing,mean,,\n\
          M1,works,proportion,maybe,\n\
          M2,works,mean,,\n\
          M3,hours,median,,\n\
          M4,hours,mean,yes,${x} > today()\n\
          ,hours,mean,,1 +\n\
          M5,hours,proportion,,\n\
          M/6,hours,mean,,\n",
        &everything(),
    )
    .expect_err("errors");
    assert_eq!(
        places(&errors),
        [
            ("measures", 2, "question", SheetCode::UnknownQuestion),
            ("measures", 3, "measure", SheetCode::DuplicateMeasure),
            ("measures", 3, "positive", SheetCode::UnknownChoice),
            ("measures", 4, "statistic", SheetCode::NotForThisType),
            ("measures", 5, "statistic", SheetCode::UnknownStatistic),
            ("measures", 6, "positive", SheetCode::NotForThisType),
            ("measures", 6, "domain", SheetCode::UnknownReference),
            ("measures", 6, "domain", SheetCode::InvalidExpression),
            ("measures", 7, "measure", SheetCode::MissingName),
            ("measures", 7, "domain", SheetCode::InvalidExpression),
            ("measures", 8, "statistic", SheetCode::NotForThisType),
            ("measures", 9, "measure", SheetCode::InvalidName),
        ]
    );
}
