//! Codes of an app: six digits that change every thirty seconds (RFC 6238, with SHA-1, which is what apps know).

use crate::clock::Timestamp;
use crate::secret::{Random, same};
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use std::fmt;
use zeroize::Zeroizing;

/// How many digits a code has.
pub(super) const DIGITS: usize = 6;
/// Seconds of a step.
const PERIOD: i64 = 30;
/// How many steps an app's clock may be behind or ahead.
const DRIFT: i64 = 1;

/// The number of a step of thirty seconds since 1970.
pub type Step = i64;

/// What the app and we share: 160 random bits (RFC 4226 section 4 recommends that many).
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<[u8; 20]>);

impl Secret {
    /// A new one.
    pub fn make(random: &Random) -> Self {
        Self(Zeroizing::new(random.bytes()))
    }

    /// Reads the bytes that were sealed.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    /// The bytes to seal.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Reads the text that is typed into an app, with or without its spaces.
    pub fn parse(text: &str) -> Option<Self> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        Self::from_bytes(&BASE32_NOPAD.decode(plain.as_bytes()).ok()?)
    }

    /// As it is typed into an app that cannot read the picture: Base32 in groups of four.
    pub fn shown(&self) -> String {
        let text = BASE32_NOPAD.encode(self.0.as_slice());
        let mut shown = String::with_capacity(text.len() + text.len() / 4);
        for (index, c) in text.chars().enumerate() {
            if index > 0 && index % 4 == 0 {
                shown.push(' ');
            }
            shown.push(c);
        }
        shown
    }

    /// The address that apps read from the picture. `issuer` is who asks for the code, `account` whose it is.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
        let escape = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let (issuer, account) = (escape(issuer), escape(account));
        let secret = BASE32_NOPAD.encode(self.0.as_slice());
        format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}")
    }

    /// The step of a moment.
    pub fn step_at(now: Timestamp) -> Step {
        now.as_micros().div_euclid(PERIOD * 1_000_000)
    }

    /// The code of a step (RFC 4226 section 5.3).
    pub fn code(&self, step: Step) -> String {
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(self.0.as_slice()) else {
            // HMAC takes a key of any length, so this is never reached; no code fits what is empty.
            return String::new();
        };
        mac.update(&step.to_be_bytes());
        let mac = mac.finalize().into_bytes();
        let offset = usize::from(mac.last().copied().unwrap_or(0) & 0xf);
        let four = mac.get(offset..offset + 4).and_then(|four| four.try_into().ok()).unwrap_or([0; 4]);
        let number = u32::from_be_bytes(four) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }

    /// The step that a typed code belongs to, if it is of now, or of the step before or after.
    pub fn step_of(&self, typed: &str, now: Timestamp) -> Option<Step> {
        let here = Self::step_at(now);
        // All are compared, so that the time does not tell which it was.
        let steps = (here - DRIFT..=here + DRIFT)
            .filter(|step| same(self.code(*step).as_bytes(), typed.as_bytes()))
            .collect::<Vec<_>>();
        steps.last().copied()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_the_rfc() -> Secret {
        Secret::from_bytes(b"12345678901234567890").unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, the last six of its eight digits.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(of_the_rfc().code(Secret::step_at(at(seconds))), code, "{seconds}");
        }
    }

    #[test]
    fn a_code_is_taken_one_step_before_and_after_and_no_further() {
        let secret = of_the_rfc();
        let code = secret.code(1_000);
        for (step, taken) in [(998, false), (999, true), (1_000, true), (1_001, true), (1_002, false)] {
            let now = at(step * PERIOD + 29);
            assert_eq!(secret.step_of(&code, now), taken.then_some(1_000), "{step}");
        }
        assert_eq!(secret.step_of("", at(30_000)), None);
    }

    #[test]
    fn a_secret_reads_back_as_it_is_shown_and_tells_nobody() {
        let secret = Secret::make(&Random::system());
        assert_eq!(Secret::parse(&secret.shown()), Some(secret.clone()));
        assert_eq!(secret.shown().len(), 39);
        let uri = of_the_rfc().uri("Undersigned letters.example", "ada+x@ngo.example");
        assert_eq!(
            uri,
            "otpauth://totp/Undersigned%20letters%2Eexample:ada%2Bx%40ngo%2Eexample?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Undersigned%20letters%2Eexample"
        );
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }
}
