//! The 111 names of the 2019 letter, as the tests of several modules read them.

/// The names in printed order.
pub(crate) fn names() -> Vec<String> {
    let mut rows =
        csv::Reader::from_reader(&include_bytes!("../../examples/letter-2019/signatories.csv")[..]);
    rows.records().map(|row| row.unwrap().get(1).unwrap().to_owned()).collect()
}
