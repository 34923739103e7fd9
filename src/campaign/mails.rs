//! A mail that is written from an organizer's words, in the frame of all mails: one column, one button. Both parts say the same.

use super::campaign::Campaign;
use super::mail_words::{MailMessage, MailWords, Promises};
use crate::text::{MailBlock, MailPiece, Values, in_plain};
use crate::web::show::in_zone;
use askama::Template;

/// What is written.
pub struct Written {
    /// The subject.
    pub subject: String,
    /// The organizer's words, filled in.
    pub words: Vec<MailBlock>,
    /// What the button says.
    pub button: &'static str,
    /// What the program itself says behind them.
    pub promises: Vec<MailBlock>,
    /// What stands below: why it comes, and how it ends.
    pub foot: Vec<MailBlock>,
}

/// A mail as its sender needs it.
pub struct Parts {
    /// The subject.
    pub subject: String,
    /// The plain words.
    pub text: String,
    /// The same words as a page.
    pub html: String,
}

#[derive(Template)]
#[template(path = "mail/written/body.txt")]
struct Text<'a> {
    words: String,
    promises: String,
    title: &'a str,
    foot: String,
}

#[derive(Template)]
#[template(path = "mail/written/body.html")]
struct Html<'a> {
    written: &'a Written,
    title: &'a str,
}

impl Written {
    /// What an organizer wrote for one of the program's own mails.
    pub fn new(
        campaign: &Campaign,
        message: MailMessage,
        words: &MailWords,
        values: &Values,
        promises: Promises<'_>,
    ) -> Self {
        Self {
            subject: words.subject.filled(values),
            words: words.text.filled(values),
            button: message.button(),
            promises: promises.blocks(),
            foot: questions(campaign),
        }
    }

    /// Both parts.
    ///
    /// # Errors
    /// When a template cannot be filled in: a defect.
    pub fn parts(self, campaign: &Campaign) -> askama::Result<Parts> {
        let title = campaign.settings.title.as_str();
        let text = Text {
            words: in_plain(&self.words),
            promises: in_plain(&self.promises),
            title,
            foot: in_plain(&self.foot),
        };
        let (text, html) = (text.render()?, Html { written: &self, title }.render()?);
        Ok(Parts { subject: self.subject, text, html })
    }
}

/// What every mail of a letter can fill in.
pub fn values(campaign: &Campaign) -> Values {
    let settings = &campaign.settings;
    Values::default()
        .with("letter", settings.title.as_str())
        .with("host", settings.host.as_str())
        .with("recipient", settings.recipient.as_str())
        .with("contact", settings.contact.as_str())
        .with("deadline", settings.closes_at.map(|at| in_zone(at, &settings.zone)).unwrap_or_default())
}

/// Whom to ask.
pub fn questions(campaign: &Campaign) -> Vec<MailBlock> {
    let contact = campaign.settings.contact.as_str();
    let line = (!contact.is_empty()).then(|| MailBlock::words(format!("Questions: {contact}")));
    line.into_iter().collect()
}
