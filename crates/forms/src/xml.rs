//! Elements, attributes and text, well-formed by construction: whatever is open is
//! closed, and every text is escaped.
//!
//! Rule to keep: characters that XML cannot hold are left out; line breaks in an
//! attribute stay line breaks.

/// A document that grows element by element, one a line.
#[derive(Default)]
pub(crate) struct Xml {
    out: String,
    open: Vec<String>,
}

impl Xml {
    fn begin(&mut self, name: &str, attributes: &[(&str, &str)]) {
        if self.out.is_empty() {
            self.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        }
        self.out.extend(std::iter::repeat_n(' ', self.open.len()));
        self.start(name, attributes);
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes {
            self.out.push(' ');
            self.out.push_str(key);
            self.out.push_str("=\"");
            escape(value, true, &mut self.out);
            self.out.push('"');
        }
    }

    /// An element that has others inside, until it is closed.
    pub(crate) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.begin(name, attributes);
        self.out.push_str(">\n");
        self.open.push(name.to_owned());
    }

    /// Closes the innermost open element.
    pub(crate) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.out.extend(std::iter::repeat_n(' ', self.open.len()));
            self.end(&name);
        }
    }

    fn end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
    }

    /// An element with nothing but text, or nothing at all.
    pub(crate) fn leaf(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.mixed(name, attributes, [Piece::Text(text)].into_iter());
    }

    /// An element of text and outputs.
    pub(crate) fn mixed<'a>(&mut self, name: &str, attributes: &[(&str, &str)], pieces: impl Iterator<Item = Piece<'a>>) {
        self.begin(name, attributes);
        let begun = self.out.len();
        self.out.push('>');
        let empty = self.out.len();
        for piece in pieces {
            match piece {
                Piece::Text(text) => escape(text, false, &mut self.out),
                Piece::Output(value) => {
                    self.start("output", &[("value", &value)]);
                    self.out.push_str("/>");
                }
            }
        }
        if self.out.len() == empty {
            self.out.truncate(begun);
            self.out.push_str("/>\n");
        } else {
            self.end(name);
        }
    }

    /// The document; whatever is open is closed.
    pub(crate) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.out
    }
}

/// A piece of a text that quotes values.
pub(crate) enum Piece<'a> {
    Text(&'a str),
    /// An expression whose value is shown.
    Output(String),
}

/// Text as an element, or an attribute in double quotation marks, holds it.
pub(crate) fn escape(text: &str, attribute: bool, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if attribute => out.push_str("&quot;"),
            '\n' | '\t' if attribute => out.push_str(if character == '\n' { "&#10;" } else { "&#9;" }),
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' => out.push(character),
            '\u{fffe}' | '\u{ffff}' => {}
            control if (control as u32) < 0x20 => {}
            character => out.push(character),
        }
    }
}
