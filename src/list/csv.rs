//! The `.csv` form: RFC 4180 with a byte order mark, because spreadsheets take a file without one for something else than UTF-8.

use super::edition::Edition;
use crate::text::write_csv_field;

/// The whole file: `number,name,country,website,joined_on`, lines end in CRLF.
pub(super) fn document(edition: &Edition) -> String {
    let mut csv = String::from("\u{feff}number,name,country,website,joined_on\r\n");
    for signatory in edition.contents.signatories() {
        let country = signatory.country.map_or("", |country| country.as_str());
        let website = signatory.website.as_deref().unwrap_or("");
        let joined_on = signatory.joined_on.map(|at| at.to_string()).unwrap_or_default();
        let number = signatory.number.to_string();
        for (place, field) in
            [&*number, &*signatory.name, country, website, &*joined_on].into_iter().enumerate()
        {
            if place > 0 {
                csv.push(',');
            }
            write_csv_field(&mut csv, field);
        }
        csv.push_str("\r\n");
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::super::edition::tests::edition;
    use super::*;

    #[test]
    fn a_name_comes_back_as_it_was_and_is_never_a_formula() {
        let names = [
            "Bits of Freedom",
            "One, \"Two\" & Three",
            "=HYPERLINK(\"https://x.example\",\"y\")",
            "@now",
            "＝1+1",
            "-1",
            "7amleh-Center",
            "جمعية",
        ];
        let csv = document(&edition(&names));
        assert!(csv.starts_with("\u{feff}number,name,country,website,joined_on\r\n1,Bits of Freedom,KE,https://1.example/,2019-10-07T09:00:00Z\r\n2,"));
        let mut reader = ::csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
        for (row, name) in reader.records().zip(names) {
            let row = row.unwrap();
            let neutral = if ["=", "@", "＝", "-"].iter().any(|c| name.starts_with(c)) { "'" } else { "" };
            assert_eq!(row[1], format!("{neutral}{name}"));
            assert_eq!(row.len(), 5);
        }
        assert_eq!(csv.matches("\r\n").count(), names.len() + 1);
        assert_eq!(csv.matches('\n').count(), csv.matches("\r\n").count());
    }
}
