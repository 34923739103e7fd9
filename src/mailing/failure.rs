//! Why something here failed.

use crate::campaign::store as campaigns;
use crate::db;
use crate::mail::NotAMessage;
use crate::sign_on::store::ContactError;
use crate::web::Fault;

/// Why something here failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// The database, or the key.
    #[error(transparent)]
    Contact(#[from] ContactError),
    /// A template: a defect.
    #[error("a mail could not be written: {0}")]
    Template(#[from] askama::Error),
    /// A mail's parts: a defect.
    #[error("a mail could not be made: {0}")]
    Message(#[from] NotAMessage),
    /// A thread that ended.
    #[error("mails could not be written: {0}")]
    Thread(#[from] tokio::task::JoinError),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Database(error) => error.into(),
            Failure::Contact(error) => error.into(),
            defect => Self::unexpected(defect),
        }
    }
}

/// Why a change was not written.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stop {
    /// The letter is archived.
    #[error("the letter is archived")]
    Archived,
    /// There is no such thing.
    #[error("there is no such mailing")]
    Gone,
    /// It is not as the page said.
    #[error("somebody was first")]
    Overtaken,
    /// The database.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// Something else.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<Stop> for Fault {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Archived => {
                Self::Overtaken("The letter is archived: nothing of it changes any more. Nothing was changed.".to_owned())
            }
            Stop::Gone => Self::NotFound,
            Stop::Overtaken => Self::Overtaken(
                "Somebody changed it since this page was made. Nothing was changed: look at how it stands now.".to_owned(),
            ),
            Stop::Database(error) => error.into(),
            Stop::Failure(failure) => failure.into(),
        }
    }
}

/// The letter, if it can be changed: held until the transaction ends.
///
/// # Errors
/// Why not.
pub(super) fn changeable(
    tx: &mut db::Tx<'_>,
    id: crate::ids::CampaignId,
) -> Result<crate::campaign::Campaign, Stop> {
    match campaigns::hold(tx, id)? {
        None => Err(Stop::Gone),
        Some(held) if held.settings.status == crate::campaign::Status::Archived => Err(Stop::Archived),
        Some(held) => Ok(held),
    }
}
