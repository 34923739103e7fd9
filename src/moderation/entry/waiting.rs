//! The mails of the decision that stands, while they wait.

use crate::campaign::Status;
use crate::mail::Waiting;
use crate::moderation::bench::{Bench, Seen};
use crate::moderation::mails::WORDED;
use crate::moderation::words;
use crate::web::show::Moment;

/// A mail as it will go.
pub(super) struct MailShown {
    pub(super) to: String,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) at: Moment,
    /// Whether a moderator's own words are in it.
    pub(super) has_words: bool,
}

/// What waits of the decision's mails. Links to the private page are for the representative alone: their secret is not shown.
pub(super) fn waiting(bench: &Bench, seen: &Seen) -> Vec<MailShown> {
    let has_words = words::of(&seen.sign_on, &seen.campaign.settings.reasons).is_some();
    shown(bench, &seen.waiting, has_words)
}

/// What waits of the mails about the printed line.
pub(super) fn about_line(bench: &Bench, seen: &Seen) -> Vec<MailShown> {
    match seen.campaign.settings.status {
        Status::Archived => Vec::new(),
        _ => shown(bench, &seen.about_line, false),
    }
}

fn shown(bench: &Bench, waiting: &[Waiting], has_words: bool) -> Vec<MailShown> {
    let shown = |mail: &Waiting| MailShown {
        to: mail.to.clone(),
        subject: mail.subject.clone(),
        text: without_secrets(&mail.text),
        at: Moment::new(mail.at, bench.now),
        has_words: has_words && WORDED.contains(&mail.kind),
    };
    // What is due is on its way, even if no postman has it yet.
    waiting.iter().filter(|mail| mail.at > bench.now).map(shown).collect()
}

pub(in crate::moderation) fn without_secrets(text: &str) -> String {
    const PRIVATE: &str = "/sign-ons/";
    let mut parts = text.split(PRIVATE);
    let mut safe = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        safe.push_str(PRIVATE);
        safe.push('…');
        safe.push_str(rest);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_of_a_link_is_not_shown() {
        let text = "Open\n\nhttps://sign.example/sign-ons/aB-c_9\n\nKeep it.";
        assert_eq!(without_secrets(text), "Open\n\nhttps://sign.example/sign-ons/…\n\nKeep it.");
        assert_eq!(without_secrets("Nothing."), "Nothing.");
    }
}
