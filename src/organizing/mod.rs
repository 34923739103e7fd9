//! The organizers' workbench: a letter from its first draft to its last name.
//!
//! `home` says what waits, `letters` where each letter stands. `create` makes one; `letter` edits its text, `consent` asks those who signed whether they agree to another one, `settings` everything
//! else, `moderation` the reasons and the guide; `life` opens, pauses, closes, publishes and archives it, by the words of `act` and after telling what is `open`;
//! `asked_first` asks before settings erase or publish what cannot be taken back, `held` lets nothing be written to an archived letter; `moments` reads the
//! dates that are typed, `previews` makes links to read it before it is public, `copy` another letter like it; `pins` keeps names at their numbers. `stand` and `history` say what is so and
//! who made it so; `store` holds the statements that are nobody else's. `invitations` says who was asked to sign and what came of it, `invite`
//! asks those of a list (`invitation_lines`) with a mail (`mails`), `invitation` reminds one, takes it back, sends it elsewhere; `addresses` are the
//! organizations that agreed to be invited to later letters, `book` starts a list from them. `delivery` says to whom the letter went, `updates` what
//! happened since, `press` is what the press gets; `sure` asks before what everybody sees.

mod act;
mod addresses;
mod asked_first;
mod book;
mod consent;
mod copy;
mod create;
mod delivery;
mod held;
mod history;
mod home;
mod invitation;
mod invitation_lines;
mod invitations;
mod invite;
mod letter;
mod letters;
mod life;
mod mails;
mod may_invite;
mod moderation;
mod moments;
mod open;
mod pins;
mod press;
mod previews;
mod settings;
mod stand;
mod store;
mod sure;
mod updates;

use crate::web::form::Largest;
use crate::web::route::{get, post};
use actix_web::web::{ServiceConfig, resource};

/// A letter and its introduction have at most 100,000 bytes each; a form writes each of them as up to three.
const LETTER_FORM: Largest = Largest(768 * 1024);

/// A list of a thousand organizations; and one that is far too long is still answered with a clear word.
const LIST_FORM: Largest = Largest(2 * 1024 * 1024);

/// The addresses of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(resource("/staff").route(get().to(home::show)))
        .service(resource("/staff/letters").route(get().to(letters::show)))
        .service(
            resource("/staff/letters/new")
                .app_data(LETTER_FORM)
                .route(get().to(create::form))
                .route(post().to(create::create)),
        )
        .service(
            resource("/staff/letters/{slug}/letter")
                .app_data(LETTER_FORM)
                .route(get().to(letter::form))
                .route(post().to(letter::save)),
        )
        .service(
            resource("/staff/letters/{slug}/consent")
                .route(get().to(consent::show))
                .route(post().to(consent::act)),
        )
        .service(resource("/staff/letters/{slug}/consent/begin").route(post().to(consent::begin)))
        .service(resource("/staff/letters/{slug}/consent/stop").route(post().to(consent::stop)))
        .service(
            resource("/staff/letters/{slug}/settings")
                .route(get().to(settings::form))
                .route(post().to(settings::save)),
        )
        .service(
            resource("/staff/letters/{slug}/copy").route(get().to(copy::form)).route(post().to(copy::copy)),
        )
        .service(
            resource("/staff/letters/{slug}/previews")
                .route(get().to(previews::show))
                .route(post().to(previews::act)),
        )
        .service(
            resource("/staff/letters/{slug}/delivery")
                .route(get().to(delivery::show))
                .route(post().to(delivery::act)),
        )
        .service(
            resource("/staff/letters/{slug}/delivery/tell")
                .route(get().to(delivery::ask_to_tell))
                .route(post().to(delivery::tell)),
        )
        .service(
            resource("/staff/letters/{slug}/updates")
                .route(get().to(updates::show))
                .route(post().to(updates::act)),
        )
        .service(
            resource("/staff/letters/{slug}/press")
                .route(get().to(press::show))
                .route(post().to(press::save)),
        )
        .service(resource("/staff/letters/{slug}/press.zip").route(get().to(press::fetch)))
        .service(
            resource("/staff/letters/{slug}/life/{act:publish|unpublish}")
                .route(get().to(life::ask))
                .route(post().to(life::publish)),
        )
        .service(
            resource("/staff/letters/{slug}/moderation")
                .app_data(LETTER_FORM)
                .route(get().to(moderation::form))
                .route(post().to(moderation::save)),
        )
        .service(
            resource("/staff/letters/{slug}/invitations")
                .app_data(LIST_FORM)
                .route(get().to(invitations::show))
                .route(post().to(invite::send)),
        )
        .service(resource("/staff/letters/{slug}/invitations/search").route(post().to(invitations::search)))
        .service(
            resource("/staff/letters/{slug}/invitations/book")
                .app_data(LIST_FORM)
                .route(get().to(book::show))
                .route(post().to(book::take)),
        )
        .service(
            resource("/staff/addresses").route(get().to(addresses::show)).route(post().to(addresses::act)),
        )
        .service(resource("/staff/letters/{slug}/invitations/one").route(post().to(invitation::act)))
        .service(
            resource("/staff/letters/{slug}/life/{act}")
                .route(get().to(life::ask))
                .route(post().to(life::act)),
        )
        .service(
            resource("/staff/letters/{slug}/moved").route(get().to(pins::show)).route(post().to(pins::set)),
        );
}
