//! Everybody who tries the addresses, and how they ask.

use super::Row;
use crate::accounts::{cookie, keys, session_cookie};
use crate::support::app::TestApp;
use crate::support::browser::Page;
use crate::support::staff::{self, PASSWORD};
use reqwest::Client;
use std::fmt;
use undersigned::account::store;
use undersigned::db::Tx;
use undersigned::ids::SignOnId;
use undersigned::text::EmailAddress;

/// What somebody is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rank {
    Visitor,
    ModeratorElsewhere,
    OrganizerElsewhere,
    Moderator,
    Organizer,
    Administrator,
}

/// What somebody has shown of the second factor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Factor {
    None,
    ShownNow,
    /// More than ten minutes ago.
    ShownBefore,
}

/// Somebody, logged in.
pub(super) struct Person {
    pub(super) rank: Rank,
    has_factor: bool,
    email: &'static str,
    cookie: String,
    pub(super) token: String,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: String,
    pub(super) path: String,
    body: String,
}

impl Answer {
    pub(super) fn says(&self, words: &str) -> bool {
        self.body.contains(words)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heading = self.body.split("<h1").nth(1).and_then(|rest| rest.split("</h1>").next());
        write!(f, "{} {} {} {}", self.path, self.status, self.location, heading.unwrap_or_default())
    }
}

/// Everybody, and what they ask about.
pub(super) struct People {
    all: Vec<Person>,
    client: Client,
    base_url: String,
    sign_on: SignOnId,
    /// The account that the addresses of accounts name.
    account: String,
}

type Who = (Rank, &'static str, &'static str, Option<&'static str>);
const WITH: [Who; 5] = [
    (Rank::ModeratorElsewhere, "elsewhere@staff.example", "moderator", Some("other")),
    (Rank::OrganizerElsewhere, "organizer.elsewhere@staff.example", "organizer", Some("other")),
    (Rank::Moderator, "moderator@staff.example", "moderator", Some("letter")),
    (Rank::Organizer, "organizer@staff.example", "organizer", Some("letter")),
    (Rank::Administrator, "administrator@staff.example", "administrator", None),
];
const WITHOUT: [Who; 5] = [
    (Rank::ModeratorElsewhere, "elsewhere.new@staff.example", "moderator", Some("other")),
    (Rank::OrganizerElsewhere, "organizer.elsewhere.new@staff.example", "organizer", Some("other")),
    (Rank::Moderator, "moderator.new@staff.example", "moderator", Some("letter")),
    (Rank::Organizer, "organizer.new@staff.example", "organizer", Some("letter")),
    (Rank::Administrator, "administrator.new@staff.example", "administrator", None),
];

impl People {
    /// One of each, with and without a second factor.
    pub(super) async fn gather(app: &TestApp, sign_on: SignOnId) -> Self {
        let mut people = Self::of(app, sign_on).await;
        for (who, has_factor) in
            WITHOUT.map(|who| (who, false)).into_iter().chain(WITH.map(|who| (who, true)))
        {
            people.all.push(person(app, who, has_factor).await);
        }
        people
    }

    /// An administrator and a moderator, both with a second factor.
    pub(super) async fn gather_administrator(app: &TestApp, sign_on: SignOnId) -> Self {
        let mut people = Self::of(app, sign_on).await;
        people.all.push(person(app, WITH[2], true).await);
        people.all.push(person(app, WITH[4], true).await);
        people
    }

    async fn of(app: &TestApp, sign_on: SignOnId) -> Self {
        staff::invitation(app, "target@staff.example", "administrator", None);
        let (cookie, token, email) = ("none=".to_owned(), String::new(), "nobody@staff.example");
        let visitor = Person { rank: Rank::Visitor, has_factor: false, email, cookie, token };
        Self {
            all: vec![visitor],
            client: Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap(),
            base_url: app.base_url.clone(),
            sign_on,
            account: account(app, "target@staff.example").await,
        }
    }

    /// Who has shown so much; the visitor shows nothing.
    pub(super) fn with(&self, factor: Factor) -> impl Iterator<Item = &Person> {
        self.all.iter().filter(move |person| person.has_factor == (factor != Factor::None))
    }

    pub(super) fn administrator(&self) -> &Person {
        self.all.last().unwrap()
    }

    pub(super) fn token_of_somebody_else(&self) -> &str {
        &self.all[1].token
    }

    /// What a browser says of a form on a page of ours.
    pub(super) fn headers_of_a_page(&self) -> Vec<(&'static str, String)> {
        vec![("origin", self.base_url.clone())]
    }

    /// Asks as a browser does.
    pub(super) async fn ask(&self, row: &Row, who: &Person) -> Answer {
        self.send(row, who, &self.headers_of_a_page(), &who.token).await
    }

    /// Asks with these headers, and this token of the form.
    pub(super) async fn send(
        &self,
        row: &Row,
        who: &Person,
        headers: &[(&'static str, String)],
        token: &str,
    ) -> Answer {
        let path = self.path(row);
        let mut request = match row.posts {
            false => self.client.get(format!("{}{path}", self.base_url)),
            true => self
                .client
                .post(format!("{}{path}", self.base_url))
                .header("content-type", "application/x-www-form-urlencoded")
                .body(format!("form_token={token}")),
        };
        for (name, value) in headers.iter().filter(|_| row.posts) {
            request = request.header(*name, value);
        }
        let answer = request.header("cookie", &who.cookie).send().await.unwrap();
        let location = answer.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
        let status = answer.status().as_u16();
        Answer { status, location: location.unwrap_or_default(), path, body: answer.text().await.unwrap() }
    }

    fn path(&self, row: &Row) -> String {
        let mut parts = row.parts.iter();
        let piece = |piece: &str| match piece {
            "{slug}" => "letter".to_owned(),
            "{sign_on}" => self.sign_on.to_string(),
            "{id}" => self.account.clone(),
            other if other.starts_with('{') => (*parts.next().expect("a row lacks a part")).to_owned(),
            other => other.to_owned(),
        };
        row.pattern.split('/').map(piece).collect::<Vec<_>>().join("/")
    }

    /// Disables somebody, as another administrator would.
    pub(super) async fn disable(&self, app: &TestApp, who: &Person) {
        let (keys, email) = (keys(app), EmailAddress::parse(who.email).unwrap());
        let now = app.clock.now();
        let write = move |tx: &mut Tx<'_>| {
            let id = store::by_email(tx, &keys, &email)?.unwrap().id;
            Ok::<_, store::Error>(store::set_disabled(tx, id, Some(now))?)
        };
        assert!(app.db().await.write(write).await.unwrap());
    }
}

async fn account(app: &TestApp, email: &str) -> String {
    let (keys, email) = (keys(app), EmailAddress::parse(email).unwrap());
    let found = app.db().await.read(move |conn| store::by_email(conn, &keys, &email)).await;
    found.unwrap().unwrap().id.to_string()
}

async fn person(app: &TestApp, (rank, email, role, slug): Who, has_factor: bool) -> Person {
    let link = staff::invitation(app, email, role, slug);
    let browser = app.browser();
    let page = browser.get(&link).await.expect(200);
    let form = page.form().fill("name", role).fill("password", PASSWORD);
    let home = browser.submit(&form).await.expect(200);
    let token = home.form_with_button("Log out").value("form_token").to_owned();
    let cookie = match has_factor {
        true => {
            app.factors.keep(email, staff::set_up_factor(&browser, app.clock.now()).await);
            session_cookie(app, email).await
        }
        false => password_cookie(app, email).await,
    };
    Person { rank, has_factor, email, cookie, token }
}

async fn password_cookie(app: &TestApp, email: &str) -> String {
    let page: Page = app.get("/login").await;
    let form = page.form().fill("email", email).fill("password", PASSWORD);
    cookie(&crate::accounts::bare_post(app, "/login", "none=", form.encoded()).await, "session")
}
