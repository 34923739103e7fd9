//! What changes where a letter is in its life, in words: one button each.

use crate::campaign::{Access, Settings, Status, VERIFICATION_GRACE_HOURS};
use crate::clock::Timestamp;

/// An act.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Act {
    Open,
    Pause,
    Resume,
    Close,
    Publish,
    Unpublish,
    Archive,
    Restore,
}

/// Why an act cannot be done as things stand.
pub(super) const ARCHIVED: &str =
    "It is archived: nothing about it changes any more. Take it out of the archive first.";

impl Act {
    pub(super) const ALL: [Self; 8] = [
        Self::Publish,
        Self::Open,
        Self::Pause,
        Self::Resume,
        Self::Close,
        Self::Unpublish,
        Self::Archive,
        Self::Restore,
    ];

    /// The word in the address.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Close => "close",
            Self::Publish => "publish",
            Self::Unpublish => "unpublish",
            Self::Archive => "archive",
            Self::Restore => "restore",
        }
    }

    /// The act of an address.
    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.word() == word)
    }

    /// In the history: `Organizer One opened the letter`.
    pub(super) const fn past(self) -> &'static str {
        match self {
            Self::Open => "opened the letter",
            Self::Pause => "paused sign-ons",
            Self::Resume => "ended the pause",
            Self::Close => "closed the letter",
            Self::Publish => "published the letter",
            Self::Unpublish => "took the letter back from the public",
            Self::Archive => "archived the letter",
            Self::Restore => "took the letter out of the archive",
        }
    }

    /// What the button says.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Open => "Open the letter",
            Self::Pause => "Pause sign-ons",
            Self::Resume => "End the pause",
            Self::Close => "Close the letter",
            Self::Publish => "Publish the letter",
            Self::Unpublish => "Take it back from the public",
            Self::Archive => "Archive the letter",
            Self::Restore => "Take it out of the archive",
        }
    }

    /// What is said once it is done.
    pub(super) const fn done(self) -> &'static str {
        match self {
            Self::Open => "The letter is open: the form takes sign-ons.",
            Self::Pause => "Sign-ons are paused: the form takes none and says your message.",
            Self::Resume => "The pause is over: the form takes sign-ons.",
            Self::Close => "The letter is closed: the form takes no more sign-ons.",
            Self::Publish => "The letter is published.",
            Self::Unpublish => "The letter is not public any more.",
            Self::Archive => "The letter is archived: nothing about it changes any more.",
            Self::Restore => "The letter is out of the archive, and closed.",
        }
    }

    /// Whether it is told first what is open.
    pub(super) const fn tells_what_is_open(self) -> bool {
        matches!(self, Self::Publish | Self::Close | Self::Archive)
    }

    /// The settings that it changes, for the history.
    pub(super) const fn changes(self) -> &'static str {
        match self {
            Self::Open | Self::Close | Self::Archive | Self::Restore => "status",
            Self::Pause | Self::Resume => "paused",
            Self::Publish | Self::Unpublish => "published_at",
        }
    }

    /// What will happen, sentence by sentence.
    pub(super) fn what_happens(self, settings: &Settings, now: Timestamp) -> Vec<String> {
        let whom = match settings.access {
            Access::Public => "Everybody can read the letter and its list, and finds it on the index page.",
            Access::Link => {
                "Whoever has its address can read the letter and its list. It appears nowhere else."
            }
            Access::Invitation => "Whoever is invited can read the letter and its list.",
        };
        let say = |sentences: &[&str]| sentences.iter().map(|sentence| (*sentence).to_owned()).collect();
        match self {
            Self::Open => {
                let seen = match settings.published_at {
                    Some(at) if at <= now => whom,
                    Some(_) => {
                        "It is not public yet: until the moment that is set only staff, and whoever has a preview link, can see it."
                    }
                    None => {
                        "It is not published: only staff, and whoever has a preview link, can see it until you publish it."
                    }
                };
                say(&["The form takes sign-ons from now on.", seen])
            }
            Self::Pause => say(&[
                "The form takes no sign-ons, and says your message instead. It stands on the letter’s page too.",
                "The list stays. What was sent before can still be verified and decided.",
                "You can end the pause at any time. The deadline passes as it is set.",
            ]),
            Self::Resume => say(&["The form takes sign-ons again, and your message is gone."]),
            Self::Close => vec![
                "The form takes no more sign-ons.".to_owned(),
                format!(
                    "What was submitted before can still be verified, where there is a deadline until \
                     {VERIFICATION_GRACE_HOURS} hours after it. What waits can still be decided, and names can be withdrawn."
                ),
                format!("The contacts of representatives are erased {} from now.", settings.kept_for()),
                "The letter can be opened again.".to_owned(),
            ],
            Self::Publish => say(&[whom]),
            Self::Unpublish => say(&[
                "The letter, its list and every other form of it answer from now on as if they did not exist.",
                "What somebody has read or copied before stays with them.",
            ]),
            Self::Archive => say(&[
                "The letter and its list stay where they are, for whoever can see them now.",
                "Nothing about them changes any more: nothing is decided, corrected or reported, and neither text nor setting is changed. It can be taken back from the public.",
                "Representatives can still withdraw, and contacts are erased as was said.",
                "You can take it out of the archive again.",
            ]),
            Self::Restore => say(&[
                "The letter is closed, as it was before it was archived. What waits can be decided again.",
            ]),
        }
    }

    /// The settings after the act; or why it cannot be. `message` is what a pause says.
    pub(super) fn changed(
        self,
        before: &Settings,
        now: Timestamp,
        message: &str,
    ) -> Result<Settings, &'static str> {
        let mut after = before.clone();
        let published = before.published_at.is_some_and(|at| at <= now);
        match (self, before.status) {
            (Self::Open, Status::Draft | Status::Closed) if before.closes_at.is_some_and(|at| at <= now) => {
                return Err("Its deadline has passed: set a later one first, or none.");
            }
            (Self::Open, Status::Draft | Status::Closed) => after.status = Status::Open,
            (Self::Pause, Status::Open) if before.paused.is_empty() => after.paused = message.to_owned(),
            (Self::Resume, Status::Open) if !before.paused.is_empty() => after.paused.clear(),
            (Self::Close, Status::Open) => {
                after.status = Status::Closed;
                // Whoever opens it again means that it takes sign-ons.
                after.paused.clear();
            }
            (Self::Publish, Status::Open | Status::Closed) if !published => after.published_at = Some(now),
            // Of an archived letter too: it is taken out of sight, and nothing else about it changes.
            (Self::Unpublish, _) if before.published_at.is_some() => {
                after.published_at = None;
            }
            (Self::Archive, Status::Closed) if before.published_at.is_some_and(|at| at > now) => {
                return Err(
                    "It is to become public at a moment that is set: take that back first, or wait for it.",
                );
            }
            (Self::Archive, Status::Closed) => after.status = Status::Archived,
            (Self::Restore, Status::Archived) => after.status = Status::Closed,
            (Self::Publish, Status::Draft) => return Err("It is a draft: open it first."),
            (Self::Archive, Status::Open | Status::Draft) => return Err("Close it first."),
            (Self::Open | Self::Close | Self::Publish, Status::Archived) => {
                return Err(ARCHIVED);
            }
            _ => return Err("It stands like that already."),
        }
        Ok(after)
    }
}
