//! Until when nothing of a letter may be published, as whoever reads it before is told.

use crate::campaign::{Access, Campaign, Status};
use crate::clock::Timestamp;
use crate::web::show::in_zone;

/// Why a letter is not public.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Embargo {
    /// It is public from a moment on.
    Until(Timestamp),
    /// It stays among those who are invited.
    Invited,
    /// When it will be public is not set.
    Unset,
}

impl Embargo {
    /// What holds now; nothing once everybody may read the letter.
    pub(super) fn of(campaign: &Campaign, now: Timestamp) -> Option<Self> {
        let settings = &campaign.settings;
        Some(match settings.published_at {
            _ if campaign.is_visible(now) => return None,
            _ if settings.access == Access::Invitation => Self::Invited,
            // A moment that is set makes no draft public.
            Some(at) if settings.status != Status::Draft && at > now => Self::Until(at),
            _ => Self::Unset,
        })
    }

    /// The line on top of everything that is given to readers.
    pub(super) fn line(self, campaign: &Campaign) -> String {
        let (what, before) = match self {
            Self::Until(at) => (format!("EMBARGO until {}", in_zone(at, &campaign.settings.zone)), " before"),
            Self::Invited => ("NOT PUBLIC: this letter is for those who are invited".to_owned(), ""),
            Self::Unset => {
                ("EMBARGO: this letter is not public, and when it will be is not set".to_owned(), "")
            }
        };
        format!("{what}. Please do not publish or pass on anything of it{before}.")
    }

    /// What the names of files begin with, so that a file says it that cannot hold the line: `EMBARGO-until-2019-10-07-0700-UTC-`.
    pub(super) fn prefix(self) -> String {
        match self {
            Self::Until(at) => {
                let utc = at.jiff().to_zoned(jiff::tz::TimeZone::UTC);
                format!("EMBARGO-until-{}-", utc.strftime("%Y-%m-%d-%H%M-UTC"))
            }
            Self::Invited => "NOT-PUBLIC-".to_owned(),
            Self::Unset => "EMBARGO-".to_owned(),
        }
    }
}
