//! Where somebody wanted to go when they had to log in first.

/// The name of the parameter and of the hidden field.
pub(super) const FIELD: &str = "next";

/// Where everybody goes who wanted nothing in particular.
pub(super) const HOME: &str = "/staff";

/// Where the password is asked for.
pub(super) const LOG_IN: &str = "/login";

/// Where the second factor is asked for after the password.
pub(super) const CODE: &str = "/login/code";

/// Where the second factor is asked for once more.
pub(super) const CONFIRM: &str = "/staff/confirm";

/// Where the app that shows codes is set up.
pub(super) const SET_UP: &str = "/staff/account/app";

/// Where a passkey is made.
pub(super) const PASSKEYS: &str = "/staff/account/passkeys";

/// The most bytes of such a path; ours are far shorter.
const MOST: usize = 500;

/// The path to go on to: a staff page of ours, whatever was asked for. What could lead elsewhere (`//host`, `/\host`, a line
/// break) is none.
pub(super) fn checked(asked: &str) -> &str {
    let plain = asked.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let ours = asked.strip_prefix(HOME).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    if plain && ours && asked.len() <= MOST && !asked.contains("/..") { asked } else { HOME }
}

/// The address of a page that asks for something and goes on to this path afterwards.
pub(super) fn asking(page: &str, path: &str) -> String {
    match checked(path) {
        HOME => page.to_owned(),
        path => {
            let escaped: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
            format!("{page}?{FIELD}={escaped}")
        }
    }
}

/// What a query asks for.
pub(super) fn asked(query: &str) -> String {
    let asked = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == FIELD);
    asked.map_or_else(String::new, |(_, value)| checked(&value).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_staff_page_of_ours_is_gone_on_to() {
        for path in ["/staff", "/staff?a=b", "/staff/letters/letter-2019/queue?page=2&q=%C3%A4"] {
            assert_eq!(checked(path), path);
            assert_eq!(asked(asking(LOG_IN, path).strip_prefix("/login?").unwrap_or("next=/staff")), path);
        }
        for path in [
            "",
            "//evil.example",
            "/staffevil",
            "https://evil.example/staff",
            "/staff/../logout",
            "/staff\\evil",
            "/staff/\r\nSet-Cookie: a=b",
            "/letters",
        ] {
            assert_eq!(checked(path), HOME, "{path:?}");
        }
    }
}
