//! What XLSForm lets authors mark in a label: emphasis, strong words, links and headings, in the form of Markdown,
//! with `\` before a mark that is meant as it stands. Colours (`<span …>`) are left out.
//!
//! Rule to keep: whatever else the text has is text. HTML is made here alone, and of nothing but these marks.

use std::borrow::Cow;

use crate::questionnaire::{Piece, pieces};

/// How deep marks may stand in marks; deeper ones are text.
const DEEPEST: usize = 8;

/// Stands before each quoted answer while marks are looked for, and in no text otherwise: a sign that is none. What has
/// one in its address is no link, for an answer would be told to another site by whoever follows it.
const QUOTED: char = '\u{FDD0}';

/// The text without its marks: what a reader sees.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !is_marked(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    lines(text, &mut Plain(&mut out));
    Cow::Owned(out)
}

/// The text as HTML; `None` where it has no marks and no line breaks, so that it is as it is.
pub fn html(text: &str) -> Option<String> {
    if !text.contains(|c: char| is_mark(c) && c != QUOTED || c == '\n') {
        return None;
    }
    let mut out = String::with_capacity(text.len() * 2);
    lines(text, &mut Html(&mut out));
    Some(out)
}

/// A mark that does not end: `**`, the bracket of a link, a colour. What is shown as it stands says so.
pub(crate) fn open_mark(text: &str) -> Option<&'static str> {
    let mut left = Left(None);
    lines(text, &mut left);
    left.0
}

/// Whether answers are quoted in the address of a link.
pub(crate) fn is_telling(text: &str) -> bool {
    if !text.contains("](") {
        return false;
    }
    let mut told = Told(false);
    let mut sample = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Plain(plain) => sample.push_str(plain),
            Piece::Reference(_) => literal("", &mut sample),
        }
    }
    lines(&sample, &mut told);
    told.0
}

/// Adds a text that stands for itself inside of a marked one: an answer that is quoted.
pub(crate) fn literal(text: &str, out: &mut String) {
    out.push(QUOTED);
    for c in text.chars().filter(|c| *c != QUOTED) {
        // It may stand where the address of a link would be, which ends with a bracket.
        if is_mark(c) || c == ')' {
            out.push('\\');
        }
        out.push(c);
    }
}

pub(crate) fn is_marked(text: &str) -> bool {
    text.contains(is_mark)
}

fn is_mark(c: char) -> bool {
    matches!(c, '*' | '_' | '[' | ']' | '\\' | '<' | '#' | QUOTED)
}

/// Where the pieces go.
trait Out {
    fn text(&mut self, text: &str);
    fn open(&mut self, tag: &str);
    fn close(&mut self, tag: &str);
    fn link(&mut self, address: &str);
    fn line(&mut self);
    /// What would be a link, but for the answer in its address.
    fn told(&mut self) {}
}

/// Whether there is one.
struct Told(bool);

impl Out for Told {
    fn text(&mut self, _: &str) {}
    fn open(&mut self, _: &str) {}
    fn close(&mut self, _: &str) {}
    fn link(&mut self, _: &str) {}
    fn line(&mut self) {}
    fn told(&mut self) {
        self.0 = true;
    }
}

struct Plain<'o>(&'o mut String);

impl Out for Plain<'_> {
    fn text(&mut self, text: &str) {
        self.0.extend(text.split(QUOTED));
    }
    fn open(&mut self, _: &str) {}
    fn close(&mut self, _: &str) {}
    fn link(&mut self, _: &str) {}
    fn line(&mut self) {
        self.0.push('\n');
    }
}

/// The first mark that is left over.
struct Left(Option<&'static str>);

impl Out for Left {
    fn text(&mut self, text: &str) {
        let touches = |at: usize| {
            let (before, after) = (text[..at].chars().next_back(), text[at + 2..].chars().next());
            let alone = before != Some('*') && after != Some('*');
            alone && (before.is_some_and(|c| !c.is_whitespace()) || after.is_some_and(|c| !c.is_whitespace()))
        };
        let strong = text.match_indices("**").any(|(at, _)| touches(at)).then_some("**");
        let link = ["](http", "](mailto:"].iter().any(|begun| text.contains(begun)).then_some("](");
        let colour = text.to_ascii_lowercase().contains("<span").then_some("<span");
        self.0 = self.0.or(strong).or(link).or(colour);
    }
    fn open(&mut self, _: &str) {}
    fn close(&mut self, _: &str) {}
    fn link(&mut self, _: &str) {}
    fn line(&mut self) {}
}

struct Html<'o>(&'o mut String);

impl Html<'_> {
    fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                QUOTED => {}
                c => self.0.push(c),
            }
        }
    }
}

impl Out for Html<'_> {
    fn text(&mut self, text: &str) {
        self.escaped(text);
    }
    fn open(&mut self, tag: &str) {
        self.0.extend(["<", tag, ">"]);
    }
    fn close(&mut self, tag: &str) {
        self.0.extend(["</", tag, ">"]);
    }
    fn link(&mut self, address: &str) {
        self.0.push_str("<a rel=\"noopener noreferrer\" target=\"_blank\" href=\"");
        self.escaped(address);
        self.0.push_str("\">");
    }
    fn line(&mut self) {
        self.0.push_str("<br>");
    }
}

fn lines(text: &str, out: &mut impl Out) {
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.line();
        }
        let marks = line.len() - line.trim_start_matches('#').len();
        match line[marks..].strip_prefix(' ').filter(|_| (1..=6).contains(&marks)) {
            Some(heading) => {
                out.open("strong");
                inline(heading.trim(), DEEPEST, out);
                out.close("strong");
            }
            None => inline(line, DEEPEST, out),
        }
    }
}

/// The marks with which words are made strong or emphatic, the longer ones first.
const MARKS: [(&str, &str); 4] = [("**", "strong"), ("__", "strong"), ("*", "em"), ("_", "em")];

fn inline(text: &str, depth: usize, out: &mut impl Out) {
    // Marks that are closed nowhere after here, so that nobody looks again.
    let mut alone = [false; MARKS.len()];
    // Until where no address ends.
    let mut endless = 0;
    let (mut at, mut from) = (0, 0);
    while let Some(found) = text[at..].find(is_mark) {
        at += found;
        let (rest, before) = (&text[at..], text[..at].chars().next_back());
        if let Some(escaped) = rest.strip_prefix('\\').and_then(|after| after.chars().next()).filter(char::is_ascii_punctuation) {
            out.text(&text[from..at]);
            out.text(escaped.encode_utf8(&mut [0; 4]));
            at += 1 + escaped.len_utf8();
            from = at;
            continue;
        }
        match link(text, at, &mut endless).filter(|_| depth > 0) {
            Some((_, address, _)) if address.contains(QUOTED) => out.told(),
            Some((words, address, length)) => {
                out.text(&text[from..at]);
                out.link(&address);
                inline(words, depth - 1, out);
                out.close("a");
                at += length;
                from = at;
                continue;
            }
            None => {}
        }
        if let Some(length) = colour(rest) {
            out.text(&text[from..at]);
            at += length;
            from = at;
            continue;
        }
        let begins = |mark: &str| {
            let next = rest[mark.len()..].chars().next();
            next.is_some_and(|next| !next.is_whitespace()) && !(mark.starts_with('_') && before.is_some_and(char::is_alphanumeric))
        };
        let mut marked = None;
        for (which, (mark, tag)) in MARKS.iter().enumerate() {
            if depth > 0 && !alone[which] && rest.starts_with(mark) && begins(mark) {
                match closed(rest, mark) {
                    Some(end) => {
                        marked = Some((*mark, *tag, end));
                        break;
                    }
                    None => alone[which] = true,
                }
            }
        }
        match marked {
            Some((mark, tag, end)) => {
                out.text(&text[from..at]);
                out.open(tag);
                inline(&rest[mark.len()..end], depth - 1, out);
                out.close(tag);
                at += end + mark.len();
                from = at;
            }
            // A run of marks that mean nothing is passed over as one.
            None => at += rest.chars().take_while(|c| rest.starts_with(*c)).map(char::len_utf8).sum::<usize>(),
        }
    }
    out.text(&text[from..]);
}

/// Where what begins with a mark is closed by the same.
fn closed(text: &str, mark: &str) -> Option<usize> {
    let mut at = mark.len();
    while let Some(found) = text[at..].find(['\\', char::from(mark.as_bytes()[0])]) {
        at += found;
        if text[at..].starts_with('\\') {
            at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8);
            continue;
        }
        let run = text[at..].len() - text[at..].trim_start_matches(char::from(mark.as_bytes()[0])).len();
        let after_blank = text[..at].chars().next_back().is_none_or(char::is_whitespace);
        let inside_word = mark.starts_with('_') && text[at + run..].chars().next().is_some_and(char::is_alphanumeric);
        // One mark does not close two, nor two one.
        if at > mark.len() && !after_blank && !inside_word && (run == mark.len() || run >= 3) {
            return Some(at + if run >= 3 { run - mark.len() } else { 0 });
        }
        at += run;
    }
    None
}

/// `[words](address)` at a place: words, address and length. Addresses of the web and of mail only. No sign is looked at
/// twice: words end at the next bracket, and `endless` says until where no address ends.
fn link<'t>(text: &'t str, at: usize, endless: &mut usize) -> Option<(&'t str, String, usize)> {
    // No label has longer ones.
    const LONGEST: usize = 1_000;
    let inside = text[at..].strip_prefix('[')?;
    let inside = &inside[..inside.floor_char_boundary(LONGEST)];
    let mut end = 0;
    let words = loop {
        end += inside[end..].find(['[', ']'])?;
        match &inside[end..] {
            rest if rest.starts_with("](") => break &inside[..end],
            rest if rest.starts_with(']') => end += 1,
            _ => return None,
        }
    };
    let after = &inside[words.len() + 2..];
    let begin = after.len() - after.trim_start().len();
    let known = ["https://", "http://", "mailto:"].iter().any(|scheme| {
        let written = after[begin..].chars().filter(|c| *c != QUOTED).take(scheme.len());
        written.map(|c| c.to_ascii_lowercase()).eq(scheme.chars())
    });
    if !known {
        return None;
    }
    // As everywhere, a mark after `\` is a sign; one that ends the address stands alone.
    let start = at + 1 + words.len() + 2;
    let mut from = begin.max(endless.saturating_sub(start).min(after.len()));
    from = after.floor_char_boundary(from);
    let mut signs = after[from..].char_indices();
    let mut blank = None;
    let end = loop {
        match signs.next() {
            Some((at, ')')) => break from + at,
            Some((at, c)) if c.is_whitespace() => blank = blank.or(Some(from + at)),
            // Blanks stand at the ends only.
            Some((at, c)) if c.is_control() || blank.is_some() => {
                // Whoever begins before the blank finds it again.
                *endless = start + blank.unwrap_or(from + at);
                return None;
            }
            Some((_, '\\')) if signs.as_str().starts_with(|c: char| c.is_ascii_punctuation()) => drop(signs.next()),
            Some(_) => {}
            None => {
                *endless = start + after.len();
                return None;
            }
        }
    };
    let mut address = String::with_capacity(end - begin);
    let mut written = after[begin..end].trim_end().chars();
    while let Some(c) = written.next() {
        let sign = c == '\\' && written.as_str().starts_with(|c: char| c.is_ascii_punctuation());
        address.extend(if sign { written.next() } else { Some(c) });
    }
    Some((words, address, 1 + words.len() + 2 + end + 1))
}

/// The length of a `<span …>` or `</span>` at the beginning.
fn colour(text: &str) -> Option<usize> {
    let begins = ["<span>", "<span ", "</span>"].iter().any(|tag| text.get(..tag.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(tag)));
    begins.then(|| text.bytes().take(300).position(|byte| byte == b'>')).flatten().map(|end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        html(text).unwrap_or_else(|| text.to_owned())
    }

    #[test]
    fn marks_are_shown_as_what_they_mean() {
        let link = |address: &str, words: &str| format!("<a rel=\"noopener noreferrer\" target=\"_blank\" href=\"{address}\">{words}</a>");
        let site = link("https://example.org", "site");
        for (text, is) in [
            ("**Bold** and Migrant\\*innen", "<strong>Bold</strong> and Migrant*innen"),
            ("a *b* _c_ __d__", "a <em>b</em> <em>c</em> <strong>d</strong>"),
            ("***both***", "<strong><em>both</em></strong>"),
            ("**a *b* c**", "<strong>a <em>b</em> c</strong>"),
            ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
            ("**open", "**open"),
            ("# Part one\nText", "<strong>Part one</strong><br>Text"),
            ("#1 of 2", "#1 of 2"),
            ("<span style=\"color:red\">Red</span> <b>not</b>", "Red &lt;b&gt;not&lt;/b&gt;"),
            ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
            ("a < b & *c*", "a &lt; b &amp; <em>c</em>"),
            ("****", "****"),
        ] {
            assert_eq!(shown(text), is, "{text}");
        }
        assert_eq!(shown("**[site](https://example.org)**"), format!("<strong>{site}</strong>"));
        assert_eq!(shown("[a\"b](https://example.org/?q=\"'<>)"), link("https://example.org/?q=&quot;&#39;&lt;&gt;", "a&quot;b"));
        assert_eq!(plain("**Bold** and Migrant\\*innen [site](https://example.org)"), "Bold and Migrant*innen site");
        assert_eq!((html("Plain?"), plain("Plain?")), (None, Cow::Borrowed("Plain?")));
    }

    #[test]
    fn a_mark_that_does_not_end_is_named_and_a_sign_is_none() {
        for (text, mark) in [("**open", "**"), ("a **b", "**"), ("[x](https://example.org", "]("), ("<span style=\"color:red\" Red", "<span")] {
            assert_eq!(open_mark(text), Some(mark), "{text}");
        }
        for text in ["**a** b", "2 ** 3", "****", "Name: ____", "5 * 3", "snake_case", "\\*\\*x", "[1] (a)", "[x](https://example.org)"] {
            assert_eq!(open_mark(text), None, "{text}");
        }
    }

    #[test]
    fn a_quoted_text_stands_for_itself() {
        let literal = |text: &str| {
            let mut out = String::new();
            super::literal(text, &mut out);
            out
        };
        for text in ["*a* _b_ [c](https://d) \\*", "<span>", "# 1", "a\\"] {
            assert_eq!(plain(&format!("**{}**", literal(text))), text);
        }
    }

    /// A label could send an answer to another site by the address of a link.
    #[test]
    fn no_address_tells_an_answer() {
        let quoting = |before: &str, answer: &str, after: &str| {
            let mut text = before.to_owned();
            literal(answer, &mut text);
            text + after
        };
        for (before, answer, after) in [
            ("[promise](https://evil.example/p?a=", "yes", ")"),
            ("[promise](https://evil.example/p?a=", "", ")"),
            ("[promise](", "https://evil.example/p", ")"),
            ("[promise](ht", "tp", "s://evil.example/p)"),
            ("[promise](https://evil.example/p?a=", "yes", " )"),
            ("**[promise](https://evil.example/p?a=", "yes) [x](https://good.example", ")**"),
            ("[promise](mailto:", "me", "@evil.example)"),
        ] {
            let text = quoting(before, answer, after);
            let (html, plain) = (shown(&text), plain(&text));
            assert!(!html.contains("href"), "{html}");
            assert!(!html.contains(QUOTED) && !plain.contains(QUOTED) && plain.contains("[promise]("), "{plain}");
        }
        assert_eq!(shown(&quoting("[", "A*", "](https://good.example)")).matches("href=\"https://good.example\">A*</a>").count(), 1);
        for text in ["[p](https://evil.example/?a=${ill})", "a **[p]( HTTPS://x/${ill} )**", "[p](${site}https://x)", "# [p](mailto:${ill})"] {
            assert!(is_telling(text), "{text}");
        }
        for text in ["[${ill}](https://good.example)", "[1](see ${ill})", "${ill} (https://x)", "\\[p](https://x/${ill})"] {
            assert!(!is_telling(text), "{text}");
        }
    }

    #[test]
    fn many_marks_cost_no_more_than_their_number() {
        for part in
            ["*", "_", "[", "**a ", "*_", "[a](", "\\", "<span ", "*a* ", "# ", "[a](https://", "[a](https://\\)", "[a", "[a]", "[a](https://a b) "]
        {
            let timed = |length: usize| {
                let text = part.repeat(length / part.len());
                let begun = std::time::Instant::now();
                assert!(!shown(&text).is_empty() && !plain(&text).is_empty());
                begun.elapsed()
            };
            // Sixteen times as long a text takes sixteen times as long, however slow the machine; squared it would be 256.
            let (short, long) = ((0..3).map(|_| timed(20_000)).min().unwrap(), (0..3).map(|_| timed(320_000)).min().unwrap());
            assert!(long < short * 100, "{part}: {short:?}, {long:?}");
        }
    }
}
