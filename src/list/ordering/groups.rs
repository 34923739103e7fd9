//! The order of a list that shows apart who joined after an edition was named.

use super::{Entry, arrange};
use crate::list::edition::After;
use crate::text::OrderingRule;

/// Numbers the entries 1…N without gap or repeat, in groups: first those that have a place on the edition, in its order, then everybody else
/// by the rule and the pins. Where somebody of the edition has left the others close up; where nobody has, each has its number of then.
#[must_use]
pub fn arrange_after<T>(entries: Vec<(Option<usize>, Entry<T>)>, rule: OrderingRule) -> Vec<(u32, T)> {
    let (mut early, late): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(place, _)| place.is_some());
    early.sort_by_key(|(place, entry)| (*place, entry.id));
    let before = u32::try_from(early.len()).unwrap_or(u32::MAX);
    // A pin is a number on the whole list.
    let pinned =
        |(_, entry): (_, Entry<T>)| Entry { pin: entry.pin.map(|pin| pin.saturating_sub(before)), ..entry };
    let late = arrange(late.into_iter().map(pinned).collect(), rule);
    let early = (1..).zip(early.into_iter().map(|(_, entry)| entry.item));
    early.chain(late.into_iter().map(|(number, item)| (before.saturating_add(number), item))).collect()
}

/// Where each group begins on a list: those that the edition knew already (`within`), as far as somebody of them is left, and those who joined
/// after it. `places` are the places on the edition, from 0, of those who stand first on the list, in order; `count` is how many stand on it.
#[must_use]
pub fn groups(within: &[After], edition: u32, places: &[usize], count: usize) -> Vec<After> {
    let mut groups: Vec<After> = Vec::new();
    let begins = |from: u32| {
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        places.partition_point(|place| place + 1 < from)
    };
    let earlier = within.iter().map(|after| (after.edition, begins(after.from), places.len()));
    for (edition, begins, ends) in earlier.chain([(edition, places.len(), count)]) {
        let Ok(from) = u32::try_from(begins + 1) else { continue };
        // Of a group that is gone the next one takes the place.
        groups.retain(|group| group.from < from);
        if begins < ends {
            groups.push(After { edition, from });
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SignOnId;
    use crate::list::ordering::Orderer;
    use crate::text::Language;
    use proptest::prelude::*;
    use uuid::Uuid;

    type Given<'a> = (&'a str, Option<usize>, Option<u32>);

    fn arranged(given: &[Given<'_>]) -> String {
        let orderer = Orderer::new(&Language::parse("en").unwrap(), &[] as &[&str]).unwrap();
        let entry = |(n, (name, place, pin)): (usize, &Given<'_>)| {
            let id = SignOnId::from_uuid(Uuid::from_u128(n as u128));
            (
                *place,
                Entry {
                    id,
                    key: orderer.key(name, None),
                    joined: n as i64,
                    pin: *pin,
                    item: (*name).to_owned(),
                },
            )
        };
        let entries = given.iter().enumerate().map(entry).collect();
        let arranged = arrange_after(entries, OrderingRule::Alphabetical);
        assert!(arranged.iter().map(|(number, _)| *number).eq(1..=given.len() as u32));
        arranged.into_iter().map(|(_, item)| item).collect()
    }

    #[test]
    fn those_of_the_edition_stand_first_in_its_order_and_the_others_by_the_rule() {
        assert_eq!(
            arranged(&[("a", None, None), ("z", Some(0), None), ("m", Some(1), None), ("b", None, None)]),
            "zmab"
        );
        // The pin of the edition's own counts no more, and one among the others is a number on the whole list.
        assert_eq!(
            arranged(&[
                ("a", None, Some(4)),
                ("z", Some(0), Some(2)),
                ("m", Some(1), None),
                ("b", None, None)
            ]),
            "zmba"
        );
        assert_eq!(arranged(&[("a", None, None), ("b", None, Some(1)), ("z", Some(7), None)]), "zba");
        assert_eq!(arranged(&[]), "");
    }

    #[test]
    fn a_group_begins_after_those_of_the_edition_who_are_left() {
        let after = |edition, from| After { edition, from };
        assert_eq!(groups(&[], 3, &[0, 1, 2], 3), []);
        assert_eq!(groups(&[], 3, &[0, 2], 4), [after(3, 3)]);
        assert_eq!(groups(&[], 3, &[], 2), [after(3, 1)]);
        // The second edition showed five, of whom two had joined after the first.
        let within = [after(3, 4)];
        assert_eq!(groups(&within, 8, &[0, 1, 2, 3, 4], 7), [after(3, 4), after(8, 6)]);
        assert_eq!(groups(&within, 8, &[0, 2, 4], 3), [after(3, 3)]);
        assert_eq!(groups(&within, 8, &[0, 1], 3), [after(8, 3)]);
        assert_eq!(groups(&within, 8, &[3], 2), [after(3, 1), after(8, 2)]);
    }

    proptest! {
        #[test]
        fn numbers_are_dense_whoever_is_left(
            given in proptest::collection::vec((proptest::option::of(0_usize..20), proptest::option::of(0_u32..20)), 0..12),
        ) {
            let named: Vec<Given<'_>> = given.iter().map(|(place, pin)| ("x", *place, *pin)).collect();
            prop_assert_eq!(arranged(&named).len(), given.len());
        }
    }
}
