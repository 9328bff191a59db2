//! Making a file of a survey's responses: row by row into packed parts, so that memory is that of a part. Begun again
//! from the first row wherever it was cut off.

use std::io::{self, Read, Seek, SeekFrom, Write};

use chrono::{Datelike, NaiveDate, Timelike};
use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::EXPORTS;
use crate::ground::chance::SeededChance;
use crate::ground::ids::ExportId;
use crate::ground::receipt::sha256_hex;
use crate::ground::{Error, Result};
use crate::jobs::store::put;
use crate::jobs::worker::Work;
use crate::service::Service;
use crate::surveys::export::{ExportFormat, ExportState, Mixed, ends};
use crate::surveys::instrument;
use crate::surveys::store::exports::{self, ExportRow};
use crate::surveys::store::{self, InstrumentRow, SurveyRow, responses};
use crate::surveys::views::words_of;
use forms::answers::Answers;
use forms::codebook;
use forms::export::{Cell, Delimited, Layout, Made, Sav, Shapes, Workbook};
use forms::expression::Day;

/// Bytes of a part before it is packed.
const PART: usize = 1 << 20;
/// Rows between two words.
const STEP: u64 = 5_000;
/// Minutes until it is looked again whether the last day's responses have lost their order.
const AGAIN: i64 = 15;
/// Parts deleted in one transaction.
const AT_ONCE: i64 = 50;

/// Says what came of it: made, or it waits for the night, or nobody wants it any more.
pub fn run(work: &Work<'_>) -> Result<String> {
    let (service, now) = (work.service, work.service.now());
    let id: ExportId = work.key().parse().map_err(Error::internal)?;
    let row = match service.store.read(|db| exports::one(db, &id)) {
        Err(Error::NotFound(_)) => return Ok("gone".to_owned()),
        row => row?,
    };
    if row.state == ExportState::Ready {
        return Ok("made".to_owned());
    }
    if service.store.read(|db| responses::lie_as_they_came(db, &row.survey_id))? {
        let again = now.plus(chrono::Duration::minutes(AGAIN));
        service.store.write(|db| put(db, EXPORTS.name, id.as_str(), again, now))?;
        return Ok("waits".to_owned());
    }
    while service.store.write(|db| exports::parts_delete(db, &id, AT_ONCE))? > 0 {
        work.progress(0, 0)?;
    }
    let (survey, instrument, days) = service.store.read(|db| {
        let survey = store::survey(db, &row.survey_id)?;
        let instrument = store::instrument(db, &survey.instrument_id)?;
        Ok((survey, instrument, responses::by_day(db, &row.survey_id)?))
    })?;
    let making = Making { work, row: &row, survey: &survey, days };
    let bytes = making.file(&instrument)?;
    let made = ExportRow { bytes, responses: making.count().cast_signed(), ends_at: ends(service.now()), ..row };
    service.store.write(|db| exports::made(db, &made))?;
    Ok("made".to_owned())
}

/// A file being made.
struct Making<'a> {
    work: &'a Work<'a>,
    row: &'a ExportRow,
    survey: &'a SurveyRow,
    days: Vec<(NaiveDate, i64)>,
}

impl Making<'_> {
    fn count(&self) -> u64 {
        self.days.iter().map(|(_, count)| count.unsigned_abs()).sum()
    }

    /// Writes the file; how many bytes it has.
    fn file(&self, instrument: &InstrumentRow) -> Result<i64> {
        let service = self.work.service;
        let compiled = instrument::compile(&instrument.questionnaire)?;
        let layout = Layout::new(&compiled, &self.row.language, self.row.own_words);
        let made = self.made(instrument);
        let rows = self.count();
        let out = Parts { service, id: self.row.id.clone(), raw: Vec::with_capacity(PART), place: 0, bytes: 0 };
        let parts = match self.row.format {
            ExportFormat::Csv => {
                let mut file = Delimited::begin(out, &layout).map_err(broken)?;
                self.each(&layout, (0, rows), |row| file.row(&layout, row).map_err(broken))?;
                file.end().map_err(broken)?
            }
            ExportFormat::Sav => {
                let mut shapes = Shapes::new(&layout);
                self.each(&layout, (0, 2 * rows), |row| {
                    shapes.look(row);
                    Ok(())
                })?;
                let mut file = Sav::begin(out, &layout, &shapes, rows, &made).map_err(broken)?;
                self.each(&layout, (rows, 2 * rows), |row| file.row(&layout, row).map_err(broken))?;
                file.end().map_err(broken)?
            }
            ExportFormat::Xlsx => {
                let folder = &service.config.storage.data;
                let mut book = Workbook::begin(&layout, folder, &made).map_err(broken)?;
                self.each(&layout, (0, rows), |row| book.row(&layout, row).map_err(broken))?;
                // Without a name, so that nothing is left of it whatever happens.
                let mut file = tempfile::tempfile_in(folder).map_err(broken)?;
                book.end(&codebook::rows(&layout, &made), &mut file).map_err(broken)?;
                self.copied(file, out)?
            }
        };
        parts.end()
    }

    /// Each response as a row, in an order that is the survey's own and tells nothing.
    fn each(&self, layout: &Layout<'_>, (done, todo): (u64, u64), mut take: impl FnMut(&[Cell<'_>]) -> Result<()>) -> Result<()> {
        let service = self.work.service;
        let days = self.days.iter().map(|(day, count)| (*day, count.unsigned_abs())).collect();
        let seed = sha256_hex(service.secrets.token("export", self.survey.id.as_str()).as_bytes());
        let chance = SeededChance::new(u64::from_str_radix(&seed[..16], 16).unwrap_or_default());
        let mut mixed = Mixed::new(days, &chance);
        let all = mixed.left();
        let read = |day: NaiveDate, after: Option<i64>, most: usize| {
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            service.store.read(|db| responses::answers_after(db, &self.survey.id, day, after, most))
        };
        self.work.progress(done.cast_signed(), todo.cast_signed())?;
        while let Some((day, answers)) = mixed.next(read)? {
            let answers: Answers = serde_json::from_str(&answers).map_err(|e| Error::internal(format!("stored answers: {e}")))?;
            let mut row = Vec::with_capacity(layout.variables.len());
            layout.cells(&answers, day_of(day)?, &mut row);
            take(&row)?;
            let passed = all - mixed.left();
            if passed.is_multiple_of(STEP) {
                self.work.progress((done + passed).cast_signed(), todo.cast_signed())?;
            }
        }
        self.work.progress((done + all).cast_signed(), todo.cast_signed())
    }

    /// A file that is whole, into parts.
    fn copied<'p>(&self, mut file: std::fs::File, mut out: Parts<'p>) -> Result<Parts<'p>> {
        file.seek(SeekFrom::Start(0)).map_err(broken)?;
        let (mut piece, rows) = (vec![0; PART], self.count().cast_signed());
        loop {
            let count = file.read(&mut piece).map_err(broken)?;
            if count == 0 {
                return Ok(out);
            }
            out.write_all(&piece[..count]).map_err(broken)?;
            self.work.progress(rows, rows)?;
        }
    }

    /// What the file says of itself, in its language.
    fn made(&self, instrument: &InstrumentRow) -> Made {
        let service = self.work.service;
        let now = service.now();
        let title = serde_json::from_str::<crate::ground::Text>(&instrument.head.title).unwrap_or_default();
        let title = if title.is_empty() { instrument.head.name.clone() } else { title.get(&self.row.language).to_owned() };
        let day = day_of(now.date()).unwrap_or_else(|_| Day::from_date(1970, 1, 1).expect("there is such a day"));
        let text = |key: &str| service.pages.texts().get(&self.row.language, key);
        words_of(text, title, day, now.naive().num_seconds_from_midnight())
    }
}

fn day_of(day: NaiveDate) -> Result<Day> {
    Day::from_date(day.year(), day.month(), day.day()).ok_or_else(|| Error::internal("a day of no year"))
}

/// What went wrong below a writer: the store's own error where it was one.
fn broken(error: io::Error) -> Error {
    match error.into_inner().map(|inner| inner.downcast::<Error>()) {
        Some(Ok(ours)) => *ours,
        Some(Err(other)) => Error::internal(other.to_string()),
        None => Error::internal("a file could not be written"),
    }
}

/// A file on its way into the database.
struct Parts<'a> {
    service: &'a Service,
    id: ExportId,
    raw: Vec<u8>,
    place: i32,
    bytes: i64,
}

impl Parts<'_> {
    fn put(&mut self) -> Result<()> {
        let mut packed = DeflateEncoder::new(Vec::with_capacity(PART / 4), Compression::fast());
        packed.write_all(&self.raw).map_err(broken)?;
        let packed = packed.finish().map_err(broken)?;
        self.service.store.write(|db| exports::part_insert(db, &self.id, self.place, &packed))?;
        self.bytes += i64::try_from(self.raw.len()).unwrap_or_default();
        self.place += 1;
        self.raw.clear();
        Ok(())
    }

    fn end(mut self) -> Result<i64> {
        if !self.raw.is_empty() {
            self.put()?;
        }
        Ok(self.bytes)
    }
}

impl Write for Parts<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PART - self.raw.len());
        self.raw.extend_from_slice(&bytes[..taken]);
        if self.raw.len() == PART {
            self.put().map_err(io::Error::other)?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
