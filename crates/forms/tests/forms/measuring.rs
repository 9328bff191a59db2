//! Measures: what one response says about each, and the sheet that says how.

use forms::questionnaire::{Import, Options, SheetCode, SheetError, import, measures};
use forms::workbook::{Workbook, to_xlsx};
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

const CHOICES: &str = "list_name,name,label\nyn,yes,Yes\nyn,no,No\n";

fn imported(survey: &str, measures: Option<&str>) -> Result<Import, Vec<SheetError>> {
    import(&Workbook::of_csv(survey.as_bytes(), Some(CHOICES.as_bytes()), None, measures.map(str::as_bytes)), Options::default())
}

#[test]
fn a_question_says_itself_which_measure_it_serves_and_how() {
    let survey = "type,name,label,Measure,statistic,positive,domain\n\
                  select_one yn,course,Course?,1.a,share,yes,\n\
                  begin_group,more,More,,,,\n\
                  integer,hours,Hours?,1.b,mean,,${course} = 'yes'\n\
                  end_group,,,,,,\n\
                  text,why,Why?,,,,\n";
    let read = imported(survey, Some("measure,question,statistic,positive\n1.c,course,proportion,no\n")).unwrap();
    let said: Vec<(&str, &str)> = read.measures.iter().map(|rule| (rule.measure.as_str(), rule.question.as_str())).collect();
    assert_eq!(said, [("1.a", "course"), ("1.b", "hours"), ("1.c", "course")]);
    assert_eq!(read.measures[0].statistic, measures::Statistic::Proportion { positive: vec!["yes".to_owned()] });
    assert_eq!(read.measures[1].domain.as_ref().unwrap().source(), "${course} = 'yes'");
    assert!(read.notes.is_empty(), "{:?}", read.notes);
    // A workbook of it says the same.
    let again = import(&Workbook::read(&to_xlsx(&read.questionnaire, &read.measures).unwrap()).unwrap(), Options::default()).unwrap();
    assert_eq!((again.questionnaire, again.measures), (read.questionnaire, read.measures));
}

#[test]
fn what_is_wrong_with_the_measure_of_a_question_is_said_at_its_row_and_column() {
    let survey = "type,name,label,measure,statistic,positive,domain\n\
                  select_one yn,a,A?,1.a,share,,\n\
                  select_one yn,b,B?,1.b,median,,\n\
                  select_one yn,c,C?,1.b,share,maybe,\n\
                  begin_group,more,More,1.c,mean,,\n\
                  integer,d,D?,,mean,,\n\
                  integer,e,E?,1.e,sum,,\n\
                  integer,f,F?,1 f,mean,,${nobody} > 1\n\
                  integer,g,G?,1.g,mean,,\n\
                  end_group,,,,,,\n";
    let errors = imported(survey, Some("measure,question,statistic\n1.g,g,mean\n")).unwrap_err();
    assert_eq!(
        places(&errors),
        [
            ("survey", 2, "positive", SheetCode::MissingLevels),
            ("survey", 3, "statistic", SheetCode::UnknownStatistic),
            ("survey", 4, "measure", SheetCode::DuplicateMeasure),
            ("survey", 4, "positive", SheetCode::UnknownChoice),
            ("survey", 5, "measure", SheetCode::NotForThisType),
            ("survey", 6, "measure", SheetCode::MissingName),
            ("survey", 7, "statistic", SheetCode::UnknownStatistic),
            ("survey", 8, "measure", SheetCode::InvalidName),
            ("survey", 8, "domain", SheetCode::UnknownReference),
            ("measures", 2, "measure", SheetCode::DuplicateMeasure),
        ]
    );
}

#[test]
fn a_column_called_measure_alone_is_its_authors_own_and_a_slip_is_named() {
    let own = imported("type,name,label,measure\ntext,a,A?,whatever it was\n", None).unwrap();
    assert!(own.measures.is_empty());
    assert_eq!(places(&own.notes), [("survey", 2, "measure", SheetCode::NotUsed)]);
    let slip = imported("type,name,label,measure,statistic,positve\nselect_one yn,a,A?,1.a,share,yes\n", None).unwrap_err();
    assert!(places(&slip).contains(&("survey", 2, "positve", SheetCode::UnknownColumn)), "{slip:?}");
}

/// 20,000 measures, or domains of nothing but patterns, kept a worker busy for hours and took the memory of a machine.
#[test]
fn measures_have_a_number_and_a_weight() {
    let compiled = everything();
    let sheet = |rows: &dyn Fn(usize) -> String, count: usize| -> String {
        "measure,question,statistic,positive,domain\n".to_owned() + &(0..count).map(|n| format!("m.{n},{}\n", rows(n))).collect::<String>()
    };
    let errors = |sheet: String| measures::parse(sheet.as_bytes(), &compiled).map(drop).expect_err("too much");
    let plain = |_: usize| "works,proportion,yes,\"${age} >= 18 and selected(${ways}, 'bus')\"".to_owned();
    assert_eq!(measures::parse(sheet(&plain, 500).as_bytes(), &compiled).unwrap().len(), 500);
    assert_eq!(places(&errors(sheet(&plain, 501))), [("measures", 502, "measure", SheetCode::TooLarge)]);
    assert_eq!(places(&errors(sheet(&plain, 19_000))), [("measures", 502, "measure", SheetCode::TooLarge)]);
    let patterns = |n: usize| format!("works,proportion,yes,\"regex(${{title}}, '.*a{n}.*') or regex(${{title}}, '.*b{n}.*')\"");
    let heavy = errors(sheet(&patterns, 100));
    assert_eq!((heavy.len(), heavy[0].column.as_str(), heavy[0].code), (1, "domain", SheetCode::TooLarge));
    let large = |n: usize| format!("works,proportion,yes,\"regex(${{title}}, '(a{n}[a-z]{{1,900}}){{1,20}}')\"");
    assert!(errors(sheet(&large, 20)).iter().all(|error| error.code == SheetCode::TooLarge));
    let names = |_: usize| format!("works,proportion,{},", vec!["yes"; 6_000].join("|"));
    assert_eq!(places(&errors(sheet(&names, 100))), [("measures", 43, "domain", SheetCode::TooLarge)]);
}
