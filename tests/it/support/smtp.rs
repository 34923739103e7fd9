//! A real mail server in the test process: it speaks SMTP over TCP, with and without encryption, keeps what it is given,
//! and misbehaves on command.

mod certificates;
mod conversation;

pub use certificates::Certificates;
use conversation::Conversation;
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// How the server protects its conversations.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Security {
    None,
    StartTls,
    Implicit,
}

/// A place in the conversation where the server can be told to misbehave.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum At {
    Greeting,
    Ehlo,
    StartTls,
    Login,
    Sender,
    Recipient,
    Data,
    /// After the first bytes of the mail, before its final dot.
    Middle,
    /// After the final dot.
    Dot,
    Reset,
}

/// What the server does instead of what it should.
#[derive(Clone, Debug)]
pub enum Act {
    /// Says this line.
    Say(&'static str),
    /// Says this line and ends the connection.
    SayAndDrop(&'static str),
    /// Ends the connection without a word.
    Drop,
    /// After the final dot: takes the mail, then ends the connection without a word.
    TakeAndDrop,
    /// Says nothing any more, and leaves the connection open.
    Stall,
    /// Does what it should, later.
    Late(Duration),
}

/// A mail as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    pub from: String,
    pub to: String,
    pub bytes: Vec<u8>,
    pub encrypted: bool,
    pub user: Option<String>,
    /// Which connection it came over, from 1.
    pub connection: usize,
}

impl Received {
    /// The mail as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// One header of it, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let text = self.text();
        let head = text.split("\r\n\r\n").next()?.replace("\r\n ", " ");
        head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned))
    }
}

/// What the server offers and asks for.
#[derive(Clone)]
pub struct Offers {
    pub security: Security,
    /// The user and password it wants, if any.
    pub login: Option<(&'static str, &'static str)>,
    /// The mechanisms it names, when it wants a log-in.
    pub mechanisms: &'static str,
    /// The name its certificate is made out to.
    pub certified: &'static str,
}

impl Default for Offers {
    fn default() -> Self {
        Self { security: Security::None, login: None, mechanisms: "PLAIN LOGIN", certified: "localhost" }
    }
}

#[derive(Default)]
struct Diary {
    always: HashMap<At, Act>,
    once: HashMap<At, VecDeque<Act>>,
    recipients: HashMap<String, Act>,
    received: Vec<Received>,
    verbs: Vec<String>,
    connections: usize,
}

/// The server. Ends with its value.
pub struct SmtpServer {
    address: SocketAddr,
    diary: Arc<Mutex<Diary>>,
    authority: PathBuf,
    offers: Offers,
    _folder: tempfile::TempDir,
    _stop: tokio::sync::oneshot::Sender<()>,
}

impl SmtpServer {
    /// A server that does everything right, without encryption.
    pub fn start() -> Self {
        Self::offering(Offers::default())
    }

    /// The same at a port that is free, or that another one is just leaving.
    pub async fn at_port(port: u16) -> Self {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            match std::net::TcpListener::bind(("127.0.0.1", port)) {
                Ok(listener) => return Self::on(listener, Offers::default()),
                Err(error) => assert!(Instant::now() < end, "port {port}: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// A server that does everything right, and offers this.
    pub fn offering(offers: Offers) -> Self {
        Self::on(std::net::TcpListener::bind("127.0.0.1:0").unwrap(), offers)
    }

    fn on(listener: std::net::TcpListener, offers: Offers) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = folder.path().join("authority.pem");
        let certificates = Certificates::made_out_to(offers.certified);
        std::fs::write(&authority, certificates.authority()).unwrap();
        let acceptor = certificates.acceptor();
        let diary = Arc::new(Mutex::new(Diary::default()));
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
        let (hers, her_offers) = (diary.clone(), offers.clone());
        // A thread and a runtime of its own, so that no test's runtime can starve it.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::from_std(listener).unwrap();
                loop {
                    let stream = tokio::select! {
                        accepted = listener.accept() => accepted.unwrap().0,
                        _ = &mut stopped => return,
                    };
                    let (diary, offers, acceptor) = (hers.clone(), her_offers.clone(), acceptor.clone());
                    tokio::spawn(async move {
                        let _lost = Conversation::hold(stream, diary, offers, acceptor).await;
                    });
                }
            });
        });
        Self { address, diary, authority, offers, _folder: folder, _stop: stop }
    }

    /// The setting that leads to this server.
    pub fn url(&self) -> String {
        let login = match self.offers.login {
            Some((user, password)) => format!("{}:{}@", escaped(user), escaped(password)),
            None => String::new(),
        };
        let (port, authority) = (self.address.port(), self.authority.display());
        match self.offers.security {
            Security::None => format!("smtp://{login}127.0.0.1:{port}?tls=none"),
            Security::StartTls => format!("smtp://{login}localhost:{port}?ca={authority}"),
            Security::Implicit => format!("smtps://{login}localhost:{port}?ca={authority}"),
        }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// From now on, does this there.
    pub fn always(&self, at: At, act: Act) {
        self.diary().always.insert(at, act);
    }

    /// Does this there the next time. Several are done one after the other.
    pub fn once(&self, at: At, act: Act) {
        self.diary().once.entry(at).or_default().push_back(act);
    }

    /// From now on, answers this when this recipient is named.
    pub fn toward(&self, recipient: &str, act: Act) {
        self.diary().recipients.insert(recipient.to_owned(), act);
    }

    /// Does everything right again.
    pub fn mend(&self) {
        let mut diary = self.diary();
        diary.always.clear();
        diary.once.clear();
        diary.recipients.clear();
    }

    /// The mails that were taken, in the order of their coming.
    pub fn received(&self) -> Vec<Received> {
        self.diary().received.clone()
    }

    /// Those after the first `count`.
    pub fn received_after(&self, count: usize) -> Vec<Received> {
        self.diary().received[count..].to_vec()
    }

    /// Those for one recipient.
    pub fn received_for(&self, recipient: &str) -> Vec<Received> {
        self.received().into_iter().filter(|mail| mail.to == recipient).collect()
    }

    /// Waits until there are this many mails; panics after 20 seconds.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let received = self.received();
            if received.len() >= count {
                return received;
            }
            assert!(Instant::now() < end, "waited for {count} mails, {} came", received.len());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// The first word of each command so far.
    pub fn verbs(&self) -> Vec<String> {
        self.diary().verbs.clone()
    }

    /// How many connections were opened so far.
    pub fn connections(&self) -> usize {
        self.diary().connections
    }

    fn diary(&self) -> MutexGuard<'_, Diary> {
        self.diary.lock().unwrap()
    }
}

/// A port where nobody listens.
pub fn closed_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn escaped(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
