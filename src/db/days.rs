//! Days: the one place where the engines must be asked in different words on which day an instant lies.

use super::Conn;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::BigInt;

/// The number of the day, counted from 1970-01-01, on which the instant in a column lies, where the clocks are ahead of UTC by so many seconds.
/// `column` is a name of ours, with its table.
pub fn day_number(conn: &Conn, column: &'static str, ahead: i64) -> SqlLiteral<BigInt> {
    match conn {
        Conn::Sqlite(_) => {
            sql(&format!("(({column} + {micros}) / 86400000000)", micros = ahead.saturating_mul(1_000_000)))
        }
        Conn::Pg(_) => sql(&format!("floor((extract(epoch from {column}) + {ahead}) / 86400)::bigint")),
    }
}
