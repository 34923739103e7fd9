//! The mail with what is new.

use super::news::{Named, News};
use crate::campaign::Campaign;
use crate::clock::Timestamp;
use crate::config::BaseUrl;
use crate::ids::AnyId;
use crate::mail::{Kind, Message};
use crate::text::EmailAddress;
use crate::web::show::in_zone;
use askama::Template;

/// What is new in a letter.
const DIGEST: Kind = Kind::new("digest");

#[derive(Template)]
#[template(path = "mail/digest/body.txt")]
struct DigestText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/digest/body.html")]
struct DigestHtml<'a>(&'a Facts);

/// Something that happened, with whom it happened to.
struct Happened {
    what: &'static str,
    count: usize,
    names: Vec<String>,
    more: usize,
}

/// What waits.
struct Waits {
    what: &'static str,
    count: i64,
}

/// What the templates may say. Names are printed as text; nothing in them is a link.
struct Facts {
    title: String,
    since: String,
    happened: Vec<Happened>,
    waits: Vec<Waits>,
    link: String,
    change_link: String,
}

/// The mail to one of the team.
///
/// # Errors
/// When a template cannot be filled in: a defect.
pub(super) fn digest(
    base: &BaseUrl,
    campaign: &Campaign,
    news: &News,
    since: Timestamp,
    to: &EmailAddress,
) -> askama::Result<Message> {
    let settings = &campaign.settings;
    let happened = |what, named: &Named| Happened {
        what,
        count: named.count,
        names: named.names.clone(),
        more: named.more(),
    };
    let staff = |page: &str| base.join(&format!("/staff/letters/{}/{page}", settings.slug));
    let facts = Facts {
        title: settings.title.to_string(),
        since: in_zone(since, &settings.zone),
        happened: [
            happened("Verified, and waiting for review", &news.verified),
            happened("Approved", &news.approved),
            happened("Rejected", &news.rejected),
            happened("Withdrawn", &news.withdrawn),
            happened("Removed from the list", &news.removed),
        ]
        .into_iter()
        .filter(|happened| happened.count > 0)
        .collect(),
        waits: [
            Waits { what: "Sign-ons to review", count: news.waiting },
            Waits { what: "Corrections to accept or decline", count: news.corrections },
            Waits { what: "Reported entries to look at", count: news.reported },
            Waits { what: "Questions about the text to answer", count: news.questions },
            Waits { what: "On hold, with a question the organization has not answered", count: news.asked },
        ]
        .into_iter()
        .filter(|waits| waits.count > 0)
        .collect(),
        link: staff("queue"),
        change_link: staff("digest"),
    };
    let subject = match news.waiting {
        0 => format!("What is new: {}", facts.title),
        1 => format!("Review 1 sign-on: {}", facts.title),
        count => format!("Review {count} sign-ons: {}", facts.title),
    };
    Ok(Message {
        kind: DIGEST,
        to: to.clone(),
        subject,
        text: DigestText(&facts).render()?,
        html: DigestHtml(&facts).render()?,
        campaign: Some(campaign.id),
        about: Some(AnyId::from_uuid(campaign.id.uuid())),
        not_before: None,
        unsubscribe: None,
    })
}
