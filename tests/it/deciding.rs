//! What becomes of a decision: it waits, it can be taken back, it is answered.

mod attest;
mod four_eyes;
mod hold;
mod mails;
mod undo;

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::cast;
use std::time::Duration;

const QUEUE: &str = "/staff/letters/letter/queue";

/// An organization that has verified, and the path of its private page.
async fn verified(app: &TestApp, organization: &str, email: &str) -> String {
    cast::sign_and_verify(app, organization, email).await.link("/sign-ons/")
}

/// The page of a sign-on that waits for review.
async fn open(browser: &Browser, organization: &str) -> Page {
    let queue = browser.get(QUEUE).await.expect(200);
    browser.follow(&queue, organization).await.expect(200)
}

/// The names on the public list, once it has so many.
async fn listed(app: &TestApp, count: usize) -> Vec<String> {
    let mut names = Vec::new();
    for _ in 0..40 {
        let page = app.get("/letters/letter").await;
        names = page.texts("ol.names li");
        if page.status == 200 && names.len() == count {
            return names;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not {count} on the list after 2 s, but {names:?}");
}
