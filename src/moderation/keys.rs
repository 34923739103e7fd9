//! Which key does what in the queue and on the page of a sign-on, for one person.

use crate::web::form::{Fields, Problems};

/// What a key can do: the field's name, its words, the usual key.
pub(crate) const ACTS: [(&str, &str, char); 9] = [
    ("next", "The next sign-on of the list", 'j'),
    ("previous", "The one before", 'k'),
    ("open", "Open and claim it", 'o'),
    ("approve", "Approve it", 'a'),
    ("reject", "Reject it: choose the reason", 'r'),
    ("hold", "Hold it: write the question", 'h'),
    ("note", "Write a note", 'n'),
    ("undo", "Undo what was just done", 'u'),
    ("help", "Show the keys", '?'),
];

/// The keys of somebody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Keys {
    /// Whether they do anything.
    pub(crate) is_on: bool,
    keys: Vec<(&'static str, char)>,
}

impl Default for Keys {
    fn default() -> Self {
        Self { is_on: false, keys: ACTS.iter().map(|(act, _, key)| (*act, *key)).collect() }
    }
}

impl Keys {
    /// Reads the form: one character for each act, or none.
    ///
    /// # Errors
    /// What is to be mended.
    pub(crate) fn parse(fields: &Fields) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let mut keys: Vec<(&'static str, char)> = Vec::new();
        for (act, _, _) in ACTS {
            let mut typed = fields.get(act).trim().chars();
            let (Some(key), None) = (typed.next(), typed.next()) else {
                if !fields.get(act).trim().is_empty() {
                    problems.add(act, "Write one character, such as the letter on the key.");
                }
                continue;
            };
            if key.is_control() || key.is_whitespace() {
                problems.add(act, "Write a character that can be seen.");
            } else if keys.iter().any(|(_, taken)| *taken == key) {
                problems.add(act, format!("“{key}” does something else already. Choose another one."));
            } else {
                keys.push((act, key));
            }
        }
        if problems.is_empty() { Ok(Self { is_on: fields.is_ticked("is_on"), keys }) } else { Err(problems) }
    }

    /// As it is stored and as the script reads it: `next=j previous=k`.
    pub(crate) fn text(&self) -> String {
        self.keys.iter().map(|(act, key)| format!("{act}={key}")).collect::<Vec<_>>().join(" ")
    }

    /// What is stored.
    pub(crate) fn stored(is_on: bool, text: &str) -> Self {
        let read = |(act, _, _): &(&'static str, &str, char)| {
            let pair = text.split(' ').find_map(|pair| pair.strip_prefix(act)?.strip_prefix('='))?;
            Some((*act, pair.chars().next()?))
        };
        Self { is_on, keys: ACTS.iter().filter_map(read).collect() }
    }

    /// The key of an act.
    pub(crate) fn key(&self, act: &str) -> Option<char> {
        self.keys.iter().find(|(name, _)| *name == act).map(|(_, key)| *key)
    }

    /// The form as it stands.
    pub(crate) fn fields(&self) -> Fields {
        let keys = self.keys.iter().map(|(act, key)| ((*act).to_owned(), key.to_string()));
        keys.chain(self.is_on.then(|| ("is_on".to_owned(), "yes".to_owned()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::form::Filled;

    fn parse(typed: &[(&str, &str)]) -> Result<Keys, Vec<&'static str>> {
        Keys::parse(&typed.iter().copied().collect()).map_err(|problems| {
            Filled::new(Fields::default(), problems).errors().iter().map(|error| error.name).collect()
        })
    }

    #[test]
    fn keys_are_kept_as_they_were_chosen() {
        let usual = Keys::default();
        assert!(!usual.is_on);
        assert_eq!(Keys::stored(false, &usual.text()), usual);
        assert_eq!(Keys::parse(&usual.fields()).unwrap(), usual);
        let own = parse(&[("approve", "é"), ("help", "="), ("undo", " "), ("is_on", "yes")]).unwrap();
        assert_eq!((own.key("approve"), own.key("help"), own.key("undo")), (Some('é'), Some('='), None));
        assert_eq!(Keys::stored(true, &own.text()), own);
    }

    #[test]
    fn one_key_does_one_thing() {
        assert_eq!(parse(&[("approve", "a"), ("hold", "a")]), Err(vec!["hold"]));
        assert_eq!(parse(&[("approve", "ab"), ("hold", "\u{7}")]), Err(vec!["approve", "hold"]));
    }
}
