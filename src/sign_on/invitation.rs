//! An invitation: an organization that organizers ask to sign, how far it has come, and when it may be reminded.

use super::state::Standing;
use crate::campaign::Campaign;
use crate::clock::{Timestamp, days};
use crate::ids::{AccountId, CampaignId, IntentionId, InvitationId};
use crate::text::{EmailAddress, Language, OrganizationName, Prose, WebUrl};
use crate::web::show::in_utc;

/// How long after one mail the next reminder may go.
const BETWEEN: jiff::SignedDuration = days(5);

/// The most mails about one invitation to one address: the invitation and three reminders.
const MOST_MAILS: i64 = 4;

/// That a sign-on came by an invitation, in the history.
pub const BY_INVITATION: &str = "came by an invitation";

/// The same after the letter's deadline, because that invitation may be used for longer.
pub const LATE_BY_INVITATION: &str = "came late, by an invitation that allows it";

/// Why somebody declines, in their words.
pub type WhyNot = Prose<1000>;

/// An invitation.
#[derive(Clone, PartialEq, Debug)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The letter.
    pub campaign: CampaignId,
    /// Raised by every change that an organizer must not overlook.
    pub version: i64,
    /// Who is invited.
    pub organization: OrganizationName,
    /// Its website, as the organizers know it.
    pub website: Option<WebUrl>,
    /// The language in which it is best spoken to.
    pub language: Option<Language>,
    /// Where its mail goes; absent once that is erased.
    pub email: Option<EmailAddress>,
    /// Until when it may be used after the deadline.
    pub late_until: Option<Timestamp>,
    /// When it was made.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: AccountId,
    /// When its newest mail was written.
    pub mailed_at: Timestamp,
    /// How many mails went to this address.
    pub mails: i64,
    /// When a mail server took the newest mail over.
    pub delivered_at: Option<Timestamp>,
    /// When a mail server refused it for good.
    pub bounced_at: Option<Timestamp>,
    /// When somebody first pressed a button on its page.
    pub opened_at: Option<Timestamp>,
    /// When it was declined.
    pub declined_at: Option<Timestamp>,
    /// Why, if they said so.
    pub why_not: Option<WhyNot>,
    /// When they asked for no more reminders.
    pub quiet_at: Option<Timestamp>,
    /// When it was taken back, and by whom.
    pub revoked: Option<(Timestamp, AccountId)>,
}

/// How far an invitation has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Stage {
    /// The mail has not reached a mail server yet.
    Sent,
    /// A mail server has taken it over.
    Delivered,
    /// A mail server refused it for good.
    Bounced,
    /// Somebody pressed a button on its page.
    Opened,
    /// They do not sign.
    Declined,
    /// Its form was sent, and the mailbox is not proved.
    Submitted,
    /// A sign-on waits for the moderators, or is on hold.
    Verified,
    /// On the list.
    Approved,
    /// The sign-on was rejected, removed or withdrawn.
    Ended,
    /// It was taken back.
    Revoked,
}

impl Stage {
    /// Every stage, in the order of the way.
    pub const ALL: [Self; 10] = [
        Self::Sent,
        Self::Delivered,
        Self::Bounced,
        Self::Opened,
        Self::Declined,
        Self::Submitted,
        Self::Verified,
        Self::Approved,
        Self::Ended,
        Self::Revoked,
    ];

    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Bounced => "bounced",
            Self::Opened => "opened",
            Self::Declined => "declined",
            Self::Submitted => "submitted",
            Self::Verified => "verified",
            Self::Approved => "approved",
            Self::Ended => "ended",
            Self::Revoked => "revoked",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text)
    }

    /// What organizers read.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Sent => "Mail on its way",
            Self::Delivered => "Mail delivered",
            Self::Bounced => "Mail came back",
            Self::Opened => "Opened by a person",
            Self::Declined => "Declined",
            Self::Submitted => "Submitted, not verified",
            Self::Verified => "Verified, with the moderators",
            Self::Approved => "On the list",
            Self::Ended => "Not on the list any more",
            Self::Revoked => "Revoked",
        }
    }
}

/// Why no reminder can go now.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoReminder {
    /// It was taken back.
    #[error("The invitation is revoked.")]
    Revoked,
    /// They do not sign.
    #[error("They declined.")]
    Declined,
    /// They asked for it.
    #[error("They asked for no more reminders.")]
    Quiet,
    /// There is a sign-on.
    #[error("They have sent the form already.")]
    Signed,
    /// Nobody knows the address any more.
    #[error("Its address is erased.")]
    Erased,
    /// No mail arrives there.
    #[error("Mail to this address came back: send the invitation to another one.")]
    Bounced,
    /// Whoever reads the mail there has answered.
    #[error("They declined there, or asked for no more mail.")]
    Refused,
    /// The mailbox had as many as it may, about however many organizations.
    #[error("This address has had as many mails about the letter as it may.")]
    Full,
    /// They had as many as they may.
    #[error("They had three reminders, and get no more.")]
    Enough,
    /// The last mail is too young.
    #[error("The last mail went on {}; the next may go on {}.", in_utc(*.last), in_utc(*.next))]
    TooSoon {
        /// When it went.
        last: Timestamp,
        /// From when on the next may go.
        next: Timestamp,
    },
}

/// What a mailbox had of the invitations to a letter, revoked ones too, and what it answered: a refusal belongs to whoever reads the mail.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Mailbox {
    mails: i64,
    last: Option<Timestamp>,
    has_refused: bool,
}

impl Mailbox {
    /// Counts one more invitation that went there.
    pub fn add(&mut self, mails: i64, mailed_at: Timestamp, has_refused: bool) {
        self.mails += mails;
        self.last = self.last.max(Some(mailed_at));
        self.has_refused |= has_refused;
    }

    /// Whether another mail may go there now.
    ///
    /// # Errors
    /// Why not.
    pub fn may_have(&self, now: Timestamp) -> Result<(), NoReminder> {
        match self.last {
            _ if self.has_refused => Err(NoReminder::Refused),
            _ if self.mails >= MOST_MAILS => Err(NoReminder::Full),
            Some(last) if now < last.plus(BETWEEN) => {
                Err(NoReminder::TooSoon { last, next: last.plus(BETWEEN) })
            }
            _ => Ok(()),
        }
    }
}

impl Invitation {
    /// How far it has come. `sign_ons` are where those stand that came by it.
    pub fn stage(&self, sign_ons: &[Standing]) -> Stage {
        let of = |standing: &Standing| match standing {
            Standing::AwaitingVerification => Stage::Submitted,
            Standing::AwaitingModeration | Standing::OnHold => Stage::Verified,
            Standing::Approved => Stage::Approved,
            Standing::Rejected | Standing::Removed | Standing::Withdrawn => Stage::Ended,
        };
        let all = || sign_ons.iter().map(of);
        let live = all().filter(|stage| *stage != Stage::Ended).max();
        match live.or_else(|| all().max()) {
            Some(stage) => stage,
            None if self.revoked.is_some() => Stage::Revoked,
            None if self.declined_at.is_some() => Stage::Declined,
            None if self.opened_at.is_some() => Stage::Opened,
            None if self.bounced_at.is_some() => Stage::Bounced,
            None if self.delivered_at.is_some() => Stage::Delivered,
            None => Stage::Sent,
        }
    }

    /// Whether a reminder may go now.
    ///
    /// # Errors
    /// Why not.
    pub fn may_remind(&self, sign_ons: &[Standing], now: Timestamp) -> Result<(), NoReminder> {
        let next = self.mailed_at.plus(BETWEEN);
        match () {
            () if self.revoked.is_some() => Err(NoReminder::Revoked),
            () if stands(sign_ons) => Err(NoReminder::Signed),
            () if self.declined_at.is_some() => Err(NoReminder::Declined),
            () if self.quiet_at.is_some() => Err(NoReminder::Quiet),
            () if self.email.is_none() => Err(NoReminder::Erased),
            () if self.bounced_at.is_some() => Err(NoReminder::Bounced),
            () if self.mails >= MOST_MAILS => Err(NoReminder::Enough),
            () if now < next => Err(NoReminder::TooSoon { last: self.mailed_at, next }),
            () => Ok(()),
        }
    }

    /// The letter as it is for whoever holds this invitation: with the later deadline, where it has one.
    pub fn extends(&self, campaign: &Campaign) -> Campaign {
        extended(campaign, self.late_until)
    }
}

/// The letter with a later deadline, where it has one and this is later.
pub fn extended(campaign: &Campaign, late_until: Option<Timestamp>) -> Campaign {
    let mut theirs = campaign.clone();
    let closes_at = theirs.settings.closes_at;
    theirs.settings.closes_at = closes_at.map(|closes| late_until.map_or(closes, |late| late.max(closes)));
    theirs
}

/// Whether one of these sign-ons stands: it is not rejected, removed or taken back.
pub fn stands(sign_ons: &[Standing]) -> bool {
    let ended = [Standing::Rejected, Standing::Removed, Standing::Withdrawn];
    sign_ons.iter().any(|standing| !ended.contains(standing))
}

/// How a submission came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Via {
    /// By the letter's own form.
    Form,
    /// By an invitation.
    Invitation(InvitationId),
    /// By an intention, and the invitation that this came by.
    Intention(IntentionId, Option<InvitationId>),
}

impl Via {
    /// The invitation behind it.
    pub const fn invitation(self) -> Option<InvitationId> {
        match self {
            Self::Form => None,
            Self::Invitation(id) => Some(id),
            Self::Intention(_, invitation) => invitation,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invitation() -> Invitation {
        Invitation {
            id: InvitationId::new(1, [1; 10]),
            campaign: CampaignId::new(1, [1; 10]),
            version: 1,
            organization: OrganizationName::parse("Example Network").unwrap(),
            website: None,
            language: None,
            email: EmailAddress::parse("info@network.example").ok(),
            late_until: None,
            made_at: Timestamp::from_micros(0),
            made_by: AccountId::new(1, [1; 10]),
            mailed_at: Timestamp::from_micros(0),
            mails: 1,
            delivered_at: None,
            bounced_at: None,
            opened_at: None,
            declined_at: None,
            why_not: None,
            quiet_at: None,
            revoked: None,
        }
    }

    #[test]
    fn the_furthest_that_stands_is_where_an_invitation_is() {
        let at = Some(Timestamp::from_micros(1));
        let sent = invitation();
        assert_eq!(sent.stage(&[]), Stage::Sent);
        let declined = Invitation { opened_at: at, declined_at: at, ..sent.clone() };
        assert_eq!(declined.stage(&[]), Stage::Declined);
        assert_eq!(declined.stage(&[Standing::Withdrawn, Standing::AwaitingVerification]), Stage::Submitted);
        assert_eq!(declined.stage(&[Standing::Withdrawn]), Stage::Ended);
        for stage in Stage::ALL {
            assert_eq!(Stage::parse(stage.as_str()), Some(stage));
        }
    }

    #[test]
    fn what_a_mailbox_had_and_answered_counts_over_all_its_invitations() {
        let (now, mut there) = (Timestamp::from_micros(0), Mailbox::default());
        assert_eq!(there.may_have(now), Ok(()));
        there.add(3, now, false);
        assert!(matches!(there.may_have(now.plus(days(4))), Err(NoReminder::TooSoon { .. })));
        assert_eq!(there.may_have(now.plus(days(5))), Ok(()));
        there.add(1, now, false);
        assert_eq!(there.may_have(now.plus(days(5))), Err(NoReminder::Full));
        there.add(1, now, true);
        assert_eq!(there.may_have(now.plus(days(5))), Err(NoReminder::Refused));
    }

    #[test]
    fn reminders_are_bounded_and_never_go_to_who_has_answered() {
        let (now, at) = (Timestamp::from_micros(0).plus(days(5)), Some(Timestamp::from_micros(1)));
        let sent = invitation();
        assert!(matches!(sent.may_remind(&[], now.plus(days(-1))), Err(NoReminder::TooSoon { .. })));
        assert_eq!(sent.may_remind(&[], now), Ok(()));
        assert_eq!(sent.may_remind(&[Standing::AwaitingVerification], now), Err(NoReminder::Signed));
        assert_eq!(
            sent.may_remind(&[Standing::Withdrawn, Standing::Rejected, Standing::Removed], now),
            Ok(())
        );
        for (answered, why) in [
            (Invitation { mails: 4, ..sent.clone() }, NoReminder::Enough),
            (Invitation { declined_at: at, ..sent.clone() }, NoReminder::Declined),
            (Invitation { quiet_at: at, ..sent.clone() }, NoReminder::Quiet),
            (Invitation { bounced_at: at, ..sent.clone() }, NoReminder::Bounced),
            (Invitation { email: None, ..sent.clone() }, NoReminder::Erased),
            (Invitation { revoked: at.map(|at| (at, sent.made_by)), ..sent.clone() }, NoReminder::Revoked),
        ] {
            assert_eq!(answered.may_remind(&[], now), Err(why));
        }
    }
}
