//! How ids, instants and words become columns of both engines, once, so that the types themselves need not know diesel.

use crate::clock::Timestamp;
use crate::ids;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Binary, SqlType};
use diesel::sqlite::{Sqlite, SqliteValue};
use std::io::Write;
use uuid::Uuid;

/// An id: `uuid` on PostgreSQL, 16 bytes on SQLite. Both sort by the bytes, so paging by id agrees.
#[derive(SqlType, QueryId)]
#[diesel(sqlite_type(name = "Binary"), postgres_type(oid = 2950, array_oid = 2951))]
pub struct Id;

/// An instant: `timestamptz` on PostgreSQL, microseconds since 1970 on SQLite.
#[derive(SqlType, QueryId)]
#[diesel(sqlite_type(name = "Long"), postgres_type(oid = 1184, array_oid = 1185))]
pub struct Instant;

/// It has a least and a greatest.
impl diesel::sql_types::SqlOrd for Instant {}

macro_rules! id_columns {
    ($($id:ident),+ $(,)?) => {$(
        const _: () = {
            #[derive(AsExpression, FromSqlRow)]
            #[diesel(foreign_derive, sql_type = Id)]
            #[allow(dead_code, reason = "only names the type that the derives are for")]
            struct Proxy(ids::$id);

            impl ToSql<Id, Sqlite> for ids::$id {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                    out.set_value(self.uuid().as_bytes().to_vec());
                    Ok(IsNull::No)
                }
            }

            impl ToSql<Id, Pg> for ids::$id {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                    out.write_all(self.uuid().as_bytes())?;
                    Ok(IsNull::No)
                }
            }

            impl FromSql<Id, Sqlite> for ids::$id {
                fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
                    let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?;
                    Ok(Self::from_uuid(Uuid::from_slice(&bytes)?))
                }
            }

            impl FromSql<Id, Pg> for ids::$id {
                fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                    Ok(Self::from_uuid(Uuid::from_slice(value.as_bytes())?))
                }
            }
        };
    )+};
}

id_columns!(
    AccountId,
    AddressId,
    AnyId,
    AuditId,
    AnswerId,
    CampaignId,
    ClaimId,
    ContactId,
    CorrectionId,
    DeliveryId,
    EditionId,
    ImportId,
    IntentionId,
    InvitationId,
    LetterVersionId,
    MailId,
    MailingId,
    PasskeyId,
    PreviewLinkId,
    ReportId,
    RoundId,
    SessionId,
    SignOnId,
    TextShownId,
    TranslationId,
    TranslationVersionId,
    TellingId,
    UpdateId,
);

const _: () = {
    #[derive(AsExpression, FromSqlRow)]
    #[diesel(foreign_derive, sql_type = Instant)]
    #[allow(dead_code, reason = "only names the type that the derives are for")]
    struct Proxy(Timestamp);
};

/// Microseconds between PostgreSQL's epoch (2000-01-01) and 1970-01-01.
const PG_EPOCH: i64 = 946_684_800_000_000;

impl ToSql<Instant, Sqlite> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.as_micros());
        Ok(IsNull::No)
    }
}

impl ToSql<Instant, Pg> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&(self.as_micros() - PG_EPOCH).to_be_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<Instant, Sqlite> for Timestamp {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self::from_micros(<i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?))
    }
}

impl FromSql<Instant, Pg> for Timestamp {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let micros = i64::from_be_bytes(value.as_bytes().try_into()?);
        Ok(Self::from_micros(micros.saturating_add(PG_EPOCH)))
    }
}

/// An unknown stored value: neither a panic nor a default, but an error that carries it.
#[derive(Debug, thiserror::Error)]
#[error("the database holds {value:?} where a {expected} belongs")]
pub struct UnknownValue {
    /// The type that was expected.
    pub expected: &'static str,
    /// What was there.
    pub value: String,
}

/// Makes a type with `as_str(&self) -> &str` and `parse(&str) -> Result<Self, _>` (or the named reader, which gives an
/// `Option`) a TEXT column on both engines.
#[macro_export]
macro_rules! text_column {
    ($type:ty) => {
        $crate::text_column!($type, |text| <$type>::parse(text).ok());
    };
    ($type:ty, $read:expr) => {
        const _: () = {
            use diesel::backend::Backend;
            use diesel::deserialize::{self, FromSql, FromSqlRow};
            use diesel::expression::AsExpression;
            use diesel::serialize::{self, Output, ToSql};
            use diesel::sql_types::Text;

            #[derive(AsExpression, FromSqlRow)]
            #[diesel(foreign_derive, sql_type = Text)]
            #[allow(dead_code, reason = "only names the type that the derives are for")]
            struct Proxy($type);

            impl<DB: Backend> ToSql<Text, DB> for $type
            where
                str: ToSql<Text, DB>,
            {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                    <str as ToSql<Text, DB>>::to_sql(self.as_str(), out)
                }
            }

            impl<DB: Backend> FromSql<Text, DB> for $type
            where
                String: FromSql<Text, DB>,
            {
                fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
                    let text = <String as FromSql<Text, DB>>::from_sql(value)?;
                    let read: fn(&str) -> Option<$type> = $read;
                    read(&text).ok_or_else(|| {
                        $crate::db::columns::UnknownValue { expected: stringify!($type), value: text }.into()
                    })
                }
            }
        };
    };
}
