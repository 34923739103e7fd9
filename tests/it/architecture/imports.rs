//! Reads what a file of `src/` names: every path that leads into the crate, with its line, macros included.
//!
//! It works on tokens, not on the syntax tree, because the body of a macro such as `both!(conn, |c| …)` is nothing but tokens.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A module as its path from the crate's root: `["sign_on", "store"]`; the root itself is empty.
pub(crate) type Module = Vec<String>;

/// One place where a file names something inside the crate.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Import {
    /// Where it stands.
    pub(super) line: usize,
    /// From the crate's root, whatever was written (`crate::`, `super::`, `self::`, a child's name).
    pub(super) path: Vec<String>,
    /// The name it has afterwards, when it is a `pub use`.
    pub(super) exported_as: Option<String>,
}

/// Where a file's module stands in the tree: `src/list/mod.rs` and `src/list.rs` are both `["list"]`.
pub(crate) fn module_of(file: &str) -> Module {
    let path = file.trim_start_matches("src/").trim_end_matches(".rs");
    let mut parts: Module = path.split('/').map(str::to_owned).collect();
    if matches!(parts.last().map(String::as_str), Some("mod")) || path == "lib" {
        parts.pop();
    }
    parts
}

/// Everything that `source`, the file of `module`, names inside the crate.
pub(super) fn imports(source: &TokenStream, module: &Module, known: &BTreeSet<Module>) -> Vec<Import> {
    let mut reader = Reader { known, found: Vec::new() };
    reader.read(source.clone(), module);
    reader.found
}

/// Every identifier of the file with its line: to see which libraries it names.
pub(super) fn words(source: &TokenStream) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for token in source.clone() {
        match token {
            TokenTree::Ident(word) => found.push((word.span().start().line, word.to_string())),
            TokenTree::Group(group) => found.extend(words(&group.stream())),
            _ => {}
        }
    }
    found
}

struct Reader<'a> {
    known: &'a BTreeSet<Module>,
    found: Vec<Import>,
}

impl Reader<'_> {
    fn read(&mut self, tokens: TokenStream, here: &Module) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Group(group) => self.read(group.stream(), here),
                TokenTree::Ident(word) if word == "mod" => {
                    if let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(body))) =
                        (tokens.get(at + 1), tokens.get(at + 2))
                    {
                        let mut inner = here.clone();
                        inner.push(name.to_string());
                        self.read(body.stream(), &inner);
                        at += 3;
                        continue;
                    }
                }
                TokenTree::Ident(word) if word == "use" && !is_punct(tokens.get(at + 1), '<') => {
                    let end = at + tokens[at..].iter().take_while(|t| !is_punct(Some(t), ';')).count();
                    self.path(&tokens[at + 1..end], None, here, is_public(&tokens[..at]));
                    at = end;
                    continue;
                }
                TokenTree::Ident(_) if is_path(&tokens, at + 1) && !is_path(&tokens, at.wrapping_sub(2)) => {
                    at += self.path(&tokens[at..], None, here, false);
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Reads one path (or tree of a `use`) that begins at the first token; says how many tokens it took.
    fn path(&mut self, tokens: &[TokenTree], prefix: Option<Module>, here: &Module, public: bool) -> usize {
        let mut path = prefix;
        let mut line = None;
        let mut at = 0;
        loop {
            match tokens.get(at) {
                Some(TokenTree::Ident(word)) => {
                    line.get_or_insert(word.span().start().line);
                    path = match self.step(path, &word.to_string(), here) {
                        Some(path) => Some(path),
                        None => return at + 1,
                    };
                }
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    let members: Vec<TokenTree> = group.stream().into_iter().collect();
                    for member in members.split(|token| is_punct(Some(token), ',')) {
                        self.path(member, path.clone(), here, public);
                    }
                    return at + 1;
                }
                _ => break,
            }
            at += 1;
            if !is_path(tokens, at) {
                break;
            }
            at += 2;
        }
        if let (Some(path), Some(line)) = (path, line) {
            let renamed = match (tokens.get(at), tokens.get(at + 1)) {
                (Some(TokenTree::Ident(word)), Some(TokenTree::Ident(name))) if word == "as" => {
                    Some(name.to_string())
                }
                _ => None,
            };
            let exported_as = if public { renamed.or_else(|| path.last().cloned()) } else { None };
            self.found.push(Import { line, path, exported_as });
        }
        at.max(1)
    }

    /// One more word of a path; `None` when the path leads out of the crate.
    fn step(&self, path: Option<Module>, word: &str, here: &Module) -> Option<Module> {
        let up = |mut module: Module| {
            module.pop();
            module
        };
        match (path, word) {
            (None, "crate") => Some(Vec::new()),
            (None, "self") => Some(here.clone()),
            (None, "super") => Some(up(here.clone())),
            (None, child) => {
                let mut module = here.clone();
                module.push(child.to_owned());
                self.known.contains(&module).then_some(module)
            }
            (Some(path), "super") => Some(up(path)),
            (Some(path), "self") => Some(path),
            (Some(mut path), name) => {
                path.push(name.to_owned());
                Some(path)
            }
        }
    }
}

fn is_punct(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(found)) if found.as_char() == mark)
}

/// Whether `::` stands at this place.
fn is_path(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':')
}

/// Whether the tokens before a `use` end in `pub` or `pub(…)`.
fn is_public(before: &[TokenTree]) -> bool {
    let word = match before.last() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            before.get(before.len().wrapping_sub(2))
        }
        last => last,
    };
    matches!(word, Some(TokenTree::Ident(word)) if word == "pub")
}
