//! Rows of any table: read by what the database says of each value, and written in many at once by what the
//! archive says of its columns.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::deserialize::{self, FromSql, QueryableByName};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::row::{Field, NamedRow};
use diesel::sql_types::{Array, BigInt, Binary, Bool, Date, Double, Integer, Nullable, Text, Timestamp};
use diesel::sqlite::{Sqlite, SqliteType};

use super::format::Cell;
use super::tables::{Column, Kind, Table};

/// Values in one statement on SQLite at most.
const SQLITE_VALUES: usize = 32_000;
/// How moments stand in SQLite.
const MOMENT: &str = "%F %T%.f";

/// A row as the database gave it.
pub struct Given(Vec<Cell>);

impl QueryableByName<Pg> for Given {
    fn build<'a>(row: &impl NamedRow<'a, Pg>) -> deserialize::Result<Self> {
        let cells = (0..row.field_count()).map(|at| {
            let field = diesel::row::Row::get(row, at).ok_or("a column is missing")?;
            let Some(value) = field.value() else { return Ok(Cell::Null) };
            // The numbers of PostgreSQL's own types.
            Ok(match value.get_oid().get() {
                16 => Cell::Truth(FromSql::<Bool, Pg>::from_sql(value)?),
                17 => Cell::Bytes(FromSql::<Binary, Pg>::from_sql(value)?),
                20 => Cell::Whole(FromSql::<BigInt, Pg>::from_sql(value)?),
                23 => Cell::Whole(<i32 as FromSql<Integer, Pg>>::from_sql(value)?.into()),
                25 | 1043 => Cell::Text(FromSql::<Text, Pg>::from_sql(value)?),
                701 => Cell::Real(FromSql::<Double, Pg>::from_sql(value)?),
                1082 => Cell::Day(FromSql::<Date, Pg>::from_sql(value)?),
                1114 => Cell::Moment(FromSql::<Timestamp, Pg>::from_sql(value)?),
                other => return Err(format!("type {other} is not known").into()),
            })
        });
        cells.collect::<deserialize::Result<_>>().map(Self)
    }
}

impl QueryableByName<Sqlite> for Given {
    fn build<'a>(row: &impl NamedRow<'a, Sqlite>) -> deserialize::Result<Self> {
        let cells = (0..row.field_count()).map(|at| {
            let field = diesel::row::Row::get(row, at).ok_or("a column is missing")?;
            let Some(value) = field.value() else { return Ok(Cell::Null) };
            Ok(match value.value_type() {
                Some(SqliteType::Text) => Cell::Text(FromSql::<Text, Sqlite>::from_sql(value)?),
                Some(SqliteType::Double | SqliteType::Float) => Cell::Real(FromSql::<Double, Sqlite>::from_sql(value)?),
                Some(SqliteType::Binary) => Cell::Bytes(FromSql::<Binary, Sqlite>::from_sql(value)?),
                Some(_) => Cell::Whole(FromSql::<BigInt, Sqlite>::from_sql(value)?),
                None => Cell::Null,
            })
        });
        cells.collect::<deserialize::Result<_>>().map(Self)
    }
}

impl Given {
    /// The cells as the columns hold them: SQLite knows neither moments nor truth.
    pub fn of(self, columns: &[Column]) -> Result<Vec<Cell>, String> {
        let fit = |(cell, column): (Cell, &Column)| fitting(cell, column).ok_or_else(|| format!("{} holds what it cannot hold", column.name));
        self.0.into_iter().zip(columns).map(fit).collect()
    }
}

fn fitting(cell: Cell, column: &Column) -> Option<Cell> {
    Some(match (column.kind, cell) {
        (_, Cell::Null) => return column.nullable.then_some(Cell::Null),
        (Kind::Text, cell @ Cell::Text(_))
        | (Kind::Integer | Kind::BigInt, cell @ Cell::Whole(_))
        | (Kind::Double, cell @ Cell::Real(_))
        | (Kind::Bool, cell @ Cell::Truth(_))
        | (Kind::Binary, cell @ Cell::Bytes(_))
        | (Kind::Date, cell @ Cell::Day(_))
        | (Kind::Timestamp, cell @ Cell::Moment(_)) => cell,
        (Kind::Bool, Cell::Whole(number @ (0 | 1))) => Cell::Truth(number == 1),
        (Kind::Date, Cell::Text(text)) => Cell::Day(text.parse::<NaiveDate>().ok()?),
        (Kind::Timestamp, Cell::Text(text)) => Cell::Moment(NaiveDateTime::parse_from_str(&text, MOMENT).ok()?),
        _ => return None,
    })
}

/// Rows that are put into a table.
pub fn insert(db: &mut crate::store::Db, table: &Table, rows: &[Vec<Cell>]) -> QueryResult<()> {
    use crate::store::Db;
    if rows.is_empty() {
        return Ok(());
    }
    match db {
        Db::Postgres(c) => drop(Columns { table, columns: columns(table, rows) }.execute(c)?),
        Db::Sqlite(c) => {
            for rows in rows.chunks(SQLITE_VALUES / table.columns.len().max(1)) {
                Lines { table, rows }.execute(c)?;
            }
        }
    }
    Ok(())
}

/// On SQLite each value stands for itself.
struct Lines<'a> {
    table: &'a Table,
    rows: &'a [Vec<Cell>],
}

/// On PostgreSQL columns go as arrays, so that it is one statement however many rows there are.
struct Columns<'a> {
    table: &'a Table,
    columns: Vec<List<'a>>,
}

/// All cells of one column.
enum List<'a> {
    Text(Vec<Option<&'a str>>),
    Integer(Vec<Option<i32>>),
    BigInt(Vec<Option<i64>>),
    Double(Vec<Option<f64>>),
    Bool(Vec<Option<bool>>),
    Binary(Vec<Option<&'a [u8]>>),
    Date(Vec<Option<NaiveDate>>),
    Timestamp(Vec<Option<NaiveDateTime>>),
}

fn columns<'a>(table: &Table, rows: &'a [Vec<Cell>]) -> Vec<List<'a>> {
    /// The cells of one column that are of a kind; `None` where there is nothing.
    macro_rules! list {
        ($at:expr, $cell:pat => $value:expr) => {
            rows.iter().map(|row| if let Some($cell) = row.get($at) { $value } else { None }).collect()
        };
    }
    let list = |(at, column): (usize, &Column)| match column.kind {
        Kind::Text => List::Text(list!(at, Cell::Text(text) => Some(text.as_str()))),
        Kind::Integer => List::Integer(list!(at, Cell::Whole(number) => i32::try_from(*number).ok())),
        Kind::BigInt => List::BigInt(list!(at, Cell::Whole(number) => Some(*number))),
        Kind::Double => List::Double(list!(at, Cell::Real(number) => Some(*number))),
        Kind::Bool => List::Bool(list!(at, Cell::Truth(truth) => Some(*truth))),
        Kind::Binary => List::Binary(list!(at, Cell::Bytes(bytes) => Some(bytes.as_slice()))),
        Kind::Date => List::Date(list!(at, Cell::Day(day) => Some(*day))),
        Kind::Timestamp => List::Timestamp(list!(at, Cell::Moment(moment) => Some(*moment))),
    };
    table.columns.iter().enumerate().map(list).collect()
}

/// No text is prepared for good: every table has another.
macro_rules! prepared_by_text {
    ($($name:ident for $connection:ty),+) => {$(
        impl QueryId for $name<'_> {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
        impl RunQueryDsl<$connection> for $name<'_> {}
    )+};
}

prepared_by_text!(Lines for SqliteConnection, Columns for PgConnection);

/// `INSERT INTO "table" ("a", "b") ` on either database.
macro_rules! into_table {
    ($out:expr, $table:expr) => {
        $out.push_sql("INSERT INTO ");
        $out.push_identifier(&$table.name)?;
        let mut before = " (";
        for column in &$table.columns {
            $out.push_sql(before);
            $out.push_identifier(&column.name)?;
            before = ", ";
        }
        $out.push_sql(") ");
    };
}

impl QueryFragment<Sqlite> for Lines<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        into_table!(out, self.table);
        let mut before = "VALUES (";
        for row in self.rows {
            for cell in row {
                out.push_sql(before);
                match cell {
                    Cell::Null => out.push_bind_param::<Nullable<Text>, Option<&str>>(&None)?,
                    Cell::Text(text) => out.push_bind_param::<Text, _>(text)?,
                    Cell::Whole(number) => out.push_bind_param::<BigInt, _>(number)?,
                    Cell::Real(number) => out.push_bind_param::<Double, _>(number)?,
                    Cell::Truth(truth) => out.push_bind_param::<Bool, _>(truth)?,
                    Cell::Bytes(bytes) => out.push_bind_param::<Binary, _>(bytes)?,
                    Cell::Day(day) => out.push_bind_param::<Date, _>(day)?,
                    Cell::Moment(at) => out.push_bind_param::<Timestamp, _>(at)?,
                }
                before = ", ";
            }
            before = "), (";
        }
        out.push_sql(")");
        Ok(())
    }
}

impl QueryFragment<Pg> for Columns<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        into_table!(out, self.table);
        let mut before = "SELECT * FROM unnest(";
        for list in &self.columns {
            out.push_sql(before);
            match list {
                List::Text(list) => out.push_bind_param::<Array<Nullable<Text>>, _>(list)?,
                List::Integer(list) => out.push_bind_param::<Array<Nullable<Integer>>, _>(list)?,
                List::BigInt(list) => out.push_bind_param::<Array<Nullable<BigInt>>, _>(list)?,
                List::Double(list) => out.push_bind_param::<Array<Nullable<Double>>, _>(list)?,
                List::Bool(list) => out.push_bind_param::<Array<Nullable<Bool>>, _>(list)?,
                List::Binary(list) => out.push_bind_param::<Array<Nullable<Binary>>, _>(list)?,
                List::Date(list) => out.push_bind_param::<Array<Nullable<Date>>, _>(list)?,
                List::Timestamp(list) => out.push_bind_param::<Array<Nullable<Timestamp>>, _>(list)?,
            }
            before = ", ";
        }
        out.push_sql(")");
        Ok(())
    }
}
