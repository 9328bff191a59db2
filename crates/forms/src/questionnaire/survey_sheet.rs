//! The survey sheet: questions and groups, row by row.
//! Not here: whether references lead anywhere; that shows when all rows are read.

use std::collections::{HashMap, HashSet};

use super::choice_sheet::{ChoiceLists, other_words};
use super::kind::{RowType, apply_parameters, row_type};
use super::rows::Rows;
use super::sheet::{Sheet, excerpt};
use super::sheet_error::Faults;
use super::survey_row::{Place, check_fit, check_words, is_no, is_yes, preset};
use super::{Group, Kind, Question, SheetCode, Text};
use crate::expression::Expression;

/// How deep groups may nest.
const MAXIMUM_NESTING: usize = 16;
/// Bytes a name may have: what statistics packages take.
const MAXIMUM_NAME: usize = 64;

/// What a survey sheet may have; the last is a column without a name.
pub(super) const COLUMNS: [&str; 17] = [
    "type",
    "name",
    "label",
    "hint",
    "guidance_hint",
    "required",
    "required_message",
    "relevant",
    "constraint",
    "constraint_message",
    "calculation",
    "default",
    "read_only",
    "appearance",
    "parameters",
    "choice_filter",
    "",
];

/// The columns a group may fill.
const GROUP_COLUMNS: [&str; 5] = ["type", "name", "label", "relevant", "appearance"];

pub(super) struct SurveySheet<'a> {
    sheet: &'a Sheet,
    /// The default one first.
    languages: &'a [String],
    lists: &'a mut ChoiceLists,
    questions: Vec<Question>,
    groups: Vec<Group>,
    rows: Rows,
    names: HashSet<String>,
    /// Open groups, outermost first; `None` for one that was refused.
    open: Vec<(usize, Option<usize>)>,
}

impl<'a> SurveySheet<'a> {
    pub(super) fn new(sheet: &'a Sheet, languages: &'a [String], lists: &'a mut ChoiceLists) -> Self {
        Self { sheet, languages, lists, questions: Vec::new(), groups: Vec::new(), rows: Rows::default(), names: HashSet::new(), open: Vec::new() }
    }

    pub(super) fn read(&mut self, faults: &mut Faults) {
        for required in ["type", "name"] {
            if !self.sheet.headers.iter().any(|header| header.key == required) {
                faults.add(self.sheet.name, 1, required, SheetCode::MissingColumn, format!("the column \"{required}\" is missing"));
            }
        }
        self.sheet.refuse_unknown(&COLUMNS, faults);
        let sheet = self.sheet;
        for row in &sheet.rows {
            let mut place = Place { sheet, row, default_language: &self.languages[0], faults: &mut *faults };
            let cell = place.cell("type");
            if cell.is_empty() {
                place.add("type", SheetCode::MissingType, "this row has no type");
                self.rows.refused.insert(place.cell("name").to_owned());
                continue;
            }
            match row_type(cell) {
                Ok(RowType::BeginGroup) => self.begin_group(&mut place),
                Ok(RowType::EndGroup) => {
                    if self.open.pop().is_none() {
                        place.add("type", SheetCode::UnbalancedGroup, "this end_group closes nothing");
                    }
                }
                Ok(RowType::Question(kind)) => self.question(kind, &mut place),
                Err((code, message)) => {
                    place.add("type", code, message);
                    self.rows.refused.insert(place.cell("name").to_owned());
                }
            }
        }
    }

    /// The questions, the groups and their rows.
    pub(super) fn finish(self, faults: &mut Faults) -> (Vec<Question>, Vec<Group>, Rows) {
        for (row, _) in &self.open {
            let column = self.sheet.column("type", "");
            faults.add(self.sheet.name, *row, &column, SheetCode::UnbalancedGroup, "this group has no end_group");
        }
        (self.questions, self.groups, self.rows)
    }

    fn begin_group(&mut self, place: &mut Place<'a, '_>) {
        let row = place.row.number;
        if self.open.len() >= MAXIMUM_NESTING {
            place.add("type", SheetCode::TooLarge, format!("groups nested deeper than {MAXIMUM_NESTING}"));
            self.open.push((row, None));
            return;
        }
        for (column, header) in place.sheet.headers.iter().enumerate() {
            let known = !header.key.is_empty() && COLUMNS.contains(&header.key.as_str());
            let cell = place.row.at(column);
            // A plain no says nothing.
            let silent = cell.is_empty() || matches!(header.key.as_str(), "required" | "read_only") && is_no(cell);
            if known && !GROUP_COLUMNS.contains(&header.key.as_str()) && !silent {
                let message = format!("a group has no {}", header.key);
                place.add(&header.key, SheetCode::NotForThisType, message);
            }
        }
        let Some(name) = self.name(place) else {
            self.open.push((row, None));
            return;
        };
        let group =
            Group { name, parent: self.inside(), label: place.text("label"), relevant: place.expression("relevant"), appearance: place.appearance() };
        self.open.push((row, Some(self.groups.len())));
        self.groups.push(group);
        self.rows.groups.push(row);
    }

    fn question(&mut self, mut kind: Kind, place: &mut Place<'a, '_>) {
        if let Err(message) = apply_parameters(&mut kind, place.cell("parameters")) {
            place.add("parameters", SheetCode::InvalidParameter, message);
        }
        let or_other = self.resolve_list(&mut kind, place);
        let Some(name) = self.name(place) else {
            return;
        };
        let required = match place.cell("required") {
            cell if is_no(cell) => None,
            cell if is_yes(cell) => Expression::parse("true()").ok(),
            _ => place.expression("required"),
        };
        let read_only = match place.cell("read_only") {
            cell if is_no(cell) => false,
            cell if is_yes(cell) => true,
            _ => {
                place.add("read_only", SheetCode::InvalidValue, "read_only is yes or no");
                false
            }
        };
        let question = Question {
            name,
            kind,
            group: self.inside(),
            label: place.text("label"),
            hint: place.text("hint"),
            guidance_hint: place.text("guidance_hint"),
            required,
            required_message: place.text("required_message"),
            relevant: place.expression("relevant"),
            constraint: place.expression("constraint"),
            constraint_message: place.text("constraint_message"),
            calculation: place.expression("calculation"),
            default: preset(place),
            read_only,
            appearance: place.appearance(),
            choice_filter: place.expression("choice_filter"),
        };
        check_fit(&question, place);
        check_words(&question, self.lists.lists.get(question.kind.list().unwrap_or_default()), place);
        let other = or_other.then(|| self.other_question(&question));
        if other.is_some() && question.choice_filter.is_some() {
            place.add("choice_filter", SheetCode::NotForThisType, "or_other does not go with a choice filter");
        }
        self.rows.questions.push(place.row.number);
        self.questions.push(question);
        if let Some(other) = other {
            if !self.names.insert(other.name.clone()) {
                place.add("name", SheetCode::DuplicateName, format!("or_other needs the name \"{}\", which is taken", other.name));
            }
            self.rows.questions.push(place.row.number);
            self.questions.push(other);
        }
    }

    /// Checks the list of a select or rank, puts the extended list in its place for
    /// `or_other`, and says whether that was asked for.
    fn resolve_list(&mut self, kind: &mut Kind, place: &mut Place<'a, '_>) -> bool {
        let joins = kind.joins_choices();
        let (Kind::SelectOne { list, .. } | Kind::SelectMultiple { list, .. } | Kind::Rank { list }) = kind else {
            return false;
        };
        let Some(choices) = self.lists.lists.get(list.as_str()) else {
            place.add("type", SheetCode::UnknownList, format!("the choices sheet has no list \"{}\"", excerpt(list)));
            return false;
        };
        if joins {
            let rows = self.lists.rows.get(list.as_str());
            let rows: HashMap<&str, usize> = choices.iter().map(|choice| choice.name.as_str()).zip(rows.into_iter().flatten().copied()).collect();
            for choice in choices.iter().filter(|choice| choice.name.contains(char::is_whitespace)) {
                let row = rows.get(choice.name.as_str()).copied().unwrap_or(1);
                place.faults.add(
                    "choices",
                    row,
                    &self.lists.name_column,
                    SheetCode::SpaceInChoice,
                    format!(
                        "\"{}\" has a space; answers of \"{}\" are stored with spaces between them",
                        excerpt(&choice.name),
                        excerpt(place.sheet.cell(place.row, "name"))
                    ),
                );
            }
        }
        match kind {
            Kind::SelectOne { list, or_other: true } | Kind::SelectMultiple { list, or_other: true } => {
                if let Some(extended) = self.lists.with_other(list, self.languages) {
                    *list = extended;
                }
                true
            }
            _ => false,
        }
    }

    fn other_question(&self, question: &Question) -> Question {
        let mut label = Text::default();
        for language in self.languages {
            label.set(language, other_words(language).1);
        }
        let source = format!("selected(${{{}}}, 'other')", question.name);
        Question {
            name: format!("{}_other", question.name),
            kind: Kind::Text,
            group: question.group,
            label,
            hint: Text::default(),
            guidance_hint: Text::default(),
            required: None,
            required_message: Text::default(),
            relevant: Expression::parse(&source).ok(),
            constraint: None,
            constraint_message: Text::default(),
            calculation: None,
            default: None,
            read_only: false,
            appearance: Vec::new(),
            choice_filter: None,
        }
    }

    fn inside(&self) -> Option<usize> {
        self.open.iter().rev().find_map(|(_, group)| *group)
    }

    /// The name of a row, if it has a good one that no other row has.
    fn name(&mut self, place: &mut Place<'a, '_>) -> Option<String> {
        let name = place.cell("name");
        if name.is_empty() {
            place.add("name", SheetCode::MissingName, "this row has no name");
            return None;
        }
        let mut characters = name.chars();
        let good = characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
            && characters.all(|inner| inner.is_alphanumeric() || matches!(inner, '_' | '-' | '.'))
            && name.len() <= MAXIMUM_NAME;
        if !good {
            place.add(
                "name",
                SheetCode::InvalidName,
                format!(
                    "\"{}\" is not a name: a letter first, then letters, digits, \"_\", \"-\" and \".\", at most {MAXIMUM_NAME} bytes",
                    excerpt(name)
                ),
            );
            self.rows.refused.insert(name.to_owned());
            return None;
        }
        if !self.names.insert(name.to_owned()) {
            place.add("name", SheetCode::DuplicateName, format!("the name \"{name}\" is there twice"));
            return None;
        }
        Some(name.to_owned())
    }
}
