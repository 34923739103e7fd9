//! What the page says of each sign-on, and of each view.

use super::Read;
use super::looks::is_undecided;
use crate::ids::SignOnId;
use crate::moderation::bench::Bench;
use crate::moderation::claim::Claimed;
use crate::moderation::entry::{state_class, state_of};
use crate::moderation::sentence::Sentence;
use crate::moderation::store::{Claim, Counts};
use crate::moderation::view::{View, address};
use crate::sign_on::{SignOn, Standing, State};
use crate::text::Country;
use crate::web::show::Moment;
use std::collections::BTreeSet;

/// A view to choose.
pub(super) struct ViewLink {
    pub(super) href: String,
    pub(super) word: &'static str,
    pub(super) label: &'static str,
    pub(super) count: Option<i64>,
    pub(super) here: bool,
}

impl ViewLink {
    pub(super) fn new(action: &str, view: View, here: Option<View>, counts: &Counts) -> Self {
        Self {
            href: address(action, view, None),
            word: view.word(),
            label: view.label(),
            count: counts.of(view),
            here: here == Some(view),
        }
    }
}

/// A sign-on of the list.
pub(super) struct Row {
    pub(super) id: SignOnId,
    pub(super) version: i64,
    pub(super) ticked: bool,
    /// Whether its name is held back from the reader, who cannot decide about it.
    pub(super) is_veiled: bool,
    /// By whom and since when; empty where nobody has.
    pub(super) claimed: String,
    /// Whether it comes after what was just decided.
    pub(super) is_next: bool,
    pub(super) name: String,
    pub(super) country: &'static str,
    pub(super) since: Moment,
    pub(super) urgency: &'static str,
    pub(super) state: &'static str,
    pub(super) state_class: &'static str,
    pub(super) look: Option<Sentence>,
    pub(super) quiet: &'static str,
}

impl Row {
    pub(super) fn new(
        sign_on: &SignOn,
        read: &Read,
        here: Option<View>,
        bench: &Bench,
        ticked: &BTreeSet<String>,
    ) -> Self {
        let now = bench.now;
        let claimed =
            |claim: &Claim| Claimed::new(claim, &bench.who.staff, read.names.get(&claim.by), now).words();
        let standing = sign_on.standing();
        let waits = is_undecided(standing);
        let reported = read.reported.get(&sign_on.id).filter(|_| here == Some(View::Reported));
        let since = match (&sign_on.state, sign_on.decided()) {
            _ if reported.is_some() => reported.map_or(now, |(_, since)| *since),
            (State::OnHold { .. }, _) | (_, None) => sign_on.verified_at.unwrap_or(sign_on.submitted_at),
            (_, Some((_, at))) => at,
        };
        // What every one of a view has in common needs no saying.
        let is_said = here.is_some() && standing == Standing::AwaitingModeration;
        Self {
            id: sign_on.id,
            version: sign_on.version,
            is_veiled: read.veiled.contains(&sign_on.id),
            ticked: ticked.contains(&format!("{}:{}", sign_on.id, sign_on.version)),
            claimed: read.claims.get(&sign_on.id).filter(|_| waits).map(claimed).unwrap_or_default(),
            is_next: false,
            name: sign_on.entry.organization.to_string(),
            country: sign_on.entry.country.as_ref().map_or("", Country::name),
            since: Moment::new(since, now),
            urgency: if waits || reported.is_some() {
                read.campaign.settings.ages.urgency(since, now)
            } else {
                ""
            },
            state: match sign_on.state {
                State::AwaitingModeration { first: Some(_) } => "One of two approvals",
                _ if is_said => "",
                _ => state_of(sign_on),
            },
            state_class: state_class(standing),
            look: read.looks.get(&sign_on.id).cloned(),
            quiet: match waits {
                _ if read.veiled.contains(&sign_on.id) => "Not named: for those whom the organizers named.",
                true => "Nothing unusual.",
                false if sign_on.is_unconfirmed() && standing == Standing::Approved => {
                    "From elsewhere, not confirmed."
                }
                false => "",
            },
        }
    }
}
