//! Expressions: any text is one or is refused, and its value is always one.

#![no_main]

use forms::expression::{Day, Expression, Moment, Scope, Value};
use libfuzzer_sys::fuzz_target;

struct Known<'a>(&'a str);

impl Scope for Known<'_> {
    fn reference(&self, slot: usize, _: &str) -> Value<'_> {
        match slot % 4 {
            0 => Value::from(self.0),
            1 => Value::Number(self.0.len() as f64),
            2 => Value::EMPTY,
            _ => Value::Day(Day::from_date(2026, 3, 14).expect("a day")),
        }
    }

    fn current(&self) -> Value<'_> {
        Value::from(self.0)
    }

    fn column(&self, name: &str) -> Value<'_> {
        Value::Number(name.len() as f64)
    }

    fn now(&self) -> Moment {
        Day::from_date(2026, 3, 14).expect("a day").into()
    }
}

fuzz_target!(|text: &str| {
    let (source, current) = text.split_once('\0').unwrap_or((text, "12"));
    if let Ok(expression) = Expression::parse(source) {
        let scope = Known(current);
        let value = expression.evaluate(&scope);
        let _ = (value.to_boolean(), value.to_number(), value.to_day(), value.into_text());
    }
});
