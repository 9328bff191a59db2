//! What people wrote to one question, as a list to read: each text with how often it was written, in an order that
//! tells nothing, a page at a time. Pure; nothing else of a response stands beside a text.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::ground::ids::SurveyId;
use crate::ground::receipt::sha256_hex;

/// The place of a text in the list: of its letters alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextKey(u64);

impl TextKey {
    pub fn of(survey: &SurveyId, text: &str) -> Self {
        let hash = sha256_hex(format!("{survey}\n{text}").as_bytes());
        Self(u64::from_str_radix(&hash[..16], 16).unwrap_or_default())
    }
}

impl fmt::Display for TextKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for TextKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        u64::from_str_radix(text, 16).map(Self).map_err(|e| e.to_string())
    }
}

/// One page of the list, gathered from texts that come in any order; memory is that of the page.
pub struct Gathering {
    after: Option<TextKey>,
    most: usize,
    /// In small letters.
    find: String,
    page: BTreeMap<TextKey, (String, u64)>,
    /// Texts that fit what is looked for.
    pub found: u64,
    pub all: u64,
}

impl Gathering {
    /// `most` and one more, which says that there is a next page.
    pub fn new(after: Option<TextKey>, most: usize, find: &str) -> Self {
        Self { after, most: most + 1, find: find.trim().to_lowercase(), page: BTreeMap::new(), found: 0, all: 0 }
    }

    pub fn take(&mut self, survey: &SurveyId, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        self.all += 1;
        if !self.find.is_empty() && !text.to_lowercase().contains(&self.find) {
            return;
        }
        self.found += 1;
        let key = TextKey::of(survey, text);
        if self.after.is_some_and(|after| key <= after) {
            return;
        }
        if let Some((_, times)) = self.page.get_mut(&key) {
            *times += 1;
            return;
        }
        self.page.insert(key, (text.to_owned(), 1));
        if self.page.len() > self.most {
            self.page.pop_last();
        }
    }

    /// Keys, texts and how often each was written, in their order.
    pub fn into_page(self) -> Vec<(TextKey, String, u64)> {
        self.page.into_iter().map(|(key, (text, times))| (key, text, times)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_on_one_page_with_how_often_it_was_written_whatever_the_order() {
        let survey = SurveyId::from_stored("srv_1".to_owned());
        let texts: Vec<String> = (0..100).map(|n| format!("Text {}", n % 40)).chain([" ".to_owned()]).collect();
        let read = |texts: &[String], find: &str| {
            let (mut all, mut after) = (Vec::new(), None);
            loop {
                let mut page = Gathering::new(after, 7, find);
                for text in texts {
                    page.take(&survey, text);
                }
                let counted = (page.found, page.all);
                let mut items = page.into_page();
                let more = items.len() > 7;
                items.truncate(7);
                after = items.last().map(|item| item.0);
                all.extend(items.into_iter().map(|(_, text, times)| (text, times)));
                if !more {
                    return (all, counted);
                }
            }
        };
        let (all, counted) = read(&texts, "");
        assert_eq!((all.len(), all.iter().map(|(_, times)| times).sum::<u64>(), counted), (40, 100, (100, 100)));
        let mut turned = texts.clone();
        turned.reverse();
        assert_eq!(read(&turned, "").0, all, "the order in which they came does not show");
        assert_eq!(read(&texts, " TEXT 39 ").0, [("Text 39".to_owned(), 2)]);
        let key = TextKey::of(&survey, "Text 1");
        assert_eq!(key.to_string().parse(), Ok(key));
    }
}
