//! Without a relay, mail is kept and shown here, to whoever sits at this machine.

use crate::mail::{Kept, Outbox};
use crate::web::page::{Page, page};
use crate::web::show::Moment;
use crate::web::{App, Fault, route};
use actix_web::guard::GuardContext;
use actix_web::http::header::{FORWARDED, HOST, HeaderName, VIA};
use actix_web::{HttpResponse, guard, web};
use askama::Template;
use std::net::IpAddr;

/// How many mails are shown; older ones are there and forgotten in their time.
const SHOWN: i64 = 200;

#[derive(Template)]
#[template(path = "app/mailbox.html")]
struct MailboxPage {
    page: Page,
    mails: Vec<Mail>,
}

struct Mail {
    id: String,
    to: String,
    subject: String,
    at: Moment,
    pieces: Vec<Piece>,
}

#[derive(PartialEq, Eq, Debug)]
struct Piece {
    text: String,
    link: bool,
}

/// The address. To everybody else it does not exist.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    let mailbox = web::resource("/mailbox").guard(guard::fn_guard(may_look));
    config.service(mailbox.route(route::get().to(show)));
}

async fn show(app: web::Data<App>, outbox: web::Data<Outbox>) -> Result<HttpResponse, Fault> {
    let now = app.clock.now();
    let kept = app.db.read(move |conn| outbox.kept(conn, SHOWN)).await?;
    let mails = kept.into_iter().map(|mail| shown(mail, now)).collect();
    Ok(page(&MailboxPage { page: Page::new("Mailbox – Undersigned").not_indexed(), mails })?)
}

fn shown(mail: Kept, now: crate::clock::Timestamp) -> Mail {
    Mail {
        id: mail.id.to_string(),
        at: Moment::new(mail.at, now),
        pieces: pieces(&mail.text),
        to: mail.to,
        subject: mail.subject,
    }
}

/// Only a browser on this machine. A proxy on this machine is one as well, and a page that has its own name resolved to this
/// machine can reach us through such a browser, so what was passed on and what asks for another host is refused too.
fn may_look(context: &GuardContext<'_>) -> bool {
    let keeps_mail = context.app_data::<web::Data<App>>().is_some_and(|app| app.keeps_mail);
    let head = context.head();
    let passed_on =
        [FORWARDED, VIA, HeaderName::from_static("x-forwarded-for"), HeaderName::from_static("x-real-ip")];
    let host = head.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    keeps_mail
        && head.peer_addr.is_some_and(|peer| peer.ip().to_canonical().is_loopback())
        && is_this_machine(host)
        && !passed_on.iter().any(|name| head.headers().contains_key(name))
}

/// `localhost`, `127.0.0.1` or `[::1]`, with or without a port.
fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// A text with its links apart. Our mails have each link alone on its line.
fn pieces(text: &str) -> Vec<Piece> {
    let is_link = |line: &str| {
        let line = line.trim();
        (line.starts_with("https://") || line.starts_with("http://")) && !line.contains(char::is_whitespace)
    };
    let mut pieces: Vec<Piece> = Vec::new();
    for line in text.split_inclusive('\n') {
        let link = is_link(line);
        if link {
            pieces.push(Piece { text: line.trim().to_owned(), link });
        }
        let rest = if link { "\n" } else { line };
        match pieces.last_mut() {
            Some(last) if !last.link => last.text.push_str(rest),
            _ => pieces.push(Piece { text: rest.to_owned(), link: false }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stand_apart_from_the_text() {
        let found = pieces("Dear you,\nopen\n\nhttps://sign.example/verify/a?b=c\n\nThat is all.");
        let piece = |text: &str, link| Piece { text: text.to_owned(), link };
        assert_eq!(
            found,
            [
                piece("Dear you,\nopen\n\n", false),
                piece("https://sign.example/verify/a?b=c", true),
                piece("\n\nThat is all.", false),
            ]
        );
        assert_eq!(
            pieces("javascript:alert(1)\nhttps://a b"),
            [piece("javascript:alert(1)\nhttps://a b", false)]
        );
    }

    #[test]
    fn only_names_of_this_machine_are_this_machine() {
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.8.9.1", "[::1]", "[::1]:8080"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in ["", "sign.example", "sign.example:8080", "127.0.0.1.sign.example", "10.0.0.1:80"] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
