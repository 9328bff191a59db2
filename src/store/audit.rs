//! The audit chain: one entry per write, in the same transaction, chained by hash.
//!
//! Each hash covers the entry and the hash before it, so that a changed or removed entry shows.
//! Answers of citizens are not audited one by one: an instant per answer would undo anonymity.

use std::collections::HashMap;

use diesel::dsl::max;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::Value;

use super::Db;
use super::schema::{audit_entry, audit_head};
use crate::ground::receipt::sha256_hex;
use crate::ground::words::Word;
use crate::ground::{Result, UtcTime};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, utoipa::ToSchema)]
#[diesel(table_name = audit_entry)]
pub struct AuditEntry {
    pub seq: i64,
    /// When; of a withheld entry the beginning of its day in UTC.
    #[schema(value_type = String, format = DateTime)]
    pub at: UtcTime,
    /// Who: a person's id, `program:<token>:<person>`, `capability:<id>`, `stoa` for the service itself, or
    /// `withheld` where the reader may not know: of the panel of their own city.
    pub actor: String,
    /// The use case, e.g. `review_submit`.
    pub verb: String,
    /// What it was done to, by id; `withheld` with its actor.
    pub object: String,
    /// Facts worth keeping, as JSON: ids, states, counts. Never secrets, and nothing of what was judged or written;
    /// `{}` of a withheld entry.
    pub detail: String,
    /// Empty, as `hash`, for readers from whom anything is withheld: each hash covers what was before it.
    pub previous_hash: String,
    pub hash: String,
}

/// Parts of details that are no business of who reads the audit: levels, reasons, what was said about somebody.
/// Entries of before have them, and stay as they are, for their hashes cover them; nobody is shown them.
const CONTENTS: &[&str] = &["cannot_judge", "kind", "languages", "level", "load_max", "note", "reason"];

/// The actor of an entry whose reader may not know who it was, and its object.
pub const WITHHELD: &str = "withheld";

fn has_contents(detail: &Value) -> bool {
    detail.as_object().is_some_and(|parts| parts.keys().any(|key| CONTENTS.contains(&key.as_str())))
}

impl AuditEntry {
    /// As its readers see it.
    #[must_use]
    pub fn shown(mut self) -> Self {
        let named = self.verb.starts_with("passkey_");
        if let Ok(Value::Object(mut parts)) = serde_json::from_str(&self.detail) {
            let before = parts.len();
            parts.retain(|key, _| !(CONTENTS.contains(&key.as_str()) || named && key == "name"));
            if parts.len() < before {
                self.detail = Value::Object(parts).to_string();
            }
        }
        self
    }

    /// As those see it who may not know who was at work here, on what, and at which moment.
    #[must_use]
    pub fn withheld(self) -> Self {
        let [actor, object] = [WITHHELD; 2].map(str::to_owned);
        Self { at: self.at.day_begun(), actor, object, detail: "{}".to_owned(), ..self }.unhashed()
    }

    /// As those see it from whom some entry is withheld, this one or another. The hash of an entry, and of every
    /// later one, would tell whether somebody has guessed what is in it.
    #[must_use]
    pub fn unhashed(self) -> Self {
        Self { previous_hash: String::new(), hash: String::new(), ..self }
    }

    /// Whether it is shown withheld.
    pub fn is_withheld(&self) -> bool {
        self.actor == WITHHELD
    }

    fn digest(&self) -> String {
        let fields = (self.seq, self.at.to_string(), &self.actor, &self.verb, &self.object, &self.detail, &self.previous_hash);
        sha256_hex(serde_json::to_string(&fields).unwrap_or_default().as_bytes())
    }
}

/// Appends an entry to the chain inside the caller's transaction.
pub fn append(db: &mut Db, at: UtcTime, actor: &str, verb: impl Word, object: &str, detail: &Value) -> Result<()> {
    debug_assert!(!has_contents(detail), "an entry of {} tells what its readers may not see: {detail}", verb.word());
    // The update locks the head row, so that writers form one line on PostgreSQL too.
    diesel::update(audit_head::table.find(1)).set(audit_head::seq.eq(audit_head::seq + 1)).execute(db)?;
    let (seq, previous_hash): (i64, String) = audit_head::table.find(1).select((audit_head::seq, audit_head::hash)).first(db)?;
    let mut entry = AuditEntry {
        seq,
        at,
        actor: actor.to_owned(),
        verb: verb.word().to_owned(),
        object: object.to_owned(),
        detail: detail.to_string(),
        previous_hash,
        hash: String::new(),
    };
    entry.hash = entry.digest();
    diesel::update(audit_head::table.find(1)).set(audit_head::hash.eq(&entry.hash)).execute(db)?;
    diesel::insert_into(audit_entry::table).values(&entry).execute(db)?;
    Ok(())
}

/// Makes the transaction the one that writes the next entry. What an action locks it locks after this, so that no
/// two of them wait for each other; on SQLite there is one writer anyhow.
pub fn hold(db: &mut Db) -> Result<()> {
    if let Db::Postgres(c) = db {
        audit_head::table.find(1).select(audit_head::seq).for_update().first::<i64>(c)?;
    }
    Ok(())
}

/// Entries before `before` (newest first), optionally about one object.
pub fn page(db: &mut Db, object: Option<&str>, before: Option<i64>, limit: i64) -> Result<Vec<AuditEntry>> {
    let mut query = audit_entry::table.select(AuditEntry::as_select()).order(audit_entry::seq.desc()).limit(limit).into_boxed();
    if let Some(object) = object {
        query = query.filter(audit_entry::object.eq(object.to_owned()));
    }
    if let Some(before) = before {
        query = query.filter(audit_entry::seq.lt(before));
    }
    Ok(query.load(db)?)
}

/// When one of these was last done to each of some objects; those to which it never was are absent.
pub fn last_done(db: &mut Db, objects: &[&str], verbs: &[impl Word]) -> Result<HashMap<String, UtcTime>> {
    let verbs: Vec<&str> = verbs.iter().map(|verb| verb.word()).collect();
    let done = audit_entry::table.filter(audit_entry::object.eq_any(objects)).filter(audit_entry::verb.eq_any(verbs));
    let last: Vec<(String, Option<UtcTime>)> = done.group_by(audit_entry::object).select((audit_entry::object, max(audit_entry::at))).load(db)?;
    Ok(last.into_iter().filter_map(|(object, at)| Some((object, at?))).collect())
}

/// A walk along the chain, from its first entry on.
#[derive(Debug, Default)]
pub struct Chain {
    seq: i64,
    hash: String,
}

impl Chain {
    /// Takes the next entry; false where it is not the next or was changed.
    pub fn takes(&mut self, entry: &AuditEntry) -> bool {
        let fits = entry.seq == self.seq + 1 && entry.previous_hash == self.hash && entry.digest() == entry.hash;
        if fits {
            self.seq = entry.seq;
            self.hash.clone_from(&entry.hash);
        }
        fits
    }

    /// How many entries it has taken.
    pub fn entries(&self) -> i64 {
        self.seq
    }

    /// Whether that was all, by what the head says.
    pub fn ends_at(&self, seq: i64, hash: &str) -> bool {
        self.seq == seq && self.hash == hash
    }
}

/// Walks the whole chain in steps of bounded memory. `Ok(entries)` when it holds, or the number of
/// the first entry that is missing or was changed.
pub fn verify(db: &mut Db) -> Result<std::result::Result<i64, i64>> {
    let mut chain = Chain::default();
    loop {
        // Before each step, for entries may be appended meanwhile: the head is never behind what was read
        // before it, and never ahead of what is read after it.
        let (head_seq, head_hash): (i64, String) = audit_head::table.find(1).select((audit_head::seq, audit_head::hash)).first(db)?;
        let after = audit_entry::table.filter(audit_entry::seq.gt(chain.seq)).order(audit_entry::seq.asc());
        let batch: Vec<AuditEntry> = after.limit(1000).select(AuditEntry::as_select()).load(db)?;
        if batch.is_empty() {
            return Ok(if chain.ends_at(head_seq, &head_hash) { Ok(chain.seq) } else { Err(chain.seq + 1) });
        }
        if !batch.iter().all(|entry| chain.takes(entry)) {
            return Ok(Err(chain.seq + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_entries_of_before_tell_of_ratings_is_not_shown_and_stays_under_their_hash() {
        let entry = |verb: &str, detail: &str| AuditEntry {
            seq: 1,
            at: "2026-03-02T09:00:00Z".parse().unwrap(),
            actor: "per_1".to_owned(),
            verb: verb.to_owned(),
            object: "rev_1".to_owned(),
            detail: detail.to_owned(),
            previous_hash: String::new(),
            hash: String::new(),
        };
        let rated = entry("rating_save", r#"{"cannot_judge":false,"level":3,"measure":"1.1.a","version":2}"#);
        let shown = rated.clone().shown();
        assert_eq!(shown.detail, r#"{"measure":"1.1.a","version":2}"#);
        assert_ne!(shown.digest(), rated.digest(), "the entry itself is checked as it was written");
        assert_eq!(entry("passkey_add", r#"{"name":"Amina's phone"}"#).shown().detail, "{}");
        let round = r#"{"name": "Round A"}"#;
        assert_eq!(entry("round_create", round).shown().detail, round, "what tells nothing stays letter by letter");
    }
}
