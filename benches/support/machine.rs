//! The machine, the processes on it, and what they use.

use std::collections::HashMap;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The processor that whatever is measured runs on, alone.
pub const MEASURED: &str = "0";
/// The processor that the load comes from.
pub const LOAD: &str = "1";
/// Both.
pub const BOTH: &str = "0,1";

/// Puts this process, and so all load that it makes itself, on its processor.
pub fn take_place() {
    need("taskset", "util-linux");
    let this = std::process::id().to_string();
    let mut command = Command::new("taskset");
    command.args(["--all-tasks", "--cpu-list", "--pid", LOAD, &this]).stdout(Stdio::null());
    assert!(command.status().is_ok_and(|status| status.success()), "these benches need two processors");
}

/// Prints where and when the figures were taken.
pub fn describe() {
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    let date = Command::new("date").arg("-I").output().map(|output| output.stdout).unwrap_or_default();
    let date = String::from_utf8_lossy(&date).trim().to_owned();
    println!("{date}; {processors} processors, {processor}; Linux {}; load before: {load}\n", kernel.trim());
    if load.parse::<f64>().is_ok_and(|load| load >= 1.5) {
        eprintln!("this machine is busy (load {load}): the figures will be worth little");
    }
}

/// A command that runs on one processor. `taskset` becomes the program, so the process is the program's own.
pub fn pinned(processor: &str, program: &str) -> Command {
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", processor, program]).stdin(Stdio::null());
    command
}

/// Stops everything unless a program of the system is there.
pub fn need(program: &str, package: &str) {
    let found =
        Command::new("sh").args(["-c", &format!("command -v {program}")]).stdout(Stdio::null()).status();
    assert!(
        found.is_ok_and(|status| status.success()),
        "{program} is not installed: it comes with the system's package {package} (apt-get install {package})"
    );
}

/// What a process had used of the processors at some moment, by thread.
pub struct Used {
    process: u32,
    threads: HashMap<String, u64>,
}

impl Used {
    /// What it has used until now.
    pub fn by(process: u32) -> Self {
        let folder = fs::read_dir(format!("/proc/{process}/task")).expect("the process has ended");
        let threads = folder.filter_map(|thread| {
            let thread = thread.ok()?;
            // The first number of `schedstat` is the time on a processor in ns. A thread may end while we look.
            let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
            Some((thread.file_name().into_string().ok()?, text.split(' ').next()?.parse().ok()?))
        });
        Self { process, threads: threads.collect() }
    }

    /// How much more it has used since.
    pub fn until_now(&self) -> Duration {
        let now = Self::by(self.process);
        let more = |(thread, time): (&String, &u64)| time - self.threads.get(thread).copied().unwrap_or(0);
        Duration::from_nanos(now.threads.iter().map(more).sum())
    }
}

/// The memory of a process, with its share of what it shares (PSS), in MiB.
pub fn pss(process: u32) -> f64 {
    let kib = field(&format!("/proc/{process}/smaps_rollup"), "Pss").expect("the kernel does not tell PSS");
    kib.trim_end_matches(" kB").trim().parse::<f64>().expect("PSS is a number") / 1024.0
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.split(':').next().is_some_and(|found| found.trim() == name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
