//! The pictures of the README, taken of `undersigned demo`. `script/screenshots` calls this; it is no test.

use crate::chromium::{Chromium, Look, Scripts};
use crate::support::app::binary;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

/// The demonstration, running.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts it in a folder; its addresses in the order in which it prints them: public, log in, mailbox.
fn demo(folder: &Path) -> (Demo, [String; 3]) {
    let mut command = binary();
    command.args(["demo", "--listen", "127.0.0.1:0", "--data"]).arg(folder);
    let mut child = command.current_dir(folder).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let addresses = ["public", "log in", "mailbox"].map(|word| {
        let line = lines.by_ref().find(|line| line.starts_with(word)).unwrap();
        line.trim_start_matches(word).trim().to_owned()
    });
    // Whatever else it says must have somewhere to go.
    std::thread::spawn(move || lines.for_each(drop));
    (Demo(child), addresses)
}

async fn take(browser: &Chromium, look: Look, name: &str) {
    browser.look(look).await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/images");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), browser.picture().await).unwrap();
}

#[tokio::test]
#[ignore = "writes docs/images; run script/screenshots"]
async fn the_readme_has_its_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let (_demo, [public, log_in, _mailbox]) = demo(folder.path());
    let base_url = public.split("/letters/").next().unwrap();
    let browser = Chromium::start(Scripts::On, base_url).await.expect("a chromedriver");
    let desk = Look { height: 1000, ..Look::DESK };

    browser.open(&public).await;
    take(&browser, Look { height: 1600, ..desk }, "letter.png").await;
    take(&browser, Look { height: 780, ..Look::PHONE_AT_NIGHT }, "letter-phone-dark.png").await;

    browser.look(desk).await;
    browser.open(&format!("{public}/sign")).await;
    browser.fill("organization", "Association for Example Letters").await;
    browser.fill("website", "https://letters.example").await;
    browser.choose("country", "KE").await;
    take(&browser, desk, "form.png").await;

    browser.look(desk).await;
    browser.open(&log_in).await;
    browser.press("Log in").await;
    browser.open(&format!("{}/queue", public.replace("/letters/", "/staff/letters/"))).await;
    take(&browser, Look { height: 640, ..desk }, "queue.png").await;
    browser.look(desk).await;
    let first = browser.attributes(".row-name a", "href").await.remove(0);
    browser.open(&first).await;
    take(&browser, Look { height: 1100, ..desk }, "entry.png").await;
}
