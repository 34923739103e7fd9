//! The numbered list that everybody sees.
//!
//! Whatever changes a list raises `list_revision` on its campaign. The first reader after that has `store` make the next
//! `edition`: the approved sign-ons, put in their places by `ordering`. Every public form is made from one edition and from
//! nothing else, and `kept` keeps it, finished and compressed. An edition that is given a name stays for ever (`old`), and says of whoever
//! has `left` the list `since` what was announced; `compare` tells two editions apart. `languages` shows the letter in other languages, with the same names; `timeline` is what happened with the letter since, `press` everything of it as one archive. `preview` shows a letter before it is public, to whoever has a link.

mod canonical;
mod changes;
pub mod compare;
mod csv;
pub mod edition;
mod editions;
mod embargo;
mod feed;
mod find;
mod form;
mod forms;
mod index;
mod json;
mod kept;
mod languages;
mod lately;
pub mod left;
mod moved;
mod named;
mod names;
mod old;
pub mod ordering;
mod page;
mod phase;
mod press;
mod preview;
mod public;
pub(crate) mod read;
mod since;
pub mod store;
mod text;
mod text_view;
mod timeline;
mod told;
mod tongues;
mod updates;
mod view;

pub use kept::Lists;
pub use named::Meant;
pub use press::{Packed, packed};

use crate::web::route;
use actix_web::web;

/// The addresses of letters and lists.
pub fn routes(config: &mut web::ServiceConfig) {
    // A slug has no full stop in it: this one, the most read, need not wait for the files.
    config.service(web::resource("/letters/{slug:[a-z0-9-]+}").route(route::get().to(page::show)));
    config.service(web::resource("/").route(route::get().to(index::show)));
    for (ending, form) in forms::LIVE {
        let handler = move |lists, request| forms::live(lists, request, form);
        config.service(web::resource(format!("/letters/{{slug}}.{ending}")).route(route::get().to(handler)));
    }
    config.service(web::resource("/letters/{slug}/updates").route(route::get().to(updates::all)));
    config.service(web::resource("/letters/{slug}/press.zip").route(route::get().to(press::public)));
    config.service(web::resource("/letters/{slug}").route(route::get().to(page::show)));
    config.service(web::resource("/letters/{slug}/changes").route(route::get().to(changes::all)));
    // No other address of a letter goes on with a word of two or three letters: docs/decisions/0070-languages-of-a-letter.md.
    config.service(
        web::resource("/letters/{slug}/{lang:[a-z]{2,3}(-[A-Za-z0-9]+)*}")
            .route(route::get().to(languages::show)),
    );
    config.service(
        web::resource("/letters/{slug}/{lang:[a-z]{2,3}(-[A-Za-z0-9]+)*}/changes")
            .route(route::get().to(languages::changes)),
    );
    config.service(
        web::resource("/letters/{slug}/{lang:[a-z]{2,3}(-[A-Za-z0-9]+)*}/versions/{n}.txt")
            .route(route::get().to(languages::plain)),
    );
    config.service(
        web::resource("/letters/{slug}/{lang:[a-z]{2,3}(-[A-Za-z0-9]+)*}/versions/{n}")
            .route(route::get().to(languages::one)),
    );
    config.service(web::resource("/letters/{slug}/versions/{n}.txt").route(route::get().to(changes::plain)));
    config.service(web::resource("/letters/{slug}/versions/{n}").route(route::get().to(changes::one)));
    config.service(web::resource("/letters/{slug}/editions").route(route::get().to(editions::all)));
    for (ending, form) in forms::OLD {
        let handler = move |lists, request| forms::old(lists, request, form);
        config.service(
            web::resource(format!("/letters/{{slug}}/editions/{{n}}.{ending}"))
                .route(route::get().to(handler)),
        );
    }
    config.service(web::resource("/letters/{slug}/editions/{n}/since").route(route::get().to(moved::show)));
    config.service(web::resource("/letters/{slug}/editions/{n}").route(route::get().to(editions::one)));
    config.service(web::resource("/previews/{token}").route(route::get().to(preview::show)));
    config.service(web::resource("/previews/{token}/press.zip").route(route::get().to(press::previewed)));
}
