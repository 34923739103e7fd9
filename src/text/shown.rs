//! How much of an organization is shown in public.

use super::Country;

/// How much of a signatory everybody sees. More is greater: `Counted < InCountry < Full`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Shown {
    /// That there is one more.
    Counted,
    /// The country it is based in.
    InCountry,
    /// Everything that prints.
    #[default]
    Full,
}

impl Shown {
    /// Every way, the one that shows most first.
    pub const ALL: [Self; 3] = [Self::Full, Self::InCountry, Self::Counted];

    /// The word in forms and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::InCountry => "country",
            Self::Counted => "counted",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shown| shown.as_str() == text)
    }

    /// How people say it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Full => "with its name",
            Self::InCountry => "by its country only",
            Self::Counted => "as counted only",
        }
    }

    /// Whether the name may be shown to everybody.
    pub const fn is_named(self) -> bool {
        matches!(self, Self::Full)
    }

    /// What stands in the place of a name: the same words for everybody who is shown like this, so that they tell nobody apart.
    pub fn unnamed(self, country: Option<Country>) -> String {
        match country.filter(|_| self >= Self::InCountry) {
            Some(country) => format!("An organization in {}", with_article(country.name())),
            None => "An organization that is not named".to_owned(),
        }
    }

    /// The country, where it may be shown.
    pub fn country(self, country: Option<Country>) -> Option<Country> {
        country.filter(|_| self >= Self::InCountry)
    }
}

/// The name of a country after “in”.
fn with_article(name: &str) -> String {
    const PLURALS: [&str; 8] =
        ["Netherlands", "Philippines", "Bahamas", "Gambia", "Maldives", "Comoros", "Isle of Man", "Holy See"];
    let begins = ["United ", "British ", "French Southern"].iter().any(|begin| name.starts_with(begin));
    let ends =
        ["Islands", "Republic", "Territory", "Territories", "States"].iter().any(|end| name.ends_with(end));
    match begins || ends || PLURALS.contains(&name) {
        true => format!("the {name}"),
        false => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_is_less_and_each_is_read_by_its_word() {
        assert!(Shown::Counted < Shown::InCountry && Shown::InCountry < Shown::Full);
        for shown in Shown::ALL {
            assert_eq!(Shown::parse(shown.as_str()), Some(shown));
        }
        assert_eq!(Shown::parse("hidden"), None);
    }

    #[test]
    fn what_stands_in_the_place_of_a_name_says_no_more_than_it_may() {
        let in_country = |code| Shown::InCountry.unnamed(Some(Country::parse(code).unwrap()));
        assert_eq!(in_country("GE"), "An organization in Georgia");
        assert_eq!(in_country("NL"), "An organization in the Netherlands");
        assert_eq!(Shown::InCountry.unnamed(None), "An organization that is not named");
        assert_eq!(Shown::Counted.unnamed(Country::parse("GE").ok()), "An organization that is not named");
        assert_eq!(Shown::Counted.country(Country::parse("GE").ok()), None);
    }
}
