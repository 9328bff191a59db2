//! Attributes of an element: what each of them is to be, and which links follow of their own accord.

use std::io::Write;

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;
use quick_xml::events::attributes::Attribute;

use super::{MOST_ATTRIBUTES, Walk};
use crate::office::fields::stays_inside;
use crate::office::{formulas, links, style};
use crate::{Kind, Refused, Taken};

impl<W: Write> Walk<'_, W> {
    /// The element with what its attributes are to be.
    pub(super) fn attributes<'e>(&mut self, element: &str, e: BytesStart<'e>) -> Result<BytesStart<'e>, Refused> {
        let mut instead = Vec::new();
        for (at, attribute) in e.attributes().enumerate() {
            if at == MOST_ATTRIBUTES {
                return Err(Refused::Damaged);
            }
            let attribute = attribute.map_err(|_| Refused::Damaged)?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Refused::Damaged)?;
            if is_namespace(attribute.key.as_ref()) {
                self.namespace(attribute.key.as_ref(), &value)?;
                continue;
            }
            if let Some(other) = self.attribute_instead(element, attribute.key.as_ref(), attribute.key.local_name().as_ref(), &value)?
                && other != *value
            {
                instead.push((at, other));
            }
        }
        if instead.is_empty() {
            return Ok(e);
        }
        self.changes = true;
        let mut changed = BytesStart::new(e.name().as_ref().to_owned());
        for (at, attribute) in e.attributes().enumerate() {
            let attribute = attribute.map_err(|_| Refused::Damaged)?;
            match instead.iter().find(|(changed, _)| *changed == at) {
                Some((_, other)) => changed.push_attribute((attribute.key.as_ref(), other.as_str())),
                None => changed.push_attribute(Attribute { key: attribute.key, value: attribute.value }),
            }
        }
        Ok(changed)
    }

    /// In a Word document the prefix of the root stands for one namespace throughout: fields are known by it.
    fn namespace(&mut self, key: &str, value: &str) -> Result<(), Refused> {
        let of_root = key.strip_prefix("xmlns").is_some_and(|rest| rest.strip_prefix(':').unwrap_or_default() == self.prefix);
        match &self.namespace {
            _ if !of_root || self.kind != Kind::Word => {}
            None => self.namespace = Some(value.to_owned()),
            Some(namespace) if namespace != value => return Err(Refused::Damaged),
            Some(_) => {}
        }
        Ok(())
    }

    /// Notes a link that something follows of its own accord: whatever names it but what somebody presses.
    fn follows(&mut self, element: &str, name: &str, value: &str) {
        let by_hand = name == "id" && matches!(element, "hyperlink" | "hlinkClick" | "hlinkHover" | "hlinkMouseOver");
        if by_hand || self.pressed.is_empty() {
            return;
        }
        let id = value.trim().to_lowercase();
        if self.pressed.contains(&id) {
            self.taken.insert(if matches!(element, "blip" | "imagedata" | "picture" | "fill" | "stroke") { Taken::Picture } else { Taken::Link });
            self.followed.insert(id);
        }
    }

    fn attribute_instead(&mut self, element: &str, key: &str, name: &str, value: &str) -> Result<Option<String>, Refused> {
        let word = self.kind == Kind::Word;
        self.follows(element, name, value);
        let svg = self.svg;
        if svg {
            // What an animation sets, what runs, and what a style fetches.
            let set = matches!(name, "to" | "from" | "by" | "values" | "srcset" | "poster" | "data") && leads_out(value);
            self.fetches |= set || name.starts_with("on") || (value.contains('(') && style::leads_out(value));
        }
        if name == "formula" && !word {
            formulas::check(value)?;
        }
        let mut without = |what: Taken, other: &str| {
            self.taken.insert(what);
            Ok(Some(other.to_owned()))
        };
        match name {
            "author" if word => self.authors.alias(value).map(Some),
            "initials" if word => Ok(Some("A".to_owned())),
            "userId" if element == "presenceInfo" || element == "person" => Ok(Some("author".to_owned())),
            "displayName" if element == "person" => self.authors.alias(value).map(Some),
            "userName" if !word => self.authors.alias(value).map(Some),
            "instr" if element == "fldSimple" && !stays_inside(value) => without(Taken::Field, ""),
            "embeddedHtml" if !value.is_empty() => without(Taken::Link, ""),
            "connection" | "command" | "serverCommand" | "url" | "sourceFile" | "odcFile" | "editPage" | "post"
                if self.root == "connections" && !value.is_empty() && value != "taken-out" =>
            {
                without(Taken::Connection, "taken-out")
            }
            "refreshOnLoad" if matches!(self.root.as_str(), "connections" | "queryTable") => Ok(Some("0".to_owned())),
            "interval" if self.root == "connections" => Ok(Some("0".to_owned())),
            // Pictures of drawings in the old markup, which name an address themselves.
            "src" | "href" | "althref" | "base" if leads_out(value) => {
                let shown = matches!(element, "imagedata" | "image" | "fill" | "stroke" | "use" | "feImage") || (svg && element != "a");
                let pressed = name == "href" && !shown;
                if pressed && !key.starts_with("o:") && links::is_followed_by_hand(value) { Ok(None) } else { without(Taken::Picture, "taken-out") }
            }
            _ => Ok(None),
        }
    }
}

/// Whether an address leads out of the document and of the machine.
fn leads_out(value: &str) -> bool {
    let lower = value.trim().to_lowercase();
    lower.contains("://") || lower.starts_with("//") || lower.starts_with("\\\\") || lower.starts_with("file:") || lower.starts_with("javascript:")
}

/// What names a namespace is no attribute.
fn is_namespace(key: &str) -> bool {
    key == "xmlns" || key.starts_with("xmlns:")
}

/// The one attribute of that name. Two of them, in two namespaces, would be read in two ways.
pub(super) fn attribute(e: &BytesStart<'_>, name: &str) -> Result<String, Refused> {
    let mut found = None;
    for attribute in e.attributes() {
        let attribute = attribute.map_err(|_| Refused::Damaged)?;
        if attribute.key.local_name().as_ref() != name || is_namespace(attribute.key.as_ref()) {
            continue;
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Refused::Damaged)?.into_owned();
        if found.replace(value).is_some() {
            return Err(Refused::Damaged);
        }
    }
    Ok(found.unwrap_or_default())
}
