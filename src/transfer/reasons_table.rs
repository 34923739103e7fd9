//! The reasons for decisions in `campaign.toml`: a table for each, in their order.

use crate::campaign::{ListedReason, Reason, Reasons, Wording};
use toml::de::DeValue;
use toml::{Table, Value};

/// The keys of a reason.
const KEYS: [&str; 5] = ["code", "label", "sentence", "words", "retired"];

/// The reasons as an array of tables.
pub(super) fn value(reasons: &Reasons) -> Value {
    let table = |listed: &ListedReason| {
        let Wording { label, sentence, needs_words } = &listed.wording;
        let mut table = Table::new();
        table.insert("code".to_owned(), Value::String(listed.code.to_string()));
        table.insert("label".to_owned(), Value::String(label.clone()));
        table.insert("sentence".to_owned(), Value::String(sentence.clone()));
        for (key, _) in [("words", *needs_words), ("retired", listed.is_retired)].iter().filter(|(_, is)| *is)
        {
            table.insert((*key).to_owned(), Value::Boolean(true));
        }
        Value::Table(table)
    };
    Value::Array(reasons.all().iter().map(table).collect())
}

/// An array of tables as the text that the settings are read from.
///
/// # Errors
/// With a sentence that says what to mend.
pub(super) fn text(value: &DeValue<'_>) -> Result<String, String> {
    const SENTENCE: &str =
        "Write an array of tables, each with code, label and sentence, and words and retired where true.";
    let DeValue::Array(all) = value else { return Err(SENTENCE.to_owned()) };
    let mut reasons = Vec::new();
    for one in all.iter() {
        let DeValue::Table(table) = one.get_ref() else { return Err(SENTENCE.to_owned()) };
        if let Some((key, _)) = table.iter().find(|(key, _)| !KEYS.contains(&key.get_ref().as_ref())) {
            return Err(format!("Remove “{}”: a reason has {}.", key.get_ref(), KEYS.join(", ")));
        }
        let text = |key: &str| table.get(key).and_then(|value| value.get_ref().as_str()).ok_or(SENTENCE);
        let is = |key: &str| match table.get(key).map(toml::Spanned::get_ref) {
            None => Ok(false),
            Some(DeValue::Boolean(is)) => Ok(*is),
            Some(_) => Err(SENTENCE),
        };
        let wording = Wording::parse(text("label")?, text("sentence")?, is("words")?);
        reasons.push(ListedReason {
            code: Reason::parse(text("code")?).map_err(|error| error.to_string())?,
            wording: wording.map_err(|error| error.to_string())?,
            is_retired: is("retired")?,
        });
    }
    let reasons = Reasons::new(reasons).map_err(|error| error.to_string())?;
    Ok(reasons.as_str().to_owned())
}
