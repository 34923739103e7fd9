//! The letter as HTML. Headings begin at level 2, because the page's own heading is the title.

use super::notes::Notes;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::fmt::Write;

/// What a version is as HTML.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct LetterHtml {
    /// The host's words above the letter; empty where there are none.
    pub introduction: String,
    /// The letter.
    pub text: String,
    /// The addresses of the links, numbered as they are marked in both; empty where there is no link.
    pub notes: String,
}

/// Writes one text.
pub(super) struct Writer<'a> {
    notes: &'a mut Notes,
    html: String,
}

impl<'a> Writer<'a> {
    pub(super) fn new(notes: &'a mut Notes) -> Self {
        Self { notes, html: String::new() }
    }

    pub(super) fn write(mut self, markdown: &str) -> String {
        self.html.reserve(markdown.len() * 2);
        for event in Parser::new_ext(markdown, Options::empty()) {
            if let Some(number) = self.notes.follow(&event) {
                let _ = write!(self.html, "</a><sup class=\"fn\">[{number}]</sup>");
            } else {
                write_event(&mut self.html, &event);
            }
        }
        self.html
    }
}

/// The addresses at the end.
pub(super) fn notes(notes: &Notes) -> String {
    if notes.addresses().is_empty() {
        return String::new();
    }
    let mut html = String::from("<ol class=\"footnotes\">\n");
    for address in notes.addresses() {
        html.push_str("<li>");
        escape(&mut html, address);
        html.push_str("</li>\n");
    }
    html.push_str("</ol>\n");
    html
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
