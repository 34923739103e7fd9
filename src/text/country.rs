//! Where an organization is based.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{characters, country_names::COUNTRIES};

/// One of the 249 countries and territories of ISO 3166-1, or Kosovo (XK), by its alpha-2 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country {
    code: &'static str,
    name: &'static str,
}

/// Why a country was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CountryError {
    /// Nothing was chosen.
    #[error("Choose a country.")]
    Empty,
    /// No such code in ISO 3166-1.
    #[error("Choose a country from the list, or write its two-letter code, such as BR.")]
    Unknown,
}

impl Country {
    /// Takes an alpha-2 code in upper or lower case.
    ///
    /// # Errors
    /// Empty, or no officially assigned code.
    pub fn parse(raw: &str) -> Result<Self, CountryError> {
        if characters::is_blank(raw) {
            return Err(CountryError::Empty);
        }
        let code = raw.trim().to_ascii_uppercase();
        let found = COUNTRIES.binary_search_by(|(known, _)| (*known).cmp(&code)).ok();
        let (code, name) = found.and_then(|at| COUNTRIES.get(at)).ok_or(CountryError::Unknown)?;
        Ok(Self { code, name })
    }

    /// The code, in upper case: `BR`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        self.code
    }

    /// The everyday English name: `Brazil`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// All countries in the order of their English names, as a form lists them (Åland among the As, not after Z).
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all: Vec<Self> = COUNTRIES.iter().map(|(code, name)| Self { code, name }).collect();
        all.sort_by_cached_key(|country| super::fold(country.name));
        all
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Country({})", self.code)
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_is_folded() {
        let brazil = Country::parse(" br ").unwrap();
        assert_eq!((brazil.as_str(), brazil.name()), ("BR", "Brazil"));
    }

    #[test]
    fn what_is_no_country() {
        assert_eq!(Country::parse(""), Err(CountryError::Empty));
        for raw in ["XX", "UK", "EU", "BRA", "B", "Brazil", "ßr", "b\u{0}"] {
            assert_eq!(Country::parse(raw), Err(CountryError::Unknown), "{raw:?}");
        }
    }

    #[test]
    fn the_table_is_sorted_and_whole() {
        assert!(COUNTRIES.is_sorted_by(|(a, _), (b, _)| a < b));
        for (code, name) in COUNTRIES {
            assert!(code.len() == 2 && !name.is_empty());
            assert_eq!(Country::parse(code).unwrap().name(), name);
        }
    }

    #[test]
    fn a_form_lists_them_by_name() {
        let all = Country::all();
        let place = |code| all.iter().position(|c| c.as_str() == code).unwrap();
        assert_eq!(all.len(), 250);
        assert!(place("AF") < place("AX") && place("AX") < place("AL"));
        assert!(place("TR") < place("UG"));
    }
}
