//! The pictures of the README, taken of `undersigned demo`. `script/screenshots` calls this; it is no test.

use crate::chromium::{Chromium, Look, Scripts};
use crate::support::app::binary;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

/// The demonstration, running. Ends with its value.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts it in a folder; its address, and a link to log in as a moderator.
fn demo(folder: &Path) -> (Demo, String, String) {
    let mut command = binary();
    command.args(["demo", "--listen", "127.0.0.1:0", "--data"]).arg(folder.join("demo"));
    let mut demo = Demo(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(demo.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut after = |word: &str| {
        let line = lines.by_ref().find(|line| line.starts_with(word)).unwrap();
        line.rsplit(' ').next().unwrap().to_owned()
    };
    let (log_in, base_url) = (after("moderator"), after("ready on"));
    (demo, base_url, log_in)
}

async fn take(browser: &Chromium, look: Look, name: &str) {
    browser.look(look).await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/images");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), browser.picture().await).unwrap();
}

#[tokio::test]
async fn the_readme_has_its_pictures() {
    if std::env::var_os("TEST_PICTURES").is_none() {
        // `script/screenshots` takes them anew; otherwise it is enough that they are there.
        for picture in ["letter.png", "letter-phone-dark.png", "form.png", "queue.png", "entry.png"] {
            assert!(std::path::Path::new("docs/images").join(picture).is_file(), "{picture}");
        }
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (_demo, base_url, log_in) = demo(folder.path());
    let browser = Chromium::start(Scripts::On, &base_url).await.expect("a chromedriver");

    browser.open("/letters/letter-2019").await;
    take(&browser, Look { height: 1600, ..Look::DESK }, "letter.png").await;
    take(&browser, Look { height: 780, ..Look::PHONE_AT_NIGHT }, "letter-phone-dark.png").await;

    browser.look(Look::DESK).await;
    browser.open("/letters/letter-2019/sign").await;
    browser.fill("organization", "Association for Example Letters").await;
    browser.fill("website", "https://letters.example").await;
    browser.choose("country", "KE").await;
    browser.run("scrollTo(0, 0); document.activeElement.blur()", vec![]).await;
    take(&browser, Look { height: 1100, ..Look::DESK }, "form.png").await;

    browser.look(Look::DESK).await;
    browser.open(&log_in).await;
    browser.press("Log in").await;
    browser.open("/staff/letters/letter-2019/queue").await;
    take(&browser, Look { height: 620, ..Look::DESK }, "queue.png").await;
    browser.look(Look::DESK).await;
    browser.follow("Association for Progressive").await;
    take(&browser, Look { height: 1050, ..Look::DESK }, "entry.png").await;
}
