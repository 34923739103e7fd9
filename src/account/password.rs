//! Passwords: which are taken, and how they are kept.

mod hashing;
mod well_known;

pub use hashing::{Cost, HashError, PasswordHash, Passwords};

use super::person::Person;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The fewest characters of a new password.
pub const FEWEST: usize = 12;
/// The most bytes of a password: more would only keep the server busy.
pub const MOST_BYTES: usize = 256;

/// A password as it was typed to log in. It is prepared like the one it is compared with (RFC 8265, the `OpaqueString`
/// profile): every space is the plain one, and the text is in normalization form C, so that a keyboard that writes
/// an accent as a mark of its own opens the account too.
pub struct Typed(Zeroizing<String>);

/// A password that may be set.
pub struct NewPassword(Typed);

/// Why a password was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than 12 characters.
    #[error("Write at least 12 characters: there are {0}. Three or four unrelated words are good.")]
    TooShort(usize),
    /// More than 256 bytes.
    #[error("Shorten the password to 256 bytes: it has {0}.")]
    TooLong(usize),
    /// A tab, a line break or another control character: most forms cannot send it again.
    #[error("Remove the tab or control character.")]
    Control,
    /// One of those that are tried first.
    #[error(
        "Choose another one: this is among those that are tried first. Three or four unrelated words are good."
    )]
    WellKnown,
    /// Made of what anybody can guess who knows the person.
    #[error("Choose another one: this is made of your name, your address or the name of this program.")]
    Personal,
}

impl Typed {
    /// Prepares what was typed. Too long a text can be no password, so it becomes the empty one, which never is one either.
    pub fn prepare(raw: &str) -> Self {
        if raw.len() > 4 * MOST_BYTES {
            return Self(Zeroizing::default());
        }
        let mut prepared = Zeroizing::new(String::with_capacity(raw.len() * 3));
        prepared.extend(raw.nfc().map(|c| if c.is_whitespace() && !c.is_control() { ' ' } else { c }));
        if prepared.len() > MOST_BYTES {
            return Self(Zeroizing::default());
        }
        Self(prepared)
    }

    fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl NewPassword {
    /// Takes what was typed, if nobody would guess it soon. Any script and spaces are welcome; nothing is asked for besides length.
    ///
    /// # Errors
    /// One variant per reason; its sentence says what to mend.
    pub fn parse(raw: &str, person: &Person) -> Result<Self, PasswordError> {
        let typed = Typed::prepare(raw);
        if raw.len() > MOST_BYTES && typed.0.is_empty() {
            return Err(PasswordError::TooLong(raw.len()));
        }
        let count = typed.0.chars().count();
        if count < FEWEST {
            return Err(PasswordError::TooShort(count));
        }
        if typed.0.chars().any(char::is_control) {
            return Err(PasswordError::Control);
        }
        if well_known::is_guessed_early(&typed.0, &[]) {
            return Err(PasswordError::WellKnown);
        }
        if well_known::is_guessed_early(&typed.0, &context(person)) {
            return Err(PasswordError::Personal);
        }
        Ok(Self(typed))
    }
}

/// The words that somebody who knows the person would try.
fn context(person: &Person) -> Vec<String> {
    let mut words = vec!["undersigned".to_owned()];
    let name = person.name.as_ref().map_or("", |name| name.as_str());
    for text in [name, person.email.as_str()] {
        words.extend(text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase));
    }
    words.retain(|word| word.chars().count() >= 3);
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{EmailAddress, PersonName};

    fn judge(raw: &str) -> Result<(), PasswordError> {
        let person = Person {
            name: PersonName::parse("Ada Lovely-Example").ok(),
            email: EmailAddress::parse("countess@letters.example").unwrap(),
        };
        NewPassword::parse(raw, &person).map(drop)
    }

    #[test]
    fn length_is_what_counts() {
        assert_eq!(judge("elf tub mop"), Err(PasswordError::TooShort(11)));
        assert_eq!(judge("eleven tub mop kiln"), Ok(()));
        assert_eq!(judge("пароли длинны и свободны"), Ok(()));
        assert_eq!(judge("ひらがなとかんじでもよいのです"), Ok(()));
        assert_eq!(judge(&"ne ".repeat(100)), Err(PasswordError::TooLong(300)));
        assert_eq!(judge("eleven\ttub mop kiln"), Err(PasswordError::Control));
        assert_eq!(judge("482915037264"), Ok(()));
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for raw in [
            "Password1234",
            "P@ssw0rd2026!",
            "passwordpassword",
            "123456789012",
            "qwertyuiop[]",
            "1q2w3e4r5t6y",
            "1qaz2wsx3edc",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "Correct horse battery staple",
            "iloveyou-12345",
            "Dragon.Monkey.12",
            "098765432109",
            "letmein letmein",
        ] {
            assert_eq!(judge(raw), Err(PasswordError::WellKnown), "{raw}");
        }
    }

    #[test]
    fn what_was_stolen_most_often_is_refused() {
        let long = well_known::STOLEN.lines();
        assert!(long.clone().count() > 200 && long.clone().all(|raw| raw.chars().count() >= FEWEST));
        for raw in long {
            for typed in [raw.to_owned(), raw.to_uppercase(), format!("{raw}1"), format!("{raw}2026!")] {
                assert_eq!(judge(&typed), Err(PasswordError::WellKnown), "{typed}");
            }
        }
    }

    #[test]
    fn what_is_guessed_from_the_person_is_refused() {
        for raw in [
            "undersigned1!",
            "Undersigned-2026",
            "AdaLovelyExample",
            "countess@letters.example",
            "lovely1234ada",
        ] {
            assert_eq!(judge(raw), Err(PasswordError::Personal), "{raw}");
        }
        assert_eq!(judge("the countess sails at dawn"), Ok(()));
    }

    #[test]
    fn one_password_from_two_keyboards() {
        let composed = Typed::prepare("caf\u{e9} wagon\u{a0}lit");
        let apart = Typed::prepare("cafe\u{301} wagon lit");
        assert_eq!(composed.as_bytes(), apart.as_bytes());
        assert!(Typed::prepare(&"x".repeat(257)).as_bytes().is_empty());
    }
}
