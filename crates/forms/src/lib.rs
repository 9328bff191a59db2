//! Questionnaires: the sheets they are written in, the expressions in them, and the answers to them.
//!
//! | module | what is in it |
//! |---|---|
//! | [`questionnaire`] | what is asked: read from the sheets of an XLSForm, each mistake refused at its row and column, and written back; which question measures what |
//! | [`expression`] | relevance, constraints, calculations and choice filters, in the XPath subset of XLSForm |
//! | [`answers`] | which questions are relevant, whether answers fit, and the one form in which they are kept |
//! | [`xform`] | a questionnaire as an ODK `XForm`, for phones and web pages that run it |
//! | [`export`], [`codebook`] | answers as tables of three kinds, and what their columns mean |
//! | [`workbook`], [`table`] | the file it is written in: .xlsx, .xls or CSV, with limits that hold for hostile ones |
//! | [`tag`], [`digits`], [`cells`], [`code`] | what people type: language tags, digits of every script, cells of spreadsheets, codes of measures |
//!
//! Pure: no database, no web, no clock. What is asked is decided here, and what is accepted; who asks
//! whom, where answers are kept and which day it is, is the caller's.
//!
//! # A questionnaire and its answers
//!
//! ```
//! use forms::answers::{AnswerCode, Answers, Relevance, check};
//! use forms::expression::Day;
//! use forms::questionnaire::{Compiled, parse};
//!
//! let survey = "type,name,label,relevant,constraint\n\
//!               integer,age,How old are you?,,. >= 16\n\
//!               select_one yn,works,Do you work?,${age} < 70,\n";
//! let choices = "list_name,name,label\nyn,yes,Yes\nyn,no,No\n";
//! let questionnaire = parse(survey.as_bytes(), Some(choices.as_bytes()), None).unwrap();
//! let compiled = Compiled::new(questionnaire).unwrap();
//! let today = Day::from_date(2026, 3, 14).unwrap();
//!
//! // Digits of any script are read; an answer to a question that is not relevant is left out, and named.
//! let answers: Answers = serde_json::from_str(r#"{"age": "٨٢", "works": "yes"}"#)?;
//! let works = compiled.position("works").unwrap();
//! assert!(!Relevance::of(&compiled, &answers, today).is_relevant(works));
//! let checked = check(&compiled, &answers, today).unwrap();
//! assert_eq!(serde_json::to_string(&checked.answers)?, r#"{"age":82}"#);
//! assert_eq!(checked.removed, ["works"]);
//!
//! // What does not fit is named at its question.
//! let answers: Answers = serde_json::from_str(r#"{"age": 12}"#)?;
//! let errors = check(&compiled, &answers, today).unwrap_err();
//! assert_eq!((errors[0].question.as_str(), errors[0].code), ("age", AnswerCode::Constraint));
//!
//! // So is what is wrong in a sheet: the second row of survey refers to no question.
//! let errors = parse(b"type,name,label,relevant\ntext,a,A,${b} = 1\n", None, None).unwrap_err();
//! assert_eq!((errors[0].sheet, errors[0].row, errors[0].column.as_str()), ("survey", 2, "relevant"));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # An expression
//!
//! ```
//! use forms::expression::{Day, Expression, Moment, Scope, Value};
//!
//! /// Every name is the number 3.
//! struct Three;
//!
//! impl Scope for Three {
//!     fn reference(&self, _: usize, _: &str) -> Value<'_> { Value::Number(3.0) }
//!     fn current(&self) -> Value<'_> { Value::EMPTY }
//!     fn column(&self, _: &str) -> Value<'_> { Value::EMPTY }
//!     fn now(&self) -> Moment { Day::from_date(2026, 3, 14).unwrap().into() }
//! }
//!
//! let expression = Expression::parse("if(${visits} > 2, 'often', 'seldom')")?;
//! assert_eq!(expression.references(), ["visits"]);
//! assert_eq!(expression.evaluate(&Three).into_text(), "often");
//! assert_eq!(Expression::parse("1 +").unwrap_err().position, 4);
//! # Ok::<(), forms::expression::ParseError>(())
//! ```
//!
//! Longer ones are in `examples/`.

pub mod answers;
pub mod cells;
pub mod code;
pub mod codebook;
pub mod digits;
pub mod export;
pub mod expression;
pub mod list;
pub mod markup;
pub mod questionnaire;
pub mod table;
pub mod tag;
pub mod workbook;
pub mod xform;
mod xml;
