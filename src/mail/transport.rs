//! The conversation with the relay (RFC 5321), one stage at a time, because what a failure means depends on the stage:
//! a relay that is away must not cost a message an attempt, and a recipient that is refused must not stop the others.

use super::masked::masked;
use super::message::Rendered;
use super::smtp_url::SmtpUrl;
use super::tls::{Encrypted, Tls, TlsSetup};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Response, Severity};
use std::error::Error as _;
use std::fmt;
use std::future::Future;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// What became of one mail. No text in it names the recipient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The relay took it over.
    Delivered {
        /// Its words, which hold the queue id to ask about.
        response: String,
    },
    /// The relay cannot be used now. It says nothing about this mail, and costs it no attempt.
    RelayDown {
        /// How far we came.
        stage: Stage,
        /// What happened.
        why: String,
    },
    /// This recipient not now: a full mailbox, greylisting.
    RecipientTemporary {
        /// The reply code, 400 to 499; or above where the relay refuses to relay, which its owner can change.
        code: u16,
        /// The relay's words.
        why: String,
    },
    /// This recipient never: no such mailbox, or the mail is refused.
    RecipientPermanent {
        /// The reply code, 500 to 599.
        code: u16,
        /// The relay's words.
        why: String,
    },
    /// The connection was lost after the whole mail was sent and before the relay said whether it took it.
    Ambiguous {
        /// What happened.
        why: String,
    },
}

/// How far the conversation came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Finding the host and opening the connection.
    Connect,
    /// Encryption.
    Tls,
    /// The relay's first words and its answer to ours.
    Greeting,
    /// User and password.
    Login,
    /// `MAIL FROM`.
    Sender,
    /// `RCPT TO`.
    Recipient,
    /// `DATA`, before the mail.
    Data,
    /// The mail itself.
    Content,
}

/// The relay cannot be used now.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the relay is down ({stage}): {why}")]
pub struct Down {
    /// How far we came.
    pub stage: Stage,
    /// What happened.
    pub why: String,
}

/// How long to wait.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For the connection to open.
    pub connect: Duration,
    /// For encryption, and for the answer to each command.
    pub command: Duration,
    /// For the answer after the mail. Ten minutes, as RFC 5321 section 4.5.3.2.6 asks: a relay that is cut short here may
    /// have taken the mail, and it is sent twice.
    pub content: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            command: Duration::from_secs(60),
            content: Duration::from_secs(600),
        }
    }
}

/// The way to the relay, with a connection kept open between mails.
pub struct Smtp {
    url: SmtpUrl,
    hello: ClientId,
    tls: Tls,
    limits: Limits,
    kept: Option<AsyncSmtpConnection>,
}

impl Smtp {
    /// Prepares the way; does not connect. `domain` is what the relay is greeted with.
    ///
    /// # Errors
    /// [`TlsSetup`] when the certificates to trust cannot be read.
    pub fn new(url: SmtpUrl, domain: &str, limits: Limits) -> Result<Self, TlsSetup> {
        let tls = Tls::toward(&url)?;
        let hello = match domain.trim_matches(['[', ']']).parse() {
            Ok(std::net::IpAddr::V4(address)) => ClientId::Ipv4(address),
            Ok(std::net::IpAddr::V6(address)) => ClientId::Ipv6(address),
            Err(_) => ClientId::Domain(domain.to_owned()),
        };
        Ok(Self { url, hello, tls, limits, kept: None })
    }

    /// Hands one mail over, on the kept connection if it still stands.
    pub async fn send(&mut self, mail: &Rendered) -> Outcome {
        if let Some(connection) = self.kept.take() {
            // Relays end idle connections, and restart. What is lost before the recipient was named is said again anew.
            match self.hand_over(connection, mail).await {
                Outcome::RelayDown { stage: Stage::Sender, .. } => {}
                outcome => return outcome,
            }
        }
        match self.open().await {
            Ok(connection) => self.hand_over(connection, mail).await,
            Err(down) => down.into(),
        }
    }

    /// Whether the relay can be reached and lets us in. Sends nothing.
    ///
    /// # Errors
    /// How far we came, and what happened there.
    pub async fn probe(&mut self) -> Result<(), Down> {
        self.kept = Some(self.open().await?);
        Ok(())
    }

    /// Ends the kept connection.
    pub async fn close(&mut self) {
        if let Some(mut connection) = self.kept.take() {
            let _unneeded = timeout(self.limits.connect, connection.quit()).await;
        }
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, Down> {
        let place = (self.url.host(), self.url.port());
        let stream = match timeout(self.limits.connect, TcpStream::connect(place)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(down(Stage::Connect, error.to_string())),
            Err(_) => return Err(down(Stage::Connect, "no answer in time".to_owned())),
        };
        // A mail is a large write and a small one; without this the second waits for an acknowledgement that the other
        // side delays by 40 ms.
        stream.set_nodelay(true).map_err(|error| down(Stage::Connect, error.to_string()))?;
        let stream: Box<dyn AsyncTokioStream> = match &self.tls {
            Tls::Implicit(connector, name) => {
                match timeout(self.limits.command, connector.connect(name.clone(), stream)).await {
                    Ok(Ok(stream)) => Box::new(Encrypted(stream)),
                    Ok(Err(error)) => return Err(down(Stage::Tls, error.to_string())),
                    Err(_) => return Err(down(Stage::Tls, "no answer in time".to_owned())),
                }
            }
            Tls::Upgraded(_) | Tls::None => Box::new(stream),
        };
        let greeting = AsyncSmtpConnection::connect_with_transport(stream, &self.hello);
        let mut connection =
            self.step(greeting, "").await.map_err(|refusal| refusal.down(Stage::Greeting))?;
        if let Tls::Upgraded(parameters) = &self.tls {
            if !connection.can_starttls() {
                self.hang_up(connection).await;
                return Err(down(Stage::Tls, "the relay does not offer STARTTLS".to_owned()));
            }
            let upgrade = connection.starttls(parameters.clone(), &self.hello);
            self.step(upgrade, "").await.map_err(|refusal| refusal.down(Stage::Tls))?;
        }
        if let Some((user, password)) = self.url.login() {
            let credentials = Credentials::new(user.to_owned(), password.to_owned());
            let login = connection.auth(DEFAULT_MECHANISMS, &credentials);
            if let Err(refusal) = self.step(login, user).await {
                self.hang_up(connection).await;
                return Err(refusal.down(Stage::Login));
            }
        }
        Ok(connection)
    }

    async fn hand_over(&mut self, mut connection: AsyncSmtpConnection, mail: &Rendered) -> Outcome {
        let said = mail.to.as_ref();
        let (from, to) = (mail.from.clone(), mail.to.clone());
        if let Err(refusal) = self.step(connection.command(Mail::new(Some(from), Vec::new())), said).await {
            self.hang_up(connection).await;
            return refusal.down(Stage::Sender).into();
        }
        if let Err(refusal) = self.step(connection.command(Rcpt::new(to, Vec::new())), said).await {
            return self.refused(connection, refusal, Stage::Recipient).await;
        }
        if let Err(refusal) = self.step(connection.command(Data), said).await {
            return self.refused(connection, refusal, Stage::Data).await;
        }
        let answer = match timeout(self.limits.content, connection.message(&mail.bytes)).await {
            Ok(answer) => answer.map_err(|error| Refusal::of(&error, said)),
            Err(_) => Err(Refusal::silence()),
        };
        match answer {
            Ok(response) if response.code().severity == Severity::PositiveCompletion => {
                self.kept = Some(connection);
                Outcome::Delivered { response: masked(&words(&response), said) }
            }
            Ok(response) => Outcome::Ambiguous { why: masked(&words(&response), said) },
            Err(Refusal { code: None, why }) => Outcome::Ambiguous { why },
            Err(refusal) => self.refused(connection, refusal, Stage::Content).await,
        }
    }

    /// A refusal once the recipient is named: about this mail if the relay said so, about the relay otherwise.
    async fn refused(
        &mut self,
        mut connection: AsyncSmtpConnection,
        refusal: Refusal,
        stage: Stage,
    ) -> Outcome {
        let outcome = match refusal.code {
            // 421: the relay is closing the connection, whatever was asked (RFC 5321 section 3.8).
            None | Some(421) => return refusal.down(stage).into(),
            // The relay does not relay for us: a setting of its owner, which must not end every mail that waits.
            Some(code) if stage == Stage::Recipient && refusal.speaks_of_relaying() => {
                Outcome::RecipientTemporary { code, why: refusal.why }
            }
            Some(code @ 400..=499) => Outcome::RecipientTemporary { code, why: refusal.why },
            Some(code) => Outcome::RecipientPermanent { code, why: refusal.why },
        };
        if self.step(connection.command(Rset), "").await.is_ok() {
            self.kept = Some(connection);
        }
        outcome
    }

    /// One exchange within its time.
    async fn step<T>(
        &self,
        exchange: impl Future<Output = Result<T, Error>>,
        said: &str,
    ) -> Result<T, Refusal> {
        match timeout(self.limits.command, exchange).await {
            Ok(answer) => answer.map_err(|error| Refusal::of(&error, said)),
            Err(_) => Err(Refusal::silence()),
        }
    }

    async fn hang_up(&self, mut connection: AsyncSmtpConnection) {
        let _unneeded = timeout(self.limits.connect, connection.abort()).await;
    }
}

/// Why one exchange did not succeed: the relay's code and words, or, without a code, how it was lost.
struct Refusal {
    code: Option<u16>,
    why: String,
}

impl Refusal {
    fn of(error: &Error, said: &str) -> Self {
        let code = error.status().map(u16::from);
        let mut why = match (code, error.source()) {
            (Some(code), source) => format!("{code} {}", source.map(ToString::to_string).unwrap_or_default()),
            (None, Some(source)) => source.to_string(),
            (None, None) => error.to_string(),
        };
        if code.is_none() && error.is_response() {
            why = format!("the relay's answer cannot be read: {why}");
        }
        Self { code, why: masked(&why, said) }
    }

    fn silence() -> Self {
        Self { code: None, why: "no answer in time".to_owned() }
    }

    fn down(self, stage: Stage) -> Down {
        down(stage, self.why)
    }

    fn speaks_of_relaying(&self) -> bool {
        let why = self.why.to_ascii_lowercase();
        let refusal = ["denied", "not permitted", "not allowed", "unable to relay", "prohibited"];
        self.code.is_some_and(|code| code >= 500)
            && why.contains("relay")
            && refusal.iter().any(|words| why.contains(words))
    }
}

fn down(stage: Stage, why: String) -> Down {
    Down { stage, why }
}

impl From<Down> for Outcome {
    fn from(Down { stage, why }: Down) -> Self {
        Self::RelayDown { stage, why }
    }
}

fn words(response: &Response) -> String {
    format!("{} {}", response.code(), response.message().collect::<Vec<_>>().join(" "))
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connecting",
            Self::Tls => "encryption",
            Self::Greeting => "greeting",
            Self::Login => "log-in",
            Self::Sender => "sender",
            Self::Recipient => "recipient",
            Self::Data => "before the mail",
            Self::Content => "after the mail",
        })
    }
}
