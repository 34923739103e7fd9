//! Numbers drawn as SVG, beside the table that says the same. Made here, so that no script and no other server is needed. Places and widths are
//! parts of a hundred, so a drawing fits every page while its text stays as large as the rest; everything has the color of the text, so it shows in the
//! dark, on paper and in forced colors; each bar has its number in words.

use std::fmt::Write;

/// The height of a bar with its words, in pixels.
const BAR: usize = 48;

/// The height of the columns, and of a row of them with its words.
const COLUMN: i64 = 64;
const ROW: i64 = 104;

/// What a drawing is called and what it shows, for whoever does not see it. `id` is its own on the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct About<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) says: &'a str,
}

/// A part of the whole, in parts of a hundred.
fn part(count: i64, whole: i64) -> String {
    let hundredths = if whole > 0 { count.saturating_mul(10_000) / whole } else { 0 };
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn begin(about: About<'_>, height: impl std::fmt::Display) -> String {
    let About { id, title, says } = about;
    format!(
        "<svg class=\"chart\" role=\"img\" aria-labelledby=\"{id}-title {id}-says\" width=\"100%\" height=\"{height}\" \
         fill=\"currentColor\"><title id=\"{id}-title\">{}</title><desc id=\"{id}-says\">{}</desc>",
        escaped(title),
        escaped(says)
    )
}

/// A bar for each number, one below the other, with its words above it.
pub(super) fn bars(about: About<'_>, rows: &[(String, i64)]) -> String {
    let most = rows.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let mut svg = begin(about, rows.len() * BAR);
    for (place, (name, count)) in rows.iter().enumerate() {
        let top = place * BAR;
        // Writing to a String cannot fail.
        let _ = write!(
            svg,
            "<text x=\"0\" y=\"{}\">{}: {count}</text><rect x=\"0\" y=\"{}\" width=\"{}\" height=\"12\"/>\
             <rect x=\"0\" y=\"{}\" width=\"100%\" height=\"1\"/>",
            top + 18,
            escaped(name),
            top + 26,
            part(*count, most),
            top + 37
        );
    }
    svg + "</svg>"
}

/// A row of columns for each kind of number, one row below the other: the same place in each is the same time. `begins` names each place, the first
/// and the last are written below.
pub(super) fn columns(about: About<'_>, begins: &[String], kinds: &[(&str, Vec<i64>)]) -> String {
    let rows = i64::try_from(kinds.len()).unwrap_or(0);
    let most = kinds.iter().flat_map(|(_, counts)| counts).copied().max().unwrap_or(0);
    let whole = i64::try_from(begins.len()).unwrap_or(0);
    let mut svg = begin(about, rows * ROW + 24);
    for (row, (name, counts)) in (0_i64..).zip(kinds) {
        let base = row * ROW + 24 + COLUMN;
        let (all, largest) = (counts.iter().sum::<i64>(), counts.iter().max().copied().unwrap_or(0));
        let _ = write!(
            svg,
            "<text x=\"0\" y=\"{}\">{}: {all}, at most {largest}</text>",
            row * ROW + 18,
            escaped(name)
        );
        for ((place, count), begins) in
            (0_i64..).zip(counts).zip(begins).filter(|((_, count), _)| **count > 0)
        {
            let height = (count * COLUMN / most.max(1)).max(2);
            let _ = write!(
                svg,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{height}\"><title>{}: {count}</title></rect>",
                part(place * 10 + 1, whole * 10),
                base - height,
                part(8, whole * 10),
                escaped(begins)
            );
        }
        let _ = write!(svg, "<rect x=\"0\" y=\"{base}\" width=\"100%\" height=\"1\"/>");
    }
    let below = rows * ROW + 14;
    if let [first, .., last] = begins {
        let _ = write!(
            svg,
            "<text x=\"0\" y=\"{below}\">{}</text><text x=\"100%\" y=\"{below}\" text-anchor=\"end\">{}</text>",
            escaped(first),
            escaped(last)
        );
    } else if let [only] = begins {
        let _ = write!(svg, "<text x=\"0\" y=\"{below}\">{}</text>", escaped(only));
    }
    svg + "</svg>"
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: About<'_> = About { id: "a", title: "One & two", says: "As the table <below>." };

    #[test]
    fn a_bar_is_as_long_as_its_number_and_says_it() {
        let svg = bars(ABOUT, &[("Invited".to_owned(), 3), ("Opened".to_owned(), 1), ("None".to_owned(), 0)]);
        assert!(
            svg.starts_with("<svg class=\"chart\" role=\"img\" aria-labelledby=\"a-title a-says\""),
            "{svg}"
        );
        assert!(svg.contains("<title id=\"a-title\">One &amp; two</title>"), "{svg}");
        assert!(svg.contains("<desc id=\"a-says\">As the table &lt;below&gt;.</desc>"), "{svg}");
        for part in
            ["Invited: 3", "width=\"100.00%\"", "Opened: 1", "width=\"33.33%\"", "None: 0", "width=\"0.00%\""]
        {
            assert!(svg.contains(part), "{part} in {svg}");
        }
        assert!(!svg.contains("style="), "no style stands in a page");
        assert!(bars(ABOUT, &[]).ends_with("</svg>"));
    }

    #[test]
    fn a_column_stands_at_its_day_and_a_day_without_anything_has_none() {
        let begins = ["2 March", "3 March", "4 March"].map(str::to_owned);
        let svg = columns(ABOUT, &begins, &[("Sent", vec![4, 0, 2]), ("Verified", vec![0, 0, 0])]);
        assert!(svg.contains("Sent: 6, at most 4") && svg.contains("Verified: 0, at most 0"), "{svg}");
        assert_eq!(svg.matches("<title>").count(), 2, "{svg}");
        assert!(
            svg.contains(
                "<rect x=\"3.33%\" y=\"24\" width=\"26.66%\" height=\"64\"><title>2 March: 4</title>"
            ),
            "{svg}"
        );
        assert!(
            svg.contains(
                "<rect x=\"70.00%\" y=\"56\" width=\"26.66%\" height=\"32\"><title>4 March: 2</title>"
            ),
            "{svg}"
        );
        assert!(columns(ABOUT, &begins[..1], &[("Sent", vec![1])]).contains("2 March"));
    }
}
