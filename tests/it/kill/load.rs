//! Eight who do something until nobody answers, and the ledger of what was acknowledged to them.

use super::CLIENTS;
use super::books::Books;
use super::machine::{Machine, Rng, Running};
use crate::support::browser::{Browser, Form, Page};
use crate::support::cast;
use crate::support::smtp::SmtpServer;
use reqwest::Method;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What was answered with 303, by the organization's name.
type Ledger = BTreeMap<String, Vec<&'static str>>;

/// How long a machine that is slow may take for a round.
const PATIENCE: Duration = Duration::from_secs(20);

/// Nobody answers any more: the program was killed.
struct Gone;

impl From<reqwest::Error> for Gone {
    fn from(_: reqwest::Error) -> Self {
        Self
    }
}

#[derive(Default)]
struct Desk {
    ledger: Ledger,
    made: usize,
    /// How many mails were read.
    read: usize,
    /// Links from mails that arrived, not yet used.
    verify: Vec<String>,
    private: Vec<String>,
}

impl Desk {
    /// Reads the mail that has come since.
    fn open_mail(&mut self, relay: &SmtpServer) {
        for mail in relay.received_after(self.read) {
            self.read += 1;
            let text = mail.text().replace("=\r\n", "");
            self.verify.extend(link(&text, "/verify/"));
            self.private.extend(link(&text, "/sign-ons/"));
        }
    }
}

/// The load of a whole run.
pub struct Load {
    base_url: String,
    staff: Browser,
    desk: Arc<Mutex<Desk>>,
    blank: Option<Form>,
    relay: Arc<SmtpServer>,
}

impl Load {
    pub fn new(machine: &Machine, staff: Browser, relay: Arc<SmtpServer>) -> Self {
        Self { base_url: machine.base_url.clone(), staff, desk: Arc::default(), blank: None, relay }
    }

    /// Lets everybody act until some acts more are acknowledged, and kills the program a moment later.
    pub async fn run(&mut self, running: Running, rng: &mut Rng) {
        let enough = self.count() + 2 + rng.below(14) as usize;
        if self.blank.is_none() {
            let filled = cast::filled_in(&Browser::new(&self.base_url), "Name", "rep@ngo.example").await;
            self.blank = Some(filled);
        }
        let over = Arc::new(AtomicBool::new(false));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                let client = Client {
                    visitor: Browser::new(&self.base_url),
                    staff: self.staff.clone(),
                    desk: self.desk.clone(),
                    relay: self.relay.clone(),
                    blank: self.blank.clone().unwrap(),
                    rng: Rng::new(rng.next()),
                };
                tokio::spawn(client.act_until(over.clone()))
            })
            .collect();
        let began = Instant::now();
        while self.count() < enough && began.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        tokio::time::sleep(Duration::from_millis(rng.below(60))).await;
        drop(running);
        over.store(true, Ordering::Relaxed);
        for client in clients {
            client.await.unwrap();
        }
    }

    fn count(&self) -> usize {
        self.desk.lock().unwrap().ledger.values().map(Vec::len).sum()
    }

    /// Stops the run unless everything that was acknowledged is in the books.
    pub fn check(&self, books: &Books, when: &str) {
        for (name, acts) in &self.desk.lock().unwrap().ledger {
            let Some(stands) = books.0.get(name) else { panic!("{when}: {name} is lost") };
            for act in acts {
                assert!(stands.acts.iter().any(|done| done == act), "{when}: {name} was {act}: {stands:?}");
            }
        }
    }

    /// How many acts of each kind were acknowledged so far.
    pub fn acknowledged(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for act in self.desk.lock().unwrap().ledger.values().flatten() {
            *counts.entry(*act).or_default() += 1;
        }
        counts
    }
}

/// The path of the first link to this in a mail's text.
fn link(text: &str, path: &str) -> Option<String> {
    let rest = &text[text.find(path)?..];
    let end = rest.find(|c: char| c.is_whitespace() || c == '"' || c == '<').unwrap_or(rest.len());
    Some(rest[..end].to_owned())
}

struct Client {
    visitor: Browser,
    staff: Browser,
    desk: Arc<Mutex<Desk>>,
    relay: Arc<SmtpServer>,
    blank: Form,
    rng: Rng,
}

impl Client {
    async fn act_until(mut self, over: Arc<AtomicBool>) {
        while !over.load(Ordering::Relaxed) {
            // Where there is nothing else to do, somebody signs.
            let done = match self.rng.below(8) {
                0..=2 => self.verify().await,
                3..=5 => self.decide().await,
                6 => self.withdraw().await,
                _ => Ok(false),
            };
            let done = match done {
                Ok(false) => self.sign().await,
                Ok(true) => Ok(()),
                Err(gone) => Err(gone),
            };
            if done.is_err() {
                return;
            }
        }
    }

    async fn sign(&mut self) -> Result<(), Gone> {
        let number = {
            let mut desk = self.desk.lock().unwrap();
            desk.made += 1;
            desk.made
        };
        let name = format!("Organization {number}");
        let form = self.blank.clone().fill("organization", &name);
        let form = form.fill("email", &format!("rep@n{number}.example"));
        let form = form.fill("website", &format!("https://n{number}.example"));
        let review = post(&self.visitor, &form).await?.expect(200);
        let sent = post(&self.visitor, &review.form().press("send")).await?.expect(303);
        drop(sent);
        self.acknowledged(&name, "submitted");
        Ok(())
    }

    async fn verify(&mut self) -> Result<bool, Gone> {
        let Some(path) = self.take(|desk| &mut desk.verify) else { return Ok(false) };
        let page = get(&self.visitor, &path).await?;
        // A kill may have come between the answer and its arrival: then it is verified already.
        if page.status.as_u16() != 200 {
            return Ok(false);
        }
        let name = page.texts("p.printed bdi").remove(0);
        post(&self.visitor, &page.form()).await?.expect(303);
        self.acknowledged(&name, "verified");
        Ok(true)
    }

    async fn decide(&mut self) -> Result<bool, Gone> {
        let queue = get(&self.staff, "/staff/letters/letter/queue").await?.expect(200);
        let waiting = queue.hrefs("ol.rows .row-name", "");
        if waiting.is_empty() {
            return Ok(false);
        }
        let path = &waiting[self.rng.below(waiting.len() as u64) as usize];
        let page = get(&self.staff, path).await?.expect(200);
        let name = page.texts("h1").remove(0);
        let (act, button) = match self.rng.below(4) {
            0 => ("rejected", "Reject"),
            1 => ("put on hold", "Hold"),
            _ => ("approved", "Approve"),
        };
        // Somebody else may have decided it a moment earlier.
        if !page.texts("button").iter().any(|text| text == button) {
            return Ok(false);
        }
        let mut form = page.form_with_button(button);
        if act == "rejected" {
            form = form.choose("reason", "duplicate");
        }
        let answer = post(&self.staff, &form).await?;
        match answer.status.as_u16() {
            303 => self.acknowledged(&name, act),
            409 => {}
            _ => panic!("{act}: {answer:?}"),
        }
        Ok(true)
    }

    async fn withdraw(&mut self) -> Result<bool, Gone> {
        // Most stay.
        if self.rng.below(4) > 0 {
            return Ok(false);
        }
        let Some(path) = self.take(|desk| &mut desk.private) else { return Ok(false) };
        let page = get(&self.visitor, &format!("{path}/withdraw")).await?;
        let Some(name) =
            page.texts("p.printed bdi").into_iter().next().filter(|_| page.status.as_u16() == 200)
        else {
            return Ok(false);
        };
        let answer = post(&self.visitor, &page.form()).await?;
        match answer.status.as_u16() {
            303 => self.acknowledged(&name, "withdrawn"),
            409 => {} // rejected meanwhile
            _ => panic!("withdrawn: {answer:?}"),
        }
        Ok(true)
    }

    fn acknowledged(&self, name: &str, act: &'static str) {
        self.desk.lock().unwrap().ledger.entry(name.to_owned()).or_default().push(act);
    }

    /// Takes a link that nobody has used.
    fn take(&mut self, of: impl Fn(&mut Desk) -> &mut Vec<String>) -> Option<String> {
        let mut desk = self.desk.lock().unwrap();
        desk.open_mail(&self.relay);
        let links = of(&mut desk);
        let count = links.len() as u64;
        (count > 0).then(|| links.swap_remove(self.rng.below(count) as usize))
    }
}

async fn get(browser: &Browser, path: &str) -> Result<Page, Gone> {
    Ok(browser.once(Method::GET, path, None).await?)
}

async fn post(browser: &Browser, form: &Form) -> Result<Page, Gone> {
    Ok(browser.once(Method::POST, form.action(), Some(form.encoded())).await?)
}
