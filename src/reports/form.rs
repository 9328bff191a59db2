//! The report form: what a city is asked in a round, and what a draft still lacks. Pure.
//!
//! One section per expert-reviewed measure of the round's catalogue, one statistic per official
//! one. Prompts come from a CSV (`config/report_forms/`); a measure without a row falls back to its
//! own description, so that a corrected catalogue needs no new form.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Serialize;

use super::statistic::StatisticInput;
use crate::framework::catalogue::{Catalogue, LineError, Source};
use crate::ground::given::Readable;
use crate::ground::{Language, MeasureCode, Text};
use crate::words;

/// Words allowed where the prompts do not say.
pub const WORD_LIMIT: usize = 300;
/// Characters that a section may have at most, whatever its words; beyond lies abuse, not prose.
pub const SECTION_CHARACTERS: usize = 30_000;

words! {
    /// Where a report stands.
    pub enum ReportState {
        /// Being filled for the first time.
        Draft = "draft",
        /// Frozen in a submission; nothing changes.
        Submitted = "submitted",
        /// Given back by the coordinator: may change and be submitted again.
        Returned = "returned",
    }
}

impl ReportState {
    /// Whether the city may change the draft.
    pub fn may_change(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }
}

/// Words of a text: whatever white space of any script separates, in every language alike.
pub fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// An area of the framework in which something is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct AreaSpec {
    pub code: String,
    pub label: Text,
}

/// One section to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionSpec {
    pub measure: MeasureCode,
    pub area: String,
    pub label: Text,
    pub prompt: Text,
    pub word_limit: usize,
}

/// One official statistic to give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatisticSpec {
    pub measure: MeasureCode,
    pub area: String,
    pub label: Text,
    pub description: Text,
    pub unit: String,
}

/// What a report consists of, in the catalogue's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportForm {
    /// Only areas in which something is asked.
    pub areas: Vec<AreaSpec>,
    pub sections: Vec<SectionSpec>,
    pub statistics: Vec<StatisticSpec>,
}

impl ReportForm {
    pub fn new(catalogue: &Catalogue, prompts: &Prompts) -> Self {
        let sections: Vec<SectionSpec> = catalogue
            .measures_from(Source::ExpertReview)
            .map(|m| {
                let row = prompts.0.get(&m.code);
                SectionSpec {
                    measure: m.code.clone(),
                    area: m.area.clone(),
                    label: m.label.clone(),
                    prompt: row.map_or_else(|| m.description.clone(), |r| r.0.clone()),
                    word_limit: row.map_or(WORD_LIMIT, |r| r.1),
                }
            })
            .collect();
        let statistics: Vec<StatisticSpec> = catalogue
            .measures_from(Source::OfficialStatistic)
            .map(|m| StatisticSpec {
                measure: m.code.clone(),
                area: m.area.clone(),
                label: m.label.clone(),
                description: m.description.clone(),
                unit: m.unit.clone(),
            })
            .collect();
        let asked = |code: &str| sections.iter().any(|s| s.area == code) || statistics.iter().any(|s| s.area == code);
        let areas = catalogue.areas.iter().filter(|a| asked(&a.code)).map(|a| AreaSpec { code: a.code.clone(), label: a.label.clone() }).collect();
        Self { areas, sections, statistics }
    }

    pub fn section(&self, measure: &MeasureCode) -> Option<&SectionSpec> {
        self.sections.iter().find(|s| s.measure == *measure)
    }

    pub fn statistic(&self, measure: &MeasureCode) -> Option<&StatisticSpec> {
        self.statistics.iter().find(|s| s.measure == *measure)
    }

    pub fn has(&self, measure: &MeasureCode) -> bool {
        self.section(measure).is_some() || self.statistic(measure).is_some()
    }

    /// Everything that keeps a draft from being submitted, in the form's order.
    pub fn gaps(&self, draft: &Draft<'_>) -> Vec<Gap> {
        let gap = |measure: &MeasureCode, part, code, count, max| Gap { measure: measure.clone(), part, code, count, max };
        let mut gaps = Vec::new();
        for spec in &self.sections {
            let count = draft.sections.get(&spec.measure).map_or(0, |body| words(body));
            if count == 0 {
                gaps.push(gap(&spec.measure, Part::Section, "section_missing", 0, spec.word_limit));
            } else if count > spec.word_limit {
                gaps.push(gap(&spec.measure, Part::Section, "too_many_words", count, spec.word_limit));
            }
        }
        for spec in &self.statistics {
            if let Some(code) = draft.statistics.get(&spec.measure).map_or(Some("statistic_missing"), StatisticInput::lacks) {
                gaps.push(gap(&spec.measure, Part::Statistic, code, 0, 0));
            }
        }
        gaps
    }
}

/// A draft as far as completeness goes.
#[derive(Debug, Clone, Default)]
pub struct Draft<'a> {
    pub sections: BTreeMap<&'a MeasureCode, &'a str>,
    pub statistics: BTreeMap<&'a MeasureCode, StatisticInput>,
}

words! {
    pub enum Part {
        Section = "section",
        Statistic = "statistic",
    }
}

/// One thing that a draft lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Gap {
    pub measure: MeasureCode,
    pub part: Part,
    /// `section_missing`, `too_many_words`, `statistic_missing`, `year_missing` or `source_missing`.
    pub code: &'static str,
    /// Words there are, for `too_many_words`.
    pub count: usize,
    /// Words there may be.
    pub max: usize,
}

/// Prompt and word limit by measure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prompts(BTreeMap<MeasureCode, (Text, usize)>);

impl Prompts {
    /// The prompts that come with Stoa.
    pub fn shipped() -> &'static Self {
        static SHIPPED: OnceLock<Prompts> = OnceLock::new();
        SHIPPED.get_or_init(|| {
            Self::from_csv(include_bytes!("../../config/report_forms/default.csv")).expect("the shipped prompts read, which a test shows")
        })
    }

    /// Reads `measure,prompt::<lang>…,word_limit`. Errors: every wrong line.
    pub fn from_csv(bytes: &[u8]) -> Result<Self, Vec<LineError>> {
        let error = |line, column: &str, code: &str, detail: &str| LineError {
            line,
            column: column.to_owned(),
            code: code.to_owned(),
            detail: detail.to_owned(),
        };
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
        let headers = reader.headers().map_err(|e| vec![error(1, "", "not_csv", &e.to_string())])?.clone();
        let column = |name: &str| headers.iter().position(|h| h.trim() == name);
        let (Some(measure), Some(limit)) = (column("measure"), column("word_limit")) else {
            return Err(vec![error(1, "measure", "column_missing", "measure, word_limit")]);
        };
        let (mut prompts, mut errors) = (Self::default(), Vec::new());
        let mut languages: Vec<(usize, Language)> = Vec::new();
        for (i, header) in headers.iter().enumerate() {
            match header.trim().strip_prefix("prompt::").map(str::parse) {
                Some(Ok(language)) => languages.push((i, language)),
                Some(Err(_)) => errors.push(error(1, header, Language::WRONG, header)),
                None => {}
            }
        }
        for record in reader.records() {
            let row = match record {
                Ok(row) => row,
                Err(e) => {
                    errors.push(error(e.position().map_or(0, csv::Position::line), "", "not_csv", &e.to_string()));
                    continue;
                }
            };
            let line = row.position().map_or(0, csv::Position::line);
            let mut text = Text::default();
            for (i, language) in &languages {
                if !row[*i].trim().is_empty() {
                    text.set(language.clone(), row[*i].trim());
                }
            }
            if text.is_empty() {
                errors.push(error(line, "prompt", "required", &row[measure]));
            }
            match (row[measure].trim().parse::<MeasureCode>(), row[limit].trim().parse::<usize>()) {
                (Ok(code), Ok(most @ 1..=2000)) => {
                    if prompts.0.insert(code, (text, most)).is_some() {
                        errors.push(error(line, "measure", "duplicate", &row[measure]));
                    }
                }
                (Err(_), _) => errors.push(error(line, "measure", MeasureCode::WRONG, &row[measure])),
                _ => errors.push(error(line, "word_limit", "wrong_type", &row[limit])),
            }
        }
        if errors.is_empty() { Ok(prompts) } else { Err(errors) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> ReportForm {
        let catalogue = Catalogue::from_csv(include_bytes!("../../config/frameworks/key-features-2013.csv")).unwrap();
        ReportForm::new(&catalogue, Prompts::shipped())
    }

    #[test]
    fn words_are_counted_in_every_script() {
        assert_eq!(words(""), 0);
        assert_eq!(words(" \n\t\u{a0} "), 0);
        assert_eq!(words("Two\u{2003}words\n"), 2);
        assert_eq!(words("ماذا تفعل مدينتكم ليتعلّم الناس؟"), 5);
        assert_eq!(words("well-known — it's"), 3);
    }

    #[test]
    fn every_expert_reviewed_measure_has_a_section_with_a_prompt_in_both_languages() {
        let form = shipped();
        assert_eq!(form.sections.len(), 16);
        for section in &form.sections {
            assert!(!section.prompt.0["en"].is_empty() && !section.prompt.0["ar"].is_empty(), "{}", section.measure);
            assert!((200..=500).contains(&section.word_limit), "{}", section.measure);
        }
        assert!(form.statistics.iter().all(|s| form.areas.iter().any(|a| a.code == s.area)));
    }

    #[test]
    fn a_measure_without_a_prompt_asks_with_its_description() {
        let catalogue = Catalogue::from_csv(include_bytes!("../../config/frameworks/key-features-2013.csv")).unwrap();
        let form = ReportForm::new(&catalogue, &Prompts::default());
        let measure = catalogue.measures_from(Source::ExpertReview).next().unwrap();
        assert_eq!((&form.sections[0].prompt, form.sections[0].word_limit), (&measure.description, WORD_LIMIT));
    }

    #[test]
    fn an_empty_draft_lacks_everything_and_a_long_text_is_a_gap_of_its_own() {
        let form = shipped();
        assert_eq!(form.gaps(&Draft::default()).len(), form.sections.len() + form.statistics.len());
        let long = "word ".repeat(form.sections[0].word_limit + 1);
        let mut draft = Draft::default();
        draft.sections.insert(&form.sections[0].measure, &long);
        let gap = &form.gaps(&draft)[0];
        assert_eq!((gap.code, gap.count, gap.max), ("too_many_words", 301, 300));
    }

    #[test]
    fn wrong_lines_of_prompts_are_named() {
        let csv = "measure,prompt::en,word_limit\n1.1.a,Say,300\n1.1.a,Say,300\n1.1.b,,300\n1.1.c,Say,many\n1/1,Say,300\n";
        let errors = Prompts::from_csv(csv.as_bytes()).unwrap_err();
        let seen: Vec<(u64, &str)> = errors.iter().map(|e| (e.line, e.code.as_str())).collect();
        assert_eq!(seen, [(3, "duplicate"), (4, "required"), (5, "wrong_type"), (6, "bad_code")]);
        assert_eq!(Prompts::from_csv(b"measure\n").unwrap_err()[0].code, "column_missing");
    }
}
