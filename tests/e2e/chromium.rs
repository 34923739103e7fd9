//! A real browser, used as a person uses it: pages are opened, fields typed into, buttons pressed.

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Whether pages may run scripts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scripts {
    Off,
    On,
}

/// Between two looks at a page that is on its way.
const PAUSE: Duration = Duration::from_millis(25);

/// A window of a browser with a profile of its own. It closes with its value.
pub struct Chromium {
    client: Client,
    driver: String,
    session: String,
    base_url: String,
    /// For what WebDriver has no command for.
    devtools: reqwest::Client,
}

/// How a page is shown.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub dark: bool,
    /// In CSS pixels.
    pub width: u32,
    pub height: u32,
}

impl Look {
    /// On a desk, by day.
    pub const DESK: Self = Self { dark: false, width: 1280, height: 900 };
    /// On a phone, by day.
    pub const PHONE: Self = Self { dark: false, width: 360, height: 740 };
    /// On a phone, at night.
    pub const PHONE_AT_NIGHT: Self = Self { dark: true, ..Self::PHONE };
    /// Both widths in both themes.
    pub const ALL: [Self; 4] =
        [Self::DESK, Self { dark: true, ..Self::DESK }, Self::PHONE, Self::PHONE_AT_NIGHT];
}

/// Where chromedriver listens. Where it does not, tests say that they are skipped, unless nothing may be.
pub fn driver() -> Option<String> {
    let here = std::env::var("TEST_WEBDRIVER_URL").ok();
    if here.is_none() {
        assert!(
            std::env::var_os("TEST_REQUIRE_ALL").is_none(),
            "TEST_WEBDRIVER_URL must name a chromedriver"
        );
        eprintln!("skipped: TEST_WEBDRIVER_URL names no chromedriver");
    }
    here.map(|url| url.trim_end_matches('/').to_owned())
}

impl Chromium {
    /// Opens a window, if there is a browser. `base_url` is what paths are opened on.
    pub async fn start(scripts: Scripts, base_url: &str) -> Option<Self> {
        let driver = driver()?;
        let arguments = [
            "--headless",
            "--no-sandbox", // containers and root have none
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--window-size=1280,900",
            // Whatever a page would load from elsewhere is not found.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        ];
        // 2: blocked. The setting of an administrator, the strictest there is.
        let preferences = match scripts {
            Scripts::Off => json!({ "profile.managed_default_content_settings.javascript": 2 }),
            Scripts::On => json!({}),
        };
        let options = json!({ "goog:chromeOptions": { "args": arguments, "prefs": preferences } });
        let Value::Object(capabilities) = options else { unreachable!() };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = builder.capabilities(capabilities).connect(&driver).await.unwrap();
        let session = client.session_id().await.unwrap().unwrap();
        let (base_url, devtools) = (base_url.to_owned(), reqwest::Client::new());
        let this = Self { client, driver, session, base_url, devtools };
        let probe = "data:text/html,<title>off</title><script>document.title='on'</script>";
        this.client.goto(probe).await.unwrap();
        let expected = if scripts == Scripts::On { "on" } else { "off" };
        assert_eq!(this.client.title().await.unwrap(), expected, "scripts are to be {scripts:?}");
        Some(this)
    }

    /// Opens a path of the instance, or a full address.
    pub async fn open(&self, address: &str) {
        let url =
            if address.starts_with('/') { format!("{}{address}", self.base_url) } else { address.to_owned() };
        self.client.goto(&url).await.unwrap();
    }

    /// Path and query of where it is.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// Types into a field, in place of what stands there.
    pub async fn fill(&self, name: &str, text: &str) {
        let field = self.find(&format!("main [name='{name}']:not([type=hidden])")).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Types into the field that a CSS selector finds, where several have one name.
    pub async fn fill_at(&self, selector: &str, text: &str) {
        let field = self.find(selector).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Clicks what does not lead to another page.
    pub async fn click_at(&self, selector: &str) {
        self.find(selector).await.click().await.unwrap();
    }

    /// Presses a key, wherever the focus is.
    pub async fn key(&self, key: &str) {
        self.client.active_element().await.unwrap().send_keys(key).await.unwrap();
    }

    /// Chooses from a list, or ticks one of several boxes.
    pub async fn choose(&self, name: &str, value: &str) {
        let either =
            format!("main [name='{name}'] option[value='{value}'], main [name='{name}'][value='{value}']");
        self.find(&either).await.click().await.unwrap();
    }

    /// Ticks a box.
    pub async fn tick(&self, name: &str) {
        let field = self.find(&format!("main [name='{name}'][type=checkbox]")).await;
        field.click().await.unwrap();
        assert!(field.is_selected().await.unwrap());
    }

    /// Presses the button with these words.
    pub async fn press(&self, words: &str) {
        self.click(&format!("//button[normalize-space()='{words}']")).await;
    }

    /// Follows the first link that has these words.
    pub async fn follow(&self, words: &str) {
        self.click(&format!("//a[contains(normalize-space(), '{words}')]")).await;
    }

    /// Follows the link to this path in the newest mail to an address, on the mailbox page.
    pub async fn follow_mail(&self, to: &str, path: &str) {
        self.open_until("/mailbox", to).await;
        self.click(&format!("//article[contains(., '{to}')]//a[contains(@href, '{path}')]")).await;
    }

    /// Opens everything on the page that can be unfolded.
    pub async fn open_details(&self) {
        for summary in self.client.find_all(Locator::Css("details:not([open]) > summary")).await.unwrap() {
            summary.click().await.unwrap();
        }
    }

    /// Clicks what leads to another page, and waits until that page is there.
    async fn click(&self, xpath: &str) {
        let before = self.find("html").await;
        self.wait_for(Locator::XPath(xpath)).await.click().await.unwrap();
        for _ in 0..400 {
            // What is left of a page cannot be asked any more.
            if before.tag_name().await.is_err() {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("{xpath} leads nowhere from {}", self.path().await);
    }

    /// The first thing that a CSS selector finds.
    pub async fn find(&self, selector: &str) -> Element {
        self.wait_for(Locator::Css(selector)).await
    }

    /// A page that has just been opened may not be there in full.
    async fn wait_for(&self, what: Locator<'_>) -> Element {
        match self.client.wait().at_most(Duration::from_secs(10)).every(PAUSE).for_element(what).await {
            Ok(element) => element,
            Err(error) => panic!("{what:?} on {}: {error}\n{}", self.path().await, self.text().await),
        }
    }

    /// An attribute of everything that a CSS selector finds.
    pub async fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        for element in self.client.find_all(Locator::Css(selector)).await.unwrap() {
            found.extend(element.attr(name).await.unwrap());
        }
        found
    }

    /// The texts of everything that a CSS selector finds, as they are shown.
    pub async fn texts(&self, selector: &str) -> Vec<String> {
        let mut found = Vec::new();
        for element in self.client.find_all(Locator::Css(selector)).await.unwrap() {
            found.push(element.text().await.unwrap());
        }
        found
    }

    /// What the page says.
    pub async fn text(&self) -> String {
        for _ in 0..400 {
            if let Ok(body) = self.client.find(Locator::Css("body")).await
                && let Ok(text) = body.text().await
            {
                return text;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("{} has no text", self.path().await);
    }

    /// Stops the story if the page says this.
    pub async fn hides(&self, words: &str) {
        let text = self.text().await;
        assert!(!text.contains(words), "{} says {words:?}:\n{text}", self.path().await);
    }

    /// Stops the story unless the page says this.
    pub async fn says(&self, words: &str) {
        let text = self.text().await;
        assert!(text.contains(words), "{} does not say {words:?}:\n{text}", self.path().await);
    }

    /// Opens a page again and again until it says this. Mail is on its way for a moment, and so is a new edition.
    pub async fn open_until(&self, path: &str, words: &str) {
        for _ in 0..100 {
            self.open(path).await;
            if self.text().await.contains(words) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.says(words).await;
    }

    /// From now on shows pages like this.
    pub async fn look(&self, look: Look) {
        let theme = if look.dark { "dark" } else { "light" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": theme },
            // Else colors are still on their way when they are measured.
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
        let phone = look.width < 500;
        let size =
            json!({ "width": look.width, "height": look.height, "deviceScaleFactor": 1, "mobile": phone });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// A picture of what is shown, as PNG.
    pub async fn picture(&self) -> Vec<u8> {
        self.client.screenshot().await.unwrap()
    }

    /// Runs a script in the page; a page's own rules on scripts do not hold for it.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap()
    }

    /// Runs a script that answers by calling its last argument.
    pub async fn run_async(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute_async(script, arguments).await.unwrap()
    }

    /// Gives the browser an authenticator of its own, which makes sure of its user without asking (WebDriver's extension of WebAuthn).
    pub async fn add_authenticator(&self) {
        let url = format!("{}/session/{}/webauthn/authenticator", self.driver, self.session);
        let body = json!({
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserVerified": true,
        });
        let answer = self.devtools.post(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    /// Writes another value into a field of the page, hidden or not, as somebody with developer tools can; no script has to run.
    pub async fn forge(&self, selector: &str, value: &str) {
        let document = self.devtools("DOM.getDocument", json!({ "depth": 0 })).await;
        let root = &document["value"]["root"]["nodeId"];
        let query = json!({ "nodeId": root, "selector": selector });
        let found = self.devtools("DOM.querySelector", query).await;
        let change = json!({ "nodeId": found["value"]["nodeId"], "name": "value", "value": value });
        self.devtools("DOM.setAttributeValue", change).await;
    }

    /// A command of the browser's developer tools.
    async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let url = format!("{}/session/{}/goog/cdp/execute", self.driver, self.session);
        let body = json!({ "cmd": command, "params": parameters });
        let answer = self.devtools.post(url).json(&body).send().await.unwrap();
        let (is_done, answer) = (answer.status().is_success(), answer.text().await.unwrap());
        assert!(is_done, "{command}: {answer}");
        serde_json::from_str(&answer).unwrap()
    }
}

/// A story that stops must not leave a browser running: this asks without the story's runtime.
impl Drop for Chromium {
    fn drop(&mut self) {
        let place = self.driver.trim_start_matches("http://");
        let Ok(mut stream) = TcpStream::connect(place) else { return };
        let request = format!(
            "DELETE /session/{} HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            self.session
        );
        let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
        let _ = stream.write_all(request.as_bytes());
        let _ = stream.read(&mut [0; 64]);
    }
}
