//! The survey sheet: questions and groups, row by row.
//! Not here: whether references lead anywhere; that shows when all rows are read.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::beyond::BeyondRows;
use super::choice_sheet::{ChoiceLists, is_media, other_words};
use super::kind::{Beyond, RowType, apply_parameters, row_type};
use super::measures;
use super::rows::Rows;
use super::sheet::{Sheet, excerpt, is_like};
use super::sheet_error::Faults;
use super::survey_row::{Place, check_fit, check_words, is_no, is_yes, preset};
use super::{Group, Kind, Question, SheetCode, Text};
use crate::expression::Expression;

/// How deep groups may nest.
const MAXIMUM_NESTING: usize = 16;
/// Bytes a name may have: what statistics packages take.
const MAXIMUM_NAME: usize = 64;

/// What a survey sheet may have; the last is a column without a name.
pub(super) const COLUMNS: [&str; 18] = [
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
    "repeat_count",
    "",
];

/// The columns a group may fill.
const GROUP_COLUMNS: [&str; 5] = ["type", "name", "label", "relevant", "appearance"];
/// Those that no group has and that would change no answer if one had them.
const IDLE_IN_GROUPS: [&str; 4] = ["hint", "guidance_hint", "required_message", "constraint_message"];

/// What a row is called in a message.
fn named<'a>(cell: &'a str, name: &'a str) -> &'a str {
    if name.is_empty() { cell } else { name }
}

pub(super) struct SurveySheet<'a> {
    sheet: &'a Sheet,
    /// The default one first.
    languages: &'a [String],
    lists: &'a mut ChoiceLists,
    questions: Vec<Question>,
    groups: Vec<Group>,
    rows: Rows,
    /// Names that are taken, with their rows and where they stand.
    names: HashMap<String, (usize, Option<usize>)>,
    /// Every name that a row has, and the number that comes next behind one that several have.
    written: HashSet<&'a str>,
    numbers: HashMap<String, usize>,
    /// Lists that are asked for and not there, with the rows.
    unlisted: BTreeMap<String, Vec<usize>>,
    /// Open groups and repeats, outermost first, with their rows.
    open: Vec<(usize, Open)>,
    beyond: &'a mut BeyondRows,
    /// Whether slips are lived with.
    lenient: bool,
}

/// What is open where a row stands.
enum Open {
    Group(usize),
    /// A group that was refused.
    Nothing,
    Repeat,
}

impl<'a> SurveySheet<'a> {
    pub(super) fn new(sheet: &'a Sheet, languages: &'a [String], lists: &'a mut ChoiceLists, beyond: &'a mut BeyondRows, lenient: bool) -> Self {
        let (questions, groups, rows) = (Vec::new(), Vec::new(), Rows::default());
        let written = sheet.rows.iter().map(|row| sheet.cell(row, "name")).collect();
        Self {
            sheet,
            languages,
            lists,
            questions,
            groups,
            rows,
            names: HashMap::new(),
            written,
            numbers: HashMap::new(),
            unlisted: BTreeMap::new(),
            open: Vec::new(),
            beyond,
            lenient,
        }
    }

    pub(super) fn read(&mut self, faults: &mut Faults) {
        for required in ["type", "name"] {
            if !self.sheet.headers.iter().any(|header| header.key == required) {
                faults.add(self.sheet.name, 1, required, SheetCode::MissingColumn, format!("the column \"{required}\" is missing"));
            }
        }
        self.columns(faults);
        let sheet = self.sheet;
        for row in &sheet.rows {
            let mut place = Place { sheet, row, default_language: &self.languages[0], faults: &mut *faults };
            let (cell, name) = (place.cell("type"), place.cell("name"));
            let inside = self.open.iter().any(|(_, open)| matches!(open, Open::Repeat));
            match row_type(cell) {
                Ok(RowType::BeginRepeat) => {
                    if !inside {
                        self.beyond.add(Beyond::Repeats, sheet.name, row.number, &sheet.column("type", ""), named(cell, name));
                    }
                    self.rows.left_out.insert(name.to_owned());
                    self.open.push((row.number, Open::Repeat));
                }
                Ok(RowType::BeginGroup) if inside => self.open.push((row.number, Open::Nothing)),
                Ok(RowType::BeginGroup) => self.begin_group(&mut place),
                Ok(end @ (RowType::EndGroup | RowType::EndRepeat)) => self.end(&end, &mut place),
                _ if cell.is_empty() => {
                    place.add("type", SheetCode::MissingType, "this row has no type");
                    self.rows.refused.insert(name.to_owned());
                }
                _ if inside => {
                    self.beyond.add_inner(sheet.name, row.number, &sheet.column("type", ""), named(cell, name));
                    self.rows.left_out.insert(name.to_owned());
                }
                Ok(RowType::Beyond(cause)) => {
                    self.beyond.add(cause, sheet.name, row.number, &sheet.column("type", ""), named(cell, name));
                    self.rows.left_out.insert(name.to_owned());
                }
                Ok(RowType::Question(kind)) => self.question(kind, &mut place),
                Err((code, message)) => {
                    place.add("type", code, message);
                    self.rows.refused.insert(name.to_owned());
                }
            }
        }
    }

    /// Columns that no question has. Those of media are left out or refused with the media, a slip of the pen is
    /// refused, for what it says would be lost, and an author's own are taken and not used.
    fn columns(&mut self, faults: &mut Faults) {
        let sheet = self.sheet;
        for (column, header) in sheet.headers.iter().enumerate().filter(|(_, header)| is_media(&header.key)) {
            for row in sheet.rows.iter().filter(|row| !row.at(column).is_empty()) {
                self.beyond.add(Beyond::Media, sheet.name, row.number, &header.written, row.at(column));
            }
        }
        let measuring = measures::are_in(sheet);
        let known: Vec<&str> = COLUMNS.into_iter().chain(measures::IN_SURVEY.into_iter().filter(|_| measuring)).collect();
        for (header, row) in sheet.unknown(&known).filter(|(header, _)| !is_media(&header.key)) {
            if let Some(meant) = known.iter().find(|key| is_like(&header.key, key)) {
                let message = format!("there is no column \"{}\"; perhaps \"{meant}\" is meant", header.written);
                faults.add(sheet.name, row.number, &header.written, SheetCode::UnknownColumn, message);
            } else {
                let message = format!("the column \"{}\" is not used", header.written);
                faults.note(sheet.name, row.number, &header.written, SheetCode::NotUsed, message);
            }
        }
    }

    fn end(&mut self, end: &RowType, place: &mut Place<'a, '_>) {
        let what = if matches!(end, RowType::EndRepeat) { "end_repeat" } else { "end_group" };
        match (end, self.open.last()) {
            (RowType::EndRepeat, Some((_, Open::Repeat))) | (RowType::EndGroup, Some((_, Open::Group(_) | Open::Nothing))) => drop(self.open.pop()),
            (_, Some((row, _))) => {
                let message = format!("this {what} does not close what begins in row {row}");
                place.add("type", SheetCode::UnbalancedGroup, message);
                self.open.pop();
            }
            (_, None) => place.add("type", SheetCode::UnbalancedGroup, format!("this {what} closes nothing")),
        }
    }

    /// The questions, the groups and their rows.
    pub(super) fn finish(self, faults: &mut Faults) -> (Vec<Question>, Vec<Group>, Rows) {
        for (row, _) in &self.open {
            let column = self.sheet.column("type", "");
            faults.add(self.sheet.name, *row, &column, SheetCode::UnbalancedGroup, "nothing closes what begins here");
        }
        for (list, rows) in &self.unlisted {
            let others: Vec<String> = rows.iter().skip(1).map(usize::to_string).collect();
            let others = if others.is_empty() { String::new() } else { format!("; rows {} ask for it, too", others.join(", ")) };
            let message = format!("the choices sheet has no list \"{}\"{others}", excerpt(list));
            faults.slip(self.sheet.name, rows[0], &self.sheet.column("type", ""), SheetCode::UnknownList, message);
        }
        (self.questions, self.groups, self.rows)
    }

    fn begin_group(&mut self, place: &mut Place<'a, '_>) {
        let row = place.row.number;
        if self.open.len() >= MAXIMUM_NESTING {
            place.add("type", SheetCode::TooLarge, format!("groups nested deeper than {MAXIMUM_NESTING}"));
            self.open.push((row, Open::Nothing));
            return;
        }
        for (column, header) in place.sheet.headers.iter().enumerate() {
            let known = !header.key.is_empty() && COLUMNS.contains(&header.key.as_str());
            let cell = place.row.at(column);
            // A plain no says nothing.
            let silent = cell.is_empty() || matches!(header.key.as_str(), "required" | "read_only") && is_no(cell);
            if known && !silent && IDLE_IN_GROUPS.contains(&header.key.as_str()) {
                place.note(&header.key, format!("a group shows no {}", header.key));
            } else if known && !GROUP_COLUMNS.contains(&header.key.as_str()) && !silent {
                let message = format!("a group has no {}", header.key);
                place.add(&header.key, SheetCode::NotForThisType, message);
            }
        }
        let Some(name) = self.name(place, false) else {
            self.open.push((row, Open::Nothing));
            return;
        };
        let group =
            Group { name, parent: self.inside(), label: place.text("label"), relevant: place.expression("relevant"), appearance: place.appearance() };
        self.open.push((row, Open::Group(self.groups.len())));
        self.groups.push(group);
        self.rows.groups.push(row);
    }

    fn question(&mut self, mut kind: Kind, place: &mut Place<'a, '_>) {
        if let Err(message) = apply_parameters(&mut kind, place.cell("parameters")) {
            place.add("parameters", SheetCode::InvalidParameter, message);
        }
        let or_other = self.resolve_list(&mut kind, place);
        if self.lenient && kind.list().is_some_and(|list| self.unlisted.contains_key(list)) {
            self.rows.left_out.insert(place.cell("name").to_owned());
            return;
        }
        let Some(name) = self.name(place, matches!(kind, Kind::Note)) else {
            return;
        };
        // Nothing is typed there that could be missing or wrong.
        let idle = matches!(kind, Kind::Note | Kind::Calculate | Kind::Hidden | Kind::Metadata { .. });
        for column in ["required", "constraint"] {
            if idle && !is_no(place.cell(column)) {
                place.note(column, format!("\"{column}\" has no meaning for this question"));
            }
        }
        let required = match place.cell("required") {
            cell if idle || is_no(cell) => None,
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
            constraint: if idle { None } else { place.expression("constraint") },
            constraint_message: place.text("constraint_message"),
            calculation: place.expression("calculation"),
            default: preset(place),
            read_only,
            appearance: place.appearance(),
            choice_filter: place.expression("choice_filter"),
        };
        if let Some(bare) = question.calculation.as_ref().and_then(|calculation| calculation.columns().first()) {
            let message = format!("\"{bare}\" is neither in quotes nor a question as ${{{bare}}}; it is left out");
            place.slip("calculation", SheetCode::InvalidExpression, message);
            self.rows.left_out.insert(question.name);
            return;
        }
        check_fit(&question, place);
        check_words(&question, self.lists.lists.get(question.kind.list().unwrap_or_default()), place);
        let other = or_other.then(|| self.other_question(&question));
        if other.is_some() && question.choice_filter.is_some() {
            place.add("choice_filter", SheetCode::NotForThisType, "or_other does not go with a choice filter");
        }
        self.rows.questions.push(place.row.number);
        self.questions.push(question);
        if let Some(other) = other {
            if self.names.insert(other.name.clone(), (place.row.number, self.inside())).is_some() {
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
            self.unlisted.entry(list.clone()).or_default().push(place.row.number);
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
        self.open.iter().rev().find_map(|(_, open)| if let Open::Group(group) = open { Some(*group) } else { None })
    }

    /// The name of a row, if it has a good one. One that another row has gets a number behind it, where both stand in
    /// different groups or slips are lived with; what refers to it would mean both, and is refused.
    fn name(&mut self, place: &mut Place<'a, '_>, may_lack: bool) -> Option<String> {
        let name = place.cell("name");
        if name.is_empty() && may_lack {
            let made = format!("note_{}", place.row.number);
            self.names.insert(made.clone(), (place.row.number, self.inside()));
            return Some(made);
        }
        if name.is_empty() {
            place.add("name", SheetCode::MissingName, "this row has no name");
            return None;
        }
        let mut characters = name.chars();
        let good = characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
            && characters.all(|inner| inner.is_alphanumeric() || matches!(inner, '_' | '-' | '.'))
            && name.len() <= MAXIMUM_NAME;
        if !good {
            let message = format!(
                "\"{}\" is not a name: a letter first, then letters, digits, \"_\", \"-\" and \".\", at most {MAXIMUM_NAME} bytes",
                excerpt(name)
            );
            place.add("name", SheetCode::InvalidName, message);
            self.rows.refused.insert(name.to_owned());
            return None;
        }
        let Some(&(row, around)) = self.names.get(name) else {
            self.names.insert(name.to_owned(), (place.row.number, self.inside()));
            return Some(name.to_owned());
        };
        let made = self.another(name);
        if around == self.inside() {
            let message = format!("the name \"{name}\" is there twice, also in row {row}; the answer here is called \"{made}\"");
            place.slip("name", SheetCode::DuplicateName, message);
            if !self.lenient {
                return None;
            }
        } else {
            place.note("name", format!("the name \"{name}\" is also in row {row}; the answer here is called \"{made}\""));
        }
        self.rows.ambiguous.insert(name.to_owned());
        self.names.insert(made.clone(), (place.row.number, self.inside()));
        Some(made)
    }

    /// The name with the next number behind it that no row has.
    fn another(&mut self, name: &str) -> String {
        let next = self.numbers.entry(name.to_owned()).or_insert(2);
        loop {
            let made = format!("{name}_{next}");
            *next += 1;
            if !self.names.contains_key(&made) && !self.written.contains(made.as_str()) {
                return made;
            }
        }
    }
}
