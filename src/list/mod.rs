//! The numbered list that everybody sees.
//!
//! Whatever changes a list raises `list_revision` on its campaign. The first reader after that has `store` make the next
//! `edition`: the approved sign-ons, put in their places by `ordering`. Every public form is made from one edition and from
//! nothing else, and `kept` keeps it, finished and compressed. `preview` shows a letter before it is public, to whoever has a link.
//! `timeline` is what happened with the letter since, `press` everything of it as one archive.

mod canonical;
mod changes;
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
mod named;
pub mod ordering;
mod page;
mod press;
mod preview;
mod public;
pub(crate) mod read;
mod since;
pub mod store;
mod text;
mod text_view;
mod timeline;
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
    config.route("/letters/{slug:[a-z0-9-]+}", route::get().to(page::show));
    config.route("/", route::get().to(index::show));
    for (ending, form) in forms::LIVE {
        let handler = move |lists, request| forms::live(lists, request, form);
        config.route(&format!("/letters/{{slug}}.{ending}"), route::get().to(handler));
    }
    config.route("/letters/{slug}", route::get().to(page::show));
    config.route("/letters/{slug}/changes", route::get().to(changes::all));
    config.route("/letters/{slug}/updates", route::get().to(updates::all));
    config.route("/letters/{slug}/press.zip", route::get().to(press::public));
    config.route("/letters/{slug}/versions/{n}.txt", route::get().to(changes::plain));
    config.route("/letters/{slug}/versions/{n}", route::get().to(changes::one));
    config.route("/letters/{slug}/editions", route::get().to(editions::all));
    for (ending, form) in forms::OLD {
        let handler = move |lists, request| forms::old(lists, request, form);
        config.route(&format!("/letters/{{slug}}/editions/{{n}}.{ending}"), route::get().to(handler));
    }
    config.route("/letters/{slug}/editions/{n}", route::get().to(editions::one));
    config.route("/previews/{token}", route::get().to(preview::show));
    config.route("/previews/{token}/press.zip", route::get().to(press::previewed));
}
