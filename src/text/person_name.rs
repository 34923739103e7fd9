//! Who signs for an organization. Personal: not for logs, not for public pages.

use super::bounded::{Bounds, personal_text, text_type};

text_type! {
    /// The name of a representative or of a member of staff.
    PersonName, name,
    Bounds { what: "the person’s name", clusters: 120, bytes: 1000 }
}
personal_text!(PersonName);

text_type! {
    /// What the representative is in the organization: "Executive director".
    RoleTitle, name,
    Bounds { what: "the role in the organization", clusters: 120, bytes: 1000 }
}
personal_text!(RoleTitle);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_kinds() {
        for name in ["Ada Example", "X", "María-José O’Neil", "李四", "Ng"] {
            assert_eq!(PersonName::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn a_log_line_does_not_name_the_person() {
        assert_eq!(format!("{:?}", PersonName::parse("Ada Example").unwrap()), "PersonName(…)");
    }

    #[test]
    fn no_line_breaks() {
        assert!(RoleTitle::parse("Director\nBcc: x@y.example").is_err());
    }
}
