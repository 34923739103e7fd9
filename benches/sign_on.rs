//! Signing: the last step of the form against a bare insert through the same group commit, and verifying against signing.
//! What is measured has one processor, the clients the other; each answer waits for its fsync.

use crate::support::bench::{Bench, Reach, grouped, median};
use crate::support::crowd::{self, Found, on_one_thread};
use crate::support::folder;
use crate::support::machine;
use crate::support::server::Instance;
use std::cell::Cell;
use std::time::Instant;
use undersigned::db::{Conn, Db, Error, Tx, Url, Use};

/// The argument by which this program runs the bare insert, in a process of its own.
pub const BARE: &str = "bare-insert";

pub fn run(bench: &Bench) {
    let instance = Instance::new();
    instance.import(&folder::of_2019());
    let server = instance.serve();
    let count = bench.count(4_000);
    let mut first = 0;
    for clients in [8, 32] {
        let mut found: [Vec<Found>; 3] = Default::default();
        for _ in 0..bench.rounds() {
            found[0].push(bare_in_a_process(clients, count));
            found[1].push(crowd::submit(server.address, "letter-2019", clients, first, count));
            first += count;
            found[2].push(crowd::verify(server.address, clients, &crowd::links(&instance)));
        }
        let rate = |found: &[Found]| median(found.iter().map(|found| found.per_second));
        let p99 = |found: &[Found]| median(found.iter().map(|found| found.p99));
        let [bare, submitted, verified] = found;
        let (ours, yardstick) = (rate(&submitted), rate(&bare));
        bench.row(
            &format!("sign-on submitted, {clients} clients"),
            &format!("{}/s", grouped(ours)),
            &format!("bare insert {}/s", grouped(yardstick)),
            Some(ours / yardstick),
            Reach::AtLeast(ours / yardstick, 0.5),
        );
        bench.row(
            &format!("sign-on submitted, {clients} clients, p99"),
            &format!("{:.1} ms", p99(&submitted)),
            &format!("bare insert {:.1} ms", p99(&bare)),
            Some(p99(&submitted) / p99(&bare)),
            Reach::AtMost(p99(&submitted), 20.0),
        );
        let verified = rate(&verified);
        bench.row(
            &format!("verified (page and button), {clients} clients"),
            &format!("{}/s", grouped(verified)),
            &format!("submitted {}/s", grouped(ours)),
            Some(verified / ours),
            Reach::AtLeast(verified / ours, 1.0),
        );
    }
}

fn bare_in_a_process(clients: usize, count: usize) -> Found {
    let this = std::env::current_exe().unwrap();
    let mut command = machine::pinned(machine::MEASURED, this.to_str().unwrap());
    let output = command.args([BARE, &clients.to_string(), &count.to_string()]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut numbers = text.split_whitespace().map(|number| number.parse().unwrap());
    Found { per_second: numbers.next().expect("the bare insert failed"), p99: numbers.next().unwrap() }
}

diesel::table! {
    bare (id) {
        id -> Integer,
        campaign -> Text,
        name -> Text,
    }
}

/// One row with two indexes, through the same writer, by as many clients at once. Prints the rate and the p99.
pub fn bare(arguments: &[String]) {
    let number = |place: usize| arguments[place].parse::<usize>().unwrap();
    let (clients, count) = (number(0), number(1));
    let folder = Instance::new();
    let found = on_one_thread(async {
        let url = Url::parse(&format!("sqlite:{}", folder.database().display())).unwrap();
        let db = Db::open(&url, Use::Command).await.unwrap();
        db.write(make_table).await.unwrap();
        let next = Cell::new(0);
        let client = async |_| {
            let mut times = Vec::new();
            while next.get() < count {
                let id = next.replace(next.get() + 1);
                let began = Instant::now();
                db.write(move |tx| insert(tx, id)).await.unwrap();
                times.push(began.elapsed());
            }
            times
        };
        let began = Instant::now();
        let times = futures_util::future::join_all((0..clients).map(client)).await;
        Found::of(count, began.elapsed(), &mut times.concat())
    });
    println!("{} {}", found.per_second, found.p99);
}

fn make_table(tx: &mut Tx<'_>) -> Result<(), Error> {
    use diesel::connection::SimpleConnection;
    let Conn::Sqlite(conn) = tx.as_mut() else { panic!("not SQLite") };
    Ok(conn.batch_execute(
        "create table bare (id integer primary key, campaign text not null, name text not null) strict;
         create index bare_campaign on bare (campaign, id);
         create unique index bare_name on bare (name);",
    )?)
}

fn insert(tx: &mut Tx<'_>, number: usize) -> Result<(), Error> {
    use diesel::prelude::*;
    let Conn::Sqlite(conn) = tx.as_mut() else { panic!("not SQLite") };
    let id = i32::try_from(number).unwrap();
    let row =
        (bare::id.eq(id), bare::campaign.eq("letter"), bare::name.eq(format!("Organization No. {number}")));
    diesel::insert_into(bare::table).values(row).execute(conn)?;
    Ok(())
}
