//! Which domain was meant by a slip of the keyboard.

use super::{
    domain::{Domain, has_known_ending},
    free_mail::{FREE_MAIL, MISTYPED_ENDINGS, OFTEN_MISTYPED, REAL_NEIGHBORS},
};

/// Endings that exist, but under which nobody has a mailbox at one of the big providers: `gmail.co` lacks a letter.
const CUT_COM: [&str; 3] = ["cm", "co", "om"];

/// The domain that was probably meant, if this one is probably a slip. An ending that no registry runs is put right for any domain; the rest
/// only where it is one keystroke away from a provider with very many users and has the same first letter (people rarely miss that one, and most
/// real neighbors of these providers differ there: `ymail.com`, `cloud.com`).
pub(super) fn meant(domain: &Domain) -> Option<String> {
    let typed = domain.as_str();
    let mended = mend_ending(domain);
    let read = mended.as_deref().unwrap_or(typed);
    let is_real = FREE_MAIL.binary_search(&read).is_ok() || REAL_NEIGHBORS.contains(&read);
    let provider = OFTEN_MISTYPED.iter().find(|provider| !is_real && is_slip_of(read, provider));
    provider.map(|provider| (*provider).to_owned()).or(mended)
}

fn mend_ending(domain: &Domain) -> Option<String> {
    if has_known_ending(domain) {
        return None;
    }
    let (before, ending) = domain.as_str().rsplit_once('.')?;
    let (_, meant) = MISTYPED_ENDINGS.iter().find(|(slip, _)| *slip == ending)?;
    Some(format!("{before}.{meant}"))
}

fn is_slip_of(typed: &str, provider: &str) -> bool {
    let (Some((label, ending)), Some((meant, its_ending))) =
        (typed.split_once('.'), provider.split_once('.'))
    else {
        return false;
    };
    if ending == its_ending {
        is_one_slip_away(label.as_bytes(), meant.as_bytes())
    } else {
        label == meant && its_ending == "com" && CUT_COM.contains(&ending)
    }
}

/// Whether the first letter is the same and one insertion, deletion, substitution or swap of neighbors turns one into the other.
fn is_one_slip_away(typed: &[u8], meant: &[u8]) -> bool {
    let same = typed.iter().zip(meant).take_while(|(a, b)| a == b).count();
    let rest = |label: &[u8]| label.get(same..).unwrap_or_default().to_vec();
    same > 0
        && match (rest(typed).as_slice(), rest(meant).as_slice()) {
            ([], []) => false,
            ([a, b, x @ ..], [c, d, y @ ..]) if a == d && b == c && x == y => true,
            ([_, x @ ..], [_, y @ ..]) if x == y => true,
            ([_, x @ ..], y) if x == y => true,
            (x, [_, y @ ..]) => x == y,
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(typed: &str) -> Option<String> {
        meant(&Domain::parse(typed).unwrap())
    }

    #[test]
    fn slips_of_big_providers() {
        for (typed, provider) in [
            ("gmial.con", "gmail.com"),
            ("gmail.con", "gmail.com"),
            ("gmail.co", "gmail.com"),
            ("gamil.com", "gmail.com"),
            ("gmal.com", "gmail.com"),
            ("gmaill.com", "gmail.com"),
            ("gnail.com", "gmail.com"),
            ("hotmial.com", "hotmail.com"),
            ("hotnail.co.uk", "hotmail.co.uk"),
            ("yaho.fr", "yahoo.fr"),
            ("outlok.com", "outlook.com"),
            ("iclod.com", "icloud.com"),
        ] {
            assert_eq!(asked(typed).as_deref(), Some(provider), "{typed}");
        }
    }

    #[test]
    fn endings_that_nobody_runs() {
        assert_eq!(asked("ngo.ogr").as_deref(), Some("ngo.org"));
        assert_eq!(asked("mail.ngo.cmo").as_deref(), Some("mail.ngo.com"));
        for (slip, meant) in MISTYPED_ENDINGS {
            assert!(
                !has_known_ending(&Domain::parse(&format!("ngo.{slip}")).unwrap()),
                "{slip} is a real ending"
            );
            assert!(has_known_ending(&Domain::parse(&format!("ngo.{meant}")).unwrap()));
        }
    }

    #[test]
    fn real_domains_are_left_alone() {
        let more = [
            "ngo.example",
            "mail.com",
            "email.com",
            "ymail.com",
            "cloud.com",
            "grail.com",
            "gmail.example",
            "hotmail.fi",
            "ngo.co",
        ];
        for real in FREE_MAIL.into_iter().chain(OFTEN_MISTYPED).chain(more) {
            assert_eq!(asked(real), None, "{real}");
        }
    }
}
