//! The people of the journeys. At each page at which they stop they see that it is the right one and that it fits into the window of a
//! phone; where their browser runs scripts, also that no rule is broken that a program can check.

use crate::chromium::{Chromium, Look, Scripts};
use crate::rules::{Rules, too_wide};
use crate::support::app::TestApp;
use crate::support::staff::{PASSWORD, invitation};
use serde_json::Value;
use std::ops::Deref;
use std::time::Duration;
use undersigned::account::second_factor::Secret;

/// What somebody sees at once: where they are, where the focus is, what there is to mend. A thing to mend is lost when its link does not
/// lead to a field that says it.
const SEEN: &str = "const said = e => e ? e.textContent.trim().replace(/\\s+/g, ' ') : '';
const field = a => document.getElementById(a.hash.slice(1))?.closest('.field.wrong');
return {
  ready: document.readyState === 'complete',
  title: document.title,
  headings: [...document.querySelectorAll('h1')].map(said),
  focus: document.activeElement?.id ?? '',
  summary: said(document.querySelector('#errors h2')),
  lost: [...document.querySelectorAll('#errors a')].filter(a => said(field(a)?.querySelector('.error')) !== said(a)).map(said),
};";

/// Somebody at a browser.
pub struct Person {
    browser: Chromium,
    rules: Option<Rules>,
    look: Look,
}

impl Deref for Person {
    type Target = Chromium;

    fn deref(&self) -> &Chromium {
        &self.browser
    }
}

impl Person {
    /// Somebody who does everything on a phone, if there is a browser.
    pub async fn with_a_phone(app: &TestApp, scripts: Scripts) -> Option<Self> {
        Self::at(app, scripts, Look::PHONE).await
    }

    async fn at(app: &TestApp, scripts: Scripts, look: Look) -> Option<Self> {
        let browser = Chromium::start(scripts, &app.base_url).await?;
        browser.look(look).await;
        let rules = if scripts == Scripts::On { Rules::load() } else { None };
        Some(Self { browser, rules, look })
    }

    /// Looks at the page that is open, which has this heading and no other.
    pub async fn stops_at(&self, heading: &str) {
        let seen = self.until(|seen| seen["headings"] == Value::from(vec![heading])).await;
        let place = self.path().await;
        assert_eq!(seen["headings"], Value::from(vec![heading]), "{place}:\n{}", self.text().await);
        assert_eq!(seen["summary"], "", "{place}");
        self.judges().await;
    }

    /// Looks at the form that came back: on top, where the focus is, stands what is to mend, and beside each field.
    pub async fn mends(&self, summary: &str) {
        let seen = self.until(|seen| seen["focus"] == "errors").await;
        let place = self.path().await;
        assert_eq!(seen["summary"], summary, "{place}:\n{}", self.text().await);
        assert_eq!(seen["focus"], "errors", "{place}: where the focus is");
        assert_eq!(seen["lost"], Value::Array(vec![]), "{place}: said on top and not beside a field");
        assert!(seen["title"].as_str().unwrap().starts_with("Error: "), "{place}: {}", seen["title"]);
        self.judges().await;
    }

    /// The names of the page that is open, with their numbers.
    pub async fn list(&self) -> Vec<String> {
        let lines = "return [...document.querySelectorAll('ol.names > li')].map(li => li.value + '. ' + li.querySelector('bdi').textContent)";
        let Value::Array(lines) = self.run(lines, vec![]).await else { unreachable!() };
        lines.iter().map(|line| line.as_str().unwrap().to_owned()).collect()
    }

    /// What is seen once the page is there and this holds; or what is seen after a second.
    async fn until(&self, holds: impl Fn(&Value) -> bool) -> Value {
        let mut seen = self.run(SEEN, vec![]).await;
        for _ in 0..40 {
            if seen["ready"] == true && holds(&seen) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
            seen = self.run(SEEN, vec![]).await;
        }
        seen
    }

    async fn judges(&self) {
        let is_elsewhere = self.look.width != Look::PHONE.width;
        if is_elsewhere {
            self.browser.look(Look::PHONE).await;
        }
        let mut wrong: Vec<String> = too_wide(self).await.into_iter().collect();
        if let Some(rules) = &self.rules {
            rules.enter(self).await;
            wrong.extend(Rules::broken(self).await);
        }
        if is_elsewhere {
            self.browser.look(self.look).await;
        }
        assert!(wrong.is_empty(), "{}: {}", self.path().await, wrong.join("\n"));
    }
}

/// Somebody who works on the instance, at a desk.
pub struct Staff {
    person: Person,
    email: &'static str,
    secret: Secret,
}

impl Deref for Staff {
    type Target = Person;

    fn deref(&self) -> &Person {
        &self.person
    }
}

impl Staff {
    /// Somebody accepts an invitation, sets up a second factor and is logged in.
    pub async fn enter(app: &TestApp, scripts: Scripts, role: &str, slug: Option<&str>) -> Self {
        let (name, email) = match role {
            "administrator" => ("Ada Administrator", "ada@staff.example"),
            "organizer" => ("Olu Organizer", "olu@staff.example"),
            _ => ("Mina Moderator", "mina@staff.example"),
        };
        let person = Person::at(app, scripts, Look::DESK).await.unwrap();
        let secret = enroll(app, &person, (name, email), role, slug).await;
        Self { person, email, secret }
    }

    /// Logs in once more, after a time in which their session has ended.
    pub async fn log_in(&self, app: &TestApp) {
        self.open("/login").await;
        self.stops_at("Log in").await;
        self.fill("email", self.email).await;
        self.fill("password", PASSWORD).await;
        self.press("Log in").await;
        self.stops_at("Your code").await;
        self.fill("code", &self.code(app)).await;
        self.press("Log in").await;
    }

    /// Shows the code once more, for what is hard to take back.
    pub async fn confirms(&self, app: &TestApp) {
        self.stops_at("Confirm that it is you").await;
        self.fill("code", &self.code(app)).await;
        self.press("Confirm and go on").await;
    }

    fn code(&self, app: &TestApp) -> String {
        self.secret.code(Secret::step_at(app.clock.now()))
    }
}

/// Somebody accepts an invitation in this window and sets up a second factor: what their app holds.
pub async fn enroll(
    app: &TestApp,
    browser: &Chromium,
    (name, email): (&str, &str),
    role: &str,
    slug: Option<&str>,
) -> Secret {
    browser.open(&invitation(app, email, role, slug)).await;
    browser.fill("name", name).await;
    browser.fill("password", PASSWORD).await;
    browser.press("Accept and log in").await;
    browser.follow("set up your second factor").await;
    let secret = Secret::parse(&browser.texts("code.secret").await[0]).unwrap();
    browser.fill("code", &secret.code(Secret::step_at(app.clock.now()))).await;
    browser.press("Set it up").await;
    secret
}
