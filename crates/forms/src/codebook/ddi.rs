//! A codebook as DDI-Codebook 2.5. Elements stand in the order of its schema: label, question, universe, categories,
//! format.

use std::fmt::Write;

use super::{About, values};
use crate::export::{Holds, Layout, Variable};
use crate::questionnaire::{Compiled, Kind};
use crate::xml::escape;

const NAMESPACE: &str = "ddi:codebook:2_5";
const SCHEMA: &str = "http://www.ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd";

/// Text for elements and attributes alike.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text, true, &mut out);
    out
}

/// The codebook of a questionnaire, in the language that `about` says.
pub fn ddi(compiled: &Compiled, about: &About<'_>) -> String {
    let layout = Layout::new(compiled, about.language, true);
    let (title, identifier) = (escaped(about.title), escaped(about.identifier));
    let citation = format!(
        "<citation><titlStmt><titl>{title}</titl><IDNo>{identifier}</IDNo></titlStmt><verStmt><version>{}</version></verStmt></citation>",
        escaped(about.version)
    );
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<codeBook xmlns=\"{NAMESPACE}\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xsi:schemaLocation=\"{NAMESPACE} {SCHEMA}\" version=\"2.5\" xml:lang=\"{}\">\n<docDscr>{citation}</docDscr>\n<stdyDscr>{citation}</stdyDscr>\n<dataDscr>\n",
        escaped(about.language)
    );
    for (at, variable) in layout.variables.iter().enumerate() {
        one(&mut out, &layout, at, variable, about);
    }
    out.push_str("</dataDscr>\n</codeBook>\n");
    out
}

fn one(out: &mut String, layout: &Layout<'_>, at: usize, variable: &Variable, about: &About<'_>) {
    let question = layout.question(variable);
    let continuous = variable.holds.is_continuous();
    let mut put = |text: std::fmt::Arguments<'_>| out.write_fmt(text).expect("a String takes every write");
    put(format_args!("<var ID=\"V{}\" name=\"{}\" intrvl=\"{}\">", at + 1, escaped(&variable.name), if continuous { "contin" } else { "discrete" }));
    put(format_args!("<labl>{}</labl>", escaped(&layout.label(variable))));
    if question.is_visible() {
        let hint = layout.hint(variable);
        let whole = Variable { choice: None, ..variable.clone() };
        put(format_args!("<qstn><qstnLit>{}</qstnLit>", escaped(&layout.label(&whole))));
        if !hint.is_empty() {
            put(format_args!("<ivuInstr>{}</ivuInstr>", escaped(&hint)));
        }
        put(format_args!("</qstn>"));
    }
    if let Kind::Range { start, end, .. } = question.kind {
        put(format_args!("<valrng><range min=\"{start}\" max=\"{end}\"/></valrng>"));
    }
    let condition = layout.condition(variable);
    if !condition.is_empty() {
        put(format_args!("<universe>{}</universe>", escaped(&condition)));
    }
    for (code, name, label) in values(layout, variable, about.words) {
        let missing = label == about.words.not_asked || label == about.words.not_answered;
        let missing = if missing { " missing=\"Y\"" } else { "" };
        put(format_args!("<catgry{missing}><catValu>{}</catValu><labl>{}</labl>", escaped(&code), escaped(&label)));
        // In tables stands the name.
        if name != code && !name.is_empty() {
            put(format_args!("<txt>{}</txt>", escaped(&name)));
        }
        put(format_args!("</catgry>"));
    }
    let numeric = !matches!(variable.holds, Holds::Text | Holds::Joined);
    put(format_args!("<varFormat type=\"{}\"/></var>\n", if numeric { "numeric" } else { "character" }));
}
