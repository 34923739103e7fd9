#[allow(unreachable_pub, reason = "the stories have it too")]
#[path = "../../../tests/it/support/authenticator.rs"]
mod authenticator;

use super::*;
use crate::config::BaseUrl;
use crate::secret::{Random, Token};
use authenticator::Authenticator;

const ORIGIN: &str = "https://letters.example";

fn site() -> Site {
    Site::of(&BaseUrl::parse(ORIGIN).unwrap()).unwrap()
}

fn challenge() -> Token {
    Token::make(&Random::system())
}

/// Bends an authenticator.
type Bend = fn(&mut Authenticator);

/// What is refused when a passkey is made and when it is shown, and why.
const BENT: [(Bend, Unfit); 8] = [
    (|it| it.origin = "https://letters.example.evil.example".to_owned(), Unfit::OtherPage),
    (|it| it.origin = "http://letters.example".to_owned(), Unfit::OtherPage),
    (|it| it.origin = "https://letters.example:8443".to_owned(), Unfit::OtherPage),
    (|it| it.cross_origin = true, Unfit::OtherPage),
    (|it| it.rp_id = "evil.example".to_owned(), Unfit::OtherSite),
    (|it| it.flags = 0b001, Unfit::NotVerified),
    (|it| it.flags = 0b100, Unfit::NotVerified),
    // It says that it is copied, and that it cannot be.
    (|it| it.flags = 0b1_0101, Unfit::Unreadable),
];

#[test]
fn a_passkey_that_was_made_is_known_again_when_it_is_shown() {
    let mut mine = Authenticator::at(ORIGIN);
    let (asked, again) = (challenge(), challenge());
    let made = NewPasskey::read(&mine.make(&asked.reveal()), &site()).unwrap();
    assert_eq!((made.challenge, made.counter), (asked.digest(), 1));
    assert_eq!((made.credential.as_slice(), made.key.algorithm()), (mine.credential.as_slice(), -7));
    let shown = ShownPasskey::read(&mine.show(&again.reveal())).unwrap();
    assert_eq!(shown.credential, mine.credential);
    let key = PublicKey::stored(made.key.algorithm(), made.key.as_der().to_vec());
    let proven = shown.check(&key, made.counter, &site()).unwrap();
    assert_eq!((proven.challenge, proven.counter), (again.digest(), 2));
    // The same once more, or from a copy that has counted less.
    assert_eq!(shown.check(&key, 2, &site()).unwrap_err(), Unfit::Counter);
    assert_eq!(shown.check(&key, 7, &site()).unwrap_err(), Unfit::Counter);
}

#[test]
fn an_authenticator_that_does_not_count_is_taken_as_long_as_it_never_did() {
    let mut mine = Authenticator { counts: false, ..Authenticator::at(ORIGIN) };
    let made = NewPasskey::read(&mine.make(&challenge().reveal()), &site()).unwrap();
    let shown = ShownPasskey::read(&mine.show(&challenge().reveal())).unwrap();
    assert_eq!(shown.check(&made.key, 0, &site()).unwrap().counter, 0);
    assert_eq!(shown.check(&made.key, 1, &site()).unwrap_err(), Unfit::Counter);
}

#[test]
fn what_was_made_or_shown_elsewhere_or_by_nobody_is_refused() {
    for (bend, why) in BENT {
        let mut mine = Authenticator::at(ORIGIN);
        let made = NewPasskey::read(&mine.make(&challenge().reveal()), &site()).unwrap();
        bend(&mut mine);
        assert_eq!(NewPasskey::read(&mine.make(&challenge().reveal()), &site()).unwrap_err(), why);
        let shown = ShownPasskey::read(&mine.show(&challenge().reveal())).unwrap();
        assert_eq!(shown.check(&made.key, 0, &site()).unwrap_err(), why);
    }
}

#[test]
fn one_act_is_not_taken_for_the_other_and_no_signature_for_another_ones() {
    let (mut mine, mut other) = (Authenticator::at(ORIGIN), Authenticator::at(ORIGIN));
    let made = NewPasskey::read(&mine.make(&challenge().reveal()), &site()).unwrap();
    let client = |sent: &str| serde_json::from_str::<serde_json::Value>(sent).unwrap()["client"].clone();
    let shown = mine.show(&challenge().reveal());
    let mut swapped: serde_json::Value = serde_json::from_str(&mine.make(&challenge().reveal())).unwrap();
    swapped["client"] = client(&shown);
    assert_eq!(NewPasskey::read(&swapped.to_string(), &site()).unwrap_err(), Unfit::OtherAct);
    let mut swapped: serde_json::Value = serde_json::from_str(&shown).unwrap();
    swapped["client"] = client(&mine.make(&challenge().reveal()));
    let check = |sent: &str| ShownPasskey::read(sent).unwrap().check(&made.key, 1, &site()).unwrap_err();
    assert_eq!(check(&swapped.to_string()), Unfit::OtherAct);
    // Another challenge in the place of the one that was signed.
    swapped["client"] = client(&mine.show(&challenge().reveal()));
    assert_eq!(check(&swapped.to_string()), Unfit::Signature);
    assert_eq!(check(&other.show(&challenge().reveal())), Unfit::Signature);
}

#[test]
fn what_is_cut_off_or_of_another_kind_is_refused() {
    let sent = Authenticator::at(ORIGIN).make(&challenge().reveal());
    let whole: serde_json::Value = serde_json::from_str(&sent).unwrap();
    let data = bytes(whole["authenticator"].as_str().unwrap()).unwrap();
    let key_begins = 37 + 16 + 2 + 32;
    for length in 0..key_begins {
        let mut cut = whole.clone();
        cut["authenticator"] = BASE64URL_NOPAD.encode(&data[..length]).into();
        assert_eq!(NewPasskey::read(&cut.to_string(), &site()).unwrap_err(), Unfit::Unreadable, "{length}");
    }
    for algorithm in [-8, -257, -35, 0] {
        let mut other = whole.clone();
        other["algorithm"] = algorithm.into();
        assert_eq!(NewPasskey::read(&other.to_string(), &site()).unwrap_err(), Unfit::OtherKey);
    }
    for key in ["", "AAAA", &BASE64URL_NOPAD.encode(&[0x30; 91])] {
        let mut other = whole.clone();
        other["public_key"] = key.into();
        assert_eq!(NewPasskey::read(&other.to_string(), &site()).unwrap_err(), Unfit::OtherKey, "{key}");
    }
    for sent in ["", "{}", "[]", "null", "{\"client\":1}", &sent.replace("\"client\":\"", "\"client\":\"=")] {
        assert_eq!(NewPasskey::read(sent, &site()).unwrap_err(), Unfit::Unreadable, "{sent}");
        assert!(ShownPasskey::read(sent).is_err(), "{sent}");
    }
}

#[test]
fn an_address_without_a_name_or_without_encryption_has_no_passkeys() {
    for (base, expected) in [
        ("https://letters.example", Ok("letters.example")),
        ("https://letters.example:8443", Ok("letters.example")),
        ("http://localhost:8080", Ok("localhost")),
        ("http://letters.localhost", Ok("letters.localhost")),
        ("http://127.0.0.1:8080", Err(NoPasskeys::Number)),
        ("https://192.0.2.7", Err(NoPasskeys::Number)),
        ("https://[2001:db8::1]", Err(NoPasskeys::Number)),
        ("http://letters.example", Err(NoPasskeys::Unencrypted)),
        ("http://notlocalhost", Err(NoPasskeys::Unencrypted)),
    ] {
        let site = Site::of(&BaseUrl::parse(base).unwrap());
        assert_eq!(site.as_ref().map(Site::id).map_err(|why| *why), expected, "{base}");
    }
}
