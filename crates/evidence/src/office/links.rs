//! The links of a part (relationships): which lead out of the document, and what they are for.
//!
//! A link that leads out keeps its place, so that the document stays whole, and leads to a file that is not
//! there. A link to a part that was dropped becomes one of those.

use std::collections::BTreeSet;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesStart, Event};

use super::package::{Package, elements};
use crate::{Refused, Taken};

/// Where links lead that led elsewhere: a file beside the document that nobody has.
const NOWHERE: &str = "taken-out";
const NAMESPACE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OBJECT: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/oleObject";

struct Link {
    id: String,
    kind: String,
    target: String,
    external: bool,
}

pub struct Links {
    /// The part whose links they are.
    pub of: String,
    /// The folder from which targets are counted.
    folder: String,
    all: Vec<Link>,
    pub changed: bool,
}

/// What a link is for: the last word of its type.
fn purpose(kind: &str) -> String {
    kind.rsplit('/').next().unwrap_or_default().to_lowercase()
}

impl Links {
    pub fn read(name: &str, xml: &[u8]) -> Result<Self, Refused> {
        let (folder, file) = name.rsplit_once("_rels/").unwrap_or_default();
        let (folder, of) = (folder.to_owned(), format!("{folder}{}", file.get(..file.len().saturating_sub(5)).unwrap_or_default()));
        let (mut all, mut ids) = (Vec::new(), BTreeSet::new());
        for (element, attributes) in elements(xml)? {
            if element != "Relationship" {
                continue;
            }
            let get = |name: &str| attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim().to_owned()).unwrap_or_default();
            let link = Link { id: get("Id"), kind: get("Type"), target: get("Target"), external: get("TargetMode").eq_ignore_ascii_case("external") };
            if !ids.insert(link.id.clone()) {
                return Err(Refused::Damaged);
            }
            all.push(link);
        }
        Ok(Self { of, folder, all, changed: false })
    }

    /// Sends what leads out nowhere, and drops the parts that act.
    pub fn settle(&mut self, package: &mut Package, taken: &mut BTreeSet<Taken>) -> Result<(), Refused> {
        let mut kept = Vec::new();
        for mut link in std::mem::take(&mut self.all) {
            // Taken out before.
            if link.external && link.target == NOWHERE {
                kept.push(link);
                continue;
            }
            let what = purpose(&link.kind);
            let part = (!link.external).then(|| inside(&self.folder, &link.target)).flatten().and_then(|name| package.part(&name));
            match what.as_str() {
                "vbaproject" | "wordvbadata" | "vbaprojectsignature" | "xlmacrosheet" | "xlintlmacrosheet" | "dialogsheet" => {
                    return Err(Refused::Macros);
                }
                "control" | "activexcontrol" | "activexcontrolbinary" => return Err(Refused::Controls),
                "extensibility" | "usercustomization" | "webextensiontaskpanes" | "keymapcustomizations" | "attachedtoolbars" => {
                    if let Some(part) = part {
                        package.drop_part(part);
                    }
                    taken.insert(Taken::Extension);
                    self.changed = true;
                    continue;
                }
                "webextension" => return Err(Refused::Controls),
                "oleobject" | "package" | "afchunk" => {
                    if let Some(part) = part {
                        package.drop_part(part);
                    }
                    taken.insert(if link.external { Taken::Link } else { Taken::Object });
                    self.nowhere(&mut link);
                    if what == "package" {
                        OBJECT.clone_into(&mut link.kind);
                    }
                }
                _ if link.external && !(what == "hyperlink" && is_followed_by_hand(&link.target)) => {
                    taken.insert(match what.as_str() {
                        "attachedtemplate" => Taken::Template,
                        "image" => Taken::Picture,
                        "mailmergesource" | "mailmergeheadersource" => Taken::Connection,
                        _ => Taken::Link,
                    });
                    self.nowhere(&mut link);
                }
                // What a picture or a shape would show of its own accord: another machine, however its address is written.
                _ if !link.external && leads_out(&link.target) => return Err(Refused::Damaged),
                _ => {}
            }
            kept.push(link);
        }
        self.all = kept;
        Ok(())
    }

    fn nowhere(&mut self, link: &mut Link) {
        NOWHERE.clone_into(&mut link.target);
        link.external = true;
        self.changed = true;
    }

    /// The links that lead out because somebody may press them, in small letters.
    pub fn pressed(&self) -> BTreeSet<String> {
        self.all.iter().filter(|link| link.external && link.target != NOWHERE).map(|link| link.id.to_lowercase()).collect()
    }

    /// Sends those nowhere that something else follows, too.
    pub fn followed(&mut self, ids: &BTreeSet<String>) {
        for at in 0..self.all.len() {
            if self.all[at].external && ids.contains(&self.all[at].id.to_lowercase()) {
                NOWHERE.clone_into(&mut self.all[at].target);
                self.changed = true;
            }
        }
    }

    /// A link to a part that is gone by now leads nowhere.
    pub fn forget_the_gone(&mut self, package: &Package) {
        for at in 0..self.all.len() {
            let link = &self.all[at];
            let part = (!link.external).then(|| inside(&self.folder, &link.target)).flatten().and_then(|name| package.part(&name));
            if part.is_some_and(|part| package.is_gone(part)) {
                NOWHERE.clone_into(&mut self.all[at].target);
                self.all[at].external = true;
                self.changed = true;
            }
        }
    }

    pub fn written(&self) -> Vec<u8> {
        let mut writer = Writer::new(Vec::new());
        let mut put = |event: Event<'_>| writer.write_event(event).expect("a Vec takes every write");
        put(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), Some("yes"))));
        let root = BytesStart::new("Relationships").with_attributes([("xmlns", NAMESPACE)]);
        put(Event::Start(root.clone()));
        for link in &self.all {
            let mut element = BytesStart::new("Relationship").with_attributes([
                ("Id", link.id.as_str()),
                ("Type", link.kind.as_str()),
                ("Target", link.target.as_str()),
            ]);
            if link.external {
                element.push_attribute(("TargetMode", "External"));
            }
            put(Event::Empty(element));
        }
        put(Event::End(root.to_end()));
        writer.into_inner()
    }
}

/// A web or mail address, or a place in the document, which is followed only by whoever presses it.
pub fn is_followed_by_hand(target: &str) -> bool {
    let lower = target.trim().to_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://") || lower.starts_with("mailto:") || lower.starts_with('#') || lower.is_empty()
}

/// The name of the part to which a target leads from a folder.
fn inside(folder: &str, target: &str) -> Option<String> {
    let target = target.split('#').next().unwrap_or_default();
    let mut segments: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').filter(|s| !s.is_empty()).collect() };
    for segment in target.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            name => segments.push(name),
        }
    }
    Some(segments.join("/").replace("%20", " "))
}

/// Whether the target of a part inside leads to something else: it has a scheme, or the two slashes or the backslash of a
/// network path.
fn leads_out(target: &str) -> bool {
    let small = target.to_lowercase();
    small.contains([':', '\\']) || small.contains("//") || small.contains("%5c") || small.contains("%2f%2f")
}

#[cfg(test)]
mod tests {
    use super::leads_out;

    #[test]
    fn another_machine_is_known_however_it_is_written() {
        for target in ["http://x", "//x/y.png", "\\\\x\\y.png", "/\\x", "%5c%5Cx", "..\\..\\x", "a//b", "%2F%2fx"] {
            assert!(leads_out(target), "{target}");
        }
        for target in ["media/image1.png", "../media/image1.png", "/word/media/image1.png", "#here"] {
            assert!(!leads_out(target), "{target}");
        }
    }
}
