//! A visitor: reads pages, follows links by their text, fills in the forms that are there.

use reqwest::header::{HeaderMap, HeaderName, LOCATION};
use reqwest::{Client, Method, StatusCode};
use scraper::{ElementRef, Html, Selector};
use std::fmt;

/// A browser without scripts, with cookies of its own. It follows redirects and sends what real browsers send with a form.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    base_url: String,
}

/// A page as it came back.
#[derive(Clone)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Path and query, after redirects.
    pub path: String,
    pub body: String,
}

/// A form of a page, being filled in.
#[derive(Clone)]
pub struct Form {
    action: String,
    fields: Vec<Field>,
    buttons: Vec<(String, String, String)>,
    pressed: Option<(String, String)>,
}

#[derive(Clone, Debug)]
struct Field {
    name: String,
    value: String,
    /// Sent or not: boxes and radios are not until they are ticked.
    on: bool,
    options: Option<Vec<String>>,
    is_box: bool,
    is_radio: bool,
}

impl Browser {
    pub fn new(base_url: &str) -> Self {
        let client = Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).build();
        Self { client: client.unwrap(), base_url: base_url.to_owned() }
    }

    /// Opens a path, or a full address of this instance.
    pub async fn get(&self, path: &str) -> Page {
        self.go(Method::GET, path, None).await
    }

    /// Follows a link by its text.
    pub async fn follow(&self, page: &Page, text: &str) -> Page {
        self.get(&page.link(text)).await
    }

    /// Sends a form, and follows where it leads.
    pub async fn submit(&self, form: &Form) -> Page {
        self.go(Method::POST, &form.action, Some(form.encoded())).await
    }

    /// Sends a body as a form, whatever it is.
    pub async fn post(&self, path: &str, body: impl Into<String>) -> Page {
        self.go(Method::POST, path, Some(body.into())).await
    }

    /// One request, without following where the answer leads; an error when nobody answers.
    pub async fn once(&self, method: Method, path: &str, body: Option<String>) -> reqwest::Result<Page> {
        let mut request = self.client.request(method, format!("{}{path}", self.base_url));
        if let Some(body) = body {
            request = request
                .header("content-type", "application/x-www-form-urlencoded")
                .header("origin", "null") // as browsers do under `Referrer-Policy: no-referrer`
                .header("sec-fetch-site", "same-origin")
                .body(body);
        }
        let response = request.send().await?;
        Ok(Page {
            status: response.status(),
            headers: response.headers().clone(),
            path: path.to_owned(),
            body: String::from_utf8(response.bytes().await?.to_vec()).unwrap(),
        })
    }

    async fn go(&self, method: Method, path: &str, body: Option<String>) -> Page {
        let path = path.strip_prefix(&self.base_url).unwrap_or(path);
        let mut page = self.once(method, path, body).await.unwrap();
        for _ in 0..10 {
            let Some(next) = page.headers.get(LOCATION).filter(|_| page.status.is_redirection()) else {
                break;
            };
            let next = next.to_str().unwrap().to_owned();
            assert!(next.starts_with('/'), "a redirect leaves the instance: {next}");
            page = self.once(Method::GET, &next, None).await.unwrap();
        }
        assert!(!page.status.is_redirection(), "more than ten redirects");
        page
    }
}

impl Page {
    /// Stops the story unless the page has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        self
    }

    /// Stops the story unless it led here, and the page is there.
    #[track_caller]
    pub fn at(self, path: &str) -> Self {
        assert_eq!((self.path.as_str(), self.status.as_u16()), (path, 200), "{self:?}");
        self
    }

    /// Stops the story unless the page says this, as a reader sees it.
    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.text().contains(words), "does not say {words:?}: {self:?}");
        self
    }

    /// Stops the story if the page says this anywhere, even where no reader sees it.
    #[track_caller]
    pub fn hides(self, words: &str) -> Self {
        assert!(!self.body.contains(words), "says {words:?}: {self:?}");
        self
    }

    /// The text of the page, with single spaces.
    pub fn text(&self) -> String {
        let page = Html::parse_document(&self.body);
        page.select(&select("body")).map(|body| plain(&body)).collect()
    }

    /// The texts of everything that a CSS selector finds.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        Html::parse_document(&self.body).select(&select(selector)).map(|found| plain(&found)).collect()
    }

    /// The text of the first thing that a CSS selector finds, with its lines.
    pub fn raw_text(&self, selector: &str) -> String {
        let page = Html::parse_document(&self.body);
        page.select(&select(selector)).next().map(|found| found.text().collect()).unwrap_or_default()
    }

    /// An attribute of the first thing that a CSS selector finds.
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let page = Html::parse_document(&self.body);
        page.select(&select(selector)).next()?.value().attr(name).map(str::to_owned)
    }

    /// An attribute of everything that a CSS selector finds.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let page = Html::parse_document(&self.body);
        page.select(&select(selector))
            .filter_map(|found| found.value().attr(name).map(str::to_owned))
            .collect()
    }

    /// Where the links lead that stand in whatever a CSS selector finds and holds these words.
    pub fn hrefs(&self, selector: &str, words: &str) -> Vec<String> {
        let page = Html::parse_document(&self.body);
        let selector = select(selector);
        let places = page.select(&selector).filter(|place| plain(place).contains(words));
        places
            .flat_map(|place| place.select(&select("a[href]")).collect::<Vec<_>>())
            .filter_map(|link| link.value().attr("href").map(str::to_owned))
            .collect()
    }

    /// Where the link with this text leads.
    #[track_caller]
    pub fn link(&self, text: &str) -> String {
        let page = Html::parse_document(&self.body);
        let all: Vec<_> = page.select(&select("a[href]")).collect();
        let found = all
            .iter()
            .find(|link| plain(link) == text)
            .or_else(|| all.iter().find(|link| plain(link).contains(text)))
            .and_then(|link| link.value().attr("href"));
        found.unwrap_or_else(|| panic!("no link {text:?}: {self:?}")).to_owned()
    }

    /// The page's own form: the first in its main part.
    #[track_caller]
    pub fn form(&self) -> Form {
        self.find_form("main form", |_| true)
    }

    /// The form that has a button with this text.
    #[track_caller]
    pub fn form_with_button(&self, text: &str) -> Form {
        self.find_form("form", |form| form.buttons.iter().any(|(label, ..)| label == text))
    }

    /// The form that has a field, or a button, of this name.
    #[track_caller]
    pub fn form_with(&self, name: &str) -> Form {
        self.find_form("form", |form| {
            form.fields.iter().any(|field| field.name == name)
                || form.buttons.iter().any(|(_, n, _)| n == name)
        })
    }

    #[track_caller]
    fn find_form(&self, selector: &str, fits: impl Fn(&Form) -> bool) -> Form {
        let page = Html::parse_document(&self.body);
        let selector = select(selector);
        let mut forms = page
            .select(&selector)
            .filter(|form| form.value().attr("method").is_some_and(|m| m.eq_ignore_ascii_case("post")))
            .map(|form| Form::read(&form, &self.path));
        forms.find(fits).unwrap_or_else(|| panic!("no such form: {self:?}"))
    }
}

/// For a message when a story stops.
impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}\n{}", self.path, self.status, self.text())
    }
}

impl Form {
    fn read(form: &ElementRef<'_>, page: &str) -> Self {
        let attr = |element: &ElementRef<'_>, name| element.value().attr(name).unwrap_or_default().to_owned();
        let mut read = Self {
            action: form.value().attr("action").filter(|a| !a.is_empty()).unwrap_or(page).to_owned(),
            fields: Vec::new(),
            buttons: Vec::new(),
            pressed: None,
        };
        for element in form.select(&select(":is(input, textarea, select, button):not([form])")) {
            let [name, to, value] = ["name", "formaction", "value"].map(|name| attr(&element, name));
            let kind = (element.value().name(), element.value().attr("type").unwrap_or_default());
            let mut field = Field { name, value, on: true, options: None, is_box: false, is_radio: false };
            match kind {
                ("button", _) | ("input", "submit") => {
                    read.buttons.push((plain(&element), field.name, to + &field.value));
                    continue;
                }
                ("input", "checkbox" | "radio") => {
                    field.on = element.value().attr("checked").is_some();
                    field.is_box = true;
                    field.is_radio = kind.1 == "radio";
                    field.value = if field.value.is_empty() { "on".to_owned() } else { field.value };
                }
                ("textarea", _) => field.value = element.text().collect(),
                ("select", _) => {
                    let options: Vec<_> = element.select(&select("option")).collect();
                    let chosen = options.iter().find(|option| option.value().attr("selected").is_some());
                    field.value = chosen.or(options.first()).map(|o| attr(o, "value")).unwrap_or_default();
                    field.options = Some(options.iter().map(|option| attr(option, "value")).collect());
                }
                _ => {}
            }
            if !field.name.is_empty() {
                read.fields.push(field);
            }
        }
        read
    }

    /// Types into a field, or chooses from a list.
    #[track_caller]
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        let field = self.fields.iter_mut().find(|field| field.name == name && !field.is_box);
        let field = field.unwrap_or_else(|| panic!("the form has no field {name}"));
        if let Some(options) = &field.options {
            assert!(options.iter().any(|option| option == value), "{name} does not offer {value:?}");
        }
        field.value = value.to_owned();
        self
    }

    /// Ticks a box.
    #[track_caller]
    pub fn tick(self, name: &str) -> Self {
        self.set_box(name, None, true)
    }

    /// Takes a tick away.
    #[track_caller]
    pub fn untick(self, name: &str) -> Self {
        self.set_box(name, None, false)
    }

    /// Ticks one of several boxes of the same name, or chooses an answer.
    #[track_caller]
    pub fn choose(mut self, name: &str, value: &str) -> Self {
        if let Some(field) =
            self.fields.iter_mut().find(|field| field.name == name && field.options.is_some())
        {
            field.value = value.to_owned();
            return self;
        }
        self.set_box(name, Some(value), true)
    }

    #[track_caller]
    fn set_box(mut self, name: &str, value: Option<&str>, on: bool) -> Self {
        let mut found = false;
        for field in self.fields.iter_mut().filter(|field| field.name == name && field.is_box) {
            if value.is_none_or(|value| field.value == value) {
                field.on = on;
                found = true;
            } else if field.is_radio {
                field.on = false;
            }
        }
        assert!(found, "the form has no box {name} {value:?}");
        self
    }

    /// Presses the button of this name; without it, the only button is pressed.
    #[track_caller]
    pub fn press(mut self, name: &str) -> Self {
        let button = self.buttons.iter().find(|(_, n, _)| n == name);
        let (_, name, value) = button.unwrap_or_else(|| panic!("the form has no button {name}"));
        self.pressed = Some((name.clone(), value.clone()));
        self
    }

    /// Presses the button with this text.
    #[track_caller]
    pub fn press_text(mut self, text: &str) -> Self {
        let button = self.buttons.iter().find(|(label, ..)| label == text);
        self.pressed = button.map(|(_, name, value)| (name.clone(), value.clone()));
        let (_, to) = self.pressed.as_ref().unwrap_or_else(|| panic!("the form has no button {text}"));
        self.action = if to.starts_with('/') { to.clone() } else { self.action };
        self
    }

    /// Puts in what the page does not offer, as an attacker would.
    pub fn smuggle(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|field| field.name != name);
        let (name, value) = (name.to_owned(), value.to_owned());
        self.fields.push(Field { name, value, on: true, options: None, is_box: false, is_radio: false });
        self
    }

    /// Leaves a field out.
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|field| field.name != name);
        self
    }

    /// What a field holds.
    #[track_caller]
    pub fn value(&self, name: &str) -> &str {
        let field = self.fields.iter().find(|field| field.name == name && (field.on || !field.is_box));
        field.map_or_else(|| panic!("the form has no field {name}"), |field| field.value.as_str())
    }

    /// Whether a box is ticked.
    pub fn is_ticked(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.name == name && field.is_box && field.on)
    }

    /// Where it is sent.
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The body of the request.
    pub fn encoded(&self) -> String {
        let mut body = form_urlencoded::Serializer::new(String::new());
        for field in self.fields.iter().filter(|field| field.on) {
            // Browsers send a line break as CR LF.
            body.append_pair(&field.name, &field.value.replace("\r\n", "\n").replace('\n', "\r\n"));
        }
        let only = self.buttons.first().map(|(_, name, value)| (name.clone(), value.clone()));
        if let Some((name, value)) = self.pressed.clone().or(only).filter(|(name, _)| !name.is_empty()) {
            body.append_pair(&name, &value);
        }
        body.finish()
    }
}

impl Page {
    /// A header as text; empty if there is none.
    pub fn header(&self, name: &'static str) -> &str {
        self.headers.get(HeaderName::from_static(name)).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }
}

fn select(selector: &str) -> Selector {
    Selector::parse(selector).unwrap()
}

/// Text as a reader sees it: single spaces.
fn plain(element: &ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
