//! What happened with a letter since it was published: to whom it was delivered, what came back, what its organizers wrote, which editions of its
//! list got a name. Made of what everybody may read, the newest first.

use super::store::Named;
use crate::campaign::store::News;
use crate::campaign::{Campaign, Delivery, LetterBody, Update};
use crate::clock::Timestamp;
use crate::text::{Differences, WebUrl};
use crate::web::show::{Moment, in_zone};

/// One thing that happened.
#[derive(Clone, Debug)]
pub(super) struct Happening {
    /// What its address ends with, and what feeds name it by.
    pub(super) id: String,
    /// When, as pages show it.
    pub(super) when: Moment,
    /// When it was last said otherwise.
    pub(super) changed_at: Timestamp,
    pub(super) title: String,
    /// A sentence more; may be empty.
    pub(super) detail: String,
    /// What was written, as HTML of ours; may be empty.
    pub(super) html: String,
    /// Where it can be read here; may be empty.
    pub(super) href: String,
    /// Where more can be read elsewhere.
    pub(super) link: Option<WebUrl>,
    /// What was corrected, and when, the newest first.
    pub(super) corrections: Vec<(Moment, Differences)>,
    sorted_by: Timestamp,
}

/// Everything, the newest first. Without an update, a delivery, a reply and a named edition there is nothing to tell.
pub(super) fn timeline(campaign: &Campaign, news: &News, editions: &[Named]) -> Vec<Happening> {
    let mut all: Vec<Happening> = Vec::new();
    for delivery in &news.deliveries {
        all.push(delivered(campaign, delivery));
        all.extend(replied(campaign, delivery));
    }
    all.extend(news.updates.iter().filter_map(|update| written(campaign, update)));
    all.extend(editions.iter().map(|edition| named(campaign, edition)));
    if all.is_empty() {
        return all;
    }
    all.extend(published(campaign));
    all.sort_by(|a, b| (b.sorted_by, &b.id).cmp(&(a.sorted_by, &a.id)));
    all
}

/// A moment of the letter's. What is kept is read at other times than it is made, so nothing says how long ago it was.
fn moment(campaign: &Campaign, at: Timestamp) -> Moment {
    Moment::in_zone(at, at, &campaign.settings.zone)
}

fn published(campaign: &Campaign) -> Option<Happening> {
    let at = campaign.settings.published_at?;
    Some(Happening {
        id: "published".to_owned(),
        when: moment(campaign, at),
        changed_at: at,
        title: "The letter was published".to_owned(),
        detail: String::new(),
        html: String::new(),
        href: String::new(),
        link: None,
        corrections: Vec::new(),
        sorted_by: at,
    })
}

fn named(campaign: &Campaign, edition: &Named) -> Happening {
    let (at, s) = (edition.named_at, if edition.count == 1 { "" } else { "s" });
    Happening {
        id: format!("edition-{}", edition.number),
        when: moment(campaign, at),
        changed_at: at,
        title: format!("The list as it stood got a name: {}", edition.name),
        detail: format!(
            "Edition {} of the list: {} organization{s}. SHA-256 {}",
            edition.number, edition.count, edition.sha256
        ),
        html: String::new(),
        href: format!("/letters/{}/editions/{}", campaign.settings.slug, edition.number),
        link: None,
        corrections: Vec::new(),
        sorted_by: at,
    }
}

fn delivered(campaign: &Campaign, delivery: &Delivery) -> Happening {
    let zone = &campaign.settings.zone;
    let how = match delivery.means.words() {
        "" => String::new(),
        words => format!(", {words}"),
    };
    let detail = delivery.edition.as_ref().map(|edition| {
        let s = if edition.count == 1 { "" } else { "s" };
        format!(
            "With edition {} of the list: {} organization{s}. SHA-256 {}",
            edition.number, edition.count, edition.sha256
        )
    });
    Happening {
        id: format!("delivery-{}", delivery.id),
        when: delivery.happened.moment(zone),
        changed_at: delivery.changed_at,
        title: format!("Delivered to {}{how}", delivery.recipient),
        detail: detail.unwrap_or_default(),
        html: String::new(),
        href: String::new(),
        link: None,
        corrections: Vec::new(),
        sorted_by: delivery.happened.sorted_by(zone),
    }
}

fn replied(campaign: &Campaign, delivery: &Delivery) -> Option<Happening> {
    let reply = delivery.reply.as_ref()?;
    let on = crate::campaign::Happened::On(reply.on);
    Some(Happening {
        id: format!("reply-{}", delivery.id),
        when: on.moment(&campaign.settings.zone),
        changed_at: delivery.changed_at,
        title: format!("{} replied", delivery.recipient),
        detail: String::new(),
        html: reply.text.clone().map(|text| LetterBody::from(text).html().text).unwrap_or_default(),
        href: String::new(),
        link: reply.link.clone(),
        corrections: Vec::new(),
        sorted_by: on.sorted_by(&campaign.settings.zone),
    })
}

fn written(campaign: &Campaign, update: &Update) -> Option<Happening> {
    let at = update.published_at?;
    let happening = Happening {
        id: format!("update-{}", update.id),
        when: moment(campaign, at),
        changed_at: at,
        title: "An update was taken back".to_owned(),
        detail: String::new(),
        html: String::new(),
        href: String::new(),
        link: None,
        corrections: Vec::new(),
        sorted_by: at,
    };
    if let Some(back) = update.taken_back_at {
        let detail = format!("Its organizers took it back on {}.", in_zone(back, &campaign.settings.zone));
        return Some(Happening { changed_at: back, detail, ..happening });
    }
    let text = update.newest()?;
    let corrections = update.corrections();
    Some(Happening {
        changed_at: corrections.first().map_or(at, |(corrected, _)| *corrected),
        title: text.title.to_string(),
        html: LetterBody::from(text.body.clone()).html().text,
        corrections: corrections.into_iter().map(|(at, what)| (moment(campaign, at), what)).collect(),
        ..happening
    })
}
