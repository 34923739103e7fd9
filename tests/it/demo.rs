//! The demonstration, as somebody meets it who has just cloned the program.

use crate::support::app::binary;
use crate::support::browser::Browser;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

struct Demo {
    process: Child,
    said: String,
}

impl Demo {
    fn command(data: &Path) -> Command {
        let mut command = binary();
        command.args(["demo", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()]);
        // Settings of a real instance must not lead it there.
        command
            .env("UNDERSIGNED_DATABASE_URL", "sqlite:/nowhere/real.db")
            .env("UNDERSIGNED_SMTP_URL", "smtp://real.example");
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn start(data: &Path) -> Self {
        let mut demo = Self { process: Self::command(data).spawn().unwrap(), said: String::new() };
        let mut lines = BufReader::new(demo.process.stdout.take().unwrap()).lines();
        while let Some(line) = lines.next().transpose().unwrap() {
            demo.said.push_str(&line);
            demo.said.push('\n');
            if line.starts_with("ready on ") {
                return demo;
            }
        }
        let mut error = String::new();
        demo.process.stderr.take().unwrap().read_to_string(&mut error).unwrap();
        panic!("the demonstration did not start: {}{error}", demo.said);
    }

    /// What stands on the line that begins with these words.
    fn address(&self, begin: &str) -> String {
        let line = self.said.lines().find(|line| line.starts_with(begin));
        line.unwrap_or_else(|| panic!("no line {begin:?}: {}", self.said))
            .rsplit(' ')
            .next()
            .unwrap()
            .to_owned()
    }

    fn browser(&self) -> Browser {
        Browser::new(&self.address("public"))
    }

    async fn log_in(&self, role: &str) -> Browser {
        let browser = self.browser();
        let page = browser.get(&self.address(role)).await.expect(200);
        let _ = browser.submit(&page.form()).await.expect(200).says("What waits").says("5 to review");
        browser
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test]
async fn one_command_shows_the_whole_product() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path().join("demo");
    let demo = Demo::start(&data);
    let visitor = demo.browser();
    let page = visitor.get("/").await.expect(200).says("111 organizations have signed");
    let page = visitor.follow(&page, "Open letter on end-to-end encryption").await.expect(200);
    let names = page.texts("ol.names li");
    let numbers = page.attribute("ol.names li:nth-child(111)", "value");
    assert_eq!((names.len(), numbers.as_deref()), (111, Some("111")));
    assert!(names[16].starts_with("Bolo Bhi") && names[17].starts_with("Bits of Freedom"), "{names:?}");
    let _ = page.says("This is a summary").says("7 October 2019");
    // Each of the five was sent a link, and a receipt after verifying; the mail is on its way for a moment.
    let mut mails = 0;
    for _ in 0..100 {
        mails = visitor.get("/mailbox").await.expect(200).texts("main article").len();
        if mails == 10 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(mails, 10);

    // A log-in link works once, whoever else has it.
    let administrator = demo.log_in("log in").await;
    let _ = demo.browser().get(&demo.address("log in")).await.says("This link no longer works");
    let _ =
        administrator.get("/staff/accounts").await.expect(200).says("Demo Organizer").says("Demo Moderator");
    let organizer = demo.log_in("organizer").await;
    let _ = organizer.get("/staff/letters/letter-2019/settings").await.expect(200);
    let _ = organizer.get("/staff/accounts").await.expect(403);

    let moderator = demo.log_in("moderator").await;
    let _ = moderator.get("/staff/letters/letter-2019/settings").await.expect(403);
    let queue = moderator.get("/staff/letters/letter-2019/queue").await.expect(200);
    for what_to_see in [
        "“Association for Progressive Communications (APC)”, which is on the list",
        "free-mail",
        "مركز المثال",
        "not at the website’s domain",
        "U+0410",
    ] {
        assert!(queue.text().contains(what_to_see), "{what_to_see}: {queue:?}");
    }

    // Somebody signs, and a decision puts the name on the list under its number.
    let entry = moderator.follow(&queue, "Example Library Network").await.expect(200);
    let _ = moderator.submit(&entry.form_with_button("Approve")).await.expect(200);
    let page = visitor.get("/letters/letter-2019").await.expect(200);
    assert_eq!(page.texts("ol.names li").len(), 112);
}

#[tokio::test]
async fn it_begins_anew_each_time_and_touches_nothing_that_is_not_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, theirs) = (folder.path().join("demo"), folder.path().join("theirs"));
    let first = Demo::start(&ours);
    let mut second = Demo::command(&ours).spawn().unwrap();
    assert_eq!(second.wait().unwrap().code(), Some(1), "two demonstrations in one folder");
    let _ = first.log_in("moderator").await;
    drop(first);
    let _ = Demo::start(&ours).log_in("moderator").await;

    std::fs::create_dir(&theirs).unwrap();
    std::fs::write(theirs.join("undersigned.db"), "precious").unwrap();
    let output = Demo::command(&theirs).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("was not made by a demonstration"));
    assert_eq!(std::fs::read_to_string(theirs.join("undersigned.db")).unwrap(), "precious");
    assert_eq!(std::fs::read_dir(&theirs).unwrap().count(), 1);
}
