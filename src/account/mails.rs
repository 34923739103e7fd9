//! What staff are written to: an invitation, word of one more role, the link to set a new password.

use super::role::Role;
use crate::clock::Timestamp;
use crate::config::BaseUrl;
use crate::ids::{AccountId, AnyId};
use crate::mail::{Kind, Message};
use crate::text::EmailAddress;
use crate::web::show::in_utc;
use askama::Template;

/// The one-time link of a new account.
const INVITATION: Kind = Kind::new("invitation");
/// Somebody who has an account is given one more role.
const APPOINTMENT: Kind = Kind::new("appointment");
/// The link to set a new password. Anybody can ask for it by typing the address.
const PASSWORD_RESET: Kind = Kind::by_stranger("password-reset");

/// What was done to somebody's account.
const ALERT: Kind = Kind::new("account-alert");

/// What the mails may say. The title is the organizer's; nothing in them was typed by a stranger.
struct Facts {
    role: &'static str,
    letter: String,
    host: String,
    link: String,
    until: String,
    subject: &'static str,
    done: String,
}

macro_rules! part {
    ($name:ident, $path:literal) => {
        #[derive(Template)]
        #[template(path = $path)]
        struct $name<'a> {
            facts: &'a Facts,
        }
    };
}
part!(InvitationSubject, "mail/invitation/subject.txt");
part!(InvitationText, "mail/invitation/body.txt");
part!(InvitationHtml, "mail/invitation/body.html");
part!(AppointmentSubject, "mail/appointment/subject.txt");
part!(AppointmentText, "mail/appointment/body.txt");
part!(AppointmentHtml, "mail/appointment/body.html");
part!(AlertSubject, "mail/account_alert/subject.txt");
part!(AlertText, "mail/account_alert/body.txt");
part!(AlertHtml, "mail/account_alert/body.html");
part!(ResetSubject, "mail/password_reset/subject.txt");
part!(ResetText, "mail/password_reset/body.txt");
part!(ResetHtml, "mail/password_reset/body.html");

/// What a mail to somebody with an account is made of.
pub(super) struct To<'a> {
    /// The instance.
    pub(super) base: &'a BaseUrl,
    /// Whose account.
    pub(super) account: AccountId,
    /// Where it goes.
    pub(super) email: &'a EmailAddress,
    /// What it leads to.
    pub(super) link: String,
}

impl To<'_> {
    /// The invitation of somebody new; `letter` is the title, unless it is all of them.
    pub(super) fn invitation(
        &self,
        role: Role,
        letter: Option<&str>,
        until: Timestamp,
    ) -> Result<Message, askama::Error> {
        let facts = &self.facts(role.as_str(), letter, Some(until));
        self.message(
            INVITATION,
            &InvitationSubject { facts },
            &InvitationText { facts },
            &InvitationHtml { facts },
        )
    }

    /// Word of one more role.
    pub(super) fn appointment(&self, role: Role, letter: Option<&str>) -> Result<Message, askama::Error> {
        let facts = &self.facts(role.as_str(), letter, None);
        self.message(
            APPOINTMENT,
            &AppointmentSubject { facts },
            &AppointmentText { facts },
            &AppointmentHtml { facts },
        )
    }

    /// The link to set a new password.
    pub(super) fn password_reset(&self, until: Timestamp) -> Result<Message, askama::Error> {
        let facts = &self.facts("", None, Some(until));
        self.message(PASSWORD_RESET, &ResetSubject { facts }, &ResetText { facts }, &ResetHtml { facts })
    }

    /// Word of what was done to the account, as a sentence.
    pub(super) fn alert(&self, subject: &'static str, done: String) -> Result<Message, askama::Error> {
        let facts = &Facts { subject, done, ..self.facts("", None, None) };
        self.message(ALERT, &AlertSubject { facts }, &AlertText { facts }, &AlertHtml { facts })
    }

    fn facts(&self, role: &'static str, letter: Option<&str>, until: Option<Timestamp>) -> Facts {
        Facts {
            role,
            letter: letter.unwrap_or_default().to_owned(),
            host: self.base.host().to_owned(),
            link: self.link.clone(),
            until: until.map(in_utc).unwrap_or_default(),
            subject: "",
            done: String::new(),
        }
    }

    fn message(
        &self,
        kind: Kind,
        subject: &impl Template,
        text: &impl Template,
        html: &impl Template,
    ) -> Result<Message, askama::Error> {
        Ok(Message {
            kind,
            to: self.email.clone(),
            subject: subject.render()?.trim().to_owned(),
            text: text.render()?,
            html: html.render()?,
            campaign: None,
            about: Some(AnyId::from_uuid(self.account.uuid())),
            not_before: None,
            unsubscribe: None,
        })
    }
}
