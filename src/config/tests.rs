use super::*;
use std::collections::HashMap;

fn load(variables: &[(&str, &str)], files: &[(&str, &str)]) -> Result<Settings, String> {
    let files: HashMap<PathBuf, String> =
        files.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect();
    let variables = variables.iter().map(|(n, v)| (OsString::from(n), OsString::from(v)));
    Settings::load(variables, |path| files.get(path).cloned().ok_or(std::io::ErrorKind::NotFound.into()))
        .map_err(|e| e.to_string())
}

fn refused(variables: &[(&str, &str)], files: &[(&str, &str)]) -> String {
    let message = load(variables, files).expect_err("must be refused");
    assert!(!message.contains('\n'), "one line: {message}");
    message
}

#[test]
fn without_any_setting_the_defaults_hold() {
    let settings = load(&[("PATH", "/bin")], &[]).unwrap();
    assert_eq!(settings.database_url.reveal(), "sqlite:data/undersigned.db");
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    let base_url = settings.base_url(settings.listen);
    assert_eq!(base_url.to_string(), "http://127.0.0.1:8080");
    let from = settings.mail_from(&base_url);
    assert_eq!((from.name(), from.address()), ("Undersigned", "noreply@localhost"));
    assert_eq!(settings.key_file, Path::new("data/key"));
    assert_eq!(settings.moderation_delay, SignedDuration::from_mins(10));
    assert!(settings.smtp_url.is_none() && settings.trusted_proxies.is_empty());
    assert_eq!(settings.limits, Limits::default());
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let file = "listen = \"127.0.0.1:1\"\ndata_dir = \"/srv\"\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\nlimit_sign_ons_per_hour = 7\n";
    let settings =
        load(&[("UNDERSIGNED_CONFIG", "c.toml"), ("UNDERSIGNED_LISTEN", "[::1]:0")], &[("c.toml", file)])
            .unwrap();
    assert_eq!(settings.listen.to_string(), "[::1]:0");
    assert_eq!(settings.database_url.reveal(), "sqlite:/srv/undersigned.db");
    assert_eq!(settings.key_file, Path::new("/srv/key"));
    assert_eq!(settings.trusted_proxies.len(), 2);
    assert_eq!(settings.limits.sign_ons_per_hour, 7);
    assert_eq!(settings.base_url("[::1]:99".parse().unwrap()).to_string(), "http://[::1]:99");
}

#[test]
fn a_setting_can_stand_in_a_file_of_its_own() {
    let settings = load(
        &[("UNDERSIGNED_SMTP_URL_FILE", "/run/secrets/smtp"), ("UNDERSIGNED_KEY_FILE", "/run/secrets/key")],
        &[("/run/secrets/smtp", "smtps://u:p@relay.example\n")],
    )
    .unwrap();
    assert_eq!(settings.smtp_url.unwrap().reveal(), "smtps://u:p@relay.example");
    assert_eq!(settings.key_file, Path::new("/run/secrets/key"));
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    assert!(
        load(&[("UNDERSIGNED_SMTP_URL", ""), ("UNDERSIGNED_CONFIG", "")], &[]).unwrap().smtp_url.is_none()
    );
}

#[test]
fn what_means_nothing_is_named() {
    assert_eq!(refused(&[("UNDERSIGNED_LISTNE", "x")], &[]), "UNDERSIGNED_LISTNE is not a setting");
    assert_eq!(refused(&[("UNDERSIGNED_LISTNE", "")], &[]), "UNDERSIGNED_LISTNE is not a setting");
    let config = ("UNDERSIGNED_CONFIG", "c.toml");
    for (file, message) in [
        ("lisen = 1", "lisen in c.toml is not a setting"),
        ("LISTEN = \"127.0.0.1:1\"", "LISTEN in c.toml is not a setting"),
        ("config = \"d.toml\"", "config in c.toml is not a setting"),
        ("listen = true", "listen in c.toml must be text, a whole number or a list of texts"),
        (
            "data_dir = \"a\"\ndata_dir_file = \"b\"",
            "UNDERSIGNED_DATA_DIR and UNDERSIGNED_DATA_DIR_FILE are both set: keep one",
        ),
    ] {
        assert_eq!(refused(&[config], &[("c.toml", file)]), message);
    }
    let broken = refused(&[config], &[("c.toml", "data_dir = \"a\"\nsmtp_url = smtp://u:hunter2@x\n")]);
    assert!(broken.starts_with("UNDERSIGNED_CONFIG: c.toml is not valid TOML, line 2: "), "{broken}");
    assert!(!broken.contains("hunter2"), "{broken}");
    assert!(refused(&[config], &[]).starts_with("UNDERSIGNED_CONFIG: cannot read c.toml: "));
}

#[test]
fn a_wrong_value_is_shown_unless_it_is_secret() {
    for (name, value) in [
        ("LISTEN", "localhost"),
        ("BASE_URL", "letters.example"),
        ("MAIL_FROM", "nobody"),
        ("MAIL_FROM", "A <a@b.example"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, somewhere"),
        ("METRICS_LISTEN", "9100"),
        ("LOG", "undersigned=loud"),
        ("LOG", "infos"),
        ("MODERATION_DELAY", "10"),
        ("MODERATION_DELAY", "-1m"),
        ("MODERATION_DELAY", "8d"),
        ("LIMIT_SIGN_ONS_PER_HOUR", "0"),
        ("LIMIT_LINKS_PER_MINUTE", "many"),
    ] {
        let message = refused(&[(&format!("UNDERSIGNED_{name}"), value)], &[]);
        assert!(message.starts_with(&format!("UNDERSIGNED_{name} is \"{value}\": ")), "{message}");
    }
    let message = refused(&[("UNDERSIGNED_DATABASE_URL", "mysql://u:hunter2@db.example/x")], &[]);
    assert_eq!(message, "UNDERSIGNED_DATABASE_URL is \"mysql://…\": must be sqlite:PATH or postgres://…");
    let message = refused(&[("UNDERSIGNED_SMTP_URL", "hunter2")], &[]);
    assert!(message.contains("UNDERSIGNED_SMTP_URL") && !message.contains("hunter2"), "{message}");
}

#[test]
fn what_strangers_send_that_is_no_http_writes_no_lines_unless_they_are_asked_for() {
    let errors = |log: &str| {
        let settings = load(&[("UNDERSIGNED_LOG", log)], &[]).unwrap();
        settings.log.would_enable("actix_http::h1::dispatcher", &tracing::Level::ERROR)
    };
    assert!(!load(&[], &[]).unwrap().log.would_enable("actix_http", &tracing::Level::ERROR));
    assert!(!errors("info") && !errors("info,undersigned=debug"));
    assert!(errors("debug") && errors("info,actix_http=debug"));
}

#[test]
fn delays_are_read_with_their_unit() {
    for (text, seconds) in [("0s", 0), ("90s", 90), ("10m", 600), ("1h", 3_600), ("7d", 604_800)] {
        assert_eq!(delay(text), Ok(SignedDuration::from_secs(seconds)), "{text}");
    }
}

#[test]
fn a_sender_is_read_with_and_without_a_name() {
    let from = MailFrom::parse("Undersigned <post@letters.example>").unwrap();
    assert_eq!(
        (from.name(), from.address(), from.domain()),
        ("Undersigned", "post@letters.example", "letters.example")
    );
    assert_eq!(MailFrom::parse("post@letters.example").unwrap().name(), "");
    assert!(MailFrom::parse("A\r\nBcc: b@c.example <a@b.example>").is_err());
}

#[test]
fn settings_print_without_their_secrets() {
    let settings = load(&[("UNDERSIGNED_SMTP_URL", "smtp://u:hunter2@relay.example")], &[]).unwrap();
    assert!(!format!("{settings:?}").contains("hunter2"));
}
