//! The letter and its call for sign-ons.
//!
//! `campaign` says what a campaign is and who may see it when; `settings` reads it from texts; `letter` is its text in
//! versions, `delivery` and `update` what happened with it since, `press` who gets a pack of it; `round` asking those who signed whether they agree to another one; `translation` is the letter in other languages; `reasons` and `guide` are what moderators choose from and go by, `rules` who may sign, `policies` what becomes of editions that are named; `unconfirmed` what prints before an organization confirms; `local` is the way between a letter's staff pages;
//! `mail_words` which mails organizers may word, `mails` how such a mail is written; `store` keeps them, and `list_revision`, by which the features below tell the list that it is stale without
//! knowing it.

#[expect(clippy::module_inception, reason = "the record is called what the feature is called")]
mod campaign;
mod delivery;
mod guide;
mod letter;
mod local;
mod mail_words;
pub mod mails;
mod policies;
mod press;
mod reasons;
mod round;
mod rules;
pub mod settings;
pub mod store;
mod translation;
mod unconfirmed;
mod update;

pub use campaign::{
    AUTHORITY, Access, Ages, Campaign, KEEP_MONTHS, Settings, Status, Title, VERIFICATION_GRACE_HOURS,
};
pub use delivery::{DeliveredEdition, Delivery, DeliveryLine, Happened, Means, Reply};
pub use guide::Guide;
pub use letter::{LetterBody, LetterHtml, LetterText, LetterTextError, LetterVersion};
pub use local::{Here, Local, LocalLink};
pub use mail_words::{MailMessage, MailWords, Promises, from_the_book};
pub use policies::{Late, Leavers};
pub use press::PressPack;
pub use reasons::{Listed as ListedReason, NoCode, Reason, Reasons, ReasonsError, Wording};
pub use round::{FRESH_DAYS, LONGEST_ROUND_DAYS, Round, SHORTEST_ROUND_DAYS};
pub use rules::Rules;
pub use translation::{
    Fit, PublicTranslation, Reading, Rendition, Translation, TranslationDraft, TranslationVersion,
};
pub use unconfirmed::Unconfirmed;
pub use update::{Update, UpdateText, UpdateTitle};
