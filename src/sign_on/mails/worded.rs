//! The mails of a sign-on in the words of the organizers, with what the program itself promises behind them.

use super::{About, Facts};
use crate::campaign::mails::{Parts, Written, values};
use crate::campaign::{MailMessage, MailWords, Promises};

impl About<'_> {
    /// The mail that asks to verify.
    pub(super) fn worded_verify(&self, facts: &Facts, words: &MailWords) -> askama::Result<Parts> {
        let promises = Promises::Verify { code_page: &facts.code_page, works: &facts.works };
        self.written(MailMessage::Verify, facts, words, promises)
    }

    /// The receipt.
    pub(super) fn worded_receipt(&self, facts: &Facts, words: &MailWords) -> askama::Result<Parts> {
        let promises = Promises::Received { waits: facts.waits, standing: facts.standing };
        self.written(MailMessage::Received, facts, words, promises)
    }

    fn written(
        &self,
        message: MailMessage,
        facts: &Facts,
        words: &MailWords,
        promises: Promises<'_>,
    ) -> askama::Result<Parts> {
        let values = values(self.campaign)
            .with("organization", facts.line.as_str())
            .with("link", facts.link.as_str())
            .with("code", facts.code.as_str());
        Written::new(self.campaign, message, words, &values, promises).parts(self.campaign)
    }
}
