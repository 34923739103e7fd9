//! The real program, built for release, in a process and a folder of its own.

use super::machine;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// The program that is measured.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_undersigned");

/// Loads come from 127.0.0.1, which is a trusted proxy here: connections are kept alive, and every client can have an
/// address, and so an allowance, of its own.
const SETTINGS: [(&str, &str); 7] = [
    ("UNDERSIGNED_LISTEN", "127.0.0.1:0"),
    ("UNDERSIGNED_TRUSTED_PROXIES", "127.0.0.1/32"),
    ("UNDERSIGNED_LIMIT_SIGN_ONS_PER_10_MINUTES", "100000"),
    ("UNDERSIGNED_LIMIT_SIGN_ONS_PER_HOUR", "100000"),
    ("UNDERSIGNED_LIMIT_LINKS_PER_MINUTE", "100000"),
    ("UNDERSIGNED_LIMIT_LOG_INS_PER_5_MINUTES", "100000"),
    ("UNDERSIGNED_LIMIT_LOG_INS_PER_DAY", "100000"),
];

/// A folder with an instance's data, on the disk that the program is built on: a memory disk has no fsync to wait for.
pub struct Instance(TempDir);

/// A running server.
pub struct Server {
    /// Where it answers.
    pub address: SocketAddr,
    child: Child,
}

impl Instance {
    pub fn new() -> Self {
        Self(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap())
    }

    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    pub fn database(&self) -> PathBuf {
        self.folder().join("undersigned.db")
    }

    /// A command on this instance.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = machine::pinned(machine::BOTH, PROGRAM);
        self.dress(&mut command).args(arguments);
        command
    }

    /// Takes a campaign in.
    pub fn import(&self, folder: &Path) {
        let folder = folder.to_str().unwrap();
        let output = self.command(&["campaign", "import", folder]).output().unwrap();
        assert!(output.status.success(), "import failed: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Starts the server on one processor.
    pub fn serve(&self) -> Server {
        self.serve_by(machine::pinned(machine::MEASURED, PROGRAM))
    }

    /// Starts the server on both processors.
    pub fn serve_everywhere(&self) -> Server {
        self.serve_by(machine::pinned(machine::BOTH, PROGRAM))
    }

    fn serve_by(&self, mut command: Command) -> Server {
        let log = File::create(self.folder().join("log")).unwrap();
        let mut child =
            self.dress(&mut command).arg("serve").stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        let address = ready.trim().strip_prefix("ready on http://").and_then(|address| address.parse().ok());
        let log = || std::fs::read_to_string(self.folder().join("log")).unwrap_or_default();
        let address = address.unwrap_or_else(|| panic!("the server did not start: {ready}{}", log()));
        Server { address, child }
    }

    fn dress<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.env("UNDERSIGNED_DATA_DIR", self.folder()).envs(SETTINGS)
    }
}

impl Server {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The full address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // What was measured is durable already; the folder goes next.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
