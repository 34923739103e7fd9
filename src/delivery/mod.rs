//! Those who signed are told what happened with the letter: that it was delivered, and that a reply came. Once each.
//!
//! Organizers press one button in their workbench, which makes a `telling`; `tell` mails some of those who represent an entry, a few entries in one
//! transaction; `work` does what is due, and what was left when the program ended in the middle of it. `store` holds the statements,
//! `mails` the mails. What was delivered is the campaign's own.

mod mails;
pub mod store;
mod tell;
mod telling;
mod work;

pub use telling::{Event, Telling};
pub(crate) use work::{work, work_soon};
