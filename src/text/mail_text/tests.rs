use super::*;

const KNOWN: [Placeholder; 4] = [
    Placeholder { name: "organization", means: "", shape: Shape::Line, is_required: false },
    Placeholder { name: "letter", means: "", shape: Shape::Words, is_required: false },
    Placeholder { name: "reason", means: "", shape: Shape::Prose, is_required: false },
    Placeholder { name: "link", means: "", shape: Shape::Act, is_required: true },
];

fn told(raw: &str) -> String {
    MailText::parse(raw, &KNOWN).unwrap_err().to_string()
}

fn values() -> Values {
    Values::default()
        .with("organization", "<b>Example</b> # Network")
        .with("letter", "Keep it")
        .with("link", "https://sign.example/x")
}

#[test]
fn both_parts_are_written_from_one_text() {
    let raw = "# Dear all\r\n\r\nAbout {letter}, for\r\n{organization}\r\n\r\n- one https://park.example/a.\r\n- two\r\n{link}\r\nBye";
    let text = MailText::parse(raw, &KNOWN).unwrap();
    let shown = text.filled(&values());
    assert_eq!(
        in_plain(&shown),
        "Dear all\n\nAbout Keep it, for\n\n    <b>Example</b> # Network\n\n- one https://park.example/a.\n- two\n\nhttps://sign.example/x\n\nBye"
    );
    let link = MailPiece::Link("https://park.example/a".to_owned());
    assert!(matches!(&shown[3], MailBlock::List(items) if items[0][1] == link), "{shown:?}");
    assert_eq!(shown[2], MailBlock::Printed("<b>Example</b> # Network".to_owned()));
    assert_eq!(MailText::parse(text.as_str(), &KNOWN).unwrap(), text);
}

#[test]
fn no_value_becomes_a_mark_a_link_or_another_placeholder() {
    let text = MailText::parse("{organization}\n{letter} here\n{link}", &KNOWN).unwrap();
    let hostile = "# {link} https://evil.example";
    let shown = text.filled(&values().with("organization", hostile).with("letter", hostile));
    assert_eq!(shown[0], MailBlock::Printed(hostile.to_owned()));
    assert_eq!(shown[1], MailBlock::words(format!("{hostile} here")));
}

#[test]
fn a_line_without_its_value_is_left_out() {
    let text = MailText::parse("Before\nAbout {letter}.\nAfter\n\n{reason}\n\n{link}", &KNOWN).unwrap();
    let shown = text.filled(&values().with("letter", ""));
    assert_eq!(in_plain(&shown), "Before\nAfter\n\nhttps://sign.example/x");
    let reasons = text.filled(&values().with("reason", "One\ntwo\n\nThree"));
    assert!(in_plain(&reasons).contains("One\ntwo\n\nThree"));
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    for (raw, words) in [
        (" \n ", "Write the text"),
        ("Words", "Add {link} on a line of its own"),
        ("One\n\nTwo {organisation}\n{link}", "Line 3: nothing is filled in for {organisation}."),
        ("One {letter\n{link}", "Line 1: check the curly brackets"),
        ("One letter}\n{link}", "Line 1: check the curly brackets"),
        ("One {{letter}}\n{link}", "Line 1: check the curly brackets"),
        ("Open {link} now", "Line 1: put {link} on a line of its own."),
        ("- {link}", "Line 1: put {link} on a line of its own."),
        ("a\n<b>b</b>\n{link}", "Line 2: write words alone."),
        ("a\n<!-- b -->\n{link}", "Line 2: write words alone."),
        ("![a](b)\n{link}", "Line 1: mails of the letter have no pictures."),
        ("[here](https://evil.example)\n{link}", "Line 1: write the address itself"),
        ("a\nb\u{202E}\n{link}", "Line 2: Remove the invisible text-direction character"),
    ] {
        assert!(told(raw).starts_with(words), "{raw}: {}", told(raw));
    }
    assert!(told(&"x".repeat(5_001)).starts_with("Shorten the text"));
    assert!(MailText::parse("1 < 2 and <3\n{link}", &KNOWN).is_ok());
}

#[test]
fn a_subject_is_one_line_and_holds_nothing_of_a_stranger() {
    let subject = MailSubject::naming_the_letter(" Verify: {letter} ").unwrap();
    assert_eq!(subject.filled(&values()), "Verify: Keep it");
    assert_eq!(subject.filled(&values().with("letter", "a\r\nBcc: b")), "Verify: a  Bcc: b");
    for (raw, words) in [
        ("", "Write a subject"),
        ("{organization} {letter}", "In a subject only {letter} and {host}"),
        ("{letter", "Check the curly brackets"),
        ("Verify", "Add {letter}"),
        ("a\nb {letter}", "Write this on one line"),
    ] {
        let why = MailSubject::naming_the_letter(raw).unwrap_err().to_string();
        assert!(why.starts_with(words), "{raw}: {why}");
    }
}
