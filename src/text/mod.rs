//! The words of the domain as types: each is parsed once, at the door, and cannot be wrong afterwards.
//!
//! Every type has a private field, one `parse` and one `as_str`; its error has one variant per reason, and each variant's sentence stands
//! beside the field of a form. `parse` of what `as_str` gave is the same value again.

mod bounded;
mod character_kinds;
pub mod characters;
mod country;
mod country_names;
mod differences;
mod domain;
mod edition_name;
mod email_address;
mod fold;
mod formula;
mod free_mail;
mod language;
mod language_names;
mod legal_forms;
mod line;
mod line_pattern;
mod link_name;
pub mod look_alike;
mod mail_text;
mod ordering_rule;
mod organization_name;
mod passkey_name;
mod person_name;
mod prose;
mod shown;
mod slips;
mod slug;
mod web_url;

#[cfg(test)]
pub(crate) mod letter_2019;

pub use bounded::TextError;
pub use country::{Country, CountryError};
pub use differences::{Differences, Mark, Passage, Piece as DifferencePiece};
pub use domain::{Domain, DomainError};
pub use edition_name::EditionName;
pub use email_address::{EmailAddress, EmailAddressError};
pub use fold::{fold, searchable};
pub use formula::{begins_a_formula, write_csv_field};
pub use language::{Direction, Language, LanguageError};
pub use line::Line;
pub use line_pattern::{LinePattern, LinePatternError, Parts, Piece};
pub use link_name::LinkName;
pub use mail_text::{
    MailBlock, MailPiece, MailSubject, MailSubjectError, MailText, MailTextError, Placeholder, Shape, Values,
    in_plain,
};
pub use ordering_rule::{OrderingRule, OrderingRuleError};
pub use organization_name::{Acronym, NativeName, OrganizationName, SortAs};
pub use passkey_name::PasskeyName;
pub use person_name::{PersonName, RoleTitle};
pub use prose::Prose;
pub use shown::Shown;
pub use slug::{Slug, SlugError};
pub use web_url::{WebUrl, WebUrlError};

/// Parses a field that may stay empty: nothing but space is `None`.
///
/// # Errors
/// Those of the type's own `parse`.
pub fn optional<T, E>(raw: &str, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<Option<T>, E> {
    if characters::is_blank(raw) { Ok(None) } else { parse(raw).map(Some) }
}
