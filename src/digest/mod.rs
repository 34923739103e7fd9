//! Mail about what is new in a letter, for whoever works on it and chose to hear of it.
//!
//! `cadence` says how often, and when that is in the letter's zone; `news` what there is to tell and whom it may name; `store` reads both; `mails` as in
//! every feature. The steps: `choose` is where somebody chooses, `work` tells those whose hour has come.

mod cadence;
mod choose;
mod mails;
mod news;
mod store;
mod work;

pub(crate) use work::work;

use crate::web::route::{get, post};
use actix_web::web::{ServiceConfig, resource};

/// The addresses of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config.service(resource("/staff/digests").route(get().to(choose::all))).service(
        resource("/staff/letters/{slug}/digest").route(get().to(choose::show)).route(post().to(choose::save)),
    );
}
