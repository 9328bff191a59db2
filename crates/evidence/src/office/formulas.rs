//! Formulas of spreadsheets that reach out of the document.

use crate::Refused;

/// Functions that fetch from the web, ask a service or another program, or run something: of Excel, its old macros,
/// LibreOffice and Google Sheets. Those that begin with `IMPORT` and `CUBE` are told by that.
const REACHING: [&str; 32] = [
    "WEBSERVICE",
    "IMAGE",
    "RTD",
    "CALL",
    "REGISTER",
    "REGISTER.ID",
    "UNREGISTER",
    "EXEC",
    "EXECUTE",
    "INITIATE",
    "REQUEST",
    "POKE",
    "SEND.KEYS",
    "DDE",
    "STOCKHISTORY",
    "FIELDVALUE",
    "SQL.REQUEST",
    "SQL.OPEN",
    "SQL.EXEC.QUERY",
    "SQL.RETRIEVE",
    "SQL.RETRIEVE.TO.FILE",
    "PY",
    "COPILOT",
    "TRANSLATE",
    "DETECTLANGUAGE",
    "GOOGLETRANSLATE",
    "GOOGLEFINANCE",
    "GENERATIVEAI",
    "GEMINI",
    "AI",
    "OPEN",
    "FOPEN",
];

/// Refuses a formula that fetches, or that asks another program (`cmd|'…'!A0`).
pub fn check(formula: &str) -> Result<(), Refused> {
    let upper = formula.to_uppercase();
    // An apostrophe in the name of a column is no quote to those who know tables, and is one to the others.
    read(&upper, false)?;
    if upper.contains('[') { read(&upper, true) } else { Ok(()) }
}

/// Whether a function reaches out, under whatever prefix programs write it.
fn reaches(name: &str) -> bool {
    let mut bare = name;
    while let Some(rest) = ["_XLFN.", "_XLWS.", "_XLUDF."].iter().find_map(|prefix| bare.strip_prefix(prefix)) {
        bare = rest;
    }
    // `COM.MICROSOFT.WEBSERVICE`, `ORG.LIBREOFFICE.WEBSERVICE`.
    let last = bare.rsplit('.').next().unwrap_or_default();
    [bare, last].iter().any(|name| REACHING.contains(name) || name.starts_with("IMPORT") || name.starts_with("CUBE"))
}

/// Reads a formula in capital letters; `tables` says whether brackets hold names of columns.
fn read(upper: &str, tables: bool) -> Result<(), Refused> {
    let (mut quote, mut quoted, mut word) = (None, String::new(), String::new());
    // The functions whose brackets are open.
    let mut within: Vec<bool> = Vec::new();
    // How many of them make a reference of a text.
    let mut references = 0_usize;
    let (mut square, mut escaped) = (0_usize, false);
    for c in upper.chars() {
        if let Some(sign) = quote {
            if c == sign {
                leads_out(sign, &quoted, references > 0)?;
                quote = None;
            } else {
                quoted.push(c);
            }
            continue;
        }
        if square > 0 {
            match c {
                _ if escaped => escaped = false,
                '\'' => escaped = true,
                '[' => square += 1,
                ']' => square -= 1,
                _ => {}
            }
            quoted.push(c);
            if square == 0 && (quoted.contains("://") || quoted.contains("\\\\")) {
                return Err(Refused::Fetches);
            }
            continue;
        }
        match c {
            '"' | '\'' => {
                quote = Some(c);
                quoted.clear();
                word.clear();
            }
            '[' if tables => {
                square = 1;
                quoted.clear();
                word.clear();
            }
            '|' => return Err(Refused::LiveData),
            '(' => {
                let name = word.trim_end();
                if reaches(name) {
                    return Err(if name.ends_with("DDE") { Refused::LiveData } else { Refused::Fetches });
                }
                within.push(name == "INDIRECT");
                references += usize::from(name == "INDIRECT");
                word.clear();
            }
            ')' => {
                references -= usize::from(within.pop().unwrap_or_default());
                word.clear();
            }
            c if c.is_alphanumeric() || matches!(c, '_' | '.') || (c.is_whitespace() && !word.is_empty()) => {
                // A blank is an operator between two words, and nothing before a bracket.
                if !c.is_whitespace() && word.ends_with(char::is_whitespace) {
                    word.clear();
                }
                word.push(c);
            }
            _ => word.clear(),
        }
    }
    // What is never closed hides nothing: the program would not read it either.
    quote.map_or(Ok(()), |sign| leads_out(sign, &quoted, references > 0))
}

/// A sheet of a document elsewhere, `'https://…[book.xlsx]sheet'`: no name of a sheet has a slash. A text is one where
/// it is made a reference.
fn leads_out(sign: char, quoted: &str, reference: bool) -> Result<(), Refused> {
    let out = if sign == '\'' {
        quoted.contains('/') || quoted.contains('\\')
    } else {
        reference && ["//", ":/", "\\", "'#", "#$"].iter().any(|sign| quoted.contains(sign))
    };
    if out { Err(Refused::Fetches) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_cost_no_more_than_their_number() {
        let timed = |count: usize| {
            let formula = "(".repeat(count * 3) + &"'a'".repeat(count);
            let begun = std::time::Instant::now();
            assert_eq!(check(&formula), Ok(()));
            begun.elapsed()
        };
        // Squared it would be 256 times as long, not sixteen.
        let (short, long) = ((0..3).map(|_| timed(2_000)).min().unwrap(), (0..3).map(|_| timed(32_000)).min().unwrap());
        assert!(long < short * 100, "{short:?}, {long:?}");
    }

    #[test]
    fn formulas_that_reach_out_are_told_from_those_that_reckon() {
        for good in [
            "SUM(A1:B2)",
            "MYIMAGE(1)",
            "HYPERLINK(\"https://a.org\",\"b|c\")",
            "[1]Sheet1!A1",
            "'a|b'!A1",
            "\"WEBSERVICE(\"&A1",
            "IF(A1>2,\"x\",PY)",
            "INDIRECT(\"Plan[Cost]\")+INDIRECT(\"'\"&A1&\"'!B2\")",
            "HYPERLINK(\"https://a.org/\"&A1)&INDIRECT(A1)",
            "SUM(T['#x])+COUNTA(T[[#All],[a b]])",
            "'Jan:Dec'!A1",
            "FILTERXML(A1,\"//a\")&MYCUBE(1)&GETPIVOTDATA(\"x\",A1)",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for fetches in ["WEBSERVICE(\"http://a\")", "_xlfn.WEBSERVICE (A1)", "1+_xlfn.image(A1)", "'https://evil/[x.xlsx]S'!A1", "'\\\\evil\\x'!A1"] {
            assert_eq!(check(fetches), Err(Refused::Fetches), "{fetches}");
        }
        for name in [
            "IMPORTDATA",
            "IMPORTHTML",
            "IMPORTRANGE",
            "IMPORTFEED",
            "IMPORTXML",
            "IMPORTTEXT",
            "IMPORTCSV",
            "importJSON",
            "CUBEVALUE",
            "_xlfn.STOCKHISTORY",
            "RTD",
            "SQL.REQUEST",
            "CALL",
            "REGISTER.ID",
            "EXEC",
            "GOOGLEFINANCE",
            "_xlfn.TRANSLATE",
            "_xlfn.COPILOT",
            "_xlfn._xlws.PY",
            "_xludf.WEBSERVICE",
            "COM.MICROSOFT.WEBSERVICE",
            "ORG.LIBREOFFICE.WEBSERVICE",
            "_xlfn._xlfn.IMAGE",
        ] {
            assert_eq!(check(&format!("1+{name}(\"a\")")), Err(Refused::Fetches), "{name}");
        }
        for elsewhere in [
            "INDIRECT(\"'http://evil/b.ods'#$S.A1\")",
            "INDIRECT(\"'\"&LOWER(\"http:\"&\"//evil'#$S.A1\"))",
            "INDIRECT(\"'\\\\evil\\[b.xlsx]S'!A1\")",
            "'http:/x/[b]S'!A1",
            "'C:\\x\\[b.xlsx]S'!A1",
            "[http://evil/b.xlsx]S!A1",
            // An apostrophe in the name of a column is no quote.
            "SUM(T['#x])+WEBSERVICE(\"http://evil\")",
            "SUM(T[a\"b])+WEBSERVICE(\"http://evil\")",
        ] {
            assert_eq!(check(elsewhere), Err(Refused::Fetches), "{elsewhere}");
        }
        for live in ["cmd|'/C calc'!A0", "DDE(\"soffice\";\"a\";\"b\")"] {
            assert_eq!(check(live), Err(Refused::LiveData), "{live}");
        }
    }
}
