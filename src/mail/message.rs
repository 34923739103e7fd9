//! A mail as a whole: who gets it, what it says, and the bytes that go over the wire.

use crate::clock::Timestamp;
use crate::config::MailFrom;
use crate::ids::{AnyId, CampaignId, MailId};
use crate::text::EmailAddress;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message as Letter};
use std::fmt;

/// What a mail is for, as the outbox and the command line name it: `verify`, `approved`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Kind {
    name: &'static str,
    by_stranger: bool,
}

impl Kind {
    /// A kind that only staff, or the owner of the mailbox, can cause. The name is lower-case words joined by `-`.
    pub const fn new(name: &'static str) -> Self {
        Self { name, by_stranger: false }
    }

    /// A kind that anybody can cause by typing somebody's address into a form. These are capped for each mailbox.
    pub const fn by_stranger(name: &'static str) -> Self {
        Self { name, by_stranger: true }
    }

    /// The name.
    pub const fn as_str(self) -> &'static str {
        self.name
    }

    /// Whether it counts for the cap.
    pub(super) const fn is_by_stranger(self) -> bool {
        self.by_stranger
    }
}

/// A mail for one recipient. The text part is complete by itself; the HTML part says the same.
#[derive(Clone)]
pub struct Message {
    /// What it is for.
    pub kind: Kind,
    /// The recipient; never with a display name, because names are typed by strangers.
    pub to: EmailAddress,
    /// What is to be done, and for which letter.
    pub subject: String,
    /// The plain words.
    pub text: String,
    /// The same words as a page.
    pub html: String,
    /// The campaign that it belongs to, if it belongs to one.
    pub campaign: Option<CampaignId>,
    /// What it is about, for the feature that sends it: how it finds its mail again, and is told what became of it.
    pub about: Option<AnyId>,
    /// The moment before which it stays here, so that it can be taken back.
    pub not_before: Option<Timestamp>,
    /// Where one press ends these mails (RFC 8058): only on updates that were asked for.
    pub unsubscribe: Option<String>,
}

/// Whom mail comes from: `Undersigned <noreply@ngo.example>`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sender(Mailbox);

/// An address that cannot stand in an envelope.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("its address cannot be written in an envelope: use ASCII, and a domain in its xn-- form")]
pub struct NotASender;

/// Why a message cannot be made into a mail. Each is a defect of the program, not of what somebody typed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotAMessage {
    /// A line break or another control character where a header is one line.
    #[error("the {0} holds a control character")]
    Control(&'static str),
    /// An address that cannot be written in an envelope.
    #[error("the {0}'s address cannot be written in an envelope")]
    Address(&'static str),
    /// Put together it makes no mail.
    #[error("the parts make no mail: {0}")]
    Parts(String),
}

/// A finished mail: the same bytes at every try.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The envelope's sender, where a relay returns what it could not deliver.
    pub(super) from: Address,
    /// The envelope's recipient.
    pub(super) to: Address,
    /// The mail (RFC 5322), all ASCII, lines ended by CR LF.
    pub(super) bytes: Vec<u8>,
}

impl Rendered {
    /// A mail that was finished before.
    ///
    /// # Errors
    /// [`NotAMessage::Address`] when an address cannot stand in an envelope.
    pub fn again(from: &str, to: &str, bytes: Vec<u8>) -> Result<Self, NotAMessage> {
        Ok(Self {
            from: from.parse().map_err(|_| NotAMessage::Address("sender"))?,
            to: to.parse().map_err(|_| NotAMessage::Address("recipient"))?,
            bytes,
        })
    }
}

impl Sender {
    /// The sender of the settings.
    ///
    /// # Errors
    /// [`NotASender`] when its address cannot stand in an envelope (all ASCII, an internationalized domain in its xn-- form),
    /// or there is a control character in it.
    pub fn new(from: &MailFrom) -> Result<Self, NotASender> {
        // The mail library panics on a display name with a line break, so this comes before it.
        if from.name().chars().any(char::is_control) || !from.address().is_ascii() {
            return Err(NotASender);
        }
        let address = from.address().parse().map_err(|_| NotASender)?;
        let name = Some(from.name().to_owned()).filter(|name| !name.is_empty());
        Ok(Self(Mailbox::new(name, address)))
    }

    /// The domain of the address: what Message-IDs end in and what the relay is greeted with.
    pub fn domain(&self) -> &str {
        self.0.email.domain()
    }

    pub(super) fn message_id(&self, id: MailId) -> String {
        format!("<{id}@{}>", self.domain())
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Message {
    /// The finished mail. Message-ID, Date and the line between its parts follow from `id` and `date`, so the same
    /// message always makes the same bytes, and a copy sent twice is known as one.
    ///
    /// # Errors
    /// [`NotAMessage`] when a header would not be one line or the address is none.
    pub fn rendered(&self, from: &Sender, id: MailId, date: Timestamp) -> Result<Rendered, NotAMessage> {
        let one_line = |name, text: &str| match text.chars().any(char::is_control) {
            true => Err(NotAMessage::Control(name)),
            false => Ok(()),
        };
        one_line("subject", &self.subject)?;
        let to: Address = self.to.as_str().parse().map_err(|_| NotAMessage::Address("recipient"))?;

        let mut letter = Letter::builder()
            .message_id(Some(from.message_id(id)))
            .date(date.jiff().into())
            .from(from.0.clone())
            .to(Mailbox::new(None, to.clone()))
            .subject(self.subject.as_str())
            // RFC 3834 section 5; the second is what Exchange listens to. Both keep absence notes from coming back.
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Auto-Response-Suppress", "All"));
        if let Some(address) = &self.unsubscribe {
            one_line("unsubscribe address", address)?;
            letter = letter
                .raw_header(header("List-Unsubscribe", &format!("<{address}>")))
                .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
        let parts = MultiPart::alternative()
            .boundary(format!("undersigned-{}", id.uuid().simple()))
            .singlepart(SinglePart::plain(self.text.clone()))
            .singlepart(SinglePart::html(self.html.clone()));
        let letter = letter.multipart(parts).map_err(|error| NotAMessage::Parts(error.to_string()))?;
        Ok(Rendered { from: from.0.email.clone(), to, bytes: letter.formatted() })
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rendered({} bytes)", self.bytes.len())
    }
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message {
            kind: Kind::new("verify"),
            to: EmailAddress::parse("rep@ngo.example").unwrap(),
            subject: "Confirm “Keep it open”".to_owned(),
            text: "Press the button:\nhttps://sign.example/verify/abc\n".to_owned(),
            html: "<p>Press the button — it is yours.</p>".to_owned(),
            campaign: None,
            about: None,
            not_before: None,
            unsubscribe: None,
        }
    }

    fn render(message: &Message) -> Result<String, NotAMessage> {
        let sender = Sender::new(&MailFrom::parse("Undersigned <noreply@sign.example>").unwrap()).unwrap();
        let date = Timestamp::parse("2019-10-07T09:00:00Z").unwrap();
        let rendered = message.rendered(&sender, MailId::new(1_570_438_800_000, [7; 10]), date)?;
        assert_eq!(
            (rendered.from.as_ref(), rendered.to.as_ref()),
            ("noreply@sign.example", "rep@ngo.example")
        );
        Ok(String::from_utf8(rendered.bytes).unwrap())
    }

    #[test]
    fn the_same_message_always_makes_the_same_bytes() {
        assert_eq!(render(&message()), render(&message()));
    }

    #[test]
    fn the_headers_say_that_a_machine_wrote_it() {
        let mail = render(&message()).unwrap();
        for line in [
            "From: Undersigned <noreply@sign.example>\r\n",
            "To: rep@ngo.example\r\n",
            "Date: Mon, 07 Oct 2019 09:00:00 +0000\r\n",
            "@sign.example>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "X-Auto-Response-Suppress: All\r\n",
        ] {
            assert!(mail.contains(line), "{line} in {mail}");
        }
        assert!(!mail.contains("List-Unsubscribe"), "only updates can be unsubscribed");
    }

    #[test]
    fn the_plain_text_comes_first_and_the_link_stays_whole() {
        let mail = render(&message()).unwrap();
        let (plain, html) = (mail.find("text/plain").unwrap(), mail.find("text/html").unwrap());
        assert!(plain < html);
        assert!(mail.contains("\r\nhttps://sign.example/verify/abc\r\n"));
        assert!(mail.is_ascii(), "any relay can carry it");
    }

    #[test]
    fn a_subject_with_a_line_break_is_refused() {
        let hostile = Message { subject: "Confirm\r\nBcc: all@ngo.example".to_owned(), ..message() };
        assert_eq!(render(&hostile), Err(NotAMessage::Control("subject")));
    }

    #[test]
    fn an_update_can_be_ended_by_one_press() {
        let address = format!("https://sign.example/updates/{}/end", "k".repeat(43));
        let mail = render(&Message { unsubscribe: Some(address.clone()), ..message() }).unwrap();
        assert!(mail.contains(&format!("List-Unsubscribe: <{address}>\r\n")), "{mail}");
        assert!(mail.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    }

    #[test]
    fn a_sender_is_an_address_with_or_without_a_name() {
        let sender = |text| {
            Sender::new(&MailFrom::parse(text).unwrap()).map(|s| (s.to_string(), s.domain().to_owned()))
        };
        let pair = |text: &str, domain: &str| Ok((text.to_owned(), domain.to_owned()));
        assert_eq!(sender("noreply@sign.example"), pair("noreply@sign.example", "sign.example"));
        assert_eq!(
            sender("Undersigned <noreply@[127.0.0.1]>"),
            pair("Undersigned <noreply@[127.0.0.1]>", "[127.0.0.1]")
        );
        for wrong in ["no..reply@sign.example", "nö@sign.example"] {
            assert_eq!(sender(wrong), Err(NotASender), "{wrong}");
        }
    }
}
