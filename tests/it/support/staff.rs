//! People who work on the instance, each in a browser of their own and logged in.

use super::app::TestApp;
use super::browser::{Browser, Page};
use std::collections::BTreeMap;
use std::sync::Mutex;
use undersigned::account::second_factor::Secret;
use undersigned::clock::Timestamp;

/// What everybody of the staff has as a password.
pub const PASSWORD: &str = "sofa kiln ledger";

/// Invites somebody from the command line; the path of the link that it prints.
pub fn invitation(app: &TestApp, email: &str, role: &str, slug: Option<&str>) -> String {
    let mut arguments = vec!["staff", "invite", email, "--role", role];
    arguments.extend(slug.into_iter().flat_map(|slug| ["--campaign", slug]));
    let output = app.command(&arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let link = String::from_utf8(output.stdout).unwrap();
    link.trim().strip_prefix(&app.base_url).unwrap().to_owned()
}

/// What somebody has on their phone and on paper.
pub struct Factor {
    pub secret: Secret,
    pub recovery_codes: Vec<String>,
}

/// The second factors of the people of a story, by their addresses.
#[derive(Default)]
pub struct Factors(Mutex<BTreeMap<String, Factor>>);

impl Factors {
    pub fn keep(&self, email: &str, factor: Factor) {
        self.0.lock().unwrap().insert(email.to_lowercase(), factor);
    }

    /// The secret in somebody's app.
    pub fn secret(&self, email: &str) -> Secret {
        self.0.lock().unwrap()[email].secret.clone()
    }

    /// Strikes a recovery code off somebody's paper.
    pub fn recovery_code(&self, email: &str) -> String {
        self.0.lock().unwrap().get_mut(&email.to_lowercase()).unwrap().recovery_codes.pop().unwrap()
    }
}

/// Sets up an app for codes. The code is the one before the one of `now`, so that those of now and of the next step can still be used.
pub async fn set_up_factor(browser: &Browser, now: Timestamp) -> Factor {
    let page = browser.get("/staff/account/app").await.expect(200);
    let secret = Secret::parse(&page.texts("code.secret")[0]).unwrap();
    let form = page.form_with("code").fill("code", &secret.code(Secret::step_at(now) - 1));
    let page = browser.submit(&form).await.expect(200).says("Your recovery codes");
    let recovery_codes = page.texts("ul.codes code");
    assert_eq!(recovery_codes.len(), 10);
    Factor { secret, recovery_codes }
}

/// Types address and password.
pub async fn type_password(browser: &Browser, email: &str, password: &str) -> Page {
    let page = browser.get("/login").await.expect(200);
    browser.submit(&page.form().fill("email", email).fill("password", password)).await
}

/// Tries to log in: with the password, and with a recovery code where a code is asked for. The app's codes are left to the story.
pub async fn log_in(app: &TestApp, browser: &Browser, email: &str, password: &str) -> Page {
    let page = type_password(browser, email, password).await;
    if !page.path.starts_with("/login/code") {
        return page;
    }
    browser.submit(&page.form().fill("code", &app.factors.recovery_code(email))).await
}

/// Invites somebody, who accepts and sets up a second factor.
async fn member(app: &TestApp, name: &str, email: &str, role: &str, slug: Option<&str>) -> Browser {
    let link = invitation(app, email, role, slug);
    let browser = app.browser();
    let page = browser.get(&link).await.expect(200);
    let form = page.form().fill("name", name).fill("password", PASSWORD);
    browser.submit(&form).await.expect(200).says(name);
    app.factors.keep(email, set_up_factor(&browser, app.clock.now()).await);
    browser
}

/// “Ada Administrator” at `ada@staff.example`.
pub async fn administrator(app: &TestApp) -> Browser {
    member(app, "Ada Administrator", "ada@staff.example", "administrator", None).await
}

/// Another administrator, “Abe Again” at `abe@staff.example`.
pub async fn second_administrator(app: &TestApp) -> Browser {
    member(app, "Abe Again", "abe@staff.example", "administrator", None).await
}

/// “Olu Organizer” at `olu@staff.example`, of one campaign.
pub async fn organizer(app: &TestApp, slug: &str) -> Browser {
    member(app, "Olu Organizer", "olu@staff.example", "organizer", Some(slug)).await
}

/// “Mina Moderator” at `mina@staff.example`, of one campaign.
pub async fn moderator(app: &TestApp, slug: &str) -> Browser {
    member(app, "Mina Moderator", "mina@staff.example", "moderator", Some(slug)).await
}

/// Another moderator of one campaign, “Tom Twice” at `tom@staff.example`, for when two decide at once.
pub async fn second_moderator(app: &TestApp, slug: &str) -> Browser {
    member(app, "Tom Twice", "tom@staff.example", "moderator", Some(slug)).await
}
