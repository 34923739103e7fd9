//! What work in the background passed over because it failed. One bad row must not stop all others: whoever works goes on with the next, and comes back
//! to it. So that a log is not filled by the same thing every minute, each is logged once until it works again.

use crate::ids::AnyId;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::{Mutex, PoisonError};

/// What was passed over since this process began.
#[derive(Debug, Default)]
pub struct PassedOver(Mutex<BTreeSet<(&'static str, AnyId)>>);

impl PassedOver {
    /// Notes that something failed, and logs it if it had not before. The id is the reference: it says nothing of anybody.
    pub fn note(&self, what: &'static str, id: AnyId, error: &dyn Display) {
        if self.0.lock().unwrap_or_else(PoisonError::into_inner).insert((what, id)) {
            tracing::error!(reference = %id, %error, "{what} failed and is passed over; it is tried again later");
        }
    }

    /// Notes that it works.
    pub fn works(&self, what: &'static str, id: AnyId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&(what, id));
    }
}
