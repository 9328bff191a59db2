//! Expressions: the values they have, and where a text that is none is refused.

use forms::expression::{Day, Expression, MAXIMUM_JOINED, Moment, Scope, Value};
use proptest::prelude::*;

use crate::{today, without_files};

/// Questions `n` = 3, `d` = 2020-02-29, `t` = "yes", `m` = "bus bike", `empty`.
struct Known;

impl Scope for Known {
    fn reference(&self, _: usize, name: &str) -> Value<'_> {
        match name {
            "n" => Value::Number(3.0),
            "d" => Value::Day(Day::from_date(2020, 2, 29).expect("a day")),
            "t" => Value::from("yes"),
            "m" => Value::from("bus bike"),
            _ => Value::EMPTY,
        }
    }

    fn current(&self) -> Value<'_> {
        Value::Number(17.0)
    }

    fn column(&self, name: &str) -> Value<'_> {
        if name == "region" { Value::from("north") } else { Value::EMPTY }
    }

    fn choice_label(&self, _: usize, _: &str, choice: &str) -> Value<'_> {
        Value::from(format!("label of {choice}"))
    }

    fn now(&self) -> Moment {
        Moment { day: today(), second: 43_200 }
    }
}

fn outcome(source: &str) -> String {
    match Expression::parse(source) {
        Ok(expression) => expression.evaluate(&Known).into_text().into_owned(),
        Err(error) => panic!("{source}: {error}"),
    }
}

#[test]
fn an_expression_has_the_value_that_xpath_gives_it() {
    for (source, expected) in [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("7 - 2 - 1", "4"),
        ("7 div 2", "3.5"),
        ("-7 mod 3", "-1"),
        ("7 mod -3", "1"),
        ("--3", "3"),
        ("- - -3 + 1", "-2"),
        ("1 div 0", "Infinity"),
        ("0 div 0", "NaN"),
        (".5 + 1.", "1.5"),
        ("10000000000", "10000000000"),
        ("0.1 + 0.2 = 0.3", "true"),
        ("1 = 1 and 2 = 3 or true()", "true"),
        ("true() or false() and false()", "true"),
        ("1 < 2 = true()", "true"),
        ("3 > 2 > 1", "false"),
        ("'a' = \"a\"", "true"),
        ("'1' = 1", "true"),
        ("'1.0' = '1'", "false"),
        ("'' = 0", "false"),
        ("'' < 1", "false"),
        ("'abc' != 1", "true"),
        ("'1e3' = 1000", "false"),
        ("true() = 'false'", "true"),
        ("true() = 1", "true"),
        ("${empty} = ''", "true"),
        ("${empty} > 0", "false"),
        ("${empty} + 1", "NaN"),
        ("${ n } >= 3", "true"),
        (". >= 16 and . < 18", "true"),
        ("string-length() = 2", "true"),
        ("string-length('größe')", "5"),
        ("not(${t} = 'yes')", "false"),
        ("selected(${m}, 'bike')", "true"),
        ("selected(${m}, 'bik')", "false"),
        ("selected(${empty}, 'bike')", "false"),
        ("count-selected(${m})", "2"),
        ("count-selected(${empty})", "0"),
        ("if(${n} > 2, 'many', 'few')", "many"),
        ("if('', 1, 2)", "2"),
        ("coalesce(${empty}, ${t})", "yes"),
        ("coalesce(number('x'), 5)", "5"),
        ("once(1)", "17"),
        ("contains('learning', 'earn')", "true"),
        ("regex('AB12', '[A-Z]{2}\\d+')", "true"),
        ("regex('AB12x', '[A-Z]{2}\\d+')", "false"),
        ("regex('١٢', '\\d+')", "false"),
        ("regex('a.b', '\\w+\\.[\\w\\s]')", "true"),
        ("number('12,5')", "12.5"),
        ("number(' 12 ')", "12"),
        ("number('')", "NaN"),
        ("string(1.50)", "1.5"),
        ("string(true())", "true"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-2"),
        ("round(1.005, 2)", "1.01"),
        ("round(1234, -2)", "1200"),
        ("int(-2.9)", "-2"),
        ("min(3, ${empty}, 1.5)", "1.5"),
        ("max(-3, -2)", "-2"),
        ("max(${empty})", "NaN"),
        ("sum(1, ${n}, ${empty})", "4"),
        ("today()", "2026-03-14"),
        ("now()", "2026-03-14T12:00:00"),
        ("now() > today()", "true"),
        ("today() - date('2026-03-01')", "13"),
        ("${d} < today()", "true"),
        ("${d} = '2020-02-29'", "true"),
        ("${d} + 1 = date('2020-03-01')", "true"),
        ("date('2021-02-29')", ""),
        ("date(0)", "1970-01-01"),
        ("int((today() - ${d}) div 365.25)", "6"),
        ("region = 'north'", "true"),
        ("concat('a', ${n}, ${empty}, true(), ${d})", "a3true2020-02-29"),
        ("concat()", ""),
        ("join(', ', ${t}, ${n}, '')", "yes, 3, "),
        ("join('-')", ""),
        ("starts-with('stoa', 'st') and ends-with('stoa', 'oa') and not(ends-with('stoa', 'st'))", "true"),
        ("substr('hello', 1, 3)", "el"),
        ("substr('hello', -3)", "llo"),
        ("substr('hello', 0, -1)", "hell"),
        ("substr('hello', 3, 1)", ""),
        ("substring-before('2020-02-29', '-')", "2020"),
        ("substring-after('2020-02-29', '-')", "02-29"),
        ("substring-after('abc', 'x')", ""),
        ("translate('bare', 'abe', 'AB')", "BAr"),
        ("normalize-space('  a \t b\n')", "a b"),
        ("normalize-space()", "17"),
        ("boolean('false') and not(boolean(0))", "true"),
        ("boolean-from-string('TRUE')", "true"),
        ("boolean-from-string('yes')", "false"),
        ("abs(-2.5)", "2.5"),
        ("pow(2, 10)", "1024"),
        ("pow(1, number('x'))", "NaN"),
        ("round(sqrt(2) * pi(), 3)", "4.443"),
        ("selected-at(${m}, 1)", "bike"),
        ("selected-at(${m}, 2)", ""),
        ("selected-at(${m}, -1)", ""),
        ("count(${n}) + count-non-empty(${empty})", "1"),
        ("jr:choice-name(${t}, '${t}')", "label of yes"),
        ("jr:choice-name('no', ' ${ t } ')", "label of no"),
        ("format-date(${d}, '%e %b %Y, %a %d/%n/%m/%y %%')", "29 Feb 2020, Sat 29/2/02/20 %"),
        ("format-date-time(now(), '%Y-%m-%dT%H:%M:%S.%3 %h')", "2026-03-14T12:00:00.000 12"),
        ("format-date('2020-02-29T06:07:08.900+02:00', '%H:%M:%S')", "06:07:08"),
        ("format-date(${empty}, '%Y')", ""),
        ("format-date('soon', '%Y')", ""),
        ("decimal-date-time('1970-01-02T06:00')", "1.25"),
        ("decimal-date-time(${d})", "18321"),
        ("decimal-date-time('')", ""),
        ("decimal-time(now())", "0.5"),
        ("date-time(1.5)", "1970-01-02T12:00:00"),
        ("date(now())", "2026-03-14"),
        ("\u{2018}yes\u{2019} = ${t}", "true"),
        ("\"it's\"", "it's"),
    ] {
        assert_eq!(outcome(source), expected, "{source}");
    }
}

#[test]
fn a_text_that_is_no_expression_is_refused_at_the_character_where_it_goes_wrong() {
    for (source, position) in [
        ("", 1),
        ("1 +", 4),
        ("(1", 1),
        ("1)", 2),
        ("1 2", 3),
        ("${age", 1),
        ("${}", 1),
        ("'open", 1),
        ("if(1, 2)", 1),
        ("pulldata('x')", 1),
        ("../age", 1),
        ("/data/age", 1),
        ("1 ! 2", 3),
        ("1.2.3", 1),
        ("regex(., ${pattern})", 1),
        ("regex(., '(')", 1),
        ("regex(., '(?=x)')", 1),
        ("regex(., ')(')", 1),
        ("regex(., '(\\w{500}){500}')", 1),
        ("today(1)", 1),
        ("= 1", 1),
        ("1 and", 6),
        ("position(${a})", 1),
        ("count(1)", 1),
        ("jr:choice-name(${a}, ${a})", 1),
        ("jr:choice-name(${a}, 'a')", 1),
        ("format-date(., '%B')", 1),
        ("format-date(., '%')", 1),
    ] {
        let error = Expression::parse(source).expect_err(source);
        assert_eq!(error.position, position, "{source}: {error}");
    }
}

#[test]
fn depth_length_and_number_of_terms_are_bounded() {
    let nested = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(outcome(&nested(32)), "1");
    assert!(Expression::parse(&nested(33)).is_err());
    assert!(Expression::parse(&"not(".repeat(5_000)).is_err());
    assert!(Expression::parse(&"1+".repeat(3_900)).is_err());
    assert!(Expression::parse(&"1".repeat(8_001)).is_err());
    assert_eq!(outcome(&format!("{}1", "1+".repeat(1_999))), "2000");
    assert_eq!(outcome(&format!("{}1", "-".repeat(7_999))), "-1");
}

#[test]
fn what_calculations_join_has_a_limit() {
    let source = format!("concat('a', '{0}', '{0}')", "\u{1f3db}".repeat(3_000));
    assert_eq!(outcome(&source).len(), MAXIMUM_JOINED - 3);
    let error = Expression::parse("1 + position(..)").unwrap_err();
    assert!(error.message.contains("a path"), "{error}");
    let error = Expression::parse("position()").unwrap_err();
    assert_eq!(error.message, "the function position() is not supported: it counts repeats, and there are none");
}

#[test]
fn an_expression_is_stored_as_its_author_wrote_it() {
    let expression = Expression::parse("${a}  >  ${b} and ${a} != region").expect("parses");
    assert_eq!(expression.references(), ["a", "b"]);
    assert_eq!(expression.columns(), ["region"]);
    let stored = serde_json::to_string(&expression).expect("serialises");
    assert_eq!(stored, r#""${a}  >  ${b} and ${a} != region""#);
    assert_eq!(serde_json::from_str::<Expression>(&stored).expect("reads"), expression);
    assert!(serde_json::from_str::<Expression>("\"1 +\"").is_err());
}

#[test]
fn days_count_as_the_calendar_does() {
    for (date, count) in [((1970, 1, 1), 0), ((2000, 3, 1), 11_017), ((1969, 12, 31), -1), ((1, 1, 1), -719_162), ((9999, 12, 31), 2_932_896)] {
        let day = Day::from_date(date.0, date.1, date.2).expect("a day");
        assert_eq!(day.count(), count);
        assert_eq!(day.date(), date);
    }
    for wrong in ["2021-02-29", "1900-02-29", "2020-13-01", "2020-00-10", "20-1-1", "2020/01/01", "2020-01", "2020-01-01-01", "+020-01-01"] {
        assert_eq!(Day::parse(wrong), None, "{wrong}");
    }
    assert_eq!(Day::parse("2000-2-29"), Day::from_date(2000, 2, 29));
}

proptest! {
    #![proptest_config(without_files())]

    #[test]
    fn every_day_is_the_day_after_the_day_before(count in -719_161_i64..2_932_896) {
        let (day, before) = (Day::from_count(count).unwrap(), Day::from_count(count - 1).unwrap());
        prop_assert_eq!(Day::parse(&day.to_string()), Some(day));
        let ((_, month, number), (_, last_month, last)) = (day.date(), before.date());
        prop_assert!(number == last + 1 && month == last_month || number == 1 && last >= 28);
    }

    #[test]
    fn no_text_makes_the_parser_panic(source in "\\PC{0,80}") {
        let _ = Expression::parse(&source).map(|parsed| parsed.holds(&Known));
    }

    #[test]
    fn no_sequence_of_words_makes_parser_or_evaluation_panic(
        words in prop::collection::vec(prop::sample::select(vec![
            "(", ")", ",", "+", "-", "*", " div ", " mod ", " and ", " or ", "=", "!=", "<", ">=",
            "${n}", "${d}", "${m}", "${empty}", ".", "1", "-0.5", "'a'", "''", "1e9", "99999999999999999999",
            "not(", "if(", "selected(", "count-selected(", "round(", "int(", "date(", "today()",
            "now()", "min(", "sum(", "once(", "string-length()", "regex(", "'[a-z'", "coalesce(", "region",
            "concat(", "join(", "substr(", "translate(", "selected-at(", "format-date(", "'%Y'", "pow(", "decimal-date-time(", "jr:choice-name(",
        ]), 0..40)
    ) {
        let source = words.concat();
        if let Ok(expression) = Expression::parse(&source) {
            let value = expression.evaluate(&Known);
            let _ = (value.to_boolean(), value.to_number(), value.to_day(), value.into_text());
        }
    }
}
