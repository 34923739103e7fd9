//! JSON made from values in order: as given for readers, or in the canonical form of RFC 8785 for checksums. Both are made
//! from one value, so they cannot say different things.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::Write;

/// A value. Numbers are small and whole, for which the canonical form is the plain decimal one.
pub(super) enum Json<'a> {
    Null,
    Number(u32),
    Text(Cow<'a, str>),
    /// Its items are made one by one while it is written, because a list may have ten thousand.
    Array(Items<'a>),
    Object(Vec<(&'static str, Json<'a>)>),
}

/// Gives each item of an array, in order, to whom it is handed.
pub(super) type Items<'a> = Box<dyn Fn(&mut dyn FnMut(Json<'a>)) + 'a>;

impl<'a> Json<'a> {
    /// The array of what `item` makes of each of these.
    pub(super) fn array<T: 'a>(items: &'a [T], item: impl Fn(&'a T) -> Json<'a> + 'a) -> Self {
        Self::Array(Box::new(move |take| items.iter().map(&item).for_each(take)))
    }

    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn text_or_null(text: Option<impl Into<Cow<'a, str>>>) -> Self {
        text.map_or(Self::Null, Self::text)
    }

    /// The members in the order in which they were given.
    pub(super) fn as_given(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, false);
        out
    }

    /// RFC 8785: no space, members sorted by the UTF-16 code units of their names, the shortest escapes.
    pub(super) fn canonical(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, true);
        out
    }

    fn write(&self, out: &mut String, canonical: bool) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Number(number) => {
                let _ = write!(out, "{number}");
            }
            Self::Text(text) => write_text(out, text),
            Self::Array(items) => {
                out.push('[');
                let begin = out.len();
                items(&mut |item| {
                    if out.len() > begin {
                        out.push(',');
                    }
                    item.write(out, canonical);
                });
                out.push(']');
            }
            Self::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                if canonical {
                    members.sort_by(|(a, _), (b, _)| by_code_units(a, b));
                }
                out.push('{');
                for (place, (name, value)) in members.into_iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    write_text(out, name);
                    out.push(':');
                    value.write(out, canonical);
                }
                out.push('}');
            }
        }
    }
}

/// The order of the UTF-16 code units, which for ASCII is that of the bytes.
fn by_code_units(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}

/// RFC 8785 section 3.2.2.2: two-character escapes where they exist, `\u00xx` for the other control characters below U+0020,
/// everything else as it is.
fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second example of RFC 8785, section 3.2.3: its order is that of UTF-16, in which U+1F600 (a surrogate pair) comes
    /// before U+FB33.
    #[test]
    fn members_are_sorted_by_utf_16_code_units() {
        let names = ["\u{20ac}", "\r", "\u{fb33}", "1", "\u{1f600}", "\u{80}", "\u{f6}"];
        let object = Json::Object(names.map(|name| (name, Json::Null)).into_iter().collect());
        assert_eq!(
            object.canonical(),
            "{\"\\r\":null,\"1\":null,\"\u{80}\":null,\"ö\":null,\"€\":null,\"😀\":null,\"\u{fb33}\":null}"
        );
    }

    /// The string of the example in RFC 8785, section 3.2.2.
    #[test]
    fn strings_have_the_shortest_escapes_and_are_not_normalized() {
        let text = Json::text("\u{20ac}$\u{f}\nA'\u{42}\u{22}\u{5c}\\\"/");
        assert_eq!(text.canonical(), "\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
        assert_eq!(
            Json::text("\u{8}\u{c}\t\r\u{7f}A\u{30a}\u{2028}").canonical(),
            "\"\\b\\f\\t\\r\u{7f}A\u{30a}\u{2028}\""
        );
    }

    #[test]
    fn what_is_written_reads_back() {
        let value = Json::Object(vec![
            (
                "b",
                Json::array(&[Some(0), Some(u32::MAX), None], |item| item.map_or(Json::Null, Json::Number)),
            ),
            ("a", Json::text("=HYPERLINK(\"x\")\u{0}</script>")),
        ]);
        assert!(value.as_given().starts_with("{\"b\":[0,4294967295,null],\"a\":"));
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&value.as_given()), read(&value.canonical()));
        assert_eq!(read(&value.canonical())["a"], "=HYPERLINK(\"x\")\u{0}</script>");
    }
}
