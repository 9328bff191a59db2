//! Answers: what fits is stored in one form, what does not is named at its question, and the quick way
//! stores the same as the slow one.

use std::collections::BTreeMap;

use forms::answers::{self, Answer, AnswerCode, Answers, Relevance, check, check_page, from_form, relevant_pages, review};
use forms::questionnaire::{Compiled, Text};
use proptest::prelude::*;
use serde_json::json;

use crate::{answered, codes, everything, form, today, without_files};

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
        ("hours", json!("1,234"), AnswerCode::Ambiguous),
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
    assert_eq!(serde_json::to_value(&checked.answers).expect("serialises"), json!({"base": 3, "single": 4, "double": 8, "late": "x", "first": 7}));
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
