//! The entries that one may be the same as, as they are laid beside it.

use super::likeness::{Candidate, Shared, resemblances};
use crate::audit::{self, Act};
use crate::db::Conn;
use crate::ids::{AnyId, SignOnId};
use crate::secret::Keys;
use crate::sign_on::store::ContactError;
use crate::sign_on::{self, Representative, SignOn, Standing};

/// How many are shown where not all are asked for. An acronym alone makes none.
pub(super) const USUAL: usize = 3;

/// How many are shown at most: a website that hundreds give says nothing about any of them.
const MOST: usize = 20;

/// The last word of the address that makes one entry of two.
pub(super) const MERGE: &str = "merge";

/// The last word of the address that says that two entries are two organizations.
pub(super) const DISTINCT: &str = "distinct";

/// In the field `keep`, that the other entry stays.
pub(super) const OTHER: &str = "other";

/// In the field `keep`, that the one stays on whose page the form was.
pub(super) const THIS: &str = "this";

/// Whether an entry can be merged, or others into it, as far as it stands.
pub(super) const fn can_be_merged(sign_on: &SignOn) -> bool {
    matches!(sign_on.standing(), Standing::AwaitingModeration | Standing::OnHold | Standing::Approved)
}

/// Whether an entry can be said to be another one: it is not over.
pub(super) const fn is_open(sign_on: &SignOn) -> bool {
    !matches!(sign_on.standing(), Standing::Rejected | Standing::Withdrawn | Standing::Removed)
}

/// Which of them are shown.
#[derive(Clone, Copy, Default)]
pub(super) struct Alike {
    /// As many as a page can hold.
    pub(super) all: bool,
    /// One whose form came back.
    pub(super) also: Option<SignOnId>,
}

/// One of them.
pub(super) struct Beside {
    pub(super) sign_on: SignOn,
    pub(super) contacts: Vec<Representative>,
    pub(super) history: Vec<Act>,
}

/// Those that are shown, the strongest first, and how many more there are.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub(super) fn beside(
    conn: &mut Conn,
    keys: &Keys,
    of: &SignOn,
    candidates: &[Candidate],
    wish: Alike,
) -> Result<(Vec<Beside>, usize), ContactError> {
    let mut likely: Vec<SignOnId> = resemblances(of.id, &of.entry.likeness(), candidates)
        .into_iter()
        .filter(|resemblance| resemblance.shared != [Shared::Acronym])
        .map(|resemblance| resemblance.other.id)
        .collect();
    let all = likely.len();
    likely.truncate(if wish.all { MOST } else { USUAL });
    let more = all - likely.len();
    likely.extend(wish.also.filter(|also| !likely.contains(also)));
    let mut found = sign_on::store::by_ids(conn, &likely)?;
    found.retain(|other| other.campaign == of.campaign);
    let mut twins = Vec::new();
    for id in likely {
        let Some(sign_on) = found.iter().find(|other| other.id == id).cloned() else { continue };
        twins.push(Beside {
            contacts: sign_on::store::representatives_of(conn, keys, id)?,
            history: audit::of(conn, AnyId::from_uuid(id.uuid()))?,
            sign_on,
        });
    }
    Ok((twins, more))
}
