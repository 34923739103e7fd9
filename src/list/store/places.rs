//! Who stands where by the pins, and where they would by other pins.

use super::base::Base;
use super::entries::{self, Approved, closed_up};
use super::late::base;
use super::{ATTEMPTS, named};
use crate::campaign::{Campaign, store as campaigns};
use crate::db::{Conn, Error};
use crate::ids::{CampaignId, SignOnId};
use crate::list::ordering::{self, Moved, Renumbered};
use std::collections::BTreeMap;

/// How the list would stand by the campaign's rule alone: what its pins keep in another place. The items are the lines as
/// they print.
///
/// # Errors
/// Those of the database.
pub fn what_moved(conn: &mut Conn, campaign: &Campaign) -> Result<Moved<String>, Error> {
    let approved = entries::approved(conn, campaign)?;
    let vacated = entries::vacated(conn, campaign)?;
    let names = named(conn, campaign.id)?;
    let base = base(conn, campaign, &names)?;
    let order = |vacated| -> Result<Vec<SignOnId>, Error> {
        let arranged = entries::arrange(campaign, &approved, vacated, base.as_ref())?;
        Ok(arranged.into_iter().map(|(_, item)| item.id).collect())
    };
    let moved = ordering::what_moved(&order(Some(&vacated))?, &order(None)?);
    let lines: BTreeMap<SignOnId, &str> = approved.iter().map(|item| (item.id, item.line.as_str())).collect();
    let line = |id: SignOnId| lines.get(&id).copied().unwrap_or_default().to_owned();
    let renumbered = moved.renumbered.into_iter();
    Ok(Moved {
        pairs: moved.pairs.into_iter().map(|(a, b)| (line(a), line(b))).collect(),
        renumbered: renumbered
            .map(|Renumbered { item, from, to }| Renumbered { item: line(item), from, to })
            .collect(),
    })
}

/// Everybody on a list with what decides where they stand, all of one revision.
pub struct Places {
    campaign: Campaign,
    approved: Vec<Approved>,
    vacated: Vec<i64>,
    base: Option<Base>,
}

/// Where an entry stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// Whose it is.
    pub sign_on: SignOnId,
    /// Its number.
    pub number: u32,
    /// The line as it prints.
    pub line: String,
    /// The number that its pin asks for.
    pub pinned: Option<u32>,
    /// Whether it stands as in an edition that has a name, before those who joined later, so that no pin moves it.
    pub is_early: bool,
}

impl Places {
    /// Reads them; nothing when there is no such campaign.
    ///
    /// # Errors
    /// Those of the database.
    pub fn read(conn: &mut Conn, id: CampaignId) -> Result<Option<Self>, Error> {
        let mut read = None;
        for _ in 0..ATTEMPTS {
            let Some(campaign) = campaigns::by_id(conn, id)? else { return Ok(None) };
            let approved = entries::approved(conn, &campaign)?;
            let vacated = entries::vacated(conn, &campaign)?;
            let names = named(conn, id)?;
            let base = base(conn, &campaign, &names)?;
            let revision = campaign.list_revision;
            read = Some(Self { campaign, approved, vacated, base });
            if campaigns::by_id(conn, id)?.is_some_and(|still| still.list_revision == revision) {
                break;
            }
        }
        // One that moved on while it was read is of no revision that still stands, and nothing is done by it.
        Ok(read)
    }

    /// The campaign, at the revision of which they are.
    pub fn campaign(&self) -> &Campaign {
        &self.campaign
    }

    /// Everybody in order.
    ///
    /// # Errors
    /// When the program's own collation data is unreadable.
    pub fn all(&self) -> Result<Vec<Place>, Error> {
        let arranged =
            entries::arrange(&self.campaign, &self.approved, Some(&self.vacated), self.base.as_ref())?;
        let place = |(number, item): (u32, &Approved)| Place {
            sign_on: item.id,
            number,
            line: item.line.clone(),
            pinned: item.pin.and_then(|pin| closed_up(pin, &self.vacated)),
            is_early: self.base.as_ref().is_some_and(|base| base.place(item.id).is_some()),
        };
        Ok(arranged.into_iter().map(place).collect())
    }

    /// What the pin of a number is stored as: past those of names that are off the list, so that each has its own when they come back.
    pub fn stored(&self, number: u32) -> i64 {
        self.vacated.iter().fold(i64::from(number), |pin, free| if *free <= pin { pin + 1 } else { pin })
    }

    /// Changes the pin of an entry here, and nowhere else.
    pub fn pin(&mut self, id: SignOnId, number: Option<u32>) {
        let pin = number.map(|number| self.stored(number));
        for item in self.approved.iter_mut().filter(|item| item.id == id) {
            item.pin = pin;
        }
    }
}
