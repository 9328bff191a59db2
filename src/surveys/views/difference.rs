//! What is different between two versions, as both faces show it. Pure.

use serde::Serialize;

use super::InstrumentView;
use crate::ground::Language;
use forms::questionnaire::{CellChange, ChangeKind, Difference, ItemChange, What};

/// All differences between two questionnaires, in the order of their sheets.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DifferenceView {
    pub before: InstrumentView,
    pub after: InstrumentView,
    /// Whether answers to one are answers to the other: the same is asked, of the same people, with the same choices.
    pub keeps_answers: bool,
    /// Whether no more than words differ, and no language is gone: an open survey can take the other one over.
    pub texts_only: bool,
    pub languages_added: Vec<Language>,
    pub languages_removed: Vec<Language>,
    pub items: Vec<ItemView>,
}

/// A row that is not as it was.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ItemView {
    /// `settings`, `survey`, `choices` or `measures`.
    pub sheet: String,
    /// Of a choice.
    pub list: Option<String>,
    /// Of a question, section, choice or measure; empty for the settings.
    pub name: String,
    /// What it says in the default language.
    pub label: String,
    /// `added`, `removed`, `moved` (it stands elsewhere, and may have changed besides) or `changed`.
    #[schema(value_type = String)]
    pub what: What,
    /// The weightiest of what changed: `text`, `naming`, `measure` or `structure`.
    #[schema(value_type = String)]
    pub kind: ChangeKind,
    pub cells: Vec<CellView>,
}

/// A cell that says something else.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CellView {
    /// As the sheet calls it; `group` is the section around a question, `computed` how what is computed is kept.
    pub column: String,
    pub language: Option<Language>,
    pub before: String,
    pub after: String,
    #[schema(value_type = String)]
    pub kind: ChangeKind,
}

impl From<CellChange> for CellView {
    fn from(cell: CellChange) -> Self {
        let language = cell.language.map(|tag| Language::from_stored(&tag));
        Self { column: cell.column, language, before: cell.before, after: cell.after, kind: cell.kind }
    }
}

impl From<ItemChange> for ItemView {
    fn from(item: ItemChange) -> Self {
        Self {
            sheet: item.sheet.to_owned(),
            list: item.list,
            name: item.name,
            label: item.label,
            what: item.what,
            kind: item.kind,
            cells: item.cells.into_iter().map(Into::into).collect(),
        }
    }
}

impl DifferenceView {
    pub fn of(before: InstrumentView, after: InstrumentView, difference: Difference) -> Self {
        let languages = |tags: &[String]| tags.iter().map(Language::from_stored).collect();
        Self {
            before,
            after,
            keeps_answers: difference.keeps_answers(),
            texts_only: difference.is_texts_only(),
            languages_added: languages(&difference.languages_added),
            languages_removed: languages(&difference.languages_removed),
            items: difference.items.into_iter().map(Into::into).collect(),
        }
    }
}
