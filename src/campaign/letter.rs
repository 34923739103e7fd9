//! The letter's text: Markdown with an allow-list, turned into HTML and into plain text by us.

mod html;
mod notes;
mod plain;

pub use html::LetterHtml;

use crate::clock::Timestamp;
use crate::ids::LetterVersionId;
use crate::secret::sha256_hex;
use crate::text::{Differences, characters};
use html::Writer;
use notes::Notes;
use pulldown_cmark::{Event, Options, Parser, Tag};

/// The most a letter may have, in bytes: some thirty printed pages.
const LONGEST: usize = 100_000;

/// One version of a letter. Once made it stays as it is; a change makes the next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LetterVersion {
    /// Its id.
    pub id: LetterVersionId,
    /// 1, 2, 3 … within the campaign.
    pub number: i64,
    /// The number of the first version that says the same: a mended slip changes no meaning, so consent to one is consent to the other.
    pub meaning: i64,
    /// Since when it is, or was, the text that stands; never for one that was asked about and not agreed to.
    pub stands_since: Option<Timestamp>,
    /// When it was made.
    pub made_at: Timestamp,
    /// What it says.
    pub body: LetterBody,
}

/// What a version says: the text, and the host's words above it, which are part of what is signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LetterBody {
    /// The host's words above the letter.
    pub introduction: Option<LetterText>,
    /// The letter.
    pub text: LetterText,
}

/// The text of a letter: Markdown that holds only what a letter needs (paragraphs, headings, emphasis, lists, quotations,
/// links to the web or to an address).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LetterText(String);

/// Why a text is refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LetterTextError {
    /// Nothing in it.
    #[error("Write the letter.")]
    Empty,
    /// Over the limit.
    #[error("Shorten the letter: it has {0} bytes and the most is {LONGEST}.")]
    TooLong(usize),
    /// A character that no text may hold.
    #[error("{0}")]
    Character(String),
    /// Raw HTML.
    #[error("Remove the HTML “{0}” in line {1}: a letter is plain text and Markdown.")]
    Html(String, usize),
    /// A picture.
    #[error(
        "Remove the picture “{0}” in line {1}: a letter shows none, because loading it would tell its host who reads."
    )]
    Picture(String, usize),
    /// A link to somewhere a letter does not link.
    #[error(
        "Change the link to “{0}” in line {1}: a link goes to a web address that begins with https:// or http://, or to mailto:."
    )]
    Link(String, usize),
    /// Code, tables and the like.
    #[error(
        "Remove the {0} in line {1}: a letter has paragraphs, headings, emphasis, lists, quotations and links."
    )]
    Unsuitable(&'static str, usize),
}

impl LetterBody {
    /// What both texts are as HTML, with the addresses of their links as numbered footnotes, which are seen on paper.
    pub fn html(&self) -> LetterHtml {
        let mut notes = Notes::default();
        let mut part = |text: &LetterText| Writer::new(&mut notes).write(&text.0);
        let introduction = self.introduction.as_ref().map(&mut part).unwrap_or_default();
        let text = part(&self.text);
        LetterHtml { introduction, text, notes: html::notes(&notes) }
    }

    /// The same as plain text, footnotes included.
    pub fn plain(&self) -> String {
        let mut notes = Notes::default();
        let mut parts: Vec<String> = Vec::new();
        for text in self.introduction.iter().chain([&self.text]) {
            parts.push(plain::write(&text.0, &mut notes));
        }
        parts.extend(notes.plain());
        parts.join("\n\n")
    }

    /// What changes from this one to another. Introduction and letter are compared apart: words that move from one to the other change whose
    /// words they are.
    pub fn differences(&self, after: &Self) -> Differences {
        let above = |body: &Self| body.introduction.as_ref().map_or(String::new(), |text| text.0.clone());
        Differences::of_parts(&[(&above(self), &above(after)), (&self.text.0, &after.text.0)])
    }

    /// Both texts as they were typed, one after the other.
    pub fn markdown(&self) -> String {
        match &self.introduction {
            Some(introduction) => format!("{}\n\n{}", introduction.0, self.text.0),
            None => self.text.0.clone(),
        }
    }

    /// The SHA-256 of the Markdown, by which a representative's consent names the text it was given to. Between introduction and letter stands a
    /// line that neither can hold, so that no two bodies have the same.
    pub fn sha256(&self) -> String {
        sha256_hex(self.to_file().trim_end().as_bytes())
    }
}

/// The line that stands between introduction and letter where both are one file. A letter cannot hold it, because it holds no HTML.
const BETWEEN: &str = "<!-- letter -->";

impl LetterBody {
    /// Reads a file: the letter, or the introduction, the line `<!-- letter -->`, and the letter.
    ///
    /// # Errors
    /// See [`LetterTextError`].
    pub fn from_file(file: &str) -> Result<Self, LetterTextError> {
        let Some((above, text)) = file.split_once(BETWEEN) else {
            return LetterText::parse(file).map(Self::from);
        };
        // As many empty lines as stand above it, so that errors name the file's lines.
        let lines = "\n".repeat(above.matches('\n').count());
        Ok(Self {
            introduction: Some(LetterText::parse(above)?),
            text: LetterText::parse(&format!("{lines}{text}"))?,
        })
    }

    /// The file.
    pub fn to_file(&self) -> String {
        match &self.introduction {
            Some(introduction) => format!("{}\n\n{BETWEEN}\n\n{}\n", introduction.0, self.text.0),
            None => format!("{}\n", self.text.0),
        }
    }
}

impl From<LetterText> for LetterBody {
    fn from(text: LetterText) -> Self {
        Self { introduction: None, text }
    }
}

impl LetterText {
    /// Reads a letter and checks that everything in it is allowed. Errors name the line, as the form shows it.
    ///
    /// # Errors
    /// See [`LetterTextError`].
    pub fn parse(raw: &str) -> Result<Self, LetterTextError> {
        if raw.len() > LONGEST {
            return Err(LetterTextError::TooLong(raw.len()));
        }
        let text = characters::paragraphs(raw).map_err(|e| LetterTextError::Character(e.to_string()))?;
        if text.is_empty() {
            return Err(LetterTextError::Empty);
        }
        let lines = |text: &str| text.bytes().filter(|byte| *byte == b'\n').count();
        let typed = raw.replace("\r\n", "\n").replace('\r', "\n");
        let above = typed.len() - typed.trim_start().len();
        let above = lines(typed.get(..above).unwrap_or_default());
        for (event, place) in Parser::new_ext(&text, Options::empty()).into_offset_iter() {
            allow(&event, above + lines(text.get(..place.start).unwrap_or_default()) + 1)?;
        }
        Ok(Self(text))
    }

    /// The Markdown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// It alone as HTML, the addresses of its links left out.
    pub fn html(&self) -> String {
        Writer::new(&mut Notes::default()).write(&self.0)
    }
}

fn allow(event: &Event<'_>, line: usize) -> Result<(), LetterTextError> {
    match event {
        Event::Html(html) | Event::InlineHtml(html) => Err(LetterTextError::Html(shorten(html), line)),
        Event::Start(Tag::HtmlBlock) => Ok(()), // its lines follow, and are refused with their text
        Event::Start(Tag::Image { dest_url, .. }) => Err(LetterTextError::Picture(shorten(dest_url), line)),
        Event::Start(Tag::Link { dest_url, .. }) if !is_allowed_link(dest_url) => {
            Err(LetterTextError::Link(shorten(dest_url), line))
        }
        Event::Start(Tag::CodeBlock(_)) => {
            Err(LetterTextError::Unsuitable("indented or fenced code block", line))
        }
        Event::Code(_) => Err(LetterTextError::Unsuitable("code in backticks", line)),
        _ => Ok(()),
    }
}

fn shorten(text: &str) -> String {
    text.trim().chars().take(60).collect()
}

fn is_allowed_link(target: &str) -> bool {
    let lower = target.trim().to_ascii_lowercase();
    ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme))
        && !lower.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(markdown: &str) -> LetterBody {
        LetterText::parse(markdown).unwrap().into()
    }

    fn html(markdown: &str) -> String {
        body(markdown).html().text
    }

    #[test]
    fn a_letter_is_set_with_headings_lists_emphasis_and_links() {
        assert_eq!(
            html("# We ask\n\nplease *do* **it**:\n\n1. one\n2. [two](https://example.org/?a=1&b=2)"),
            "<h2>We ask</h2>\n<p>please <em>do</em> <strong>it</strong>:</p>\n<ol>\n<li>one</li>\n<li><a rel=\"noopener \
             nofollow ugc\" href=\"https://example.org/?a=1&amp;b=2\">two</a><sup class=\"fn\">[1]</sup></li>\n</ol>\n"
        );
    }

    #[test]
    fn what_a_letter_does_not_need_is_refused_by_name() {
        for (markdown, sentence) in [
            ("<script>alert(1)</script>", "Remove the HTML “<script>alert(1)</script>” in line 1"),
            ("One.\n\na <b>bold</b> word", "Remove the HTML “<b>” in line 3"),
            ("\r\n\r\nOne\r\n<svg onload=x>", "Remove the HTML “<svg onload=x>” in line 4"),
            (
                "![logo](https://tracker.example/x.png)",
                "Remove the picture “https://tracker.example/x.png” in line 1",
            ),
            ("[x](javascript:alert(1))", "Change the link to “javascript:alert(1)” in line 1"),
            ("[x](JaVaScRiPt&colon;alert(1))", "Change the link to"),
            ("[x](data:text/html,hi)", "Change the link to “data:text/html,hi”"),
            ("a\n\n<javascript:alert(1)>", "Change the link to “javascript:alert(1)” in line 3"),
            ("word\n\n    code", "Remove the indented or fenced code block in line 3"),
            ("", "Write the letter."),
        ] {
            let refused = LetterText::parse(markdown);
            assert!(
                matches!(&refused, Err(e) if e.to_string().starts_with(sentence)),
                "{markdown}: {refused:?}"
            );
        }
    }

    #[test]
    fn text_is_text_whatever_it_looks_like() {
        assert_eq!(
            html("{{7*7}} & \"x\" \\<svg onload=x\\>"),
            "<p>{{7*7}} &amp; &quot;x&quot; &lt;svg onload=x&gt;</p>\n"
        );
    }

    #[test]
    fn a_file_holds_the_introduction_above_the_letter() {
        let body = LetterBody::from_file("From *us*.\n\n<!-- letter -->\n\nPlease.\n").unwrap();
        assert_eq!(body.introduction.as_ref().unwrap().as_str(), "From *us*.");
        assert_eq!(LetterBody::from_file(&body.to_file()).unwrap(), body);
        assert_eq!(LetterBody::from_file("Please.\n").unwrap().to_file(), "Please.\n");
        let refused = LetterBody::from_file("Us.\n\n<!-- letter -->\n\na <b>b</b>").unwrap_err();
        assert!(refused.to_string().contains("in line 5"), "{refused}");
    }

    #[test]
    fn introduction_and_letter_are_compared_and_hashed_apart() {
        let text = |markdown| LetterText::parse(markdown).unwrap();
        let apart = LetterBody { introduction: Some(text("From us.")), text: text("Please.\n\nNow.") };
        let moved = LetterBody { introduction: Some(text("From us.\n\nPlease.")), text: text("Now.") };
        let glued = LetterBody::from(text("From us.\n\nPlease.\n\nNow."));
        for (one, other) in [(&apart, &moved), (&apart, &glued), (&moved, &glued)] {
            assert!(!one.differences(other).is_empty(), "{one:?} {other:?}");
            assert_ne!(one.sha256(), other.sha256());
        }
        assert!(apart.differences(&apart).is_empty());
        assert_eq!(apart.differences(&moved).plain(), "From us.\n\n{+Please.+}\n\n[-Please.-]\n\nNow.");
    }

    #[test]
    fn the_addresses_of_links_are_numbered_through_introduction_and_text() {
        let text = |markdown| LetterText::parse(markdown).unwrap();
        let body = LetterBody {
            introduction: Some(text("See [us](https://us.example/).")),
            text: text(
                "# Please\n\nread [this](https://law.example/a), [us](https://us.example/), <https://bare.example/>:\n\n- *one*\n- two\n  1. deep\n\n> said",
            ),
        };
        assert_eq!(
            body.plain(),
            "See us [1].\n\nPlease\n\nread this [2], us [1], https://bare.example/:\n\n- one\n- two\n  1. deep\n\n> said\n\n\
             [1] https://us.example/\n[2] https://law.example/a"
        );
        let html = body.html();
        assert!(html.introduction.contains("us</a><sup class=\"fn\">[1]</sup>"), "{}", html.introduction);
        assert_eq!(
            html.notes,
            "<ol class=\"footnotes\">\n<li>https://us.example/</li>\n<li>https://law.example/a</li>\n</ol>\n"
        );
        assert_eq!(LetterBody::from(text("No link.")).html().notes, "");
    }
}
