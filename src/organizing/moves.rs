//! What becomes of a list when one of its entries is moved: worked out before anything is written.

use crate::ids::SignOnId;
use crate::list::store::Place;

/// What is asked for one entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Move {
    /// One number up.
    Up,
    /// One number down.
    Down,
    /// To this number.
    Pin(u32),
    /// Where the rule puts it.
    Unpin,
}

/// The pins that a move changes: the numbers that entries are kept at from then on, or that they are not any more.
pub(super) type Pins = Vec<(SignOnId, Option<u32>)>;

impl Move {
    /// The move of a form: the word of its button, the number that was typed.
    ///
    /// # Errors
    /// With a sentence, where the number is none. `None` where the word is none.
    pub(super) fn parse(word: &str, typed: &str) -> Option<Result<Self, &'static str>> {
        Some(Ok(match word {
            "up" => Self::Up,
            "down" => Self::Down,
            "unpin" => Self::Unpin,
            "pin" => match typed.trim().parse() {
                Ok(number) if number > 0 => Self::Pin(number),
                _ => return Some(Err("Write the number at which it is to stand.")),
            },
            _ => return None,
        }))
    }

    /// The number that an entry is to have; none where the rule decides.
    pub(super) fn target(self, at: u32) -> Option<u32> {
        match self {
            Self::Up => Some(at.saturating_sub(1)),
            Self::Down => Some(at.saturating_add(1)),
            Self::Pin(number) => Some(number),
            Self::Unpin => None,
        }
    }

    /// The pins that carry it out.
    ///
    /// # Errors
    /// With a sentence, where that cannot be.
    pub(super) fn pins(self, all: &[Place], of: &Place) -> Result<Pins, String> {
        if of.is_early {
            return Err("It stands as in the edition that has a name: no pin moves it.".to_owned());
        }
        let Some(target) = self.target(of.number) else {
            return match of.pinned {
                Some(_) => Ok(vec![(of.sign_on, None)]),
                None => Err("It has no pin.".to_owned()),
            };
        };
        let first = all.iter().filter(|place| place.is_early).count() + 1;
        let wanted = usize::try_from(target).unwrap_or(usize::MAX);
        let Some(there) = wanted.checked_sub(1).and_then(|at| all.get(at)).filter(|_| wanted >= first) else {
            return Err(match first {
                first if first >= all.len() => "There is no other number that it can have.".to_owned(),
                first => format!("Write a number from {first} to {}.", all.len()),
            });
        };
        let is_other = |place: &&Place| place.sign_on != of.sign_on && place.pinned == Some(target);
        match (self, all.iter().find(is_other)) {
            // Its neighbor is kept at that number: the two change places.
            (Self::Up | Self::Down, Some(_)) => {
                Ok(vec![(of.sign_on, Some(target)), (there.sign_on, Some(of.number))])
            }
            (_, Some(other)) => Err(format!(
                "“{}” is pinned at {target}. Take its pin away first, or choose another number.",
                other.line
            )),
            (_, None) => Ok(vec![(of.sign_on, Some(target))]),
        }
    }
}

/// An entry whose number changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Shifted {
    pub(super) line: String,
    pub(super) from: u32,
    pub(super) to: u32,
}

/// Who gets another number, apart from the one that is moved; in their order before.
pub(super) fn shifted(before: &[Place], after: &[Place], moved: SignOnId) -> Vec<Shifted> {
    let numbers: std::collections::BTreeMap<SignOnId, u32> =
        after.iter().map(|place| (place.sign_on, place.number)).collect();
    let shifted = |place: &Place| {
        let to = *numbers.get(&place.sign_on)?;
        let is_other = to != place.number && place.sign_on != moved;
        is_other.then(|| Shifted { line: place.line.clone(), from: place.number, to })
    };
    before.iter().filter_map(shifted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn place(number: u32, pinned: Option<u32>) -> Place {
        let sign_on = SignOnId::from_uuid(Uuid::from_u128(u128::from(number)));
        Place { sign_on, number, line: format!("N{number}"), pinned, is_early: false }
    }

    #[test]
    fn a_move_changes_one_pin_or_those_of_two_neighbors() {
        let all = [place(1, None), place(2, Some(2)), place(3, None), place(4, None)];
        let id = |number: usize| all[number - 1].sign_on;
        assert_eq!(Move::Up.pins(&all, &all[3]).unwrap(), [(id(4), Some(3))]);
        assert_eq!(Move::Up.pins(&all, &all[2]).unwrap(), [(id(3), Some(2)), (id(2), Some(3))]);
        assert_eq!(Move::Down.pins(&all, &all[0]).unwrap(), [(id(1), Some(2)), (id(2), Some(1))]);
        assert_eq!(Move::Unpin.pins(&all, &all[1]).unwrap(), [(id(2), None)]);
        assert_eq!(Move::Pin(1).pins(&all, &all[3]).unwrap(), [(id(4), Some(1))]);
        assert!(Move::Pin(2).pins(&all, &all[3]).unwrap_err().starts_with("“N2” is pinned at 2."));
        assert_eq!(Move::Pin(5).pins(&all, &all[3]).unwrap_err(), "Write a number from 1 to 4.");
        for refused in
            [Move::Up.pins(&all, &all[0]), Move::Down.pins(&all, &all[3]), Move::Unpin.pins(&all, &all[0])]
        {
            assert!(refused.is_err());
        }
    }

    #[test]
    fn who_stands_as_in_an_edition_is_not_moved_and_nobody_moves_before_them() {
        let early = Place { is_early: true, ..place(1, None) };
        let all = [early.clone(), place(2, None), place(3, None)];
        assert!(Move::Down.pins(&all, &early).is_err());
        assert!(Move::Up.pins(&all, &all[1]).is_err());
        assert_eq!(Move::Pin(1).pins(&all, &all[2]).unwrap_err(), "Write a number from 2 to 3.");
    }
}
