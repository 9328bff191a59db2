//! Answers: any JSON and any form, checked; what is right is stored and right again.

#![no_main]

use std::sync::LazyLock;

use forms::answers::{Answers, check, check_page, check_to_json, from_form, quick, relevant_pages};
use forms::expression::Day;
use forms::questionnaire::{Compiled, parse};
use libfuzzer_sys::fuzz_target;

static FORM: LazyLock<Compiled> = LazyLock::new(|| {
    let survey = "type,name,label,relevant,constraint,required,calculation,parameters,choice_filter\n\
        integer,age,Age,,. >= 15 and . <= 120,yes,,,\n\
        select_one yn,works,Works,${age} < 70,,,,,\n\
        text,title,Title,${works} = 'yes',\"regex(., '[a-z ]+')\",,,,\n\
        select_multiple way or_other,ways,Ways,,,,,,\n\
        rank way,order,Order,,,,,,\n\
        range,mood,Mood,,,,,start=0 end=10 step=0.5,\n\
        date,since,Since,,. <= today(),,,,\n\
        calculate,decade,,,,,int(${age} div 10) * 10,,\n\
        acknowledge,read,Read,,,,,,\n";
    let choices = "list_name,name,label\nyn,yes,Yes\nyn,no,No\nway,bus,Bus\nway,bike,Bike\nway,none,None\n";
    Compiled::new(parse(survey.as_bytes(), Some(choices.as_bytes()), None).expect("a form")).expect("a form")
});

fuzz_target!(|data: &[u8]| {
    let today = Day::from_date(2026, 3, 14).expect("a day");
    let _ = quick(&FORM, data, today);
    let mut all = Vec::new();
    if let Ok(answers) = serde_json::from_slice::<Answers>(data) {
        all.push(answers);
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let pairs: Vec<(String, String)> =
            text.split('&').map(|pair| pair.split_once('=').map_or((pair.to_owned(), String::new()), |(k, v)| (k.to_owned(), v.to_owned()))).collect();
        all.push(from_form(&FORM, &pairs));
    }
    for answers in all {
        let _ = (check_page(&FORM, 0, &answers, today), relevant_pages(&FORM, &answers, today));
        if check(&FORM, &answers, today).is_ok() {
            let json = check_to_json(&FORM, &answers, today).expect("it was right");
            let stored: Answers = serde_json::from_str(&json).expect("what was stored is read");
            assert!(check(&FORM, &stored, today).is_ok(), "{json}");
        }
    }
});
