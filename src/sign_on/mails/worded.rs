//! The mails of a sign-on in the words of the organizers, with what the program itself promises behind them.

use super::{About, Facts};
use crate::campaign::mails::{Parts, Written, values};
use crate::campaign::{MailMessage, MailWords};
use crate::text::{MailBlock, Values};

impl About<'_> {
    /// The mail that asks to verify.
    pub(super) fn worded_verify(&self, facts: &Facts, words: &MailWords) -> askama::Result<Parts> {
        let values = self.values(facts).with("code", facts.code.as_str());
        let promises = vec![
            MailBlock::words("The code is typed on this page:"),
            MailBlock::link(facts.code_page.as_str()),
            MailBlock::words(format!(
                "The link and the code work for {} days. Until you press the button nothing is sent to the moderators and nothing is published.",
                facts.days
            )),
            MailBlock::words("Not from you? Do nothing: the submission is erased by itself."),
        ];
        Written::new(self.campaign, MailMessage::Verify, words, &values, promises).parts(self.campaign)
    }

    /// The receipt.
    pub(super) fn worded_receipt(&self, facts: &Facts, words: &MailWords) -> askama::Result<Parts> {
        let stands = match facts.waits {
            true => {
                "Your sign-on waits for review by the moderators. You get a mail when they have decided.".to_owned()
            }
            false => format!("Your sign-on is {}.", facts.standing),
        };
        let promises = vec![
            MailBlock::words(stands),
            MailBlock::words("Keep the link to your private page to yourself: whoever has it can withdraw the sign-on."),
        ];
        let values = self.values(facts);
        Written::new(self.campaign, MailMessage::Received, words, &values, promises).parts(self.campaign)
    }

    fn values(&self, facts: &Facts) -> Values {
        values(self.campaign).with("organization", facts.line.as_str()).with("link", facts.link.as_str())
    }
}
