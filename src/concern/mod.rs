//! What speaks against an entry, from outside: the organization itself is asked at an address that it published, and answers.
//!
//! `store` and `mails` as in every feature. The steps: `notice` is where a moderator asks, `answer` where the organization answers.

mod answer;
mod mails;
mod notice;
mod store;

pub use store::erase;

use crate::web::route::{get, post};
use actix_web::web::{ServiceConfig, resource};

/// The addresses of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(
            resource("/staff/sign-ons/{sign_on}/notice")
                .route(get().to(notice::ask))
                .route(post().to(notice::send)),
        )
        .service(resource("/notices/confirmed").route(get().to(answer::confirmed)))
        .service(resource("/notices/objected").route(get().to(answer::objected)))
        .service(resource("/notices/{token}").route(get().to(answer::show)).route(post().to(answer::answer)));
}
