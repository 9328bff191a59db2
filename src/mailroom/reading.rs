//! A plain-text mail cut into paragraphs, lines and addresses, so that a page can show it as it
//! reads and make its links work. Pure.

use serde::Serialize;

/// A stretch of a line: text, or an address of this instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stretch {
    pub text: String,
    /// Where it leads; absent for plain text.
    pub href: Option<String>,
}

/// Paragraphs of lines of stretches. Only addresses under `base_url` become links.
pub fn paragraphs(text: &str, base_url: &str) -> Vec<Vec<Vec<Stretch>>> {
    text.split("\n\n")
        .map(|paragraph| paragraph.lines().filter(|l| !l.trim().is_empty()).map(|line| stretches(line, base_url)).collect())
        .filter(|lines: &Vec<_>| !lines.is_empty())
        .collect()
}

fn stretches(line: &str, base_url: &str) -> Vec<Stretch> {
    let mut out = Vec::new();
    let plain = |text: &str| Stretch { text: text.to_owned(), href: None };
    let mut rest = line;
    while let Some(at) = rest.find(base_url).filter(|_| !base_url.is_empty()) {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | ')' | '،')).unwrap_or(from.len());
        let (address, after) = from.split_at(end);
        let address = address.trim_end_matches(['.', ',', ';', ':', '!', '؛']);
        let after = if address.len() < end { &from[address.len()..] } else { after };
        if !before.is_empty() {
            out.push(plain(before));
        }
        // "http://host" must not also match "http://host.example.net".
        let ends_there = address.len() == base_url.len() || address[base_url.len()..].starts_with(['/', '?', '#']);
        out.push(Stretch { text: address.to_owned(), href: ends_there.then(|| address.to_owned()) });
        rest = after;
    }
    if !rest.is_empty() {
        out.push(plain(rest));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_this_instance_become_links_and_others_do_not() {
        let text = "Hello,\nsee http://stoa.test/review/abc.\n\nOr https://elsewhere.test/x\nhttp://stoa.test.evil.test/y\n";
        let seen = paragraphs(text, "http://stoa.test");
        assert_eq!(seen.len(), 2);
        let link = &seen[0][1][1];
        assert_eq!((link.text.as_str(), link.href.as_deref()), ("http://stoa.test/review/abc", Some("http://stoa.test/review/abc")));
        assert_eq!(seen[0][1][2].text, ".");
        assert!(seen[1].iter().flatten().all(|s| s.href.is_none()));
        let whole: String = seen[1][1].iter().map(|s| s.text.as_str()).collect();
        assert_eq!(whole, "http://stoa.test.evil.test/y");
    }
}
