//! What the program itself says behind an organizer's words. It is what the program does, so nobody can word it away.

use super::MailMessage;
use crate::text::MailBlock;

/// What is promised in a mail, with what is so in this one.
#[derive(Clone, Copy, Debug)]
pub enum Promises<'a> {
    /// How to verify, and that doing nothing is enough.
    Verify {
        /// Where the code is typed.
        code_page: &'a str,
        /// How long link and code work: `for 7 days`.
        works: &'a str,
    },
    /// Where the sign-on stands.
    Received {
        /// Whether the moderators still decide.
        waits: bool,
        /// Where it stands where they do not.
        standing: &'a str,
    },
    /// Where the list is.
    Approved {
        /// The letter's address; empty where it is not public.
        letter: &'a str,
    },
    /// That it is not on the list.
    Rejected,
    /// How to answer, and that opening changes nothing.
    Invited {
        /// Until when they may sign; empty where there is no deadline.
        closes: &'a str,
        /// Whether the public may read it.
        is_public: bool,
        /// The link by which they leave the address book; empty where they were not invited from it.
        book: &'a str,
    },
}

const KEEP_IT: &str =
    "Keep the link to your private page to yourself: whoever has it can withdraw the sign-on.";

/// Why an organization of the address book is invited, and by which link that ends.
pub fn from_the_book(link: &str) -> [MailBlock; 2] {
    [
        MailBlock::words(
            "You get this because your organization agreed, when it signed an earlier letter, that the organizers of this site may invite it to later ones. To end that:",
        ),
        MailBlock::link(link),
    ]
}

impl Promises<'_> {
    /// What is said.
    pub fn blocks(self) -> Vec<MailBlock> {
        let words = |words: &str| MailBlock::words(words);
        match self {
            Self::Verify { code_page, works } => vec![
                words("The code is typed on this page:"),
                MailBlock::link(code_page),
                MailBlock::words(format!(
                    "The link and the code work {works}. Until you press the button nothing is sent to the moderators and nothing is published."
                )),
                words("Not from you? Do nothing: the submission is erased by itself."),
            ],
            Self::Received { waits: true, .. } => vec![
                words(
                    "Your sign-on waits for review by the moderators. You get a mail when they have decided.",
                ),
                words(KEEP_IT),
            ],
            Self::Received { waits: false, standing } => {
                vec![MailBlock::words(format!("Your sign-on is {standing}.")), words(KEEP_IT)]
            }
            Self::Approved { letter: "" } => vec![words("The letter is not public yet."), words(KEEP_IT)],
            Self::Approved { letter } => {
                vec![words("The letter and its list:"), MailBlock::link(letter), words(KEEP_IT)]
            }
            Self::Rejected => vec![words("It is not on the list. Keep the link to yourself.")],
            Self::Invited { closes, is_public, book } => {
                let mut all = Vec::new();
                if !closes.is_empty() {
                    all.push(MailBlock::words(format!("It is open for you until {closes}.")));
                }
                if !is_public {
                    all.push(words("The letter is not public: please keep it to yourselves."));
                }
                all.push(words(
                    "Opening the page changes nothing. If you do not sign, say so on the page, and nobody reminds you.",
                ));
                if !book.is_empty() {
                    all.extend(from_the_book(book));
                }
                all
            }
        }
    }
}

impl MailMessage {
    /// What is promised to an example.
    pub const fn example<'a>(self, code_page: &'a str, letter: &'a str, closes: &'a str) -> Promises<'a> {
        match self {
            Self::Verify => Promises::Verify { code_page, works: "for 7 days" },
            Self::Received => Promises::Received { waits: true, standing: "" },
            Self::Approved => Promises::Approved { letter },
            Self::Rejected => Promises::Rejected,
            Self::Invited | Self::InvitedAgain => {
                Promises::Invited { closes, is_public: !letter.is_empty(), book: "" }
            }
        }
    }
}
