//! Letters and figures in a drawing: escaping, short coordinates, line breaking without a font.
//!
//! Widths are estimates, on the wide side; a drawing leaves room for a font it has never seen.

use std::fmt::Display;

/// Text made safe for element content and double-quoted attributes; characters that XML 1.0
/// forbids become the replacement character.
pub(super) fn escape(text: impl Display) -> String {
    let text = text.to_string();
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// A coordinate with at most two decimals; what is not finite is drawn at zero.
pub(super) fn number(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Rough advance of a text in user units, without a font at hand: wide scripts take a full em,
/// others a little over half. Errs on the wide side.
pub(super) fn advance(text: &str, size: f64) -> f64 {
    text.chars()
        .map(|c| match c {
            '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{d7a3}' | '\u{ff00}'..='\u{ff60}' => 1.0,
            'i' | 'l' | 'j' | 't' | 'f' | 'r' | ' ' | '.' | ',' | '\'' | '\u{2019}' => 0.34,
            'm' | 'w' | 'M' | 'W' => 0.84,
            'A'..='Z' => 0.68,
            '\u{0600}'..='\u{06ff}' => 0.46,
            _ => 0.56,
        })
        .sum::<f64>()
        * size
}

/// Breaks a text into at most `lines` lines no wider than `width`; what does not fit ends in "…".
/// Scripts without spaces break between characters.
pub(super) fn wrap(text: &str, size: f64, width: f64, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = vec![String::new()];
    for word in pieces(text, size, width) {
        let line = out.last_mut().expect("starts with one line and only grows");
        let glue = if line.is_empty() || is_wide(&word) { "" } else { " " };
        let joined = format!("{line}{glue}{word}");
        if line.is_empty() || advance(&joined, size) <= width {
            *line = joined;
        } else {
            out.push(word);
        }
    }
    if out.len() > lines.max(1) {
        out.truncate(lines.max(1));
        let last = out.last_mut().expect("at least one line is kept");
        while advance(last, size) + size > width && last.pop().is_some() {}
        last.push('…');
    }
    out
}

fn is_wide(word: &str) -> bool {
    word.chars().next().is_some_and(|c| matches!(c, '\u{2e80}'..='\u{d7a3}' | '\u{ff00}'..='\u{ff60}'))
}

/// Words, with those that have no break of their own cut into pieces that fit.
fn pieces(text: &str, size: f64, width: f64) -> Vec<String> {
    let mut out = Vec::new();
    for word in text.split_whitespace() {
        if is_wide(word) {
            out.extend(word.chars().map(String::from));
        } else if advance(word, size) <= width {
            out.push(word.to_owned());
        } else {
            let mut piece = String::new();
            for c in word.chars() {
                if !piece.is_empty() && advance(&piece, size) + size > width {
                    piece.push('\u{2010}');
                    out.push(std::mem::take(&mut piece));
                }
                piece.push(c);
            }
            out.push(piece);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_break_out_of_the_drawing() {
        assert_eq!(escape("</text><script>\"'&\u{1}"), "&lt;/text&gt;&lt;script&gt;&quot;&#39;&amp;\u{fffd}");
    }

    #[test]
    fn coordinates_are_short_and_always_numbers() {
        assert_eq!(number(12.0), "12");
        assert_eq!(number(0.125), "0.12");
        assert_eq!(number(-0.001), "0");
        assert_eq!(number(f64::NAN), "0");
    }

    #[test]
    fn long_labels_break_between_words_and_end_in_an_ellipsis() {
        let lines = wrap("Economic development and cultural prosperity", 10.0, 90.0, 3);
        assert_eq!(lines.join(" "), "Economic development and cultural prosperity");
        assert!(lines.iter().all(|line| advance(line, 10.0) <= 90.0));
        let cut = wrap("Economic development and cultural prosperity", 10.0, 60.0, 2);
        assert_eq!(cut.len(), 2);
        assert!(cut[1].ends_with('…'));
    }

    #[test]
    fn scripts_without_spaces_break_between_characters() {
        let lines = wrap("终身学习文化的建设", 10.0, 42.0, 4);
        assert_eq!(lines.concat(), "终身学习文化的建设");
        assert!(lines.len() >= 3);
    }
}
