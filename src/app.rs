//! The whole instance: opens it for a command, or starts its server. What answers where is the table in [`routes`].

mod facts;
mod health;
mod instance;
mod mailbox;
mod post;
mod server;

pub use instance::{Instance, StartError, database_url, holds_sealed_data, is_right_key, relay};
pub use server::{Running, listen, start, start_on};

use crate::account;
use crate::concern;
use crate::consent;
use crate::digest;
use crate::invited;
use crate::list;
use crate::mailing;
use crate::moderation;
use crate::organizing;
use crate::sign_on;
use crate::upkeep;
use crate::web as kit;
use actix_web::web;

/// What answers where. Each feature lists its own addresses. They are tried one after the other, so what everybody asks for comes
/// first: to find a sign-on's among the last of two hundred took more time than anything else that was done with it. (The pages of a letter are
/// answered before any address is tried.)
fn routes(config: &mut web::ServiceConfig) {
    config
        .configure(sign_on::routes)
        .configure(list::routes)
        .configure(kit::assets::routes)
        .configure(health::routes)
        .configure(mailbox::routes)
        .configure(account::routes)
        .configure(invited::routes)
        .configure(consent::routes)
        // Before the decisions, whose address takes any word in the place of `notice`.
        .configure(concern::routes)
        .configure(moderation::routes)
        .configure(mailing::routes)
        .configure(digest::routes)
        .configure(upkeep::routes)
        .configure(organizing::routes);
}
