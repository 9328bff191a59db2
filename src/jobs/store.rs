//! All SQL of jobs: putting them in, claiming with a lease, recording what became of them.
//!
//! A job is owned by whoever moved it to `running`, until the lease ends. Every step afterwards is
//! conditional on that very lease, so that two processes never record over each other.

use chrono::Duration;
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::job::{Job, JobState, MOST_ATTEMPTS};
use crate::ground::{Error, Result, UtcTime};
use crate::store::Db;
use crate::store::db::found;
use crate::store::schema::job;
use crate::{on_each, sql_text};

sql_text!(JobState, |s: String| s.parse());

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = job)]
pub struct JobRow {
    pub kind: String,
    pub key: String,
    pub state: JobState,
    pub due_at: UtcTime,
    /// Asked for once more while it was running.
    pub again_at: Option<UtcTime>,
    pub lease_until: Option<UtcTime>,
    pub attempts: i32,
    pub done: i64,
    pub todo: i64,
    pub outcome: String,
    pub last_error: String,
    pub created_at: UtcTime,
    pub started_at: Option<UtcTime>,
    pub finished_at: Option<UtcTime>,
}

impl JobRow {
    pub fn job(self) -> Job {
        let Self { kind, key, state, due_at, attempts, done, todo, outcome, last_error, started_at, finished_at, .. } = self;
        Job { kind, key, state, due_at, attempts, done, todo, outcome, last_error, started_at, finished_at }
    }
}

/// Waiting and its time has come, or run by somebody whose lease has ended.
macro_rules! is_due {
    ($now:expr) => {
        job::state.eq(JobState::Waiting).and(job::due_at.le($now)).or(job::state.eq(JobState::Running).and(job::lease_until.le(Some($now))))
    };
}

/// The row, as long as the lease under which it was claimed is the last one.
macro_rules! mine {
    ($row:expr) => {
        job::table
            .find((&$row.kind, &$row.key))
            .filter(job::state.eq(JobState::Running))
            .filter(job::attempts.eq($row.attempts))
            .filter(job::lease_until.eq($row.lease_until))
    };
}

/// Asks for a job inside the caller's transaction, at `due` or before. One that waits is done once; one
/// that is running is done once more afterwards; one that is over begins anew.
pub fn put(db: &mut Db, kind: &str, key: &str, due: UtcTime, now: UtcTime) -> Result<()> {
    if ensure(db, kind, key, due, now)? {
        return Ok(());
    }
    let row = || job::table.find((kind, key));
    let over = row().filter(job::state.eq_any([JobState::Done, JobState::Failed]));
    let anew = (job::state.eq(JobState::Waiting), job::due_at.eq(due), job::attempts.eq(0), job::done.eq(0), job::todo.eq(0));
    if diesel::update(over).set(anew).execute(db)? == 1 {
        return Ok(());
    }
    let later = row().filter(job::state.eq(JobState::Waiting)).filter(job::due_at.gt(due));
    diesel::update(later).set(job::due_at.eq(due)).execute(db)?;
    diesel::update(row().filter(job::state.eq(JobState::Running))).set(job::again_at.eq(Some(due))).execute(db)?;
    Ok(())
}

/// Puts a job in if there is none of this kind and key; whether there was none.
pub fn ensure(db: &mut Db, kind: &str, key: &str, due: UtcTime, now: UtcTime) -> Result<bool> {
    let row = JobRow {
        kind: kind.to_owned(),
        key: key.to_owned(),
        state: JobState::Waiting,
        due_at: due,
        again_at: None,
        lease_until: None,
        attempts: 0,
        done: 0,
        todo: 0,
        outcome: String::new(),
        last_error: String::new(),
        created_at: now,
        started_at: None,
        finished_at: None,
    };
    Ok(on_each!(db, c => diesel::insert_into(job::table).values(&row).on_conflict_do_nothing().execute(c))? == 1)
}

/// The job of these kinds that has been due for longest.
pub fn due(db: &mut Db, kinds: &[&str], now: UtcTime) -> Result<Option<(String, String)>> {
    let waiting = job::table.filter(is_due!(now)).filter(job::kind.eq_any(kinds)).order((job::due_at, job::kind, job::key));
    Ok(waiting.select((job::kind, job::key)).first(db).optional()?)
}

/// Takes a job that is still due, until `lease`; `None` when somebody else was faster. One that was
/// claimed as often as it may be without an end is given up: it takes whoever runs it along.
pub fn claim(db: &mut Db, (kind, key): &(String, String), now: UtcTime, lease: UtcTime) -> Result<Option<JobRow>> {
    let row = || job::table.find((kind, key));
    let spent = row().filter(job::state.eq(JobState::Running)).filter(job::lease_until.le(Some(now))).filter(job::attempts.ge(MOST_ATTEMPTS));
    let given_up =
        (job::state.eq(JobState::Failed), job::lease_until.eq(None::<UtcTime>), job::last_error.eq("lease_ended"), job::finished_at.eq(Some(now)));
    if diesel::update(spent).set(given_up).execute(db)? == 1 {
        return Ok(None);
    }
    let taken = (
        job::state.eq(JobState::Running),
        job::lease_until.eq(Some(lease)),
        job::attempts.eq(job::attempts + 1),
        job::started_at.eq(Some(now)),
        job::done.eq(0),
        job::todo.eq(0),
    );
    Ok(on_each!(db, c => diesel::update(row().filter(is_due!(now))).set(taken).returning(JobRow::as_select()).get_result(c).optional())?)
}

/// Says how far a job has come, and lengthens its lease. Errors: unavailable when somebody else has it.
pub fn progress(db: &mut Db, row: &mut JobRow, done: i64, todo: i64, lease: UtcTime) -> Result<()> {
    let said = (job::done.eq(done), job::todo.eq(todo), job::lease_until.eq(Some(lease)));
    if diesel::update(mine!(row)).set(said).execute(db)? == 0 {
        return Err(Error::Unavailable("the lease of the job has ended".into()));
    }
    row.lease_until = Some(lease);
    Ok(())
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// With what came of it; due again at that time, if it recurs.
    Done(String, Option<UtcTime>),
    /// With why; due again after that time, if it recurs also when it was given up.
    Failed(String, Duration, Option<UtcTime>),
}

/// Records how the attempt ended. `false` when the lease had ended and somebody else has taken the job:
/// then nothing is recorded.
pub fn finish(db: &mut Db, row: &JobRow, ended: &Ended, now: UtcTime) -> Result<bool> {
    let again_at: Option<UtcTime> = job::table.find((&row.kind, &row.key)).select(job::again_at).first(db)?;
    let (state, due, attempts) = match ended {
        Ended::Done(_, next) => match again_at.or(*next) {
            Some(due) => (JobState::Waiting, due, 0),
            None => (JobState::Done, row.due_at, 0),
        },
        Ended::Failed(_, wait, _) if row.attempts < MOST_ATTEMPTS => (JobState::Waiting, now.plus(*wait), row.attempts),
        Ended::Failed(_, _, next) => match next {
            Some(due) => (JobState::Waiting, *due, 0),
            None => (JobState::Failed, row.due_at, row.attempts),
        },
    };
    let common = (
        job::state.eq(state),
        job::due_at.eq(due),
        job::attempts.eq(attempts),
        job::lease_until.eq(None::<UtcTime>),
        job::again_at.eq(None::<UtcTime>),
        job::finished_at.eq(Some(now)),
    );
    let changed = match ended {
        Ended::Done(outcome, _) => diesel::update(mine!(row)).set((common, job::outcome.eq(outcome), job::last_error.eq(""))).execute(db)?,
        Ended::Failed(why, ..) => diesel::update(mine!(row)).set((common, job::last_error.eq(why))).execute(db)?,
    };
    Ok(changed == 1)
}

/// Has a job tried again now. Errors: not found; `false` when it waits or runs anyway.
pub fn retry(db: &mut Db, kind: &str, key: &str, now: UtcTime) -> Result<bool> {
    let row = one(db, kind, key)?;
    if row.state == JobState::Running || row.state == JobState::Waiting && row.due_at <= now {
        return Ok(false);
    }
    let anew = (job::state.eq(JobState::Waiting), job::due_at.eq(now), job::attempts.eq(0));
    let still = job::table.find((kind, key)).filter(job::state.eq(row.state)).filter(job::due_at.eq(row.due_at));
    Ok(diesel::update(still).set(anew).execute(db)? == 1)
}

pub fn one(db: &mut Db, kind: &str, key: &str) -> Result<JobRow> {
    found(job::table.find((kind, key)).select(JobRow::as_select()).first(db), "job")
}

/// What needs an eye first, then what is at work, waits and is over; `most` of them.
pub fn list(db: &mut Db, most: i64) -> Result<Vec<JobRow>> {
    let mut all = Vec::new();
    for state in [JobState::Failed, JobState::Running, JobState::Waiting, JobState::Done] {
        let left = most - i64::try_from(all.len()).unwrap_or(most);
        let rows = job::table.filter(job::state.eq(state)).order((job::due_at.desc(), job::kind, job::key)).limit(left);
        all.extend(rows.select(JobRow::as_select()).load(db)?);
    }
    Ok(all)
}

/// Jobs per state; a state without any is absent.
pub fn counts(db: &mut Db) -> Result<Vec<(JobState, i64)>> {
    Ok(job::table.group_by(job::state).select((job::state, count_star())).load(db)?)
}

/// Deletes jobs that were done before `before`, `most` at most.
pub fn sweep(db: &mut Db, before: UtcTime, most: i64) -> Result<usize> {
    let over = job::table.filter(job::state.eq(JobState::Done)).filter(job::finished_at.lt(Some(before)));
    let keys: Vec<(String, String)> = over.select((job::kind, job::key)).limit(most).load(db)?;
    keys.iter().map(|(kind, key)| Ok(diesel::delete(job::table.find((kind, key)).filter(job::state.eq(JobState::Done))).execute(db)?)).sum()
}
