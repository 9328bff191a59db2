//! A small well-formedness check for the figures' tests: tags nest, attributes are quoted and
//! unique, text holds no bare markup, ids occur once. It is no XML parser.

/// Panics, with the place, if the text is not one well-formed element.
pub(super) fn assert_well_formed(xml: &str) {
    let mut open: Vec<String> = Vec::new();
    let mut ids: Vec<String> = Vec::new();
    let mut rest = xml;
    let mut closed_root = false;
    while !rest.is_empty() {
        let Some(start) = rest.find('<') else {
            panic!("text after the root: {rest}");
        };
        let text = &rest[..start];
        assert!(!text.contains('>'), "bare > in {text}");
        assert_entities(text);
        assert!(text.is_empty() || !open.is_empty(), "text outside the root: {text}");
        assert!(!closed_root, "more than one root: {rest}");
        let end = start + rest[start..].find('>').expect("a tag is closed");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "closing tag");
        } else {
            let alone = tag.ends_with('/');
            let tag = tag.trim_end_matches('/');
            let name = tag.split_whitespace().next().expect("a tag has a name");
            assert_attributes(&tag[name.len()..], &mut ids);
            if !alone {
                open.push(name.to_owned());
            }
        }
        closed_root = open.is_empty();
    }
    assert!(open.is_empty(), "left open: {open:?}");
    assert!(closed_root, "no element at all");
}

fn assert_attributes(mut rest: &str, ids: &mut Vec<String>) {
    let mut names: Vec<&str> = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return;
        }
        let (name, after) = rest.split_once("=\"").expect("an attribute has a quoted value");
        let (value, after) = after.split_once('"').expect("a quoted value ends");
        assert!(!name.contains([' ', '"', '<']), "attribute name {name}");
        assert!(!names.contains(&name), "attribute {name} twice");
        assert!(!value.contains('<'), "markup in attribute {name}");
        assert_ne!(name, "style", "the content security policy refuses style attributes");
        assert_entities(value);
        if name == "id" {
            assert!(!ids.iter().any(|id| id == value), "id {value} twice");
            ids.push(value.to_owned());
        }
        names.push(name);
        rest = after;
    }
}

fn assert_entities(text: &str) {
    for (at, _) in text.match_indices('&') {
        let known = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"];
        assert!(known.iter().any(|entity| text[at..].starts_with(entity)), "bare & in {text}");
    }
}

#[test]
#[should_panic(expected = "closing tag")]
fn the_check_notices_crossed_tags() {
    assert_well_formed("<a><b></a></b>");
}

#[test]
#[should_panic(expected = "bare &")]
fn the_check_notices_an_unescaped_ampersand() {
    assert_well_formed("<a>this & that</a>");
}
