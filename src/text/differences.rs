//! What changed between two texts: paragraph by paragraph, and inside a changed paragraph word by word.

mod common;

use common::common;
use std::collections::HashMap;
use std::fmt::Write;

/// The most comparisons of words that one pair of texts may take, in all. Beyond it what differs counts as wholly replaced: a letter that was
/// written anew has little in common with the old one anyway.
const COMPARISONS: usize = 4_000_000;

/// In a gap of more pairs of paragraphs than this each is compared with its neighbor alone.
const LOOKED_THROUGH: usize = 400;

/// Of the words of two paragraphs this part must be the same for them to be one paragraph that was changed.
const AKIN: usize = 3;

/// What became of some words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// They stand as before.
    Same,
    /// They stand no more.
    Removed,
    /// They are new.
    Added,
}

/// Words with what became of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// What became of them.
    pub mark: Mark,
    /// The words.
    pub words: String,
}

/// A paragraph, or those between two that are shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Passage {
    /// It stands as before, beside one that changed.
    Same(String),
    /// So many stand as before.
    LeftOut(usize),
    /// Something in it changed.
    Changed(Vec<Piece>),
}

impl Passage {
    /// How many paragraphs are not shown here, because they stand as before; 0 for what is shown.
    pub fn left_out(&self) -> usize {
        match self {
            Self::LeftOut(count) => *count,
            Self::Same(_) | Self::Changed(_) => 0,
        }
    }

    /// The words of it, in order.
    pub fn pieces(&self) -> Vec<Piece> {
        match self {
            Self::Same(words) => vec![Piece { mark: Mark::Same, words: words.clone() }],
            Self::Changed(pieces) => pieces.clone(),
            Self::LeftOut(_) => Vec::new(),
        }
    }
}

impl Piece {
    /// Whether it stands no more.
    pub fn is_removed(&self) -> bool {
        self.mark == Mark::Removed
    }

    /// Whether it is new.
    pub fn is_added(&self) -> bool {
        self.mark == Mark::Added
    }
}

/// What changed from one text to another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Differences(Vec<Passage>);

impl Differences {
    /// Compares two texts, whose paragraphs stand apart by an empty line.
    pub fn between(old: &str, new: &str) -> Self {
        Self::of_parts(&[(old, new)])
    }

    /// Compares the parts of two texts, each with its own counterpart alone.
    pub fn of_parts(parts: &[(&str, &str)]) -> Self {
        let (mut passages, mut budget) = (Vec::new(), COMPARISONS);
        for (old, new) in parts {
            compare(&mut passages, &paragraphs(old), &paragraphs(new), &mut budget);
        }
        Self(with_neighbors(passages))
    }

    /// The passages, in the order of the texts.
    pub fn passages(&self) -> &[Passage] {
        &self.0
    }

    /// Whether the texts say the same in the same words.
    pub fn is_empty(&self) -> bool {
        !self.0.iter().any(|passage| matches!(passage, Passage::Changed(_)))
    }

    /// As plain text: `[-what was removed-]` and `{+what was added+}`.
    pub fn plain(&self) -> String {
        let passage = |passage: &Passage| match passage {
            Passage::Same(words) => words.clone(),
            Passage::LeftOut(1) => "(1 paragraph that stays as it is)".to_owned(),
            Passage::LeftOut(count) => format!("({count} paragraphs that stay as they are)"),
            Passage::Changed(pieces) => {
                let mut line = String::new();
                for Piece { mark, words } in pieces {
                    let space = if line.is_empty() { "" } else { " " };
                    let _ = match mark {
                        Mark::Same => write!(line, "{space}{words}"),
                        Mark::Removed => write!(line, "{space}[-{words}-]"),
                        Mark::Added => write!(line, "{space}{{+{words}+}}"),
                    };
                }
                line
            }
        };
        self.0.iter().map(passage).collect::<Vec<_>>().join("\n\n")
    }
}

fn compare(passages: &mut Vec<Passage>, old: &[&str], new: &[&str], budget: &mut usize) {
    let (mut i, mut j) = (0, 0);
    let ends = std::iter::once((old.len(), new.len()));
    for (same_old, same_new) in shared(old, new, budget).into_iter().chain(ends) {
        replaced(passages, old.get(i..same_old), new.get(j..same_new), budget);
        if let Some(same) = old.get(same_old) {
            passages.push(Passage::Same((*same).to_owned()));
        }
        (i, j) = (same_old + 1, same_new + 1);
    }
}

fn paragraphs(text: &str) -> Vec<&str> {
    text.split("\n\n")
        .map(|paragraph| paragraph.trim_matches('\n'))
        .filter(|p| !p.trim().is_empty())
        .collect()
}

/// What stands between two paragraphs that are the same. A paragraph that was changed is found again behind those that are new, in gaps that are
/// no whole letters.
fn replaced(passages: &mut Vec<Passage>, old: Option<&[&str]>, new: Option<&[&str]>, budget: &mut usize) {
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    let looks_ahead = old.len().saturating_mul(new.len()) <= LOOKED_THROUGH;
    let mut next = 0;
    for before in old {
        let ahead = new.iter().enumerate().skip(next).take(if looks_ahead { new.len() } else { 1 });
        let mut found =
            ahead.filter_map(|(place, after)| Some((place, words_changed(before, after, budget)?)));
        match found.next() {
            Some((place, pieces)) => {
                passages.extend(new.iter().take(place).skip(next).map(|after| whole(Mark::Added, after)));
                passages.push(Passage::Changed(pieces));
                next = place + 1;
            }
            None => passages.push(whole(Mark::Removed, before)),
        }
    }
    passages.extend(new.iter().skip(next).map(|after| whole(Mark::Added, after)));
}

fn whole(mark: Mark, paragraph: &str) -> Passage {
    Passage::Changed(vec![Piece { mark, words: paragraph.to_owned() }])
}

/// The paragraph with its changes; none where little of it is the same, or nothing but how its lines are set.
fn words_changed(before: &str, after: &str, budget: &mut usize) -> Option<Vec<Piece>> {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (before.split_whitespace().collect(), after.split_whitespace().collect());
    // No sequence that both have is longer than the words that both have, which are soon counted.
    if common(&old, &new) * AKIN < old.len().max(new.len()) {
        return None;
    }
    let same = shared(&old, &new, budget);
    if same.len() * AKIN < old.len().max(new.len()) || (same.len() == old.len() && same.len() == new.len()) {
        return None;
    }
    let mut pieces = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (same_old, same_new) in same.into_iter().chain(std::iter::once((old.len(), new.len()))) {
        add(&mut pieces, Mark::Removed, old.get(i..same_old));
        add(&mut pieces, Mark::Added, new.get(j..same_new));
        add(&mut pieces, Mark::Same, old.get(same_old..=same_old));
        (i, j) = (same_old + 1, same_new + 1);
    }
    Some(pieces)
}

fn add(pieces: &mut Vec<Piece>, mark: Mark, words: Option<&[&str]>) {
    let words = words.unwrap_or_default().join(" ");
    match pieces.last_mut() {
        _ if words.is_empty() => {}
        Some(last) if last.mark == mark => {
            last.words.push(' ');
            last.words.push_str(&words);
        }
        _ => pieces.push(Piece { mark, words }),
    }
}

/// Of what stays as it is only the neighbors of what changed.
fn with_neighbors(passages: Vec<Passage>) -> Vec<Passage> {
    let changed: Vec<bool> = passages.iter().map(|passage| matches!(passage, Passage::Changed(_))).collect();
    let is_near = |place: usize| {
        let near = changed.get(place.saturating_sub(1)..changed.len().min(place + 2));
        near.is_some_and(|near| near.contains(&true))
    };
    let (mut kept, mut left_out) = (Vec::new(), 0);
    for (place, passage) in passages.into_iter().enumerate() {
        if !is_near(place) {
            left_out += 1;
            continue;
        }
        if left_out > 0 {
            kept.push(Passage::LeftOut(left_out));
            left_out = 0;
        }
        kept.push(passage);
    }
    if left_out > 0 {
        kept.push(Passage::LeftOut(left_out));
    }
    kept
}

/// The longest sequence that both have, as places in each.
fn shared(old: &[&str], new: &[&str], budget: &mut usize) -> Vec<(usize, usize)> {
    let mut numbers = HashMap::new();
    let mut numbered = |words: &[&str]| -> Vec<usize> {
        let mut number = |word: &str| {
            let next = numbers.len();
            *numbers.entry(word.to_owned()).or_insert(next)
        };
        words.iter().map(|word| number(word)).collect()
    };
    let (old, new) = (numbered(old), numbered(new));
    let begin = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - begin;
    let end = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let middle = |all: &[usize]| all.get(begin..all.len() - end).unwrap_or_default().to_vec();
    let mut same: Vec<(usize, usize)> = (0..begin).map(|place| (place, place)).collect();
    same.extend(
        longest(&middle(&old), &middle(&new), budget).into_iter().map(|(i, j)| (i + begin, j + begin)),
    );
    same.extend((0..end).rev().map(|back| (old.len() - 1 - back, new.len() - 1 - back)));
    same
}

/// By the table of lengths: `lengths[i][j]` is how much the rest of one from `i` and the rest of the other from `j` share.
fn longest(old: &[usize], new: &[usize], budget: &mut usize) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    let Some(rest) = budget.checked_sub(old.len().saturating_mul(new.len())) else { return Vec::new() };
    *budget = rest;
    let mut lengths = vec![0_u32; (old.len() + 1) * width];
    let at = |lengths: &[u32], i: usize, j: usize| lengths.get(i * width + j).copied().unwrap_or(0);
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let length = match a == b {
                true => at(&lengths, i + 1, j + 1) + 1,
                false => at(&lengths, i + 1, j).max(at(&lengths, i, j + 1)),
            };
            if let Some(place) = lengths.get_mut(i * width + j) {
                *place = length;
            }
        }
    }
    let (mut same, mut i, mut j) = (Vec::new(), 0, 0);
    while let (Some(a), Some(b)) = (old.get(i), new.get(j)) {
        if a == b {
            same.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if at(&lengths, i + 1, j) >= at(&lengths, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    same
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(old: &str, new: &str) -> String {
        Differences::between(old, new).plain()
    }

    #[test]
    fn a_word_that_changed_is_marked_inside_its_paragraph() {
        assert_eq!(
            plain(
                "One.\n\nWe ask you to keep the park open.\n\nLast.",
                "One.\n\nWe ask you to keep the parks open now.\n\nLast."
            ),
            "One.\n\nWe ask you to keep the [-park open.-] {+parks open now.+}\n\nLast."
        );
    }

    #[test]
    fn what_stays_is_left_out_except_beside_a_change() {
        let old = "a a\n\nb b\n\nc c\n\nd d\n\ne e";
        assert_eq!(
            plain(old, &old.replace("e e", "e f")),
            "(3 paragraphs that stay as they are)\n\nd d\n\ne [-e-] {+f+}"
        );
        assert_eq!(
            plain(old, &old.replace("b b\n\n", "")),
            "a a\n\n[-b b-]\n\nc c\n\n(2 paragraphs that stay as they are)"
        );
        assert!(Differences::between(old, old).is_empty());
    }

    #[test]
    fn a_paragraph_written_anew_is_replaced_as_a_whole() {
        assert_eq!(
            plain("Keep it open.", "Close all of them at once."),
            "[-Keep it open.-]\n\n{+Close all of them at once.+}"
        );
        // Also where only its lines are set otherwise, which no word says.
        assert_eq!(plain("- a\n- b", "- a - b"), "[-- a\n- b-]\n\n{+- a - b+}");
    }

    #[test]
    fn a_paragraph_before_a_changed_one_is_new_and_nothing_more() {
        assert_eq!(
            plain(
                "We ask you to keep it open.\n\nLast.",
                "From us all.\n\nWe ask you to keep all open.\n\nLast."
            ),
            "{+From us all.+}\n\nWe ask you to keep [-it-] {+all+} open.\n\nLast."
        );
    }

    #[test]
    fn a_long_letter_written_anew_costs_no_more_than_a_moment() {
        let (old, new): (Vec<String>, Vec<String>) = (
            (0..15_000).map(|n| n.to_string()).collect(),
            (0..15_000).map(|n| (n + 20_000).to_string()).collect(),
        );
        assert_eq!(Differences::between(&old.join(" "), &new.join(" ")).passages().len(), 2);
    }

    #[test]
    fn many_paragraphs_written_anew_share_one_budget() {
        // Each pair has its words in common but in no order that is soon found: 400 pairs of 700 words each would take 200 million steps.
        let text = |step: usize| {
            let paragraph = |n: usize| {
                (0..700).map(|word| (word * step % 701 + n).to_string()).collect::<Vec<_>>().join(" ")
            };
            (0..20).map(paragraph).collect::<Vec<_>>().join("\n\n")
        };
        let mut budget = COMPARISONS;
        let (old, new) = (text(3), text(5));
        compare(&mut Vec::new(), &paragraphs(&old), &paragraphs(&new), &mut budget);
        assert!(budget < 700 * 700, "{budget}: nearly all is spent, and no more");
        assert_eq!(common(&["a", "b", "a"], &["a", "a", "a", "c"]), 2);
    }

    /// One side of the differences, put together again.
    fn side(differences: &Differences, without: Mark) -> Vec<String> {
        let words = differences.passages().iter().flat_map(|passage| match passage {
            Passage::Changed(pieces) => {
                pieces.iter().filter(|piece| piece.mark != without).map(|piece| piece.words.clone()).collect()
            }
            Passage::Same(words) => vec![words.clone()],
            Passage::LeftOut(_) => Vec::new(),
        });
        words.flat_map(|words| words.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_from_what_changed(old in "[ab]( [abc]){0,6}(\n\n[ab]( [abc]){0,6}){0,1}", new in "[ab]( [abc]){0,6}") {
            let differences = Differences::between(&old, &new);
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            if !differences.is_empty() && !differences.passages().iter().any(|p| matches!(p, Passage::LeftOut(_))) {
                prop_assert_eq!(side(&differences, Mark::Added), words(&old));
                prop_assert_eq!(side(&differences, Mark::Removed), words(&new));
            }
        }
    }
}
