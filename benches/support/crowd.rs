//! Organizations that sign: many clients at once, each with a connection, together as fast as they are answered.

use super::client::Client;
use super::form::{self, value};
use super::server::Instance;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use undersigned::clock::days;
use undersigned::db::{Conn, Db, Error, Url, Use};
use undersigned::secret::{Random, Token};
use undersigned::sign_on::{Standing, State, store};

/// What a crowd found.
pub struct Found {
    /// Things done per second.
    pub per_second: f64,
    /// The time that 99 of 100 are not above, in milliseconds.
    pub p99: f64,
}

impl Found {
    pub fn of(count: usize, took: Duration, times: &mut [Duration]) -> Self {
        Self { per_second: count as f64 / took.as_secs_f64(), p99: super::bench::percentile(times, 0.99) }
    }
}

/// Runs on one thread, the bench's own.
pub fn on_one_thread<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// Sends this many sign-ons to a letter, by that many clients, each of which knows the form: the last step, in which the token
/// is checked and the sign-on is kept. `first` is the number of the first organization; numbers do not repeat.
pub fn submit(server: SocketAddr, slug: &str, clients: usize, first: usize, count: usize) -> Found {
    on_one_thread(async {
        let path = format!("/letters/{slug}/sign");
        let page = Client::new(server, 0).await.get(&path).await.expect(200);
        let (_, fields) = form::form(&page, &path).unwrap();
        let token = value(&fields, "form_token");
        let wording = value(&fields, "wording");
        let next = AtomicUsize::new(first);
        let work = async |client: &mut Client| {
            let mut times = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= first + count {
                    return times;
                }
                let organization = format!("Signing Organization No. {number}");
                let (email, website) =
                    (format!("rep@s{number}.example"), format!("https://s{number}.example"));
                let fields = [
                    ("form_token", token),
                    ("organization", &organization),
                    ("line", &organization),
                    ("website", &website),
                    ("country", "KE"),
                    ("representative", "Ada Example"),
                    ("role", "Director"),
                    ("email", &email),
                    ("basis", "head"),
                    ("authority", "on"),
                    ("wording", wording),
                    ("send", "yes"),
                ];
                let began = Instant::now();
                client.post(&path, &fields).await.expect(303);
                times.push(began.elapsed());
            }
        };
        together(server, clients, count, work).await
    })
}

/// Opens these links and presses the button on each page.
pub fn verify(server: SocketAddr, clients: usize, tokens: &[String]) -> Found {
    on_one_thread(async {
        let next = AtomicUsize::new(0);
        let work = async |client: &mut Client| {
            let mut times = Vec::new();
            while let Some(token) = tokens.get(next.fetch_add(1, Ordering::Relaxed)) {
                let path = format!("/verify/{token}");
                let began = Instant::now();
                let page = client.get(&path).await.expect(200);
                // As quick as can be: reading the page is not what is measured.
                let (_, rest) = page.text().split_once("name=\"form_token\" value=\"").unwrap();
                let form_token = rest.split('"').next().unwrap().to_owned();
                client.post(&path, &[("form_token", &form_token)]).await.expect(303);
                times.push(began.elapsed());
            }
            times
        };
        together(server, clients, tokens.len(), work).await
    })
}

async fn together(
    server: SocketAddr,
    clients: usize,
    count: usize,
    work: impl AsyncFn(&mut Client) -> Vec<Duration>,
) -> Found {
    let mut all = Vec::new();
    for number in 0..clients {
        all.push(Client::new(server, number).await);
    }
    let began = Instant::now();
    let times = futures_util::future::join_all(all.iter_mut().map(async |client| work(client).await)).await;
    let took = began.elapsed();
    Found::of(count, took, &mut times.concat())
}

/// Gives every sign-on that waits for verification one more link, beside the running server, and returns the links' tokens:
/// the mailed ones are in sealed mail, where they belong.
pub fn links(instance: &Instance) -> Vec<String> {
    on_one_thread(async {
        let url = Url::parse(&format!("sqlite:{}", instance.database().display())).unwrap();
        let db = Db::open(&url, Use::Command).await.unwrap();
        let random = Random::system();
        db.write(move |tx| {
            let mut tokens = Vec::new();
            for campaign in campaigns(tx)? {
                for sign_on in store::in_standing(tx, campaign, &[Standing::AwaitingVerification])? {
                    let State::AwaitingVerification { until } = sign_on.state else { continue };
                    let token = Token::make(&random);
                    let made_at = until.plus(days(-1));
                    store::insert_verify_link(tx, token.digest(), sign_on.id, made_at, until)?;
                    tokens.push(token.reveal());
                }
            }
            Ok::<_, Error>(tokens)
        })
        .await
        .unwrap()
    })
}

fn campaigns(conn: &mut Conn) -> Result<Vec<undersigned::ids::CampaignId>, Error> {
    Ok(undersigned::campaign::store::all(conn)?.into_iter().map(|campaign| campaign.id).collect())
}
