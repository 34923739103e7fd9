//! Every statement about sign-ons.

mod answers;
mod before;
mod book;
mod claims;
mod consent;
mod contacts;
mod corrections;
mod elsewhere;
mod expired;
mod hand_overs;
mod held;
mod intentions;
mod invitations;
mod links;
mod mailbox;
mod merged;
pub mod notices;
mod reports;
mod row;
mod said;
mod shown;
mod texts_shown;
mod updates;

pub use answers::{Answer, answers_of, attest, attested, insert_answer, unattest};
pub use before::{
    Before, Telling, as_told, before, carry_before, forget_before, keep_before, object_before, put_back,
};
pub use book::{
    book, book_entry_behind, book_entry_invited, book_entry_of, expire_book, forget_ended, forget_in_book,
    insert_book_link, invited_from_book, is_in_book, keep_in_book, leave_book, put_book_entry,
};
pub use claims::end_claim;
pub(super) use consent::{Announced, keep_in_round, keeps_name, note_announced, tell_lapse_again};
pub use consent::{agree, agrees, lapsed_at, silence_counts};
pub use contacts::{
    ContactError, contact_at, contact_key, contacts_of, contacts_of_campaigns, domain_key, erase_contact,
    erase_contacts, insert_contact, mail_domain_key, others_from_domain, speaks_for_somebody,
};
pub use corrections::{
    Settled, accept_first, correction_note, insert_correction, last_correction_made,
    replace_waiting_correction, settle_correction, settled_correction, waiting_correction,
    waiting_corrections,
};
pub use elsewhere::{
    Added, FromElsewhere, compared, confirm, elsewhere_of, elsewhere_of_ended, from_elsewhere,
    insert_elsewhere, listed_among, note_asked, note_said, to_ask,
};
pub use expired::{Expired, Unverified, erase_unverified, expired, unverified_until};
pub use hand_overs::{
    HandOverPurpose, colleague_of, expire_hand_overs, hand_over_behind, hand_over_links_since,
    hand_overs_until, insert_hand_over, insert_hand_over_link, last_hand_over, object_to_hand_over,
    replace_contact, settle_hand_over, waiting_hand_over,
};
pub use held::{
    ConsentHeld, CorrectionHeld, HandOverHeld, LinkHeld, consents_held, corrections_held, hand_overs_held,
    links_held,
};
pub use intentions::{
    Over as IntentionOver, confirm_intention, delete_intentions, insert_intention, insert_intention_link,
    intention_behind, intentions_by, intentions_of, intentions_until,
};
pub(super) use intentions::{
    intention_became, intentions_at, may_become, open_intentions_by, open_intentions_of, settle_intention,
};
pub use invitations::{
    Once, came_by_invitations, decline_invitation, erase_invited, extend_invitation, insert_invitation,
    invitation, invitation_behind, invitation_of, invitations_of, invited, invited_still, late_until,
    mail_invitation, mailboxes, open_invitation, quiet_invitation, readable_invitations_of,
    readdress_invitation, revoke_invitation, signed, standings_by, unmail_invitation,
};
pub(crate) use invitations::{came_by, note_mail};
pub(super) use invitations::{forget_invited, invitations_at, invited_until};
pub use links::{Link, Purpose, insert_private_link, insert_verify_link, last_link_at, link, set_term};
pub(super) use links::{end_links, is_code_dead, is_code_free, set_code, try_code};
pub use mailbox::mark_undeliverable;
pub(super) use mailbox::{mark_deliverable, of_mailbox};
pub use merged::{
    chain_of, contacts_of_ended, each_representative_of, family_of, representatives_of, spoken_for,
    standing_for,
};
pub(super) use merged::{merged_twin, not_yet_told};
pub(in crate::sign_on) use reports::reports_by;
pub use reports::{
    ReportOver, confirm_report, count_reported, erase_reports, erase_these_reports, insert_report,
    open_reports, report, report_by_token, reported, reports_about, reports_since, reports_until,
    settle_report, was_suspended,
};
pub use said::erase_said;
pub use shown::{show, unnamed};

pub(super) use texts_shown::forget_shown;
pub use texts_shown::{TextShown, count_shown, language_of, note_shown, shown, told_to};
pub use updates::{key_of_contact, wants_updates};
pub(super) use updates::{set_updates, take_back_updates};

use super::code::Code;
use super::state::{SignOn, Standing};
use crate::clock::Timestamp;
use crate::db::schema::{contacts as contact_rows, sign_ons};
use crate::db::{Conn, Error, Tx, both, kept};
use crate::ids::{CampaignId, SignOnId};
use crate::secret::{Keys, LookupKey};
use crate::text_column;
use diesel::prelude::*;
use row::{Row, standing_columns};

text_column!(Standing, Standing::parse);

/// The sign-on with this id.
///
/// # Errors
/// Those of the database.
pub fn by_id(conn: &mut Conn, id: SignOnId) -> Result<Option<SignOn>, Error> {
    let row: Option<Row> =
        both!(conn, |c| sign_ons::table.find(id).select(Row::as_select()).first(c).optional())?;
    row.map(Row::into_sign_on).transpose()
}

/// The sign-ons with these ids, in no order.
///
/// # Errors
/// Those of the database.
pub fn by_ids(conn: &mut Conn, ids: &[SignOnId]) -> Result<Vec<SignOn>, Error> {
    let rows: Vec<Row> =
        both!(conn, |c| sign_ons::table.filter(sign_ons::id.eq_any(ids)).select(Row::as_select()).load(c))?;
    rows.into_iter().map(Row::into_sign_on).collect()
}

/// Sign-ons of a campaign in any of these standings, those verified first, first.
///
/// # Errors
/// Those of the database.
pub fn in_standing(
    conn: &mut Conn,
    campaign: CampaignId,
    standings: &[Standing],
) -> Result<Vec<SignOn>, Error> {
    let rows: Vec<Row> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::state.eq_any(standings))
        .order((sign_ons::verified_at, sign_ons::id))
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(Row::into_sign_on).collect()
}

/// Puts a new sign-on in, with the code that may be typed instead of following its first link. `contact_key` is the keyed hash
/// of the submitter's address.
///
/// # Errors
/// [`Error::Unique`] when the same mailbox has the same organization waiting for verification, or an imported name is
/// listed already.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    keys: &Keys,
    sign_on: &SignOn,
    contact_key: LookupKey,
    code: Option<&Code>,
) -> Result<(), Error> {
    let row = Row::new(sign_on, Some(contact_key));
    let code = (
        sign_ons::code_handle.eq(code.map(Code::handle)),
        sign_ons::code_digest.eq(code.map(|code| code.digest(keys).as_bytes().to_vec())),
    );
    both!(tx, |c| diesel::insert_into(sign_ons::table).values((&row, code)).execute(c))?;
    Ok(())
}

/// Puts imported names in: many with one statement, because a list may have ten thousand.
///
/// # Errors
/// [`Error::Unique`] when one of them is listed already.
pub fn insert_imported(tx: &mut Tx<'_>, sign_ons: &[SignOn]) -> Result<(), Error> {
    let rows: Vec<Row> = sign_ons.iter().map(|sign_on| Row::new(sign_on, None)).collect();
    both!(tx, |c| diesel::insert_into(sign_ons::table).values(&rows).execute(c))?;
    Ok(())
}

/// The guarded update: makes `after` true if the row is still as `before`. `false` means that somebody was first.
///
/// # Errors
/// [`Error::Unique`] when `after` is approved and another entry of the same organization is.
pub fn replace(tx: &mut Tx<'_>, before: &SignOn, after: &SignOn) -> Result<bool, Error> {
    let changes = standing_columns(after);
    let changed = both!(tx, |c| kept(
        diesel::update(
            sign_ons::table
                .find(before.id)
                .filter(sign_ons::state.eq(before.standing()))
                .filter(sign_ons::version.eq(before.version))
        )
        .set(&changes)
    )
    .execute(c))?;
    Ok(changed == 1)
}

/// Replaces what was submitted while the mailbox is not proved, because the same person sent the form again. `false` means
/// that somebody was first: verified it, or sent it once more.
///
/// # Errors
/// Those of the database.
pub fn resubmit(
    tx: &mut Tx<'_>,
    before: &SignOn,
    after: &SignOn,
    contact_key: LookupKey,
) -> Result<bool, Error> {
    let row = Row::new(after, Some(contact_key));
    let unchanged = sign_ons::table
        .find(before.id)
        .filter(sign_ons::state.eq(before.standing()))
        .filter(sign_ons::version.eq(before.version));
    // The row first: whoever comes second waits here, and then sees the contact that the first one put in.
    let changed = both!(tx, |c| kept(diesel::update(unchanged).set(&row)).execute(c))?;
    if changed == 1 {
        let old = contact_rows::table.filter(contact_rows::sign_on_id.eq(before.id));
        both!(tx, |c| diesel::delete(old).execute(c))?;
    }
    Ok(changed == 1)
}

/// The guarded update of what prints: as [`replace`], and the entry with it.
///
/// # Errors
/// [`Error::Unique`] when `after` is approved and another entry of the same organization is.
pub fn replace_entry(tx: &mut Tx<'_>, before: &SignOn, after: &SignOn) -> Result<bool, Error> {
    let row = Row::new(after, None);
    let unchanged = sign_ons::table
        .find(before.id)
        .filter(sign_ons::state.eq(before.standing()))
        .filter(sign_ons::version.eq(before.version));
    Ok(both!(tx, |c| diesel::update(unchanged).set(&row).execute(c))? == 1)
}

/// Notes that the mailbox was proved after all; `false` when it is already, or the sign-on has moved.
///
/// # Errors
/// Those of the database.
pub(super) fn prove_later(tx: &mut Tx<'_>, before: &SignOn, at: Timestamp) -> Result<bool, Error> {
    let unproved = sign_ons::table
        .find(before.id)
        .filter(sign_ons::version.eq(before.version))
        .filter(sign_ons::verified_at.is_null());
    Ok(both!(tx, |c| diesel::update(unproved).set(sign_ons::verified_at.eq(Some(at))).execute(c))? == 1)
}

/// The sign-on that waits for verification from this mailbox for this organization.
///
/// # Errors
/// Those of the database.
pub fn waiting_twin(
    conn: &mut Conn,
    campaign: CampaignId,
    contact: LookupKey,
    folded: &str,
) -> Result<Option<SignOn>, Error> {
    let row: Option<Row> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::state.eq(Standing::AwaitingVerification))
        .filter(sign_ons::contact_key.eq(contact.as_bytes()))
        .filter(sign_ons::folded.eq(folded))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    row.map(Row::into_sign_on).transpose()
}

/// The live, verified sign-on of this organization by the same mailbox.
///
/// # Errors
/// Those of the database.
pub fn verified_twin(
    conn: &mut Conn,
    campaign: CampaignId,
    contact: LookupKey,
    folded: &str,
) -> Result<Option<SignOn>, Error> {
    const LIVE: [Standing; 3] = [Standing::AwaitingModeration, Standing::OnHold, Standing::Approved];
    let row: Option<Row> = both!(conn, |c| kept(
        sign_ons::table
            .inner_join(contact_rows::table)
            .filter(sign_ons::campaign_id.eq(campaign))
            .filter(sign_ons::state.eq_any(LIVE))
            .filter(sign_ons::folded.eq(folded))
            .filter(contact_rows::email_key.eq(contact.as_bytes()))
            .select(Row::as_select())
            .limit(1)
    )
    .get_result(c)
    .optional())?;
    row.map(Row::into_sign_on).transpose()
}
