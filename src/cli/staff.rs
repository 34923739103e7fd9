//! `undersigned staff`: who may work on this instance.

use super::{Failure, open, print};
use crate::account::{Appointment, Role, invite};
use crate::audit::Actor;
use crate::config::Settings;
use crate::text::{EmailAddress, Slug};
use clap::Subcommand;

#[derive(Subcommand)]
pub(super) enum Staff {
    /// Invite somebody: print and mail a one-time link. The first administrator comes this way
    Invite {
        /// The email address
        email: String,
        /// administrator, organizer or moderator
        #[arg(long)]
        role: String,
        /// The campaign of an organizer or a moderator, by its slug
        #[arg(long)]
        campaign: Option<String>,
    },
}

/// Does it. Only the link goes to standard output.
pub(super) async fn run(command: Staff, settings: &Settings) -> Result<(), Failure> {
    let Staff::Invite { email, role, campaign } = command;
    let email = EmailAddress::parse(&email).map_err(|why| usage("EMAIL", &email, why))?;
    let role = Role::parse(&role)
        .ok_or_else(|| usage("--role", &role, "it is administrator, organizer or moderator"))?;
    let slug =
        campaign.map(|slug| Slug::parse(&slug).map_err(|why| usage("--campaign", &slug, why))).transpose()?;
    let appointment = match (role, slug.is_some()) {
        (Role::Administrator, true) => return Err(misplaced("an administrator has no --campaign")),
        (Role::Organizer | Role::Moderator, false) => {
            return Err(misplaced("an organizer or moderator needs --campaign SLUG"));
        }
        _ => Appointment::new(role, slug).map_err(|why| Failure::Usage(why.to_string()))?,
    };
    let instance = open(settings).await?;
    let invited = invite(&instance.app, &instance.outbox, email, appointment, Actor::Command).await;
    let invited = invited.map_err(|error| Failure::Failed(error.to_string()))?;
    print(&format!("{}\n", invited.href()))
}

fn usage(what: &str, value: &str, why: impl std::fmt::Display) -> Failure {
    Failure::Usage(format!("{what} {value:?}: {why}"))
}

fn misplaced(what: &str) -> Failure {
    Failure::Usage(what.to_owned())
}
