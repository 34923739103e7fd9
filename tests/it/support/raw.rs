//! A client that writes bytes as it likes, for what no browser would send.

use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection.
pub struct Raw {
    stream: TcpStream,
    opened: Instant,
}

impl Raw {
    /// Connects to `http://HOST:PORT`.
    pub async fn connect(base_url: &str) -> Self {
        let place = base_url.trim_start_matches("http://");
        Self { stream: TcpStream::connect(place).await.unwrap(), opened: Instant::now() }
    }

    /// Writes; a server that has closed already is no failure of the test.
    pub async fn write(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).await.is_ok()
    }

    /// Reads what comes until the server closes, but no longer than `patience` after the connection was opened. The second value
    /// is how long it lasted; `None` if it was not closed.
    pub async fn until_closed(&mut self, patience: Duration) -> (String, Option<Duration>) {
        let mut all = Vec::new();
        let left = patience.saturating_sub(self.opened.elapsed());
        let closed = tokio::time::timeout(left, self.stream.read_to_end(&mut all)).await.is_ok();
        (String::from_utf8_lossy(&all).into_owned(), closed.then(|| self.opened.elapsed()))
    }

    /// Reads once.
    pub async fn read_some(&mut self) -> String {
        let mut buffer = vec![0; 65_536];
        let n = self.stream.read(&mut buffer).await.unwrap_or(0);
        String::from_utf8_lossy(&buffer[..n]).into_owned()
    }

    /// Writes one byte every so often until the server closes or `patience` has passed since the connection was opened. Tells how long
    /// it lasted; `None` if it was not closed.
    pub async fn dribble(&mut self, byte: u8, every: Duration, patience: Duration) -> Option<Duration> {
        while self.opened.elapsed() < patience {
            let mut buffer = [0; 4_096];
            tokio::select! {
                read = self.stream.read(&mut buffer) => if matches!(read, Ok(0) | Err(_)) {
                    return Some(self.opened.elapsed());
                },
                () = tokio::time::sleep(every) => if !self.write([byte]).await {
                    return Some(self.opened.elapsed());
                },
            }
        }
        None
    }
}

/// Sends a whole request and reads the whole answer.
pub async fn exchange(base_url: &str, request: impl AsRef<[u8]>) -> String {
    let mut raw = Raw::connect(base_url).await;
    raw.write(request).await;
    raw.until_closed(Duration::from_secs(10)).await.0
}
