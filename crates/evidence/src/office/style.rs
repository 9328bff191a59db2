//! Styles of pictures made of markup (SVG): whether one fetches what lies elsewhere.

/// Whether a style, or a value that is written like one, leads out of the picture. One with a sign that could hide
/// what it says counts as one that does.
pub fn leads_out(style: &str) -> bool {
    let lower = style.to_lowercase();
    if lower.contains("@import") || lower.contains('\\') || lower.contains("image-set(") || lower.contains("src(") {
        return true;
    }
    lower.match_indices("url").any(|(at, word)| {
        let value = lower[at + word.len()..].trim_start();
        let Some(value) = value.strip_prefix('(') else { return false };
        let value = value.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
        !value.starts_with('#') && !value.starts_with("data:image/") && !value.starts_with("data:font/") && !value.starts_with(')')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_that_fetch_are_told_from_those_that_draw() {
        for out in [
            "@import url(http://a/b.css);",
            "@IMPORT 'http://a'",
            "fill:url(http://a/b)",
            "URL( \"//a/b\" )",
            "fill:u\\72l(http://a)",
            "cursor:image-set('http://a' 1x)",
            "url(x.svg#a)",
            "fill:url(#a);stroke:url( 'http://b' )",
        ] {
            assert!(leads_out(out), "{out}");
        }
        for inside in ["fill:url(#gradient)", "url('#a')", "url(data:image/png;base64,AA)", ".curl{fill:#fff}", "font:12px Arial", "url()"] {
            assert!(!leads_out(inside), "{inside}");
        }
    }
}
