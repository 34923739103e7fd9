//! A client that costs next to nothing: one kept-alive connection, HTTP/1.1 as far as the program speaks it.

use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

pub struct Client {
    stream: BufReader<TcpStream>,
    /// The lines that every request of this client has.
    own: String,
    cookies: Vec<(String, String)>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The same, or everything stops.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        let body = String::from_utf8_lossy(&self.body);
        assert!(self.status == status, "{} instead of {status}: {:?} {body}", self.status, self.head);
        self
    }
}

impl Client {
    /// A client with a network address of its own, as a trusted proxy tells it.
    pub async fn new(server: SocketAddr, number: usize) -> Self {
        let stream = TcpStream::connect(server).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let own = format!(
            "Host: {server}\r\nOrigin: http://{server}\r\nX-Forwarded-For: 198.51.{}.{}\r\n",
            100 + number / 200,
            1 + number % 200
        );
        Self { stream: BufReader::new(stream), own, cookies: Vec::new() }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.get_with(path, "").await
    }

    /// `more` is further header lines, each with its line end.
    pub async fn get_with(&mut self, path: &str, more: &str) -> Answer {
        let request = format!("GET {path} HTTP/1.1\r\n{}{}{more}\r\n", self.own, self.cookie());
        self.ask(request).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = format!(
            "POST {path} HTTP/1.1\r\n{}{}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.own,
            self.cookie(),
            body.len()
        );
        self.ask(request).await
    }

    fn cookie(&self) -> String {
        if self.cookies.is_empty() {
            return String::new();
        }
        let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("Cookie: {}\r\n", pairs.join("; "))
    }

    async fn ask(&mut self, request: String) -> Answer {
        self.stream.write_all(request.as_bytes()).await.unwrap();
        let mut line = String::new();
        self.stream.read_line(&mut line).await.unwrap();
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.unwrap_or_else(|| panic!("no answer: {line:?}"));
        let mut head = Vec::new();
        loop {
            line.clear();
            self.stream.read_line(&mut line).await.unwrap();
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            head.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut answer = Answer { status, head, body: Vec::new() };
        let length = answer.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        if status != 304 {
            answer.body.resize(length, 0);
            self.stream.read_exact(&mut answer.body).await.unwrap();
        }
        for (_, cookie) in answer.head.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        answer
    }
}
