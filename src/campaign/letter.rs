//! The letter's text: Markdown with an allow-list, turned into HTML by us.

use crate::ids::LetterVersionId;
use crate::secret::sha256_hex;
use crate::text::characters;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::fmt::Write;

/// The most a letter may have, in bytes: some thirty printed pages.
const LONGEST: usize = 100_000;

/// One version of a letter. Once made it stays as it is; a change makes the next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LetterVersion {
    /// Its id.
    pub id: LetterVersionId,
    /// 1, 2, 3 … within the campaign.
    pub number: i64,
    /// The text.
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
    #[error("Remove the HTML “{0}”: a letter is plain text and Markdown.")]
    Html(String),
    /// A picture.
    #[error(
        "Remove the picture “{0}”: a letter shows none, because loading it would tell its host who reads."
    )]
    Picture(String),
    /// A link to somewhere a letter does not link.
    #[error(
        "Change the link to “{0}”: a link goes to a web address that begins with https:// or http://, or to mailto:."
    )]
    Link(String),
    /// Code, tables and the like.
    #[error("Remove the {0}: a letter has paragraphs, headings, emphasis, lists, quotations and links.")]
    Unsuitable(&'static str),
}

impl LetterText {
    /// Reads a letter and checks that everything in it is allowed.
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
        for event in Parser::new_ext(&text, Options::empty()) {
            allow(&event)?;
        }
        Ok(Self(text))
    }

    /// The Markdown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The SHA-256 of the Markdown, by which a representative's consent names the text it was given to.
    pub fn sha256(&self) -> String {
        sha256_hex(self.0.as_bytes())
    }

    /// The letter as HTML. Headings begin at level 2, because the page's own heading is the title.
    pub fn html(&self) -> String {
        let mut html = String::with_capacity(self.0.len() * 2);
        for event in Parser::new_ext(&self.0, Options::empty()) {
            write_event(&mut html, &event);
        }
        html
    }
}

fn allow(event: &Event<'_>) -> Result<(), LetterTextError> {
    match event {
        Event::Html(html) | Event::InlineHtml(html) => Err(LetterTextError::Html(shorten(html))),
        Event::Start(Tag::HtmlBlock) => Ok(()), // its lines follow, and are refused with their text
        Event::Start(Tag::Image { dest_url, .. }) => Err(LetterTextError::Picture(shorten(dest_url))),
        Event::Start(Tag::Link { dest_url, .. }) if !is_allowed_link(dest_url) => {
            Err(LetterTextError::Link(shorten(dest_url)))
        }
        Event::Start(Tag::CodeBlock(_)) => Err(LetterTextError::Unsuitable("indented or fenced code block")),
        Event::Code(_) => Err(LetterTextError::Unsuitable("code in backticks")),
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

fn write_event(html: &mut String, event: &Event<'_>) {
    match event {
        Event::Start(tag) => open(html, tag),
        Event::End(tag) => html.push_str(&close(*tag)),
        Event::Text(text) => escape(html, text),
        Event::SoftBreak => html.push('\n'),
        Event::HardBreak => html.push_str("<br>\n"),
        Event::Rule => html.push_str("<hr>\n"),
        // Everything else was refused by `parse`.
        _ => {}
    }
}

fn open(html: &mut String, tag: &Tag<'_>) {
    match tag {
        Tag::Paragraph => html.push_str("<p>"),
        Tag::Heading { level, .. } => {
            let _ = write!(html, "<h{}>", deeper(*level));
        }
        Tag::BlockQuote(_) => html.push_str("<blockquote>\n"),
        Tag::List(None) => html.push_str("<ul>\n"),
        Tag::List(Some(1)) => html.push_str("<ol>\n"),
        Tag::List(Some(start)) => {
            let _ = writeln!(html, "<ol start=\"{start}\">");
        }
        Tag::Item => html.push_str("<li>"),
        Tag::Emphasis => html.push_str("<em>"),
        Tag::Strong => html.push_str("<strong>"),
        Tag::Link { dest_url, .. } => {
            html.push_str("<a rel=\"noopener nofollow ugc\" href=\"");
            escape(html, dest_url);
            html.push_str("\">");
        }
        _ => {}
    }
}

fn close(tag: TagEnd) -> CowStr<'static> {
    match tag {
        TagEnd::Paragraph => "</p>\n".into(),
        TagEnd::Heading(level) => format!("</h{}>\n", deeper(level)).into(),
        TagEnd::BlockQuote(_) => "</blockquote>\n".into(),
        TagEnd::List(false) => "</ul>\n".into(),
        TagEnd::List(true) => "</ol>\n".into(),
        TagEnd::Item => "</li>\n".into(),
        TagEnd::Emphasis => "</em>".into(),
        TagEnd::Strong => "</strong>".into(),
        TagEnd::Link => "</a>".into(),
        _ => "".into(),
    }
}

fn deeper(level: HeadingLevel) -> usize {
    (level as usize + 1).min(6)
}

fn escape(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(markdown: &str) -> String {
        LetterText::parse(markdown).unwrap().html()
    }

    #[test]
    fn a_letter_is_set_with_headings_lists_emphasis_and_links() {
        assert_eq!(
            html("# We ask\n\nplease *do* **it**:\n\n1. one\n2. [two](https://example.org/?a=1&b=2)"),
            "<h2>We ask</h2>\n<p>please <em>do</em> <strong>it</strong>:</p>\n<ol>\n<li>one</li>\n<li><a rel=\"noopener \
             nofollow ugc\" href=\"https://example.org/?a=1&amp;b=2\">two</a></li>\n</ol>\n"
        );
    }

    #[test]
    fn what_a_letter_does_not_need_is_refused_by_name() {
        for (markdown, sentence) in [
            ("<script>alert(1)</script>", "Remove the HTML “<script>alert(1)</script>”"),
            ("a <b>bold</b> word", "Remove the HTML “<b>”"),
            ("![logo](https://tracker.example/x.png)", "Remove the picture “https://tracker.example/x.png”"),
            ("[x](javascript:alert(1))", "Change the link to “javascript:alert(1)”"),
            ("[x](JaVaScRiPt&colon;alert(1))", "Change the link to"),
            ("[x](data:text/html,hi)", "Change the link to “data:text/html,hi”"),
            ("<javascript:alert(1)>", "Change the link to"),
            ("word\n\n    code", "Remove the indented or fenced code block"),
            ("", "Write the letter."),
        ] {
            let refused = LetterText::parse(markdown).map(|text| text.html());
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
}
