//! The words of mails, as the organizers of a letter wrote them, in versions.

use crate::campaign::mail_words::{MailMessage, MailWords};
use crate::clock::Timestamp;
use crate::db::schema::mail_words as rows;
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{AccountId, CampaignId};
use crate::text_column;
use diesel::prelude::*;

text_column!(MailMessage, MailMessage::parse);

/// A version of the words of one mail.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = rows)]
pub struct WordsVersion {
    /// Of which mail.
    pub message: MailMessage,
    /// Its number: 1, 2, 3 …
    pub number: i64,
    /// The subject; none where it is the usual one again.
    pub subject: Option<String>,
    /// The text.
    pub body: Option<String>,
    /// When it was written.
    pub made_at: Timestamp,
    /// By whom; nobody where it came with an imported letter.
    pub made_by: Option<AccountId>,
}

impl WordsVersion {
    /// Its words; none where they are the usual ones.
    pub fn words(&self) -> Option<MailWords> {
        let words = self.message.words(self.subject.as_deref()?, self.body.as_deref()?);
        if words.is_none() {
            // The mail goes all the same, and says what it says usually.
            tracing::warn!(
                message = self.message.as_str(),
                number = self.number,
                "the words of a mail cannot be read"
            );
        }
        words
    }
}

/// Every version of one mail's words, the newest first.
///
/// # Errors
/// Those of the database.
pub fn words_versions(
    conn: &mut Conn,
    campaign: CampaignId,
    message: MailMessage,
) -> Result<Vec<WordsVersion>, Error> {
    Ok(both!(conn, |c| rows::table
        .filter(rows::campaign_id.eq(campaign))
        .filter(rows::message.eq(message))
        .order(rows::number.desc())
        .select(WordsVersion::as_select())
        .load(c))?)
}

/// The version of one mail's words that stands.
fn standing(
    conn: &mut Conn,
    campaign: CampaignId,
    message: MailMessage,
) -> Result<Option<WordsVersion>, Error> {
    Ok(both!(conn, |c| rows::table
        .filter(rows::campaign_id.eq(campaign))
        .filter(rows::message.eq(message))
        .order(rows::number.desc())
        .select(WordsVersion::as_select())
        .first(c)
        .optional())?)
}

/// The words that stand for a mail; none where it says what it says usually.
///
/// # Errors
/// Those of the database.
pub fn mail_words(
    conn: &mut Conn,
    campaign: CampaignId,
    message: MailMessage,
) -> Result<Option<MailWords>, Error> {
    Ok(standing(conn, campaign, message)?.and_then(|version| version.words()))
}

/// The version that stands of every mail whose words were ever changed.
///
/// # Errors
/// Those of the database.
pub fn standing_words(conn: &mut Conn, campaign: CampaignId) -> Result<Vec<WordsVersion>, Error> {
    let mut all = Vec::new();
    for message in MailMessage::ALL {
        all.extend(standing(conn, campaign, message)?);
    }
    Ok(all)
}

/// Has a mail say this from now on, or what it says usually, where `before` is the number of the version that stands; whether it was. Hold the
/// campaign's row before.
///
/// # Errors
/// Those of the database.
pub fn put_words(
    tx: &mut Tx<'_>,
    campaign: CampaignId,
    (message, before): (MailMessage, i64),
    words: Option<&MailWords>,
    by: Option<AccountId>,
    now: Timestamp,
) -> Result<bool, Error> {
    if standing(tx, campaign, message)?.map_or(0, |version| version.number) != before {
        return Ok(false);
    }
    both!(tx, |c| diesel::insert_into(rows::table)
        .values((
            rows::campaign_id.eq(campaign),
            rows::message.eq(message),
            rows::number.eq(before + 1),
            rows::subject.eq(words.map(|words| words.subject.as_str())),
            rows::body.eq(words.map(|words| words.text.as_str())),
            rows::made_at.eq(now),
            rows::made_by.eq(by),
        ))
        .execute(c))?;
    Ok(true)
}

/// Has the mails of a letter that is made say what those of another one say.
///
/// # Errors
/// Those of the database.
pub fn copy_words(
    tx: &mut Tx<'_>,
    (from, to): (CampaignId, CampaignId),
    by: AccountId,
    now: Timestamp,
) -> Result<(), Error> {
    for version in standing_words(tx, from)? {
        if let Some(words) = version.words() {
            put_words(tx, to, (version.message, 0), Some(&words), Some(by), now)?;
        }
    }
    Ok(())
}
