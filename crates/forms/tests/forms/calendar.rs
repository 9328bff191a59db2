//! Times, days with a time, months and years: asked, read, computed with, and given out in one form.

use forms::answers::{AnswerCode, Relevance, check, from_form, review};
use forms::cells::to_csv;
use forms::expression::Moment;
use forms::questionnaire::{self, Kind, SheetCode, differences, measures, parse};
use forms::xform;
use serde_json::json;

use crate::{answered, codes, form, places, refused, today};

const SURVEY: &str = "type,name,label,appearance\n\
    time,from,From when?,\ndateTime,seen,Seen when?,\ndate,since,Since which month?,month-year\ndate,born,Born in?,year\n\
    note,said,\"From ${from}, seen ${seen}, since ${since}, born ${born}.\",\n";

fn asked() -> questionnaire::Compiled {
    form(SURVEY, "list_name,name,label\n")
}

#[test]
fn times_months_and_years_are_kept_in_one_form_whatever_digits_they_are_typed_in() {
    let compiled = asked();
    for (from, seen, since, born) in [
        (json!("14:30"), json!("2026-12-31T14:30"), json!("2026-05-01"), json!("2026-01-01")),
        (json!(" ١٤:٣٠ "), json!("٢٠٢٦-١٢-٣١T١٤:٣٠"), json!("٢٠٢٦-٥"), json!("٢٠٢٦")),
        (json!("14:30:00.000"), json!("2026-12-31 14:30"), json!("2026-5"), json!(2026)),
        (json!("14:30:00"), json!("2026-12-31t14:30:00"), json!("2026-05-17"), json!("2026-05-17")),
    ] {
        let sent = answered(json!({"from": from, "seen": seen, "since": since, "born": born}));
        let checked = check(&compiled, &sent, today()).unwrap_or_else(|errors| panic!("{sent:?}: {errors:?}"));
        let kept = json!({"from": "14:30", "seen": "2026-12-31T14:30", "since": "2026-05-01", "born": "2026-01-01"});
        assert_eq!(serde_json::to_value(&checked.answers).unwrap(), kept);
        let relevance = Relevance::of(&compiled, &sent, today());
        let said = relevance.fill(&compiled.questionnaire().questions[4].label, "und");
        assert_eq!(said, "From 14:30, seen 2026-12-31 14:30, since 2026-05, born 2026.");
    }
    let early = check(&compiled, &answered(json!({"from": "9:5"})), today()).unwrap();
    assert_eq!(serde_json::to_value(&early.answers).unwrap(), json!({"from": "09:05"}));
}

#[test]
fn what_is_no_time_and_no_month_is_named_at_its_question() {
    let compiled = asked();
    let time = ["24:00", "14", "14:", ":30", "14:60", "14:30:05", "14:30Z", "14:30+02:00", "2 pm", "1430", "2026-12-31T14:30"];
    let both =
        ["2026-12-31", "14:30", "2026-02-30T14:30", "2026-12-31T25:00", "2026-12-31T14:30Z", "2026-12-31T14:30+02:00", "T14:30", "2026-12-31T:"];
    let month = ["5", "2026-13", "26-5", "2026-0", "may 2026", "2026-02-30"];
    let year = ["26", "0000", "two", "20260", "2026-13"];
    let all = [("from", &time[..], AnswerCode::BadTime), ("seen", &both[..], AnswerCode::BadDateTime)];
    for (question, typed, code) in all.into_iter().chain([("since", &month[..], AnswerCode::BadMonth), ("born", &year[..], AnswerCode::NotAYear)]) {
        for typed in typed {
            let errors = check(&compiled, &answered(json!({question: typed})), today()).expect_err(typed);
            assert_eq!(codes(errors), [(question.to_owned(), code)], "{typed}");
        }
    }
    for sent in [json!({"from": 14.5}), json!({"seen": ["2026"]}), json!({"since": 2026})] {
        assert_eq!(codes(check(&compiled, &answered(sent), today()).unwrap_err())[0].1, AnswerCode::WrongType);
    }
}

#[test]
fn a_form_sends_the_parts_and_loses_nothing_that_was_typed() {
    let compiled = asked();
    let sent = |pairs: &[(&str, &str)]| {
        let pairs: Vec<(String, String)> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        serde_json::to_value(from_form(&compiled, &pairs)).unwrap()
    };
    let of_seen = [("seen[day]", "31"), ("seen[month]", "١٢"), ("seen[year]", "2026"), ("seen[hour]", "9"), ("seen[minute]", "5")];
    assert_eq!(sent(&of_seen), json!({"seen": "2026-١٢-31T9:5"}));
    assert_eq!(sent(&of_seen[..4]), json!({"seen": "2026-١٢-31T9:"}));
    assert_eq!(sent(&[("from[hour]", "14"), ("from[minute]", "")]), json!({"from": "14:"}));
    assert_eq!(sent(&[("from[hour]", " 14:30 ")]), json!({"from": "14:30"}), "somebody types all of it where the hour belongs");
    assert_eq!(sent(&[("from[hour]", ""), ("from[minute]", " ")]), json!({}));
    assert_eq!(sent(&[("since[month]", "5"), ("since[year]", "2026"), ("born", "1980")]), json!({"since": "2026-5", "born": "1980"}));
    assert_eq!(sent(&[("since[month]", "5")]), json!({"since": "-5"}));
}

/// Pages know the day, and not the minute, at which somebody answers.
#[test]
fn what_was_seen_today_is_not_in_the_future() {
    let survey = "type,name,label,constraint,calculation\ndateTime,seen,Seen,. <= now(),\ncalculate,days,,,now() - ${seen}\n";
    let compiled = form(survey, "list_name,name,label\n");
    let wrong = |seen: &str| check(&compiled, &answered(json!({"seen": seen})), today()).is_err();
    assert_eq!((wrong("2026-03-14T23:59"), wrong("2026-03-13T10:00"), wrong("2026-03-15T00:00")), (false, false, true));
    assert_eq!(compiled.telling_the_day(), [true, true], "no file has what fits the day alone");
}

/// Without marks a day behind Arabic letters is seen from its end.
#[test]
fn a_day_that_a_label_quotes_is_read_alike_in_every_script() {
    let survey = "type,name,label::en,label::ar\ndate,d,D,د\ntime,t,T,و\nnote,n,\"On ${d} at ${t}\",\"يوم ${d} في ${t}\"\n";
    let compiled = form(survey, "list_name,name,label::en,label::ar\n");
    let said = |answers, language| {
        let answers = answered(answers);
        Relevance::of(&compiled, &answers, today()).fill(&compiled.questionnaire().questions[2].label, language)
    };
    let both = json!({"d": "2026-02-03", "t": "06:05"});
    assert_eq!(said(both.clone(), "en"), "On 2026-02-03 at 06:05");
    assert_eq!(said(both, "ar"), "يوم \u{2066}2026-02-03\u{2069} في \u{2066}06:05\u{2069}");
    assert_eq!(said(json!({}), "ar"), "يوم  في ");
}

#[test]
fn times_are_compared_and_computed_with_as_times_of_one_day() {
    let survey = "type,name,label,constraint,calculation,relevant\n\
        time,from,From,,,\ntime,to,To,. > ${from},,\ndateTime,came,Came,,,\ndateTime,went,Went,. >= ${came},,\n\
        calculate,hours,,,round((${to} - ${from}) * 24),\ncalculate,clock,,,\"format-date-time(${to}, '%H.%M')\",\n\
        calculate,part,,,decimal-time(${came}),\ncalculate,again,,,${from},\ncalculate,day,,,date(${went}),\n\
        calculate,both,,,date-time(${came}),\ntext,night,Night?,,,date(${went}) > date(${came})\n";
    let compiled = form(survey, "list_name,name,label\n");
    let sent = answered(json!({"from": "09:00", "to": "14:10", "came": "2026-03-01T18:00", "went": "2026-03-02T01:15", "night": "yes"}));
    let checked = check(&compiled, &sent, today()).unwrap();
    assert_eq!(
        serde_json::to_value(&checked.answers).unwrap(),
        json!({
            "from": "09:00", "to": "14:10", "came": "2026-03-01T18:00", "went": "2026-03-02T01:15", "night": "yes", "hours": 5, "clock": "14.10",
            "part": 0.75, "again": "09:00", "day": "2026-03-02", "both": "2026-03-01T18:00:00"
        })
    );
    let late = answered(json!({"from": "14:10", "to": "14:10", "came": "2026-03-01T18:00", "went": "2026-03-01T17:59", "night": "yes"}));
    let (checked, errors) = review(&compiled, &late, today());
    assert_eq!(codes(errors), [("to".to_owned(), AnswerCode::Constraint), ("went".to_owned(), AnswerCode::Constraint)]);
    assert_eq!(checked.removed, ["night"]);
    let told: Vec<&str> = differences(compiled.questionnaire()).iter().map(|found| found.difference.told().code).collect();
    assert!(told.contains(&"now_as_number"), "phones compare the days alone: {told:?}");
    let quoted = parse(b"type,name,label,constraint\ntime,t,T,. > '14:30'\n", None, None).unwrap();
    assert_eq!(differences(&quoted)[0].difference.told().code, "day_as_text");
}

#[test]
fn what_a_question_begins_with_is_checked_at_import_and_the_clock_is_not_guessed() {
    let bad = "type,name,label,default\ntime,a,A,25:00\ntime,b,B,noon\ndateTime,c,C,2026-12-31\ndateTime,d,D,2026-02-30T10:00\n";
    let errors = refused(bad, "list_name,name,label\n");
    assert_eq!(places(&errors), [2, 3, 4, 5].map(|row| ("survey", row, "default", SheetCode::InvalidValue)));
    let good = "type,name,label,default,appearance\ntime,a,A,9:05,\ndateTime,b,B,2026-12-31T09:05:00.000+02:00,\ntime,c,C,now(),\ndateTime,d,D,now(),\n\
        date,e,E,2026-05-17,month-year\ndatetime,f,F,date-time('2026-01-02'),\n";
    let compiled = form(good, "list_name,name,label\n");
    let (nothing, noon) = (answered(json!({})), Moment { day: today(), second: 43_200 });
    let relevance = Relevance::of(&compiled, &nothing, noon);
    let presets: Vec<Option<String>> = (0..6).map(|at| relevance.preset(at)).collect();
    let some = |text: &str| Some(text.to_owned());
    let expected = [some("09:05"), some("2026-12-31T09:05"), None, None, some("2026-05-17"), some("2026-01-02T00:00")];
    assert_eq!(presets, expected);
    assert_eq!(compiled.telling_the_day(), [false, false, true, true, false, false]);
}

#[test]
fn a_workbook_and_json_give_the_same_questionnaire_and_an_xform_has_its_types() {
    let survey = "type,name,label,appearance,default,calculation\ntime,t,T,,14:30,\ndateTime,m,M,,2026-12-31T14:30,\ndate,y,Y,year,,\ndate,o,O,month-year,,\n\
        calculate,again,,,,${t}\ntext,w,W,,,\nnote,n,\"${t} ${m} ${y} ${o}\",,,\n";
    let read = parse(survey.as_bytes(), None, None).unwrap();
    let kinds: Vec<&str> = read.questions.iter().map(|question| question.kind.word()).collect();
    assert_eq!(kinds[..4], ["time", "dateTime", "date", "date"]);
    let sheets = questionnaire::write(&read);
    let again = parse(to_csv(&sheets.survey).as_bytes(), Some(to_csv(&sheets.choices).as_bytes()), Some(to_csv(&sheets.settings).as_bytes()));
    assert_eq!(again.unwrap(), read);
    let written = serde_json::to_string(&read).unwrap();
    assert!(written.contains(r#""type":"dateTime""#) && written.contains(r#""type":"time""#), "{written}");
    assert_eq!(serde_json::from_str::<questionnaire::Questionnaire>(&written).unwrap(), read);
    assert!(matches!(read.questions[1].kind, Kind::DateTime));
    let form = xform::write(&read);
    for part in [
        r#"<bind nodeset="/data/t" type="time"/>"#,
        r#"<bind nodeset="/data/m" type="dateTime"/>"#,
        r#"<bind nodeset="/data/again" type="time" calculate="/data/t"/>"#,
        r#"<input ref="/data/y" appearance="year">"#,
        "<t>14:30:00.000</t>",
        "<m>2026-12-31T14:30:00.000</m>",
        r#"<output value="coalesce(format-date-time(/data/t, '%H:%M'), substr(/data/t, 0, 5))"/>"#,
        r#"<output value="format-date(/data/o, '%Y-%m')"/>"#,
    ] {
        assert!(form.contains(part), "{part} is not in\n{form}");
    }
}

#[test]
fn a_measure_of_those_who_came_early_holds_for_what_was_stored() {
    let survey = "type,name,label\ntime,t,T\ndateTime,m,M\ninteger,n,N\n";
    let compiled = form(survey, "list_name,name,label\n");
    let sheet = "measure,question,statistic,positive,domain\nM,n,mean,,\"format-date-time(${t}, '%H') = '09' and ${m} < date('2026-02-01')\"\n";
    let rules = measures::parse(sheet.as_bytes(), &compiled).unwrap();
    let value = |t: &str, m: &str| measures::value(&compiled, &rules[0], &answered(json!({"t": t, "m": m, "n": 3})));
    assert_eq!((value("09:59", "2026-01-31T23:59"), value("10:00", "2026-01-31T23:59"), value("09:00", "2026-02-01T00:01")), (Some(3.0), None, None));
    let of_time = measures::parse(b"measure,question,statistic,positive,domain\nM,t,mean,,\n", &compiled);
    assert!(of_time.is_err(), "nobody takes the mean of times");
}
