//! The server: starts, answers, and stops without losing what is in flight.

use super::{Instance, StartError, post, routes};
use crate::account::password::{Cost, Passwords};
use crate::clock::Clock;
use crate::config::{BaseUrl, Settings};
use crate::db::Use;
use crate::list::Lists;
use crate::mail::{Outbox, Postman};
use crate::upkeep;
use crate::web::edge::Edge;
use crate::web::{self as kit, assets};
use actix_web::dev::ServerHandle;
use actix_web::http::KeepAlive;
use actix_web::{App, HttpServer, web};
use socket2::SockRef;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// The head of a request must be there within this time.
const HEAD: Duration = Duration::from_secs(5);
/// A kept-alive connection is a trusted proxy's. It ends later than common proxies end it, so that none sends into a
/// connection that is closing.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// An answer that the client does not take for this long is given up (`TCP_USER_TIMEOUT`, RFC 5482): no deadline in this
/// process sees it, because it lies finished in the system's buffer.
const UNREAD: Duration = Duration::from_secs(8);
/// Requests end by their own deadline of 8 s; what remains after this is idle or does not read its answer.
const STOP_SECONDS: u64 = 10;
/// How long mail in flight may take to arrive when the server stops.
const LAST_MAIL: Duration = Duration::from_secs(10);
/// How long closing the database may take.
const LAST_CLOSE: Duration = Duration::from_secs(5);
/// Connections per worker; more wait in the system's queue.
const CONNECTIONS: usize = 1_000;

/// A server that answers.
pub struct Running {
    base_url: BaseUrl,
    address: SocketAddr,
    handle: ServerHandle,
    server: JoinHandle<io::Result<()>>,
    beside: Beside,
    /// Ends when the database is closed.
    closed: Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// What goes on beside the answers.
struct Beside {
    stop: watch::Sender<bool>,
    /// End by themselves when told to stop, with their work done.
    ending: JoinSet<()>,
    /// Can be cut off at any moment; dropping this does.
    _cut: JoinSet<()>,
}

impl Beside {
    fn start(
        stop: watch::Sender<bool>,
        postman: Postman,
        app: &web::Data<kit::App>,
        outbox: &web::Data<Outbox>,
    ) -> Self {
        let (mut ending, mut cut) = (JoinSet::new(), JoinSet::new());
        ending.spawn(postman.run());
        cut.spawn(upkeep::keep_up(app.clone(), outbox.clone()));
        cut.spawn(upkeep::keep_sending(app.clone(), outbox.clone()));
        Self { stop, ending, _cut: cut }
    }
}

impl Running {
    /// What links start with.
    pub fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// The address that is listened on, with the port that was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, finishes what is in flight, and ends.
    pub async fn stop(self) {
        let Beside { stop, ending, _cut: cut } = self.beside;
        stop.send_replace(true);
        let mail = tokio::time::timeout(LAST_MAIL, ending.join_all());
        let (_, _) = tokio::join!(self.handle.stop(true), mail);
        let _ = self.server.await;
        drop(cut);
        let _ = tokio::time::timeout(LAST_CLOSE, self.closed).await;
    }

    /// Waits until the server ends by itself, which it does only by a failure.
    pub async fn ended(&mut self) -> io::Error {
        match (&mut self.server).await {
            Ok(Err(error)) => error,
            _ => io::Error::other("the server ended unexpectedly"),
        }
    }
}

/// Starts the server. It answers when this returns. `cost` is what a password's hash costs.
///
/// # Errors
/// See [`StartError`].
pub async fn start(settings: &Settings, clock: Clock, cost: Cost) -> Result<Running, StartError> {
    start_on(listen(settings)?, settings, clock, cost).await
}

/// Takes the address. Whoever connects from now on waits until [`start_on`] has the server answer.
///
/// # Errors
/// [`StartError::Listen`] when it is in use, or not this machine's.
pub fn listen(settings: &Settings) -> Result<TcpListener, StartError> {
    let unable = |cause| StartError::Listen { address: settings.listen, cause };
    let listener = TcpListener::bind(settings.listen).map_err(unable)?;
    SockRef::from(&listener).set_tcp_user_timeout(Some(UNREAD)).map_err(unable)?;
    Ok(listener)
}

/// Starts the server at an address that was taken.
///
/// # Errors
/// See [`StartError`].
pub async fn start_on(
    listener: TcpListener,
    settings: &Settings,
    clock: Clock,
    cost: Cost,
) -> Result<Running, StartError> {
    let unable = |cause| StartError::Listen { address: settings.listen, cause };
    let bound = listener.local_addr().map_err(unable)?;
    let base_url = settings.base_url(bound);
    let instance = Instance::open(settings, base_url.clone(), clock, Use::Server).await?;
    let passwords = web::Data::new(Passwords::new(cost, instance.app.random.clone()));
    let stop = watch::Sender::new(false);
    let postman = post::postman(&instance, stop.subscribe())?;
    let app = instance.app;
    let lists = Lists::start(app.db.clone(), app.clock.clone(), app.random.clone(), base_url.clone()).await?;
    let (app, lists) = (web::Data::new(app), web::Data::new(lists));
    let at_once = lists.clone();
    let edge = Edge::new(base_url.clone(), settings.trusted_proxies.clone(), app.random.clone())
        .asking_first(Arc::new(move |request| at_once.at_once(request)));
    let outbox = web::Data::new(instance.outbox);
    let beside = Beside::start(stop, postman, &app, &outbox);
    let closed = Box::pin(app.db.closed());

    let make = move || {
        App::new()
            .app_data(app.clone())
            .app_data(outbox.clone())
            .app_data(passwords.clone())
            .app_data(lists.clone())
            .wrap(edge.clone())
            .configure(routes)
    };
    let keep_alive = match settings.trusted_proxies.as_slice() {
        [] => KeepAlive::Disabled,
        _ => KeepAlive::Timeout(KEEP_ALIVE),
    };
    let server = HttpServer::new(make)
        .workers(std::thread::available_parallelism().map_or(1, usize::from))
        .max_connections(CONNECTIONS)
        .keep_alive(keep_alive)
        .client_request_timeout(HEAD)
        .shutdown_timeout(STOP_SECONDS)
        .disable_signals()
        .listen(listener)
        .map_err(unable)?
        .run();
    drop(tokio::task::spawn_blocking(assets::prepare));
    Ok(Running {
        base_url,
        address: bound,
        handle: server.handle(),
        server: tokio::spawn(server),
        beside,
        closed,
    })
}
