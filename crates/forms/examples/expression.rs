//! Expressions of questionnaires, with names that stand for whatever the caller says: here the cells of
//! one row.
//!
//! `cargo run -p stoa-forms --example expression`

use std::error::Error;

use forms::expression::{Day, Expression, Moment, Scope, Value};

/// One row of a register, and the day on which it is looked at.
struct Row {
    cells: &'static [(&'static str, &'static str)],
    today: Day,
}

impl Scope for Row {
    /// What `${name}` stands for; a cell that is not there is empty, like a question without an answer.
    fn reference(&self, _: usize, name: &str) -> Value<'_> {
        self.cells.iter().find(|cell| cell.0 == name).map_or(Value::EMPTY, |cell| Value::from(cell.1))
    }

    fn current(&self) -> Value<'_> {
        Value::EMPTY
    }

    fn column(&self, _: &str) -> Value<'_> {
        Value::EMPTY
    }

    fn now(&self) -> Moment {
        self.today.into()
    }
}

pub fn main() -> Result<(), Box<dyn Error>> {
    let today = Day::from_date(2026, 3, 14).ok_or("no such day")?;
    let row = Row { cells: &[("born", "1990-05-01"), ("ways", "bus bike"), ("hours", "37.5")], today };
    for source in [
        "int((today() - date(${born})) div 365.25)",
        "selected(${ways}, 'bike') and ${hours} > 20",
        "if(${pay} = '', 'not said', ${pay})",
        "round(${hours} div 5, 1)",
    ] {
        let expression = Expression::parse(source)?;
        println!("{source}\n  uses {:?}: {}", expression.references(), expression.evaluate(&row).into_text());
    }
    // What is no expression is refused at the character where it goes wrong.
    if let Err(refused) = Expression::parse("${hours} > (20") {
        println!("refused: {refused}");
    }
    Ok(())
}
