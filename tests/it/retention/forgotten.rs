//! Somebody whose data stands everywhere where it can asks for it, and erases it: then it is nowhere any more.

use crate::accounts::keys;
use crate::support::app::TestApp;
use crate::support::both;
use crate::support::browser::Browser;
use crate::support::cast::{open_letter, sign_and_verify};
use crate::support::db::Engine;
use crate::support::files::read;
use crate::support::on_both_engines;
use crate::support::queue::press;
use crate::support::staff::{PASSWORD, log_in, moderator, organizer};
use diesel::sql_types::Binary;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use serde_json::Value;
use std::collections::BTreeSet;
use undersigned::clock::{hours, minutes};
use undersigned::db::columns::Id;
use undersigned::db::{Conn, Error};
use undersigned::ids::AnyId;

const NAME: &str = "Quillon Vantreese";
const ROLE: &str = "Marmalade Warden";
const ADDRESS: &str = "qvantreese7@mulberry.example";
const QUEUE: &str = "/staff/letters/letter/queue";

/// What is planted, in small letters: who they are, what they wrote, and what staff wrote of them.
const PLANTED: [&str; 13] = [
    "quillon",
    "marmalade warden",
    "qvantreese7",
    "notezanzibar",
    "answerheron",
    "correctionibis",
    "intentionkestrel",
    "reportfinch",
    "questionplover",
    "staffnotewren",
    "becausegannet",
    "holdreasonlark",
    "noticestork",
];

/// What is sealed, as column, id, and field of the seal: every such column of the schema stands here.
const SEALED: [(&str, &str, &str, &str); 23] = [
    ("accounts", "id", "sealed", "account"),
    ("code_apps", "account_id", "sealed", "code app"),
    ("passkeys", "id", "sealed", "passkey"),
    ("preview_links", "id", "sealed", "name"),
    ("answers", "id", "sealed", "answer"),
    ("attestations", "sign_on_id", "sealed", "attestation"),
    ("contacts", "id", "sealed", "contact"),
    ("hand_overs", "id", "sealed", "contact"),
    ("outbox", "id", "sealed_to", "to"),
    ("outbox", "id", "sealed", "content"),
    ("notes", "sign_on_id", "sealed", "note"),
    ("notices", "id", "sealed", "notice"),
    ("corrections", "id", "note", "correction note"),
    ("reports", "id", "sealed", "report"),
    ("invitations", "id", "sealed", "invited address"),
    ("invitations", "id", "reason", "why not"),
    ("intentions", "id", "sealed", "contact"),
    ("elsewhere", "sign_on_id", "sealed", "elsewhere"),
    ("elsewhere_lines", "import_id", "sealed", "line from elsewhere"),
    ("deliveries", "id", "sealed", "who delivered"),
    ("addresses", "id", "sealed", "book address"),
    // Keyed hashes and other bytes are not sealed; these two are whole secrets of their own.
    ("editions", "id", "entries", ""),
    ("instance_facts", "name", "value", ""),
];

/// Bytes that hold no text: digests, keyed hashes, what a passkey is made of.
const NO_TEXT: [&str; 12] = [
    "digest",
    "email_key",
    "domain_key",
    "contact_key",
    "recipient_key",
    "reporter_key",
    "code_digest",
    "session",
    "credential_id",
    "public_key",
    "holder",
    "previous",
];

#[derive(QueryableByName)]
struct Sealed {
    #[diesel(sql_type = Id)]
    id: AnyId,
    #[diesel(sql_type = Binary)]
    sealed: Vec<u8>,
}

/// Everything that is sealed in the database, opened: where it stands, and what it says in small letters.
async fn opened(app: &TestApp) -> Vec<(String, String)> {
    let keys = keys(app);
    let read = move |conn: &mut Conn| -> Result<Vec<(String, String)>, Error> {
        let mut all = Vec::new();
        for (table, id, column, field) in SEALED.iter().filter(|(.., field)| !field.is_empty()) {
            let query =
                format!("select {id} as id, {column} as sealed from {table} where {column} is not null");
            let rows: Vec<Sealed> = both!(conn, |c| sql_query(query).load(c))?;
            for row in rows {
                let plain = keys.open(row.id.uuid(), field, &row.sealed);
                let plain = plain.unwrap_or_else(|_| panic!("{table}.{column} is not sealed as {field:?}"));
                all.push((format!("{table}.{column}"), String::from_utf8_lossy(&plain).to_lowercase()));
            }
        }
        Ok(all)
    };
    app.db().await.read(read).await.unwrap()
}

/// Where something planted stands, sealed or not: in the rows of the tables, and for the embedded database in the bytes of its files.
async fn found(app: &TestApp) -> BTreeSet<(String, &'static str)> {
    let mut found = BTreeSet::new();
    for (place, plain) in opened(app).await {
        found.extend(PLANTED.iter().filter(|word| plain.contains(**word)).map(|word| (place.clone(), *word)));
    }
    for place in [
        "sign_ons",
        "stood_before",
        "audit_entries",
        "answers",
        "corrections",
        "distinct_pairs",
        "intentions",
    ] {
        let text = rows(app, place).await.to_lowercase();
        found.extend(
            PLANTED.iter().filter(|word| text.contains(**word)).map(|word| (place.to_owned(), *word)),
        );
    }
    if let Some(folder) = app.database.folder() {
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            // The log beside the database holds pages as they were until it is taken over, which a server does as it goes.
            if path.extension().is_some_and(|end| end == "db") {
                let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).to_lowercase();
                found.extend(
                    PLANTED
                        .iter()
                        .filter(|word| text.contains(**word))
                        .map(|word| ("the file".to_owned(), *word)),
                );
            }
        }
    }
    found
}

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

/// Every text of a table, run together.
async fn rows(app: &TestApp, table: &'static str) -> String {
    let columns: Vec<&str> = match table {
        "sign_ons" => vec!["organization", "question", "reason_text", "line"],
        "stood_before" => vec!["question", "reason_text"],
        "audit_entries" => vec!["old_value", "new_value", "reason"],
        "answers" => vec!["question"],
        "corrections" => vec!["organization", "line"],
        "intentions" => vec!["organization"],
        _ => vec!["reason"],
    };
    let parts: Vec<String> = columns.iter().map(|column| format!("coalesce({column}, '')")).collect();
    let query = format!("select {} as text from {table}", parts.join(" || ' ' || "));
    let read =
        move |conn: &mut Conn| -> Result<Vec<Text>, Error> { Ok(both!(conn, |c| sql_query(query).load(c))?) };
    let rows = app.db().await.read(read).await.unwrap();
    rows.into_iter().map(|row| row.text + "\n").collect()
}

/// Signs by an invitation, and leaves something in every place where something can be left.
async fn leave_everything(app: &TestApp, mina: &Browser, olu: &Browser) -> String {
    let visitor = app.browser();
    let form = olu.get("/staff/letters/letter/invitations").await.form_with("organizations");
    let preview =
        olu.submit(&form.fill("organizations", &format!("Mulberry Society,{ADDRESS}"))).await.expect(200);
    olu.submit(&preview.form_with("organizations").press("do")).await.expect(200);
    let link = app.mailbox().newest_to(ADDRESS).await.link("/invitations/");
    let form = visitor.get(&link).await.expect(200).form_with("organization").choose("country", "KE");
    let form =
        form.fill("website", "https://mulberry.example").fill("representative", NAME).fill("role", ROLE);
    let form = form.fill("note", "notezanzibar").tick("updates").choose("basis", "head").tick("authority");
    let review = visitor.submit(&form).await.expect(200);
    visitor.submit(&review.form().press("send")).await;
    let mail = app.mailbox().newest_about(ADDRESS, "Verify your sign-on").await;
    visitor.submit(&visitor.get(&mail.link("/verify/")).await.form()).await.says("Verified. Thank you");
    let private = app.mailbox().newest_about(ADDRESS, "waits for review").await.link("/sign-ons/");
    // Staff write a note, ask, and are answered; they ask the organization at an address that it published, too.
    let page = mina.follow(&mina.get(QUEUE).await, "Mulberry Society").await.expect(200);
    let href = page.path.clone();
    mina.submit(&page.form_with_button("Save the note").fill("text", "staffnotewren: call Quillon."))
        .await
        .expect(200);
    let hold = mina.get(&href).await.form_with_button("Hold").fill("text", "Quillon, questionplover?");
    mina.submit(&hold).await.expect(200);
    app.clock.advance(minutes(11));
    let form = visitor
        .get(&private)
        .await
        .expect(200)
        .form_with_button("Send the answer")
        .fill("answer", "answerheron");
    visitor.submit(&form).await.expect(200);
    let page = mina.get(&format!("{href}/notice")).await.expect(200);
    mina.submit(
        &page.form_with_button("Send the question").fill("email", ADDRESS).fill("source", "noticestork"),
    )
    .await
    .expect(200);
    app.clock.advance(hours(2));
    log_in(app, mina, "mina@staff.example", PASSWORD).await;
    // On hold without a mail, for reasons; then approved, because.
    let hold = mina
        .get(&href)
        .await
        .form_with_button("Hold")
        .untick("notify")
        .fill("text", "holdreasonlark of Quillon");
    mina.submit(&hold).await.expect(200);
    let approve =
        mina.get(&href).await.form_with_button("Approve").fill("text", "becausegannet: Quillon called.");
    mina.submit(&approve).await.expect(200);
    app.clock.advance(minutes(11));
    // They object to a correction, mean to sign for another organization, and report another entry.
    let page = mina.get(&format!("{href}/correct")).await.expect(200);
    mina.submit(&page.form_with("name").fill("name", "Mulberry Institute").fill("text", "As they write it."))
        .await
        .expect(200);
    let page = visitor.get(&format!("{private}/object")).await.expect(200);
    visitor.submit(&page.form_with("text").fill("text", "correctionibis")).await.expect(200);
    let form = visitor
        .get("/letters/letter/intention")
        .await
        .form_with("decides_on")
        .fill("organization", "Board of IntentionKestrel");
    let form = form.choose("country", "KE").fill("representative", NAME).fill("role", ROLE);
    visitor.submit(&form.fill("email", ADDRESS).fill("decides_on", "2026-03-16")).await;
    app.mailbox().newest_about(ADDRESS, "Confirm when you decide").await;
    let page = visitor.get("/letters/letter/report?entry=another").await.expect(200);
    let form = page.form_with("email").choose("kind", "wrong").fill("text", "reportfinch").fill("name", NAME);
    visitor.submit(&form.fill("email", ADDRESS)).await.at("/letters/letter/report/sent");
    let link = app.mailbox().newest_about(ADDRESS, "Send your report").await.link("/reports/");
    visitor.submit(&visitor.get(&link).await.expect(200).form()).await.expect(200);
    private
}

on_both_engines! {
    async fn everything_that_is_held_is_handed_out_and_what_is_erased_is_nowhere_any_more(app: TestApp) {
        open_letter(&app).await;
        let (mina, olu) = (moderator(&app, "letter").await, organizer(&app, "letter").await);
        sign_and_verify(&app, "Another Network", "a@another.example").await;
        let page = mina.follow(&mina.get(QUEUE).await, "Another Network").await;
        press(&mina, &page, "Approve").await.expect(200);
        let private = leave_everything(&app, &mina, &olu).await;
        let before = found(&app).await;
        for word in PLANTED {
            assert!(before.iter().any(|(_, planted)| *planted == word), "{word} is nowhere: {before:?}");
        }
        // Handed out: everything of theirs, and nothing that staff wrote to each other.
        let visitor = app.browser();
        let page = visitor.get(&format!("{private}/data.json")).await.expect(200);
        let held = page.body.to_lowercase();
        for word in PLANTED {
            let is_staffs = ["staffnotewren", "becausegannet", "holdreasonlark", "noticestork"].contains(&word);
            assert_eq!(held.contains(word), !is_staffs, "{word}: {held}");
        }
        let held: Value = serde_json::from_str(&page.body).unwrap();
        for list in ["representatives", "answers", "corrections", "invitations", "intentions", "reports", "links", "mails", "by_you"] {
            assert!(!held[list].as_array().unwrap().is_empty(), "{list}");
        }
        assert!(!page.body.contains("another.example"), "nobody else's");

        let question = visitor.get(&format!("{private}/erase")).await.expect(200);
        visitor.submit(&question.form_with("email").fill("email", ADDRESS)).await.expect(200).says("What stays, and why");
        let left: Vec<_> = found(&app).await.into_iter().filter(|(place, _)| place != "the file").collect();
        assert!(left.is_empty(), "{left:?}");
        visitor.get(&format!("{private}/data.json")).await.expect(200).hides(ADDRESS).hides("Quillon");
        // The organization's entry stays, and so does that of the other.
        let list = app.get("/letters/letter.txt").await.expect(200).body;
        assert!(list.contains("Mulberry Institute") && list.contains("Another Network"), "{list}");
        log_in(&app, &olu, "olu@staff.example", PASSWORD).await;
        for path in [QUEUE, "/staff/letters/letter/invitations", "/staff/letters/letter/history.json", "/staff/letters/letter/retention"] {
            let page = olu.get(path).await.expect(200);
            for word in PLANTED {
                assert!(!page.body.to_lowercase().contains(word), "{word} on {path}");
            }
        }
    }
}

/// In the embedded database what is erased is overwritten, so that nobody reads it from the file either.
#[tokio::test]
async fn what_is_erased_is_overwritten_in_the_file() {
    let mut app = TestApp::spawn(Engine::Sqlite).await;
    open_letter(&app).await;
    let mina = moderator(&app, "letter").await;
    let private = sign_and_verify(&app, "Mulberry Society", ADDRESS).await.link("/sign-ons/");
    let page = mina.follow(&mina.get(QUEUE).await, "Mulberry Society").await.expect(200);
    mina.submit(&page.form_with_button("Hold").fill("text", "Quillon, questionplover?")).await.expect(200);
    let visitor = app.browser();
    let question = visitor.get(&format!("{private}/erase")).await.expect(200);
    visitor.submit(&question.form_with("email").fill("email", ADDRESS)).await.expect(200);
    app.stop();
    for file in std::fs::read_dir(app.database.folder().unwrap()).unwrap() {
        let path = file.unwrap().path();
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).to_lowercase();
        for word in ["quillon", "questionplover"] {
            assert!(!text.contains(word), "{word} is in {}", path.display());
        }
    }
}

/// What is sealed later has to be thought of here: where it goes when somebody is erased.
#[test]
fn every_sealed_column_is_looked_into() {
    let mut table = String::new();
    for line in read("src/db/schema.rs").lines().map(str::trim) {
        if let Some((name, _)) = line.strip_suffix(" {").and_then(|head| head.split_once(" (")) {
            table = name.to_owned();
        } else if let Some((column, "Binary" | "Nullable<Binary>")) =
            line.strip_suffix(',').and_then(|line| line.split_once(" -> "))
        {
            let is_known = SEALED.iter().any(|(known, _, of, _)| *known == table && *of == column);
            assert!(
                is_known || NO_TEXT.contains(&column),
                "{table}.{column}: say in {} how it is opened",
                file!()
            );
        }
    }
}
