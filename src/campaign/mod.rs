//! The letter and its call for sign-ons.
//!
//! `campaign` says what a campaign is and who may see it when; `settings` reads it from texts; `letter` is its text in
//! versions; `store` keeps both, and `list_revision`, by which the features below tell the list that it is stale without
//! knowing it.

mod campaign;
mod letter;
pub mod settings;
pub mod store;

pub use campaign::{AUTHORITY, Access, Campaign, Settings, Status, Title, VERIFICATION_GRACE_HOURS};
pub use letter::{LetterText, LetterTextError, LetterVersion};
