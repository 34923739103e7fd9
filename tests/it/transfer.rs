//! A campaign as a folder: in, out, and in again.

use crate::support::app::TestApp;
use crate::support::db::Engine;
use crate::support::on_both_engines;
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/letter-2019");
const FILES: [&str; 3] = ["campaign.toml", "letter.md", "signatories.csv"];

/// A folder with these files; `None` is the example's.
fn folder(files: [Option<&[u8]>; 3]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, file) in FILES.iter().zip(files) {
        let bytes =
            file.map_or_else(|| std::fs::read(Path::new(EXAMPLE).join(name)).unwrap(), <[u8]>::to_vec);
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn files(folder: &Path) -> Vec<String> {
    FILES.iter().map(|name| std::fs::read_to_string(folder.join(name)).unwrap()).collect()
}

fn run(app: &TestApp, arguments: &[&str]) -> Output {
    app.command(arguments).output().unwrap()
}

fn import(app: &TestApp, folder: &Path) -> Output {
    run(app, &["campaign", "import", folder.to_str().unwrap()])
}

#[track_caller]
fn done(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The report of a command that failed, line by line.
#[track_caller]
fn refused(output: &Output) -> Vec<String> {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(output.stdout, b"");
    String::from_utf8(output.stderr.clone()).unwrap().lines().map(str::to_owned).collect()
}

on_both_engines! {
    async fn a_campaign_goes_out_and_comes_in_elsewhere_without_loss(engine: Engine) {
        let (here, there) = (TestApp::spawn(engine).await, TestApp::spawn(engine).await);
        assert_eq!(done(&import(&here, Path::new(EXAMPLE))), "imported letter-2019: 111 signatories\n");
        let out = tempfile::tempdir().unwrap();
        let out = |name| -> PathBuf { out.path().join(name) };
        let export =
            |app, name| done(&run(app, &["campaign", "export", "letter-2019", out(name).to_str().unwrap()]));
        export(&here, "first");
        done(&import(&there, &out("first")));
        export(&there, "second");
        assert_eq!(files(&out("first")), files(&out("second")));
        // What was imported is what was exported, and the time of joining beside it.
        let (example, first) = (files(Path::new(EXAMPLE)), files(&out("first")));
        assert_eq!(first[..2], example[..2]);
        let names = |file: &str| -> Vec<String> {
            let mut reader = csv::Reader::from_reader(file.as_bytes());
            reader.records().map(|row| row.unwrap().iter().take(2).collect::<Vec<_>>().join(";")).collect()
        };
        assert_eq!(names(&first[2]), names(&example[2]));
    }

    async fn what_only_some_signatories_have_survives_the_way_out_and_in(engine: Engine) {
        let settings = b"slug = \"full\"\ntitle = \"Full \\\"quote\\\"\"\nlanguage = \"pt-BR\"\nrecipient = \"The Council\"\n\
            salutation = \"Dear\"\nclosing = \"Yours\"\nletter_date = 2026-01-31\nhost = \"H\"\ncontact = \"h@h.example\"\n\
            status = \"closed\"\naccess = \"link\"\nopens_at = \"2026-01-01T00:00:00Z\"\ncloses_at = \"2026-02-01T00:00:00.5+01:00\"\n\
            published_at = \"2026-01-01T12:00:00Z\"\nordering = \"joining\"\narticles = [\"The\", \"O\"]\nline = \"{name} ({acronym}), {country}\"\n\
            authority = \"I may sign.\"\nguide = \"# Ours\\n\\nAsk *twice*.\"\n\
            reasons = [{ code = \"boats\", label = \"A 'boat'\", sentence = \"Boats = no.\" },\n\
              { code = \"other\", label = \"Else\", sentence = \"See below.\", words = true },\n\
              { code = \"old\", label = \"Old\", sentence = \"It was so.\", retired = true }]\n\
            [mails.invited-again]\nsubject = \"Again: {letter}\"\ntext = \"\"\"\nDear\n{organization}\n\nonce \"more\":\n\n{link}\"\"\"\n\
            [mails.verify]\nsubject = \"Verify: {letter}\"\ntext = \"Press here:\\n\\n{link}\\n\\n{code}\"\n";
        let names = "name,acronym,native_name,sort_as,country,website,joined_on,pin\n\
            Beta,B,\u{628}\u{64A}\u{62A}\u{627},Z,BR,beta.example/a?b=c,2026-01-02,\n\
            \"Alpha, the\",,,,,,2026-01-03T04:05:06.000007Z,1\n";
        let (here, there) = (TestApp::spawn(engine).await, TestApp::spawn(engine).await);
        let first = folder([Some(settings), Some(b"# A\r\n\r\ntext"), Some(names.as_bytes())]);
        done(&import(&here, first.path()));
        let out = tempfile::tempdir().unwrap();
        let (a, b) = (out.path().join("a"), out.path().join("b"));
        done(&run(&here, &["campaign", "export", "full", a.to_str().unwrap()]));
        done(&import(&there, &a));
        done(&run(&there, &["campaign", "export", "full", b.to_str().unwrap()]));
        assert_eq!(files(&a), files(&b));
        let [campaign, letter, signatories] = &files(&a)[..] else { panic!() };
        let campaign: toml::Table = campaign.parse().unwrap();
        assert_eq!(campaign["guide"].as_str(), Some("# Ours\n\nAsk *twice*."));
        assert_eq!(campaign["reasons"].as_array().unwrap().len(), 3);
        assert_eq!(campaign["reasons"][0]["sentence"].as_str(), Some("Boats = no."));
        assert_eq!(campaign["reasons"][2]["retired"].as_bool(), Some(true));
        let text = "Dear\n{organization}\n\nonce \"more\":\n\n{link}";
        assert_eq!(campaign["mails"]["invited-again"]["text"].as_str().map(str::trim), Some(text));
        assert_eq!(campaign["mails"]["verify"]["subject"].as_str(), Some("Verify: {letter}"));
        assert_eq!(letter, "# A\n\ntext\n");
        assert_eq!(
            signatories,
            "number,name,acronym,native_name,sort_as,country,website,joined_on,pin\r\n\
                 2,Beta,B,\u{628}\u{64A}\u{62A}\u{627},Z,BR,https://beta.example/a?b=c,2026-01-02T00:00:00Z,\r\n\
                 1,\"Alpha, the\",,,,,,2026-01-03T04:05:06.000007Z,1\r\n"
        );
    }

    async fn a_folder_that_cannot_be_taken_whole_is_reported_line_by_line_and_nothing_is_written(app: TestApp) {
        let bad = "number,name,country\n1,Alpha,KE\n2,\"Beta\u{202E}\",KE\n3,The ALPHA,KE\n3,Gamma,Kenya\n";
        let folder = folder([None, None, Some(bad.as_bytes())]);
        let report = refused(&import(&app, folder.path()));
        assert_eq!(report.len(), 4, "{report:?}");
        assert!(report[0].starts_with("signatories.csv, line 3, name: "));
        assert!(report[1].starts_with("signatories.csv, line 4, name: "));
        assert!(report[2].starts_with("signatories.csv, line 5, country: "));
        assert_eq!(
            report[3],
            "undersigned: nothing was imported: mend this, or take the rest with --skip-bad"
        );
        let out = folder.path().join("out");
        let export = run(&app, &["campaign", "export", "letter-2019", out.to_str().unwrap()]);
        assert_eq!(refused(&export), ["undersigned: there is no campaign “letter-2019”"]);

        // The rest can be taken, and is reported all the same.
        let output = run(&app, &["campaign", "import", folder.path().to_str().unwrap(), "--skip-bad"]);
        assert_eq!(done(&output), "imported letter-2019: 1 signatory, 3 lines left out\n");
        assert_eq!(String::from_utf8(output.stderr).unwrap().lines().collect::<Vec<_>>(), report[..3]);
    }
}

#[tokio::test]
async fn wrong_settings_a_wrong_letter_and_a_missing_file_cannot_be_skipped() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    let folder = folder([
        Some(
            b"slug = \"next\"\ncolour = \"blue\"\ncloses_at = \"tomorrow\"\n[mails.verify]\nsubject = \"No title\"\n\
              text = \"{link}\"\n[mails.thanks]\nsubject = \"{letter}\"\n",
        ),
        Some(b"<script>alert(1)</script>"),
        Some(b"name\nAlpha\n\nBeta,\n\xFF\n"),
    ]);
    let output = run(&app, &["campaign", "import", folder.path().to_str().unwrap(), "--skip-bad"]);
    let report = refused(&output);
    let begins: Vec<_> = report.iter().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(
        begins,
        [
            "campaign.toml, title",
            "campaign.toml, line 2, colour",
            "campaign.toml, line 3, closes_at",
            "campaign.toml, line 5, mails.verify",
            "campaign.toml, line 6, mails.verify",
            "campaign.toml, line 7, mails.thanks",
            "letter.md",
            "signatories.csv, line 4",
            "signatories.csv, line 5",
            "undersigned"
        ]
    );
    std::fs::remove_file(folder.path().join("letter.md")).unwrap();
    let report = refused(&import(&app, folder.path()));
    assert_eq!(report[0], "letter.md: Add this file: a campaign's folder has three.");
}

on_both_engines! {
    async fn a_slug_that_exists_is_refused_and_no_file_is_overwritten(app: TestApp) {
        done(&import(&app, Path::new(EXAMPLE)));
        let report = refused(&import(&app, Path::new(EXAMPLE)));
        assert_eq!(report.len(), 1);
        assert!(report[0].contains("there is a campaign “letter-2019” already"), "{report:?}");
        let out = tempfile::tempdir().unwrap();
        std::fs::write(out.path().join("letter.md"), "mine").unwrap();
        let report =
            refused(&run(&app, &["campaign", "export", "letter-2019", out.path().to_str().unwrap()]));
        assert!(report[0].contains("letter.md already"), "{report:?}");
        assert_eq!(std::fs::read_to_string(out.path().join("letter.md")).unwrap(), "mine");
        assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 1);
    }
}
