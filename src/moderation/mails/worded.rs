//! A decision in the words of the organizers, with what the program itself says behind them.

use super::{Facts, News};
use crate::campaign::mails::{Parts, Written, values};
use crate::campaign::{MailMessage, MailWords, Promises};

impl News<'_> {
    /// The mail of an approval; none where it says what it says usually.
    pub(super) fn worded_approval(&self, facts: &Facts) -> askama::Result<Option<Parts>> {
        let Some(words) = &self.worded.approved else { return Ok(None) };
        let promises = Promises::Approved { letter: &facts.letter };
        self.written(MailMessage::Approved, words, facts, promises).map(Some)
    }

    /// The mail of a rejection; none where it says what it says usually.
    pub(super) fn worded_rejection(&self, facts: &Facts) -> askama::Result<Option<Parts>> {
        let Some(words) = &self.worded.rejected else { return Ok(None) };
        self.written(MailMessage::Rejected, words, facts, Promises::Rejected).map(Some)
    }

    fn written(
        &self,
        message: MailMessage,
        words: &MailWords,
        facts: &Facts,
        promises: Promises<'_>,
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
