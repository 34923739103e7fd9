//! The letter as plain text: what it says without its marks, and its links as footnotes.

use super::notes::Notes;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// One text.
pub(super) fn write(markdown: &str, notes: &mut Notes) -> String {
    let mut page = Plain::default();
    for event in Parser::new_ext(markdown, Options::empty()) {
        match notes.follow(&event) {
            Some(number) => page.words(&format!(" [{number}]")),
            None => page.event(&event),
        }
    }
    page.text
}

#[derive(Default)]
struct Plain {
    text: String,
    /// The lists that are open: the number of the next item, where they have numbers.
    lists: Vec<Option<u64>>,
    /// What each line begins with: indentation and the marks of quotations.
    margin: Vec<&'static str>,
    /// How many line breaks are owed before the next words.
    breaks: usize,
    /// What the next words come after: the mark of an item.
    mark: String,
}

impl Plain {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(Tag::List(start)) => {
                // A list inside an item begins on the next line, another one after an empty line.
                self.owe(if self.lists.is_empty() { 2 } else { 1 });
                self.lists.push(*start);
            }
            Event::End(TagEnd::List(_)) => {
                self.lists.pop();
                self.owe(if self.lists.is_empty() { 2 } else { 1 });
            }
            Event::Start(Tag::Item) => {
                self.owe(1);
                self.mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
                self.margin.push("  ");
            }
            Event::End(TagEnd::Item) => {
                self.margin.pop();
                self.owe(1);
            }
            Event::Start(Tag::BlockQuote(_)) => {
                self.owe(2);
                self.margin.push("> ");
            }
            Event::End(TagEnd::BlockQuote(_)) => {
                self.margin.pop();
                self.owe(2);
            }
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_)) => self.owe(2),
            Event::Text(text) => self.words(text),
            Event::SoftBreak | Event::HardBreak => self.owe(1),
            Event::Rule => {
                self.owe(2);
                self.words("* * *");
                self.owe(2);
            }
            _ => {}
        }
    }

    fn owe(&mut self, breaks: usize) {
        self.breaks = self.breaks.max(breaks);
    }

    fn words(&mut self, words: &str) {
        let begins = self.text.is_empty();
        if !begins {
            for _ in 0..self.breaks {
                self.text.push('\n');
            }
        }
        if begins || self.breaks > 0 {
            // An item's own mark stands in the last step of its margin.
            let steps = self.margin.len() - usize::from(!self.mark.is_empty()).min(self.margin.len());
            for step in self.margin.iter().take(steps) {
                self.text.push_str(step);
            }
            self.text.push_str(&std::mem::take(&mut self.mark));
        }
        self.breaks = 0;
        self.text.push_str(words);
    }
}
