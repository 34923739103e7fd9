//! The second factor: codes from an app (RFC 6238), and the recovery codes for whoever has lost it.

mod recovery;
mod secret;

pub use recovery::RecoveryCode;
pub use secret::{Secret, Step};

/// What was typed into the field for a code, as far as it can be one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TypedCode {
    /// Six digits, as an app shows them.
    OfApp(String),
    /// One of the recovery codes.
    Recovery(RecoveryCode),
}

impl TypedCode {
    /// Reads a code however it is typed: with spaces, with hyphens, in lower case.
    pub fn parse(typed: &str) -> Option<Self> {
        let plain: String = typed
            .chars()
            .filter(|c| !(c.is_whitespace() || matches!(c, '-' | '‐' | '‑' | '–' | '.')))
            .take(100)
            .collect();
        if plain.len() == secret::DIGITS && plain.bytes().all(|b| b.is_ascii_digit()) {
            return Some(Self::OfApp(plain));
        }
        RecoveryCode::parse(&plain).map(Self::Recovery)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Random;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        for typed in ["123456", " 123 456 ", "123-456"] {
            assert_eq!(TypedCode::parse(typed), Some(TypedCode::OfApp("123456".to_owned())), "{typed}");
        }
        let code = RecoveryCode::make(&Random::system(), 3);
        let shown = code.to_string();
        for typed in [shown.clone(), shown.to_lowercase(), shown.replace('-', " "), shown.replace('-', "")] {
            assert_eq!(TypedCode::parse(&typed), Some(TypedCode::Recovery(code.clone())), "{typed}");
        }
        for wrong in ["", "12345", "1234567", "١٢٣٤٥٦", "<script>", &"9".repeat(1_000)] {
            assert_eq!(TypedCode::parse(wrong), None, "{wrong}");
        }
    }
}
