//! The organization says that it did not agree: whichever way it says so, its entry is off the list at once, and the moderators are told.

use super::mails;
use crate::account;
use crate::audit::{self, Act, Subject};
use crate::campaign::{self, Campaign};
use crate::db::{self, Tx};
use crate::ids::AnyId;
use crate::mail::{self, Outbox};
use crate::sign_on::{self, SignOn, Standing, State};
use crate::web::{App, Fault};

/// Puts an entry on hold that is on the list or waits; one that is on hold or over stays as it is. Where it was merged, that is the one which
/// stands for it, and what was merged comes back on hold if that is undone. The campaign's row is held.
///
/// # Errors
/// [`Failure::Overtaken`] when somebody was first.
pub(super) fn object(
    tx: &mut Tx<'_>,
    app: &App,
    outbox: &Outbox,
    campaign: &Campaign,
    sign_on: &SignOn,
    act: Act,
) -> Result<(), Failure> {
    let now = app.clock.now();
    let (merged, sign_on) = sign_on::store::chain_of(tx, sign_on.clone())?;
    for before in merged.iter().chain([&sign_on]) {
        sign_on::store::object_before(tx, before.id, now)?;
    }
    if let Some(first) = merged.first() {
        // The objection is about this one, too.
        audit::record(tx, &app.random, Act { subject: Subject::SignOn(first.id), ..act.clone() })?;
    }
    let sign_on = &sign_on;
    let was_listed = matches!(sign_on.state, State::Approved { .. });
    let mut act = Act { subject: Subject::SignOn(sign_on.id), ..act };
    let mut stands = sign_on.standing();
    if let Ok(held) = sign_on.clone().object(now) {
        if !sign_on::store::replace(tx, sign_on, &held)? {
            return Err(Failure::Overtaken);
        }
        if was_listed {
            campaign::store::raise_list_revision(tx, campaign.id)?;
        }
        // News of a decision that no longer stands is not sent.
        mail::take_back_all(tx, AnyId::from_uuid(sign_on.id.uuid()), now)?;
        stands = held.standing();
        act = act.changing(sign_on.standing().as_str(), stands.as_str());
    }
    // Whoever has it before them sees that something else stands now.
    sign_on::store::end_claim(tx, sign_on.id)?;
    audit::record(tx, &app.random, act)?;
    for member in account::store::team(tx, &app.keys, campaign.id)? {
        let came = (stands == Standing::OnHold, was_listed);
        let message = mails::objection(&app.base_url, campaign, sign_on, came, &member.person.email)?;
        outbox.prepare(&message)?.enqueue(tx)?;
    }
    Ok(())
}

/// Why a transaction here failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("somebody was first")]
    Overtaken,
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Contact(#[from] sign_on::store::ContactError),
    #[error(transparent)]
    Account(#[from] account::store::Error),
    #[error("a mail could not be written: {0}")]
    Template(#[from] askama::Error),
    #[error("a mail could not be made: {0}")]
    Message(#[from] mail::NotAMessage),
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
