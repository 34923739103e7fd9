//! The benches: what `docs/performance.md` holds is printed here, each figure beside its yardstick of the same run.
//!
//! ```sh
//! cargo bench                           # everything, some ten minutes
//! cargo bench -- public_page sign_on    # these subjects
//! cargo bench -- --quick                # one short round of everything: does it run at all?
//! ```
//!
//! They assert nothing, and they are no tests: a figure depends on the machine. Wanted are two processors with nothing else
//! to do, and of the system's packages nginx, wrk and util-linux (taskset).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    unreachable_pub,
    reason = "a bench stops at the first thing that is not as it should be, and prints"
)]

mod footprint;
mod log_in;
mod moderation;
mod public_page;
mod sign_on;
mod support;
mod transfer;

use support::bench::Bench;

/// A subject's name, and what runs it.
type Subject = (&'static str, fn(&Bench));

const SUBJECTS: &[Subject] = &[
    ("public_page", public_page::run),
    ("sign_on", sign_on::run),
    ("moderation", moderation::run),
    ("transfer", transfer::run),
    ("log_in", log_in::run),
    ("footprint", footprint::run),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(place) = arguments.iter().position(|argument| argument == sign_on::BARE) {
        return sign_on::bare(&arguments[place + 1..]);
    }
    let wanted: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|argument| !argument.starts_with("--")).collect();
    if let Some(unknown) = wanted.iter().find(|name| !SUBJECTS.iter().any(|(subject, _)| subject == *name)) {
        let subjects: Vec<_> = SUBJECTS.iter().map(|(subject, _)| *subject).collect();
        panic!("there is no subject {unknown}; there are {}", subjects.join(", "));
    }
    let bench = Bench::new(arguments.iter().any(|argument| argument == "--quick"));
    support::machine::describe();
    support::machine::take_place();
    bench.heading();
    for (name, run) in SUBJECTS {
        if wanted.is_empty() || wanted.contains(name) {
            eprintln!("{name} …");
            run(&bench);
        }
    }
}
