//! A campaign with 10,000 signatories in and out: the whole command, from its start to its end.

use crate::support::bench::{Bench, Reach, median, ms};
use crate::support::folder;
use crate::support::server::Instance;
use std::time::Instant;

pub fn run(bench: &Bench) {
    let (campaign, mut import, mut export) = (folder::of(10_000), Vec::new(), Vec::new());
    for _ in 0..bench.rounds() {
        let instance = Instance::new();
        let began = Instant::now();
        instance.import(campaign.path());
        import.push(ms(began.elapsed()));
        // Once before it is timed: the first export makes the edition, which is the list's work.
        for timed in [false, true] {
            let out = instance.folder().join(format!("out-{timed}"));
            let mut command =
                instance.command(&["campaign", "export", "letter-10000", out.to_str().unwrap()]);
            let began = Instant::now();
            let output = command.output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            if timed {
                export.push(ms(began.elapsed()));
            }
        }
    }
    let (import, export) = (median(import), median(export));
    bench.row("import of 10,000", &format!("{import:.0} ms"), "", None, Reach::AtMost(import, 2_000.0));
    bench.row("export of 10,000", &format!("{export:.0} ms"), "", None, Reach::AtMost(export, 500.0));
}
