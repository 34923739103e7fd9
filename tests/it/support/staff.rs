//! People who work on the instance, each in a browser of their own and logged in.

use super::app::TestApp;
use super::browser::Browser;

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

/// Invites somebody, who accepts.
async fn member(app: &TestApp, name: &str, email: &str, role: &str, slug: Option<&str>) -> Browser {
    let link = invitation(app, email, role, slug);
    let browser = app.browser();
    let page = browser.get(&link).await.expect(200);
    let form = page.form().fill("name", name).fill("password", PASSWORD);
    browser.submit(&form).await.expect(200).says(name);
    browser
}

/// “Ada Administrator” at `ada@staff.example`.
pub async fn administrator(app: &TestApp) -> Browser {
    member(app, "Ada Administrator", "ada@staff.example", "administrator", None).await
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
