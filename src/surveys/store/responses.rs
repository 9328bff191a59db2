//! Responses, and what was sent under a `once`. Only ever added by the intake, in many rows at once, and
//! written anew by a job when their day is over; read in steps of bounded size.
//!
//! The statements of the intake are written by hand so that each is prepared once: diesel makes the text of
//! its own anew for every number of rows, to find it again.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use diesel::dsl::{count_star, max, min};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Date, Integer, Nullable, Text};
use diesel::sqlite::Sqlite;

use crate::ground::ids::{InvitationId, SurveyId};
use crate::ground::{Language, Result};
use crate::on_each;
use crate::store::Db;
use crate::store::schema::{receipt_before, response, response_day};

/// One response. Nothing in it says who, where from, or when within the day; its key comes with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseRow {
    pub survey_id: SurveyId,
    pub day: NaiveDate,
    pub language: Language,
    /// Relevant answers only, as JSON.
    pub answers: String,
    /// The first bits of the MAC of the `once` under which it was sent, until its day is over.
    pub mark: Option<i64>,
    /// The edition of the survey that it was given to.
    pub edition: i32,
    /// Of whoever was invited as a member of one that is not too small.
    pub stratum: Option<String>,
    /// Of confidential surveys, until their list is erased.
    pub invitation_id: Option<InvitationId>,
}

impl ResponseRow {
    fn was_invited(&self) -> bool {
        self.stratum.is_some() || self.invitation_id.is_some()
    }
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// Characters of a text.
    fn length(text: Text) -> Integer;
}

/// A response and its key within the day.
pub type Placed<'a> = (&'a ResponseRow, i64);

/// Says that a day of a survey lies as it came.
pub fn day_begin(db: &mut Db, survey: &SurveyId, day: NaiveDate) -> Result<()> {
    let row = (response_day::survey_id.eq(survey), response_day::day.eq(day));
    on_each!(db, c => diesel::insert_into(response_day::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Adds responses. On PostgreSQL, where several processes take answers, those whose key is there are left
/// out: gives their keys.
pub fn add(db: &mut Db, rows: &[Placed<'_>]) -> Result<HashSet<i64>> {
    let mut left = HashSet::new();
    if rows.iter().any(|(row, _)| row.was_invited()) {
        return add_invited(db, rows);
    }
    match db {
        Db::Postgres(_) if rows.is_empty() => {}
        Db::Postgres(c) => {
            let added = RowColumns::of(rows).load::<i64>(c)?;
            if added.len() < rows.len() {
                left.extend(rows.iter().map(|(_, key)| *key));
                for key in &added {
                    left.remove(key);
                }
            }
        }
        Db::Sqlite(c) => {
            let (eights, rest) = rows.as_chunks::<8>();
            for eight in eights {
                RowsInsert(*eight).execute(c)?;
            }
            for one in rest {
                RowsInsert([*one]).execute(c)?;
            }
        }
    }
    Ok(left)
}

/// As `add`, with all columns. Errors: of the same invitation there is a response.
fn add_invited(db: &mut Db, rows: &[Placed<'_>]) -> Result<HashSet<i64>> {
    let mut left: HashSet<i64> = rows.iter().map(|(_, key)| *key).collect();
    for some in rows.chunks(500) {
        let values = |(row, key): &Placed<'_>| {
            (
                response::survey_id.eq(row.survey_id.clone()),
                response::day.eq(row.day),
                response::key.eq(*key),
                response::language.eq(row.language.clone()),
                response::answers.eq(row.answers.clone()),
                response::mark.eq(row.mark),
                response::edition.eq(row.edition),
                response::stratum.eq(row.stratum.clone()),
                response::invitation_id.eq(row.invitation_id.clone()),
            )
        };
        let values: Vec<_> = some.iter().map(values).collect();
        let place = (response::survey_id, response::day, response::key);
        let added: Vec<i64> = on_each!(db, c => diesel::insert_into(response::table)
            .values(&values)
            .on_conflict(place)
            .do_nothing()
            .returning(response::key)
            .get_results(c))?;
        for key in &added {
            left.remove(key);
        }
    }
    Ok(left)
}

/// Names a statement so that it is prepared once.
macro_rules! prepared_once {
    ($name:ident<N>) => {
        impl<const N: usize> QueryId for $name<'_, N> {
            type QueryId = $name<'static, N>;
            const HAS_STATIC_QUERY_ID: bool = true;
        }
        impl<const N: usize> RunQueryDsl<SqliteConnection> for $name<'_, N> {}
    };
    ($name:ident) => {
        impl QueryId for $name<'_> {
            type QueryId = $name<'static>;
            const HAS_STATIC_QUERY_ID: bool = true;
        }
        impl RunQueryDsl<PgConnection> for $name<'_> {}
    };
}

struct RowsInsert<'a, const N: usize>([Placed<'a>; N]);
/// On PostgreSQL columns go as arrays, so that it is one statement however many rows there are.
struct RowColumns<'a> {
    surveys: Vec<&'a str>,
    days: Vec<NaiveDate>,
    keys: Vec<i64>,
    tags: Vec<&'a str>,
    answers: Vec<&'a str>,
    marks: Vec<Option<i64>>,
    editions: Vec<i32>,
}

impl<'a> RowColumns<'a> {
    fn of(rows: &[Placed<'a>]) -> Self {
        Self {
            surveys: rows.iter().map(|(row, _)| row.survey_id.as_str()).collect(),
            days: rows.iter().map(|(row, _)| row.day).collect(),
            keys: rows.iter().map(|(_, key)| *key).collect(),
            tags: rows.iter().map(|(row, _)| row.language.as_ref()).collect(),
            answers: rows.iter().map(|(row, _)| row.answers.as_str()).collect(),
            marks: rows.iter().map(|(row, _)| row.mark).collect(),
            editions: rows.iter().map(|(row, _)| row.edition).collect(),
        }
    }
}

prepared_once!(RowsInsert<N>);
prepared_once!(RowColumns);

impl Query for RowColumns<'_> {
    type SqlType = BigInt;
}

impl QueryFragment<Pg> for RowColumns<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("INSERT INTO response (survey_id, day, key, language, answers, mark, edition) SELECT * FROM unnest(");
        out.push_bind_param::<Array<Text>, _>(&self.surveys)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Date>, _>(&self.days)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.keys)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.tags)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.answers)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<BigInt>>, _>(&self.marks)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Integer>, _>(&self.editions)?;
        out.push_sql(") ON CONFLICT DO NOTHING RETURNING key");
        Ok(())
    }
}

impl<const N: usize> QueryFragment<Sqlite> for RowsInsert<'_, N> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let mut before = "INSERT INTO response (survey_id, day, key, language, answers, mark, edition) VALUES (";
        for (row, key) in &self.0 {
            out.push_sql(before);
            out.push_bind_param::<Text, _>(&row.survey_id)?;
            out.push_sql(", ");
            out.push_bind_param::<Date, _>(&row.day)?;
            out.push_sql(", ");
            out.push_bind_param::<BigInt, _>(key)?;
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(&row.language)?;
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(&row.answers)?;
            out.push_sql(", ");
            out.push_bind_param::<Nullable<BigInt>, _>(&row.mark)?;
            out.push_sql(", ");
            out.push_bind_param::<Integer, _>(&row.edition)?;
            before = "), (";
        }
        out.push_sql(")");
        Ok(())
    }
}

/// A response that was sent under a `once`.
#[derive(Debug, Queryable)]
pub struct Sent {
    pub mark: i64,
    pub day: NaiveDate,
    pub answers: String,
}

/// What of some keys of a day has a mark.
pub fn sent_at(db: &mut Db, survey: &SurveyId, day: NaiveDate, keys: &[i64]) -> Result<Vec<Sent>> {
    let of = response::table.filter(response::survey_id.eq(survey)).filter(response::day.eq(day)).filter(response::key.eq_any(keys));
    let there = of.filter(response::mark.is_not_null());
    Ok(there.select((response::mark.assume_not_null(), response::day, response::answers)).load(db)?)
}

/// Keys and marks of the next `limit` responses of a day after a key that have a mark.
pub fn marks_after(db: &mut Db, survey: &SurveyId, day: NaiveDate, after: i64, limit: i64) -> Result<Vec<(i64, i64)>> {
    let of = response::table.filter(response::survey_id.eq(survey)).filter(response::day.eq(day)).filter(response::key.gt(after));
    let marked = of.filter(response::mark.is_not_null()).order(response::key).limit(limit);
    Ok(marked.select((response::key, response::mark.assume_not_null())).load(db)?)
}

/// The first day with responses after another.
pub fn next_day(db: &mut Db, survey: &SurveyId, after: Option<NaiveDate>) -> Result<Option<NaiveDate>> {
    let days = response::table.filter(response::survey_id.eq(survey)).select(min(response::day));
    Ok(match after {
        None => days.first(db)?,
        Some(after) => days.filter(response::day.gt(after)).first(db)?,
    })
}

/// Characters of responses that are in memory at once.
const CHARACTERS: i64 = 8 << 20;

/// Keys and answers of the next `limit` responses of a day after a key; fewer if they are long, but one at least.
pub fn answers_after(db: &mut Db, survey: &SurveyId, day: NaiveDate, after: Option<i64>, limit: i64) -> Result<Vec<(i64, String)>> {
    let of = || response::table.filter(response::survey_id.eq(survey)).filter(response::day.eq(day));
    let next = of().filter(response::key.gt(after.unwrap_or(i64::MIN))).order(response::key).limit(limit);
    let lengths: Vec<(i64, i32)> = next.select((response::key, length(response::answers))).load(db)?;
    let mut left = CHARACTERS;
    let fits = lengths.iter().take_while(|(_, length)| {
        let fits = left > 0;
        left -= i64::from(*length);
        fits
    });
    let Some((last, _)) = fits.last() else { return Ok(Vec::new()) };
    let rows = of().filter(response::key.gt(after.unwrap_or(i64::MIN))).filter(response::key.le(last)).order(response::key);
    Ok(rows.select((response::key, response::answers)).load(db)?)
}

/// How many characters the responses of a survey have at most.
pub fn longest(db: &mut Db, survey: &SurveyId, day: NaiveDate) -> Result<i32> {
    let of = response::table.filter(response::survey_id.eq(survey)).filter(response::day.eq(day));
    Ok(of.select(max(length(response::answers))).first::<Option<i32>>(db)?.unwrap_or_default())
}

/// Number of responses by language, of days until `day`.
pub fn by_language(db: &mut Db, survey: &SurveyId, day: NaiveDate) -> Result<Vec<(Language, i64)>> {
    let of = response::table.filter(response::survey_id.eq(survey)).filter(response::day.le(day));
    Ok(of.group_by(response::language).order(response::language).select((response::language, count_star())).load(db)?)
}

/// Number of responses that have no stratum.
pub fn without_stratum(db: &mut Db, survey: &SurveyId) -> Result<i64> {
    let of = response::table.filter(response::survey_id.eq(survey)).filter(response::stratum.is_null());
    Ok(of.count().get_result(db)?)
}

/// Number of responses by stratum, of those that have one.
pub fn by_stratum(db: &mut Db, survey: &SurveyId) -> Result<Vec<(String, i64)>> {
    let of = response::table.filter(response::survey_id.eq(survey)).filter(response::stratum.is_not_null());
    let of = of.group_by(response::stratum).order(response::stratum);
    Ok(of.select((response::stratum.assume_not_null(), count_star())).load(db)?)
}

/// Number of responses of each day.
pub fn by_day(db: &mut Db, survey: &SurveyId) -> Result<Vec<(NaiveDate, i64)>> {
    let of = response::table.filter(response::survey_id.eq(survey));
    Ok(of.group_by(response::day).order(response::day).select((response::day, count_star())).load(db)?)
}

/// Whether some responses of a survey lie as they came, or still have a mark.
pub fn lie_as_they_came(db: &mut Db, survey: &SurveyId) -> Result<bool> {
    let days: Vec<NaiveDate> = response_day::table.filter(response_day::survey_id.eq(survey)).select(response_day::day).load(db)?;
    for day in days {
        let of = response::table.filter(response::survey_id.eq(survey)).filter(response::day.eq(day));
        let there = of.filter(response::key.ge(0).or(response::mark.is_not_null())).select(response::key).first::<i64>(db).optional()?;
        if there.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Days whose responses lie as they came.
pub fn days_as_they_came(db: &mut Db) -> Result<Vec<(SurveyId, NaiveDate)>> {
    Ok(response_day::table.order((response_day::survey_id, response_day::day)).select((response_day::survey_id, response_day::day)).load(db)?)
}

/// Keys of a day's responses that lie as they came, or still have a mark.
pub fn keys_as_they_came(db: &mut Db, survey: &SurveyId, day: NaiveDate) -> Result<Vec<i64>> {
    let of = response::table
        .filter(response::survey_id.eq(survey))
        .filter(response::day.eq(day))
        .filter(response::key.ge(0).or(response::mark.is_not_null()));
    Ok(of.select(response::key).load(db)?)
}

/// What is taken of a response: language, answers, edition, stratum, invitation.
type Taken = (Language, String, i32, Option<String>, Option<InvitationId>);

/// Takes responses of a day out of their places, without their marks. Gives those that this very statement took.
pub fn take(db: &mut Db, survey: &SurveyId, day: NaiveDate, keys: &[i64]) -> Result<Vec<ResponseRow>> {
    let of = response::table.filter(response::survey_id.eq(survey)).filter(response::day.eq(day)).filter(response::key.eq_any(keys));
    let all = (response::language, response::answers, response::edition, response::stratum, response::invitation_id);
    let rows: Vec<Taken> = on_each!(db, c => diesel::delete(of).returning(all).get_results(c))?;
    let row = |(language, answers, edition, stratum, invitation_id)| ResponseRow {
        survey_id: survey.clone(),
        day,
        language,
        answers,
        mark: None,
        edition,
        stratum,
        invitation_id,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Writes anew that a day is kept in mind: until then it is as old as the day's first response.
pub fn day_mark_again(db: &mut Db, survey: &SurveyId, day: NaiveDate) -> Result<()> {
    day_forget(db, survey, day)?;
    day_begin(db, survey, day)
}

/// Forgets a day of which nothing can come any more.
pub fn day_forget(db: &mut Db, survey: &SurveyId, day: NaiveDate) -> Result<()> {
    diesel::delete(response_day::table.find((survey, day))).execute(db)?;
    Ok(())
}

/// Puts what has a mark where PostgreSQL looks for it. In rows that come from SQLite it lies anywhere.
pub fn place_by_mark(db: &mut Db) -> Result<()> {
    if let Db::Postgres(c) = db {
        c.batch_execute(&format!("UPDATE response SET key = mark & {0} WHERE key <> mark & {0}", i64::MAX))?;
    }
    Ok(())
}

/// Number of responses of a survey.
pub fn count(db: &mut Db, survey: &SurveyId) -> Result<i64> {
    Ok(response::table.filter(response::survey_id.eq(survey)).count().get_result(db)?)
}

/// Has PostgreSQL remove what was deleted, with the order that it had. Outside of any transaction.
pub fn remove_what_was_deleted(db: &mut Db) -> Result<()> {
    match db {
        // Each connection that writes overwrites what it deletes.
        Db::Sqlite(_) => Ok(()),
        Db::Postgres(c) => Ok(c.batch_execute("VACUUM response, response_day, invitation_spent, survey, survey_stratum")?),
    }
}

/// Surveys and days of receipts that were given before receipts were signed.
pub fn receipts_before(db: &mut Db, number: i64) -> Result<Vec<(SurveyId, NaiveDate)>> {
    let rows = receipt_before::table.filter(receipt_before::number.eq(number)).order(receipt_before::survey_id).limit(10);
    Ok(rows.select((receipt_before::survey_id, receipt_before::day)).load(db)?)
}
