//! The `.json` form.

use super::edition::Edition;

/// The whole document, on one line.
pub(super) fn document(edition: &Edition) -> String {
    let mut json = edition.document().as_given();
    json.push('\n');
    json
}

#[cfg(test)]
mod tests {
    use super::super::edition::tests::edition;

    #[test]
    fn the_document_has_its_members_in_their_order_and_the_checksum() {
        let edition = edition(&["A", "\"B\""]);
        let json = super::document(&edition);
        let expected = format!(
            "{{\"letter\":{{\"slug\":\"letter\",\"title\":\"Title\",\"version\":1}},\"edition\":3,\
             \"made_at\":\"2026-12-31T23:59:00Z\",\"sha256\":\"{}\",\"count\":2,\"signatories\":[\
             {{\"number\":1,\"name\":\"A\",\"country\":\"KE\",\"website\":\"https://1.example/\",\"joined_on\":\"2019-10-07T09:00:00Z\"}},\
             {{\"number\":2,\"name\":\"\\\"B\\\"\",\"country\":null,\"website\":null,\"joined_on\":\"2019-10-07T09:00:00Z\"}}]}}\n",
            edition.sha256
        );
        assert_eq!(json, expected);
    }
}
