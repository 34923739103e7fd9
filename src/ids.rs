//! An id type per table, so that a `SignOnId` cannot be passed where a `CampaignId` is meant.

use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id: UUID version 7 (RFC 9562), so that rows made later sort later. `millis` is the time since 1970;
            /// `chance` must be random: `Id::new(now.millis(), random.bytes())`.
            pub fn new(millis: u64, chance: [u8; 10]) -> Self {
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &chance).into_uuid())
            }

            /// The id written in an address or a form, if it is one.
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }

            /// The id as the database holds it.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The id without its table, for places that serve all of them (audit, seals).
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }
    };
}

id!(
    /// A person who runs the instance or a campaign.
    AccountId
);
id!(
    /// An organization that may be invited to later letters.
    AddressId
);
id!(
    /// What a representative answered to a question.
    AnswerId
);
id!(
    /// An id whose table the holder does not know: what a mail or a history entry is about.
    AnyId
);
id!(
    /// One entry of the internal history.
    AuditId
);
id!(
    /// The whole undertaking: a letter and its call for sign-ons.
    CampaignId
);
id!(
    /// That somebody has a sign-on before them.
    ClaimId
);
id!(
    /// A representative's personal data, kept apart from the sign-on it belongs to.
    ContactId
);
id!(
    /// What an entry is to say instead.
    CorrectionId
);
id!(
    /// That a letter was handed to somebody whom it addresses.
    DeliveryId
);
id!(
    /// An immutable, numbered state of the list.
    EditionId
);
id!(
    /// A table of organizations that signed in another way.
    ImportId
);
id!(
    /// What an organization means to sign once one of its bodies has decided.
    IntentionId
);
id!(
    /// An organization that was asked to sign.
    InvitationId
);
id!(
    /// One version of a letter's text.
    LetterVersionId
);
id!(
    /// A message in the outbox.
    MailId
);
id!(
    /// A mail that organizers write to many.
    MailingId
);
id!(
    /// A passkey of somebody of the staff.
    PasskeyId
);
id!(
    /// A link by which a letter is read before it is public.
    PreviewLinkId
);
id!(
    /// What somebody reports about an entry.
    ReportId
);
id!(
    /// That everybody who signed is asked whether they agree to a text.
    RoundId
);
id!(
    /// What a browser is logged in with.
    SessionId
);
id!(
    /// An organization's record from form to list.
    SignOnId
);
id!(
    /// Which text somebody was shown when they agreed to it.
    TextShownId
);
id!(
    /// A letter in another language than the binding one.
    TranslationId
);
id!(
    /// One version of a translation.
    TranslationVersionId
);
id!(
    /// That everybody who signed is told what happened with the letter.
    TellingId
);
id!(
    /// What organizers write about a letter after it was published.
    UpdateId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_made_later_sorts_later_and_reads_back() {
        let early = SignOnId::new(1_000, [9; 10]);
        let late = SignOnId::new(2_000, [1; 10]);
        assert!(early < late);
        assert_eq!(SignOnId::parse(&late.to_string()), Some(late));
        assert_eq!(SignOnId::parse("1 or 1=1"), None);
    }
}
