//! The numbered list that everybody sees.
//!
//! Whatever changes a list raises `list_revision` on its campaign. The first reader after that has `store` make the next
//! `edition`: the approved sign-ons, put in their places by `ordering`. Every public form is made from one edition and from
//! nothing else, and `kept` keeps it, finished and compressed. An edition that is given a name stays for ever (`old`), and says of whoever
//! has `left` the list `since` what was announced; `compare` tells two editions apart. `languages` shows the letter in other languages, with the same names; `preview` shows a letter before it is public, to whoever has a link.

mod canonical;
mod changes;
pub mod compare;
mod csv;
pub mod edition;
mod editions;
mod feed;
mod find;
mod forms;
mod index;
mod json;
mod kept;
mod languages;
pub mod left;
mod moved;
mod named;
mod names;
mod old;
pub mod ordering;
mod page;
mod phase;
mod preview;
pub(crate) mod read;
mod since;
pub mod store;
mod text;
mod text_view;
mod told;
mod tongues;
mod view;

pub use kept::Lists;
pub use named::Meant;

use crate::web::route;
use actix_web::web;

/// The addresses of letters and lists.
pub fn routes(config: &mut web::ServiceConfig) {
    // A slug has no full stop in it: this one, the most read, need not wait for the files.
    config.route("/letters/{slug:[a-z0-9-]+}", route::get().to(page::show));
    config.route("/", route::get().to(index::show));
    for (ending, form) in forms::LIVE {
        let handler = move |lists, request| forms::live(lists, request, form);
        config.route(&format!("/letters/{{slug}}.{ending}"), route::get().to(handler));
    }
    config.route("/letters/{slug}", route::get().to(page::show));
    config.route("/letters/{slug}/changes", route::get().to(changes::all));
    // No other address of a letter goes on with a word of two or three letters: docs/decisions/0070-languages-of-a-letter.md.
    config.route("/letters/{slug}/{lang:[a-z]{2,3}(-[A-Za-z0-9]+)*}", route::get().to(languages::show));
    config.route(
        "/letters/{slug}/{lang:[a-z]{2,3}(-[A-Za-z0-9]+)*}/changes",
        route::get().to(languages::changes),
    );
    config.route(
        "/letters/{slug}/{lang:[a-z]{2,3}(-[A-Za-z0-9]+)*}/versions/{n}.txt",
        route::get().to(languages::plain),
    );
    config.route(
        "/letters/{slug}/{lang:[a-z]{2,3}(-[A-Za-z0-9]+)*}/versions/{n}",
        route::get().to(languages::one),
    );
    config.route("/letters/{slug}/versions/{n}.txt", route::get().to(changes::plain));
    config.route("/letters/{slug}/versions/{n}", route::get().to(changes::one));
    config.route("/letters/{slug}/editions", route::get().to(editions::all));
    for (ending, form) in forms::OLD {
        let handler = move |lists, request| forms::old(lists, request, form);
        config.route(&format!("/letters/{{slug}}/editions/{{n}}.{ending}"), route::get().to(handler));
    }
    config.route("/letters/{slug}/editions/{n}/since", route::get().to(moved::show));
    config.route("/letters/{slug}/editions/{n}", route::get().to(editions::one));
    config.route("/previews/{token}", route::get().to(preview::show));
}
