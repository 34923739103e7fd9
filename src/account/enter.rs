//! What a right password leads to: a session, or the question for the second factor.

use super::half_open::{self, HalfOpened};
use super::session::{self, Opened, Presented, Shown};
use super::store;
use crate::clock::Timestamp;
use crate::config::BaseUrl;
use crate::db::{self, Tx};
use crate::ids::AccountId;
use crate::secret::Random;
use actix_web::HttpResponse;

/// What has begun.
pub(super) enum Entered {
    /// A session: there is no second factor yet.
    Session(Opened),
    /// The second factor is asked for.
    Half(HalfOpened),
}

/// Lets somebody in, as far as the password does.
pub(super) fn enter(
    tx: &mut Tx<'_>,
    random: &Random,
    now: Timestamp,
    account: AccountId,
    presented: Presented,
) -> Result<Entered, db::Error> {
    match store::factors(tx, account)?.any() {
        true => half_open::open(tx, random, now, account).map(Entered::Half),
        false => {
            session::open(tx, random, now, account, presented, Shown::PasswordAlone).map(Entered::Session)
        }
    }
}

impl Entered {
    /// The answer: the page at `path`, or the question for the second factor, which goes on to it.
    pub(super) fn see(&self, base: &BaseUrl, path: &str) -> HttpResponse {
        match self {
            Self::Session(opened) => opened.see(base, path),
            Self::Half(opened) => opened.see(base, path),
        }
    }
}
