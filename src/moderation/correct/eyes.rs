//! Where two moderators approve, two accept a correction of what is on the list: it changes what everybody reads, as an approval does.

use super::order::Stop;
use crate::audit::Actor;
use crate::campaign::Campaign;
use crate::db::Tx;
use crate::ids::CorrectionId;
use crate::moderation::bench::{Bench, Seen};
use crate::moderation::history::who;
use crate::sign_on::store::Settled;
use crate::sign_on::{self, Correction, First, SignOn, Standing};
use crate::web::show::in_utc;

/// Whether a second moderator has to accept it.
pub(super) fn takes_two(campaign: &Campaign, sign_on: &SignOn) -> bool {
    campaign.settings.four_eyes && sign_on.standing() == Standing::Approved
}

/// What this acceptance is.
pub(super) enum Eyes {
    /// The first of two: noted, and nothing else happens.
    First,
    /// The first once more.
    Again,
    /// Enough.
    Enough,
}

/// Looks whether an acceptance is enough, and notes it if it is the first of two.
pub(super) fn look(
    tx: &mut Tx<'_>,
    bench: &Bench,
    (held, before): (&Campaign, &SignOn),
    settles: Option<(CorrectionId, Settled)>,
) -> Result<Eyes, Stop> {
    let Some((id, Settled::Accepted)) = settles.filter(|_| takes_two(held, before)) else {
        return Ok(Eyes::Enough);
    };
    let by = bench.who.staff.id;
    let waiting = sign_on::store::waiting_correction(tx, before.id)?;
    let waiting = waiting.filter(|waiting| waiting.id == id).ok_or(Stop::Overtaken)?;
    match waiting.first {
        Some(first) if first.by == by => Ok(Eyes::Again),
        Some(_) => Ok(Eyes::Enough),
        None if sign_on::store::accept_first(tx, id, First { by, at: bench.now })? => Ok(Eyes::First),
        None => Err(Stop::Overtaken),
    }
}

/// What the page says of it, and whether this moderator can accept.
pub(super) fn words(bench: &Bench, seen: &Seen, waiting: &Correction) -> (String, bool) {
    if !takes_two(&seen.campaign, &seen.sign_on) {
        return (String::new(), true);
    }
    match waiting.first {
        None => ("Two moderators accept for this letter. Yours is the first of two.".to_owned(), true),
        Some(first) if first.by == bench.who.staff.id => (
            format!("You accepted it first, {}. Another moderator has to accept too.", in_utc(first.at)),
            false,
        ),
        Some(first) => {
            let name = who(Actor::Staff(first.by), &seen.names);
            (format!("{name} accepted it first, {}. Yours is the second of two.", in_utc(first.at)), true)
        }
    }
}
