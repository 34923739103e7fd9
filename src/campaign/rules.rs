//! Who may sign, as the organizers say it: lines that the form shows, and that moderators have as reasons.

use super::reasons::{Listed, Reason, Reasons, ReasonsError, Wording};
use crate::secret::sha256_hex;
use crate::text::characters;

/// The most rules of one campaign, and the most characters of each: what is left of a reason's label.
const MOST: usize = 12;
const RULE: usize = 80;

/// The rules, in the order in which the form shows them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rules(String);

impl Rules {
    /// Reads one rule from each line.
    ///
    /// # Errors
    /// With a sentence that says what to mend.
    pub fn parse(raw: &str) -> Result<Self, String> {
        let mut rules = Vec::<String>::new();
        for line in raw.lines() {
            let rule = characters::line(line).map_err(|error| error.to_string())?;
            if rule.chars().count() > RULE {
                return Err(format!("Shorten “{rule}” to {RULE} characters."));
            }
            if !rule.is_empty() && !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        match rules.len() {
            count if count > MOST => Err(format!("Write at most {MOST} rules: there are {count}.")),
            _ => Ok(Self(rules.join("\n"))),
        }
    }

    /// One rule on each line.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Each rule.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.0.lines()
    }

    /// The same reasons, with one for each of these rules where there is none.
    ///
    /// # Errors
    /// See [`ReasonsError`].
    pub fn among(&self, reasons: &Reasons) -> Result<Reasons, ReasonsError> {
        let mut all = reasons.all().to_vec();
        for rule in self.all() {
            let code = code(rule)?;
            if !reasons.has(code.as_str()) {
                all.push(Listed { code, wording: wording(rule)?, is_retired: false });
            }
        }
        Reasons::new(all)
    }

    /// The same reasons after these rules have come in the place of others: what stands for a rule that is gone can no longer be chosen,
    /// what stands for a new one can.
    ///
    /// # Errors
    /// See [`ReasonsError`].
    pub fn after(&self, before: &Self, reasons: &Reasons) -> Result<Reasons, ReasonsError> {
        let mut all = self.among(reasons)?.all().to_vec();
        let gone = before.all().filter(|rule| !self.has(rule)).map(|rule| (rule, true));
        let new = self.all().filter(|rule| !before.has(rule)).map(|rule| (rule, false));
        for (rule, is_retired) in gone.chain(new) {
            let code = code(rule)?;
            all.iter_mut()
                .filter(|listed| listed.code == code)
                .for_each(|listed| listed.is_retired = is_retired);
        }
        Reasons::new(all)
    }

    fn has(&self, rule: &str) -> bool {
        self.all().any(|other| other == rule)
    }
}

/// The code of the reason that stands for a rule. It is made of the rule alone, so that the reason is found again however it was worded
/// since.
fn code(rule: &str) -> Result<Reason, ReasonsError> {
    let digest = sha256_hex(rule.as_bytes());
    Ok(Reason::parse(&format!("{}{}", super::reasons::RULE, digest.get(..12).unwrap_or(&digest)))?)
}

/// What that reason says to begin with.
fn wording(rule: &str) -> Result<Wording, ReasonsError> {
    Wording::parse(&format!("Against the rule: {rule}"), &format!("This letter has a rule: {rule}"), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_lines_each_once() {
        let rules =
            Rules::parse("Organizations only\r\n\r\n  Seated in Europe \nOrganizations only").unwrap();
        assert_eq!(rules.all().collect::<Vec<_>>(), ["Organizations only", "Seated in Europe"]);
        assert_eq!(Rules::parse(rules.as_str()), Ok(rules));
        assert!(Rules::parse(&"x".repeat(81)).unwrap_err().starts_with("Shorten"));
        let many: Vec<String> = (0..13).map(|n| format!("Rule {n}")).collect();
        assert!(Rules::parse(&many.join("\n")).unwrap_err().starts_with("Write at most 12"));
    }

    #[test]
    fn each_rule_is_a_reason_while_it_is_a_rule() {
        let rules = |text: &str| Rules::parse(text).unwrap();
        let (none, one, other) = (Rules::default(), rules(&"x".repeat(RULE)), rules("Seated in Europe"));
        let open =
            |reasons: &Reasons| reasons.open().map(|listed| listed.wording.label.clone()).collect::<Vec<_>>();
        let usual = Reasons::default();
        let with_one = one.after(&none, &usual).unwrap();
        assert_eq!(with_one.all().len(), usual.all().len() + 1);
        assert_eq!(one.among(&with_one), Ok(with_one.clone()));
        let with_other = other.after(&one, &with_one).unwrap();
        assert_eq!(open(&with_other).last().unwrap(), "Against the rule: Seated in Europe");
        assert_eq!(with_other.all().len(), usual.all().len() + 2);
        // What comes back is chosen again, as it was worded.
        let back = one.after(&other, &with_other).unwrap();
        assert!(open(&back).last().unwrap().contains("xxx"));
        assert_eq!(back.open().count(), usual.all().len() + 1);
    }

    #[test]
    fn rules_can_be_worded_anew_as_often_as_organizers_like() {
        let (mut before, mut reasons) = (Rules::default(), Reasons::default());
        for round in 0..60 {
            let rules = Rules::parse(&format!("Rule {round}")).unwrap();
            reasons = rules.after(&before, &reasons).unwrap();
            before = rules;
        }
        assert_eq!(reasons.open().count(), Reasons::default().all().len() + 1);
        assert_eq!(Reasons::parse(reasons.as_str()), Ok(reasons));
    }
}
