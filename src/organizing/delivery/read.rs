//! What an organizer types about a delivery, and the same as it stands.

use crate::campaign::{
    Campaign, DeliveredEdition, Delivery, DeliveryLine, Happened, Means, Reply, UpdateText,
};
use crate::clock::{Reading, Timestamp, Zone};
use crate::ids::{AccountId, CampaignId, DeliveryId};
use crate::text::{WebUrl, optional};
use crate::web::form::{Fields, Filled, Problems};
use jiff::civil::{Date, Time};

/// What was typed.
pub(super) struct Written {
    recipient: DeliveryLine,
    pub(super) by_whom: Option<DeliveryLine>,
    means: Means,
    happened: Happened,
    /// The number of the edition.
    pub(super) edition: Option<i64>,
    receipt: Option<DeliveryLine>,
    reply: Option<Reply>,
    is_shown: bool,
}

/// The empty form. It names the delivery that it writes down, so that a button that is pressed twice writes one.
pub(super) fn empty(id: DeliveryId, edition: Option<u32>) -> Filled {
    let fields = [
        ("delivery", id.to_string()),
        ("edition", edition.map(|number| number.to_string()).unwrap_or_default()),
        ("shown", "yes".to_owned()),
    ];
    Filled::new(fields.into_iter().collect(), Problems::default())
}

/// The form as a delivery stands.
pub(super) fn stands(delivery: &Delivery, by_whom: Option<&DeliveryLine>, campaign: &Campaign) -> Filled {
    let (day, time) = match delivery.happened {
        Happened::On(day) => (day, String::new()),
        Happened::At(at) => {
            let local = campaign.settings.zone.local(at);
            (local.date(), local.time().strftime("%H:%M").to_string())
        }
    };
    let reply = delivery.reply.as_ref();
    let line = |line: Option<&DeliveryLine>| line.map(ToString::to_string).unwrap_or_default();
    let fields = [
        ("delivery", delivery.id.to_string()),
        ("version", delivery.version.to_string()),
        ("recipient", delivery.recipient.to_string()),
        ("by_whom", line(by_whom)),
        ("means", delivery.means.as_str().to_owned()),
        ("delivered_on", day.to_string()),
        ("delivered_at", time),
        ("edition", delivery.edition.as_ref().map(|one| one.number.to_string()).unwrap_or_default()),
        ("receipt", line(delivery.receipt.as_ref())),
        ("replied_on", reply.map(|reply| reply.on.to_string()).unwrap_or_default()),
        (
            "reply",
            reply
                .and_then(|reply| reply.text.as_ref())
                .map_or(String::new(), |text| text.as_str().to_owned()),
        ),
        (
            "reply_link",
            reply
                .and_then(|reply| reply.link.as_ref())
                .map_or(String::new(), |link| link.as_str().to_owned()),
        ),
    ];
    let shown = delivery.is_shown.then(|| ("shown", "yes".to_owned()));
    Filled::new(fields.into_iter().chain(shown).collect(), Problems::default())
}

/// Reads the form.
pub(super) fn written(fields: &Fields, campaign: &Campaign, now: Timestamp) -> Result<Written, Problems> {
    let zone = &campaign.settings.zone;
    let mut problems = Problems::default();
    let p = &mut problems;
    let recipient = p.take("recipient", DeliveryLine::parse(fields.get("recipient")));
    let by_whom = p.take("by_whom", optional(fields.get("by_whom"), DeliveryLine::parse));
    let means = p.take("means", Means::parse(fields.get("means")).ok_or("Choose how it was handed over."));
    let day = p.take("delivered_on", day(fields.get("delivered_on")));
    let happened = day.and_then(|day| happened(p, day, fields.get("delivered_at"), zone));
    if happened.is_some_and(|happened| is_ahead(happened, zone, now)) {
        p.add("delivered_on", "Write it down once it has been delivered: this day or time lies ahead.");
    }
    let edition = p.take("edition", optional(fields.get("edition"), number));
    let receipt = p.take("receipt", optional(fields.get("receipt"), DeliveryLine::parse));
    let replied_on = p.take("replied_on", optional(fields.get("replied_on"), self::day));
    let text = p.take("reply", optional(fields.get("reply"), UpdateText::body));
    let link = p.take("reply_link", optional(fields.get("reply_link"), WebUrl::parse));
    let is_said = matches!(&text, Some(Some(_))) || matches!(&link, Some(Some(_)));
    match replied_on {
        Some(None) if is_said => p.add("replied_on", "Write the day on which the reply came."),
        Some(Some(on)) if is_ahead(Happened::On(on), zone, now) => {
            p.add("replied_on", "Write it down once the reply has come: this day lies ahead.");
        }
        _ => {}
    }
    let parsed = (|| {
        let (text, link) = (text?, link?);
        Some(Written {
            recipient: recipient?,
            by_whom: by_whom?,
            means: means?,
            happened: happened?,
            edition: edition?,
            receipt: receipt?,
            reply: replied_on?.map(|on| Reply { on, text, link }),
            is_shown: fields.is_ticked("shown"),
        })
    })();
    parsed.filter(|_| problems.is_empty()).ok_or(problems)
}

fn day(typed: &str) -> Result<Date, &'static str> {
    let typed = typed.trim();
    let day = typed.parse().ok().filter(|_| typed.len() == 10);
    day.ok_or("Write the day as year-month-day, such as 2019-10-07.")
}

fn number(typed: &str) -> Result<i64, &'static str> {
    let number = typed.trim().parse().ok().filter(|number| *number >= 1);
    number.ok_or("Write the number of the edition, such as 12.")
}

/// The day, or the moment where a time was typed. A time that the clocks have twice, or not at all, is not guessed.
fn happened(problems: &mut Problems, day: Date, typed: &str, zone: &Zone) -> Option<Happened> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Some(Happened::On(day));
    }
    let time: Option<Time> = typed.parse().ok().filter(|_| typed.len() == 5);
    let reading = time.and_then(|time| zone.read(day.to_datetime(time)));
    let wrong = match reading {
        Some(Reading::Once(at)) => return Some(Happened::At(at)),
        Some(Reading::Never(_)) => {
            "The clocks go forward over this time. Write another one, or leave it out."
        }
        Some(Reading::Twice(_)) => "This time comes twice on that day. Leave it out.",
        None => "Write the time as hours and minutes, such as 14:30, or leave it out.",
    };
    problems.add("delivered_at", wrong);
    None
}

fn is_ahead(happened: Happened, zone: &Zone, now: Timestamp) -> bool {
    match happened {
        Happened::On(day) => day > zone.local(now).date(),
        Happened::At(at) => at > now,
    }
}

/// What is said where the number is none of the list's.
pub(super) fn no_such_edition() -> Problems {
    let mut problems = Problems::default();
    problems.add("edition", "There is no edition of this number. The page of the list’s editions has them.");
    problems
}

impl Written {
    /// The delivery that this makes, of nothing or of what stood before.
    pub(super) fn delivery(
        self,
        (id, campaign): (DeliveryId, CampaignId),
        edition: Option<DeliveredEdition>,
        before: Option<&Delivery>,
        (by, now): (AccountId, Timestamp),
    ) -> Delivery {
        // What was delivered is not another edition because the list has moved on.
        let kept = before.and_then(|before| before.edition.clone());
        let kept = kept.filter(|kept| Some(kept.number) == self.edition);
        Delivery {
            id,
            campaign,
            version: before.map_or(1, |before| before.version),
            recipient: self.recipient,
            means: self.means,
            happened: self.happened,
            edition: kept.or(edition),
            receipt: self.receipt,
            reply: self.reply,
            is_shown: self.is_shown,
            made_at: before.map_or(now, |before| before.made_at),
            made_by: before.map_or(by, |before| before.made_by),
            changed_at: now,
            told_by: before.and_then(|before| before.told_by),
            reply_told_by: before.and_then(|before| before.reply_told_by),
        }
    }
}

/// A delivery in one paragraph, for the history.
pub(super) fn said(delivery: &Delivery) -> String {
    let edition = delivery.edition.as_ref().map(|edition| format!(", edition {}", edition.number));
    let reply = delivery.reply.as_ref().map(|reply| format!(", reply on {}", reply.on));
    let hidden = if delivery.is_shown { "" } else { ", not shown" };
    format!(
        "to {}, {}, {}{}{}{hidden}",
        delivery.recipient,
        delivery.happened.iso(),
        delivery.means.as_str(),
        edition.unwrap_or_default(),
        reply.unwrap_or_default()
    )
}
