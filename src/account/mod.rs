//! Staff: how they get in, and what they may do.
//!
//! An administrator [`invite`]s somebody, who [`accept`](accept)s by setting a name and a password, and from then on
//! [`login`](login)s. What they may do is asked for by the arguments of handlers ([`access`]): a handler that takes a
//! [`Moderator`] cannot run for anybody else. `role`, `person` and `password` are words; `store` keeps them; `session` is what
//! every way in ends with.

mod accept;
mod access;
mod dead_link;
mod invite;
pub mod link;
mod login;
mod mails;
mod manage;
mod next;
pub mod password;
pub mod person;
mod reset;
mod role;
mod session;
pub mod store;

pub use access::{Acting, ActingOnMany, Administrator, Admission, Moderator, Organizer, Staff, Visitor};
pub use invite::{InviteError, Invited, invite};
pub use role::{Appointment, AppointmentError, Role};

use crate::web::route::{get, post};
use actix_web::web;

/// The addresses.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/login").route(get().to(login::show)).route(post().to(login::log_in)))
        .service(web::resource("/login/reset").route(get().to(reset::show)).route(post().to(reset::ask)))
        .service(web::resource("/login/reset/sent").route(get().to(reset::sent)))
        .service(
            web::resource("/login/reset/{token}")
                .route(get().to(reset::show_link))
                .route(post().to(reset::set)),
        )
        .service(web::resource("/login/{token}").route(get().to(link::show)).route(post().to(link::log_in)))
        .service(web::resource("/logout").route(post().to(login::log_out)))
        .service(
            web::resource("/staff/invitations/{token}")
                .route(get().to(accept::show))
                .route(post().to(accept::accept)),
        )
        .service(web::resource("/staff/accounts").route(get().to(manage::show)))
        .service(web::resource("/staff/accounts/invite").route(post().to(manage::invite_by_form)))
        .service(web::resource("/staff/accounts/{id}/disable").route(post().to(manage::disable)))
        .service(web::resource("/staff/accounts/{id}/enable").route(post().to(manage::enable)))
        .service(web::resource("/staff/accounts/{id}/end-sessions").route(post().to(manage::end_sessions)));
}
