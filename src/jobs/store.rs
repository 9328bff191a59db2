//! All SQL of jobs: putting them in, claiming with a lease, recording what became of them.
//!
//! A job is owned by whoever moved it to `running`, until the lease ends. Every step afterwards is
//! conditional on that very lease, so that two processes never record over each other.

use chrono::Duration;
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::job::{Job, JobState, LONGEST_LEASE, MOST_ATTEMPTS, next_due};
use crate::ground::{Error, Result, UtcTime};
use crate::store::Db;
use crate::store::archive::Rule;
use crate::store::db::found;
use crate::store::schema::job;
use crate::{on_each, sql_text, typed};

sql_text!(JobState, |s: String| s.parse());

/// Every row is what its type says.
pub const RULES: &[Rule] = &[typed!(job, JobRow)];

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

/// Waiting and its time has come, or run by somebody whose lease has ended. A lease that ends later than any
/// can was taken by a clock that was ahead.
macro_rules! is_due {
    ($now:expr) => {
        job::state.eq(JobState::Waiting).and(job::due_at.le($now)).or(job::state
            .eq(JobState::Running)
            .and(job::lease_until.le(Some($now)).or(job::lease_until.gt(Some($now.plus(Duration::seconds(2 * LONGEST_LEASE)))))))
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

/// The row, held until the transaction ends, so that what is decided from it stays so.
fn held(db: &mut Db, kind: &str, key: &str) -> Result<Option<JobRow>> {
    let row = || job::table.find((kind, key));
    if diesel::update(row()).set(job::kind.eq(kind)).execute(db)? == 0 {
        return Ok(None);
    }
    Ok(Some(row().select(JobRow::as_select()).first(db)?))
}

/// Asks for a job inside the caller's transaction, at `due` or before. One that waits is done once; one
/// that is running is done once more afterwards; one that is over begins anew.
pub fn put(db: &mut Db, kind: &str, key: &str, due: UtcTime, now: UtcTime) -> Result<()> {
    while !ensure(db, kind, key, due, now)? {
        let Some(row) = held(db, kind, key)? else { continue };
        let there = job::table.find((kind, key));
        match row.state {
            JobState::Running => {
                let again = row.again_at.map_or(due, |at| at.min(due));
                diesel::update(there).set(job::again_at.eq(Some(again))).execute(db)?;
            }
            JobState::Waiting => {
                diesel::update(there).set(job::due_at.eq(due.min(row.due_at))).execute(db)?;
            }
            JobState::Done | JobState::Failed => begin_anew(db, kind, key, due)?,
        }
        break;
    }
    Ok(())
}

fn begin_anew(db: &mut Db, kind: &str, key: &str, due: UtcTime) -> Result<()> {
    let anew = (
        job::state.eq(JobState::Waiting),
        job::due_at.eq(due),
        job::again_at.eq(None::<UtcTime>),
        job::lease_until.eq(None::<UtcTime>),
        job::attempts.eq(0),
        job::done.eq(0),
        job::todo.eq(0),
        job::last_error.eq(""),
    );
    diesel::update(job::table.find((kind, key))).set(anew).execute(db)?;
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

/// The one job of a kind, as it waits for its time, and not because it failed.
macro_rules! at_rest {
    ($kind:expr) => {
        job::table.find(($kind, "")).filter(job::state.eq(JobState::Waiting)).filter(job::attempts.eq(0))
    };
}

/// Whether the one job of a kind waits for its time.
pub fn rests(db: &mut Db, kind: &str) -> Result<bool> {
    Ok(at_rest!(kind).select(job::key).first::<String>(db).optional()?.is_some())
}

/// For what time the one job of each of these kinds waits, also where it failed.
pub fn waits(db: &mut Db, kinds: &[&str]) -> Result<Vec<(String, UtcTime)>> {
    let waiting = job::table.filter(job::kind.eq_any(kinds)).filter(job::key.eq("")).filter(job::state.eq(JobState::Waiting));
    Ok(waiting.select((job::kind, job::due_at)).load(db)?)
}

/// Makes the one job of a kind due that waits for a time later than `latest`.
pub fn pull_in(db: &mut Db, kind: &str, latest: UtcTime, now: UtcTime) -> Result<()> {
    let far = job::table.find((kind, "")).filter(job::state.eq(JobState::Waiting)).filter(job::due_at.gt(latest));
    diesel::update(far).set(job::due_at.eq(now)).execute(db)?;
    Ok(())
}

/// Makes the one job of a kind due that waits for its time.
pub fn hasten(db: &mut Db, kind: &str, now: UtcTime) -> Result<()> {
    diesel::update(at_rest!(kind).filter(job::due_at.gt(now))).set(job::due_at.eq(now)).execute(db)?;
    Ok(())
}

/// Takes a job that is still due, until `lease`; `None` when somebody else was faster. One that took whoever
/// ran it along as often as it may is given up until its next time, `every` seconds from one to the other, or
/// for good.
pub fn claim(db: &mut Db, (kind, key): &(String, String), every: Option<i64>, now: UtcTime, lease: UtcTime) -> Result<Option<JobRow>> {
    let row = || job::table.find((kind, key));
    let taken = (
        job::state.eq(JobState::Running),
        job::lease_until.eq(Some(lease)),
        job::attempts.eq(job::attempts + 1),
        job::started_at.eq(Some(now)),
        job::done.eq(0),
        job::todo.eq(0),
    );
    let claimed: Option<JobRow> =
        on_each!(db, c => diesel::update(row().filter(is_due!(now))).set(taken).returning(JobRow::as_select()).get_result(c).optional())?;
    let Some(spent) = claimed.as_ref().filter(|row| row.attempts > MOST_ATTEMPTS) else { return Ok(claimed) };
    let ended = Ended::Failed("lease_ended".to_owned(), Duration::zero(), every.map(|every| next_due(spent.created_at, every, now)));
    finish(db, spent, &ended, now)?;
    Ok(None)
}

/// Says how far a job has come, and lengthens its lease. Errors: unavailable when somebody else has it.
pub fn progress(db: &mut Db, row: &JobRow, done: i64, todo: i64, lease: UtcTime) -> Result<()> {
    let said = (job::done.eq(done), job::todo.eq(todo), job::lease_until.eq(Some(lease)));
    if diesel::update(mine!(row)).set(said).execute(db)? == 0 {
        return Err(Error::Unavailable("the lease of the job has ended".into()));
    }
    Ok(())
}

/// Puts a job back that was cut off because the process stops; the attempt does not count.
pub fn release(db: &mut Db, row: &JobRow, now: UtcTime) -> Result<bool> {
    let back = (job::state.eq(JobState::Waiting), job::due_at.eq(now), job::lease_until.eq(None::<UtcTime>), job::attempts.eq(row.attempts - 1));
    Ok(diesel::update(mine!(row)).set(back).execute(db)? == 1)
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
    let again = held(db, &row.kind, &row.key)?.and_then(|row| row.again_at);
    let sooner = |next: &Option<UtcTime>| [again, *next].into_iter().flatten().min();
    let (state, due, attempts) = match ended {
        Ended::Failed(_, wait, _) if row.attempts < MOST_ATTEMPTS => (JobState::Waiting, now.plus(*wait), row.attempts),
        Ended::Done(_, next) | Ended::Failed(_, _, next) if sooner(next).is_some() => (JobState::Waiting, sooner(next).unwrap_or(now), 0),
        Ended::Done(..) => (JobState::Done, row.due_at, 0),
        Ended::Failed(..) => (JobState::Failed, row.due_at, row.attempts.min(MOST_ATTEMPTS)),
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

/// Has a job tried again now. Errors: not found; `false` when it is due or at work anyway.
pub fn retry(db: &mut Db, kind: &str, key: &str, now: UtcTime) -> Result<bool> {
    let row = held(db, kind, key)?.ok_or(Error::NotFound("job"))?;
    let due = job::table.find((kind, key)).filter(is_due!(now)).select(job::key).first::<String>(db).optional()?.is_some();
    if row.state == JobState::Running || due {
        return Ok(false);
    }
    begin_anew(db, kind, key, now)?;
    Ok(true)
}

pub fn one(db: &mut Db, kind: &str, key: &str) -> Result<JobRow> {
    found(job::table.find((kind, key)).select(JobRow::as_select()).first(db), "job")
}

/// What needs an eye first, then what is at work, waits and is over; `most` of them.
pub fn list(db: &mut Db, most: i64) -> Result<Vec<JobRow>> {
    let mut all = Vec::new();
    for state in [JobState::Failed, JobState::Running, JobState::Waiting, JobState::Done] {
        let left = most - i64::try_from(all.len()).unwrap_or(most);
        let rows = job::table.filter(job::state.eq(state)).select(JobRow::as_select()).limit(left).into_boxed();
        let rows = match state {
            JobState::Done => rows.order((job::finished_at.desc(), job::kind, job::key)),
            // What failed and is tried again stands first among those that wait.
            JobState::Waiting => rows.order((job::last_error.ne("").desc(), job::due_at, job::kind, job::key)),
            _ => rows.order((job::due_at, job::kind, job::key)),
        };
        all.extend(rows.load(db)?);
    }
    Ok(all)
}

/// Jobs per state; a state without any is absent.
pub fn counts(db: &mut Db) -> Result<Vec<(JobState, i64)>> {
    Ok(job::table.group_by(job::state).select((job::state, count_star())).load(db)?)
}

/// Jobs whose last attempt failed, whether they wait to be tried again or were given up.
pub fn failing(db: &mut Db) -> Result<i64> {
    Ok(job::table.filter(job::last_error.ne("")).count().get_result(db)?)
}

/// Jobs that were done before a moment.
macro_rules! done_before {
    ($before:expr) => {
        job::table.filter(job::state.eq(JobState::Done)).filter(job::finished_at.lt(Some($before)))
    };
}

/// How many jobs were done before that.
pub fn sweep_count(db: &mut Db, before: UtcTime) -> Result<i64> {
    Ok(done_before!(before).count().get_result(db)?)
}

/// Deletes jobs that were done before `before`, `most` at most.
pub fn sweep(db: &mut Db, before: UtcTime, most: i64) -> Result<usize> {
    let keys: Vec<(String, String)> = done_before!(before).select((job::kind, job::key)).limit(most).load(db)?;
    keys.iter().map(|(kind, key)| Ok(diesel::delete(job::table.find((kind, key)).filter(job::state.eq(JobState::Done))).execute(db)?)).sum()
}
