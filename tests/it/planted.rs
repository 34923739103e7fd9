//! What is personal is planted, and then looked for everywhere it must not be.

use crate::support::app::{TestApp, binary};
use crate::support::browser::{Browser, Page};
use crate::support::db::Engine;
use crate::support::mailbox::Mailbox;
use crate::support::raw::exchange;
use crate::support::smtp::closed_port;
use crate::support::{cast, staff};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use undersigned::clock::{Clock, Timestamp};

const NAME: &str = "Quillon Vantreese";
const ROLE: &str = "Marmalade Warden";
const ADDRESS: &str = "qvantreese7@mulberry.example";
const NOTE: &str = "zanzibarcanary";
const REPORTER: &str = "Oswinbert Tharpe";
const REPORTERS_ADDRESS: &str = "otharpe5@mulberry.example";
const REPORTED: &str = "umbrellafinch";
const NOTE_OF_STAFF: &str = "The name is right.";
const MODERATOR: &str = "Mirabel Quorndon";
const MODERATORS_ADDRESS: &str = "mquorndon3@mulberry.example";

/// As they would be found, in any letter case: the parts of the addresses that are nobody else's.
const PLANTED: [&str; 9] = [
    "quillon",
    "marmalade warden",
    "qvantreese7",
    NOTE,
    "mirabel",
    "mquorndon3",
    "oswinbert",
    "otharpe5",
    REPORTED,
];

fn hold_nothing(place: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    for planted in PLANTED {
        assert!(!text.contains(planted), "{planted:?} is in {place}");
    }
}

fn holds_nothing(page: &Page) {
    hold_nothing(&page.path, page.body.as_bytes());
    hold_nothing(&format!("the head of {}", page.path), format!("{:?}", page.headers).as_bytes());
}

/// The program with everything logged into a file.
struct Server(Child);

impl Server {
    fn start(app: &TestApp, port: u16, log: &Path) -> Self {
        let mut command = binary();
        command
            .arg("serve")
            .env("UNDERSIGNED_DATABASE_URL", &app.database.url)
            .env("UNDERSIGNED_DATA_DIR", app.data_dir())
            .env("UNDERSIGNED_LISTEN", format!("127.0.0.1:{port}"))
            .env("UNDERSIGNED_LOG", "trace")
            .env("UNDERSIGNED_MODERATION_DELAY", "0s")
            .stdout(Stdio::piped())
            .stderr(File::create(log).unwrap());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("ready on "), "{line}");
        Self(child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn nothing_personal_is_in_public_answers_logs_or_files() {
    let mut app = TestApp::spawn(Engine::Sqlite).await;
    let mut settings = cast::settings(&app);
    (settings.published_at, settings.closes_at) = (Timestamp::parse("2019-10-07T09:00:00Z"), None);
    cast::campaign(&app, settings).await;
    let invitation = staff::invitation(&app, MODERATORS_ADDRESS, "moderator", Some("letter"));
    app.stop();
    let (port, logs) = (closed_port(), tempfile::tempdir().unwrap());
    let (base_url, log) = (format!("http://127.0.0.1:{port}"), logs.path().join("log"));
    let server = Server::start(&app, port, &log);

    sign(&base_url).await;
    let moderator = approve(&base_url, &invitation).await;
    report(&base_url, &moderator).await;
    holds_nothing_in_public(&base_url).await;

    assert!(files_hold_nothing(app.database.folder().unwrap()), "the name of the organization is in no file");
    files_hold_nothing(&app.data_dir());
    std::process::Command::new("kill").arg(server.0.id().to_string()).status().unwrap();
    let mut server = server;
    assert!(server.0.wait().unwrap().success());
    files_hold_nothing(app.database.folder().unwrap());
    let logged = std::fs::read(&log).unwrap();
    assert!(logged.len() > 1_000, "nothing was logged");
    hold_nothing("the log", &logged);
}

/// Signs with everything personal in it, twice over, and verifies.
async fn sign(base_url: &str) {
    let visitor = Browser::new(base_url);
    let form = cast::filled_in(&visitor, "Mulberry Society", ADDRESS).await;
    let form = form.fill("representative", NAME).fill("role", ROLE).fill("note", NOTE).tick("updates");
    holds_nothing(&cast::send(&visitor, &form).await.at("/letters/letter/sign/sent"));
    let mail = Mailbox::new(visitor.clone()).newest_about(ADDRESS, "Verify your sign-on").await;
    // Only whoever has the mail sees what it is about.
    let page = visitor.get(&mail.link("/verify/")).await.expect(200).says(NAME).says(ROLE);
    holds_nothing(&visitor.submit(&page.form()).await.at("/letters/letter/sign/verified"));
    // A stranger who tries the same organization and address learns nothing.
    let stranger = Browser::new(base_url);
    holds_nothing(&cast::send(&stranger, &form).await.at("/letters/letter/sign/sent"));
}

/// A moderator comes in, searches, reads and approves.
async fn approve(base_url: &str, invitation: &str) -> Browser {
    let moderator = Browser::new(base_url);
    let page = moderator.get(invitation).await.expect(200);
    let form = page.form().fill("name", MODERATOR).fill("password", staff::PASSWORD);
    moderator.submit(&form).await.expect(200).says(MODERATOR);
    staff::set_up_factor(&moderator, Clock::system().now()).await;
    let queue = moderator.get("/staff/letters/letter/queue").await.expect(200);
    let entry =
        moderator.follow(&queue, "Mulberry Society").await.expect(200).says(NAME).says(ADDRESS).says(NOTE);
    moderator.submit(&entry.form_with_button("Approve")).await.expect(200);
    Mailbox::new(Browser::new(base_url)).newest_about(ADDRESS, "on the list").await;
    moderator
}

/// Somebody reports the entry with everything personal in it, and confirms it; one report stays unconfirmed. The moderator settles.
async fn report(base_url: &str, moderator: &Browser) {
    let visitor = Browser::new(base_url);
    for kind in ["wrong", "twice"] {
        let page = visitor.get("/letters/letter/report?entry=mulberry").await.expect(200);
        let form = page.form_with("email").choose("kind", kind).fill("text", REPORTED).fill("name", REPORTER);
        let form = form.fill("email", REPORTERS_ADDRESS).tick("answer");
        holds_nothing(&visitor.submit(&form).await.at("/letters/letter/report/sent"));
    }
    let mails = Mailbox::new(visitor.clone()).once_there_are(2, REPORTERS_ADDRESS).await;
    let link = mails[0].link("/reports/");
    let page = visitor.get(&link).await.expect(200).says(REPORTED).says(REPORTER);
    holds_nothing(&visitor.submit(&page.form()).await.at("/reports/confirmed"));
    // The link is spent: who finds it learns nothing more.
    holds_nothing(&visitor.get(&link).await.expect(200));
    let queue = moderator.get("/staff/letters/letter/queue?show=reported").await.expect(200);
    let entry = moderator.follow(&queue, "Mulberry Society").await.expect(200).says(REPORTED).says(REPORTER);
    let form = entry.form_with_button("Settle: nothing changes").fill("text", NOTE_OF_STAFF);
    moderator.submit(&form.press_text("Settle: nothing changes")).await.expect(200);
    Mailbox::new(visitor).newest_about(REPORTERS_ADDRESS, "What came of your report").await;
}

/// Every public answer, and every kind of refusal of a request that is full of personal data.
async fn holds_nothing_in_public(base_url: &str) {
    let stranger = Browser::new(base_url);
    let letter = stranger.get("/letters/letter").await.expect(200).says("Mulberry Society");
    let mut open: Vec<String> =
        letter.hrefs("body", "").into_iter().filter(|href| href.starts_with('/')).collect();
    open.extend(
        [
            "/",
            "/verify",
            "/login",
            "/login/reset",
            "/robots.txt",
            "/.well-known/security.txt",
            "/livez",
            "/readyz",
        ]
        .map(str::to_owned),
    );
    for ending in ["csv", "json", "txt", "atom"] {
        open.push(format!("/letters/letter.{ending}"));
    }
    open.push("/letters/letter?q=mulberry&country=KE".to_owned());
    for path in open {
        holds_nothing(&stranger.get(&path).await);
    }
    let typed = format!(
        "organization=M&representative=Quillon+Vantreese&role=Marmalade+Warden&note={NOTE}&email=qvantreese7%40mulberry.example"
    );
    let reported = format!(
        "entry=1&line=Mulberry&kind=other&text={REPORTED}&name=Oswin&email=otharpe5%40mulberry.example"
    );
    holds_nothing(&stranger.get(&format!("/reports/otharpe5?{reported}")).await.expect(404));
    holds_nothing(
        &stranger.post("/letters/letter/report", format!("{reported}&kind=wrong")).await.expect(400),
    );
    for path in
        ["/nothing/qvantreese7", "/verify/qvantreese7", "/sign-ons/qvantreese7", "/letters/qvantreese7"]
    {
        holds_nothing(&stranger.get(&format!("{path}?{typed}")).await.expect(404));
    }
    let twice = format!("{typed}&email=qvantreese7%40mulberry.example");
    holds_nothing(&stranger.post("/letters/letter/sign", twice).await.expect(400));
    holds_nothing(&stranger.post("/letters/letter/sign", format!("{typed}&role=%ff")).await.expect(400));
    let long = format!("{typed}{}", "x".repeat(70_000));
    holds_nothing(&stranger.post("/letters/letter/sign", long).await.expect(413));
    let foreign = format!(
        "POST /letters/letter/sign HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://elsewhere.example\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{typed}",
        typed.len()
    );
    let answer = exchange(base_url, foreign).await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    hold_nothing("the answer to a foreign form", answer.as_bytes());
}

/// Looks into every file of a folder; whether what is public was found there.
fn files_hold_nothing(folder: &Path) -> bool {
    let mut public = false;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            hold_nothing(&path.display().to_string(), &bytes);
            public |= String::from_utf8_lossy(&bytes).contains("Mulberry Society");
        }
    }
    public
}
