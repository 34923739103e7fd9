//! What organizers write by mail: mailings to many at once, and the words of the program's own mails.
//!
//! `audience` says who can be written to, `letter` what a mailing is and where it stands. `list` shows them all with a form, `one` a single one;
//! `write` saves and tests a draft, `begin` sends it after a page that counts, `end` stops it or throws it away. `work` goes on with what is
//! being sent, a few addresses in one transaction, wherever it was left; `deliver` notes what became of each mail. `unsubscribe` is the page behind
//! the link in updates. `words` is where the mails of the program are worded; `look` shows a mail as it goes out. `store` holds the statements,
//! `mails` the mails.

mod audience;
mod begin;
mod deliver;
mod end;
mod failure;
mod letter;
mod list;
mod look;
mod mails;
mod one;
pub mod store;
mod unsubscribe;
mod words;
mod work;
mod write;

pub use audience::{Audience, LeftOut, Tally};
pub use deliver::{delivered, refused};
pub use letter::{Mailing, Stand, Words};
pub use work::{keep_sending, work};

use crate::web::route::{get, post};
use actix_web::web::{ServiceConfig, resource};

/// The addresses of this feature. The first is the one that a mail program may post to: see
/// [`is_one_click`](crate::web::route::is_one_click).
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(
            resource("/unsubscribe/{token}")
                .route(get().to(unsubscribe::show))
                .route(post().to(unsubscribe::end)),
        )
        .service(
            resource("/staff/letters/{slug}/mailings")
                .route(get().to(list::show))
                .route(post().to(write::write)),
        )
        .service(resource("/staff/letters/{slug}/mailings/send").route(post().to(begin::begin)))
        .service(resource("/staff/letters/{slug}/mailings/end").route(post().to(end::end)))
        .service(
            resource("/staff/letters/{slug}/mails").route(get().to(words::show)).route(post().to(words::act)),
        );
}
