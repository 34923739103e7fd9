//! An organization adds its name.
//!
//! `submission` is what a form means; `state` where a sign-on stands, `acts` what moves it, `told` what of that is told; `store` every statement about
//! it. The steps, in the order of the story: `submit` shows and reviews the form, `receive` takes it, `verify` or `typed_code` proves the
//! mailbox, `private_page` is the representative's own, `answer` what they answer there, `correct` asks for another line
//! (`correction`), `object` speaks against one that staff made, `shown` says how much of it everybody sees, `hand_over` asks a `colleague` to take over, `updates` switches updates by mail, `withdraw` takes the name
//! back, `download` hands out what names somebody, and `erase` erases it. `elsewhere` is an organization that signed in another way, which may `confirm` it; `likeness` says in what two are alike, `veil` what is left of one for whoever may not see its name. `wording` says which text is signed and in which language it is read, `shown_text` shows it to whoever agreed to it. `report` is what others say of an entry; `concern` takes it. `invitation` is how
//! somebody is asked, `intention` that they mean to sign later, `meant` how that ends; the pages behind both are those of `invited`. `book` is an organization that may be invited to later letters, `join_book` how it agrees.

mod acts;
mod answer;
mod attestation;
mod book;
mod code;
mod colleague;
mod confirm;
mod contact;
mod correct;
mod correction;
mod demonstrate;
mod download;
mod elsewhere;
mod erase;
mod failure;
pub(crate) mod hand_over;
mod intention;
mod invitation;
mod join_book;
mod likeness;
mod mails;
mod may_invite;
pub(crate) mod meant;
mod notify;
mod object;
pub(crate) mod page;
mod private_page;
mod receive;
mod renew;
mod report;
mod shown;
mod shown_text;
mod state;
pub mod store;
mod submission;
pub(crate) mod submit;
mod term;
mod told;
mod typed_code;
mod updates;
mod veil;
mod verify;
mod ways;
mod withdraw;
mod wording;

pub use acts::NotAllowed;
pub use attestation::{Attested, Evidence, Received};
pub use book::{BOOK_MONTHS, BookEntry, JOINED_BOOK, LEFT_BOOK};
pub use colleague::{Ended, HandOver, colleague, is_live};
pub use correction::{Asked, Correction, Difference, differences};
pub use demonstrate::demonstrate;
pub use elsewhere::{ADDED, Address, CONFIRMED, Elsewhere, REFUSED, Said};
pub use intention::{Came, INTENTION_FIELDS, Intention, KEPT_DAYS, Meant, PROOF_DAYS};
pub use invitation::{
    BY_INVITATION, Invitation, LATE_BY_INVITATION, Mailbox, NoReminder, Stage, Via, WhyNot, extended, stands,
};
pub use likeness::Shared;
pub(crate) use mails::confirm::confirmation;
pub(crate) use mails::{CORRECTION, plain};
pub(crate) use may_invite::why_not_invite;
pub(crate) use notify::INVITATIONS as INVITATION_MAILS;
pub use notify::{delivered, note_mailbox, refused};
pub(crate) use receive::noted::READ_IN;
pub(crate) use receive::{Desk, Failure};
pub use report::{Confirmed, Outcome, Report, ReportKind, Reporter, SettledAs, Words};
pub use state::{Decision, First, Origin, Remark, SignOn, Standing, State};
pub use submission::{Authority, Basis, Contact, Entry, FIELDS, Likeness, Note, Representative, Submission};
pub(crate) use told::{LET_GO, MERGED, TOLD_AT_ONCE, TOOK_IN};
pub(crate) use updates::switch_updates;
pub(crate) use ways::SHOWN;
pub(crate) use withdraw::{Ended as WithdrawnOr, take_back};
pub(crate) use wording::disagreement;

use crate::web::route::{get, post};
use actix_web::web::{ServiceConfig, resource};

/// The addresses of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(
            resource("/letters/{slug}/sign").route(get().to(submit::form)).route(post().to(submit::send)),
        )
        .service(resource("/letters/{slug}/sign/sent").route(get().to(submit::sent)))
        .service(resource("/letters/{slug}/sign/verified").route(get().to(verify::verified)))
        .service(
            resource("/verify").route(get().to(typed_code::code_form)).route(post().to(typed_code::code)),
        )
        .service(resource("/verify/done").route(get().to(verify::done)))
        .service(resource("/verify/renewed").route(get().to(verify::renewed)))
        .service(resource("/verify/{token}").route(get().to(verify::show)).route(post().to(verify::verify)))
        .service(resource("/confirmations/confirmed").route(get().to(confirm::confirmed)))
        .service(resource("/confirmations/refused").route(get().to(confirm::refused)))
        .service(
            resource("/confirmations/{token}")
                .route(get().to(confirm::show))
                .route(post().to(confirm::answer)),
        )
        .service(resource("/sign-ons/erased").route(get().to(erase::erased)))
        .service(resource("/sign-ons/{token}").route(get().to(private_page::show)))
        .service(resource("/sign-ons/{token}/text").route(get().to(shown_text::show)))
        .service(
            resource("/sign-ons/{token}/shown").route(get().to(shown::form)).route(post().to(shown::set)),
        )
        .service(resource("/sign-ons/{token}/answer").route(post().to(answer::answer)))
        .service(resource("/sign-ons/{token}/later").route(post().to(join_book::act)))
        .service(
            resource("/sign-ons/{token}/edit").route(get().to(correct::form)).route(post().to(correct::send)),
        )
        .service(
            resource("/sign-ons/{token}/object").route(get().to(object::form)).route(post().to(object::send)),
        )
        .service(
            resource("/sign-ons/{token}/hand-over")
                .route(get().to(hand_over::form))
                .route(post().to(hand_over::send)),
        )
        .service(resource("/hand-overs/accepted").route(get().to(hand_over::accept::accepted)))
        .service(resource("/hand-overs/declined").route(get().to(hand_over::accept::declined)))
        .service(resource("/hand-overs/objected").route(get().to(hand_over::object::objected)))
        .service(
            resource("/hand-overs/{token}")
                .route(get().to(hand_over::accept::show))
                .route(post().to(hand_over::accept::answer)),
        )
        .service(
            resource("/hand-overs/{token}/object")
                .route(get().to(hand_over::object::show))
                .route(post().to(hand_over::object::send)),
        )
        .service(resource("/sign-ons/{token}/updates").route(post().to(updates::switch)))
        .service(resource("/sign-ons/{token}/data.json").route(get().to(download::download)))
        .service(
            resource("/sign-ons/{token}/erase").route(get().to(erase::form)).route(post().to(erase::erase)),
        )
        .service(
            resource("/sign-ons/{token}/withdraw")
                .route(get().to(withdraw::ask))
                .route(post().to(withdraw::withdraw)),
        );
}
