//! By which rule a campaign orders its list.

use std::fmt;

use serde::Serialize;

/// The rule that gives entries their numbers, pins aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OrderingRule {
    /// By name, in the collation of the campaign's language.
    #[default]
    Alphabetical,
    /// By the order of approval.
    Joining,
}

/// Why a rule was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrderingRuleError {
    /// No such rule.
    #[error("Choose alphabetical or joining.")]
    Unknown,
}

impl OrderingRule {
    /// Takes the word that settings and forms use.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(raw: &str) -> Result<Self, OrderingRuleError> {
        [Self::Alphabetical, Self::Joining]
            .into_iter()
            .find(|rule| rule.as_str() == raw)
            .ok_or(OrderingRuleError::Unknown)
    }

    /// The word that settings and forms use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alphabetical => "alphabetical",
            Self::Joining => "joining",
        }
    }
}

impl fmt::Display for OrderingRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_words_and_no_other() {
        for rule in [OrderingRule::Alphabetical, OrderingRule::Joining] {
            assert_eq!(OrderingRule::parse(rule.as_str()), Ok(rule));
        }
        assert!(OrderingRule::parse("Joining").is_err());
    }
}
