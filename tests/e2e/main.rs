//! The tests in a real browser: Chromium, driven through chromedriver at `TEST_WEBDRIVER_URL`, which `script/test` starts.
//! Without it they say that they are skipped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    unreachable_pub,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod accessibility;
mod chromium;
mod journey;
mod journeys;
mod keyboard;
mod passkeys;
mod pictures;
mod rules;
mod scanner;
#[path = "../it/support/mod.rs"]
mod support;
mod workbench;
