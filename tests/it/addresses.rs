//! Every address that a form accepts can be handed to the SMTP library.

use lettre::Address;
use proptest::prelude::*;
use undersigned::text::EmailAddress;

fn is_taken_by_both(typed: &str) -> bool {
    EmailAddress::parse(typed).is_ok_and(|address| address.as_str().parse::<Address>().is_ok())
}

#[test]
fn addresses_of_many_kinds_pass_both() {
    let long = format!("{}@{}.example", "x".repeat(64), "y".repeat(63));
    for typed in [
        "a@b.example",
        "o'neil+x@b.example",
        "!#$%&'*+-/=?^_`{|}~@b.example",
        "1@2.example",
        "a@bücher.example",
        &long,
    ] {
        assert!(is_taken_by_both(typed), "{typed}");
    }
}

proptest! {
    #[test]
    fn whatever_a_form_accepts_the_smtp_library_takes(
        typed in "[a-z0-9.+_'{}~=-]{1,66}@([a-z0-9-]{1,64}\\.){1,4}(org|example|рф|co\\.uk)|[ -~]{1,20}@[ -~]{1,12}\\.[a-z]{1,9}|(?s).{1,12}@.{1,9}\\.org"
    ) {
        if let Ok(address) = EmailAddress::parse(&typed) {
            prop_assert!(address.as_str().parse::<Address>().is_ok(), "{}", address.as_str());
        }
    }
}
