//! Where a setting's text comes from: the environment, the file that `UNDERSIGNED_CONFIG` names, or a file of its own.

use super::Error;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

const PREFIX: &str = "UNDERSIGNED_";

/// A setting that exists: its name without the prefix, and whether its value must not be shown.
pub(super) struct Known {
    pub(super) name: &'static str,
    pub(super) secret: bool,
}

/// How the text of one setting was given.
enum Given {
    Text(String),
    InFile(PathBuf),
}

/// Every setting's text, before it means anything.
pub(super) struct Source<'a> {
    known: &'static [Known],
    read: &'a dyn Fn(&Path) -> std::io::Result<String>,
    given: BTreeMap<&'static str, Given>,
}

impl<'a> Source<'a> {
    /// Gathers what is set. The environment wins over the file. An empty variable counts as not set, because that is how
    /// compose files and service managers hand over what they do not have.
    pub(super) fn gather(
        known: &'static [Known],
        variables: impl IntoIterator<Item = (OsString, OsString)>,
        read: &'a dyn Fn(&Path) -> std::io::Result<String>,
    ) -> Result<Self, Error> {
        let mut source = Self { known, read, given: BTreeMap::new() };
        let mut environment = BTreeMap::new();
        let mut config = None;
        for (name, value) in variables {
            let name = name.to_string_lossy().into_owned();
            let Some(short) = name.strip_prefix(PREFIX) else { continue };
            let value = value.into_string().map_err(|_| Error::NotText { setting: name.clone() })?;
            if short == "CONFIG" {
                config = Some(value).filter(|path| !path.is_empty());
            } else if let Some((setting, in_file)) = source.find(short) {
                if !value.is_empty() {
                    put(&mut environment, setting, in_file, value)?;
                }
            } else {
                return Err(Error::UnknownVariable { name });
            }
        }
        if let Some(path) = config {
            source.given = source.read_config(Path::new(&path))?;
        }
        source.given.extend(environment);
        Ok(source)
    }

    /// The text of a setting, if one was given.
    pub(super) fn text(&self, name: &'static str) -> Result<Option<String>, Error> {
        match self.given.get(name) {
            None => Ok(None),
            Some(Given::Text(text)) => Ok(Some(text.clone())),
            Some(Given::InFile(path)) => {
                let text = (self.read)(path).map_err(|cause| Error::Unreadable {
                    setting: format!("{PREFIX}{name}_FILE"),
                    path: path.clone(),
                    cause,
                })?;
                Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
            }
        }
    }

    /// What a setting means, or its default. `parse` says in a few words what is wrong with a value.
    pub(super) fn parse<T, W: ToString>(
        &self,
        name: &'static str,
        default: impl FnOnce() -> T,
        parse: impl FnOnce(&str) -> Result<T, W>,
    ) -> Result<T, Error> {
        match self.text(name)? {
            None => Ok(default()),
            Some(text) => parse(&text).map_err(|why| self.wrong(name, &text, why.to_string())),
        }
    }

    fn wrong(&self, name: &str, text: &str, why: String) -> Error {
        let secret = self.known.iter().any(|k| k.name == name && k.secret);
        Error::Wrong { setting: format!("{PREFIX}{name}"), value: shown(text, secret), why }
    }

    /// The setting that a name without prefix means, and whether it is the `…_FILE` form.
    fn find(&self, short: &str) -> Option<(&'static str, bool)> {
        let known = |name: &str| self.known.iter().find(|k| k.name == name).map(|k| k.name);
        known(short)
            .map(|name| (name, false))
            .or_else(|| short.strip_suffix("_FILE").and_then(known).map(|name| (name, true)))
    }

    fn read_config(&self, path: &Path) -> Result<BTreeMap<&'static str, Given>, Error> {
        let text = (self.read)(path).map_err(|cause| Error::Unreadable {
            setting: format!("{PREFIX}CONFIG"),
            path: path.to_owned(),
            cause,
        })?;
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            Error::NotToml {
                path: path.to_owned(),
                line: before.matches('\n').count() + 1,
                why: error.message().replace('\n', " "),
            }
        })?;
        let mut given = BTreeMap::new();
        for (key, value) in table {
            let (setting, in_file) = (key == key.to_ascii_lowercase())
                .then(|| self.find(&key.to_ascii_uppercase()))
                .flatten()
                .ok_or_else(|| Error::UnknownKey { path: path.to_owned(), key: key.clone() })?;
            let text = as_text(&value).ok_or_else(|| Error::WrongKind { path: path.to_owned(), key })?;
            put(&mut given, setting, in_file, text)?;
        }
        Ok(given)
    }
}

fn put(
    given: &mut BTreeMap<&'static str, Given>,
    setting: &'static str,
    in_file: bool,
    text: String,
) -> Result<(), Error> {
    let value = if in_file { Given::InFile(text.into()) } else { Given::Text(text) };
    match given.insert(setting, value) {
        None => Ok(()),
        Some(_) => Err(Error::Twice { setting: format!("{PREFIX}{setting}") }),
    }
}

/// A value of the file as a variable would hold it: text, a whole number, or a list of texts with commas between.
fn as_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Array(items) => {
            items.iter().map(toml::Value::as_str).collect::<Option<Vec<_>>>().map(|items| items.join(","))
        }
        _ => None,
    }
}

/// A value as an error may show it. Of a secret only the scheme of an address is shown, which is where most mistakes are.
fn shown(text: &str, secret: bool) -> String {
    let printable = |text: &str| text.escape_debug().collect::<String>();
    match text.split_once("://") {
        _ if !secret => format!("\"{}\"", printable(text)),
        Some((scheme, _)) => format!("\"{}://…\"", printable(scheme)),
        None => "\"…\"".to_owned(),
    }
}
