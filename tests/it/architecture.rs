//! The walls of the house, as data: which module may name which, and what each kind of file may know.
//!
//! `ARCHITECTURE.md` explains the table; this test keeps it true. Exceptions:
//! * `lib.rs` declares the modules and is not judged; in `main.rs` the crate is called `undersigned`.
//! * a folder's `mod.rs` is its face: it may name every file of its folder, and to name it imports none. In a feature it names no diesel.
//! * `templates/parts/` holds what the pages of every module share.
//! * the assembly (the highest rank) is a line of its own: a later name in the table may import an earlier one.

mod imports;
mod pure;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::support::files::{files_under, read};
pub(crate) use imports::module_of;
use imports::{Import, Module, imports, words};
use proc_macro2::TokenStream;
use pure::PURE;

/// The modules by rank. A module imports only modules of lower rank, never its own.
const RANKS: [&[&str]; 10] = [
    &["ids", "clock", "secret", "text"],
    &["config", "db"],
    &["audit", "mail", "web"],
    &["account"],
    &["campaign"],
    &["sign_on"],
    &["consent", "delivery", "list"],
    &["concern", "digest", "invited", "mailing", "moderation", "organizing"],
    &["upkeep", "transfer"],
    &["app", "demo", "cli", "main"],
];

/// The ranks whose folders are features: pure files ← `store` ← `mails` ← steps.
const FEATURES: std::ops::RangeInclusive<usize> = 3..=8;

/// Macros that stand at the crate's root, as macros do, and the module that each belongs to.
const MACROS: &[(&str, &str)] = &[("both", "db"), ("text_column", "db")];

/// Files longer than the limit, each with the reason.
const LONG: &[(&str, &str)] =
    &[("src/db/schema.rs", "a list of the tables, each a block of its own, without anything to follow")];

/// The most lines that a file may have.
const LIMIT: usize = 400;

/// What a kind of file may not name: a library is meant with everything that its name begins.
const WORDS_NAME_NO: &[&str] = &["actix", "diesel", "lettre", "askama"];
const PURE_NAMES_NO: &[&str] = &["actix", "diesel", "askama"];
const STORE_NAMES_NO: &[&str] = &["actix"];
const STEP_NAMES_NO: &[&str] = &["diesel"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Pure,
    Store,
    Mails,
    Step,
}

fn rank(module: &str) -> Option<usize> {
    RANKS.iter().position(|names| names.contains(&module))
}

/// The kind of a file inside a feature; `None` for everything else.
fn kind(module: &Module) -> Option<Kind> {
    rank(module.first()?).filter(|rank| FEATURES.contains(rank))?;
    Some(match module.get(1).map(String::as_str) {
        Some("store") => Kind::Store,
        Some("mails") => Kind::Mails,
        _ if PURE.iter().any(|pure| module.iter().take(2).eq(*pure)) => Kind::Pure,
        _ => Kind::Step,
    })
}

/// Everything that is wrong with these files (path, source), one line each: `src/list/page.rs:12: …`.
fn breaches(files: &[(String, String)]) -> Vec<String> {
    let known: BTreeSet<Module> = files.iter().map(|(file, _)| module_of(file)).collect();
    let mut found = Vec::new();
    let mut read: BTreeMap<Module, (&str, Vec<Import>)> = BTreeMap::new();
    for (file, source) in files.iter().filter(|(file, _)| file != "src/lib.rs") {
        let source =
            if file == "src/main.rs" { source.replace("undersigned::", "crate::") } else { source.clone() };
        let tokens: TokenStream = source.parse().unwrap_or_else(|error| panic!("{file}: {error}"));
        let module = module_of(file);
        let imports = imports(&tokens, &module, &known);
        found.extend(by_rank(file, &module, &imports));
        found.extend(by_library(file, &module, &tokens));
        read.insert(module, (file, imports));
    }
    found.extend(inside(&read));
    found
}

/// The table of ranks.
fn by_rank(file: &str, module: &Module, imports: &[Import]) -> Vec<String> {
    let own = &module[0];
    let Some(own_rank) = rank(own) else {
        return vec![format!("{file}:1: `{own}` has no rank: add it to the table")];
    };
    let mut found = Vec::new();
    for import in imports {
        let Some(name) = import.path.first() else { continue };
        let name =
            MACROS.iter().find(|(name_of, _)| name_of == name).map_or(name.as_str(), |(_, owner)| owner);
        let wrong = match rank(name) {
            _ if name == own => None,
            None => Some(format!("`{name}` has no rank")),
            Some(other) if other < own_rank => None,
            Some(other) if other == own_rank && own_rank + 1 == RANKS.len() => {
                let place = |name: &str| RANKS[own_rank].iter().position(|listed| *listed == name);
                (place(name) > place(own)).then(|| format!("`{own}` is assembled before `{name}`"))
            }
            Some(other) => Some(format!("`{own}` (rank {own_rank}) imports `{name}` (rank {other})")),
        };
        found.extend(wrong.map(|wrong| format!("{file}:{}: {wrong}", import.line)));
    }
    found
}

/// What a kind of file may not name.
fn by_library(file: &str, module: &Module, tokens: &TokenStream) -> Vec<String> {
    let (what, forbidden) = match kind(module) {
        Some(Kind::Pure) => ("a pure file", PURE_NAMES_NO),
        Some(Kind::Store) => ("a store", STORE_NAMES_NO),
        Some(Kind::Step) => ("a step", STEP_NAMES_NO),
        Some(Kind::Mails) => return Vec::new(),
        None if rank(&module[0]) == Some(0) => ("a module of rank 0", WORDS_NAME_NO),
        None => return Vec::new(),
    };
    let names = |word: &str, library: &str| {
        word.strip_prefix(library).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    };
    words(tokens)
        .into_iter()
        .filter(|(_, word)| forbidden.iter().any(|library| names(word, library)))
        .map(|(line, word)| format!("{file}:{line}: {what} names `{word}`"))
        .collect()
}

/// The order inside each feature, and circles inside any module.
fn inside(read: &BTreeMap<Module, (&str, Vec<Import>)>) -> Vec<String> {
    let mut found = Vec::new();
    let mut edges: BTreeMap<&Module, BTreeSet<&Module>> = BTreeMap::new();
    for (module, (file, imports)) in read {
        for import in imports.iter().filter(|import| import.path.first() == module.first()) {
            let is_contents = module.len() == 1;
            if import.exported_as.is_some() && is_contents {
                continue;
            }
            let Some(target) = target(read, &import.path).filter(|target| *target != module) else {
                continue;
            };
            if !module.starts_with(target) {
                edges.entry(module).or_default().insert(target);
            }
            let (Some(own), Some(other)) = (kind(module), kind(target)) else { continue };
            if other > own && !is_contents && target.len() > 1 {
                let (from, to) = (module.join("::"), target.join("::"));
                found.push(format!("{file}:{}: `{from}` ({own:?}) imports `{to}` ({other:?})", import.line));
            }
        }
    }
    for start in edges.keys() {
        if let Some(circle) = circle(&edges, start, &mut vec![start]) {
            let names: Vec<String> = circle.iter().map(|module| module.join("::")).collect();
            found.push(format!("{}:1: circle: {}", read[*start].0, names.join(" → ")));
        }
    }
    found
}

/// The file that a path leads to, through the re-exports of tables of contents.
fn target<'a>(read: &'a BTreeMap<Module, (&str, Vec<Import>)>, path: &[String]) -> Option<&'a Module> {
    let depth = (1..=path.len()).rev().find(|depth| read.contains_key(&path[..*depth]))?;
    let (module, (_, imports)) = read.get_key_value(&path[..depth])?;
    let exported = path.get(depth).and_then(|name| {
        imports.iter().find(|import| import.exported_as.as_ref() == Some(name) && import.path != path)
    });
    match exported {
        Some(import) if import.path.first() == module.first() => target(read, &import.path),
        _ => Some(module),
    }
}

/// A way from `start` back to it, if it is the smallest of its circle (so that each circle is told once).
fn circle<'a>(
    edges: &BTreeMap<&'a Module, BTreeSet<&'a Module>>,
    start: &'a Module,
    way: &mut Vec<&'a Module>,
) -> Option<Vec<&'a Module>> {
    let here = way.last().copied()?;
    for next in edges.get(here).into_iter().flatten().copied() {
        if next == start {
            return Some(way.iter().copied().chain([start]).collect());
        }
        if next > start && !way.contains(&next) {
            way.push(next);
            if let Some(found) = circle(edges, start, way) {
                return Some(found);
            }
            way.pop();
        }
    }
    None
}

fn sources() -> Vec<(String, String)> {
    let files = files_under("src").into_iter().filter(|file| file.ends_with(".rs"));
    files.map(|file| (file.clone(), read(&file))).collect()
}

fn assert_none(breaches: &[String]) {
    let mut report = String::new();
    for breach in breaches {
        let _ = writeln!(report, "  {breach}");
    }
    assert!(breaches.is_empty(), "\n{report}");
}

#[test]
fn modules_import_only_lower_ranks_and_files_keep_their_order() {
    let sources = sources();
    assert!(sources.len() > 1, "no source was found");
    assert_none(&breaches(&sources));
}

#[test]
fn no_file_is_longer_than_one_subject_needs() {
    let mut found = Vec::new();
    for file in
        ["src", "tests", "benches"].into_iter().flat_map(files_under).filter(|file| file.ends_with(".rs"))
    {
        let lines = read(&file).lines().count();
        let excused = LONG.iter().any(|(long, _)| *long == file);
        if lines > LIMIT && !excused {
            found.push(format!("{file}:{lines}: longer than {LIMIT} lines"));
        }
        if lines <= LIMIT && excused {
            found.push(format!("{file}:1: needs no exception any more"));
        }
    }
    assert_none(&found);
}

#[test]
fn every_folder_of_templates_mirrors_a_module() {
    let modules: BTreeSet<Module> = sources().iter().map(|(file, _)| module_of(file)).collect();
    let mut found = Vec::new();
    for file in files_under("templates") {
        let mut folder: Module = file.split('/').skip(1).map(str::to_owned).collect();
        let name = folder.pop().unwrap();
        if folder.len() == 2 && folder[0] == "mail" {
            // One message each: templates/mail/<message>/.
            if !["subject.txt", "body.txt", "body.html"].contains(&name.as_str()) {
                found.push(format!("{file}:1: a message is subject.txt, body.txt and body.html"));
            }
        } else if !folder.is_empty() && folder != ["parts"] && !modules.contains(&folder) {
            found.push(format!("{file}:1: there is no module `{}`", folder.join("::")));
        }
    }
    assert_none(&found);
}

mod the_test_itself {
    use super::breaches;

    fn judge(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<(String, String)> =
            files.iter().map(|(file, source)| ((*file).to_owned(), (*source).to_owned())).collect();
        breaches(&files)
    }

    #[test]
    fn finds_an_import_of_a_higher_or_equal_rank_however_it_is_written() {
        let told = judge(&[
            ("src/list/page.rs", "\nuse crate::{text::Prose, moderation};\n"),
            ("src/config.rs", "fn f() { run!(|c| crate::db::open(c)) }"),
            ("src/sign_on/submit.rs", "use super::super::list::Edition;"),
            ("src/account/login.rs", "mod tests { use super::super::super::app; }"),
            ("src/app.rs", "use crate::{cli::run, list};"),
            ("src/cli.rs", "use crate::app::serve;"),
            ("src/main.rs", "fn main() { undersigned::cli::run() }"),
            ("src/odd.rs", ""),
        ]);
        assert_eq!(
            told,
            [
                "src/list/page.rs:2: `list` (rank 6) imports `moderation` (rank 7)",
                "src/config.rs:1: `config` (rank 1) imports `db` (rank 1)",
                "src/sign_on/submit.rs:1: `sign_on` (rank 5) imports `list` (rank 6)",
                "src/account/login.rs:1: `account` (rank 3) imports `app` (rank 9)",
                "src/app.rs:1: `app` is assembled before `cli`",
                "src/odd.rs:1: `odd` has no rank: add it to the table",
            ]
        );
    }

    #[test]
    fn finds_a_library_where_it_does_not_belong() {
        let told = judge(&[
            ("src/text/prose.rs", "/// Knows no diesel.\nfn f(x: lettre::Address) {}"),
            ("src/sign_on/state.rs", "#[derive(askama::Template)] struct S;"),
            ("src/sign_on/store.rs", "use diesel::prelude::*; use actix_web::web;"),
            ("src/sign_on/submit.rs", "use actix_web::web; use diesel_async::X;"),
            ("src/sign_on/mod.rs", "use diesel::X;"),
            ("src/db/mod.rs", "use diesel::X;"),
        ]);
        assert_eq!(
            told,
            [
                "src/text/prose.rs:2: a module of rank 0 names `lettre`",
                "src/sign_on/state.rs:1: a pure file names `askama`",
                "src/sign_on/store.rs:1: a store names `actix_web`",
                "src/sign_on/submit.rs:1: a step names `diesel_async`",
                "src/sign_on/mod.rs:1: a step names `diesel`",
            ]
        );
    }

    #[test]
    fn finds_a_wrong_order_and_circles_through_re_exports_too() {
        let told = judge(&[
            (
                "src/sign_on/mod.rs",
                "mod state; mod store; mod submit; mod verify; pub use submit::{Form as Entry};",
            ),
            ("src/sign_on/state.rs", "use super::Entry;"),
            ("src/sign_on/store.rs", "use super::state::State;"),
            ("src/sign_on/submit.rs", "use super::{store, verify::page};"),
            ("src/sign_on/verify.rs", "use crate::sign_on::submit::Form;"),
            ("src/text/mod.rs", "pub mod prose; pub fn fold() {}"),
            ("src/text/prose.rs", "use super::fold;"),
        ]);
        assert_eq!(
            told,
            [
                "src/sign_on/state.rs:1: `sign_on::state` (Pure) imports `sign_on::submit` (Step)",
                "src/sign_on/state.rs:1: circle: sign_on::state → sign_on::submit → sign_on::store → sign_on::state",
                "src/sign_on/submit.rs:1: circle: sign_on::submit → sign_on::verify → sign_on::submit",
            ]
        );
    }
}
