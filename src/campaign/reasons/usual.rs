//! The reasons to begin with, and how many there are of those that count.

use super::{Listed, Reason, Wording};

/// How the code of a reason begins that stands for a rule of who may sign.
pub(in crate::campaign) const RULE: &str = "rule_";

/// How many take up room. A rule that was taken away stays, because old decisions name it; to word rules anew must not use up what there is
/// room for.
pub(super) fn count(all: &[Listed]) -> usize {
    let counts = |listed: &&Listed| !(listed.is_retired && listed.code.as_str().starts_with(RULE));
    all.iter().filter(counts).count()
}

/// The reasons of a campaign that has not changed them.
pub(super) fn usual() -> Vec<Listed> {
    let listed = |code, label: &str, sentence: &str, needs_words| Listed {
        code,
        wording: Wording { label: label.to_owned(), sentence: sentence.to_owned(), needs_words },
        is_retired: false,
    };
    vec![
        listed(
            Reason::NOT_ELIGIBLE,
            "Not the kind of organization this letter is for",
            "This letter is signed by other kinds of organizations.",
            false,
        ),
        listed(
            Reason::AUTHORITY_UNCLEAR,
            "Authority to sign is not clear",
            "We could not see that the person who signed may sign for the organization.",
            false,
        ),
        listed(
            Reason::DUPLICATE,
            "Already on the list or in the queue",
            "The organization is already on the list, or waits under another entry.",
            false,
        ),
        listed(
            Reason::DETAILS_UNCLEAR,
            "The details do not identify an organization",
            "From the details given we could not tell which organization signed.",
            false,
        ),
        listed(Reason::ASKED_FOR, "The organization asked for it", "The organization asked us to.", false),
        listed(
            Reason::NOT_THEIRS,
            "The organization says it did not sign",
            "The organization told us that it did not sign.",
            false,
        ),
        listed(Reason::OTHER, "Another reason", "The moderator’s note gives the reason.", true),
    ]
}
