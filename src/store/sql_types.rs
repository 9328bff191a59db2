//! How ids, words, times and texts live in columns: generic impls, nothing per database.
//!
//! The pure types know no diesel; this is the one place that teaches it to them.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Timestamp;

use crate::ground::clock::UtcTime;
use crate::ground::ids::{
    CapabilityId, CityId, ConflictId, DisagreementId, EvidenceId, ExportId, FrameworkId, GrantId, InstrumentId, InvitationId, MessageId,
    ParticipationId, PasskeyId, PersonId, PlanId, ReportId, ReviewId, RoundId, RubricId, ServiceTokenId, SubmissionId, SurveyId,
};
use crate::ground::{Country, Email, Language, MeasureCode, Zone};

/// Teaches diesel one type: `to` borrows or makes what the column stores, `from` reads it back.
#[macro_export]
macro_rules! sql_expression {
    ($type:ty, $sql:ty) => {
        impl diesel::expression::AsExpression<$sql> for $type {
            type Expression = diesel::internal::derives::as_expression::Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                diesel::internal::derives::as_expression::Bound::new(self)
            }
        }
        impl<'a> diesel::expression::AsExpression<$sql> for &'a $type {
            type Expression = diesel::internal::derives::as_expression::Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                diesel::internal::derives::as_expression::Bound::new(self)
            }
        }
        impl diesel::expression::AsExpression<diesel::sql_types::Nullable<$sql>> for $type {
            type Expression = diesel::internal::derives::as_expression::Bound<diesel::sql_types::Nullable<$sql>, Self>;
            fn as_expression(self) -> Self::Expression {
                diesel::internal::derives::as_expression::Bound::new(self)
            }
        }
        impl<'a> diesel::expression::AsExpression<diesel::sql_types::Nullable<$sql>> for &'a $type {
            type Expression = diesel::internal::derives::as_expression::Bound<diesel::sql_types::Nullable<$sql>, Self>;
            fn as_expression(self) -> Self::Expression {
                diesel::internal::derives::as_expression::Bound::new(self)
            }
        }
        impl<DB> diesel::serialize::ToSql<diesel::sql_types::Nullable<$sql>, DB> for $type
        where
            DB: diesel::backend::Backend,
            Self: diesel::serialize::ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                <Self as diesel::serialize::ToSql<$sql, DB>>::to_sql(self, out)
            }
        }
        impl<DB, ST> diesel::deserialize::Queryable<ST, DB> for $type
        where
            DB: diesel::backend::Backend,
            ST: diesel::sql_types::SingleValue,
            Self: diesel::deserialize::FromSql<ST, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> diesel::deserialize::Result<Self> {
                Ok(row)
            }
        }
    };
}

/// A type that is a string in the table: anything with `AsRef<str>` and a way back.
#[macro_export]
macro_rules! sql_text {
    ($type:ty, $from:expr) => {
        $crate::sql_expression!($type, diesel::sql_types::Text);
        impl<DB> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $type
        where
            DB: diesel::backend::Backend,
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                let text: &str = self.as_ref();
                text.to_sql(out)
            }
        }
        impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $type
        where
            DB: diesel::backend::Backend,
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let text = <String as diesel::deserialize::FromSql<diesel::sql_types::Text, DB>>::from_sql(bytes)?;
                #[allow(clippy::redundant_closure_call, reason = "the macro takes closures and paths alike")]
                let value: Result<Self, String> = ($from)(text);
                value.map_err(Into::into)
            }
        }
    };
}

macro_rules! id_columns {
    ($($type:ty),+ $(,)?) => { $(sql_text!($type, |stored| Ok(<$type>::from_stored(stored)));)+ };
}

id_columns!(
    PersonId,
    GrantId,
    CapabilityId,
    FrameworkId,
    CityId,
    RoundId,
    ParticipationId,
    InstrumentId,
    SurveyId,
    ExportId,
    InvitationId,
    ReportId,
    EvidenceId,
    SubmissionId,
    RubricId,
    PlanId,
    ReviewId,
    ConflictId,
    DisagreementId,
    MessageId,
    PasskeyId,
    ServiceTokenId,
);

sql_text!(Country, |stored: String| Ok(Country::from_stored(stored)));
sql_text!(Email, |stored: String| Ok(Email::from_stored(stored)));
sql_text!(Language, |stored: String| Ok(Language::from_stored(stored)));
sql_text!(MeasureCode, |stored: String| Ok(MeasureCode::from_stored(stored)));
sql_text!(Zone, |stored: String| stored.parse());

sql_expression!(UtcTime, diesel::sql_types::Timestamp);

impl<DB> ToSql<Timestamp, DB> for UtcTime
where
    DB: Backend,
    chrono::NaiveDateTime: ToSql<Timestamp, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.naive().to_sql(out)
    }
}

impl<DB> FromSql<Timestamp, DB> for UtcTime
where
    DB: Backend,
    chrono::NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        chrono::NaiveDateTime::from_sql(bytes).map(Self::from_naive)
    }
}
