//! The program as its operator meets it: arguments, settings, exit codes.

use crate::support::app::{TestApp, binary};
use crate::support::db::Engine;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Runs a command to its end: exit code, standard output, standard error.
fn run(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

#[track_caller]
fn is_one_line(stderr: &str) {
    assert!(stderr.ends_with('\n') && stderr.lines().count() == 1, "not one line: {stderr}");
}

#[test]
fn a_wrong_setting_stops_the_start_with_one_line_that_names_it() {
    for (name, value, shown) in [
        ("UNDERSIGNED_LISTEN", "localhost", "UNDERSIGNED_LISTEN is \"localhost\": "),
        ("UNDERSIGNED_LISTNE", "127.0.0.1:0", "UNDERSIGNED_LISTNE is not a setting"),
        ("UNDERSIGNED_BASE_URL", "letters.example", "UNDERSIGNED_BASE_URL is \"letters.example\": "),
        ("UNDERSIGNED_DATABASE_URL", "mysql://u:hunter2@h/d", "UNDERSIGNED_DATABASE_URL is "),
        (
            "UNDERSIGNED_DATABASE_URL",
            "postgres://u:hunter2@h/d?sslmode=maybe",
            "UNDERSIGNED_DATABASE_URL is ",
        ),
        ("UNDERSIGNED_SMTP_URL", "smtp://u:hunter2@h:x", "UNDERSIGNED_SMTP_URL is "),
        ("UNDERSIGNED_MAIL_FROM", "nobody", "UNDERSIGNED_MAIL_FROM is \"nobody\": "),
        ("UNDERSIGNED_MODERATION_DELAY", "soon", "UNDERSIGNED_MODERATION_DELAY is \"soon\": "),
        ("UNDERSIGNED_CONFIG", "/nowhere/c.toml", "UNDERSIGNED_CONFIG: cannot read /nowhere/c.toml"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (code, out, err) = run(binary().arg("serve").env(name, value).current_dir(&folder));
        assert_eq!((code, out.as_str()), (2, ""), "{name}: {err}");
        assert!(err.contains(shown) && !err.contains("hunter2"), "{err}");
        is_one_line(&err);
        assert_eq!(folder.path().read_dir().unwrap().count(), 0, "{name}: something was written");
    }
}

#[test]
fn wrong_usage_is_one_line_and_help_is_help() {
    for arguments in [&[][..], &["frob"], &["serve", "--frob"], &["doctor", "--json", "x"]] {
        let (code, out, err) = run(binary().args(arguments));
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        is_one_line(&err);
    }
    let (code, out, err) = run(binary().arg("--help"));
    assert!(code == 0 && err.is_empty() && out.contains("serve") && out.contains("doctor"), "{out}{err}");
    let (code, out, _) = run(binary().arg("--version"));
    assert_eq!((code, out), (0, format!("undersigned {}\n", env!("CARGO_PKG_VERSION"))));
}

/// A server of the real binary.
struct Server(Child);

impl Server {
    /// Starts it and waits for its line.
    fn start(command: &mut Command) -> (Self, String) {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        (Self(child), line)
    }

    /// Asks it to end as a service manager does; its exit code, its log, and how long it took.
    fn terminate(mut self) -> (i32, String, Duration) {
        let began = Instant::now();
        Command::new("kill").arg(self.0.id().to_string()).status().unwrap();
        let code = self.0.wait().unwrap().code().unwrap();
        let mut log = String::new();
        self.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (code, log, began.elapsed())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn serve_says_where_it_answers_logs_json_and_ends_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let serve = || {
        let mut command = binary();
        command.arg("serve").env("UNDERSIGNED_LISTEN", "127.0.0.1:0").env("UNDERSIGNED_LOG", "trace");
        command.current_dir(&folder);
        command
    };
    let (server, line) = Server::start(&mut serve());
    let base_url = line.strip_prefix("ready on ").unwrap().trim_end().to_owned();
    let secret = "dGhpcyBpcyBhIHRva2VuIGFuZCBub3RoaW5nIGVsc2U";
    let page = reqwest::get(format!("{base_url}/verify/{secret}?q=someone@ngo.example")).await.unwrap();
    assert!(page.status().as_u16() < 500);
    let key = std::fs::read(folder.path().join("data/key")).unwrap();
    assert_eq!(key.len(), 32);

    // The port was picked by the server; a command's links lead to it all the same.
    let mut invite = binary();
    invite.args(["staff", "invite", "first@ngo.example", "--role", "administrator"]);
    let (code, out, err) = run(invite.env("UNDERSIGNED_LISTEN", "127.0.0.1:0").current_dir(&folder));
    assert!(code == 0 && out.starts_with(&format!("{base_url}/staff/invitations/")), "{out}{err}");

    let (code, out, err) = run(&mut serve());
    assert_eq!((code, out.as_str()), (1, ""), "a second server on the same file");
    assert!(err.contains("another server uses this database"), "{err}");

    let (code, log, took) = server.terminate();
    assert_eq!(code, 0, "{log}");
    assert!(took < Duration::from_secs(25), "{took:?}");
    for line in log.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "no JSON: {line}");
    }
    assert!(log.contains("/verify/{token}"), "the route is logged: {log}");
    for planted in [secret, "someone@ngo.example", "127.0.0.1"] {
        assert!(!log.contains(planted), "{planted} is in the log: {log}");
    }

    let (server, line) = Server::start(&mut serve());
    assert!(line.starts_with("ready on http://127.0.0.1:"), "{line}");
    assert_eq!(std::fs::read(folder.path().join("data/key")).unwrap(), key, "the key stays");
    drop(server);
}

#[tokio::test]
async fn doctor_looks_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, err) = run(binary().arg("doctor").current_dir(&folder));
    assert_eq!(code, 0, "{err}");
    assert!(out.lines().count() == 6 && out.lines().all(|line| line.starts_with("ok ")), "{out}");
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);

    let app = TestApp::spawn(Engine::Sqlite).await;
    let (code, out, _) = run(&mut app.command(&["doctor", "--json"]));
    let checks: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, 0, "{out}");
    assert_eq!(checks.as_array().unwrap().len(), 6);

    std::fs::write(app.data_dir().join("key"), b"short").unwrap();
    let (code, out, err) = run(&mut app.command(&["doctor"]));
    assert_eq!((code, err.as_str()), (1, "undersigned: not in order: key\n"), "{out}");
    let (code, out, err) = run(binary().arg("doctor").env("UNDERSIGNED_LISTEN", "x").current_dir(&folder));
    assert_eq!(code, 1);
    assert!(out.contains("UNDERSIGNED_LISTEN is \"x\"") && err.contains("settings"), "{out}{err}");
}

#[test]
fn migrate_makes_the_database_and_works_beside_a_server() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let (code, _, err) = run(binary().arg("migrate").current_dir(&folder));
        assert_eq!(code, 0, "{err}");
    }
    assert!(folder.path().join("data/undersigned.db").exists());
}

#[tokio::test]
async fn a_lost_key_is_never_replaced_while_data_is_sealed_with_it() {
    let mut app = TestApp::spawn(Engine::Sqlite).await;
    let invite = ["staff", "invite", "first@ngo.example", "--role", "administrator"];
    let (code, _, err) = run(&mut app.command(&invite));
    assert_eq!(code, 0, "{err}");
    app.stop();
    let key = app.data_dir().join("key");
    std::fs::remove_file(&key).unwrap();
    for arguments in [&["serve"][..], &["migrate"], &invite, &["doctor"]] {
        let (code, out, err) = run(&mut app.command(arguments));
        assert_eq!(code, 1, "{arguments:?}: {out}{err}");
        assert!(err.contains("key") && !key.exists(), "{arguments:?}: {err}");
        is_one_line(&err);
    }
}

#[tokio::test]
async fn another_key_is_refused_before_anything_is_sealed_with_it() {
    let mut app = TestApp::spawn(Engine::Sqlite).await;
    let invite = ["staff", "invite", "first@ngo.example", "--role", "administrator"];
    let (code, _, err) = run(&mut app.command(&invite));
    assert_eq!(code, 0, "{err}");
    app.stop();
    let key = app.data_dir().join("key");
    let right = std::fs::read(&key).unwrap();
    std::fs::write(&key, [7; 32]).unwrap();
    for arguments in [&["serve"][..], &["migrate"], &invite, &["doctor"]] {
        let (code, out, err) = run(&mut app.command(arguments));
        assert_eq!(code, 1, "{arguments:?}: {out}{err}");
        assert!(format!("{out}{err}").contains("not the"), "{arguments:?}: {out}{err}");
        is_one_line(&err);
    }
    std::fs::write(&key, right).unwrap();
    let (code, _, err) = run(&mut app.command(&invite));
    assert_eq!(code, 0, "{err}");
}

#[tokio::test]
async fn behind_a_proxy_serve_says_where_it_answers_itself() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = binary();
    command.arg("serve").env("UNDERSIGNED_LISTEN", "127.0.0.1:0").current_dir(&folder);
    let (_server, line) = Server::start(command.env("UNDERSIGNED_BASE_URL", "https://letters.example"));
    let address = line.strip_prefix("ready on ").unwrap().trim_end();
    assert!(address.starts_with("http://127.0.0.1:"), "{line}");
    assert_eq!(reqwest::get(format!("{address}/livez")).await.unwrap().status(), 200);
}
