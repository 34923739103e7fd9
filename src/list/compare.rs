//! What tells two editions of one list apart: who joined, who left, whose line prints otherwise, and whose number changed for which reason.

use super::edition::{Contents, Entry};
use crate::ids::SignOnId;
use std::collections::{BTreeMap, BTreeSet};

/// An entry of one of the two.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Whose it is.
    pub sign_on: SignOnId,
    /// Its number there.
    pub number: u32,
    /// The line as it prints there.
    pub line: String,
}

/// An entry of both that prints otherwise in the later one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reprinted {
    /// Its number in the later one.
    pub number: u32,
    /// The line as it printed.
    pub before: String,
    /// The line as it prints.
    pub after: String,
}

/// Entries, one after the other in both, whose numbers changed by as much for the same reason.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    /// The numbers in the earlier one: the first and the last.
    pub from: (u32, u32),
    /// The same in the later one.
    pub to: (u32, u32),
    /// The line of the first, as it prints in the later one; and of the last.
    pub lines: (String, String),
    /// How many joined that stand before them.
    pub joined: i64,
    /// How many left that stood before them.
    pub left: i64,
    /// By how much the order alone moved them: downward where it is more than nothing.
    pub order: i64,
}

/// All of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Comparison {
    /// Who is on the later one alone, in its order.
    pub joined: Vec<Line>,
    /// Who is on the earlier one alone, in its order.
    pub left: Vec<Line>,
    /// Who prints otherwise.
    pub reprinted: Vec<Reprinted>,
    /// Whose number changed.
    pub moved: Vec<Run>,
    /// How many entries those are.
    pub moved_count: u32,
}

/// Compares two editions by the names on both. An entry that is not named is nobody's here: told as the one that stood under a name, or at
/// another number, it would be told whose it is.
#[must_use]
pub fn compare(earlier: &Contents, later: &Contents) -> Comparison {
    let here: BTreeSet<SignOnId> = named(later).map(|entry| entry.sign_on).collect();
    let mut result = Comparison::default();
    // Of each that is on both: its number in the earlier one, its line there, and how many that stood before it have left.
    let mut stays = BTreeMap::new();
    for entry in named(earlier) {
        let (number, line) = (entry.signatory.number, &entry.signatory.name);
        if here.contains(&entry.sign_on) {
            stays.insert(entry.sign_on, (number, line, result.left.len()));
        } else {
            result.left.push(Line { sign_on: entry.sign_on, number, line: line.clone() });
        }
    }
    for entry in named(later) {
        let (number, line) = (entry.signatory.number, &entry.signatory.name);
        let Some((before, printed, left)) = stays.get(&entry.sign_on).copied() else {
            result.joined.push(Line { sign_on: entry.sign_on, number, line: line.clone() });
            continue;
        };
        if printed != line {
            result.reprinted.push(Reprinted { number, before: printed.clone(), after: line.clone() });
        }
        if before != number {
            result.moved_count += 1;
            result.note(before, number, line, (count(result.joined.len()), count(left)));
        }
    }
    result
}

impl Comparison {
    /// Notes that a number changed: with those just before it, where that is one movement.
    fn note(&mut self, from: u32, to: u32, line: &str, (joined, left): (i64, i64)) {
        let order = i64::from(to) - i64::from(from) - joined + left;
        if let Some(run) = self.moved.last_mut()
            && (run.from.1 + 1, run.to.1 + 1) == (from, to)
            && (run.joined, run.left, run.order) == (joined, left, order)
        {
            (run.from.1, run.to.1) = (from, to);
            run.lines.1 = line.to_owned();
            return;
        }
        let lines = (line.to_owned(), line.to_owned());
        self.moved.push(Run { from: (from, from), to: (to, to), lines, joined, left, order });
    }

    /// Whether nothing tells them apart.
    pub fn is_empty(&self) -> bool {
        self.joined.is_empty() && self.left.is_empty() && self.reprinted.is_empty() && self.moved.is_empty()
    }
}

impl Run {
    /// Its numbers in the earlier one, as people say them: `57–111`.
    pub fn was(&self) -> String {
        said(self.from)
    }

    /// The same in the later one.
    pub fn is(&self) -> String {
        said(self.to)
    }

    /// Why: `2 earlier entries joined, 1 left`.
    pub fn why(&self) -> String {
        let entries = |count: i64| {
            if count == 1 { "1 earlier entry".to_owned() } else { format!("{count} earlier entries") }
        };
        let mut reasons = Vec::new();
        if self.joined > 0 {
            reasons.push(format!("{} joined", entries(self.joined)));
        }
        if self.left > 0 {
            reasons.push(format!("{} left", entries(self.left)));
        }
        match self.order {
            0 => {}
            up if up < 0 => reasons.push(format!("the order moved it {} up", -up)),
            down => reasons.push(format!("the order moved it {down} down")),
        }
        reasons.join(", ")
    }
}

/// The entries that show who they are.
fn named(contents: &Contents) -> impl Iterator<Item = &Entry> {
    contents.entries.iter().filter(|entry| entry.signatory.shown.is_named())
}

fn said((first, last): (u32, u32)) -> String {
    if first == last { first.to_string() } else { format!("{first}–{last}") }
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::edition::tests::edition;
    use crate::text::Shown;
    use uuid::Uuid;

    /// Contents of these letters, each an entry of its own.
    fn contents(letters: &str) -> Contents {
        let names: Vec<String> = letters.chars().map(String::from).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut contents = edition(&names).contents;
        for (entry, letter) in contents.entries.iter_mut().zip(letters.chars()) {
            entry.sign_on = SignOnId::from_uuid(Uuid::from_u128(u128::from(u32::from(letter))));
        }
        contents
    }

    fn moved(from: &str, to: &str) -> Vec<(u32, u32, String)> {
        let runs = compare(&contents(from), &contents(to)).moved.into_iter();
        runs.map(|run| (run.from.0, run.to.0, run.why())).collect()
    }

    #[test]
    fn each_change_is_told_with_its_reason() {
        let compared = compare(&contents("acdf"), &contents("abdfg"));
        let lines =
            |lines: &[Line]| lines.iter().map(|line| (line.number, line.line.clone())).collect::<Vec<_>>();
        assert_eq!(lines(&compared.joined), [(2, "b".to_owned()), (5, "g".to_owned())]);
        assert_eq!(lines(&compared.left), [(2, "c".to_owned())]);
        // One came, one went: nobody else has another number.
        assert_eq!(compared.moved, []);
        assert_eq!(moved("ace", "abce"), [(2, 3, "1 earlier entry joined".to_owned())]);
        assert_eq!(moved("abce", "ace"), [(3, 2, "1 earlier entry left".to_owned())]);
        assert_eq!(
            moved("abc", "cab"),
            [(3, 1, "the order moved it 2 up".to_owned()), (1, 2, "the order moved it 1 down".to_owned())]
        );
        assert!(compare(&contents("ab"), &contents("ab")).is_empty());
    }

    #[test]
    fn those_that_move_together_are_told_together() {
        let run = &compare(&contents("bcdef"), &contents("abcdef")).moved[0];
        assert_eq!((run.from, run.to, run.joined, run.left, run.order), ((1, 5), (2, 6), 1, 0, 0));
        assert_eq!(run.lines, ("b".to_owned(), "f".to_owned()));
        assert_eq!(moved("bcdef", "abdef").len(), 1, "after c has left nobody moves any more");
    }

    #[test]
    fn whoever_is_not_named_any_more_is_told_as_gone_and_as_nobody_else() {
        let mut later = contents("ab");
        let held_back = &mut later.entries[1].signatory;
        held_back.name = "An organization in Georgia".to_owned();
        held_back.shown = Shown::InCountry;
        let compared = compare(&contents("ab"), &later);
        assert_eq!(compared.left.iter().map(|line| line.line.as_str()).collect::<Vec<_>>(), ["b"]);
        assert!(compared.joined.is_empty() && compared.reprinted.is_empty() && compared.moved.is_empty());
        // Nor is it told who came back from there.
        let back = compare(&later, &contents("ab"));
        assert_eq!((back.left.len(), back.joined.len(), back.reprinted.len()), (0, 1, 0));
    }

    #[test]
    fn a_line_that_prints_otherwise_is_told() {
        let mut later = contents("ab");
        later.entries[1].signatory.name = "B".to_owned();
        let reprinted = compare(&contents("ab"), &later).reprinted;
        assert_eq!(reprinted, [Reprinted { number: 2, before: "b".to_owned(), after: "B".to_owned() }]);
    }
}
