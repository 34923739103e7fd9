//! What the mails say usually, as an organizer would have written it: what the templates in `templates/mail` say, without what the program itself
//! promises.

use super::MailMessage;

pub(super) const fn of(message: MailMessage) -> (&'static str, &'static str) {
    match message {
        MailMessage::Verify => ("Verify your sign-on: {letter}", VERIFY),
        MailMessage::Received => ("Your sign-on is verified: {letter}", RECEIVED),
        MailMessage::Approved => ("Your organization is on the list: {letter}", APPROVED),
        MailMessage::Rejected => ("Your sign-on was not accepted: {letter}", REJECTED),
        MailMessage::Invited => ("Sign for your organization: {letter}", INVITED),
        MailMessage::InvitedAgain => ("Reminder: sign for your organization: {letter}", INVITED_AGAIN),
    }
}

const VERIFY: &str = "\
Somebody filled in the form to sign the letter “{letter}” for an organization, and gave this address. The line would be printed as:

{organization}

If that was you, open this page and press the button there:

{link}

Or type this code:

{code}

The letter closes on {deadline}.";

const RECEIVED: &str = "\
Thank you. Your sign-on to the letter “{letter}” is verified:

{organization}

Your private page shows where it stands, and lets you correct it, hand it over to a colleague, and withdraw it at any time:

{link}";

const APPROVED: &str = "\
Thank you. The moderators have approved your organization’s sign-on to the letter “{letter}”. It is on the list as:

{organization}

Your private page shows where the sign-on stands, and lets you correct it, hand it over to a colleague, and withdraw it at any time:

{link}";

const REJECTED: &str = "\
The moderators of the letter “{letter}” have not accepted this sign-on:

{organization}

{reason}

If you think that this is a mistake, write to the people who run the letter. Your private page shows where it stands:

{link}";

const INVITED: &str = "\
{host} invites

{organization}

to sign an open letter: “{letter}”.

Read the letter, sign it or decline here:

{link}

If somebody else decides for your organization, pass this mail on to them.";

const INVITED_AGAIN: &str = "\
{host} invites

{organization}

to sign an open letter: “{letter}”. This reminds you of the invitation of {invited_on}.

Read the letter, sign it or decline here:

{link}

If somebody else decides for your organization, pass this mail on to them.";
