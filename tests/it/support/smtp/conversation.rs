//! One conversation, from the server's side (RFC 5321).

use super::{Act, At, Diary, Offers, Received, Security};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}

/// The connection is over.
pub(super) struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

pub(super) struct Conversation {
    stream: BufReader<Box<dyn Duplex>>,
    diary: Arc<Mutex<Diary>>,
    number: usize,
}

impl Conversation {
    pub(super) async fn hold(
        stream: TcpStream,
        diary: Arc<Mutex<Diary>>,
        offers: Offers,
        acceptor: TlsAcceptor,
    ) -> Result<(), Over> {
        stream.set_nodelay(true)?;
        let mut encrypted = offers.security == Security::Implicit;
        let stream: Box<dyn Duplex> =
            if encrypted { Box::new(acceptor.accept(stream).await?) } else { Box::new(stream) };
        let number = {
            let mut diary = diary.lock().unwrap();
            diary.connections += 1;
            diary.connections
        };
        let mut me = Self { stream: BufReader::new(stream), diary, number };
        let (mut user, mut from, mut to) = (None, None, None);
        me.answer(At::Greeting, "220 relay.example ESMTP").await?;
        loop {
            let line = me.line().await?;
            let verb = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            me.diary.lock().unwrap().verbs.push(verb.clone());
            let argument = line.get(verb.len()..).unwrap_or_default().trim().to_owned();
            match verb.as_str() {
                "EHLO" | "HELO" => {
                    let mut lines = vec!["250-relay.example".to_owned(), "250-8BITMIME".to_owned()];
                    if offers.security == Security::StartTls && !encrypted {
                        lines.push("250-STARTTLS".to_owned());
                    }
                    if offers.login.is_some() {
                        lines.push(format!("250-AUTH {}", offers.mechanisms));
                    }
                    lines.push("250 SIZE 10240000".to_owned());
                    me.answer(At::Ehlo, &lines.join("\r\n")).await?;
                }
                "STARTTLS" => {
                    if me.answer(At::StartTls, "220 go ahead").await? {
                        let plain = me.stream.into_inner();
                        me.stream = BufReader::new(Box::new(acceptor.accept(plain).await?));
                        encrypted = true;
                    }
                }
                "AUTH" => user = me.log_in(&argument, &offers).await?,
                "MAIL" if offers.login.is_some() && user.is_none() => {
                    me.say("530 5.7.0 Authentication required").await?;
                }
                "MAIL" => {
                    if me.answer(At::Sender, "250 2.1.0 sender taken").await? {
                        from = Some(bracketed(&argument));
                    }
                }
                "RCPT" => {
                    let address = bracketed(&argument);
                    let act = me.diary.lock().unwrap().recipients.get(&address).cloned();
                    let taken = match act {
                        Some(act) => me.act(act, "250 2.1.5 recipient taken").await?,
                        None => me.answer(At::Recipient, "250 2.1.5 recipient taken").await?,
                    };
                    if taken {
                        to = Some(address);
                    }
                }
                "DATA" => {
                    let (Some(from), Some(to)) = (from.take(), to.take()) else {
                        me.say("503 5.5.1 name sender and recipient first").await?;
                        continue;
                    };
                    if me.answer(At::Data, "354 the mail, then a dot").await? {
                        let (number, user) = (me.number, user.clone());
                        let bytes = me.content().await?;
                        me.decide(Received { from, to, bytes, encrypted, user, connection: number }).await?;
                    }
                }
                "RSET" => {
                    (from, to) = (None, None);
                    me.answer(At::Reset, "250 2.0.0 forgotten").await?;
                }
                "NOOP" => me.say("250 2.0.0 here").await?,
                "QUIT" => {
                    me.say("221 2.0.0 goodbye").await?;
                    return Ok(());
                }
                _ => me.say("502 5.5.1 not a command").await?,
            }
        }
    }

    /// What to do here: the next of the single acts, or the lasting one.
    fn planned(&self, at: At) -> Option<Act> {
        let mut diary = self.diary.lock().unwrap();
        let next = diary.once.get_mut(&at).and_then(VecDeque::pop_front);
        next.or_else(|| diary.always.get(&at).cloned())
    }

    /// Answers, as told or as it should. True when the answer was a good one.
    async fn answer(&mut self, at: At, usual: &str) -> Result<bool, Over> {
        match self.planned(at) {
            Some(act) => self.act(act, usual).await,
            None => self.say(usual).await.map(|()| true),
        }
    }

    async fn act(&mut self, act: Act, usual: &str) -> Result<bool, Over> {
        match act {
            Act::Say(line) => {
                self.say(line).await?;
                Ok(line.starts_with(['2', '3']))
            }
            Act::SayAndDrop(line) => {
                self.say(line).await?;
                Err(Over)
            }
            Act::Drop | Act::TakeAndDrop => Err(Over),
            Act::Stall => loop {
                self.line().await?;
            },
            Act::Late(wait) => {
                tokio::time::sleep(wait).await;
                self.say(usual).await.map(|()| true)
            }
        }
    }

    async fn say(&mut self, line: &str) -> Result<(), Over> {
        self.stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await?;
        Ok(self.stream.get_mut().flush().await?)
    }

    async fn line(&mut self) -> Result<String, Over> {
        let mut line = Vec::new();
        if self.stream.read_until(b'\n', &mut line).await? == 0 {
            return Err(Over);
        }
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    /// The mail up to the dot on a line of its own, with the doubled dots taken back.
    async fn content(&mut self) -> Result<Vec<u8>, Over> {
        let mut content: Vec<u8> = Vec::new();
        loop {
            let mut line = Vec::new();
            if self.stream.read_until(b'\n', &mut line).await? == 0 {
                return Err(Over);
            }
            if line == b".\r\n" {
                // The end of the last line belongs to the dot (RFC 5321 section 4.1.1.4).
                content.truncate(content.len().saturating_sub(2));
                return Ok(content);
            }
            if content.is_empty()
                && let Some(act) = self.planned(At::Middle)
            {
                self.act(act, "").await?;
            }
            content.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }

    async fn decide(&mut self, mail: Received) -> Result<(), Over> {
        match self.planned(At::Dot) {
            None => {
                self.diary.lock().unwrap().received.push(mail);
                self.say("250 2.0.0 taken as Q1").await
            }
            Some(Act::TakeAndDrop) => {
                self.diary.lock().unwrap().received.push(mail);
                Err(Over)
            }
            Some(Act::Late(wait)) => {
                self.diary.lock().unwrap().received.push(mail);
                tokio::time::sleep(wait).await;
                self.say("250 2.0.0 taken as Q1").await
            }
            Some(act) => self.act(act, "").await.map(|_| ()),
        }
    }

    async fn log_in(&mut self, argument: &str, offers: &Offers) -> Result<Option<String>, Over> {
        let decode = |text: &str| data_encoding::BASE64.decode(text.trim().as_bytes()).unwrap_or_default();
        let given = match argument.split_once(' ') {
            Some(("PLAIN", first)) => {
                let first = decode(first);
                let mut parts =
                    first.split(|byte| *byte == 0).map(|part| String::from_utf8_lossy(part).into_owned());
                let _role = parts.next();
                (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
            }
            _ => {
                let mut asked = Vec::new();
                for question in ["Username:", "Password:"] {
                    let question = data_encoding::BASE64.encode(question.as_bytes());
                    self.say(&format!("334 {question}")).await?;
                    let answer = decode(&self.line().await?);
                    asked.push(String::from_utf8_lossy(&answer).into_owned());
                }
                (asked[0].clone(), asked[1].clone())
            }
        };
        let right = offers.login.is_some_and(|(user, password)| (user, password) == (&given.0, &given.1));
        if !right {
            self.say("535 5.7.8 Authentication credentials invalid").await?;
            return Ok(None);
        }
        let let_in = self.answer(At::Login, "235 2.7.0 welcome").await?;
        Ok(let_in.then_some(given.0))
    }
}

/// `FROM:<a@b.example> BODY=8BITMIME` names `a@b.example`.
fn bracketed(argument: &str) -> String {
    let from = argument.find('<').map_or(0, |at| at + 1);
    let to = argument.find('>').unwrap_or(argument.len());
    argument.get(from..to).unwrap_or_default().to_owned()
}
