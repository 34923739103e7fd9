//! A decision in the words of the organizers, with what the program itself says behind them.

use super::{Facts, News};
use crate::campaign::mails::{Parts, Written, values};
use crate::campaign::store::mail_words;
use crate::campaign::{MailMessage, MailWords};
use crate::db::{Conn, Error};
use crate::ids::CampaignId;
use crate::text::MailBlock;

/// The words of decisions, as the organizers of a letter wrote them.
#[derive(Clone, Default)]
pub(in crate::moderation) struct Worded {
    approved: Option<MailWords>,
    rejected: Option<MailWords>,
}

impl Worded {
    /// Those of a letter.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::moderation) fn of(conn: &mut Conn, campaign: CampaignId) -> Result<Self, Error> {
        Ok(Self {
            approved: mail_words(conn, campaign, MailMessage::Approved)?,
            rejected: mail_words(conn, campaign, MailMessage::Rejected)?,
        })
    }
}

impl News<'_> {
    /// The mail of an approval; none where it says what it says usually.
    pub(super) fn worded_approval(&self, facts: &Facts) -> askama::Result<Option<Parts>> {
        let Some(words) = &self.worded.approved else { return Ok(None) };
        let mut promises = match facts.letter.is_empty() {
            true => vec![MailBlock::words("The letter is not public yet.")],
            false => {
                vec![MailBlock::words("The letter and its list:"), MailBlock::link(facts.letter.as_str())]
            }
        };
        promises.push(MailBlock::words(
            "Keep the link to your private page to yourself: whoever has it can withdraw the sign-on.",
        ));
        self.worded(MailMessage::Approved, words, facts, promises).map(Some)
    }

    /// The mail of a rejection; none where it says what it says usually.
    pub(super) fn worded_rejection(&self, facts: &Facts) -> askama::Result<Option<Parts>> {
        let Some(words) = &self.worded.rejected else { return Ok(None) };
        let promises = vec![MailBlock::words("It is not on the list. Keep the link to yourself.")];
        self.worded(MailMessage::Rejected, words, facts, promises).map(Some)
    }

    fn worded(
        &self,
        message: MailMessage,
        words: &MailWords,
        facts: &Facts,
        promises: Vec<MailBlock>,
    ) -> askama::Result<Parts> {
        let reason = match facts.text.is_empty() {
            true => facts.reason.clone(),
            false => format!("{}\n\nThey add:\n\n{}", facts.reason, facts.text),
        };
        let values = values(self.campaign)
            .with("organization", facts.line.as_str())
            .with("link", facts.link.as_str())
            .with("reason", reason);
        Written::new(self.campaign, message, words, &values, promises).parts(self.campaign)
    }
}
