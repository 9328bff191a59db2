//! Which tables there are and what their columns hold, read from the types of `schema.rs`: SQLite itself does not
//! know a moment from a text.

use diesel::sql_types::{BigInt, Binary, Bool, Date, Double, Integer, Nullable, Text, Timestamp};
use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Text,
    Integer,
    BigInt,
    Double,
    Bool,
    Binary,
    Date,
    Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    /// Whether it may hold nothing.
    pub nullable: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
}

impl Table {
    pub fn of<T>(name: &str) -> Self
    where
        T: diesel::Table,
        T::AllColumns: Columns,
    {
        Self { name: name.to_owned(), columns: T::AllColumns::columns() }
    }
}

/// A type of a column.
pub trait Holds {
    const KIND: Kind;
    const NULLABLE: bool = false;
}

macro_rules! holds {
    ($($sql:ident),+) => { $(impl Holds for $sql { const KIND: Kind = Kind::$sql; })+ };
}

holds!(Text, Integer, BigInt, Double, Bool, Binary, Date, Timestamp);

impl<T: Holds> Holds for Nullable<T> {
    const KIND: Kind = T::KIND;
    const NULLABLE: bool = true;
}

/// One column of `schema.rs`.
pub trait Described {
    fn column() -> Column;
}

impl<C> Described for C
where
    C: diesel::Column,
    C::SqlType: Holds,
{
    fn column() -> Column {
        Column { name: C::NAME.to_owned(), kind: C::SqlType::KIND, nullable: C::SqlType::NULLABLE }
    }
}

/// All columns of a table of `schema.rs`.
pub trait Columns {
    fn columns() -> Vec<Column>;
}

macro_rules! columns_of {
    () => {};
    ($first:ident $($rest:ident)*) => {
        impl<$first: Described, $($rest: Described),*> Columns for ($first, $($rest,)*) {
            fn columns() -> Vec<Column> {
                vec![$first::column(), $($rest::column()),*]
            }
        }
        columns_of!($($rest)*);
    };
}

columns_of!(A B C D E F G H I J K L M N O P Q R S T U V W X Y Z A1 B1 C1 D1 E1 F1);
