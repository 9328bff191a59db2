//! Where expressions have another value here than in the engines that run the same form: JavaRosa (ODK Collect,
//! KoboCollect) and ODK Web Forms. On purpose, each; what is not here and differs is a fault.
//!
//! The table is held against the engines by the comparison in `tests/fixtures`; `differing` finds what is in an
//! expression. Rule to keep: who adds a row adds an expression that shows it.

use serde::Serialize;

/// What there is to say about a difference, in English.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    pub difference: Difference,
    /// As interfaces write it.
    pub code: &'static str,
    /// What an expression has.
    pub what: &'static str,
    /// What comes of it here, in JavaRosa, and in ODK Web Forms.
    pub here: &'static str,
    pub javarosa: &'static str,
    pub web_forms: &'static str,
    /// Why it is so here.
    pub why: &'static str,
    /// Whether an `XForm` that is written here says it in other words, so that both engines compute what is computed
    /// here.
    pub mended: bool,
}

/// Writes the table once for the names and what is told of them.
macro_rules! differences {
    ($($name:ident, $code:literal, mended $mended:literal: $what:literal
        here $here:literal javarosa $javarosa:literal web_forms $web_forms:literal why $why:literal;)*) => {
        /// One kind of difference, stable for interfaces.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Difference {
            $($name,)*
        }

        /// All of them.
        pub const DIFFERENCES: &[Told] = &[$(Told {
            difference: Difference::$name, code: $code, what: $what,
            here: $here, javarosa: $javarosa, web_forms: $web_forms, why: $why, mended: $mended,
        },)*];
    };
}

differences! {
    TruthOfQuestion, "truth_of_question", mended true: "a question that stands alone as a condition"
        here "true where it has an answer that is not 0"
        javarosa "the same"
        web_forms "true whether it has an answer or not"
        why "web forms ask whether there is such a question";
    ComputedBoolean, "computed_boolean", mended true: "the value of a calculation that is true or false, elsewhere than as a condition"
        here "1 or 0"
        javarosa "true or false, and the same as any text or number but 0"
        web_forms "the text true or false"
        why "it has to be kept as something; 1 and 0 are what JavaRosa sends";
    ConditionOfLiterals, "condition_of_literals", mended false: "and, or between what is written out"
        here "true or false"
        javarosa "the same"
        web_forms "one of the two values"
        why "nobody means it";
    ChoiceWithBlank, "choice_with_blank", mended true: "a choice whose name has a blank"
        here "one name"
        javarosa "several names with blanks between them"
        web_forms "the same, or none"
        why "an answer to a select_one is one name";
    ChoiceByNumber, "choice_by_number", mended true: "selected() and its like with a number or a day in place of a name"
        here "what it is as text"
        javarosa "stops with an error"
        web_forms "what it is as text"
        why "a number is a name where a list has it";
    GreatestBelowZero, "greatest_below_zero", mended true: "max() where all numbers may be below zero"
        here "the greatest of them"
        javarosa "0"
        web_forms "the greatest of them"
        why "it is the greatest";
    ExtremeOfEmpty, "extreme_of_empty", mended true: "min(), max() or sum() of what may have no answer"
        here "of the others"
        javarosa "of the others"
        web_forms "nothing"
        why "who leaves one out has answered the others";
    SumOfArguments, "sum_of_arguments", mended true: "sum() of anything but one question"
        here "the sum"
        javarosa "stops with an error"
        web_forms "stops with an error"
        why "it says what is meant";
    CountOfHidden, "count_of_hidden", mended false: "count() of a question that may not be asked"
        here "0 while it is not asked"
        javarosa "0 while it is not asked"
        web_forms "1"
        why "what is not asked counts for nothing";
    HalfBelowZero, "half_below_zero", mended false: "round() of a number below zero"
        here "a half goes up; tens and hundreds as whole numbers do"
        javarosa "a half goes up; tens and hundreds are cut off below zero"
        web_forms "a half goes away from zero"
        why "XPath rounds halves up";
    DecimalsEqual, "decimals_equal", mended false: "= between numbers with decimals that are computed"
        here "equal but for 0.000000000001"
        javarosa "the same"
        web_forms "equal to the last binary digit"
        why "0.1 + 0.2 is 0.3 to whoever wrote it";
    TextAsNumber, "text_as_number", mended false: "text that is taken for a number"
        here "digits, with a point or a comma"
        javarosa "the same"
        web_forms "also days, 1e3 and +5, but no comma"
        why "text questions take anything";
    NumberBesideText, "number_beside_text", mended true: "= between a number and digits in quotes that are no plain number"
        here "compared as numbers"
        javarosa "compared as numbers"
        web_forms "compared as text"
        why "one side is a number";
    NumberWritten, "number_written", mended false: "a number from ten million on, or below 0.001, in a text"
        here "all its digits"
        javarosa "with an exponent"
        web_forms "all its digits"
        why "readers know no exponents";
    NoNumberInText, "no_number_in_text", mended false: "a computed number in a text that is joined"
        here "NaN where it is none"
        javarosa "NaN where it is none"
        web_forms "nothing where it is none"
        why "as on phones";
    DayAsText, "day_as_text", mended false: "a day or a time in quotes, compared by < or > or computed with"
        here "no number: always false; write date('…') or date-time('…')"
        javarosa "the same"
        web_forms "a day, or nothing"
        why "text is no number";
    NoDay, "no_day", mended false: "a day that is none"
        here "nothing"
        javarosa "stops with an error"
        web_forms "nothing, or an error"
        why "evaluation does not stop";
    DayWithTime, "day_with_time", mended false: "date() of what has a time of day"
        here "the day"
        javarosa "the day of now(), else with its time"
        web_forms "with its time"
        why "date() makes a day";
    DayOfNumber, "day_of_number", mended false: "format-date() of a number, or of a time alone"
        here "the day with that number; the time"
        javarosa "the same"
        web_forms "nothing"
        why "date() takes numbers";
    FormatOfDay, "format_of_day", mended false: "names of days and months in format-date(), and %3 or %%"
        here "in English"
        javarosa "in the language of the phone"
        web_forms "without days of the week"
        why "an expression is evaluated for all languages";
    DecimalTime, "decimal_time", mended false: "decimal-time(), decimal-date-time()"
        here "by the clock of who answers"
        javarosa "by the world's clock"
        web_forms "by the world's clock; decimal-time() is nothing, and so is either of a time alone"
        why "no zone is kept";
    NowAsNumber, "now_as_number", mended false: "now(), or an answer with a time of day, as a number, compared or in a text"
        here "with the time of day; now() beside what has one stands for its day"
        javarosa "the day alone"
        web_forms "with the time of day and its zone; a time alone is no number"
        why "a moment is later than its day";
    PosixClass, "posix_class", mended false: "[:alpha:] and its like in a pattern"
        here "letters, digits …"
        javarosa "the characters between the brackets"
        web_forms "the characters between the brackets"
        why "it says what is meant";
    LettersOfScripts, "letters_of_scripts", mended false: "\\p{L} and its like in a pattern"
        here "letters of every script"
        javarosa "the same"
        web_forms "the characters p{L}"
        why "names are written in every script";
    PartOfText, "part_of_text", mended true: "a pattern without ^ and $"
        here "fits the whole text"
        javarosa "fits the whole text"
        web_forms "fits a part of the text"
        why "as on phones";
    BooleanOfWord, "boolean_of_word", mended false: "boolean-from-string() of a word in capitals"
        here "as in small letters"
        javarosa "as in small letters"
        web_forms "false"
        why "as on phones";
    PlaceThatIsNone, "place_that_is_none", mended false: "substr() at a place that may be no number"
        here "from the beginning"
        javarosa "from the beginning"
        web_forms "nothing"
        why "as on phones";
    TwoSigns, "two_signs", mended true: "two minus signs in a row"
        here "the number"
        javarosa "the number"
        web_forms "stops with an error"
        why "XPath allows it";
    LabelOfChoice, "label_of_choice", mended false: "jr:choice-name() in a questionnaire of several languages"
        here "in the default language"
        javarosa "in the language that is shown"
        web_forms "in the language that is shown"
        why "one answer is kept, whichever language it was given in";
    JoinedText, "joined_text", mended false: "a very long text put together"
        here "8,192 bytes of it"
        javarosa "all of it"
        web_forms "all of it"
        why "calculations may double it again and again";
    NoNumberKept, "no_number_kept", mended false: "a calculation that is no number"
        here "no answer"
        javarosa "NaN"
        web_forms "no answer"
        why "nothing was computed";
    Refused, "refused", mended false: "what this language lacks: repeats, paths, chance, look-around, patterns that are computed"
        here "refused when the questionnaire is read"
        javarosa "computed"
        web_forms "computed, some of it"
        why "nothing is dropped in silence";
}

impl Difference {
    /// What there is to say about it.
    pub fn told(self) -> &'static Told {
        DIFFERENCES.iter().find(|told| told.difference == self).expect("the table has a row for each difference")
    }

    /// A sentence for whoever wrote the expression.
    pub fn message(self) -> String {
        let Told { what, here, javarosa, web_forms, mended, .. } = self.told();
        let mended = if *mended { "; an XForm that is written here says it so that all agree" } else { "" };
        format!("{what}: here {here}; in JavaRosa (Collect) {javarosa}; in ODK Web Forms {web_forms}{mended}")
    }
}
