//! Recovery codes: ten, each with eighty random bits, each used once.

use crate::secret::Random;
use std::fmt;
use zeroize::Zeroizing;

/// Crockford's Base32: no I, L, O or U, so that nothing is mistaken for 1 or 0 and no word appears.
const ALPHABET: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M',
    'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];

/// Characters of the secret part: five bits each.
const LENGTH: usize = 16;

/// A recovery code. Its first digit says which of the ten it is, so that one hash is enough to check it.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode {
    number: u8,
    secret: Zeroizing<String>,
}

impl RecoveryCode {
    /// A new one.
    pub fn make(random: &Random, number: u8) -> Self {
        let secret =
            random.bytes::<LENGTH>().iter().filter_map(|b| ALPHABET.get(usize::from(b % 32))).collect();
        Self { number: number % 10, secret: Zeroizing::new(secret) }
    }

    /// Ten new ones.
    pub fn ten(random: &Random) -> Vec<Self> {
        (0..10).map(|number| Self::make(random, number)).collect()
    }

    /// Reads one without its separators; lower case is forgiven, and so are O for 0 and I or L for 1.
    pub(super) fn parse(plain: &str) -> Option<Self> {
        let read = |c: char| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let mut typed = plain.chars().map(read);
        let number = u8::try_from(typed.next()?.to_digit(10)?).ok()?;
        let secret: Zeroizing<String> = Zeroizing::new(typed.collect());
        let fits = secret.len() == LENGTH && secret.chars().all(|c| ALPHABET.contains(&c));
        fits.then_some(Self { number, secret })
    }

    /// Which of the ten it is.
    pub fn number(&self) -> i64 {
        self.number.into()
    }

    /// What is hashed.
    pub fn secret(&self) -> &str {
        &self.secret
    }
}

/// As it is shown: `3-ABCD-EFGH-JKMN-PQRS`.
impl fmt::Display for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number)?;
        for (index, c) in self.secret.chars().enumerate() {
            if index % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{c}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_codes_are_ten_different_ones_of_eighty_bits_and_each_says_which_it_is() {
        let codes = RecoveryCode::ten(&Random::system());
        assert_eq!(codes.iter().map(RecoveryCode::number).collect::<Vec<_>>(), (0..10).collect::<Vec<_>>());
        let secrets: std::collections::BTreeSet<&str> = codes.iter().map(RecoveryCode::secret).collect();
        assert!(secrets.len() == 10 && secrets.iter().all(|secret| secret.len() * 5 == 80));
        let shown = codes[7].to_string();
        assert!(shown.starts_with("7-") && shown.len() == 21, "{shown}");
        assert!(!format!("{:?}", codes[7]).contains(codes[7].secret()));
    }
}
