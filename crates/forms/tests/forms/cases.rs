//! Questionnaires that went wrong elsewhere or here, each with its source: small sheets, and what is right.

use forms::answers::{Answer, AnswerCode, Answers, check, check_page, from_form, relevant_pages};
use forms::questionnaire::{Compiled, Kind, SheetCode, parse};
use serde_json::json;

use crate::{answered, codes, form, places, refused, today};

fn stored(survey: &str, choices: &str, answers: serde_json::Value) -> serde_json::Value {
    let compiled = form(survey, choices);
    serde_json::to_value(check(&compiled, &answered(answers), today()).expect("fits").answers).unwrap()
}

/// The common pattern of an age from a date of birth; JavaRosa and openrosa-xpath-evaluator count with such days.
#[test]
fn a_day_that_was_computed_can_be_counted_with() {
    let survey = "type,name,label,calculation,relevant,constraint,default,read_only\n\
        date,dob,Born,,,,,\n\
        calculate,td,,today(),,,,\n\
        calculate,age,,int((${td} - ${dob}) div 365.25),,,,\n\
        text,adult,For adults,,${age} >= 18,,,\n\
        date,start,Start,,,,,\n\
        calculate,limit,,date(${start} + 30),,,,\n\
        date,end,End,,,. <= ${limit},,\n\
        date,shown,Shown,,,,today(),yes\n\
        calculate,later,,${shown} + 1,,,,\n";
    let answers = json!({"dob": "1990-01-01", "adult": "Yes.", "start": "2026-03-01", "end": "2026-03-31"});
    let kept = stored(survey, "", answers.clone());
    assert_eq!((&kept["age"], &kept["adult"], &kept["td"]), (&json!(36), &json!("Yes."), &json!("2026-03-14")));
    assert_eq!((&kept["limit"], &kept["end"], &kept["later"]), (&json!("2026-03-31"), &json!("2026-03-31"), &json!(20527)));
    let late = json!({"start": "2026-03-01", "end": "2026-04-01"});
    assert_eq!(codes(check(&form(survey, ""), &answered(late), today()).unwrap_err()), [("end".to_owned(), AnswerCode::Constraint)]);
}

/// A skip by what was computed as true or false; JavaRosa keeps 1 and 0.
#[test]
fn what_was_computed_as_true_or_false_stays_so() {
    let survey = "type,name,label,calculation,relevant\n\
        integer,age,Age,,\n\
        calculate,is_adult,,${age} >= 18,\n\
        text,child,Child,,not(${is_adult})\n\
        text,adult,Adult,,${is_adult}\n\
        text,one,One,,${is_adult} = 1\n\
        text,none,None,,${is_adult} = false()\n";
    let all = |age: i32| json!({"age": age, "child": "c", "adult": "a", "one": "o", "none": "n"});
    assert_eq!(stored(survey, "", all(5)), json!({"age": 5, "is_adult": 0, "child": "c", "none": "n"}));
    assert_eq!(stored(survey, "", all(50)), json!({"age": 50, "is_adult": 1, "adult": "a", "one": "o"}));
}

/// enketo#108, commcare-android#2079: thousands and decimals.
#[test]
fn a_number_that_could_be_two_is_refused_whatever_asks_for_it() {
    let compiled = form("type,name,label,parameters\ninteger,i,How many?,\ndecimal,d,How much?,\nrange,r,R,start=0 end=5000 step=0.125\n", "");
    let said = |name: &str, typed: &str| check(&compiled, &answered(json!({name: typed})), today()).map_err(|errors| errors[0].code);
    for typed in ["1.000", "20.000", "1,000", "١٬٠٠٠", "١٫٠٠٠", "-1.000"] {
        assert!(matches!(said("i", typed), Err(AnswerCode::Ambiguous | AnswerCode::NotANumber)), "{typed}");
    }
    for (name, typed) in [("d", "1,000"), ("r", "1,125")] {
        assert_eq!(said(name, typed).unwrap_err(), AnswerCode::Ambiguous, "{name} {typed}");
    }
    for (name, typed, is) in
        [("d", "0,125", 0.125), ("r", "0,125", 0.125), ("d", "1000,5", 1000.5), ("d", "1.125", 1.125), ("d", "٠٫١٢٥", 0.125), ("i", "2,0", 2.0)]
    {
        assert_eq!(said(name, typed).unwrap().answers.get(name), Some(&Answer::Number(is)), "{name} {typed}");
    }
}

/// Kin of xlsform.github.io#154.
#[test]
fn a_range_offers_what_it_accepts_without_noise() {
    let points = |start, end, step| Kind::Range { start, end, step }.points().collect::<Vec<f64>>();
    assert_eq!(points(0.0, 10.0, 4.0), [0.0, 4.0, 8.0]);
    assert_eq!(points(1.0, 10.0, 5.0), [1.0, 6.0]);
    assert_eq!(points(0.0, 1.0, 0.1), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]);
    assert_eq!(points(-1.0, 1.0, 0.2)[3].to_string(), "-0.4");
    let compiled = form("type,name,label,parameters\nrange,r,R,start=0 end=1 step=0.1\n", "");
    for point in compiled.questionnaire().questions[0].kind.points() {
        let kept = check(&compiled, &answered(json!({"r": point})), today()).expect("what is offered is accepted").answers;
        assert_eq!(kept.get("r"), Some(&Answer::Number(point)));
    }
    let noisy = check(&compiled, &answered(json!({"r": 0.1 + 0.2})), today()).unwrap().answers;
    assert_eq!(noisy.get("r"), Some(&Answer::Number(0.3)));
}

/// enketo#35, civiform#10622, surveyjs#11810.
#[test]
fn places_are_read_in_the_digits_of_every_script() {
    let compiled = form("type,name,label\nrank l,e,Order\n", "list_name,name,label\nl,a,A\nl,b,B\nl,c,C\n");
    for places in [["٢", "١", "٣"], ["۲", "۱", "۳"], ["২", "১", "৩"], ["２", "１", "３"]] {
        let pairs: Vec<(String, String)> = ["a", "b", "c"].iter().zip(places).map(|(name, place)| (format!("e[{name}]"), place.to_owned())).collect();
        assert_eq!(from_form(&compiled, &pairs).get("e"), Some(&Answer::Many(["b", "a", "c"].map(Into::into).to_vec())), "{places:?}");
    }
}

const LIKING: &str = "list_name,name,label\nl,very good,Very good\nl,good,Good\nl,bad,Bad\n";

/// javarosa#263, getodk#215, web-forms#236: names with spaces.
#[test]
fn one_choice_is_one_whatever_blanks_its_name_has() {
    let survey = "type,name,label,calculation,constraint\n\
        select_one l,a,A,,\"not(selected(., 'good'))\"\n\
        calculate,c1,,\"if(selected(${a}, 'very good'), 1, 0)\",\n\
        calculate,c2,,\"if(selected(${a}, 'good'), 1, 0)\",\n\
        calculate,n,,count-selected(${a}),\n";
    let kept = stored(survey, LIKING, json!({"a": "very good"}));
    assert_eq!(kept, json!({"a": "very good", "c1": 1, "c2": 0, "n": 1}));
    let refused = check(&form(survey, LIKING), &answered(json!({"a": "good"})), today()).unwrap_err();
    assert_eq!(codes(refused), [("a".to_owned(), AnswerCode::Constraint)]);
}

#[test]
fn the_label_of_a_choice_quotes_what_there_is_and_the_title_nothing() {
    let survey = "type,name,label\ntext,t,T\nselect_one l,s,S\nselect_one l or_other,o,O\n";
    let choices = "list_name,name,label\nl,a,Like ${t}\nl,b,Nope ${nope}\n";
    assert_eq!(places(&refused(survey, choices)), [("choices", 3, "label", SheetCode::UnknownReference)]);
    let errors = parse(b"type,name,label\ntext,t,T\n", None, Some(b"form_title\nAbout ${t}\n")).expect_err("errors");
    assert_eq!(places(&errors), [("settings", 2, "form_title", SheetCode::InvalidValue)]);
}

/// KoboToolbox writes it on every group: ceat-epfl Abidjan and Nairobi, CorrelAid, kobocruncher.
#[test]
fn no_on_a_group_says_nothing() {
    let survey = |said: &str| format!("type,name,label,required,read_only\nbegin_group,g,G,{said},{said}\ntext,a,A,false,\nend_group,,,,\n");
    for said in ["false", "no", "FALSE", "0", "false()"] {
        form(&survey(said), "");
    }
    let errors = refused(&survey("true"), "");
    assert_eq!(places(&errors).len(), 2);
}

/// pyxform's dynamic defaults.
#[test]
fn a_default_that_only_looks_like_a_call_is_text() {
    for text in ["Paris (France)", "Fahrt (hin und zurück)", "a) b)", "(none)"] {
        let compiled = form(&format!("type,name,label,default\ntext,q,Q,{text}\n"), "");
        let answers = Answers::new();
        let relevance = forms::answers::Relevance::of(&compiled, &answers, today());
        assert_eq!(relevance.preset(0).as_deref(), Some(text));
    }
    let compiled = form("type,name,label,default\ndate,q,Q,now()\ntext,s,S,string(1 + 1)\n", "");
    let answers = Answers::new();
    let relevance = forms::answers::Relevance::of(&compiled, &answers, today());
    assert_eq!((relevance.preset(0).as_deref(), relevance.preset(1).as_deref()), (Some("2026-03-14"), Some("2")));
    assert_eq!(places(&refused("type,name,label,default\ntext,q,Q,uuid()\n", "")), [("survey", 2, "default", SheetCode::InvalidExpression)]);
}

#[test]
fn a_default_that_can_be_no_answer_is_refused() {
    let survey = "type,name,label,default,parameters\n\
        select_one yn,q,Q,nope,\nselect_multiple yn,m,M,1 nope,\ninteger,i,I,abc,\ninteger,h,H,1.5,\ndecimal,e,E,1/2,\ndate,d,D,2024-13-01,\nrange,r,R,3,start=0 end=10 step=2\n\
        select_one yn,good,Good,1,\nselect_multiple yn,many,Many,0 1,\ninteger,number,Number,-5,\ndate,day,Day,2024-12-31,\nrange,point,Point,4,start=0 end=10 step=2\n";
    let errors = refused(survey, "list_name,name,label\nyn,1,Yes\nyn,0,No\n");
    assert_eq!(places(&errors), [2, 3, 4, 5, 6, 7, 8].map(|row| ("survey", row, "default", SheetCode::InvalidValue)));
}

/// Household Energy, UNHCR demo, BLSQ.
#[test]
fn a_language_without_a_tag_is_taken_by_its_name_or_is_one_error() {
    let sheet = |language: &str| format!("type,name,label::{language},hint::{language}\nbegin_group,g,G,\ntext,a,A,h\nend_group,,,\n");
    let questionnaire = form(&sheet("English"), "").into_questionnaire();
    assert_eq!((questionnaire.default_language.as_str(), questionnaire.questions[0].hint.exact("en")), ("en", Some("h")));
    let errors = refused(&sheet("Klingon"), "list_name,name,label::Klingon\nl,a,A\nl,b,B\n");
    let at = |sheet, column| (sheet, 1, column, SheetCode::LanguageWithoutTag);
    assert_eq!(places(&errors), [at("survey", "label::Klingon"), at("survey", "hint::Klingon"), at("choices", "label::Klingon")]);
}

/// ODK's documentation of appearances.
#[test]
fn an_appearance_that_asks_for_another_answer_is_refused() {
    for (kind, word) in [("time", "month-year"), ("dateTime", "year"), ("date", "ethiopian"), ("text", "signature"), ("select_one l", "search('x')")]
    {
        let errors = refused(&format!("type,name,label,appearance\n{kind},q,Q,{word}\n"), LIKING);
        assert_eq!(places(&errors), [("survey", 2, "appearance", SheetCode::InvalidValue)], "{word}");
    }
    form("type,name,label,appearance\ndate,m,M,month-year\ndate,y,Y,year\ndate,q,Q,no-calendar\nselect_one l,s,S,columns-2 w1\n", LIKING);
}

#[test]
fn a_blank_that_cannot_be_seen_is_blank() {
    let compiled = form("type,name,label,required\ntext,t,T,yes\n", "");
    for blank in ["\u{200b}", " \u{a0}", "\u{2060}\u{feff}", "\u{200f}", "\u{2800}", "\u{3164}"] {
        assert_eq!(
            codes(check(&compiled, &answered(json!({"t": blank})), today()).unwrap_err()),
            [("t".to_owned(), AnswerCode::Required)],
            "{blank:?}"
        );
        assert!(from_form(&compiled, &[("t".to_owned(), blank.to_owned())]).is_empty());
    }
    check(&compiled, &answered(json!({"t": "👩\u{200d}👧"})), today()).unwrap();
}

/// collect#7196.
#[test]
fn a_choice_that_was_computed_is_a_choice() {
    let survey =
        "type,name,label,calculation,read_only\ninteger,age,Age,,\nselect_one yn,t,Test,\"if(${age} >= 16, 1, 0)\",yes\nnote,n,It is ${t}.,,\n";
    let choices = "list_name,name,label\nyn,1,Yes\nyn,0,No\n";
    assert_eq!(stored(survey, choices, json!({"age": 20})), json!({"age": 20, "t": "1"}));
    let (compiled, answers) = (form(survey, choices), answered(json!({"age": 20})));
    let relevance = forms::answers::Relevance::of(&compiled, &answers, today());
    assert_eq!(relevance.fill(&compiled.questionnaire().questions[2].label, "en"), "It is Yes.");
}

#[test]
fn a_cell_that_is_never_closed_is_refused_where_it_begins() {
    let errors = refused("type,name,label\ntext,a,A\ntext,b,\"B\ntext,c,C\n", "");
    assert_eq!(places(&errors), [("survey", 3, "", SheetCode::OpenQuote)]);
    form("type,name,label\ntext,a,\"5\"\" wide\"\ntext,b,5\" wide\n", "");
}

/// XLSForm's sample of cascading selects: what is offered depends on the same page.
#[test]
fn what_a_filter_offers_is_known_page_by_page() {
    let survey = "type,name,label,choice_filter\nselect_one states,state,State,\nselect_one counties,county,County,state=${state}\n";
    let choices = "list_name,name,label,state\nstates,tx,Texas,\nstates,wa,Washington,\ncounties,king,King,wa\ncounties,cameron,Cameron,tx\n";
    let compiled = form(survey, choices);
    let offered = |answers: serde_json::Value| {
        let answers = answered(answers);
        forms::answers::Relevance::of(&compiled, &answers, today()).choices(1).iter().map(|choice| choice.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!((offered(json!({})), offered(json!({"state": "tx"}))), (vec![], vec!["cameron".to_owned()]));
    assert_eq!(relevant_pages(&compiled, &Answers::new(), today()), [0]);
    assert!(check_page(&compiled, 0, &answered(json!({"state": "tx", "county": "king"})), today()).is_err());
}

/// Ten patterns for each of three thousand choices kept a thread busy for seconds, for anybody's one request.
#[test]
fn a_filter_is_limited_by_what_it_asks_of_all_its_choices() {
    let survey = |filter: &str| format!("type,name,label,choice_filter\ntext,t,T,\nselect_one l,q,Q,\"{filter}\"\n");
    let choices = |count: usize| format!("list_name,name,label,place\n{}", (0..count).map(|n| format!("l,n{n},N,p{}\n", n % 50)).collect::<String>());
    let patterns = (0..10).map(|n| format!("regex(${{t}}, '.*a{n}.*')")).collect::<Vec<_>>().join(" or ");
    assert_eq!(places(&refused(&survey(&patterns), &choices(3_000))), [("survey", 3, "choice_filter", SheetCode::TooLarge)]);
    form(&survey("place = ${t} or contains(${t}, place)"), &choices(3_900));
    form(&survey(&patterns), &choices(100));
}

/// What was published before there were these rules goes on, and computes as it did.
#[test]
fn a_published_questionnaire_of_before_goes_on_as_it_was() {
    let survey = "type,name,label,calculation,relevant,default,read_only\ninteger,age,Age,,,,\ncalculate,old,,${age} >= 18,,,\n\
        text,adult,Adult,,${old} = 'true',,\nselect_one l,s,S,,,,\n";
    let mut stored = serde_json::to_value(form(survey, "list_name,name,label\nl,a,A\n").into_questionnaire()).unwrap();
    assert_eq!(stored["typed"], true);
    stored.as_object_mut().unwrap().remove("typed");
    stored["title"] = json!({"en": "About ${age}"});
    stored["choice_lists"]["l"][0]["label"] = json!({"en": "A ${nope}"});
    stored["questions"][2]["read_only"] = json!(true);
    stored["questions"][2]["default"] = json!({"computed": "${adult}"});
    let before = Compiled::new(serde_json::from_value(stored).unwrap()).expect("what ran before runs on");
    let kept = check(&before, &answered(json!({"age": 20})), today()).unwrap().answers;
    assert_eq!(serde_json::to_value(kept).unwrap(), json!({"age": 20, "old": "true"}));
    // Where nothing is computed nothing is said about it, so that equal sheets give equal questionnaires.
    assert!(serde_json::to_value(form("type,name,label\ntext,a,A\n", "").into_questionnaire()).unwrap()["typed"].is_null());
}
