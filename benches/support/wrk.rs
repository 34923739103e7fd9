//! Load from wrk, of the system's packages: one thread, on the processor that is not measured.

use super::machine;

/// What wrk found.
#[derive(Clone, Copy)]
pub struct Found {
    /// Answers per second.
    pub per_second: f64,
    /// All answers.
    pub answers: f64,
    /// The time that 99 of 100 answers are not above, in milliseconds.
    pub p99: f64,
}

/// Asks for an address over 32 kept-alive connections as fast as it is answered.
pub fn wrk(url: &str, seconds: u64, headers: &[(&str, &str)]) -> Found {
    machine::need("wrk", "wrk");
    let mut command = machine::pinned(machine::LOAD, "wrk");
    command.args([
        "--threads",
        "1",
        "--connections",
        "32",
        "--latency",
        "--duration",
        &format!("{seconds}s"),
    ]);
    for (name, value) in headers {
        command.args(["--header", &format!("{name}: {value}")]);
    }
    let output = command.arg(url).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && !text.contains("Non-2xx or 3xx") && !text.contains("Socket errors"),
        "wrk: {text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let after = |label: &str| {
        let found = text.lines().find_map(|line| line.trim().strip_prefix(label));
        found.unwrap_or_else(|| panic!("wrk does not say {label}: {text}")).trim().to_owned()
    };
    let answers = text.lines().find_map(|line| line.trim().split_once(" requests in "));
    Found {
        per_second: after("Requests/sec:").parse().unwrap(),
        answers: answers.and_then(|(number, _)| number.parse().ok()).unwrap(),
        p99: milliseconds(&after("99%")),
    }
}

/// Reads wrk's `12.34us`, `1.20ms`, `1.01s`.
fn milliseconds(text: &str) -> f64 {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number: f64 = text.trim_end_matches(unit).parse().unwrap();
    match unit {
        "us" => number / 1e3,
        "ms" => number,
        "s" => number * 1e3,
        other => panic!("wrk has a unit {other}"),
    }
}
