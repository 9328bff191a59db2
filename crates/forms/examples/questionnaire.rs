//! A questionnaire in two languages is read from its sheets, asked page by page, and answered twice:
//! once well and once not. Then a sheet with mistakes is refused, each at its row and column.
//!
//! `cargo run -p stoa-forms --example questionnaire`

use std::error::Error;

use forms::answers::{Answers, Relevance, check};
use forms::expression::Day;
use forms::questionnaire::{Compiled, measures, parse};

const SURVEY: &str = "\
type,name,label::English (en),label::Arabic (ar),relevant,constraint,constraint_message::English (en),required
integer,age,How old are you?,كم عمرك؟,,. >= 16 and . <= 120,Sixteen or older please.,yes
select_one yn,course,Did you take a course this year?,هل التحقت بدورة هذا العام؟,,,,yes
begin_group,about,Your course,دورتك,${course} = 'yes',,,
integer,hours,How many hours was it?,كم ساعة كانت؟,,. > 0,,yes
end_group,,,,,,,
";
const CHOICES: &str = "\
list_name,name,label::English (en),label::Arabic (ar)
yn,yes,Yes,نعم
yn,no,No,لا
";
const MEASURES: &str = "measure,question,statistic,positive,domain\n1.1,course,proportion,yes,${age} >= 25\n1.2,hours,mean,,\n";

pub fn main() -> Result<(), Box<dyn Error>> {
    let questionnaire = parse(SURVEY.as_bytes(), Some(CHOICES.as_bytes()), None).map_err(|errors| format!("{errors:?}"))?;
    println!("languages: {}", questionnaire.languages.join(", "));
    let compiled = Compiled::new(questionnaire).map_err(|errors| format!("{errors:?}"))?;
    let rules = measures::parse(MEASURES.as_bytes(), &compiled).map_err(|errors| format!("{errors:?}"))?;
    // There is no clock here: the caller says which day it is where the respondent is.
    let today = Day::from_date(2026, 3, 14).ok_or("no such day")?;

    for sent in [r#"{"age": " ٤٢ ", "course": "yes", "hours": 30}"#, r#"{"age": 12, "course": "no", "hours": 30}"#] {
        let answers: Answers = serde_json::from_str(sent)?;
        let relevance = Relevance::of(&compiled, &answers, today);
        println!("\n{sent}\n  pages asked: {:?}", relevance.pages().collect::<Vec<_>>());
        match check(&compiled, &answers, today) {
            Ok(checked) => {
                println!("  kept: {}", serde_json::to_string(&checked.answers)?);
                for rule in &rules {
                    println!("  measure {}: {:?}", rule.measure, measures::value(&compiled, rule, &checked.answers));
                }
            }
            Err(errors) => {
                for error in errors {
                    println!("  {}: {} ({})", error.question, error.code.as_str(), error.message.get("en", "en"));
                }
            }
        }
    }

    let mistaken = SURVEY.replace("${course}", "${cuorse}").replace("integer,hours", "number,hours");
    for error in parse(mistaken.as_bytes(), Some(CHOICES.as_bytes()), None).err().unwrap_or_default() {
        println!("\nrefused: {error}");
    }
    Ok(())
}
