//! The footnotes of a letter: what its links lead to, for whoever reads it on paper.

use pulldown_cmark::{Event, Tag, TagEnd};

/// The addresses in the order in which they are first named.
#[derive(Default)]
pub(super) struct Notes {
    addresses: Vec<String>,
    /// The link that is being read, and the words of it so far.
    open: Option<(String, String)>,
}

impl Notes {
    /// Goes along with the text. At the end of a link it gives the number of its footnote; none where the words are the address itself.
    pub(super) fn follow(&mut self, event: &Event<'_>) -> Option<usize> {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                self.open = Some((dest_url.to_string(), String::new()))
            }
            Event::Text(text) => {
                if let Some((_, words)) = &mut self.open {
                    words.push_str(text);
                }
            }
            Event::End(TagEnd::Link) => {
                let (address, words) = self.open.take()?;
                let plain = address.strip_prefix("mailto:").unwrap_or(&address);
                return (plain != words).then(|| self.number(plain));
            }
            _ => {}
        }
        None
    }

    fn number(&mut self, address: &str) -> usize {
        match self.addresses.iter().position(|known| known == address) {
            Some(place) => place + 1,
            None => {
                self.addresses.push(address.to_owned());
                self.addresses.len()
            }
        }
    }

    pub(super) fn addresses(&self) -> &[String] {
        &self.addresses
    }

    /// The footnotes as plain text, one on a line; none where there is no link.
    pub(super) fn plain(&self) -> Option<String> {
        let line = |(number, address): (usize, &String)| format!("[{number}] {address}");
        let lines: Vec<String> = (1..).zip(&self.addresses).map(line).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}
