//! Questionnaires, expressions and answers, from outside: sheets go in, and what an
//! author, a respondent and an analyst get comes out.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use serde_json::json;
use stoa::forms::answers::{self, Answer, AnswerCode, Answers, Relevance, check, check_page, from_form, relevant_pages, review};
use stoa::forms::expression::{Day, Expression, Moment, Scope, Value};
use stoa::forms::questionnaire::{Compiled, Kind, Questionnaire, SheetCode, SheetError, Text, measures, parse, write};

/// Failing cases are printed, not written beside the tests.
fn without_files() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

fn today() -> Day {
    Day::from_date(2026, 3, 14).expect("a day")
}

fn form(survey: &str, choices: &str) -> Compiled {
    match parse(survey.as_bytes(), Some(choices.as_bytes()), None) {
        Ok(questionnaire) => Compiled::new(questionnaire).expect("what parses compiles"),
        Err(errors) => panic!("{errors:#?}"),
    }
}

fn refused(survey: &str, choices: &str) -> Vec<SheetError> {
    parse(survey.as_bytes(), Some(choices.as_bytes()), None).expect_err("errors")
}

/// (sheet, row, column, code) of each error.
fn places(errors: &[SheetError]) -> Vec<(&str, usize, &str, SheetCode)> {
    errors.iter().map(|error| (error.sheet, error.row, error.column.as_str(), error.code)).collect()
}

fn answered(json: serde_json::Value) -> Answers {
    serde_json::from_value(json).expect("answers")
}

fn codes(errors: Vec<answers::AnswerError>) -> Vec<(String, AnswerCode)> {
    errors.into_iter().map(|error| (error.question, error.code)).collect()
}

mod expressions {
    use super::*;

    /// Questions `n` = 3, `d` = 2020-02-29, `t` = "yes", `m` = "bus bike", `empty`.
    struct Known;

    impl Scope for Known {
        fn reference(&self, _: usize, name: &str) -> Value<'_> {
            match name {
                "n" => Value::Number(3.0),
                "d" => Value::Day(Day::from_date(2020, 2, 29).expect("a day")),
                "t" => Value::from("yes"),
                "m" => Value::from("bus bike"),
                _ => Value::EMPTY,
            }
        }

        fn current(&self) -> Value<'_> {
            Value::Number(17.0)
        }

        fn column(&self, name: &str) -> Value<'_> {
            if name == "region" { Value::from("north") } else { Value::EMPTY }
        }

        fn now(&self) -> Moment {
            Moment { day: today(), second: 43_200 }
        }
    }

    fn outcome(source: &str) -> String {
        match Expression::parse(source) {
            Ok(expression) => expression.evaluate(&Known).into_text().into_owned(),
            Err(error) => panic!("{source}: {error}"),
        }
    }

    #[test]
    fn an_expression_has_the_value_that_xpath_gives_it() {
        for (source, expected) in [
            ("1 + 2 * 3", "7"),
            ("(1 + 2) * 3", "9"),
            ("7 - 2 - 1", "4"),
            ("7 div 2", "3.5"),
            ("-7 mod 3", "-1"),
            ("7 mod -3", "1"),
            ("--3", "3"),
            ("- - -3 + 1", "-2"),
            ("1 div 0", "Infinity"),
            ("0 div 0", "NaN"),
            (".5 + 1.", "1.5"),
            ("10000000000", "10000000000"),
            ("0.1 + 0.2 = 0.3", "true"),
            ("1 = 1 and 2 = 3 or true()", "true"),
            ("true() or false() and false()", "true"),
            ("1 < 2 = true()", "true"),
            ("3 > 2 > 1", "false"),
            ("'a' = \"a\"", "true"),
            ("'1' = 1", "true"),
            ("'1.0' = '1'", "false"),
            ("'' = 0", "false"),
            ("'' < 1", "false"),
            ("'abc' != 1", "true"),
            ("'1e3' = 1000", "false"),
            ("true() = 'false'", "true"),
            ("true() = 1", "true"),
            ("${empty} = ''", "true"),
            ("${empty} > 0", "false"),
            ("${empty} + 1", "NaN"),
            ("${ n } >= 3", "true"),
            (". >= 16 and . < 18", "true"),
            ("string-length() = 2", "true"),
            ("string-length('größe')", "5"),
            ("not(${t} = 'yes')", "false"),
            ("selected(${m}, 'bike')", "true"),
            ("selected(${m}, 'bik')", "false"),
            ("selected(${empty}, 'bike')", "false"),
            ("count-selected(${m})", "2"),
            ("count-selected(${empty})", "0"),
            ("if(${n} > 2, 'many', 'few')", "many"),
            ("if('', 1, 2)", "2"),
            ("coalesce(${empty}, ${t})", "yes"),
            ("coalesce(number('x'), 5)", "5"),
            ("once(1)", "17"),
            ("contains('learning', 'earn')", "true"),
            ("regex('AB12', '[A-Z]{2}\\d+')", "true"),
            ("regex('AB12x', '[A-Z]{2}\\d+')", "false"),
            ("regex('١٢', '\\d+')", "false"),
            ("regex('a.b', '\\w+\\.[\\w\\s]')", "true"),
            ("number('12,5')", "12.5"),
            ("number(' 12 ')", "12"),
            ("number('')", "NaN"),
            ("string(1.50)", "1.5"),
            ("string(true())", "true"),
            ("round(2.5)", "3"),
            ("round(-2.5)", "-2"),
            ("round(1.005, 2)", "1.01"),
            ("round(1234, -2)", "1200"),
            ("int(-2.9)", "-2"),
            ("min(3, ${empty}, 1.5)", "1.5"),
            ("max(-3, -2)", "-2"),
            ("max(${empty})", "NaN"),
            ("sum(1, ${n}, ${empty})", "4"),
            ("today()", "2026-03-14"),
            ("now()", "2026-03-14T12:00:00"),
            ("now() > today()", "true"),
            ("today() - date('2026-03-01')", "13"),
            ("${d} < today()", "true"),
            ("${d} = '2020-02-29'", "true"),
            ("${d} + 1 = date('2020-03-01')", "true"),
            ("date('2021-02-29')", ""),
            ("date(0)", "1970-01-01"),
            ("int((today() - ${d}) div 365.25)", "6"),
            ("region = 'north'", "true"),
            ("\u{2018}yes\u{2019} = ${t}", "true"),
            ("\"it's\"", "it's"),
        ] {
            assert_eq!(outcome(source), expected, "{source}");
        }
    }

    #[test]
    fn a_text_that_is_no_expression_is_refused_at_the_character_where_it_goes_wrong() {
        for (source, position) in [
            ("", 1),
            ("1 +", 4),
            ("(1", 1),
            ("1)", 2),
            ("1 2", 3),
            ("${age", 1),
            ("${}", 1),
            ("'open", 1),
            ("if(1, 2)", 1),
            ("pulldata('x')", 1),
            ("../age", 1),
            ("/data/age", 1),
            ("1 ! 2", 3),
            ("1.2.3", 1),
            ("regex(., ${pattern})", 1),
            ("regex(., '(')", 1),
            ("regex(., '(?=x)')", 1),
            ("regex(., ')(')", 1),
            ("regex(., '(\\w{500}){500}')", 1),
            ("today(1)", 1),
            ("= 1", 1),
            ("1 and", 6),
        ] {
            let error = Expression::parse(source).expect_err(source);
            assert_eq!(error.position, position, "{source}: {error}");
        }
    }

    #[test]
    fn depth_length_and_number_of_terms_are_bounded() {
        let nested = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
        assert_eq!(outcome(&nested(32)), "1");
        assert!(Expression::parse(&nested(33)).is_err());
        assert!(Expression::parse(&"not(".repeat(5_000)).is_err());
        assert!(Expression::parse(&"1+".repeat(3_900)).is_err());
        assert!(Expression::parse(&"1".repeat(8_001)).is_err());
        assert_eq!(outcome(&format!("{}1", "1+".repeat(1_999))), "2000");
        assert_eq!(outcome(&format!("{}1", "-".repeat(7_999))), "-1");
    }

    #[test]
    fn an_expression_is_stored_as_its_author_wrote_it() {
        let expression = Expression::parse("${a}  >  ${b} and ${a} != region").expect("parses");
        assert_eq!(expression.references(), ["a", "b"]);
        assert_eq!(expression.columns(), ["region"]);
        let stored = serde_json::to_string(&expression).expect("serialises");
        assert_eq!(stored, r#""${a}  >  ${b} and ${a} != region""#);
        assert_eq!(serde_json::from_str::<Expression>(&stored).expect("reads"), expression);
        assert!(serde_json::from_str::<Expression>("\"1 +\"").is_err());
    }

    #[test]
    fn days_count_as_the_calendar_does() {
        for (date, count) in [((1970, 1, 1), 0), ((2000, 3, 1), 11_017), ((1969, 12, 31), -1), ((1, 1, 1), -719_162), ((9999, 12, 31), 2_932_896)] {
            let day = Day::from_date(date.0, date.1, date.2).expect("a day");
            assert_eq!(day.count(), count);
            assert_eq!(day.date(), date);
        }
        for wrong in ["2021-02-29", "1900-02-29", "2020-13-01", "2020-00-10", "20-1-1", "2020/01/01", "2020-01", "2020-01-01-01", "+020-01-01"] {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Day::parse("2000-2-29"), Day::from_date(2000, 2, 29));
    }

    proptest! {
        #![proptest_config(without_files())]

        #[test]
        fn every_day_is_the_day_after_the_day_before(count in -719_161_i64..2_932_896) {
            let (day, before) = (Day::from_count(count).unwrap(), Day::from_count(count - 1).unwrap());
            prop_assert_eq!(Day::parse(&day.to_string()), Some(day));
            let ((_, month, number), (_, last_month, last)) = (day.date(), before.date());
            prop_assert!(number == last + 1 && month == last_month || number == 1 && last >= 28);
        }

        #[test]
        fn no_text_makes_the_parser_panic(source in "\\PC{0,80}") {
            let _ = Expression::parse(&source).map(|parsed| parsed.holds(&Known));
        }

        #[test]
        fn no_sequence_of_words_makes_parser_or_evaluation_panic(
            words in prop::collection::vec(prop::sample::select(vec![
                "(", ")", ",", "+", "-", "*", " div ", " mod ", " and ", " or ", "=", "!=", "<", ">=",
                "${n}", "${d}", "${m}", "${empty}", ".", "1", "-0.5", "'a'", "''", "1e9", "99999999999999999999",
                "not(", "if(", "selected(", "count-selected(", "round(", "int(", "date(", "today()",
                "now()", "min(", "sum(", "once(", "string-length()", "regex(", "'[a-z'", "coalesce(", "region",
            ]), 0..40)
        ) {
            let source = words.concat();
            if let Ok(expression) = Expression::parse(&source) {
                let value = expression.evaluate(&Known);
                let _ = (value.to_boolean(), value.to_number(), value.to_day(), value.into_text());
            }
        }
    }
}

mod sheets {
    use super::*;

    const CHOICES: &str = "list_name,name,label\nyn,yes,Yes\nyn,no,No\n";

    #[test]
    fn each_error_is_reported_at_its_row_and_column() {
        let survey = "type,name,label,relevant,constraint,required,parameters\n\
            text,a,A,,,,\n\
            geopoint,place,Where,,,,\n\
            text,a,Again,,,,\n\
            text,b,B,${nothing} = 1,,,\n\
            \n\
            text,c,C,${place} = 1,. >,,\n\
            select_one nolist,d,D,,,,\n\
            text,e,,,,,\n\
            text,1f,F,,,,\n\
            text,,G,,,,\n\
            ,h,H,,,,\n\
            note,i,I,,,yes,\n\
            range,j,J,,,,start=5 end=1\n\
            calculate,k,,,,,\n\
            text,l,L,,,maybe,\n\
            end_group,,,,,,\n\
            begin_group,m,M,,,yes,\n\
            text,n,N,${o} = 1,,,\n\
            text,o,O,${n} = 1,,,\n\
            text,p,See ${q},${o} = 2,,,\n\
            begin_repeat,r,R,,,,\n";
        assert_eq!(
            places(&refused(survey, CHOICES)),
            [
                ("survey", 3, "type", SheetCode::UnknownType),
                ("survey", 4, "name", SheetCode::DuplicateName),
                ("survey", 5, "relevant", SheetCode::UnknownReference),
                ("survey", 7, "constraint", SheetCode::InvalidExpression),
                ("survey", 8, "type", SheetCode::UnknownList),
                ("survey", 9, "label", SheetCode::MissingLabel),
                ("survey", 10, "name", SheetCode::InvalidName),
                ("survey", 11, "name", SheetCode::MissingName),
                ("survey", 12, "type", SheetCode::MissingType),
                ("survey", 13, "required", SheetCode::NotForThisType),
                ("survey", 14, "parameters", SheetCode::InvalidParameter),
                ("survey", 15, "calculation", SheetCode::MissingCalculation),
                ("survey", 16, "required", SheetCode::InvalidExpression),
                ("survey", 17, "type", SheetCode::UnbalancedGroup),
                ("survey", 18, "required", SheetCode::NotForThisType),
                ("survey", 18, "type", SheetCode::UnbalancedGroup),
                ("survey", 19, "relevant", SheetCode::CircularReference),
                ("survey", 20, "relevant", SheetCode::CircularReference),
                ("survey", 21, "label", SheetCode::UnknownReference),
                ("survey", 22, "type", SheetCode::UnknownType),
            ]
        );
    }

    #[test]
    fn each_error_in_the_choices_is_reported_at_its_row_and_column() {
        let survey = "type,name,label\nselect_multiple fruit,f,Fruit\nrank tea,t,Tea\nselect_one town,w,Town\n";
        let choices = "list_name,name,label,image\n\
            fruit,red apple,Apple,\n\
            fruit,pear,Pear,\n\
            fruit,pear,Another,\n\
            tea,green tea,Green,\n\
            town,New York,New York,\n\
            ,lost,Lost,\n\
            town,,Nameless,\n\
            town,rome,,\n\
            town,oslo,Oslo,oslo.png\n";
        assert_eq!(
            places(&refused(survey, choices)),
            [
                ("choices", 2, "name", SheetCode::SpaceInChoice),
                ("choices", 4, "name", SheetCode::DuplicateChoice),
                ("choices", 5, "name", SheetCode::SpaceInChoice),
                ("choices", 7, "list_name", SheetCode::MissingList),
                ("choices", 8, "name", SheetCode::MissingName),
                ("choices", 9, "label", SheetCode::MissingLabel),
                ("choices", 10, "image", SheetCode::UnknownColumn),
            ]
        );
    }

    #[test]
    fn headers_and_settings_that_cannot_be_taken_over_are_refused() {
        let survey = "type,name,label::Klingon,hint::French (fr),relevent,default::English (en),name\ntext,a,A,H,${b},,\n";
        let errors = refused(survey, CHOICES);
        let places = places(&errors);
        assert!(places.contains(&("survey", 1, "label::Klingon", SheetCode::LanguageWithoutTag)));
        assert!(places.contains(&("survey", 2, "relevent", SheetCode::UnknownColumn)));
        assert!(places.contains(&("survey", 1, "default::English (en)", SheetCode::UnknownColumn)));
        assert!(places.contains(&("survey", 1, "name", SheetCode::DuplicateColumn)));

        let settings = b"form_title,submission_url,instance_name\nT,http://x,${zz}\nsecond,,\n";
        let errors = parse(b"type,name,label\ntext,a,A\n", None, Some(settings)).expect_err("errors");
        assert_eq!(
            super::places(&errors),
            [
                ("settings", 2, "submission_url", SheetCode::UnknownColumn),
                ("settings", 2, "instance_name", SheetCode::UnknownReference),
                ("settings", 3, "", SheetCode::ExtraRow),
            ]
        );
    }

    #[test]
    fn broken_utf8_is_reported_at_its_cell() {
        let errors = parse(b"type,name,label\ntext,a,Caf\xe9\n", None, None).expect_err("errors");
        assert_eq!(places(&errors), [("survey", 2, "label", SheetCode::NotUtf8)]);
    }

    #[test]
    fn a_sheet_without_questions_is_refused() {
        for survey in ["", "type,name,label\n", "type,name,calculation\ncalculate,a,1\n", "type,name\nstart,s\n"] {
            let errors = refused(survey, CHOICES);
            assert!(errors.iter().any(|error| error.code == SheetCode::NoQuestions), "{survey}: {errors:?}");
        }
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_counts_them() {
        for survey in [
            "type,name,label\r\n\r\ntext,a,\"two\r\nlines\"\r\n,,\r\n\r\nwrong,b,B\r\n",
            "\u{feff}type,name,label\n\ntext,a,\"two\nlines\"\n,,\n\nwrong,b,B",
            "type;name;label\r\rtext;a;\"two\rlines\"\r;;\r\rwrong;b;B\r",
        ] {
            assert_eq!(places(&refused(survey, CHOICES)), [("survey", 6, "type", SheetCode::UnknownType)], "{survey}");
        }
    }

    #[test]
    fn headers_are_matched_whatever_their_case_and_spacing() {
        let survey = " Type , NAME,Label::Français (fr),label :: English (en),Constraint Message::English (en),Constraint, Read Only,Relevance\n\
            Integer,age,Votre âge,Your age,Too old,. < 130,no,\n\
            Select One YN,ok,D'accord ?,,,,,${age} > 15\n\
            acknowledge,ack,Lu,Read,,,,\n";
        let choices = "List Name,Value,label::Français (fr),label::English (en)\nYN,yes,Oui,Yes\nYN,no,Non,\n";
        let settings = "Form Title,Default Language,version\nEssai,Français (fr),3\n";
        let questionnaire = parse(survey.as_bytes(), Some(choices.as_bytes()), Some(settings.as_bytes())).expect("parses");
        assert_eq!(questionnaire.default_language, "fr");
        assert_eq!(questionnaire.languages, ["fr", "en"]);
        assert_eq!(questionnaire.version, "3");
        assert_eq!(questionnaire.title.get("en", "fr"), "Essai");
        let [age, ok, _] = questionnaire.questions.as_slice() else { panic!() };
        assert_eq!(age.label.get("en", "fr"), "Your age");
        assert_eq!(age.constraint_message.get("en", "fr"), "Too old");
        assert_eq!(ok.label.get("en", "fr"), "D'accord ?", "an empty translation falls back");
        assert_eq!(questionnaire.choices(ok)[1].label.get("en-GB", "fr"), "Non");
        assert_eq!(questionnaire.choices(ok)[0].label.get("en-GB", "fr"), "Yes");
        assert_eq!(ok.kind, Kind::SelectOne { list: "YN".into(), or_other: false });
    }

    #[test]
    fn a_top_level_group_is_a_page_and_so_is_each_run_of_questions_between_groups() {
        let compiled = form(
            "type,name,label,calculation\n\
             text,a,A,\ncalculate,k,,1 + 1\ntext,b,B,\n\
             begin_group,g,G,\nbegin_group,inner,,\ntext,c,C,\nend_group,,,\ntext,d,D,\nend_group,,,\n\
             begin_group,empty,,\ncalculate,z,,2\nend group,,,\n\
             note,e,E,\n",
            CHOICES,
        );
        let pages: Vec<_> = compiled.questionnaire().pages.iter().map(|page| (page.group, page.questions.clone())).collect();
        assert_eq!(pages, [(None, vec![0, 2]), (Some(0), vec![3, 4]), (None, vec![6])]);
    }

    #[test]
    fn a_questionnaire_survives_storage_unchanged() {
        let compiled = everything();
        let stored = serde_json::to_string(compiled.questionnaire()).expect("serialises");
        let read: Questionnaire = serde_json::from_str(&stored).expect("reads");
        assert_eq!(&read, compiled.questionnaire());
        assert_eq!(serde_json::to_string(&read).expect("serialises"), stored);
        assert!(Compiled::new(read).is_ok());
    }

    #[test]
    fn a_stored_form_that_points_nowhere_is_refused() {
        let good = serde_json::to_value(everything().questionnaire()).expect("serialises");
        for (path, value) in [
            ("/questions/0/group", json!(99)),
            ("/groups/0/parent", json!(0)),
            ("/pages/0/questions", json!([9999])),
            ("/questions/1/name", good["questions"][0]["name"].clone()),
        ] {
            let mut bad = good.clone();
            let (parent, key) = path.rsplit_once('/').expect("a path");
            bad.pointer_mut(parent).expect("there")[key] = value;
            let read: Questionnaire = serde_json::from_value(bad).expect("reads");
            assert!(Compiled::new(read).is_err(), "{path}");
        }
    }

    proptest! {
        #![proptest_config(without_files())]

        #[test]
        fn no_bytes_make_the_reader_panic(survey in prop::collection::vec(any::<u8>(), 0..300), choices in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = parse(&survey, Some(&choices), Some(&survey));
        }

        #[test]
        fn no_rows_make_the_reader_panic(rows in prop::collection::vec((
            prop::sample::select(vec!["text", "select_one yn", "select_multiple yn or_other", "rank yn", "begin_group", "end_group", "calculate", "range", "note", "today", "x"]),
            prop::sample::select(vec!["a", "b", "a_other", "", "é"]),
            prop::sample::select(vec!["", "L", "${a}", "${"]),
            prop::sample::select(vec!["", "${a} = ${b}", "name = 1", "(", "."]),
        ), 0..12)) {
            let mut survey = "type,name,label,relevant,calculation,constraint,choice_filter\n".to_owned();
            for (kind, name, label, expression) in rows {
                for cell in [kind, name, label, expression, expression, expression] {
                    survey.extend([cell, ","]);
                }
                survey.extend([expression, "\n"]);
            }
            let _ = parse(survey.as_bytes(), Some(CHOICES.as_bytes()), None);
        }
    }
}

/// One question of every kind.
fn everything() -> Compiled {
    form(
        "type,name,label,relevant,constraint,constraint_message,required,calculation,parameters,choice_filter,default,read_only\n\
         start,began,,,,,,,,,,\n\
         integer,age,Age,,. >= 15 and . <= 120,15 to 120 please,yes,,,,,\n\
         select_one yn,works,Do you work?,${age} < 70,,,,,,,,\n\
         begin_group,job,Job,${works} = 'yes',,,,,,,,\n\
         text,title,Title,,,,yes,,,,,\n\
         decimal,hours,Hours,,. > 0,,,,,,,\n\
         end_group,,,,,,,,,,,\n\
         select_multiple way or_other,ways,Ways,,\"not(selected(., 'none') and count-selected(.) > 1)\",,,,,,,\n\
         rank way,order,Order,,,,,,,,,\n\
         range,mood,Mood,,,,,,start=0 end=10 step=0.5,,,\n\
         date,since,Since,,. <= today(),,,,,,,\n\
         note,thanks,Thanks ${title},,,,,,,,,\n\
         acknowledge,read,I read it,,,,,,,,,\n\
         calculate,decade,,,,,,int(${age} div 10) * 10,,,,\n\
         hidden,source,,,,,,,,,poster,\n\
         select_one region,region,Region,,,,,,,,,\n\
         select_one town,town,Town,${region} != '',,,,,,region = ${region},,\n\
         text,seen,Seen,,,,,,,,today(),yes\n",
        "list_name,name,label,region\n\
         yn,yes,Yes,\nyn,no,No,\n\
         way,bus,Bus,\nway,bike,Bike,\nway,none,None,\n\
         region,north,North,\nregion,south,South,\n\
         town,nord,Nord,north\ntown,sud,Sud,south\n",
    )
}

mod answering {
    use super::*;

    #[test]
    fn good_answers_are_stored_in_canonical_form() {
        let checked = check(
            &everything(),
            &answered(json!({
                "age": " ٤٢ ", "works": "yes", "title": " Clerk ", "hours": "37,5",
                "ways": ["bike", "bus", "bike"], "order": "none bus bike", "mood": 7.5,
                "since": "2020-2-9", "read": "ok", "region": "north", "town": "nord",
                "began": "2026-03-14T10:00:00", "decade": 90, "seen": "never", "thanks": null
            })),
            today(),
        )
        .expect("fits");
        assert_eq!(
            serde_json::to_value(&checked.answers).expect("serialises"),
            json!({
                "age": 42, "works": "yes", "title": "Clerk", "hours": 37.5,
                "ways": ["bus", "bike"], "order": ["none", "bus", "bike"], "mood": 7.5,
                "since": "2020-02-09", "read": "OK", "region": "north", "town": "nord",
                "decade": 40, "source": "poster", "seen": "2026-03-14"
            })
        );
        assert_eq!(checked.removed, ["began"]);
        let stored = serde_json::to_string(&checked.answers).expect("serialises");
        assert_eq!(serde_json::from_str::<Answers>(&stored).expect("reads"), checked.answers);
    }

    /// What the quick way makes of a request with these answers.
    fn quickly(compiled: &Compiled, answers: &serde_json::Value) -> Option<String> {
        let body = json!({"language": "en", "answers": answers, "once": "0123456789abcdef"}).to_string();
        let quick = answers::quick(compiled, body.as_bytes(), today())?;
        assert_eq!((quick.once.as_deref(), quick.language.as_deref()), (Some("0123456789abcdef"), Some("en")));
        Some(quick.answers)
    }

    #[test]
    fn the_quick_way_stores_the_same_and_leaves_the_unusual_to_the_slow_one() {
        let compiled = everything();
        for sent in [
            json!({"age": " ٤٢ ", "works": "yes", "title": " Clerk ", "hours": "37,5", "ways": ["bike", "bus", "bike"], "mood": 7.5}),
            json!({"town": "nord", "region": "north", "since": "2020-2-9", "order": "none bus bike", "read": "ok", "age": 20}),
            json!({"age": 80, "works": "yes", "title": "x\u{0}", "hours": "abc", "thanks": null}),
            json!({"age": 30, "ways": "other", "ways_other": "\"On foot\"\n"}),
            json!({"age": 7}),
            json!({"age": 30, "nobody": "x"}),
        ] {
            let slow = answers::check_to_json(&compiled, &answered(sent.clone()), today());
            assert_eq!(quickly(&compiled, &sent), slow.ok(), "{sent}");
            if let Ok(checked) = check(&compiled, &answered(sent.clone()), today()) {
                assert_eq!(quickly(&compiled, &sent), serde_json::to_string(&checked.answers).ok(), "{sent}");
            }
        }
        for body in [
            "",
            "{}",
            "[]",
            r#"{"answers": {"age": 30}} x"#,
            r#"{"answers": {"age": 30, "age": 31}}"#,
            r#"{"answers": {"age": 30, "age": null}}"#,
            r#"{"answers": {"age": 30}, "answers": {"age": 31}}"#,
            r#"{"answers": {"age": 30}, "more": 1}"#,
            r#"{"answers": {"age": 30}, "once": 7}"#,
            r#"{"answers": {"age": 30}"#,
        ] {
            assert_eq!(answers::quick(&compiled, body.as_bytes(), today()), None, "{body}");
        }
        assert_eq!(answers::quick(&compiled, b"{\"answers\": {\"title\": \"\xff\"}}", today()), None);
        let without = answers::quick(&compiled, br#"{"answers": {"age": 80}, "language": null}"#, today()).expect("nothing is missing");
        assert_eq!((without.once, without.language), (None, None));
    }

    #[test]
    fn what_does_not_fit_is_reported_at_its_question() {
        let compiled = everything();
        for (question, value, code) in [
            ("age", json!("abc"), AnswerCode::NotANumber),
            ("age", json!(20.5), AnswerCode::NotAnInteger),
            ("age", json!(1e12), AnswerCode::OutOfRange),
            ("age", json!(14), AnswerCode::Constraint),
            ("age", json!(""), AnswerCode::Required),
            ("age", json!(["20"]), AnswerCode::WrongType),
            ("age", json!({"a": 1}), AnswerCode::WrongType),
            ("works", json!("maybe"), AnswerCode::UnknownChoice),
            ("works", json!(["yes"]), AnswerCode::WrongType),
            ("works", json!(true), AnswerCode::WrongType),
            ("title", json!(7), AnswerCode::WrongType),
            ("title", json!("x".repeat(2_001)), AnswerCode::TooLong),
            ("title", json!("bell\u{7}"), AnswerCode::ControlCharacter),
            ("title", json!(" \n "), AnswerCode::Required),
            ("hours", json!("1,234"), AnswerCode::NotANumber),
            ("hours", json!("1e5"), AnswerCode::NotANumber),
            ("hours", json!("."), AnswerCode::NotANumber),
            ("ways", json!(["bus", "jet"]), AnswerCode::UnknownChoice),
            ("ways", json!(["none", "bus"]), AnswerCode::Constraint),
            ("order", json!(["bus", "bike"]), AnswerCode::IncompleteRank),
            ("order", json!(["bus", "bike", "bus"]), AnswerCode::IncompleteRank),
            ("mood", json!(10.5), AnswerCode::OutOfRange),
            ("mood", json!(1.3), AnswerCode::NotOnStep),
            ("since", json!("2021-02-29"), AnswerCode::BadDate),
            ("since", json!(2021), AnswerCode::WrongType),
            ("since", json!("2027-01-01"), AnswerCode::Constraint),
            ("thanks", json!("to you"), AnswerCode::WrongType),
            ("read", json!("no"), AnswerCode::WrongType),
            ("town", json!("sud"), AnswerCode::UnknownChoice),
            ("nobody", json!("x"), AnswerCode::UnknownQuestion),
        ] {
            let mut sent = json!({"age": 30, "works": "yes", "title": "Clerk", "region": "north"});
            sent[question] = value.clone();
            // A wrong answer counts as none, so what hangs on it goes with it.
            assert_eq!(quickly(&compiled, &sent), None, "{question}: {value}");
            let errors = check(&compiled, &answered(sent), today()).expect_err(question);
            assert_eq!(codes(errors), [(question.to_owned(), code)], "{question}: {value}");
        }
    }

    #[test]
    fn a_text_of_exactly_the_limit_is_accepted_in_any_script() {
        let compiled = everything();
        let sent = answered(json!({"age": 30, "works": "yes", "title": "ф".repeat(2_000)}));
        assert!(check(&compiled, &sent, today()).is_ok());
    }

    #[test]
    fn the_author_s_message_comes_with_the_error() {
        let errors = check(&everything(), &answered(json!({"age": 7})), today()).expect_err("too young");
        assert_eq!(errors[0].message, Text::new("und", "15 to 120 please"));
        assert_eq!(
            serde_json::to_value(&errors).expect("serialises"),
            json!([{"question": "age", "code": "constraint", "message": {"und": "15 to 120 please"}}])
        );
        assert_eq!(errors[0].code.as_str(), "constraint");
    }

    #[test]
    fn answers_to_irrelevant_questions_are_removed_and_named() {
        let sent = answered(json!({"age": 80, "works": "yes", "title": "x\u{0}", "hours": "abc"}));
        let checked = check(&everything(), &sent, today()).expect("fits");
        assert_eq!(checked.removed, ["works", "title", "hours"]);
        let kept: Vec<&str> = checked.answers.iter().map(|(name, _)| name).collect();
        assert_eq!(kept, ["age", "decade", "seen", "source"]);
    }

    #[test]
    fn other_asks_what_it_is() {
        let compiled = everything();
        let sent = answered(json!({"age": 80, "ways": "other", "ways_other": "On foot"}));
        let checked = check(&compiled, &sent, today()).expect("fits");
        assert_eq!(checked.answers.get("ways_other"), Some(&Answer::from("On foot")));
        let sent = answered(json!({"age": 80, "ways": "bus", "ways_other": "On foot", "order": "other bus bike none"}));
        let (checked, errors) = review(&compiled, &sent, today());
        assert_eq!(checked.removed, ["ways_other"]);
        assert_eq!(codes(errors), [("order".to_owned(), AnswerCode::UnknownChoice)]);
    }

    #[test]
    fn a_review_keeps_what_fits_and_flags_the_rest() {
        let sent = answered(json!({"age": 7, "mood": 99, "ways": ["bus"]}));
        let (checked, errors) = review(&everything(), &sent, today());
        assert_eq!(codes(errors), [("age".to_owned(), AnswerCode::Constraint), ("mood".to_owned(), AnswerCode::OutOfRange)]);
        assert_eq!(checked.answers.get("age"), Some(&Answer::Number(7.0)));
        assert_eq!(checked.answers.get("mood"), None);
    }

    #[test]
    fn pages_follow_the_answers() {
        let compiled = everything();
        let none = Answers::new();
        assert_eq!(relevant_pages(&compiled, &none, today()), [0, 2]);
        let working = answered(json!({"age": 30, "works": "yes"}));
        assert_eq!(relevant_pages(&compiled, &working, today()), [0, 1, 2]);
        let first = |answers: &Answers| Relevance::of(&compiled, answers, today()).questions(0).collect::<Vec<_>>();
        assert_eq!((first(&none), first(&working)), (vec![1], vec![1, 2]));
        assert!(check_page(&compiled, 0, &working, today()).is_ok());
        let errors = check_page(&compiled, 1, &working, today()).expect_err("a title is required");
        assert_eq!(codes(errors), [("title".to_owned(), AnswerCode::Required)]);
        assert!(check_page(&compiled, 2, &working, today()).is_ok());
        assert!(check_page(&compiled, 99, &working, today()).is_ok());
    }

    #[test]
    fn a_page_shows_offered_choices_presets_and_quoted_answers() {
        let compiled = everything();
        let sent = answered(json!({"age": 30, "works": "yes", "title": "Clerk", "region": "south"}));
        let relevance = Relevance::of(&compiled, &sent, today());
        let at = |name: &str| compiled.position(name).expect("a question");
        let towns: Vec<&str> = relevance.choices(at("town")).iter().map(|choice| choice.name.as_str()).collect();
        assert_eq!(towns, ["sud"]);
        assert_eq!(relevance.preset(at("source")), Some("poster".to_owned()));
        assert_eq!(relevance.preset(at("seen")), Some("2026-03-14".to_owned()));
        assert_eq!(relevance.preset(at("age")), None);
        let thanks = &compiled.questionnaire().questions[at("thanks")].label;
        assert_eq!(relevance.fill(thanks, "en"), "Thanks Clerk");
        assert_eq!(relevance.fill(&Text::new("en", "${works}, ${ways}${"), "en"), "Yes, ${");
    }

    #[test]
    fn a_form_becomes_answers_and_keeps_what_was_typed() {
        let compiled = everything();
        let pairs: Vec<(String, String)> = [
            ("csrf", "token"),
            ("age", "abc"),
            ("works", "yes"),
            ("title", ""),
            ("ways", "bus"),
            ("ways", "bike"),
            ("order[bus]", "2"),
            ("order[bike]", "1"),
            ("order[none]", "3"),
            ("since[day]", "9"),
            ("since[month]", "2"),
            ("since[year]", "2020"),
            ("decade", "10"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let sent = from_form(&compiled, &pairs);
        assert_eq!(
            serde_json::to_value(&sent).expect("serialises"),
            json!({"age": "abc", "works": "yes", "ways": ["bus", "bike"], "order": ["bike", "bus", "none"], "since": "2020-2-9"})
        );
        let unordered = [("order[bus]".to_owned(), "1".to_owned()), ("order[bike]".to_owned(), "1".to_owned())];
        let sent = from_form(&compiled, &unordered);
        let kept = answers::rank_positions(sent.get("order").expect("kept"));
        assert_eq!(kept, BTreeMap::from([("bus".into(), "1".into()), ("bike".into(), "1".into())]));
        let (_, errors) = review(&compiled, &sent, today());
        assert!(codes(errors).contains(&("order".to_owned(), AnswerCode::IncompleteRank)));
    }

    #[test]
    fn values_that_need_each_other_are_computed_in_the_right_order() {
        let compiled = form(
            "type,name,label,calculation,relevant\n\
             calculate,double,,${single} * 2,\n\
             calculate,single,,${base} + 1,\n\
             text,late,Late,,${double} = 8\n\
             integer,base,Base,,\n\
             calculate,first,,once(${base}),\n",
            "",
        );
        let checked = check(&compiled, &answered(json!({"base": 3, "late": "x", "first": "7"})), today()).expect("fits");
        assert_eq!(
            serde_json::to_value(&checked.answers).expect("serialises"),
            json!({"base": 3, "single": 4, "double": 8, "late": "x", "first": 7})
        );
    }

    fn any_answer() -> impl Strategy<Value = serde_json::Value> {
        prop_oneof![
            any::<f64>().prop_map(|number| json!(number)),
            (-5_i64..130).prop_map(|number| json!(number)),
            prop::sample::select(vec!["yes", "no", "bus", "none other", "42", "2020-01-01", "north", "nord", "OK", "", "a=1 b"])
                .prop_map(|text| json!(text)),
            "\\PC{0,12}".prop_map(|text| json!(text)),
            any::<String>().prop_map(|text| json!(text)),
            prop::collection::vec(prop::sample::select(vec!["bus", "bike", "none", "other", "x y", ""]), 0..5).prop_map(|names| json!(names)),
            Just(json!(null)),
            Just(json!(true)),
            Just(json!([[1], {"a": null}])),
        ]
    }

    fn any_answers() -> impl Strategy<Value = Answers> {
        let names = vec![
            "began",
            "age",
            "works",
            "title",
            "hours",
            "ways",
            "ways_other",
            "order",
            "mood",
            "since",
            "thanks",
            "read",
            "decade",
            "source",
            "region",
            "town",
            "seen",
            "job",
            "?",
        ];
        prop::collection::btree_map(prop::sample::select(names), any_answer(), 0..19).prop_map(|answers| answered(json!(answers)))
    }

    /// A response as a client would write it that knows nothing of a quick way.
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Slow {
        once: Option<String>,
        language: Option<String>,
        answers: Answers,
    }

    /// An answer to one of the questions, most often one that fits.
    fn likely_answer(question: &'static str) -> impl Strategy<Value = serde_json::Value> {
        let fitting = match question {
            "age" => prop_oneof![(15_i64..=120).prop_map(|age| json!(age)), Just(json!(" ٤٢ ")), Just(json!("80"))].boxed(),
            "works" => prop::sample::select(vec![json!("yes"), json!("no")]).boxed(),
            "title" | "ways_other" => "\\PC{1,9}".prop_map(|text| json!(text)).boxed(),
            "hours" => prop_oneof![(0.5..80.0_f64).prop_map(|hours| json!(hours)), Just(json!("37,5"))].boxed(),
            "ways" => prop::sample::select(vec![json!("bus"), json!(["bike", "bus", "bike"]), json!(["none"]), json!("other"), json!([])]).boxed(),
            "order" => prop::sample::select(vec![json!("none bus bike"), json!(["bike", "none", "bus"])]).boxed(),
            "mood" => (0_u8..=20).prop_map(|half| json!(f64::from(half) / 2.0)).boxed(),
            "since" => prop::sample::select(vec![json!("2020-2-9"), json!("1999-12-31")]).boxed(),
            "read" => prop::sample::select(vec![json!("ok"), json!("OK")]).boxed(),
            "region" => prop::sample::select(vec![json!("north"), json!("south")]).boxed(),
            "town" => prop::sample::select(vec![json!("nord"), json!("sud")]).boxed(),
            "source" => Just(json!("letter")).boxed(),
            _ => Just(json!(null)).boxed(),
        };
        prop_oneof![30 => fitting, 1 => any_answer()]
    }

    /// A request's body: answers in any order, now and then one that comes twice or is of no question,
    /// and now and then a byte that does not belong there.
    fn any_body() -> impl Strategy<Value = Vec<u8>> {
        let names = ["works", "title", "hours", "ways", "ways_other", "order", "mood", "since", "thanks", "read", "source", "region", "town", "seen"];
        let some = |name: &'static str| (Just(name), prop::option::weighted(0.3, likely_answer(name)));
        let mut fields: Vec<_> = names.into_iter().map(|name| some(name).boxed()).collect();
        fields.push((Just("age"), likely_answer("age").prop_map(Some)).boxed());
        fields.push((prop::sample::select(vec!["age", "ways", "job", "?", ""]), prop::option::weighted(0.05, any_answer())).boxed());
        let answers = fields.prop_shuffle().prop_map(|answers| {
            let written = answers.into_iter().filter_map(|(name, answer)| Some(format!("{}:{}", json!(name), answer?)));
            format!("\"answers\" : {{{}}}", written.collect::<Vec<_>>().join(", "))
        });
        let once = prop::sample::select(vec!["", "\"once\":null", "\"once\":\"0123456789abcdef\"", "\"once\":7"]);
        let language = prop::sample::select(vec!["", "\"language\":\"en\"", "\"language\":null", "\"more\":1"]);
        let parts = (answers, once, language).prop_map(|(answers, once, language)| vec![answers, once.to_owned(), language.to_owned()]);
        let whole = parts.prop_shuffle().prop_map(|mut parts| {
            parts.retain(|part| !part.is_empty());
            format!("{{{}}}", parts.join(" ,\n"))
        });
        (whole, prop::option::weighted(0.1, (any::<prop::sample::Index>(), any::<u8>()))).prop_map(|(body, slip)| {
            let mut bytes = body.into_bytes();
            if let Some((at, byte)) = slip {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes
        })
    }

    /// The quick way is an optimisation and may never be seen: what it takes, the slow one takes and
    /// stores byte for byte, and what the slow one takes without doubt, the quick one takes too.
    #[test]
    fn the_quick_way_and_the_slow_one_are_the_same_for_any_response() {
        let (compiled, taken) = (everything(), std::cell::Cell::new(0));
        let mut runner = proptest::test_runner::TestRunner::new(without_files());
        let compared = runner.run(&any_body(), |body| {
            let quick = answers::quick(&compiled, &body, today());
            let slow: Option<Slow> = serde_json::from_slice(&body).ok();
            let stored = slow.and_then(|slow| Some((slow.once, slow.language, answers::check_to_json(&compiled, &slow.answers, today()).ok()?)));
            taken.set(taken.get() + usize::from(quick.is_some()));
            match (quick, stored) {
                (None, Some(_)) => prop_assert!(unusual(&compiled, &body), "left to the slow way: {}", String::from_utf8_lossy(&body)),
                (quick, stored) => prop_assert_eq!(quick.map(|q| (q.once, q.language, q.answers)), stored),
            }
            Ok(())
        });
        compared.unwrap();
        let cases = usize::try_from(without_files().cases).unwrap();
        assert!(taken.get() > cases / 10, "only {} of {cases} responses were good", taken.get());
    }

    /// What the quick way leaves to the slow one though it is good: a question that is answered twice,
    /// and nothing said about something that is no question.
    fn unusual(compiled: &Compiled, body: &[u8]) -> bool {
        let text = String::from_utf8_lossy(body);
        let twice = ["age", "ways"].iter().any(|name| text.matches(&format!("\"{name}\":")).count() > 1);
        let sent: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        twice || sent["answers"].as_object().is_some_and(|answers| answers.keys().any(|name| compiled.position(name).is_none()))
    }

    proptest! {
        #![proptest_config(without_files())]

        #[test]
        fn irrelevant_answers_never_survive_and_a_second_check_changes_nothing(sent in any_answers()) {
            let compiled = everything();
            let (mut checked, errors) = review(&compiled, &sent, today());
            let relevance = Relevance::of(&compiled, &checked.answers, today());
            for (name, answer) in checked.answers.iter() {
                prop_assert!(relevance.is_relevant(compiled.position(name).unwrap()), "{name}");
                prop_assert!(!answer.is_blank());
            }
            let (again, _) = review(&compiled, &checked.answers, today());
            // A hidden value that was refused gives way to its default.
            if errors.iter().any(|error| error.question == "source") {
                checked.answers.insert("source", Answer::from("poster"));
            }
            prop_assert_eq!(again.answers, checked.answers);
        }

        #[test]
        fn no_form_makes_the_check_panic(pairs in prop::collection::vec((
            prop::sample::select(vec!["age", "order", "order[bus]", "order[x]", "since[day]", "since[", "[]", "ways", "mood"]),
            "\\PC{0,6}",
        ), 0..10)) {
            let compiled = everything();
            let pairs: Vec<(String, String)> = pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            let sent = from_form(&compiled, &pairs);
            let _ = check(&compiled, &sent, today());
            for page in 0..4 {
                let _ = check_page(&compiled, page, &sent, today());
            }
        }
    }
}

mod measuring {
    use super::*;

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
}

mod writing {
    use stoa::ground::cells::to_csv;

    use super::*;

    /// The questionnaire, written and read again; gives the survey sheet too.
    fn again(questionnaire: &Questionnaire) -> (Questionnaire, String) {
        let sheets = write(questionnaire);
        let (survey, choices, settings) = (to_csv(&sheets.survey), to_csv(&sheets.choices), to_csv(&sheets.settings));
        let read = parse(survey.as_bytes(), Some(choices.as_bytes()), Some(settings.as_bytes()));
        (read.unwrap_or_else(|errors| panic!("{errors:#?}\n{survey}\n{choices}")), survey)
    }

    #[test]
    fn a_question_of_every_kind_is_written_as_it_is_read() {
        let all = everything();
        let (read, survey) = again(all.questionnaire());
        assert_eq!(&read, all.questionnaire());
        assert!(survey.contains("select_multiple way or_other,ways,Ways") && !survey.contains("ways_other"), "{survey}");
    }

    #[test]
    fn groups_in_groups_and_groups_without_a_question_keep_their_places() {
        let survey = "type,name,label::en,label::ar\n\
             begin_group,a,A,\nbegin_group,b,B,\ntext,q1,Q1,س١\nend_group,,,\nbegin_group,c,,\nend_group,,,\nbegin_group,d,,\n\
             begin_group,e,,\nend_group,,,\nend_group,,,\nend_group,,,\ntext,q2,Q2,\nbegin_group,f,F,\ntext,q3,Q3,\n\
             begin_group,g,,\nend_group,,,\ntext,q4,Q4,\nend_group,,,\nbegin_group,h,,\nend_group,,,\n";
        let read = parse(survey.as_bytes(), None, None).expect("good");
        assert_eq!(again(&read).0, read);
    }

    #[test]
    fn what_a_spreadsheet_would_run_leaves_guarded_and_comes_back_as_it_was() {
        let survey = "type,name,label,hint,constraint,default\ninteger,n,'\u{2060}=HYPERLINK(1),+more,-5 < .,-3\ntext,t,\"@all\nof it\",,,\n";
        let read = parse(survey.as_bytes(), None, None).expect("good");
        assert_eq!(read.questions[0].label.exact("und"), Some("=HYPERLINK(1)"));
        let (back, written) = again(&read);
        assert_eq!(back, read);
        assert!(written.contains(",'\u{2060}=HYPERLINK(1),'\u{2060}+more,'\u{2060}-5 < .,-3"), "{written}");
        assert!(written.contains("\"'\u{2060}@all\nof it\""), "{written}");
    }

    #[test]
    fn the_instrument_that_comes_with_the_service_is_written_as_it_is_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/instruments/citizen-default");
        let sheet = |name: &str| std::fs::read(folder.join(name)).expect("a sheet");
        let read = parse(&sheet("survey.csv"), Some(&sheet("choices.csv")), Some(&sheet("settings.csv"))).expect("good");
        assert_eq!(again(&read).0, read);
        let compiled = Compiled::new(read).expect("compiles");
        let rules = measures::parse(&sheet("measures.csv"), &compiled).expect("good");
        let written = to_csv(&measures::rows(&rules));
        assert_eq!(measures::parse(written.as_bytes(), &compiled).expect("good"), rules);
    }
}

#[test]
fn the_instrument_that_comes_with_the_service_is_good() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/instruments/citizen-default");
    let read = |file: &str| std::fs::read(folder.join(file)).expect(file);
    let questionnaire =
        parse(&read("survey.csv"), Some(&read("choices.csv")), Some(&read("settings.csv"))).unwrap_or_else(|errors| panic!("{errors:#?}"));
    assert!(questionnaire.languages.contains(&"ar".to_owned()));
    let compiled = Compiled::new(questionnaire).expect("compiles");
    let rules = measures::parse(&read("measures.csv"), &compiled).unwrap_or_else(|errors| panic!("{errors:#?}"));
    assert!(!rules.is_empty());
}
