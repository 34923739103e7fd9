//! What a relay says, made fit for logs and pages: without the address it speaks of.

/// The longest reply that is kept, in characters: a relay may send a hundred lines.
const LONGEST: usize = 300;

/// A relay's words without addresses. Each word with an `@` becomes `(address)` and the recipient's name before the `@`
/// becomes `(mailbox)`: relays repeat both, in any case and brackets.
pub(super) fn masked(reply: &str, recipient: &str) -> String {
    let mailbox = recipient.split('@').next().unwrap_or_default().to_lowercase();
    let word = |word: &str| -> String {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        if word.contains('@') {
            "(address)".to_owned()
        } else if !mailbox.is_empty() && bare == mailbox {
            "(mailbox)".to_owned()
        } else {
            word.chars().filter(|c| !c.is_control()).collect()
        }
    };
    let text = reply.split_whitespace().map(word).collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recipient_is_not_repeated() {
        let to = "Jane.Doe@ngo.example";
        assert_eq!(
            masked("5.1.1 <jane.doe@NGO.example>: Recipient address rejected", to),
            "5.1.1 (address) Recipient address rejected"
        );
        assert_eq!(masked("5.1.1 jane.doe... User unknown", to), "5.1.1 (mailbox) User unknown");
        assert_eq!(masked("4.2.2 mailbox full", to), "4.2.2 mailbox full");
    }

    #[test]
    fn a_reply_is_cut_and_holds_no_control_characters() {
        let said = masked(&format!("a\u{1b}[31mb {}", "x".repeat(1000)), "a@b.example");
        assert!(said.chars().count() == LONGEST + 1 && said.starts_with("a[31mb x") && said.ends_with('…'));
    }
}
