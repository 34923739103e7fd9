//! The integration tests: one binary, so that they link once. Each module is a subject.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    unreachable_pub,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod accounts;
mod address_book;
mod addresses;
mod architecture;
mod at_risk;
mod bulk;
mod campaigns;
mod claiming;
mod command_line;
mod consenting;
mod correcting;
mod deciding;
mod delivering;
mod demo;
mod digest;
mod documents;
mod duplicates;
mod elsewhere;
mod erasing;
mod handing_over;
mod hardening;
mod history;
mod independent_smtp;
mod intending;
mod inviting;
mod keeping;
mod kill;
mod languages;
mod licenses;
mod listing;
mod mailbox;
mod mailings;
mod merging;
mod migrations;
mod moderating;
mod naming;
mod notes;
mod numbers;
mod objecting;
mod outbox;
mod passing_over;
mod pinning;
mod planted;
mod press_pack;
mod previews;
mod private;
mod progress;
mod promises;
mod publishing;
mod queue;
mod races;
mod reasons;
mod reporting;
mod retention;
mod setting;
mod signing;
mod signing_again;
mod smtp;
mod support;
mod templates;
mod transfer;
mod unsubscribing;
mod updates;
mod wording;
