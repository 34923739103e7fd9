//! What a program can judge of a page: the rules of WCAG 2.2 AA and of good practice (axe-core at `TEST_AXE`, which `script/test`
//! installs), and its width.

use crate::chromium::Chromium;
use serde_json::Value;

/// Answers with one line for each rule that is broken.
const AXE: &str = "const done = arguments[arguments.length - 1];
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
const tell = node => node.target.join(' ') + ' (' + node.failureSummary.replace(/\\s+/g, ' ') + ')';
axe.run(document, { runOnly: tags, resultTypes: ['violations'] }).then(
  result => done(result.violations.map(broken => broken.id + ' at ' + broken.nodes.map(tell).join(' and '))),
  error => done(['axe failed: ' + error]));";

/// By how many pixels the page is wider than the window.
const OVERFLOW: &str = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";

/// The script that knows the rules.
pub struct Rules(String);

impl Rules {
    /// Reads it, where there is one.
    pub fn load() -> Option<Self> {
        let Ok(path) = std::env::var("TEST_AXE") else {
            assert!(
                std::env::var_os("TEST_REQUIRE_ALL").is_none(),
                "TEST_AXE must name axe.min.js of axe-core"
            );
            eprintln!("skipped: TEST_AXE names no axe.min.js");
            return None;
        };
        Some(Self(std::fs::read_to_string(path).unwrap()))
    }

    /// Brings it into the page that is open.
    pub async fn enter(&self, browser: &Chromium) {
        browser.run(&self.0, vec![]).await;
    }

    /// The rules that the page breaks as it is shown now, once the script is in it.
    pub async fn broken(browser: &Chromium) -> Vec<String> {
        let Value::Array(broken) = browser.run_async(AXE, vec![]).await else { unreachable!() };
        broken.iter().map(|rule| rule.as_str().unwrap().to_owned()).collect()
    }
}

/// What is said of a page that is wider than the window.
pub async fn too_wide(browser: &Chromium) -> Option<String> {
    let over = browser.run(OVERFLOW, vec![]).await.as_i64().unwrap();
    (over > 0).then(|| format!("{over} pixels too wide"))
}
