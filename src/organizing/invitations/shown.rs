//! Invitations and intentions as the pages show them.

use super::Read;
use crate::campaign::Campaign;
use crate::clock::{Timestamp, Zone};
use crate::ids::{InvitationId, SignOnId};
use crate::organizing::may_invite;
use crate::sign_on::{Came, Intention, Invitation, NoReminder, Stage, Standing};
use crate::web::form::{Filled, Problems};
use crate::web::show::{Fact, Moment, in_utc};
use std::collections::BTreeMap;

/// A way to those that have come so far, with how many they are.
pub(super) struct ViewLink {
    pub(super) href: String,
    pub(super) label: &'static str,
    pub(super) count: usize,
    pub(super) here: bool,
}

/// The ways, those to nobody left out.
pub(super) fn views(
    href: &str,
    here: Option<Stage>,
    all: usize,
    counts: &BTreeMap<Stage, usize>,
) -> Vec<ViewLink> {
    let every = ViewLink { href: href.to_owned(), label: "All", count: all, here: here.is_none() };
    let of = |stage: Stage| ViewLink {
        href: format!("{href}?show={}", stage.as_str()),
        label: stage.words(),
        count: counts.get(&stage).copied().unwrap_or(0),
        here: here == Some(stage),
    };
    let stages = Stage::ALL.into_iter().map(of).filter(|link| link.count > 0 || link.here);
    [every].into_iter().chain(stages).collect()
}

/// The class of a stage's mark.
const fn class(stage: Stage) -> &'static str {
    match stage {
        Stage::Approved => "done",
        Stage::Bounced | Stage::Submitted | Stage::Verified => "held",
        Stage::Declined | Stage::Ended | Stage::Revoked => "ended",
        Stage::Sent | Stage::Delivered | Stage::Opened => "",
    }
}

/// An invitation in the list.
pub(super) struct Row {
    pub(super) id: InvitationId,
    pub(super) version: i64,
    pub(super) href: String,
    pub(super) organization: String,
    pub(super) email: String,
    pub(super) stage: &'static str,
    pub(super) class: &'static str,
    pub(super) since: Moment,
    /// Where its sign-on is decided.
    pub(super) sign_on: Option<SignOnId>,
    pub(super) reminders: i64,
    pub(super) is_late: bool,
    pub(super) can_remind: bool,
    /// Why not, where that is worth a line.
    pub(super) why_not: String,
}

fn address(invitation: &Invitation) -> String {
    invitation.email.as_ref().map_or_else(|| "address erased".to_owned(), |email| email.shown())
}

/// The sign-on that an invitation led to: what stands, or else the last one.
fn sign_on(read: &Read, invitation: &Invitation) -> Option<SignOnId> {
    let all = read.sign_ons.get(&invitation.id)?;
    let ended = [Standing::Rejected, Standing::Removed, Standing::Withdrawn];
    let live = all.iter().rev().find(|(_, standing)| !ended.contains(standing));
    live.or_else(|| all.last()).map(|(id, _)| *id)
}

/// Since when it is at its stage, as far as the invitation itself says so.
fn since(invitation: &Invitation, stage: Stage) -> Timestamp {
    let at = match stage {
        Stage::Delivered => invitation.delivered_at,
        Stage::Bounced => invitation.bounced_at,
        Stage::Opened => invitation.opened_at,
        Stage::Declined => invitation.declined_at,
        Stage::Revoked => invitation.revoked.map(|(at, _)| at),
        Stage::Sent | Stage::Submitted | Stage::Verified | Stage::Approved | Stage::Ended => None,
    };
    at.unwrap_or(invitation.mailed_at)
}

impl Row {
    pub(super) fn new(
        read: &Read,
        invitation: &Invitation,
        stage: Stage,
        href: &str,
        now: Timestamp,
    ) -> Self {
        let reminder = read.may_remind(invitation, now);
        Self {
            id: invitation.id,
            version: invitation.version,
            href: format!("{href}?of={}", invitation.id),
            organization: invitation.organization.to_string(),
            email: address(invitation),
            stage: stage.words(),
            class: class(stage),
            since: Moment::new(since(invitation, stage), now),
            sign_on: sign_on(read, invitation),
            reminders: invitation.mails - 1,
            is_late: invitation.late_until.is_some(),
            can_remind: reminder.is_ok(),
            why_not: match reminder {
                Err(NoReminder::TooSoon { next, .. }) => format!("From {} on", in_utc(next)),
                Err(why_not) if matches!(stage, Stage::Sent | Stage::Delivered | Stage::Opened) => {
                    why_not.to_string()
                }
                _ => String::new(),
            },
        }
    }
}

/// One invitation in full, with everything that can be done with it.
pub(super) struct One {
    pub(super) id: InvitationId,
    pub(super) version: i64,
    pub(super) back_href: String,
    pub(super) action: String,
    pub(super) organization: String,
    pub(super) stage: &'static str,
    pub(super) class: &'static str,
    pub(super) facts: Vec<Fact>,
    pub(super) sign_on: Option<SignOnId>,
    pub(super) can_remind: bool,
    pub(super) why_not: String,
    pub(super) is_revoked: bool,
    pub(super) has_deadline: bool,
    /// In which zone the time of that field is.
    pub(super) late_hint: String,
    pub(super) form: Filled,
}

impl One {
    pub(super) fn new(
        read: &Read,
        invitation: &Invitation,
        campaign: &Campaign,
        form: Filled,
        now: Timestamp,
    ) -> Self {
        let stage = read.stage(invitation);
        let back_href = format!("/staff/letters/{}/invitations", campaign.settings.slug);
        let closed = may_invite::why_not(campaign, invitation.late_until, now).map(str::to_owned);
        let reminder = read.may_remind(invitation, now);
        let why_not = reminder.err().map(|why_not| why_not.to_string()).or(closed);
        let untouched = form.errors().is_empty();
        Self {
            id: invitation.id,
            version: invitation.version,
            action: format!("{back_href}/one"),
            back_href,
            organization: invitation.organization.to_string(),
            stage: stage.words(),
            class: class(stage),
            facts: facts(read, invitation),
            sign_on: sign_on(read, invitation),
            can_remind: why_not.is_none(),
            why_not: why_not.unwrap_or_default(),
            is_revoked: invitation.revoked.is_some(),
            has_deadline: campaign.settings.closes_at.is_some(),
            late_hint: may_invite::late_hint(campaign, "Empty: the deadline holds."),
            form: if untouched {
                Filled::new(stands(invitation, &campaign.settings.zone), Problems::default())
            } else {
                form
            },
        }
    }
}

/// Its form as it stands.
fn stands(invitation: &Invitation, zone: &Zone) -> crate::web::form::Fields {
    let late = invitation.late_until.map(|at| zone.local(at).strftime("%Y-%m-%dT%H:%M").to_string());
    late.into_iter().map(|late| ("late_until", late)).collect()
}

fn facts(read: &Read, invitation: &Invitation) -> Vec<Fact> {
    let by = |id| read.names.get(&id).cloned().unwrap_or_else(|| "a former member of staff".to_owned());
    let at = |at: Option<Timestamp>| at.map(in_utc);
    let known = [
        ("Address", Some(address(invitation))),
        ("Website", invitation.website.as_ref().map(|url| url.shown())),
        ("Language", invitation.language.as_ref().map(|language| language.as_str().to_owned())),
        ("Invited", Some(format!("{} by {}", in_utc(invitation.made_at), by(invitation.made_by)))),
        ("Last mail", Some(in_utc(invitation.mailed_at))),
        ("Reminders to this address", Some((invitation.mails - 1).to_string())),
        ("Taken over by a mail server", at(invitation.delivered_at)),
        ("Refused by a mail server", at(invitation.bounced_at)),
        ("Opened by a person", at(invitation.opened_at)),
        ("Declined", at(invitation.declined_at)),
        ("Why", invitation.why_not.as_ref().map(ToString::to_string)),
        ("Wants no more reminders since", at(invitation.quiet_at)),
        ("May sign after the deadline until", at(invitation.late_until)),
        ("Revoked", invitation.revoked.map(|(at, who)| format!("{} by {}", in_utc(at), by(who)))),
    ];
    known.into_iter().filter_map(|(name, value)| Some(Fact { name, value: value? })).collect()
}

/// An organization that means to sign later.
pub(super) struct IntentionRow {
    pub(super) organization: String,
    pub(super) country: &'static str,
    pub(super) who: String,
    pub(super) email: String,
    pub(super) day: String,
    pub(super) state: &'static str,
    pub(super) class: &'static str,
}

impl IntentionRow {
    pub(super) fn new(intention: &Intention, now: Timestamp) -> Self {
        let contact = intention.contact.as_ref();
        let (state, class) = match intention.settled {
            Some((Came::Signed, _)) => ("Sent the form", "done"),
            Some((Came::Withdrawn, _)) => ("Ended", "ended"),
            None if intention.decides_at <= now => ("Reminded", "held"),
            None => ("Waits for the day", ""),
        };
        Self {
            organization: intention.organization.to_string(),
            country: intention.country.name(),
            who: contact.map(|contact| format!("{}, {}", contact.name, contact.role)).unwrap_or_default(),
            email: contact.map(|contact| contact.email.shown()).unwrap_or_default(),
            day: crate::web::show::day(intention.decides_at.jiff().to_zoned(jiff::tz::TimeZone::UTC).date()),
            state,
            class,
        }
    }
}

/// What is said after the list was sent again.
pub(super) fn invited_before(count: u32) -> String {
    match count {
        1 => "The organization on this list is invited already: no second mail goes to it.".to_owned(),
        n => format!("All {n} on this list are invited already: no second mail goes to anybody."),
    }
}

/// What became of a list.
pub(super) fn invited(invited: u32, skipped: u32) -> String {
    let one = |count: u32| if count == 1 { "" } else { "s" };
    let done = format!("{invited} organization{} invited: a mail goes to each.", one(invited));
    match skipped {
        0 => done,
        skipped => format!(
            "{done} {skipped} line{} skipped: somebody was first, or the address has just had mail.",
            one(skipped)
        ),
    }
}

/// What was done with one.
pub(super) fn done(word: &str) -> &'static str {
    match word {
        "remind" => "A reminder is on its way.",
        "revoke" => "The invitation is revoked: its links answer as if they had never been.",
        "resend" => {
            "The invitation is on its way to the new address. The links that went to the old one have ended."
        }
        "late" => "Saved.",
        _ => "",
    }
}
