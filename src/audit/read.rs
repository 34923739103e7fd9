//! The history of a campaign, entry by entry with its links.

use super::chain::LinkRow;
use super::{Act, Row};
use crate::db::schema::{audit_entries, audit_links};
use crate::db::{Conn, Error, both};
use crate::ids::{AnyId, AuditId, CampaignId};
use diesel::prelude::*;

/// One entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its id.
    pub id: AuditId,
    /// What it says.
    pub act: Act,
    /// Its link; not yet, in the first minute.
    pub link: Option<Link>,
}

/// The link of an entry.
#[derive(Clone, Debug)]
pub struct Link {
    /// Its number in the chain.
    pub number: i64,
    /// What the reason was salted with; gone when the reason was erased.
    pub salt: Option<String>,
    /// The digest of the reason, where there is or was one.
    pub words: Option<String>,
    /// The digest of the link.
    pub digest: String,
}

impl Entry {
    fn new((row, link): (Row, Option<LinkRow>)) -> Result<Self, Error> {
        let id = row.id;
        let link = link.map(|link| Link {
            number: link.number,
            salt: link.salt,
            words: link.words,
            digest: link.digest,
        });
        Ok(Self { id, act: row.into_act()?, link })
    }

    /// Whether there was a reason that was erased.
    pub fn is_erased(&self) -> bool {
        self.act.reason.is_none() && self.link.as_ref().is_some_and(|link| link.words.is_some())
    }
}

/// One page of a campaign's history, newest first, and how many entries there are.
///
/// # Errors
/// Those of the database.
pub fn page(conn: &mut Conn, campaign: CampaignId, most: i64, skip: i64) -> Result<(Vec<Entry>, i64), Error> {
    let count: i64 = both!(conn, |c| audit_entries::table
        .filter(audit_entries::campaign_id.eq(campaign))
        .count()
        .get_result(c))?;
    let rows: Vec<(Row, Option<LinkRow>)> = both!(conn, |c| audit_entries::table
        .left_join(audit_links::table)
        .filter(audit_entries::campaign_id.eq(campaign))
        .order((audit_entries::at.desc(), audit_entries::id.desc()))
        .limit(most)
        .offset(skip)
        .select((Row::as_select(), Option::<LinkRow>::as_select()))
        .load(c))?;
    Ok((rows.into_iter().map(Entry::new).collect::<Result<_, _>>()?, count))
}

/// A campaign's whole history, or of it what is about one subject, oldest first.
///
/// # Errors
/// Those of the database.
pub fn everything(conn: &mut Conn, campaign: CampaignId, about: Option<AnyId>) -> Result<Vec<Entry>, Error> {
    let order = (audit_entries::at, audit_entries::id);
    let rows: Vec<(Row, Option<LinkRow>)> = both!(conn, |c| {
        let all = audit_entries::table
            .left_join(audit_links::table)
            .filter(audit_entries::campaign_id.eq(campaign))
            .order(order)
            .select((Row::as_select(), Option::<LinkRow>::as_select()));
        match about {
            Some(about) => all.filter(audit_entries::subject_id.eq(about)).load(c),
            None => all.load(c),
        }
    })?;
    rows.into_iter().map(Entry::new).collect()
}
