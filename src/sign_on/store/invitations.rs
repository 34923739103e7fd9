//! Invitations: who was asked by which links, and what became of it.

mod changes;
mod erased;

pub(crate) use changes::{came_by, note_mail};
pub use changes::{
    decline_invitation, extend_invitation, mail_invitation, open_invitation, quiet_invitation,
    readdress_invitation, revoke_invitation, unmail_invitation,
};
pub(super) use erased::erase_invited_by;
pub(in crate::sign_on) use erased::{erase as forget_invited, invitations_at};
pub use erased::{erase_invited, invited_still};

use super::{ContactError, contact_key};
use crate::clock::Timestamp;
use crate::db::schema::{invitation_links, invitations, sign_ons};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{AccountId, CampaignId, InvitationId, SignOnId};
use crate::secret::{Keys, Random, TokenDigest, Unsealable};
use crate::sign_on::invitation::{Invitation, Mailbox, WhyNot};
use crate::sign_on::state::Standing;
use crate::text::{EmailAddress, Language, OrganizationName, Shown, WebUrl, fold};
use changes::insert_link;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What is sealed of an invitation.
const ADDRESS: &str = "invited address";
const WHY_NOT: &str = "why not";

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations)]
struct Row {
    id: InvitationId,
    campaign_id: CampaignId,
    version: i64,
    organization: OrganizationName,
    website: Option<WebUrl>,
    language: Option<Language>,
    sealed: Option<Vec<u8>>,
    late_until: Option<Timestamp>,
    made_at: Timestamp,
    made_by: AccountId,
    mailed_at: Timestamp,
    mails: i64,
    delivered_at: Option<Timestamp>,
    bounced_at: Option<Timestamp>,
    opened_at: Option<Timestamp>,
    declined_at: Option<Timestamp>,
    reason: Option<Vec<u8>>,
    quiet_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
    revoked_by: Option<AccountId>,
}

impl Row {
    fn open(self, keys: &Keys) -> Result<Invitation, Unsealable> {
        let opened = |field: &str, sealed: Option<Vec<u8>>| -> Result<Option<String>, Unsealable> {
            let Some(sealed) = sealed else { return Ok(None) };
            let plain = keys.open(self.id.uuid(), field, &sealed)?;
            String::from_utf8(plain.to_vec()).map(Some).map_err(|_| Unsealable)
        };
        let email = opened(ADDRESS, self.sealed)?.map(|text| EmailAddress::parse(&text)).transpose();
        let why_not = opened(WHY_NOT, self.reason)?.map(|text| WhyNot::parse(&text)).transpose();
        Ok(Invitation {
            id: self.id,
            campaign: self.campaign_id,
            version: self.version,
            organization: self.organization,
            website: self.website,
            language: self.language,
            email: email.map_err(|_| Unsealable)?,
            late_until: self.late_until,
            made_at: self.made_at,
            made_by: self.made_by,
            mailed_at: self.mailed_at,
            mails: self.mails,
            delivered_at: self.delivered_at,
            bounced_at: self.bounced_at,
            opened_at: self.opened_at,
            declined_at: self.declined_at,
            why_not: why_not.map_err(|_| Unsealable)?,
            quiet_at: self.quiet_at,
            revoked: self.revoked_at.zip(self.revoked_by),
        })
    }
}

/// Puts one in, with the first link to it.
///
/// # Errors
/// [`Error::Unique`] when the same organization is invited at the same address.
pub fn insert_invitation(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    made: &Invitation,
    (to, link): (&EmailAddress, TokenDigest),
) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(made.id),
            invitations::campaign_id.eq(made.campaign),
            invitations::version.eq(made.version),
            invitations::organization.eq(&made.organization),
            invitations::folded.eq(fold(made.organization.as_str())),
            invitations::website.eq(made.website.clone()),
            invitations::language.eq(made.language.clone()),
            invitations::sealed.eq(Some(keys.seal(random, made.id.uuid(), ADDRESS, to.as_str().as_bytes()))),
            invitations::email_key.eq(Some(contact_key(keys, to).as_bytes())),
            invitations::late_until.eq(made.late_until),
            invitations::made_at.eq(made.made_at),
            invitations::made_by.eq(made.made_by),
            invitations::mailed_at.eq(made.mailed_at),
            invitations::mails.eq(made.mails),
        ))
        .execute(c))?;
    insert_link(tx, made.id, link, made.made_at)
}

/// The invitation with this id.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn invitation(
    conn: &mut Conn,
    keys: &Keys,
    id: InvitationId,
) -> Result<Option<Invitation>, ContactError> {
    let row: Option<Row> =
        both!(conn, |c| invitations::table.find(id).select(Row::as_select()).first(c).optional())
            .map_err(Error::from)?;
    Ok(row.map(|row| row.open(keys)).transpose()?)
}

/// The invitation that a link leads to.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn invitation_behind(
    conn: &mut Conn,
    keys: &Keys,
    link: TokenDigest,
) -> Result<Option<Invitation>, ContactError> {
    let row: Option<Row> = both!(conn, |c| invitation_links::table
        .inner_join(invitations::table)
        .filter(invitation_links::digest.eq(link.as_bytes()))
        .filter(invitations::revoked_at.is_null())
        .select(Row::as_select())
        .first(c)
        .optional())
    .map_err(Error::from)?;
    Ok(row.map(|row| row.open(keys)).transpose()?)
}

/// The invitation that a sign-on came by.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn invitation_of(
    conn: &mut Conn,
    keys: &Keys,
    sign_on: SignOnId,
) -> Result<Option<Invitation>, ContactError> {
    let id: Option<Option<InvitationId>> =
        both!(conn, |c| sign_ons::table.find(sign_on).select(sign_ons::invitation_id).first(c).optional())
            .map_err(Error::from)?;
    match id.flatten() {
        Some(id) => invitation(conn, keys, id),
        None => Ok(None),
    }
}

/// Until when a sign-on may come after the deadline, because of the invitation that it came by.
///
/// # Errors
/// Those of the database.
pub fn late_until(conn: &mut Conn, sign_on: SignOnId) -> Result<Option<Timestamp>, Error> {
    let late: Option<Option<Timestamp>> = both!(conn, |c| invitations::table
        .filter(
            invitations::id.nullable().eq_any(sign_ons::table.find(sign_on).select(sign_ons::invitation_id))
        )
        .select(invitations::late_until)
        .first(c)
        .optional())?;
    Ok(late.flatten())
}

/// Until when an invitation may be used after the deadline.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn invited_until(
    conn: &mut Conn,
    id: InvitationId,
) -> Result<Option<Timestamp>, Error> {
    let late: Option<Option<Timestamp>> =
        both!(conn, |c| invitations::table.find(id).select(invitations::late_until).first(c).optional())?;
    Ok(late.flatten())
}

/// Every invitation of a letter, newest first.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn invitations_of(
    conn: &mut Conn,
    keys: &Keys,
    campaign: CampaignId,
) -> Result<Vec<Invitation>, ContactError> {
    let rows: Vec<Row> = both!(conn, |c| invitations::table
        .filter(invitations::campaign_id.eq(campaign))
        .order((invitations::made_at.desc(), invitations::id.desc()))
        .select(Row::as_select())
        .load(c))
    .map_err(Error::from)?;
    Ok(rows.into_iter().map(|row| row.open(keys)).collect::<Result<_, _>>()?)
}

/// The same without those that the key does not open.
///
/// # Errors
/// Those of the database.
pub fn readable_invitations_of(
    conn: &mut Conn,
    keys: &Keys,
    campaign: CampaignId,
) -> Result<Vec<Invitation>, Error> {
    let rows: Vec<Row> = both!(conn, |c| invitations::table
        .filter(invitations::campaign_id.eq(campaign))
        .order((invitations::made_at.desc(), invitations::id.desc()))
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().filter_map(|row| row.open(keys).ok()).collect())
}

/// What stands for an invitation in the rule that there is one: the keyed hash of the address, and the folded name.
pub type Once = (Vec<u8>, String);

/// Who is invited to a letter and not revoked.
///
/// # Errors
/// Those of the database.
pub fn invited(conn: &mut Conn, campaign: CampaignId) -> Result<BTreeSet<Once>, Error> {
    let rows: Vec<(Option<Vec<u8>>, String)> = both!(conn, |c| invitations::table
        .filter(invitations::campaign_id.eq(campaign))
        .filter(invitations::revoked_at.is_null())
        .select((invitations::email_key, invitations::folded))
        .load(c))?;
    Ok(rows.into_iter().map(|(key, folded)| (key.unwrap_or_default(), folded)).collect())
}

/// What every mailbox had of a letter's invitations and answered to them, by its keyed hash.
///
/// # Errors
/// Those of the database.
pub fn mailboxes(conn: &mut Conn, campaign: CampaignId) -> Result<BTreeMap<Vec<u8>, Mailbox>, Error> {
    type Had = (Option<Vec<u8>>, i64, Timestamp, Option<Timestamp>, Option<Timestamp>);
    let rows: Vec<Had> = both!(conn, |c| invitations::table
        .filter(invitations::campaign_id.eq(campaign))
        .filter(invitations::email_key.is_not_null())
        .select((
            invitations::email_key,
            invitations::mails,
            invitations::mailed_at,
            invitations::declined_at,
            invitations::quiet_at,
        ))
        .load(c))?;
    let mut all = BTreeMap::<Vec<u8>, Mailbox>::new();
    for (key, mails, mailed_at, declined_at, quiet_at) in rows {
        let has_refused = declined_at.is_some() || quiet_at.is_some();
        all.entry(key.unwrap_or_default()).or_default().add(mails, mailed_at, has_refused);
    }
    Ok(all)
}

/// What is signed in a letter, as folded names: everything live whose mailbox is proved, and what is on the list.
///
/// # Errors
/// Those of the database.
pub fn signed(conn: &mut Conn, campaign: CampaignId) -> Result<BTreeSet<String>, Error> {
    const SIGNED: [Standing; 3] = [Standing::AwaitingModeration, Standing::OnHold, Standing::Approved];
    let names: Vec<String> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::state.eq_any(SIGNED))
        // Whoever pastes a name does not learn that it stands on the list unnamed.
        .filter(sign_ons::shown.eq(Shown::Full))
        .select(sign_ons::folded)
        .load(c))?;
    Ok(names.into_iter().collect())
}

/// The sign-ons that came by invitations of a letter, and where they stand.
///
/// # Errors
/// Those of the database.
pub fn came_by_invitations(
    conn: &mut Conn,
    campaign: CampaignId,
) -> Result<BTreeMap<InvitationId, Vec<(SignOnId, Standing)>>, Error> {
    let rows: Vec<(Option<InvitationId>, SignOnId, Standing)> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::invitation_id.is_not_null())
        .order(sign_ons::id)
        .select((sign_ons::invitation_id, sign_ons::id, sign_ons::state))
        .load(c))?;
    let mut all = BTreeMap::<_, Vec<_>>::new();
    for (invitation, id, standing) in rows {
        if let Some(invitation) = invitation {
            all.entry(invitation).or_default().push((id, standing));
        }
    }
    Ok(all)
}

/// Where the sign-ons stand that came by one invitation.
///
/// # Errors
/// Those of the database.
pub fn standings_by(conn: &mut Conn, invitation: InvitationId) -> Result<Vec<Standing>, Error> {
    Ok(both!(conn, |c| sign_ons::table
        .filter(sign_ons::invitation_id.eq(Some(invitation)))
        .select(sign_ons::state)
        .load(c))?)
}
