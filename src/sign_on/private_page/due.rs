//! That a decision is due, as the representative's page says it.

use crate::campaign::Campaign;
use crate::clock::Timestamp;
use crate::sign_on::state::{SignOn, State};
use crate::web::show::Moment;

/// What is said of the time that a decision takes.
pub(super) struct Due {
    pub(super) sentence: String,
    pub(super) is_overdue: bool,
}

/// That a decision is due or overdue, as the moderators see it in the queue. While we wait for an answer to a question it is not.
pub(super) fn due(sign_on: &SignOn, campaign: &Campaign, now: Timestamp) -> Option<Due> {
    let (State::AwaitingModeration { .. } | State::OnHold { question: None, .. }) = sign_on.state else {
        return None;
    };
    let since = sign_on.verified_at.unwrap_or(sign_on.submitted_at);
    let urgency = campaign.settings.ages.urgency(since, now);
    let waited = Moment::new(since, now).ago;
    (!urgency.is_empty()).then(|| Due {
        sentence: format!(
            "A decision is {urgency}: your sign-on has waited for {waited}. The moderators see that too."
        ),
        is_overdue: urgency == "overdue",
    })
}
