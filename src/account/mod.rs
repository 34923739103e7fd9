//! Staff: how they get in, and what they may do.
//!
//! An administrator [`invite`]s somebody, who [`accept`](accept)s by setting a name and a password and [`set_up`](set_up)s a second
//! factor: an app for codes, or [`passkeys`](passkeys). From then on they [`login`](login) with the password, which opens half a door
//! ([`half_open`](half_open)), and the [`code`](code) or a passkey that signs a [`challenge`](challenge), which opens the other half. What is hard to take back asks for a code again ([`step_up`](step_up)). Their [`own`](own) account
//! lists where they are logged in, and an [`alert`](alert) tells them what was done to it. What they may
//! do is asked for by the arguments of handlers ([`access`], and [`veil`](veil) for entries whose names are held back): a handler that takes a [`Moderator`] cannot run for anybody else.
//! `role`, `person`, `password`, `passkey` and `second_factor` are words; `store` keeps them; `session` is what every way in ends with.

mod accept;
mod access;
mod alert;
mod browser;
mod challenge;
mod code;
mod confirm;
mod dead_link;
mod enter;
mod half_open;
mod invite;
pub mod link;
mod login;
mod mails;
mod manage;
mod next;
mod own;
pub mod passkey;
mod passkeys;
pub mod password;
pub mod person;
mod proof;
mod qr;
mod reset;
mod role;
mod said;
pub mod second_factor;
mod session;
mod set_up;
mod step_up;
pub mod store;
mod stranger;
mod veil;

pub use access::{
    Acting, ActingOnMany, Administrator, Admission, Moderator, Organizer, OwnAccount, Staff, SteppedUp,
    Visitor, stepped_up,
};
pub use invite::{InviteError, Invited, invite};
pub use role::{Appointment, AppointmentError, Role};
pub use step_up::Sureness;
pub use veil::EvenVeiled;

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
        .service(web::resource("/login/code").route(get().to(code::show)).route(post().to(code::log_in)))
        .service(web::resource("/login/passkey").route(post().to(code::ask)))
        .service(web::resource("/login/{token}").route(get().to(link::show)).route(post().to(link::log_in)))
        .service(web::resource("/logout").route(post().to(login::log_out)))
        .service(
            web::resource("/staff/invitations/{token}")
                .route(get().to(accept::show))
                .route(post().to(accept::accept)),
        )
        .service(web::resource("/staff/account").route(get().to(own::show)))
        .service(web::resource("/staff/account/sessions").route(post().to(own::end_sessions)))
        .service(web::resource("/staff/account/recovery-codes").route(post().to(own::new_codes)))
        .service(web::resource("/staff/account/password").route(post().to(own::change_password)))
        .service(
            web::resource("/staff/account/passkeys")
                .route(get().to(passkeys::show))
                .route(post().to(passkeys::make)),
        )
        .service(web::resource("/staff/account/passkeys/challenge").route(post().to(challenge::to_make)))
        .service(web::resource("/staff/account/passkeys/remove").route(post().to(passkeys::remove)))
        .service(
            web::resource("/staff/account/app")
                .route(get().to(set_up::show))
                .route(post().to(set_up::set_up)),
        )
        .service(
            web::resource("/staff/confirm").route(get().to(confirm::show)).route(post().to(confirm::go_on)),
        )
        .service(web::resource("/staff/confirm/passkey").route(post().to(challenge::to_confirm)))
        .service(web::resource("/staff/accounts").route(get().to(manage::show)))
        .service(web::resource("/staff/accounts/invite").route(post().to(manage::invite_by_form)))
        .service(web::resource("/staff/accounts/{id}/disable").route(post().to(manage::disable)))
        .service(web::resource("/staff/accounts/{id}/enable").route(post().to(manage::enable)))
        .service(web::resource("/staff/accounts/{id}/take-factor").route(post().to(manage::take_factor)))
        .service(web::resource("/staff/accounts/{id}/end-sessions").route(post().to(manage::end_sessions)));
}
