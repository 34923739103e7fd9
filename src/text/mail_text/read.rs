//! Reading: line by line, so that what is wrong is said with its line.

use super::{Block, LONGEST, Line, MailText, MailTextError, Part, Placeholder, Shape};
use crate::text::{WebUrl, characters};
use unicode_segmentation::UnicodeSegmentation;

pub(super) fn read(raw: &str, known: &[Placeholder]) -> Result<MailText, MailTextError> {
    let raw = raw.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let count = raw.trim().graphemes(true).count();
    if count == 0 {
        return Err(MailTextError::Empty);
    }
    if count > LONGEST || raw.trim().len() > 4 * LONGEST {
        return Err(MailTextError::TooLong(count.max(raw.trim().len() / 4)));
    }
    let mut reader = Reader { known, blocks: Vec::new(), open: Vec::new(), is_list: false };
    let mut written = String::with_capacity(raw.len());
    for (before, line) in raw.split('\n').enumerate() {
        let number = before + 1;
        let fault = |fault| MailTextError::Character { line: number, fault };
        let line = characters::paragraphs(line).map_err(fault)?;
        reader.line(&line, number)?;
        written.push_str(&line);
        written.push('\n');
    }
    reader.end();
    let blocks = reader.blocks;
    if blocks.is_empty() {
        return Err(MailTextError::Empty);
    }
    if let Some(missing) = known.iter().find(|known| known.is_required && !holds(&blocks, known.name)) {
        return Err(MailTextError::Missing(missing.name));
    }
    Ok(MailText { written: written.trim_matches('\n').to_owned(), blocks })
}

fn holds(blocks: &[Block], name: &str) -> bool {
    let in_line = |line: &Line| line.iter().any(|part| matches!(part, Part::Value(value) if *value == name));
    blocks.iter().any(|block| match block {
        Block::Alone(placeholder) => placeholder.name == name,
        Block::Heading(line) => in_line(line),
        Block::Paragraph(lines) | Block::List(lines) => lines.iter().any(in_line),
    })
}

struct Reader<'a> {
    known: &'a [Placeholder],
    blocks: Vec<Block>,
    /// The lines of the paragraph or list that is open.
    open: Vec<Line>,
    is_list: bool,
}

impl Reader<'_> {
    fn line(&mut self, line: &str, number: usize) -> Result<(), MailTextError> {
        if line.is_empty() {
            self.end();
            return Ok(());
        }
        refuse_markup(line, number)?;
        if let Some(heading) = line.strip_prefix("## ").or_else(|| line.strip_prefix("# ")) {
            self.end();
            let heading = self.parts(heading.trim(), number)?;
            self.blocks.push(Block::Heading(heading));
            return Ok(());
        }
        let item = line.strip_prefix("- ").or_else(|| line.strip_prefix("* "));
        let parts = self.parts(item.unwrap_or(line).trim(), number)?;
        if let (None, [Part::Value(name)]) = (item, parts.as_slice())
            && let Some(alone) = self.known.iter().find(|known| known.name == *name)
            && alone.shape != Shape::Words
        {
            self.end();
            self.blocks.push(Block::Alone(*alone));
            return Ok(());
        }
        let among_words = |part: &Part| {
            let Part::Value(name) = part else { return None };
            self.known.iter().find(|known| known.name == *name && known.shape.is_alone())
        };
        if let Some(found) = parts.iter().find_map(among_words) {
            return Err(MailTextError::NotAlone { line: number, name: found.name });
        }
        if item.is_some() != self.is_list {
            self.end();
            self.is_list = item.is_some();
        }
        self.open.push(parts);
        Ok(())
    }

    /// Ends the paragraph or the list that is open.
    fn end(&mut self) {
        let lines = std::mem::take(&mut self.open);
        if !lines.is_empty() {
            self.blocks.push(if self.is_list { Block::List(lines) } else { Block::Paragraph(lines) });
        }
        self.is_list = false;
    }

    fn parts(&self, line: &str, number: usize) -> Result<Line, MailTextError> {
        let (mut parts, mut rest) = (Vec::new(), line);
        while let Some(at) = rest.find(['{', '}']) {
            let (words, after) = rest.split_at(at);
            words_and_links(words, &mut parts);
            let inside = after.strip_prefix('{').and_then(|after| after.split_once('}'));
            let (name, after) =
                inside.filter(|(name, _)| !name.contains('{')).ok_or(MailTextError::Braces(number))?;
            parts.push(Part::Value(self.known(name, number)?));
            rest = after;
        }
        words_and_links(rest, &mut parts);
        Ok(parts)
    }

    fn known(&self, name: &str, line: usize) -> Result<&'static str, MailTextError> {
        let found = self.known.iter().find(|known| known.name == name.trim());
        found.map(|known| known.name).ok_or_else(|| MailTextError::Unknown {
            line,
            name: name.trim().to_owned(),
            known: names(self.known),
        })
    }
}

/// `{letter}, {link}`
pub(super) fn names(known: &[Placeholder]) -> String {
    known.iter().map(|known| format!("{{{}}}", known.name)).collect::<Vec<_>>().join(", ")
}

fn refuse_markup(line: &str, number: usize) -> Result<(), MailTextError> {
    let is_tag = |at: usize| {
        let after = line.get(at + 1..).and_then(|rest| rest.chars().next());
        after.is_some_and(|after| after.is_ascii_alphabetic() || matches!(after, '/' | '!' | '?'))
    };
    if line.match_indices('<').any(|(at, _)| is_tag(at)) {
        return Err(MailTextError::Html(number));
    }
    if line.contains("![") {
        return Err(MailTextError::Picture(number));
    }
    if line.contains("](") {
        return Err(MailTextError::HiddenLink(number));
    }
    Ok(())
}

/// What follows an address in a sentence and is no part of it.
const CLOSING: [char; 12] = ['.', ',', ';', ':', '!', '?', ')', ']', '”', '’', '"', '\''];

/// Words of the organizer, in which addresses become links.
fn words_and_links(words: &str, parts: &mut Line) {
    let mut plain = String::new();
    for word in words.split_inclusive(char::is_whitespace) {
        let begins = word.find("https://").or_else(|| word.find("http://"));
        let (before, address) = word.split_at(begins.unwrap_or(word.len()));
        let end = address.trim_end().trim_end_matches(CLOSING).len();
        let (address, after) = address.split_at(end);
        plain.push_str(before);
        if address.is_empty() || WebUrl::parse(address).is_err() {
            plain.push_str(address);
        } else {
            if !plain.is_empty() {
                parts.push(Part::Words(std::mem::take(&mut plain)));
            }
            parts.push(Part::Link(address.to_owned()));
        }
        plain.push_str(after);
    }
    if !plain.is_empty() {
        parts.push(Part::Words(plain));
    }
}
