//! What XLSForm lets authors mark in a label: emphasis, strong words, links and headings, in the form of Markdown,
//! with `\` before a mark that is meant as it stands. Colours (`<span …>`) are left out.
//!
//! Rule to keep: whatever else the text has is text. HTML is made here alone, and of nothing but these marks.

use std::borrow::Cow;

/// How deep marks may stand in marks; deeper ones are text.
const DEEPEST: usize = 8;

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
    if !is_marked(text) && !text.contains('\n') {
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

/// A text that stands for itself inside of a marked one: an answer that is quoted.
pub(crate) fn literal(text: &str) -> Cow<'_, str> {
    // It may stand in the address of a link, which ends with a bracket.
    let ends = |c: char| is_mark(c) || c == ')';
    if !text.contains(ends) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if ends(c) {
            out.push('\\');
        }
        out.push(c);
    }
    Cow::Owned(out)
}

pub(crate) fn is_marked(text: &str) -> bool {
    text.contains(is_mark)
}

fn is_mark(c: char) -> bool {
    matches!(c, '*' | '_' | '[' | ']' | '\\' | '<' | '#')
}

/// Where the pieces go.
trait Out {
    fn text(&mut self, text: &str);
    fn open(&mut self, tag: &str);
    fn close(&mut self, tag: &str);
    fn link(&mut self, address: &str);
    fn line(&mut self);
}

struct Plain<'o>(&'o mut String);

impl Out for Plain<'_> {
    fn text(&mut self, text: &str) {
        self.0.push_str(text);
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
        if let Some((words, address, length)) = link(rest).filter(|_| depth > 0) {
            out.text(&text[from..at]);
            out.link(&address);
            inline(words, depth - 1, out);
            out.close("a");
            at += length;
            from = at;
            continue;
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

/// `[words](address)` at the beginning: words, address and length. Addresses of the web and of mail only.
fn link(text: &str) -> Option<(&str, String, usize)> {
    // No label has longer ones; without a limit each bracket would look through the rest.
    const LONGEST: usize = 1_000;
    let inside = text.strip_prefix('[')?;
    let inside = &inside[..inside.floor_char_boundary(LONGEST)];
    let (words, after) = inside.split_once("](")?;
    // As everywhere, a mark after `\` is a sign; one that ends the address stands alone.
    let (mut address, mut signs) = (String::new(), after.char_indices());
    let end = loop {
        match signs.next()? {
            (at, ')') => break at,
            (_, '\\') if signs.as_str().starts_with(|c: char| c.is_ascii_punctuation()) => address.push(signs.next()?.1),
            (_, c) => address.push(c),
        }
    };
    let length = 1 + words.len() + 2 + end + 1;
    let address = address.trim().to_owned();
    let known = ["https://", "http://", "mailto:"].iter().any(|scheme| address.to_ascii_lowercase().starts_with(scheme));
    let good = known && !words.contains('[') && !address.contains(|c: char| c.is_whitespace() || c.is_control());
    good.then_some((words, address, length))
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
        let address = html(&format!("[x](https://example.org/?q={})", literal("a_b*(c)<d>"))).unwrap();
        assert!(address.contains("href=\"https://example.org/?q=a_b*(c)&lt;d&gt;\""), "{address}");
        for text in ["*a* _b_ [c](https://d) \\*", "<span>", "# 1", "a\\"] {
            assert_eq!(plain(&format!("**{}**", literal(text))), text);
        }
    }

    #[test]
    fn many_marks_cost_no_more_than_their_number() {
        for part in ["*", "_", "[", "**a ", "*_", "[a](", "\\", "<span ", "*a* ", "# "] {
            let text = part.repeat(32_000 / part.len());
            assert!(!shown(&text).is_empty() && !plain(&text).is_empty());
        }
    }
}
