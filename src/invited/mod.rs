//! Whoever is asked to sign, and whoever means to sign later: the pages behind their links.
//!
//! `mails` as in every feature; what is kept stands in `sign_on::store`, because the moderators' and the organizers' workbenches show it. `behind` is
//! what a link of an invitation leads to, `page` its page, `sign` the form there, `decline` the answer that is no; `intend` is where
//! somebody writes down that they mean to sign on a day, `intention` what its links lead to, `act` what they do. `book` is where an organization that was invited from the address book leaves it.

mod act;
mod behind;
mod book;
mod decline;
mod intend;
mod intention;
mod mails;
mod page;
mod sign;

use crate::web::route::{get, post};
use actix_web::web::{ServiceConfig, resource};

/// The addresses of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(resource("/invitations/{token}").route(get().to(page::show)).route(post().to(sign::send)))
        .service(resource("/invitations/{token}/sent").route(get().to(sign::sent)))
        .service(resource("/invitations/{token}/decline").route(post().to(decline::decline)))
        .service(resource("/addresses/ended").route(get().to(book::ended)))
        .service(resource("/addresses/{token}").route(get().to(book::show)).route(post().to(book::end)))
        .service(
            resource("/invitations/{token}/intention")
                .route(get().to(intend::form_invited))
                .route(post().to(intend::send_invited)),
        )
        .service(resource("/invitations/{token}/intention/sent").route(get().to(intend::sent_invited)))
        .service(
            resource("/letters/{slug}/intention")
                .route(get().to(intend::form))
                .route(post().to(intend::send)),
        )
        .service(resource("/letters/{slug}/intention/sent").route(get().to(intend::sent)))
        .service(
            resource("/intentions/{token}")
                .route(get().to(intention::show))
                .route(post().to(intention::sign)),
        )
        .service(resource("/intentions/{token}/sent").route(get().to(intention::sent)))
        .service(resource("/intentions/{token}/confirm").route(post().to(intention::confirm)))
        .service(resource("/intentions/{token}/withdraw").route(post().to(intention::withdraw)));
}
