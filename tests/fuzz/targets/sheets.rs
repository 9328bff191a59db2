//! Sheets of questionnaires and of measures: any bytes; what is read is written and read again.

#![no_main]

use forms::questionnaire::{Compiled, measures, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut sheets = data.split(|b| *b == 0);
    let survey = sheets.next().unwrap_or_default();
    let (choices, settings, rules) = (sheets.next(), sheets.next(), sheets.next());
    let Ok(questionnaire) = parse(survey, choices, settings) else { return };
    let json = serde_json::to_string(&questionnaire).expect("plain data");
    let stored = serde_json::from_str(&json).expect("what was stored is read");
    assert_eq!(questionnaire, stored);
    let compiled = Compiled::new(stored).expect("what parses compiles");
    if let Some(rules) = rules {
        let _ = measures::parse(rules, &compiled);
    }
});
