//! The page of deliveries.

use super::Read;
use crate::account::Staff;
use crate::campaign::{Campaign, Delivery, Here, Local, Means, Status};
use crate::clock::Timestamp;
use crate::delivery::{Event, Telling};
use crate::ids::{AccountId, TellingId};
use crate::web::App;
use crate::web::form::Filled;
use crate::web::page::Page;
use crate::web::show::{Choice, Fact, Moment, day, in_zone};
use askama::Template;

const MEANS: [Choice; 5] = [
    Choice { value: Means::Mail.as_str(), label: "By email", hint: "" },
    Choice { value: Means::Post.as_str(), label: "By post", hint: "" },
    Choice { value: Means::InPerson.as_str(), label: "In person", hint: "" },
    Choice { value: Means::Form.as_str(), label: "By an online form", hint: "" },
    Choice { value: Means::Other.as_str(), label: "In another way", hint: "" },
];

/// A delivery on the page.
struct Row {
    href: String,
    recipient: String,
    is_shown: bool,
    facts: Vec<Fact>,
}

/// A way to tell those who signed.
struct Way {
    href: String,
    label: &'static str,
}

#[derive(Template)]
#[template(path = "organizing/delivery.html")]
pub(super) struct View {
    page: Page,
    local: Local,
    notice: &'static str,
    rows: Vec<Row>,
    ways: Vec<Way>,
    form: Filled,
    action: String,
    /// Whether one that is written down is changed; else another one is.
    is_change: bool,
    can_be_removed: bool,
    is_archived: bool,
    means: [Choice; 5],
    time_hint: String,
    editions_href: String,
}

impl View {
    pub(super) fn new(app: &App, staff: &Staff, read: &Read, of: Option<&Delivery>, form: Filled) -> Self {
        let (campaign, now) = (&read.campaign, app.clock.now());
        let settings = &campaign.settings;
        let href = format!("/staff/letters/{}/delivery", settings.slug);
        let way = |event: Event| {
            (!read.untold(event).is_empty()).then(|| Way {
                href: format!("{href}/tell?event={}", event.as_str()),
                label: match event {
                    Event::Delivered => "Tell those who signed that it was delivered",
                    Event::Replied => "Tell those who signed that a reply came",
                },
            })
        };
        let mut rows: Vec<&Delivery> = read.deliveries.iter().collect();
        rows.sort_by_key(|delivery| std::cmp::Reverse(delivery.happened.sorted_by(&settings.zone)));
        Self {
            page: staff.page(app, format!("Delivery: {} – Undersigned", settings.title)),
            local: Local::new(campaign, true, Here::Delivery, now),
            notice: "",
            ways: Event::ALL.into_iter().filter_map(way).collect(),
            rows: rows.into_iter().map(|delivery| Row::new(read, delivery, &href, now)).collect(),
            form,
            is_change: of.is_some(),
            can_be_removed: of.is_some_and(|of| of.told_by.is_none() && of.reply_told_by.is_none()),
            is_archived: settings.status == Status::Archived,
            means: MEANS,
            time_hint: format!(
                "Leave it empty if the day is enough. Days and times are {}.",
                settings.zone.said()
            ),
            // Where strangers see nothing, nobody does.
            editions_href: match campaign.is_visible(now) {
                true => format!("/letters/{}/editions", settings.slug),
                false => String::new(),
            },
            action: href,
        }
    }

    pub(super) fn with_notice(self, notice: &'static str) -> Self {
        Self { notice, ..self }
    }
}

impl Row {
    fn new(read: &Read, delivery: &Delivery, href: &str, now: Timestamp) -> Self {
        let campaign: &Campaign = &read.campaign;
        let zone = &campaign.settings.zone;
        let name = |id: AccountId| read.names.get(&id).cloned().unwrap_or_else(|| "somebody".to_owned());
        let means = match delivery.means.words() {
            "" => "in another way",
            words => words,
        };
        let told = |id: Option<TellingId>| {
            let telling: &Telling = read.tellings.get(&id?)?;
            let when = in_zone(telling.made_at, zone);
            let s = if telling.mailed == 1 { "" } else { "s" };
            let stand = if telling.done_at.is_some() { "" } else { " so far" };
            Some(format!("{} mail{s}{stand}, since {when}, by {}", telling.mailed, name(telling.made_by)))
        };
        let reply = delivery.reply.as_ref();
        let known = [
            ("Delivered", Some(format!("{}, {means}", delivery.happened.text(zone)))),
            ("By", read.by_whom.get(&delivery.id).map(ToString::to_string)),
            (
                "Edition",
                delivery.edition.as_ref().map(|edition| {
                    format!(
                        "{}, with {} organizations. SHA-256 {}",
                        edition.number, edition.count, edition.sha256
                    )
                }),
            ),
            ("Receipt", delivery.receipt.as_ref().map(ToString::to_string)),
            ("Reply", reply.map(|reply| format!("came on {}", day(reply.on)))),
            ("Reply to be read at", reply.and_then(|reply| reply.link.as_ref()).map(ToString::to_string)),
            ("Those who signed were told", told(delivery.told_by)),
            ("They were told of the reply", told(delivery.reply_told_by)),
            (
                "Written down",
                Some(format!(
                    "{} by {}",
                    Moment::in_zone(delivery.made_at, now, zone).text,
                    name(delivery.made_by)
                )),
            ),
        ];
        Self {
            href: format!("{href}?of={}#form", delivery.id),
            recipient: delivery.recipient.to_string(),
            is_shown: delivery.is_shown,
            facts: known.into_iter().filter_map(|(name, value)| Some(Fact { name, value: value? })).collect(),
        }
    }
}
