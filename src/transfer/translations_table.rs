//! The letter in other languages, in `campaign.toml`: a table for each, named by its language, beside the file with its text.

use super::report::{CAMPAIGN, Refusal};
use crate::campaign::{LetterBody, Rendition};
use crate::text::Language;
use crate::web::form::{Fields, Filled, Problems};
use std::fmt::Write;
use toml::Value;
use toml::de::DeValue;

/// What stands around the text of a translation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Lines {
    pub(super) language: Language,
    texts: Vec<(&'static str, String)>,
}

impl Lines {
    /// The translation with its text.
    pub(super) fn with(&self, body: LetterBody) -> Option<Rendition> {
        let mut problems = Problems::default();
        let fields: Fields = self.texts.iter().map(|(field, text)| (*field, text.as_str())).collect();
        Rendition::lines(&fields, &mut problems).map(|lines| lines(body))
    }
}

/// The name of the file with the text.
pub(super) fn file_name(language: &Language) -> String {
    format!("letter.{language}.md")
}

/// The language that a file is in, where it is one of these.
pub(super) fn language_of(file_name: &str) -> Option<&str> {
    file_name.strip_prefix("letter.")?.strip_suffix(".md").filter(|tag| !tag.is_empty())
}

/// Reads the tables.
///
/// # Errors
/// Everything in them that could not be taken.
pub(super) fn parse(
    value: &DeValue<'_>,
    line: usize,
    line_at: &dyn Fn(usize) -> usize,
) -> Result<Vec<Lines>, Vec<Refusal>> {
    let DeValue::Table(all) = value else {
        let said = "Write a table for each language, such as [translations.fr].";
        return Err(vec![Refusal::of_line(CAMPAIGN, line, said).field("translations")]);
    };
    let (mut translations, mut refusals) = (Vec::new(), Vec::new());
    for (key, value) in all {
        let (line, tag) = (line_at(key.span().start), key.get_ref().as_ref());
        let named = format!("translations.{tag}");
        let refusal = |said: &str| Refusal::of_line(CAMPAIGN, line, said).field(&named);
        let language = match Language::parse(tag) {
            Ok(language) if language.as_str() == tag && language.primary().len() <= 3 => language,
            _ => {
                refusals.push(refusal("Name the table by a language tag such as fr, ar or pt-BR."));
                continue;
            }
        };
        let DeValue::Table(table) = value.get_ref() else {
            refusals.push(refusal("Write a table for each language, such as [translations.fr]."));
            continue;
        };
        let mut texts = Vec::new();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let line = line_at(key.span().start);
            let field = Rendition::FIELDS.into_iter().find(|field| *field == name);
            match (field, value.get_ref().as_str()) {
                (Some(field), Some(text)) => texts.push((field, text.to_owned())),
                (Some(_), None) => {
                    let said = "Write a text in quotation marks.";
                    refusals.push(Refusal::of_line(CAMPAIGN, line, said).field(&named));
                }
                (None, _) => {
                    let said =
                        format!("Remove “{name}”: a translation has {}.", Rendition::FIELDS.join(", "));
                    refusals.push(Refusal::of_line(CAMPAIGN, line, said).field(&named));
                }
            }
        }
        let mut problems = Problems::default();
        let fields: Fields = texts.iter().map(|(field, text)| (*field, text.as_str())).collect();
        let _ = Rendition::lines(&fields, &mut problems);
        for problem in Filled::new(Fields::default(), problems).errors() {
            let said = format!("{}: {}", problem.name, problem.message);
            refusals.push(Refusal::of_line(CAMPAIGN, line, said).field(&named));
        }
        translations.push(Lines { language, texts });
    }
    if refusals.is_empty() { Ok(translations) } else { Err(refusals) }
}

/// The tables of these translations. What is empty is left out.
pub(super) fn write(all: &[(Language, Rendition)]) -> String {
    let mut file = String::new();
    for (language, says) in all {
        let _ = writeln!(file, "\n[translations.{language}]");
        for field in Rendition::FIELDS {
            let text = says.text(field);
            if !text.is_empty() {
                let _ = writeln!(file, "{field} = {}", Value::String(text.to_owned()));
            }
        }
    }
    file
}
