//! Inviting somebody to the staff.

use super::mails::To;
use super::person::Person;
use super::role::{Appointment, Role};
use super::store::{self, Purpose};
use crate::audit::{self, Act, Actor, Subject};
use crate::clock::{hours, minutes};
use crate::db;
use crate::ids::AccountId;
use crate::mail::{NotAMessage, Outbox};
use crate::secret::Token;
use crate::text::{EmailAddress, Slug};
use crate::web::App;
use jiff::SignedDuration;

/// How long an invitation works: over a weekend.
const TERM: SignedDuration = hours(72);
/// How long the link works with which the first administrator begins, who sits before the command line that printed it.
const FIRST_TERM: SignedDuration = minutes(30);

/// Within this time the same press of a button is no second invitation.
const SAME_PRESS: SignedDuration = minutes(2);

/// What became of an invitation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Invited {
    /// The same was asked a moment ago: the link that was mailed then works.
    Before,
    /// The link that was mailed: it sets the password, once.
    Link(String),
    /// There is an account already; it has the role now. Where it logs in.
    Added(String),
}

impl Invited {
    /// The address to go to; empty where it was mailed before.
    pub fn href(&self) -> &str {
        match self {
            Self::Before => "",
            Self::Link(href) | Self::Added(href) => href,
        }
    }
}

/// Why somebody was not invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// There is no such campaign.
    #[error("there is no campaign {0}: create or import it first")]
    NoCampaign(Slug),
    /// The account is disabled.
    #[error("the account of this address is disabled: enable it first")]
    Disabled,
    /// Somebody else invites the same address at the same moment.
    #[error("somebody invited this address at the same moment: try again")]
    AtOnce,
    /// The database's own.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A defect.
    #[error(transparent)]
    Mail(#[from] NotAMessage),
    /// A defect.
    #[error(transparent)]
    Template(#[from] askama::Error),
}

impl From<db::Error> for InviteError {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::Unique(_) => Self::AtOnce,
            other => Self::Store(other.into()),
        }
    }
}

/// Invites whoever reads mail at an address. Somebody new gets an account without a password and a link to set one, by mail; the role is
/// theirs from then on. Somebody who has an account gets the role at once, and word of it. While no administrator can log in, the link of one
/// is the key to everything, and works for half an hour only.
///
/// # Errors
/// See [`InviteError`].
pub async fn invite(
    app: &App,
    outbox: &Outbox,
    email: EmailAddress,
    appointment: Appointment,
    by: Actor,
) -> Result<Invited, InviteError> {
    let (keys, random, base, outbox) =
        (app.keys.clone(), app.random.clone(), app.base_url.clone(), outbox.clone());
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            let place = match appointment.campaign() {
                Some(slug) => {
                    let found = store::campaign_at(tx, slug)?;
                    Some(found.ok_or_else(|| InviteError::NoCampaign(slug.clone()))?)
                }
                None => None,
            };
            let found = store::by_email(tx, &keys, &email)?;
            if found.as_ref().is_some_and(|account| account.disabled_at.is_some()) {
                return Err(InviteError::Disabled);
            }
            if let Some(account) = found.as_ref().filter(|account| !account.has_password)
                && matches!(by, Actor::Staff(_))
                && store::count_since(tx, account.id, Purpose::Invitation, now.plus(-SAME_PRESS))? > 0
                && store::has_role(tx, account, &appointment, place.as_ref().map(|place| place.id))?
            {
                return Ok(Invited::Before);
            }
            let (id, has_password, email) = match found {
                Some(account) => (account.id, account.has_password, account.person.email),
                None => {
                    let id = AccountId::new(now.millis(), random.bytes());
                    let person = Person { name: None, email };
                    store::insert(tx, &keys, &random, id, &person, now)?;
                    (id, false, person.email)
                }
            };
            store::appoint(tx, id, &appointment, place.as_ref().map(|place| place.id))?;
            let role = appointment.role();
            let act = Act {
                campaign: place.as_ref().map(|place| place.id),
                new: Some(role.as_str().to_owned()),
                ..Act::new(now, by, Subject::Account(id), if has_password { "appointed" } else { "invited" })
            };
            audit::record(tx, &random, act)?;
            let title = place.as_ref().map(|place| place.title.as_str());
            let mut to = To { base: &base, account: id, email: &email, link: base.join("/staff") };
            if has_password {
                outbox.prepare(&to.appointment(role, title)?)?.enqueue(tx)?;
                return Ok(Invited::Added(to.link));
            }
            let is_first = role == Role::Administrator && store::hold_administrators(tx)?.is_empty();
            let term = if is_first { FIRST_TERM } else { TERM };
            let (token, until) = (Token::make(&random), now.plus(term));
            // A link that was sent before is replaced: of several mails the last one works.
            store::void(tx, id, now)?;
            store::insert_token(tx, token.digest(), Purpose::Invitation, id, now, until)?;
            to.link = base.join(&format!("/staff/invitations/{}", token.reveal()));
            outbox.prepare(&to.invitation(role, title, until)?)?.enqueue(tx)?;
            Ok(Invited::Link(to.link))
        })
        .await
}
