//! What people keep half done, and visits at shared devices that are over. Both are written as answers are: by nobody,
//! without an entry in the audit, and no moment finer than a day.

use chrono::{Days, NaiveDate};

use super::{Intake, Issued, marks};
use crate::ground::network::Household;
use crate::ground::secrets::Secrets;
use crate::ground::{Result, UtcTime};
use crate::surveys::draft::{Code, Half, KEPT_DAYS, steps};
use crate::surveys::store::drafts::{self, DraftRow, EndedRow};

/// What may lie half done under one survey: so many, and so many KiB in all.
const MOST: i64 = 20_000;
const MOST_KIB: i64 = 65_536;
/// What one person may keep: far more than anybody types.
const EACH_KIB: i32 = 256;
/// How often an address may keep, and try codes that open nothing, in an hour: a school may do so.
const KEEPS: u32 = 200;
/// What an address may put there in a day, in KiB: no single one fills the room.
const TAKEN_KIB: u32 = 2_048;
const WRONG_CODES: u32 = 30;

/// What became of keeping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// Kept through this day.
    Until(NaiveDate),
    /// This address has kept too often within the hour, or too much within the day.
    TooOften,
    /// There is no room for more under this survey.
    Full,
}

/// What a code opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    Half(Box<Half>),
    /// Nothing, or nothing any more.
    Nothing,
    /// This address has tried too many codes within the hour.
    TooOften,
}

/// By what a visit that is over is known: nothing joins it to the response that the same visit sent.
fn ended_mark(secrets: &Secrets, issued: &Issued, once: &str) -> i64 {
    marks(secrets, &issued.id, &format!("over\n{once}")).0
}

impl Intake {
    /// Of an address where it is known; else nobody is told apart.
    fn tried(&self, what: &str, issued: &Issued, from: Option<&str>) -> Option<u64> {
        let hash = self.secrets.mac(what, &format!("{}\n{}", issued.id.as_str(), from?));
        hash.first_chunk().copied().map(u64::from_le_bytes)
    }

    /// Keeps what is half done under its code; what lay there is replaced. Blocks.
    pub fn draft_keep(&self, issued: &Issued, code: Code, half: &Half, from: Option<&Household>) -> Result<Keeping> {
        let now = self.clock.now();
        let tried = self.tried("keep", issued, from.map(|from| from.address.as_str()));
        if tried.is_some_and(|who| self.keeps.so_far(who, now) >= KEEPS) {
            return Ok(Keeping::TooOften);
        }
        let mut nonce = [0; 12];
        self.chance.fill(&mut nonce);
        let sealed = code.seal(&issued.id, half, nonce);
        let (day, kib) = (issued.day(now), steps(&sealed));
        if kib > EACH_KIB {
            return Ok(Keeping::Full);
        }
        // Many may share an address of a private network.
        let (more, one) = (kib.unsigned_abs(), from.is_some_and(|from| from.is_public));
        if tried.is_some_and(|who| one && self.room_taken.so_far(who, now) + more > TAKEN_KIB) {
            return Ok(Keeping::TooOften);
        }
        let row = DraftRow { survey_id: issued.id.clone(), code_hash: code.hash(&issued.id), kib, sealed, day };
        let room = self.store.write(|db| {
            let (others, taken) = drafts::room(db, &issued.id, &row.code_hash)?;
            let room = others < MOST && taken + i64::from(kib) <= MOST_KIB;
            if room { drafts::keep(db, &row).map(|()| true) } else { Ok(false) }
        })?;
        if let Some(who) = tried {
            self.keeps.more(who, 1, now);
            self.room_taken.more(who, more, now);
        }
        Ok(if room { Keeping::Until(day + Days::new(KEPT_DAYS)) } else { Keeping::Full })
    }

    /// What lies under a code, if it is one. Blocks.
    pub fn draft_open(&self, issued: &Issued, code: Option<Code>, from: Option<&str>) -> Result<Opened> {
        let now = self.clock.now();
        let tried = self.tried("code", issued, from);
        if tried.is_some_and(|who| self.wrong_codes.so_far(who, now) >= WRONG_CODES) {
            return Ok(Opened::TooOften);
        }
        let there = match code {
            Some(code) => self.store.read(|db| drafts::find(db, &issued.id, &code.hash(&issued.id)))?.map(|row| (code, row)),
            None => None,
        };
        let still = |row: &DraftRow| row.day + Days::new(KEPT_DAYS) >= issued.day(now);
        let half = there.filter(|(_, row)| still(row)).and_then(|(code, row)| code.open(&issued.id, &row.sealed));
        // What is no code at all is a slip, and nothing was looked for.
        if let (None, Some(_), Some(who)) = (&half, code, tried) {
            self.wrong_codes.more(who, 1, now);
        }
        Ok(half.map_or(Opened::Nothing, |half| Opened::Half(Box::new(half))))
    }

    /// Deletes what lay under a code, if anything did: it was sent. Blocks.
    pub fn draft_forget(&self, issued: &Issued, code: Code) -> Result<()> {
        let hash = code.hash(&issued.id);
        match self.store.read(|db| drafts::find(db, &issued.id, &hash))? {
            Some(_) => self.store.write(|db| drafts::forget(db, &issued.id, &hash)),
            None => Ok(()),
        }
    }

    /// Says that a visit at a shared device is over. Blocks.
    pub fn visit_end(&self, issued: &Issued, once: &str, now: UtcTime) -> Result<()> {
        let mark = ended_mark(&self.secrets, issued, once);
        let row = EndedRow { survey_id: issued.id.clone(), mark, day: issued.day(now) };
        self.store.write(|db| drafts::end(db, &row))
    }

    /// Whether a visit at a shared device is over. Blocks.
    pub fn visit_is_over(&self, issued: &Issued, once: &str) -> Result<bool> {
        let mark = ended_mark(&self.secrets, issued, once);
        self.store.read(|db| drafts::is_over(db, &issued.id, mark))
    }
}
