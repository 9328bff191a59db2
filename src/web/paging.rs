//! Keyset pagination: an opaque cursor that says after which key to go on.

use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Ref, Schema, Type};

use crate::ground::{Error, FieldError, Result};

/// Most items on a page, and how many when nobody asks.
pub const MOST: i64 = 200;
const USUAL: i64 = 50;

/// `?cursor=…&limit=…`
#[derive(Debug, Clone, Default, Deserialize)]
pub struct PageQuery {
    pub cursor: Option<String>,
    pub limit: Option<i64>,
}

/// Where a page begins and how long it is; `K` is the key that the list is ordered by.
#[derive(Debug, Clone, Default)]
pub struct PageAt<K = String> {
    /// Key of the last item of the page before.
    pub after: Option<K>,
    pub limit: i64,
}

impl PageQuery {
    /// Errors: malformed where `cursor` was not made by this service, or for another list; `limit`
    /// outside 1..=200.
    pub fn at<K: FromStr>(&self) -> Result<PageAt<K>> {
        let limit = self.limit.unwrap_or(USUAL);
        if !(1..=MOST).contains(&limit) {
            return Err(Error::Invalid(vec![FieldError::new("limit", "out_of_range").with("min", 1).with("max", MOST)]));
        }
        let after = match self.cursor.as_deref().filter(|c| !c.is_empty()) {
            None => None,
            Some(cursor) => {
                let text = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|b| String::from_utf8(b).ok());
                let key = text.as_deref().and_then(|t| t.strip_prefix("k:")).filter(|k| !k.contains(char::is_control));
                let key = key.and_then(|k| k.parse().ok());
                Some(key.ok_or_else(|| Error::Malformed(vec![FieldError::new("cursor", "bad_cursor")]))?)
            }
        };
        Ok(PageAt { after, limit })
    }
}

/// One page of a list.
#[derive(Debug, Clone, Serialize)]
pub struct Listing<T> {
    pub items: Vec<T>,
    /// Pass it as `cursor` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl<T> Listing<T> {
    /// From up to `limit + 1` rows: the extra one says that there is a next page.
    pub fn of<K>(mut rows: Vec<T>, at: &PageAt<K>, key: impl Fn(&T) -> String) -> Self {
        let most = usize::try_from(at.limit).unwrap_or(0);
        let more = rows.len() > most;
        rows.truncate(most);
        let next_cursor = rows.last().filter(|_| more).map(|last| cursor(&key(last)));
        Self { items: rows, next_cursor }
    }

    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Listing<U> {
        Listing { items: self.items.into_iter().map(f).collect(), next_cursor: self.next_cursor }
    }
}

/// The rows of a page, and one more where there is a next one, without those that are not to be shown. `load` gives
/// up to so many rows after a key, each with its own. A page is filled beyond what is left out, so that neither its
/// length nor its cursor tells of that.
pub fn filled<K: Clone, T>(
    at: &PageAt<K>,
    mut load: impl FnMut(Option<&K>, i64) -> Result<Vec<(K, T)>>,
    keep: impl Fn(&T) -> bool,
) -> Result<Vec<T>> {
    let wanted = usize::try_from(at.limit).unwrap_or(0) + 1;
    let step = (at.limit + 1).max(USUAL);
    let (mut rows, mut after) = (Vec::new(), at.after.clone());
    loop {
        let loaded = load(after.as_ref(), step)?;
        let last = i64::try_from(loaded.len()).unwrap_or(i64::MAX) < step;
        after = loaded.last().map(|(key, _)| key.clone()).or(after);
        rows.extend(loaded.into_iter().map(|(_, row)| row).filter(&keep));
        if last || rows.len() >= wanted {
            rows.truncate(wanted);
            return Ok(rows);
        }
    }
}

/// One page of what is in memory in the order of its keys, with the way to the pages beside it.
#[derive(Debug)]
pub struct Around<'a, T> {
    pub items: &'a [T],
    pub next: Option<String>,
    /// Within, no cursor for the first page.
    pub previous: Option<Option<String>>,
}

impl<'a, T> Around<'a, T> {
    /// What comes after the key where `at` begins, whether that is still there or not.
    pub fn of<K: Ord + ToString>(all: &'a [T], at: &PageAt<K>, key: impl Fn(&T) -> &K) -> Self {
        let most = usize::try_from(at.limit).unwrap_or(0);
        let from = at.after.as_ref().map_or(0, |after| all.partition_point(|item| key(item) <= after));
        let to = all.len().min(from.saturating_add(most));
        let before = |place: usize| place.checked_sub(1).and_then(|last| all.get(last)).map(|last| cursor(&key(last).to_string()));
        Self {
            items: all.get(from..to).unwrap_or_default(),
            next: if to < all.len() { before(to) } else { None },
            previous: (from > 0).then(|| before(from.saturating_sub(most))),
        }
    }
}

fn cursor(key: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("k:{key}"))
}

/// Written out, because the derived one calls the list of anything `Listing`, and leaves out what is
/// in it: the last list of the document would stand for all.
impl<T: utoipa::ToSchema> utoipa::ToSchema for Listing<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("{}Listing", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

impl<T: utoipa::ToSchema> utoipa::PartialSchema for Listing<T> {
    fn schema() -> RefOr<Schema> {
        let cursor =
            ObjectBuilder::new().schema_type(Type::String).description(Some("Pass it as `cursor` for the next page; absent on the last one."));
        ObjectBuilder::new()
            .description(Some("One page of a list."))
            .property("items", ArrayBuilder::new().items(Ref::from_schema_name(T::name())))
            .required("items")
            .property("next_cursor", cursor)
            .into()
    }
}
