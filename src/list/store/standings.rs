//! Where everybody stands who ever was on a list: what an edition that has a name says of those who have left since.

use crate::campaign::{Campaign, Leavers, Reason};
use crate::clock::Timestamp;
use crate::db::schema::sign_ons;
use crate::db::{Conn, Error, both};
use crate::ids::SignOnId;
use crate::list::left::{How, Left};
use crate::sign_on::Standing;
use crate::text::Shown;
use diesel::prelude::*;
use std::collections::BTreeMap;

#[derive(Queryable, Selectable)]
#[diesel(table_name = sign_ons)]
struct Row {
    id: SignOnId,
    state: Standing,
    decided_at: Option<Timestamp>,
    withdrawn_at: Option<Timestamp>,
    reason: Option<Reason>,
    merged_into: Option<SignOnId>,
    keeps_name: bool,
    shown: Shown,
}

/// Every sign-on of a campaign, as far as it matters here.
pub struct Standings {
    rows: BTreeMap<SignOnId, Row>,
    leavers: Leavers,
}

impl Standings {
    /// Reads them.
    ///
    /// # Errors
    /// Those of the database.
    pub fn read(conn: &mut Conn, campaign: &Campaign) -> Result<Self, Error> {
        let rows: Vec<Row> = both!(conn, |c| sign_ons::table
            .filter(sign_ons::campaign_id.eq(campaign.id))
            .select(Row::as_select())
            .load(c))?;
        let rows = rows.into_iter().map(|row| (row.id, row)).collect();
        Ok(Self { rows, leavers: campaign.settings.leavers })
    }

    /// How somebody left who is on an edition; nothing while they have not: who is merged is there as long as the one that stands for
    /// it is, and who did not agree to a later text agreed to the one of the edition. `keeps_names`: whether the edition keeps lines;
    /// `stood`: how much of it the edition shows. Where less may be shown now, its line does not stay, whatever was announced.
    pub fn left(&self, id: SignOnId, keeps_names: bool, stood: Shown) -> Option<Left> {
        let mut keeps_name = keeps_names && self.leavers == Leavers::Kept;
        let mut at = id;
        // What is merged is over and cannot be merged into, so this ends; the limit is for what nobody should have written.
        for _ in 0..=self.rows.len() {
            let Some(row) = self.rows.get(&at) else { break };
            keeps_name &= row.keeps_name && row.shown >= stood;
            let left = |how, on, keeps_name| Some(Left { how, on, keeps_name });
            match (row.state, row.merged_into) {
                (Standing::Approved, _) if row.shown < stood => return left(How::Unsettled, None, false),
                (Standing::Approved, _) => return None,
                (Standing::Rejected, Some(next)) => at = next,
                (Standing::Withdrawn, _) => return left(How::Withdrawn, row.withdrawn_at, keeps_name),
                (Standing::Removed, _) => {
                    let theirs = row.reason.as_ref().is_some_and(|reason| !DENIES.contains(reason));
                    return left(How::Removed, row.decided_at, keeps_name && theirs);
                }
                (Standing::Rejected, None) => return left(How::Removed, row.decided_at, false),
                (Standing::OnHold, _) => return left(How::Unsettled, row.decided_at, false),
                (Standing::AwaitingModeration | Standing::AwaitingVerification, _) => break,
            }
        }
        Some(Left { how: How::Unsettled, on: None, keeps_name: false })
    }

    /// The entry that another one was merged into.
    pub fn merged_into(&self, id: SignOnId) -> Option<SignOnId> {
        self.rows.get(&id)?.merged_into
    }
}

/// Reasons by which the organization may never have agreed to anything, so not to its line being kept either.
const DENIES: [Reason; 2] = [Reason::NOT_THEIRS, Reason::AUTHORITY_UNCLEAR];
