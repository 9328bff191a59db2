//! What the first page of a survey says before anybody answers: how long it takes, what is kept, whom to ask. Pure.

use super::survey::Mode;
use super::watching::is_asked_of_some;
use crate::ground::Language;
use crate::words;
use forms::questionnaire::{Kind, Question, Questionnaire};

words! {
    /// What is kept of an answer, as its first and its last page say it (`surveys-kept-<word>`,
    /// `surveys-final-<word>`).
    pub enum Kept {
        /// By the open link: nothing joins an answer to anybody.
        AnonymousOpen = "anonymous_open",
        /// Invited; that somebody has answered is known, what they answered is not.
        AnonymousInvitation = "anonymous_invitation",
        /// Invited, and the answer is joined to the invitation.
        ConfidentialInvitation = "confidential_invitation",
    }
}

impl Kept {
    /// Of a way to answer, and whether the answers are confidential rather than anonymous.
    pub fn of(mode: Mode, confidential: bool) -> Self {
        match (mode, confidential) {
            (Mode::Invitation, true) => Self::ConfidentialInvitation,
            (Mode::Invitation, false) => Self::AnonymousInvitation,
            (Mode::OpenLink | Mode::Agency, _) => Self::AnonymousOpen,
        }
    }

    /// The key of a text about it.
    pub fn key(self, of: &str) -> String {
        format!("surveys-{of}-{}", self.as_str().replace('_', "-"))
    }
}

/// Milliseconds to read a letter of an alphabet, and a sign that stands for a word.
const LETTER: usize = 66;
const SIGN: usize = 200;
/// On each page beside its questions, and at the end with all answers.
const PAGE: usize = 4_000;
const CHECK: usize = 30_000;

/// About how many minutes it takes to answer: each question read once in that language and answered at leisure, those
/// that not everybody is asked by half. At least one; from five on in steps of five, as nobody knows it better.
pub fn minutes(questionnaire: &Questionnaire, language: &Language) -> usize {
    let asked = questionnaire.questions.iter().filter(|question| question.is_visible());
    let all: usize = asked.map(|question| takes(questionnaire, question, language)).sum();
    let minutes = (all + PAGE * questionnaire.pages.len() + CHECK).div_ceil(60_000);
    if minutes <= 5 { minutes } else { minutes.next_multiple_of(5) }
}

/// Milliseconds for a question.
fn takes(questionnaire: &Questionnaire, question: &Question, language: &Language) -> usize {
    let text = |text: &forms::questionnaire::Text| read(text.get(language, &questionnaire.default_language));
    let choices = questionnaire.choices(question);
    // Of a long list nobody reads all.
    let labels: usize = choices.iter().take(15).map(|choice| text(&choice.label)).sum();
    let answering = match &question.kind {
        _ if question.read_only => 0,
        Kind::Note | Kind::Calculate | Kind::Hidden | Kind::Metadata { .. } => 0,
        Kind::Acknowledge => 2_000,
        Kind::SelectOne { .. } | Kind::Range { .. } => 4_000,
        Kind::SelectMultiple { .. } | Kind::Integer | Kind::Decimal => 7_000,
        Kind::Rank { .. } => 5_000 * choices.len(),
        Kind::Date => 9_000,
        Kind::Time => 7_000,
        Kind::DateTime => 15_000,
        Kind::Text if question.looks("multiline") => 45_000,
        Kind::Text => 15_000,
    };
    let whole = text(&question.label) + text(&question.hint) + labels + answering;
    if is_asked_of_some(questionnaire, question) { whole / 2 } else { whole }
}

/// Milliseconds to read a text.
fn read(text: &str) -> usize {
    let sign = |c: char| matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{20000}'..);
    text.chars().map(|c| if sign(c) { SIGN } else { LETTER }).sum()
}

/// Whom to ask: whom the survey names, else where mail to the instance is answered. Nobody where that is this machine
/// alone.
pub fn contact<'a>(own: &'a str, reply_to: &'a str, from: &'a str) -> &'a str {
    let address = |text: &'a str| text.rsplit_once('<').map_or(text, |(_, rest)| rest.trim_end_matches('>')).trim();
    let there = |text: &&str| !text.is_empty() && !text.ends_with("@localhost");
    Some(own.trim()).filter(|own| !own.is_empty()).or_else(|| [address(reply_to), address(from)].into_iter().find(there)).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: &str) -> Questionnaire {
        let sheet = format!("type,name,label,relevant\n{rows}");
        forms::questionnaire::parse(sheet.as_bytes(), Some(b"list_name,name,label\nyn,yes,Yes\nyn,no,No\n"), None).unwrap()
    }

    #[test]
    fn more_questions_take_longer_and_nobody_is_told_a_minute_too_precisely() {
        let row = |n: usize| format!("select_one yn,q{n},Did you take part in a course?,\n");
        let asked = |count: usize| of(&(0..count).map(row).collect::<Vec<_>>().concat());
        let told: Vec<usize> = [1, 10, 20, 60, 200].iter().map(|count| minutes(&asked(*count), &Language::ENGLISH)).collect();
        assert_eq!(told, [1, 2, 3, 10, 25]);
    }

    #[test]
    fn what_not_everybody_is_asked_counts_by_half_and_what_is_written_takes_longest() {
        let first = "select_one yn,a,Yes?,\n";
        let rows = |when: &str| (0..20).map(|n| format!("text,t{n},Why?,{when}\n")).collect::<Vec<_>>().concat();
        let (some, all) = (rows("${a} = 'yes'"), rows(""));
        assert_eq!(
            (minutes(&of(&format!("{first}{some}")), &Language::ENGLISH), minutes(&of(&format!("{first}{all}")), &Language::ENGLISH)),
            (4, 10)
        );
    }

    #[test]
    fn somebody_can_be_asked_unless_nobody_is_named() {
        assert_eq!(contact(" Town hall\n+962 6 1 ", "a@b.example", ""), "Town hall\n+962 6 1");
        assert_eq!(contact("", "", "Stoa <stoa@city.example>"), "stoa@city.example");
        assert_eq!(contact("", "ask@city.example", "Stoa <stoa@city.example>"), "ask@city.example");
        assert_eq!(contact("", "", "Stoa <stoa@localhost>"), "");
    }

    #[test]
    fn what_is_kept_depends_on_how_somebody_came() {
        let kept = |mode, confidential| Kept::of(mode, confidential).key("kept");
        assert_eq!(kept(Mode::OpenLink, false), "surveys-kept-anonymous-open");
        assert_eq!(kept(Mode::Invitation, false), "surveys-kept-anonymous-invitation");
        assert_eq!(kept(Mode::Invitation, true), "surveys-kept-confidential-invitation");
    }
}
