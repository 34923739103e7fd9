//! A sign-on as its row, and back.

use crate::campaign::Reason;
use crate::clock::Timestamp;
use crate::db::Error;
use crate::db::columns::UnknownValue;
use crate::db::schema::sign_ons;
use crate::ids::{AccountId, CampaignId, SignOnId};
use crate::secret::LookupKey;
use crate::sign_on::state::{Decision, First, Origin, Remark, SignOn, Standing, State};
use crate::sign_on::submission::{Authority, Basis, Entry};
use crate::text::{Acronym, Country, NativeName, OrganizationName, Shown, SortAs, WebUrl};
use crate::text_column;
use diesel::prelude::*;

text_column!(OrganizationName);
text_column!(Acronym);
text_column!(NativeName);
text_column!(SortAs);
text_column!(WebUrl);
text_column!(Country);
text_column!(Basis, Basis::parse);
text_column!(Remark);
text_column!(Shown, Shown::parse);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sign_ons)]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct Row {
    id: SignOnId,
    campaign_id: CampaignId,
    version: i64,
    state: Standing,
    origin: Origin,
    letter_version: i64,
    organization: OrganizationName,
    acronym: Option<Acronym>,
    native_name: Option<NativeName>,
    sort_as: Option<SortAs>,
    website: Option<WebUrl>,
    country: Option<Country>,
    line: String,
    pin: Option<i64>,
    folded: String,
    skeleton: String,
    acronym_key: Option<String>,
    website_host: Option<String>,
    identity: String,
    basis: Option<Basis>,
    authority_statement: Option<String>,
    authority_at: Option<Timestamp>,
    contact_key: Option<Vec<u8>>,
    submitted_at: Timestamp,
    verify_until: Option<Timestamp>,
    verified_at: Option<Timestamp>,
    joined_at: Option<Timestamp>,
    joined: Option<i64>,
    decided_at: Option<Timestamp>,
    decided_by: Option<AccountId>,
    question: Option<Remark>,
    reason: Option<Reason>,
    reason_text: Option<Remark>,
    withdrawn_at: Option<Timestamp>,
    was_listed: Option<bool>,
    undeliverable_at: Option<Timestamp>,
    merged_into: Option<SignOnId>,
    attested_at: Option<Timestamp>,
    first_by: Option<AccountId>,
    first_at: Option<Timestamp>,
    flagged: bool,
    shown: Shown,
}

/// The columns that acts change.
#[derive(AsChangeset)]
#[diesel(table_name = sign_ons)]
#[diesel(treat_none_as_null = true)]
pub(super) struct StandingColumns {
    pub(super) version: i64,
    pub(super) state: Standing,
    pub(super) identity: String,
    pub(super) contact_key: Option<Vec<u8>>,
    pub(super) verify_until: Option<Timestamp>,
    pub(super) verified_at: Option<Timestamp>,
    pub(super) joined_at: Option<Timestamp>,
    pub(super) joined: Option<i64>,
    pub(super) decided_at: Option<Timestamp>,
    pub(super) decided_by: Option<AccountId>,
    pub(super) question: Option<Remark>,
    pub(super) reason: Option<Reason>,
    pub(super) reason_text: Option<Remark>,
    pub(super) withdrawn_at: Option<Timestamp>,
    pub(super) was_listed: Option<bool>,
    pub(super) merged_into: Option<SignOnId>,
    pub(super) attested_at: Option<Timestamp>,
    pub(super) first_by: Option<AccountId>,
    pub(super) first_at: Option<Timestamp>,
}

impl Origin {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Import => "import",
            Self::Elsewhere => "elsewhere",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Form, Self::Import, Self::Elsewhere].into_iter().find(|origin| origin.as_str() == text)
    }
}

text_column!(Origin, Origin::parse);

/// What acts may change of a sign-on. The submitter's key goes once the mailbox is proved or the sign-on is over.
pub(super) fn standing_columns(after: &SignOn) -> StandingColumns {
    let row = Row::new(after, None);
    StandingColumns {
        version: row.version,
        state: row.state,
        identity: row.identity,
        contact_key: row.contact_key,
        verify_until: row.verify_until,
        verified_at: row.verified_at,
        joined_at: row.joined_at,
        joined: row.joined,
        decided_at: row.decided_at,
        decided_by: row.decided_by,
        question: row.question,
        reason: row.reason,
        reason_text: row.reason_text,
        withdrawn_at: row.withdrawn_at,
        was_listed: row.was_listed,
        merged_into: row.merged_into,
        attested_at: row.attested_at,
        first_by: row.first_by,
        first_at: row.first_at,
    }
}

/// The same sign-on where acts have left these columns.
///
/// # Errors
/// When they make no state.
pub(super) fn standing_at(sign_on: &SignOn, is_distinct: bool, at: StandingColumns) -> Result<SignOn, Error> {
    let row = Row {
        version: at.version,
        state: at.state,
        contact_key: at.contact_key,
        verify_until: at.verify_until,
        verified_at: at.verified_at,
        joined_at: at.joined_at,
        joined: at.joined,
        decided_at: at.decided_at,
        decided_by: at.decided_by,
        question: at.question,
        reason: at.reason,
        reason_text: at.reason_text,
        withdrawn_at: at.withdrawn_at,
        was_listed: at.was_listed,
        merged_into: at.merged_into,
        attested_at: at.attested_at,
        first_by: at.first_by,
        first_at: at.first_at,
        ..Row::new(&SignOn { is_distinct, ..sign_on.clone() }, None)
    };
    row.into_sign_on()
}

impl Row {
    pub(super) fn new(sign_on: &SignOn, contact_key: Option<LookupKey>) -> Self {
        let (entry, likeness) = (sign_on.entry.clone(), sign_on.entry.likeness());
        let authority = sign_on.authority.clone();
        let identity = match sign_on.is_distinct {
            true => format!("{} {}", likeness.folded, sign_on.id),
            false => likeness.folded.clone(),
        };
        let row = Self {
            id: sign_on.id,
            campaign_id: sign_on.campaign,
            version: sign_on.version,
            state: sign_on.standing(),
            origin: sign_on.origin,
            letter_version: sign_on.letter_version,
            organization: entry.organization,
            acronym: entry.acronym,
            native_name: entry.native_name,
            sort_as: entry.sort_as,
            website: entry.website,
            country: entry.country,
            line: entry.line,
            pin: sign_on.pin.map(i64::from),
            folded: likeness.folded,
            skeleton: likeness.skeleton,
            acronym_key: likeness.acronym,
            website_host: likeness.website_host,
            identity,
            basis: authority.as_ref().map(|a| a.basis),
            authority_at: authority.as_ref().map(|a| a.at),
            authority_statement: authority.map(|a| a.statement),
            contact_key: contact_key.map(|key| key.as_bytes().to_vec()),
            submitted_at: sign_on.submitted_at,
            verify_until: None,
            verified_at: sign_on.verified_at,
            joined_at: None,
            joined: None,
            decided_at: None,
            decided_by: None,
            question: None,
            reason: None,
            reason_text: None,
            withdrawn_at: None,
            was_listed: None,
            undeliverable_at: sign_on.undeliverable_at,
            merged_into: None,
            attested_at: sign_on.attested_at,
            first_by: None,
            first_at: None,
            flagged: sign_on.is_flagged,
            shown: entry.shown,
        };
        row.standing_in(sign_on.state.clone())
    }

    fn standing_in(self, state: State) -> Self {
        match state {
            State::AwaitingVerification { until } => Self { verify_until: Some(until), ..self },
            State::AwaitingModeration { first } => {
                Self { first_by: first.map(|first| first.by), first_at: first.map(|first| first.at), ..self }
            }
            State::OnHold { by, since, question } => {
                Self { decided_by: by, decided_at: Some(since), question, ..self }
            }
            State::Approved { at, by, joined } => Self {
                joined_at: Some(at),
                joined: Some(joined),
                decided_at: by.map(|_| at),
                decided_by: by,
                ..self
            },
            State::Rejected(decision) | State::Removed(decision) => Self {
                reason: Some(decision.reason),
                reason_text: decision.text,
                decided_at: Some(decision.at),
                decided_by: Some(decision.by),
                merged_into: decision.merged_into,
                ..self
            },
            State::Withdrawn { at, was_listed } => {
                Self { withdrawn_at: Some(at), was_listed: Some(was_listed), ..self }
            }
        }
    }

    pub(super) fn into_sign_on(self) -> Result<SignOn, Error> {
        let state = self.state().ok_or_else(|| {
            let value = format!("{} without what belongs to it ({})", self.state.as_str(), self.id);
            Error::from(diesel::result::Error::DeserializationError(Box::new(UnknownValue {
                expected: "a sign-on's state",
                value,
            })))
        })?;
        let authority = match (self.basis, self.authority_statement, self.authority_at) {
            (Some(basis), Some(statement), Some(at)) => Some(Authority { basis, statement, at }),
            _ => None,
        };
        Ok(SignOn {
            id: self.id,
            campaign: self.campaign_id,
            version: self.version,
            origin: self.origin,
            letter_version: self.letter_version,
            is_distinct: self.identity != self.folded,
            entry: Entry {
                organization: self.organization,
                acronym: self.acronym,
                native_name: self.native_name,
                sort_as: self.sort_as,
                website: self.website,
                country: self.country,
                line: self.line,
                shown: self.shown,
            },
            authority,
            pin: self.pin.and_then(|pin| u32::try_from(pin).ok()),
            submitted_at: self.submitted_at,
            verified_at: self.verified_at,
            undeliverable_at: self.undeliverable_at,
            attested_at: self.attested_at,
            is_flagged: self.flagged,
            state,
        })
    }

    fn state(&self) -> Option<State> {
        Some(match self.state {
            Standing::AwaitingVerification => State::AwaitingVerification { until: self.verify_until? },
            Standing::AwaitingModeration => State::AwaitingModeration {
                first: self.first_by.zip(self.first_at).map(|(by, at)| First { by, at }),
            },
            Standing::OnHold => State::OnHold {
                by: self.decided_by,
                since: self.decided_at?,
                question: self.question.clone(),
            },
            Standing::Approved => {
                State::Approved { at: self.joined_at?, by: self.decided_by, joined: self.joined? }
            }
            Standing::Rejected => State::Rejected(self.decision()?),
            Standing::Removed => State::Removed(self.decision()?),
            Standing::Withdrawn => State::Withdrawn { at: self.withdrawn_at?, was_listed: self.was_listed? },
        })
    }

    fn decision(&self) -> Option<Decision> {
        Some(Decision {
            reason: self.reason.clone()?,
            text: self.reason_text.clone(),
            at: self.decided_at?,
            by: self.decided_by?,
            merged_into: self.merged_into,
        })
    }
}
