//! The acts that move a sign-on.
//!
//! ```text
//! submit ▶ AwaitingVerification ─verify▶ AwaitingModeration ─approve▶ Approved ─remove▶ Removed
//!               │ (term passes:            │   ▲   └─reject▶ Rejected ─reopen▶ (AwaitingModeration)
//!               │  row erased)           hold  release
//!               │                          ▼   │
//!               │                         OnHold
//!               └── withdraw, from any live state ──▶ Withdrawn
//! ```
//!
//! What was verified can also be merged into another entry of the same organization: a rejection that names the one that stands.
//!
//! An act consumes the old value and gives the new one, or says why not. `store::replace` makes it true, unless somebody was first.

use super::state::{Decision, First, Remark, SignOn, Standing, State};
use super::submission::Entry;
use crate::clock::Timestamp;
use crate::ids::AccountId;

/// An act that the standing does not allow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a sign-on that is {} cannot be {act}", standing.words())]
pub struct NotAllowed {
    /// What stands.
    pub standing: Standing,
    /// What was asked, as a past participle: `approved`.
    pub act: &'static str,
}

impl SignOn {
    /// The mailbox is proved.
    ///
    /// # Errors
    /// When it does not await verification.
    pub fn verify(self, now: Timestamp) -> Result<Self, NotAllowed> {
        match self.state {
            State::AwaitingVerification { .. } => {
                Ok(Self { verified_at: Some(now), ..self.moved(State::AwaitingModeration { first: None }) })
            }
            _ => Err(self.refuse("verified")),
        }
    }

    /// The mailbox is proved after a moderator wrote down something instead. Where it stands is another matter.
    ///
    /// # Errors
    /// When nothing was written down, or the mailbox is proved.
    pub fn verify_later(self, now: Timestamp) -> Result<Self, NotAllowed> {
        match (self.attested_at, self.verified_at, &self.state) {
            (
                Some(_),
                None,
                State::AwaitingModeration { .. } | State::OnHold { .. } | State::Approved { .. },
            ) => Ok(Self { verified_at: Some(now), ..self }),
            _ => Err(self.refuse("verified")),
        }
    }

    /// It joins the list.
    ///
    /// # Errors
    /// When it waits for no decision.
    pub fn approve(self, by: AccountId, at: Timestamp, joined: i64) -> Result<Self, NotAllowed> {
        match self.state {
            State::AwaitingModeration { .. } | State::OnHold { .. } => {
                Ok(self.moved(State::Approved { at, by: Some(by), joined }))
            }
            _ => Err(self.refuse("approved")),
        }
    }

    /// One of two approvals: the first is noted; the second, by somebody else, puts it on the list.
    ///
    /// # Errors
    /// When it waits for no decision, or the same person gave the first approval.
    pub fn approve_as_one_of_two(
        self,
        by: AccountId,
        at: Timestamp,
        joined: i64,
    ) -> Result<Self, NotAllowed> {
        match self.state {
            State::AwaitingModeration { first: Some(first) } if first.by == by => {
                Err(self.refuse("approved twice by the same person"))
            }
            State::AwaitingModeration { first: Some(_) } => self.approve(by, at, joined),
            State::AwaitingModeration { first: None } | State::OnHold { .. } => {
                Ok(self.moved(State::AwaitingModeration { first: Some(First { by, at }) }))
            }
            _ => Err(self.refuse("approved")),
        }
    }

    /// It is not taken.
    ///
    /// # Errors
    /// When it waits for no decision.
    pub fn reject(self, decision: Decision) -> Result<Self, NotAllowed> {
        match self.state {
            State::AwaitingModeration { .. } | State::OnHold { .. } => {
                Ok(self.moved(State::Rejected(decision)))
            }
            _ => Err(self.refuse("rejected")),
        }
    }

    /// Another entry stands for it from now on, as the decision says: they are the same organization.
    ///
    /// # Errors
    /// When nobody verified it, or it is over.
    pub fn merge(self, decision: Decision) -> Result<Self, NotAllowed> {
        match self.state {
            State::AwaitingModeration { .. } | State::OnHold { .. } | State::Approved { .. } => {
                Ok(self.moved(State::Rejected(decision)))
            }
            _ => Err(self.refuse("merged")),
        }
    }

    /// It waits until something is known.
    ///
    /// # Errors
    /// When it does not wait for review.
    pub fn hold(self, by: AccountId, since: Timestamp, question: Option<Remark>) -> Result<Self, NotAllowed> {
        match self.state {
            State::AwaitingModeration { .. } => {
                Ok(self.moved(State::OnHold { by: Some(by), since, question }))
            }
            _ => Err(self.refuse("put on hold")),
        }
    }

    /// It returns to the queue.
    ///
    /// # Errors
    /// When it is not on hold.
    pub fn release(self) -> Result<Self, NotAllowed> {
        match self.state {
            State::OnHold { .. } => Ok(self.moved(State::AwaitingModeration { first: None })),
            _ => Err(self.refuse("released")),
        }
    }

    /// The representative answers what was asked, and it returns to the queue.
    ///
    /// # Errors
    /// When nothing was asked.
    pub fn answer(self) -> Result<Self, NotAllowed> {
        match self.state {
            State::OnHold { question: Some(_), .. } => {
                Ok(self.moved(State::AwaitingModeration { first: None }))
            }
            _ => Err(self.refuse("answered")),
        }
    }

    /// Something in writing stands in for the proved mailbox. The decision follows in the same act, and makes the version.
    ///
    /// # Errors
    /// When it does not await verification.
    pub fn attest(self, at: Timestamp) -> Result<Self, NotAllowed> {
        match self.state {
            State::AwaitingVerification { .. } => {
                Ok(Self { attested_at: Some(at), state: State::AwaitingModeration { first: None }, ..self })
            }
            _ => Err(self.refuse("attested")),
        }
    }

    /// It leaves the list.
    ///
    /// # Errors
    /// When it is not on it.
    pub fn remove(self, decision: Decision) -> Result<Self, NotAllowed> {
        match self.state {
            State::Approved { .. } => Ok(self.moved(State::Removed(decision))),
            _ => Err(self.refuse("removed")),
        }
    }

    /// What was decided against it is decided anew.
    ///
    /// # Errors
    /// When nothing was decided against it.
    pub fn reopen(self) -> Result<Self, NotAllowed> {
        match self.state {
            State::Rejected(_) | State::Removed(_) => {
                Ok(self.moved(State::AwaitingModeration { first: None }))
            }
            _ => Err(self.refuse("reopened")),
        }
    }

    /// A decision is taken back before anybody outside was told: what stood before it stands again.
    ///
    /// # Errors
    /// When none was made, or nobody knows what stood before.
    pub fn undo(self, before: Option<Self>) -> Result<Self, NotAllowed> {
        match (&self.state, before) {
            (State::AwaitingVerification { .. } | State::Withdrawn { .. }, _) | (_, None) => {
                Err(self.refuse("undone"))
            }
            (_, Some(before)) => Ok(Self { version: self.version + 1, ..before }),
        }
    }

    /// It says something else: where it is listed it stays so, and what was approved once by one of two is approved anew.
    ///
    /// # Errors
    /// When nobody verified it, or it is over.
    pub fn correct(self, entry: Entry) -> Result<Self, NotAllowed> {
        let state = match &self.state {
            State::AwaitingModeration { .. } => State::AwaitingModeration { first: None },
            State::OnHold { .. } | State::Approved { .. } => self.state.clone(),
            _ => return Err(self.refuse("corrected")),
        };
        Ok(Self { entry: entry.shown(self.entry.shown), ..self.moved(state) })
    }

    /// They take their name back.
    ///
    /// # Errors
    /// When it is no longer live.
    pub fn withdraw(self, at: Timestamp) -> Result<Self, NotAllowed> {
        match self.state {
            State::AwaitingVerification { .. }
            | State::AwaitingModeration { .. }
            | State::OnHold { .. }
            | State::Approved { .. } => {
                let was_listed = matches!(self.state, State::Approved { .. });
                Ok(self.moved(State::Withdrawn { at, was_listed }))
            }
            _ => Err(self.refuse("withdrawn")),
        }
    }

    /// The organization says that it did not agree: it leaves the list and the queue until somebody has looked into it.
    ///
    /// # Errors
    /// When it is neither on the list nor in the queue.
    pub fn object(self, since: Timestamp) -> Result<Self, NotAllowed> {
        match self.state {
            State::AwaitingModeration { .. } | State::Approved { .. } => {
                Ok(self.moved(State::OnHold { by: None, since, question: None }))
            }
            _ => Err(self.refuse("put on hold")),
        }
    }

    fn moved(self, state: State) -> Self {
        Self { state, version: self.version + 1, ..self }
    }

    fn refuse(&self, act: &'static str) -> NotAllowed {
        NotAllowed { standing: self.standing(), act }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::Reason;
    use crate::ids::{CampaignId, SignOnId};
    use crate::sign_on::state::Origin;
    use crate::sign_on::submission::tests::entry;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros)
    }

    fn staff() -> AccountId {
        AccountId::new(1, [1; 10])
    }

    fn decision() -> Decision {
        Decision { reason: Reason::NOT_ELIGIBLE, text: None, at: at(9), by: staff(), merged_into: None }
    }

    fn submitted() -> SignOn {
        SignOn {
            id: SignOnId::new(1, [2; 10]),
            campaign: CampaignId::new(1, [3; 10]),
            version: 1,
            origin: Origin::Form,
            letter_version: 1,
            entry: entry("Bits of Freedom"),
            authority: None,
            pin: None,
            submitted_at: at(1),
            verified_at: None,
            undeliverable_at: None,
            attested_at: None,
            is_flagged: false,
            is_distinct: false,
            state: State::AwaitingVerification { until: at(100) },
        }
    }

    #[test]
    fn the_straight_line_leads_to_the_list_and_off_it() {
        let approved = submitted().verify(at(2)).unwrap().approve(staff(), at(3), 1).unwrap();
        assert_eq!(approved.version, 3);
        assert_eq!(approved.verified_at, Some(at(2)));
        assert_eq!(approved.decided(), Some((Some(staff()), at(3))));
        let removed = approved.clone().remove(decision()).unwrap();
        assert_eq!(removed.reopen().unwrap().state, State::AwaitingModeration { first: None });
        assert_eq!(approved.withdraw(at(4)).unwrap().state, State::Withdrawn { at: at(4), was_listed: true });
    }

    type Do = fn(SignOn) -> Result<SignOn, NotAllowed>;

    #[test]
    fn each_act_is_allowed_from_exactly_these_standings() {
        use Standing::*;
        let acts: [(&str, Do, &[Standing]); 13] = [
            ("verify", |s| s.verify(at(5)), &[AwaitingVerification]),
            ("approve", |s| s.approve(staff(), at(5), 1), &[AwaitingModeration, OnHold]),
            ("reject", |s| s.reject(decision()), &[AwaitingModeration, OnHold]),
            ("hold", |s| s.hold(staff(), at(5), None), &[AwaitingModeration]),
            ("release", |s| s.release(), &[OnHold]),
            ("object", |s| s.object(at(5)), &[AwaitingModeration, Approved]),
            ("answer", |s| s.answer(), &[OnHold]),
            ("attest", |s| s.attest(at(5)), &[AwaitingVerification]),
            (
                "approve as one of two",
                |s| s.approve_as_one_of_two(staff(), at(5), 1),
                &[AwaitingModeration, OnHold],
            ),
            ("remove", |s| s.remove(decision()), &[Approved]),
            ("reopen", |s| s.reopen(), &[Rejected, Removed]),
            (
                "undo",
                |s| {
                    let before = s.clone();
                    s.undo(Some(before))
                },
                &[AwaitingModeration, OnHold, Approved, Rejected, Removed],
            ),
            (
                "withdraw",
                |s| s.withdraw(at(5)),
                &[AwaitingVerification, AwaitingModeration, OnHold, Approved],
            ),
        ];
        let verified = submitted().verify(at(2)).unwrap();
        let approved = verified.clone().approve(staff(), at(3), 1).unwrap();
        let everywhere = [
            submitted(),
            verified.clone(),
            verified.clone().hold(staff(), at(3), Remark::parse("Who?").ok()).unwrap(),
            approved.clone(),
            verified.clone().reject(decision()).unwrap(),
            verified.withdraw(at(3)).unwrap(),
            approved.remove(decision()).unwrap(),
        ];
        for (name, act, allowed) in acts {
            for from in &everywhere {
                let done = act(from.clone());
                assert_eq!(
                    done.is_ok(),
                    allowed.contains(&from.standing()),
                    "{name} from {:?}",
                    from.standing()
                );
                if let Err(refused) = done {
                    assert_eq!(refused.standing, from.standing());
                }
            }
        }
    }

    #[test]
    fn two_approvals_are_of_two_people_and_only_the_second_puts_it_on_the_list() {
        let other = AccountId::new(2, [2; 10]);
        let once = submitted().verify(at(2)).unwrap().approve_as_one_of_two(staff(), at(3), 1).unwrap();
        assert_eq!(once.state, State::AwaitingModeration { first: Some(First { by: staff(), at: at(3) }) });
        assert!(once.clone().approve_as_one_of_two(staff(), at(4), 1).is_err());
        assert_eq!(
            once.clone().approve_as_one_of_two(other, at(4), 1).unwrap().standing(),
            Standing::Approved
        );
        assert_eq!(once.reject(decision()).unwrap().standing(), Standing::Rejected);
    }

    #[test]
    fn undoing_gives_back_what_stood_before_in_a_new_version() {
        let approved = submitted().verify(at(2)).unwrap().approve(staff(), at(3), 7).unwrap();
        let removed = approved.clone().remove(decision()).unwrap();
        assert!(removed.clone().undo(None).is_err());
        let version = removed.version + 1;
        assert_eq!(removed.undo(Some(approved.clone())).unwrap(), SignOn { version, ..approved });
    }

    #[test]
    fn a_refusal_says_what_stands_and_what_was_asked() {
        let refused = submitted().approve(staff(), at(1), 1).unwrap_err();
        assert_eq!(refused.to_string(), "a sign-on that is waiting for verification cannot be approved");
    }
}
