//! The log: one event per line on standard error, JSON unless a person is looking.

use crate::config::Settings;
use crate::web::reference;
use std::io::IsTerminal;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

/// Starts the log. Calling it twice does nothing more.
pub(super) fn start(settings: &Settings) {
    let filter = settings.log.clone();
    let person = std::io::stderr().is_terminal();
    let text = person.then(|| fmt::layer().with_writer(std::io::stderr).with_target(false));
    let json = (!person).then(|| fmt::layer().json().flatten_event(true).with_writer(std::io::stderr));
    let layers = text.map(Layer::boxed).into_iter().chain(json.map(Layer::boxed)).collect::<Vec<_>>();
    let started =
        tracing_subscriber::registry().with(layers.with_filter(filter_fn(may_be_written))).with(filter);
    if started.try_init().is_ok() {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string);
            let request = reference::current().map(|reference| reference.to_string());
            // Not what it says: a panic about a text quotes the text.
            tracing::error!(place, request, "the program has a defect here and gave up one piece of work");
        }));
    }
}

/// Our own events hold no personal data. Libraries write requests and statements as they are when asked for details, so
/// of theirs only warnings and errors are written, whatever the filter says.
fn may_be_written(event: &Metadata<'_>) -> bool {
    let ours = event.target().split("::").next() == Some(env!("CARGO_CRATE_NAME"));
    ours || *event.level() <= Level::WARN
}
