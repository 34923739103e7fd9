//! Why a transaction of this feature failed.

use super::store;
use crate::db;
use crate::web::Fault;

/// Why a transaction here failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("somebody was first")]
    Overtaken,
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Contact(#[from] store::ContactError),
    #[error(transparent)]
    Account(#[from] crate::account::store::Error),
    #[error("a mail could not be written: {0}")]
    Template(#[from] askama::Error),
    #[error("a mail could not be made: {0}")]
    Message(#[from] crate::mail::NotAMessage),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Database(error) => error.into(),
            defect => Self::unexpected(defect),
        }
    }
}
