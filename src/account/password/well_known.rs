//! Which passwords are guessed early: those put together from a few well-known pieces, as the lists of stolen passwords show
//! again and again (a word or two, a run of keys, a year, an exclamation mark).

use std::sync::LazyLock;

/// Words, names and phrases that stand high in every list of stolen passwords; one a line, lower case.
const WELL_KNOWN: &str = include_str!("well_known.txt");

/// Those of the thirty thousand passwords that were stolen most often, as public counts rank them, which are as long as a password must be
/// here; one a line, lower case. The shorter ones cannot be chosen.
pub(super) const STOLEN: &str = include_str!("stolen.txt");

static WORDS: LazyLock<Vec<Vec<char>>> =
    LazyLock::new(|| WELL_KNOWN.lines().chain(STOLEN.lines()).map(letters).collect());

/// Characters in the order in which fingers or the alphabet find them. Three in a row, forward or back, are one piece.
const RUNS: [&str; 12] = [
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiop[]asdfghjkl;'zxcvbnm,./",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "qazwsxedcrfvtgbyhnujmikolp",
    "!@#$%^&*()",
    "йцукенгшщзхъфывапролджэячсмитьбю",
];

/// What the pieces weigh. A text whose pieces weigh no more than [`LIGHT`] is guessed early.
const WORD: u32 = 3;
const RUN: u32 = 3;
const CONTEXT: u32 = 1;
const DIGIT: u32 = 1;
const LETTER: u32 = 4;
const LIGHT: u32 = 8;

/// Whether a password is put together from a few pieces: well-known ones and those of `context` (lower case).
pub(super) fn is_guessed_early(password: &str, context: &[String]) -> bool {
    let letters = letters(password);
    let context: Vec<Vec<char>> = context.iter().map(|word| word.chars().collect()).collect();
    // What repeats itself may also be known as a whole.
    weight(repeated(&letters), &context).min(weight(&letters, &context)) <= LIGHT
}

/// What is compared: spaces and the like between pieces hide nothing.
fn letters(text: &str) -> Vec<char> {
    text.chars().filter(|c| !matches!(c, ' ' | '-' | '_' | '.')).flat_map(char::to_lowercase).collect()
}

/// The part that a text repeats, or all of it.
fn repeated(letters: &[char]) -> &[char] {
    let all = letters.len();
    let repeats = |part: &usize| {
        all.is_multiple_of(*part) && letters.iter().skip(*part).eq(letters.iter().take(all - part))
    };
    (1..=all / 2).find(repeats).and_then(|part| letters.get(..part)).unwrap_or(letters)
}

/// The least that pieces weigh which make up the text.
fn weight(letters: &[char], context: &[Vec<char>]) -> u32 {
    // For each place, the least for what lies before it.
    let mut least = vec![u32::MAX; letters.len() + 1];
    if let Some(start) = least.first_mut() {
        *start = 0;
    }
    for place in 0..letters.len() {
        let (Some(rest), Some(&so_far)) = (letters.get(place..), least.get(place)) else { break };
        let before = place.checked_sub(1).and_then(|before| letters.get(before));
        for (length, weight) in pieces(rest, before, context) {
            if let Some(after) = least.get_mut(place + length) {
                *after = (*after).min(so_far.saturating_add(weight));
            }
        }
    }
    least.last().copied().unwrap_or(0)
}

/// The pieces that a text can begin with: how long, and how heavy.
fn pieces<'a>(
    rest: &'a [char],
    before: Option<&char>,
    context: &'a [Vec<char>],
) -> impl Iterator<Item = (usize, u32)> + 'a {
    let begins = move |word: &&Vec<char>| {
        word.len() <= rest.len() && word.iter().zip(rest).all(|(letter, typed)| stands_for(*typed, *letter))
    };
    let words = WORDS.iter().filter(begins).map(|word| (word.len(), WORD));
    let personal = context.iter().filter(begins).map(|word| (word.len(), CONTEXT));
    let run = (3..=longest_run(rest)).map(|length| (length, RUN));
    let single = match rest.first() {
        same if same == before => 0,
        Some(letter) if letter.is_alphabetic() => LETTER,
        _ => DIGIT,
    };
    words.chain(personal).chain(run).chain([(1, single)])
}

/// Whether a character is a letter, or written for it as many write it: `p@ssw0rd`.
fn stands_for(typed: char, letter: char) -> bool {
    typed == letter
        || matches!(
            (typed, letter),
            ('0', 'o')
                | ('1' | '!', 'i' | 'l')
                | ('3', 'e')
                | ('4' | '@', 'a')
                | ('5' | '$', 's')
                | ('7', 't')
                | ('8', 'b')
        )
}

fn longest_run(rest: &[char]) -> usize {
    let along = |run: Vec<char>| {
        (0..run.len())
            .map(|from| run.iter().skip(from).zip(rest).take_while(|(key, typed)| key == typed).count())
            .max()
            .unwrap_or(0)
    };
    RUNS.iter()
        .flat_map(|run| [run.chars().collect::<Vec<_>>(), run.chars().rev().collect()])
        .map(along)
        .max()
        .unwrap_or(0)
}
