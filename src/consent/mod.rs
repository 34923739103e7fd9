//! Whether those who signed agree to another text of the letter, or to the same one still.
//!
//! A round begins in the organizers' workbench. `ask` mails everybody who represents an entry, a few entries in one transaction; `answer` is
//! the page behind the link: keep, withdraw, or ask back; `end` makes the new text the one that stands; `lapse` tells those who are not on
//! the list any more, who come back by the same page. `work` does what is due, and what was left when the program ended in the middle of it.
//! `tally` is what the organizers see; `store` holds the statements, `mails` the mails.

mod answer;
mod ask;
mod deliver;
mod end;
mod lapse;
mod mails;
pub mod store;
mod tally;
mod work;

pub use ask::{MOST_REMINDERS, remind};
pub use deliver::delivered;
pub use end::{Outcome, settle};
pub use tally::{Stand, Tally, Told, tally};
pub(crate) use work::{work, work_soon};

use crate::web::route::{get, post};
use actix_web::web::{ServiceConfig, resource};

/// The addresses of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config.service(
        resource("/consents/{token}").route(get().to(answer::show)).route(post().to(answer::answer)),
    );
}
