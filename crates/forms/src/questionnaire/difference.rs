//! What is different between two questionnaires, cell by cell of the sheets that they are written as.
//!
//! Rule to keep: whatever the sheets say is compared, so that nothing is different without being named; and what may
//! change an answer is never called a text.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::measures::{self, MeasureRule};
use super::{Questionnaire, Rows, write};

/// What a difference is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Words that people read: the question is the same.
    Text,
    /// What a file is called: its number, its version, its style elsewhere.
    Naming,
    /// What is estimated from the answers.
    Measure,
    /// What is asked, of whom, and what may be answered.
    Structure,
}

/// One cell that says something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CellChange {
    /// Without its language. `group` is the section that a row stands in.
    pub column: String,
    pub language: Option<String>,
    pub before: String,
    pub after: String,
    pub kind: ChangeKind,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Added,
    Removed,
    /// Stands elsewhere among the others, and may have changed besides.
    Moved,
    Changed,
}

/// One row that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ItemChange {
    /// `settings`, `survey`, `choices` or `measures`.
    pub sheet: &'static str,
    /// Of a choice.
    pub list: Option<String>,
    /// Of a question, section, choice or measure; empty for the settings.
    pub name: String,
    /// In the default language, as it is now, or was.
    pub label: String,
    pub what: What,
    pub kind: ChangeKind,
    /// Of a row that was there before, what changed in it.
    pub cells: Vec<CellChange>,
}

/// All differences between two questionnaires.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    pub items: Vec<ItemChange>,
    pub languages_added: Vec<String>,
    pub languages_removed: Vec<String>,
}

impl Difference {
    pub fn is_nothing(&self) -> bool {
        self.items.is_empty() && self.languages_added.is_empty() && self.languages_removed.is_empty()
    }

    /// Whether answers to one are answers to the other: the same is asked, of the same people, with the same choices.
    pub fn keeps_answers(&self) -> bool {
        self.items.iter().all(|item| item.kind < ChangeKind::Structure)
    }

    /// Whether somebody who answers one may go on with the other, and what is estimated stays what it was: no more
    /// than words, and no language less.
    pub fn is_texts_only(&self) -> bool {
        self.languages_removed.is_empty() && self.items.iter().all(|item| item.kind < ChangeKind::Measure)
    }
}

/// The columns with words that people read.
const TEXTS: [&str; 6] = ["label", "hint", "guidance_hint", "required_message", "constraint_message", "form_title"];
/// What Stoa asks nothing by.
const NAMING: [&str; 4] = ["form_id", "version", "style", "instance_name"];

/// A row of a sheet.
struct Row {
    list: Option<String>,
    name: String,
    label: String,
    cells: BTreeMap<(String, Option<String>), String>,
}

/// Tells a row from all others of its sheet; of several choices of one name, by their number.
type Key = (Option<String>, String, usize);

/// Compares what is asked, what may be answered, what people read and what is estimated.
pub fn difference(before: (&Questionnaire, &[MeasureRule]), after: (&Questionnaire, &[MeasureRule])) -> Difference {
    let lacking = |of: &Questionnaire, other: &Questionnaire| of.languages.iter().filter(|tag| !other.languages.contains(tag)).cloned().collect();
    let (old, new) = (sheets(before), sheets(after));
    // Where an expression reads what choices say, their words are part of it.
    let read = [&old, &new].iter().any(|sheets| sheets.iter().any(|(_, rows)| rows.iter().any(reads_labels)));
    let default = &before.0.default_language;
    let mut items = Vec::new();
    for ((sheet, old), (_, new)) in old.iter().zip(&new) {
        compare(sheet, old, new, &|column, language| kind(sheet, column, language, read.then_some(default)), &mut items);
    }
    if before.0.typed != after.0.typed {
        let said = |typed: bool| if typed { "kept as computed" } else { "text" }.to_owned();
        let (before, after) = (said(before.0.typed), said(after.0.typed));
        let cell = CellChange { column: "computed".to_owned(), language: None, before, after, kind: ChangeKind::Structure };
        items.push(ItemChange {
            sheet: "settings",
            list: None,
            name: String::new(),
            label: String::new(),
            what: What::Changed,
            kind: cell.kind,
            cells: vec![cell],
        });
    }
    Difference { items, languages_added: lacking(after.0, before.0), languages_removed: lacking(before.0, after.0) }
}

fn reads_labels(row: &Row) -> bool {
    row.cells.iter().any(|((column, _), cell)| !TEXTS.contains(&column.as_str()) && cell.contains("choice-name"))
}

/// What a cell is about. `read`: the default language, where what choices say in it is computed with.
fn kind(sheet: &str, column: &str, language: Option<&str>, read: Option<&String>) -> ChangeKind {
    let computed = sheet == "choices" && read.is_some_and(|default| language == Some(default));
    match column {
        _ if sheet == "measures" => ChangeKind::Measure,
        text if TEXTS.contains(&text) && !computed => ChangeKind::Text,
        naming if sheet == "settings" && NAMING.contains(&naming) => ChangeKind::Naming,
        _ => ChangeKind::Structure,
    }
}

fn sheets((questionnaire, rules): (&Questionnaire, &[MeasureRule])) -> [(&'static str, Vec<Row>); 4] {
    let written = write(questionnaire);
    let default = &questionnaire.default_language;
    let of = |rows: &Rows| rows_of(rows, default);
    [
        ("settings", of(&written.settings)),
        ("survey", of(&written.survey)),
        ("choices", of(&written.choices)),
        ("measures", of(&measures::rows(rules))),
    ]
}

fn rows_of(rows: &Rows, default: &str) -> Vec<Row> {
    let Some((header, rows)) = rows.split_first() else { return Vec::new() };
    let column = |header: &String| match header.split_once("::") {
        Some((column, language)) => (column.to_owned(), Some(language.to_owned())),
        None => (header.clone(), TEXTS.contains(&header.as_str()).then(|| default.to_owned())),
    };
    let columns: Vec<(String, Option<String>)> = header.iter().map(column).collect();
    let mut open: Vec<String> = Vec::new();
    let mut all = Vec::new();
    for row in rows {
        let mut cells: BTreeMap<(String, Option<String>), String> =
            columns.iter().zip(row).filter(|(_, cell)| !cell.is_empty()).map(|(column, cell)| (column.clone(), cell.clone())).collect();
        let take = |cells: &mut BTreeMap<_, String>, column: &str| cells.remove(&(column.to_owned(), None)).unwrap_or_default();
        let label = cells.get(&("label".to_owned(), Some(default.to_owned()))).cloned().unwrap_or_default();
        let kind = cells.get(&("type".to_owned(), None)).cloned().unwrap_or_default();
        if kind == "end_group" {
            open.pop();
            continue;
        }
        let list = take(&mut cells, "list_name");
        let mut name = take(&mut cells, "name");
        if name.is_empty() {
            name = cells.get(&("measure".to_owned(), None)).cloned().unwrap_or_default();
        }
        if let Some(around) = open.last() {
            cells.insert(("group".to_owned(), None), around.clone());
        }
        if kind == "begin_group" {
            open.push(name.clone());
        }
        all.push(Row { list: (!list.is_empty()).then_some(list), name, label, cells });
    }
    all
}

fn keyed(rows: &[Row]) -> Vec<(Key, &Row)> {
    let mut met: HashMap<(Option<&str>, &str), usize> = HashMap::new();
    let key = |row: &'_ Row, number: usize| (row.list.clone(), row.name.clone(), number);
    rows.iter()
        .map(|row| {
            let number = met.entry((row.list.as_deref(), row.name.as_str())).or_default();
            *number += 1;
            (key(row, *number), row)
        })
        .collect()
}

fn compare(sheet: &'static str, old: &[Row], new: &[Row], kind: &impl Fn(&str, Option<&str>) -> ChangeKind, items: &mut Vec<ItemChange>) {
    let (old, new) = (keyed(old), keyed(new));
    let before: HashMap<&Key, (usize, &Row)> = old.iter().enumerate().map(|(at, (key, row))| (key, (at, *row))).collect();
    let after: HashSet<&Key> = new.iter().map(|(key, _)| key).collect();
    let whole = if sheet == "measures" { ChangeKind::Measure } else { ChangeKind::Structure };
    let item = |row: &Row, what, kind, cells| ItemChange {
        sheet,
        list: row.list.clone(),
        name: row.name.clone(),
        label: row.label.clone(),
        what,
        kind,
        cells,
    };
    items.extend(old.iter().filter(|(key, _)| !after.contains(key)).map(|(_, row)| item(row, What::Removed, whole, Vec::new())));
    // A list stands for itself: where it stands among others says nothing.
    let mut places: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (key, _) in &new {
        if let Some((at, _)) = before.get(key) {
            places.entry(key.0.as_deref()).or_default().push(*at);
        }
    }
    let stayed: HashSet<usize> = places.values().flat_map(|places| rising(places)).collect();
    for (key, row) in &new {
        let Some((at, old)) = before.get(key) else {
            items.push(item(row, What::Added, whole, Vec::new()));
            continue;
        };
        let cells = changes(&old.cells, &row.cells, kind);
        let moved = !stayed.contains(at);
        if moved || !cells.is_empty() {
            let worst = cells.iter().map(|cell| cell.kind).chain(moved.then_some(whole)).max().unwrap_or(whole);
            items.push(item(row, if moved { What::Moved } else { What::Changed }, worst, cells));
        }
    }
}

type Cells = BTreeMap<(String, Option<String>), String>;

fn changes(old: &Cells, new: &Cells, kind: &impl Fn(&str, Option<&str>) -> ChangeKind) -> Vec<CellChange> {
    let mut columns: Vec<&(String, Option<String>)> = old.keys().chain(new.keys()).collect();
    columns.sort_unstable();
    columns.dedup();
    let cell = |of: &Cells, column| of.get(column).cloned().unwrap_or_default();
    let differ = columns.into_iter().filter(|column| old.get(*column) != new.get(*column));
    differ
        .map(|column| CellChange {
            column: column.0.clone(),
            language: column.1.clone(),
            before: cell(old, column),
            after: cell(new, column),
            kind: kind(&column.0, column.1.as_deref()),
        })
        .collect()
}

/// Most of the numbers that rise from the first to the last: what stayed in its place.
fn rising(numbers: &[usize]) -> Vec<usize> {
    // Of each length, where the run of it ends that ends lowest; and what comes before each.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    for (at, number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|end| numbers[*end] < *number);
        before.push(length.checked_sub(1).map(|length| ends[length]));
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut run = Vec::new();
    let mut next = ends.last().copied();
    while let Some(at) = next {
        run.push(numbers[at]);
        next = before[at];
    }
    run
}
