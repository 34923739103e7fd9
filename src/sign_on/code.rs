//! The typed code: eight characters that work instead of the link.
//!
//! The first four name the sign-on, the last four are the secret. So a wrong code counts against the one sign-on that it
//! names: five tries at 2^20 secrets, and no server-wide guessing budget.

use crate::secret::{Keys, LookupKey, Random};
use std::fmt;

/// Crockford's Base32: no I, L, O or U, so that nothing is mistaken for 1 or 0 and no word appears.
const ALPHABET: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M',
    'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];

/// How often a wrong secret may be typed before the code is dead.
pub(super) const TRIES: i64 = 5;

/// A code as it stands in a mail.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Code {
    handle: String,
    secret: String,
}

impl Code {
    /// A new code.
    pub(super) fn make(random: &Random) -> Self {
        let text: String =
            random.bytes::<8>().iter().filter_map(|b| ALPHABET.get(usize::from(b % 32))).collect();
        let (handle, secret) = text.split_at(4);
        Self { handle: handle.to_owned(), secret: secret.to_owned() }
    }

    /// Reads what was typed: spaces, hyphens and lower case are forgiven, and so are O for 0 and I or L for 1.
    pub(super) fn parse(typed: &str) -> Option<Self> {
        let text: String = typed
            .chars()
            .filter(|c| !(c.is_whitespace() || matches!(c, '-' | '‐' | '‑' | '–' | '.')))
            .map(|c| match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .collect();
        if text.len() != 8 || !text.chars().all(|c| ALPHABET.contains(&c)) {
            return None;
        }
        let (handle, secret) = text.split_at_checked(4)?;
        Some(Self { handle: handle.to_owned(), secret: secret.to_owned() })
    }

    /// The half that names the sign-on; stored as it is.
    pub(super) fn handle(&self) -> &str {
        &self.handle
    }

    /// What is stored of the whole. Keyed, because twenty bits could be found by trying.
    pub(super) fn digest(&self, keys: &Keys) -> LookupKey {
        keys.lookup("verification code", &format!("{}{}", self.handle, self.secret))
    }
}

/// As it stands in a mail: `XXXX-XXXX`.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.handle, self.secret)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = Code::make(&Random::system());
        let shown = code.to_string();
        assert_eq!(shown.len(), 9);
        for typed in [
            shown.clone(),
            shown.to_lowercase(),
            shown.replace('-', " "),
            format!("  {} ", shown.replace('-', "")),
        ] {
            assert_eq!(Code::parse(&typed), Some(code.clone()), "{typed}");
        }
        assert_eq!(Code::parse("oOil-LLII").map(|c| c.to_string()).as_deref(), Some("0011-1111"));
        for wrong in ["", "1234", "1234-56789", "UUUU-UUUU", "<scr-ipt>"] {
            assert_eq!(Code::parse(wrong), None, "{wrong}");
        }
    }
}
