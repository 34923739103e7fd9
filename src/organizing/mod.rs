//! The organizers' workbench: a letter from its first draft to its last name.
//!
//! `home` says what waits, `letters` where each letter stands. `create` makes one; `letter` edits its text, `languages` adds it in others (`translations` is what is known of each), `consent` asks those who signed whether they agree to another one, `settings` everything
//! else, `moderation` the reasons and the guide; `life` opens, pauses, closes, publishes and archives it, by the words of `act` and after telling what is `open`;
//! `asked_first` asks before settings erase or publish what cannot be taken back, `held` lets nothing be written to an archived letter; `moments` reads the
//! dates that are typed, `at_risk` names who may see the names that are held back, `previews` makes links to read it before it is public, `copy` another letter like it; `pins` keeps names at their numbers, `order` moves one of them after `moves`
//! has worked out what moves with it; `editions` gives editions names, `compare` says what moved between two of them. `stand` and `history` say what is so and
//! who made it so; `store` holds the statements that are nobody else's. `invitations` says who was asked to sign and what came of it, `invite`
//! asks those of a list (`invitation_lines`) with a mail (`mails`), `invitation` reminds one, takes it back, sends it elsewhere. `elsewhere` adds those who signed in another
//! way, by hand or from a table (`elsewhere_lines`, and `elsewhere_fates` of what becomes of each). `progress` says how many were asked, came and are on
//! the list (`reached`), in tables and as drawings (`chart`). `addresses` are the
//! organizations that agreed to be invited to later letters, `book` starts a list from them. `delivery` says to whom the letter went, `updates` what
//! happened since, `press` is what the press gets; `sure` asks before what everybody sees.

mod act;
mod addresses;
mod asked_first;
mod at_risk;
mod book;
mod chart;
mod compare;
mod consent;
mod copy;
mod create;
mod delivery;
mod editions;
mod elsewhere;
mod elsewhere_fates;
mod elsewhere_lines;
mod held;
mod history;
mod home;
mod invitation;
mod invitation_lines;
mod invitations;
mod invite;
mod languages;
mod letter;
mod letters;
mod life;
mod mails;
mod may_invite;
mod moderation;
mod moments;
mod moves;
mod open;
mod order;
mod pins;
mod press;
mod previews;
mod progress;
mod reached;
mod settings;
mod stand;
mod store;
mod sure;
mod translations;
mod updates;

use crate::web::form::Largest;
use crate::web::route::{get, post};
use crate::web::{App, Fault};
use actix_web::web::Data;
use actix_web::web::{ServiceConfig, resource};

/// Works off what was confirmed of tables from elsewhere, and forgets those whose time is over.
///
/// # Errors
/// When the database is away; the next time does what is left.
pub async fn work(app: &Data<App>) -> Result<(), Fault> {
    Ok(elsewhere::work::work(app).await?)
}

/// A letter and its introduction have at most 100,000 bytes each; a form writes each of them as up to three.
const LETTER_FORM: Largest = Largest(768 * 1024);

/// A table of ten thousand organizations that signed in another way.
const TABLE_FORM: Largest = Largest(16 * 1024 * 1024);

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
            resource("/staff/letters/{slug}/languages")
                .route(get().to(languages::show))
                .route(post().to(languages::begin)),
        )
        .service(
            resource("/staff/letters/{slug}/languages/{lang}")
                .app_data(LETTER_FORM)
                .route(get().to(languages::edit::form))
                .route(post().to(languages::edit::save)),
        )
        .service(
            resource("/staff/letters/{slug}/languages/{lang}/end")
                .route(get().to(languages::end::ask))
                .route(post().to(languages::end::end)),
        )
        .service(
            resource("/staff/letters/{slug}/languages/{lang}/bind")
                .route(get().to(languages::bind::ask))
                .route(post().to(languages::bind::bind)),
        )
        .service(
            resource("/staff/letters/{slug}/languages/{lang}/versions/{n}")
                .route(get().to(languages::read::show)),
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
            resource("/staff/letters/{slug}/elsewhere")
                .app_data(TABLE_FORM)
                .route(get().to(elsewhere::show))
                .route(post().to(elsewhere::paste)),
        )
        .service(resource("/staff/letters/{slug}/elsewhere/one").route(post().to(elsewhere::one)))
        .service(resource("/staff/letters/{slug}/elsewhere/ask").route(post().to(elsewhere::ask::ask)))
        .service(
            resource("/staff/letters/{slug}/elsewhere/table")
                .route(get().to(elsewhere::preview::show))
                .route(post().to(elsewhere::act)),
        )
        .service(
            resource("/staff/letters/{slug}/at-risk")
                .route(get().to(at_risk::show))
                .route(post().to(at_risk::set)),
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
        .service(resource("/staff/letters/{slug}/progress").route(get().to(progress::show)))
        .service(resource("/staff/letters/{slug}/progress/{file}").route(get().to(progress::file)))
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
        .service(resource("/staff/letters/{slug}/editions").route(get().to(editions::all)))
        .service(resource("/staff/letters/{slug}/editions/compare").route(get().to(compare::show)))
        .service(
            resource("/staff/letters/{slug}/editions/{n}/name")
                .route(get().to(editions::ask))
                .route(post().to(editions::name)),
        )
        .service(
            resource("/staff/letters/{slug}/list").route(get().to(order::show)).route(post().to(order::act)),
        )
        .service(
            resource("/staff/letters/{slug}/moved").route(get().to(pins::show)).route(post().to(pins::set)),
        );
}
