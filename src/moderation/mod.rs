//! The moderators' workbench: what waits, what is known of it, and the decision.
//!
//! `sentence`, `likeness`, `evidence` and `history` say what is known, in words; `order` is what a decision form means, `view` what the queue
//! can show, `keys` what a key does there;
//! `store` and `mails` as in every feature. The steps: `guide` is what moderators go by, `queue` lists what waits, `entry` shows one sign-on as `bench` reads it,
//! `note` is what staff write to each other about one, `journal` the whole history of a letter, `numbers` what `quality` tells from it,
//! `claim` says who reads it, `news` and `edit` are about mails that wait (`words`), `correct` is about what is printed, `shown` how much of it everybody sees, `replace` about who speaks for the organization, `decide` acts, `bulk` acts on many,
//! `alike` lays the likely duplicates beside it, of which `merge` makes one and `distinct` says that they are two,
//! `objection` tells what came of one, `notice` says what was done and `overtaken` what could not be.

mod alike;
mod bench;
mod bulk;
mod claim;
mod correct;
mod decide;
mod distinct;
mod edit;
mod entry;
mod evidence;
mod guide;
mod history;
mod journal;
mod keys;
mod likeness;
mod listing;
mod mails;
mod merge;
mod news;
mod note;
mod notice;
mod numbers;
mod objection;
mod order;
mod overtaken;
mod quality;
mod queue;
mod replace;
mod sentence;
mod shortcuts;
mod shown;
mod store;
mod view;
mod words;

use crate::web::route::{get, post};
use actix_web::web::{ServiceConfig, resource};

/// The addresses of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(resource("/staff/letters/{slug}/queue").route(get().to(queue::show)))
        .service(
            resource("/staff/letters/{slug}/queue/search")
                .route(get().to(queue::back))
                .route(post().to(queue::search)),
        )
        .service(resource("/staff/letters/{slug}/queue/live").route(get().to(queue::live)))
        .service(resource("/staff/letters/{slug}/queue/{act}").route(post().to(bulk::decide)))
        .service(
            resource("/staff/shortcuts").route(get().to(shortcuts::show)).route(post().to(shortcuts::save)),
        )
        .service(resource("/staff/letters/{slug}/guide").route(get().to(guide::show)))
        .service(resource("/staff/letters/{slug}/numbers").route(get().to(numbers::show)))
        .service(resource("/staff/letters/{slug}/history").route(get().to(journal::show)))
        .service(resource("/staff/letters/{slug}/history.csv").route(get().to(journal::csv)))
        .service(resource("/staff/letters/{slug}/history.json").route(get().to(journal::json)))
        .service(resource("/staff/sign-ons/{sign_on}").route(get().to(entry::show)))
        .service(
            resource("/staff/sign-ons/{sign_on}/shown")
                .route(get().to(shown::show))
                .route(post().to(shown::set)),
        )
        .service(resource("/staff/sign-ons/{sign_on}/note").route(post().to(note::save)))
        .service(
            resource("/staff/sign-ons/{sign_on}/mails/edit")
                .route(get().to(edit::show))
                .route(post().to(edit::save)),
        )
        .service(resource("/staff/sign-ons/{sign_on}/mails/{what}").route(post().to(news::settle)))
        .service(resource("/staff/sign-ons/{sign_on}/claim").route(post().to(claim::claim)))
        .service(resource("/staff/sign-ons/{sign_on}/unclaim").route(post().to(claim::unclaim)))
        .service(
            resource("/staff/sign-ons/{sign_on}/correct")
                .route(get().to(correct::show))
                .route(post().to(correct::rename)),
        )
        .service(
            resource("/staff/sign-ons/{sign_on}/contact")
                .route(get().to(replace::show))
                .route(post().to(replace::act)),
        )
        .service(resource("/staff/sign-ons/{sign_on}/correction").route(post().to(correct::settle)))
        .service(resource("/staff/sign-ons/{sign_on}/merge").route(post().to(merge::merge)))
        .service(resource("/staff/sign-ons/{sign_on}/distinct").route(post().to(distinct::say)))
        .service(
            resource("/staff/sign-ons/{sign_on}/distinct/take-back").route(post().to(distinct::take_back)),
        )
        .service(resource("/staff/sign-ons/{sign_on}/{act}").route(post().to(decide::decide)));
}
