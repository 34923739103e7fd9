//! Where a letter stands, in words.

use crate::campaign::{Access, Campaign, Status};
use crate::clock::Timestamp;
use crate::web::show::in_zone;

/// Where a letter stands.
pub(super) struct Stand {
    /// One word.
    pub(super) word: &'static str,
    /// The class of its mark.
    pub(super) class: &'static str,
    /// What goes on after the word: `until 31 December 2026, 23:59 UTC`.
    pub(super) detail: String,
    /// Who sees it, as a sentence.
    pub(super) seen: String,
}

impl Stand {
    pub(super) fn of(campaign: &Campaign, now: Timestamp) -> Self {
        let settings = &campaign.settings;
        let shown = |at| in_zone(at, &settings.zone);
        let (word, class, detail) = match (settings.status, settings.opens_at, settings.closes_at) {
            (Status::Open, ..) if campaign.is_paused(now) => {
                ("Paused", "held", "by its organizers".to_owned())
            }
            (Status::Draft, ..) => ("Draft", "held", "and takes no sign-ons".to_owned()),
            (Status::Open, Some(opens), _) if opens > now => {
                ("Open", "held", format!("from {}", shown(opens)))
            }
            (Status::Open, _, Some(closes)) if closes <= now => {
                ("Closed", "ended", format!("since its deadline, {}", shown(closes)))
            }
            (Status::Open, _, Some(closes)) => ("Open", "done", format!("until {}", shown(closes))),
            (Status::Open, _, None) => ("Open", "done", "without a deadline".to_owned()),
            (Status::Closed, ..) => ("Closed", "ended", "to new sign-ons".to_owned()),
            (Status::Archived, ..) => {
                ("Archived", "ended", "for good, unless it is taken out again".to_owned())
            }
        };
        Self { word, class, detail, seen: seen(campaign, now) }
    }
}

fn seen(campaign: &Campaign, now: Timestamp) -> String {
    let settings = &campaign.settings;
    let whom = match settings.access {
        Access::Public => "everybody",
        Access::Link => "whoever has its address",
        Access::Invitation => "whoever is invited",
    };
    match (settings.published_at, settings.status) {
        (None, _) => {
            "It is not published: only staff, and whoever has a preview link, can see it.".to_owned()
        }
        (Some(_), Status::Draft) => {
            "Only staff, and whoever has a preview link, can see it, because it is a draft.".to_owned()
        }
        (Some(at), _) if at > now => {
            format!(
                "From {} on {whom} can see it; until then only staff, and whoever has a preview link.",
                in_zone(at, &settings.zone)
            )
        }
        (Some(at), _) => format!("Since {} {whom} can see it.", in_zone(at, &settings.zone)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::Settings;
    use crate::ids::CampaignId;

    fn stand(fields: &[(&str, &str)]) -> (String, String) {
        let fields = [("slug", "a"), ("title", "A")].iter().chain(fields).copied().collect();
        let settings = Settings::parse(&fields).unwrap();
        let campaign = Campaign {
            id: CampaignId::new(0, [0; 10]),
            version: 1,
            list_revision: 1,
            closed_at: None,
            text_number: 1,
            silence_counts: false,
            settings,
        };
        let stand = Stand::of(&campaign, Timestamp::parse("2026-06-01T00:00:00Z").unwrap());
        (format!("{} {}", stand.word, stand.detail), stand.seen)
    }

    #[test]
    fn it_says_until_when_and_who_sees_it() {
        assert_eq!(stand(&[("published_at", "2026-01-01T00:00:00Z")]).0, "Draft and takes no sign-ons");
        let open = stand(&[("status", "open"), ("closes_at", "2026-12-31T23:59:00Z"), ("access", "link")]);
        assert_eq!(open.0, "Open until 31 December 2026, 23:59 UTC");
        assert_eq!(open.1, "It is not published: only staff, and whoever has a preview link, can see it.");
        let paused = stand(&[("status", "open"), ("paused", "Back on Monday.")]);
        assert_eq!(paused.0, "Paused by its organizers");
        let there =
            stand(&[("status", "open"), ("closes_at", "2026-12-31T22:59:00Z"), ("zone", "Europe/Brussels")]);
        assert_eq!(there.0, "Open until 31 December 2026, 23:59 Brussels time (22:59 UTC)");
        let over = stand(&[
            ("status", "open"),
            ("closes_at", "2026-05-31T00:00:00Z"),
            ("published_at", "2026-01-01T00:00:00Z"),
        ]);
        assert_eq!(over.0, "Closed since its deadline, 31 May 2026, 00:00 UTC");
        assert_eq!(over.1, "Since 1 January 2026, 00:00 UTC everybody can see it.");
        let later = stand(&[
            ("status", "closed"),
            ("access", "invitation"),
            ("published_at", "2026-07-01T00:00:00Z"),
        ]);
        assert_eq!(
            later.1,
            "From 1 July 2026, 00:00 UTC on whoever is invited can see it; until then only staff, and whoever has a preview link."
        );
    }
}
