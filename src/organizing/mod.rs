//! The organizers' workbench: a letter from its first draft to its last name.
//!
//! `home` says what waits, `letters` where each letter stands. `create` makes one; `letter` edits its text, `consent` asks those who signed whether they agree to another one, `settings` everything
//! else, `moderation` the reasons and the guide; `life` opens, closes and publishes it, `pins` keeps names at their numbers. `stand` and `history` say what is so and
//! who made it so; `store` holds the statements that are nobody else's.

mod consent;
mod create;
mod history;
mod home;
mod letter;
mod letters;
mod life;
mod moderation;
mod pins;
mod settings;
mod stand;
mod store;

use crate::web::form::Largest;
use crate::web::route::{get, post};
use actix_web::web::{ServiceConfig, resource};

/// A letter and its introduction have at most 100,000 bytes each; a form writes each of them as up to three.
const LETTER_FORM: Largest = Largest(768 * 1024);

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
            resource("/staff/letters/{slug}/life/{act}")
                .route(get().to(life::ask))
                .route(post().to(life::act)),
        )
        .service(
            resource("/staff/letters/{slug}/moved").route(get().to(pins::show)).route(post().to(pins::set)),
        );
}
