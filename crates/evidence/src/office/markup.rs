//! Elements and attributes of a part, read in a stream, once to look and once more to write it without what
//! must not stay.

mod attributes;

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};
use std::io::{self, BufRead, BufReader, Read, Write};

use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

use self::attributes::attribute;
use super::fields::Fields;
use super::{MOST_UNPACKED, formulas, style};
use crate::{Kind, Refused, Taken};

/// The largest element or piece of text, in bytes.
const MOST_AT_ONCE: u64 = 16 * 1024 * 1024;
const MOST_AUTHORS: usize = 20_000;
const DEEPEST: usize = 256;
/// Attributes of one element, of which each is compared with the others.
const MOST_ATTRIBUTES: usize = 256;
/// A formula of Excel has 8,192 characters at most.
const LONGEST_FORMULA: usize = 40_000;
const LONGEST_STYLE: usize = 1_048_576;

/// Authors by number, so that two of them stay two.
#[derive(Default)]
pub struct Authors(HashMap<String, usize>);

impl Authors {
    fn alias(&mut self, name: &str) -> Result<String, Refused> {
        let next = self.0.len() + 1;
        if let Some(number) = name.strip_prefix("Author ").filter(|n| n.bytes().all(|b| b.is_ascii_digit())) {
            return Ok(format!("Author {number}"));
        }
        if next > MOST_AUTHORS {
            return Err(Refused::Unpacks);
        }
        Ok(format!("Author {}", self.0.entry(name.to_owned()).or_insert(next)))
    }
}

/// Counts what is read: of the document, and since the last event.
struct Metered<'a, R> {
    inner: R,
    left: &'a Cell<u64>,
    at_once: &'a Cell<u64>,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        for count in [self.left, self.at_once] {
            count.set(count.get().checked_sub(read as u64).ok_or(io::ErrorKind::FileTooLarge)?);
        }
        Ok(read)
    }
}

/// What was found in one part, by which it is written.
pub struct Markup {
    kind: Kind,
    blank: BTreeSet<u32>,
    changes: bool,
    /// Links that something follows that nobody presses.
    pub followed: BTreeSet<String>,
    /// Whether it is a picture that fetches.
    pub fetches: bool,
}

/// One way through a part.
struct Walk<'a, W: Write> {
    kind: Kind,
    root: String,
    /// The prefix of the root, and so of all that makes a field.
    prefix: String,
    /// What that prefix stands for, as the root says.
    namespace: Option<String>,
    path: Vec<Element>,
    /// Elements of other namespaces that are open, by number: a reader may skip them with all that is in them.
    foreign: Vec<(usize, u32)>,
    foreigners: u32,
    fields: Fields,
    /// While writing: pieces of text that go.
    blank: &'a BTreeSet<u32>,
    /// Inside of an element that goes, how deep.
    skipping: usize,
    gathered: Option<String>,
    piece: u32,
    authors: &'a mut Authors,
    taken: &'a mut BTreeSet<Taken>,
    out: Option<Writer<W>>,
    changes: bool,
    /// Links that may stay if nothing but a hand follows them, in small letters.
    pressed: BTreeSet<String>,
    followed: BTreeSet<String>,
    /// Inside of a picture made of markup.
    svg: bool,
    fetches: bool,
}

/// What matters of an element while it is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    Plain,
    /// Text of a Word document, in which codes of fields may lie.
    Piece,
    Formula,
    Author,
    Style,
}

impl Markup {
    pub fn new(kind: Kind) -> Self {
        Self { kind, blank: BTreeSet::new(), changes: false, followed: BTreeSet::new(), fetches: false }
    }

    pub fn changes(&self) -> bool {
        self.changes || !self.blank.is_empty()
    }

    /// Looks through a part; whether and how it changes is remembered, and which links it follows of those that are
    /// there to be pressed.
    pub fn look(
        &mut self,
        part: impl Read,
        pressed: BTreeSet<String>,
        left: &Cell<u64>,
        authors: &mut Authors,
        taken: &mut BTreeSet<Taken>,
    ) -> Result<(), Refused> {
        let none = BTreeSet::new();
        let walk = Walk::<io::Sink>::through(self.kind, part, pressed, left, &none, authors, taken, None)?;
        self.changes = walk.changes;
        self.followed = walk.followed;
        self.fetches = walk.fetches;
        self.blank = walk.fields.blank;
        Ok(())
    }

    /// Writes a part that was looked through, as it is to be.
    pub fn write(&mut self, part: impl Read, to: impl Write, authors: &mut Authors) -> Result<(), Refused> {
        let left = Cell::new(MOST_UNPACKED);
        Walk::through(self.kind, part, BTreeSet::new(), &left, &self.blank, authors, &mut BTreeSet::new(), Some(Writer::new(to)))?;
        Ok(())
    }
}

impl<'a, W: Write> Walk<'a, W> {
    #[expect(clippy::too_many_arguments, reason = "one way through one part, and what it leaves behind")]
    fn through(
        kind: Kind,
        part: impl Read,
        pressed: BTreeSet<String>,
        left: &Cell<u64>,
        blank: &'a BTreeSet<u32>,
        authors: &'a mut Authors,
        taken: &'a mut BTreeSet<Taken>,
        out: Option<Writer<W>>,
    ) -> Result<Self, Refused> {
        let at_once = Cell::new(MOST_AT_ONCE);
        let mut bytes = BufReader::with_capacity(65_536, Metered { inner: part, left, at_once: &at_once });
        if is_wide(bytes.fill_buf().map_err(|_| Refused::Damaged)?) {
            return Err(Refused::Damaged);
        }
        let mut reader = Reader::from_reader(bytes);
        let fields = Fields::default();
        let mut walk = Self {
            kind,
            root: String::new(),
            prefix: String::new(),
            namespace: None,
            path: Vec::new(),
            foreign: Vec::new(),
            foreigners: 0,
            fields,
            blank,
            skipping: 0,
            gathered: None,
            piece: 0,
            authors,
            taken,
            out,
            changes: false,
            pressed,
            followed: BTreeSet::new(),
            svg: false,
            fetches: false,
        };
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            if buffer.capacity() > 1_048_576 {
                buffer = Vec::new();
            }
            at_once.set(MOST_AT_ONCE);
            let event = reader.read_event_into(&mut buffer);
            let event = event.map_err(|_| if left.get() < 65_536 || at_once.get() < 65_536 { Refused::Unpacks } else { Refused::Damaged })?;
            if matches!(event, Event::Eof) {
                break;
            }
            walk.step(event)?;
        }
        walk.fields.finish(walk.taken)?;
        Ok(walk)
    }

    fn put(&mut self, event: Event<'_>) -> Result<(), Refused> {
        match &mut self.out {
            Some(out) => out.write_event(event).map_err(|_| Refused::Damaged),
            None => Ok(()),
        }
    }

    fn step(&mut self, event: Event<'_>) -> Result<(), Refused> {
        match event {
            Event::Start(e) => self.start(e, false),
            Event::Empty(e) => self.start(e, true),
            Event::End(e) => {
                if self.skipping > 0 {
                    self.skipping -= 1;
                    return Ok(());
                }
                self.end()?;
                self.put(Event::End(e))
            }
            Event::Text(t) => {
                let said = t.xml10_content().into_owned();
                self.text(&said, Event::Text(t))
            }
            Event::CData(t) => {
                let said = t.xml10_content().into_owned();
                self.text(&said, Event::CData(t))
            }
            Event::GeneralRef(r) => {
                let said = match r.resolve_char_ref() {
                    Ok(Some(c)) => c.to_string(),
                    Ok(None) => match &*r {
                        "lt" => "<".to_owned(),
                        "gt" => ">".to_owned(),
                        "amp" => "&".to_owned(),
                        "apos" => "'".to_owned(),
                        "quot" => "\"".to_owned(),
                        _ => return Err(Refused::Damaged),
                    },
                    Err(_) => return Err(Refused::Damaged),
                };
                self.text(&said, Event::GeneralRef(r))
            }
            // Two readers that understand a text differently read two documents.
            Event::DocType(_) => Err(Refused::Damaged),
            Event::Decl(d) => match d.encoding() {
                Some(Ok(name)) if !name.eq_ignore_ascii_case("utf-8") && !name.eq_ignore_ascii_case("us-ascii") => Err(Refused::Damaged),
                Some(Err(_)) => Err(Refused::Damaged),
                _ => self.put(Event::Decl(d)),
            },
            // A style sheet, or which program is to open it.
            Event::PI(_) => {
                self.changes = true;
                Ok(())
            }
            other => {
                if self.skipping > 0 {
                    return Ok(());
                }
                self.put(other)
            }
        }
    }

    fn start(&mut self, e: BytesStart<'_>, empty: bool) -> Result<(), Refused> {
        if self.skipping > 0 {
            self.skipping += usize::from(!empty);
            return Ok(());
        }
        let name: String = e.local_name().as_ref().to_owned();
        let prefix = e.name().prefix().map(|prefix| prefix.as_ref().to_owned()).unwrap_or_default();
        if self.root.is_empty() {
            self.root.clone_from(&name);
            self.prefix.clone_from(&prefix);
        }
        self.svg |= name == "svg";
        let what = removed(&name, self.svg);
        if !matches!(what, Removed::Not) {
            if let Removed::As(what) = what {
                self.taken.insert(what);
            }
            self.changes = true;
            self.skipping = usize::from(!empty);
            return Ok(());
        }
        if matches!(name.as_str(), "ddeLink" | "oleLink") {
            return Err(Refused::LiveData);
        }
        let word = self.kind == Kind::Word;
        if word {
            self.of_a_field(&name, prefix == self.prefix, &e)?;
        }
        let word = word && prefix == self.prefix;
        let is = match name.as_str() {
            "instrText" | "delInstrText" | "t" | "delText" if word => Element::Piece,
            "f" | "definedName" | "formula" | "formula1" | "formula2" | "calculatedColumnFormula" | "totalsRowFormula" | "oldFormula"
                if self.kind != Kind::Word =>
            {
                Element::Formula
            }
            "author" if self.kind != Kind::Word && self.root == "comments" => Element::Author,
            "style" if self.svg => Element::Style,
            _ => Element::Plain,
        };
        // One reader takes a formula for what it says before another element, another for all of it.
        if self.path.last() == Some(&Element::Formula) {
            let said = self.gathered.as_deref().is_some_and(|said| !said.trim().is_empty());
            if said || is != Element::Formula {
                return Err(Refused::Damaged);
            }
        }
        let e = self.attributes(&name, e)?;
        self.fetches |= self.path.last() == Some(&Element::Style);
        if empty {
            return self.put(Event::Empty(e));
        }
        if self.path.len() == DEEPEST {
            return Err(Refused::Damaged);
        }
        match is {
            Element::Piece => self.piece = self.fields.piece(),
            Element::Formula | Element::Author | Element::Style => self.gathered = Some(String::new()),
            Element::Plain => {}
        }
        self.path.push(is);
        if prefix != self.prefix {
            self.foreigners += 1;
            self.foreign.push((self.path.len(), self.foreigners));
        }
        self.put(Event::Start(e))
    }

    /// What an element means for the fields. Where one reader takes it for a part of a code and another does not,
    /// the field could be anything.
    fn of_a_field(&mut self, name: &str, ours: bool, e: &BytesStart<'_>) -> Result<(), Refused> {
        let makes = matches!(name, "fldChar" | "instrText" | "delInstrText" | "fldSimple");
        if makes && !ours {
            return Err(Refused::LiveData);
        }
        let says = makes || matches!(name, "t" | "delText");
        // A piece of text holds text alone: a field that began in the middle of one would keep what was said before.
        if says && self.path.contains(&Element::Piece) {
            return Err(Refused::Damaged);
        }
        let within = self.foreign.last().map_or(0, |(_, number)| *number);
        if says && self.fields.is_in_code() && (!ours || !self.fields.began_within(within)) {
            return Err(Refused::LiveData);
        }
        if name == "fldChar" {
            match attribute(e, "fldCharType")?.as_str() {
                "begin" => self.fields.begins(within)?,
                "separate" => self.fields.separates(self.taken)?,
                "end" => self.fields.ends(self.taken)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Refused> {
        self.foreign.pop_if(|(depth, _)| *depth == self.path.len());
        match self.path.pop() {
            Some(Element::Formula) => {
                if let Some(formula) = self.gathered.take() {
                    formulas::check(&formula)?;
                }
            }
            Some(Element::Style) => self.fetches |= self.gathered.take().is_some_and(|said| style::leads_out(&said)),
            Some(Element::Author) => {
                let name = self.gathered.take().unwrap_or_default();
                let alias = self.authors.alias(&name)?;
                self.changes |= alias != name;
                self.put(Event::Text(BytesText::new(&alias)))?;
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, said: &str, event: Event<'_>) -> Result<(), Refused> {
        if self.skipping > 0 {
            return Ok(());
        }
        match self.path.last() {
            Some(Element::Piece) => {
                self.fields.text(said);
                if self.blank.contains(&self.piece) {
                    return Ok(());
                }
            }
            Some(element @ (Element::Formula | Element::Author | Element::Style)) => {
                let gathered = self.gathered.get_or_insert_default();
                gathered.push_str(said);
                if *element == Element::Style {
                    // What nobody writes by hand is not read to its end.
                    if gathered.len() > LONGEST_STYLE {
                        gathered.clear();
                        self.fetches = true;
                    }
                } else if gathered.len() > LONGEST_FORMULA {
                    return Err(Refused::Unpacks);
                }
                if *element == Element::Author {
                    return Ok(());
                }
            }
            _ => {}
        }
        self.put(event)
    }
}

/// Whether an element goes with all that is in it.
enum Removed {
    Not,
    Silently,
    As(Taken),
}

/// Elements that go, and what they were.
fn removed(name: &str, svg: bool) -> Removed {
    match name {
        "OLEObject" | "oleObjects" => Removed::As(Taken::Object),
        "altChunk" => Removed::As(Taken::Object),
        "subDoc" | "frameset" => Removed::As(Taken::Link),
        "attachedTemplate" => Removed::As(Taken::Template),
        "mailMerge" => Removed::As(Taken::Connection),
        "script" | "foreignObject" if svg => Removed::As(Taken::Picture),
        // Where the document lay on its author's machine.
        "absPath" => Removed::Silently,
        _ => Removed::Not,
    }
}

/// Whether the bytes of a part begin as letters of several bytes do: others would read other letters than are read here.
pub(super) fn is_wide(begin: &[u8]) -> bool {
    begin.starts_with(b"\xff\xfe") || begin.starts_with(b"\xfe\xff") || begin.iter().take(4).any(|byte| *byte == 0)
}
