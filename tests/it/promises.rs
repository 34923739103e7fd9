//! Every promise of `docs/promises.md`, and every goal of `docs/staff-accounts.md`, names a test that exists.

use crate::architecture::module_of;
use crate::support::files::{files_under, read};

/// One line of the document.
#[derive(Debug, PartialEq, Eq)]
struct Promise<'a> {
    line: usize,
    /// The test, as `cargo test` calls it: `stories::signing::an_organization_signs`.
    test: &'a str,
}

/// The lines ``- sentence — `path::test` `` of the document, or what is wrong with the line.
fn promises(document: &str) -> Vec<Result<Promise<'_>, String>> {
    let lines = document.lines().enumerate().filter(|(_, line)| line.starts_with("- "));
    lines
        .map(|(number, text)| {
            let line = number + 1;
            let test = text.rsplit_once(" — `").and_then(|(_, test)| test.strip_suffix('`'));
            match test.filter(|test| test.contains("::")) {
                Some(test) => Ok(Promise { line, test }),
                None => Err(format!("docs/promises.md:{line}: is not ``- promise — `path::test` ``")),
            }
        })
        .collect()
}

/// Whether one of the files (module path, source) holds the test. Between the file's own path and the test's name may stand one
/// module that is written inside the file.
fn exists(test: &str, files: &[(String, String)]) -> bool {
    let Some((path, name)) = test.rsplit_once("::") else { return false };
    let defines = |source: &str| {
        source.match_indices("fn ").any(|(at, found)| {
            let rest = &source[at + found.len()..];
            rest.strip_prefix(name)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        })
    };
    files.iter().any(|(module, source)| {
        let inside = match path.strip_prefix(module.as_str()) {
            Some("") => true,
            Some(rest) => {
                rest.strip_prefix("::").is_some_and(|inner| source.contains(&format!("mod {inner} {{")))
            }
            None => false,
        };
        inside && defines(source)
    })
}

/// Every file that may hold a test: its module's path and its source.
fn sources() -> Vec<(String, String)> {
    ["src", "tests/it", "tests/e2e"]
        .into_iter()
        .flat_map(|folder| files_under(folder).into_iter().map(move |file| (folder, file)))
        .filter(|(_, file)| file.ends_with(".rs"))
        .map(|(folder, file)| {
            (module_of(file.strip_prefix(folder).unwrap().trim_start_matches('/')).join("::"), read(&file))
        })
        .collect()
}

/// The tests that stand in the last column of a table, each in backticks.
fn named_in_table(document: &str) -> Vec<&str> {
    let rows = document.lines().filter(|line| line.starts_with("| ") && line.ends_with("` |"));
    rows.filter_map(|row| row.trim_end_matches(" |").rsplit_once(" | "))
        .flat_map(|(_, tests)| tests.split('`').filter(|test| test.contains("::")))
        .collect()
}

#[test]
fn every_test_that_a_table_names_exists() {
    let (files, document) = (sources(), read("docs/staff-accounts.md"));
    let named = named_in_table(&document);
    let rows = document.lines().filter(|line| line.starts_with("| 1")).count();
    assert!(rows == 4 && named.len() > 30, "the table was not found: {named:?}");
    let missing: Vec<_> = named.into_iter().filter(|test| !exists(test, &files)).collect();
    assert!(missing.is_empty(), "docs/staff-accounts.md names no test: {missing:#?}");
}

#[test]
fn every_promise_names_a_test_that_exists() {
    let files = sources();
    let document = read("docs/promises.md");
    let promises = promises(&document);
    assert!(!promises.is_empty(), "docs/promises.md holds no promise");
    let mut wrong = Vec::new();
    for promise in promises {
        match promise {
            Ok(Promise { line, test }) if !exists(test, &files) => {
                wrong.push(format!("docs/promises.md:{line}: there is no test `{test}`"));
            }
            Ok(_) => {}
            Err(report) => wrong.push(report),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_promise_without_a_test_is_found() {
    let read =
        promises("# Promises\n\n- It works — `list::page::it_works`\n- It does not\n- Nor this — `alone`\n");
    assert_eq!(read[0], Ok(Promise { line: 3, test: "list::page::it_works" }));
    assert!(read[1].as_ref().unwrap_err().contains("promises.md:4"));
    assert!(read[2].as_ref().unwrap_err().contains("promises.md:5"));

    let files = [("list::page".to_owned(), "mod tests {\n    fn it_works() {}\n}".to_owned())];
    assert!(exists("list::page::tests::it_works", &files));
    assert!(exists("list::page::it_works", &files));
    assert!(!exists("list::page::it_work", &files));
    assert!(!exists("list::page::other::it_works", &files));
    assert!(!exists("list::it_works", &files));
}
