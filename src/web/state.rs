//! What handlers are given.

use super::address::{self, Network};
use super::csrf::{self, Nonce, Stale};
use super::passed_over::PassedOver;
use super::rate_limit::RateLimiter;
use crate::clock::Clock;
use crate::config::{BaseUrl, MailFrom};
use crate::db::Db;
use crate::secret::{Keys, Random};
use actix_web::HttpRequest;
use ipnet::IpNet;
use jiff::SignedDuration;

/// The instance, as handlers take it: `app: web::Data<App>`.
pub struct App {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
    /// What the key file is used for.
    pub keys: Keys,
    /// What links start with.
    pub base_url: BaseUrl,
    /// Whom mail is from; Message-IDs end in its domain.
    pub mail_from: MailFrom,
    /// How long a decision's mail waits, so that the decision can be undone.
    pub moderation_delay: SignedDuration,
    /// Networks whose word on where a request came from is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// How often something may be done, and what was done lately.
    pub limits: RateLimiter,
    /// Whether mail is kept and shown on the mailbox page, because there is no relay.
    pub keeps_mail: bool,
    /// What work in the background passed over.
    pub passed_over: PassedOver,
}

impl App {
    /// The network that a request came from, for limits; it is not to be stored.
    pub fn network(&self, request: &HttpRequest) -> Network {
        Network::of(address::client(request, &self.trusted_proxies))
    }

    /// A new form token; see [`csrf`].
    pub fn form_token(&self, purpose: &str, binding: &[u8]) -> String {
        csrf::issue(&self.keys, Nonce::make(&self.random), self.clock.now(), purpose, binding)
    }

    /// Checks a form token that came back.
    ///
    /// # Errors
    /// [`Stale`] when it was not made here for this purpose and binding within the last days.
    pub fn check_form_token(&self, token: &str, purpose: &str, binding: &[u8]) -> Result<Nonce, Stale> {
        csrf::check(&self.keys, token, self.clock.now(), purpose, binding)
    }
}
