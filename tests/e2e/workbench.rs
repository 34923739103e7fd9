//! The workbench of moderators and what outsiders see of it: each journey in a browser that runs no script and in one that does.

mod colleague;
mod duplicates;
mod many;
mod objection;
mod queue;
mod two;

use crate::chromium::{Chromium, Scripts};
use crate::journeys::people::enroll;
use crate::support::app::TestApp;
use crate::support::on_both_engines;

const QUEUE: &str = "/staff/letters/letter/queue";

on_both_engines! {
    async fn a_queue_is_worked_through_without_scripts(app: TestApp) {
        queue::journey(&app, Scripts::Off).await;
    }

    async fn a_queue_is_worked_through_with_scripts(app: TestApp) {
        queue::journey(&app, Scripts::On).await;
    }

    async fn of_two_moderators_the_second_is_told_without_scripts(app: TestApp) {
        two::journey(&app, Scripts::Off).await;
    }

    async fn of_two_moderators_the_second_is_told_with_scripts(app: TestApp) {
        two::journey(&app, Scripts::On).await;
    }

    async fn many_are_approved_at_once_without_scripts(app: TestApp) {
        many::journey(&app, Scripts::Off).await;
    }

    async fn many_are_approved_at_once_with_scripts(app: TestApp) {
        many::journey(&app, Scripts::On).await;
    }

    async fn duplicates_are_made_one_or_said_to_be_two_without_scripts(app: TestApp) {
        duplicates::journey(&app, Scripts::Off).await;
    }

    async fn duplicates_are_made_one_or_said_to_be_two_with_scripts(app: TestApp) {
        duplicates::journey(&app, Scripts::On).await;
    }

    async fn a_second_colleague_joins_the_entry_that_stands_without_scripts(app: TestApp) {
        colleague::journey(&app, Scripts::Off).await;
    }

    async fn a_second_colleague_joins_the_entry_that_stands_with_scripts(app: TestApp) {
        colleague::journey(&app, Scripts::On).await;
    }

    async fn an_organization_says_that_it_was_not_them_without_scripts(app: TestApp) {
        objection::journey(&app, Scripts::Off).await;
    }

    async fn an_organization_says_that_it_was_not_them_with_scripts(app: TestApp) {
        objection::journey(&app, Scripts::On).await;
    }
}

/// Somebody comes to moderate the letter, and is at its queue in this window.
pub async fn enter(app: &TestApp, staff: &Chromium, name: &str, email: &str) {
    enroll(app, staff, (name, email), "moderator", Some("letter")).await;
    staff.open(QUEUE).await;
}

/// Somebody who moderates the letter, at the queue, in a window of their own.
async fn moderator(app: &TestApp, scripts: Scripts, name: &str, email: &str) -> Option<Chromium> {
    let staff = Chromium::start(scripts, &app.base_url).await?;
    enter(app, &staff, name, email).await;
    Some(staff)
}

/// “Mina Moderator”.
async fn mina(app: &TestApp, scripts: Scripts) -> Option<Chromium> {
    moderator(app, scripts, "Mina Moderator", "mina@staff.example").await
}

/// The names on the public list, once it has so many, with their numbers.
async fn listed(outside: &Chromium, count: usize) -> Vec<String> {
    for _ in 0..100 {
        outside.open("/letters/letter").await;
        let names = outside.texts("ol.names li bdi").await;
        if names.len() == count {
            let numbers = outside.attributes("ol.names li", "value").await;
            return numbers.iter().zip(names).map(|(number, name)| format!("{number}. {name}")).collect();
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("not {count} on the list:\n{}", outside.text().await);
}
