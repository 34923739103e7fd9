//! How long is measured, and how what was measured is printed.

use std::time::Duration;

/// The extent of the run.
pub struct Bench {
    /// One short round: to see that everything runs.
    pub quick: bool,
}

/// Whether a figure reaches what is wanted.
pub enum Reach {
    /// The figure, and the least it should be.
    AtLeast(f64, f64),
    /// The figure, and the most it should be.
    AtMost(f64, f64),
}

impl Bench {
    pub fn new(quick: bool) -> Self {
        Self { quick }
    }

    /// How often each measurement is made. They take turns with their yardsticks, so that a noisy moment meets both.
    pub fn rounds(&self) -> usize {
        if self.quick { 1 } else { 5 }
    }

    /// How long one measurement under load takes.
    pub fn seconds(&self) -> u64 {
        if self.quick { 1 } else { 4 }
    }

    /// A number of things to do: a tenth of it in a quick run.
    pub fn count(&self, full: usize) -> usize {
        if self.quick { full.div_ceil(10) } else { full }
    }

    pub fn heading(&self) {
        println!("| what | value | yardstick, same run | ratio | reach | reached |");
        println!("|---|---:|---:|---:|---:|---|");
    }

    /// Prints one row. `ratio` is of value and yardstick, where there is one.
    pub fn row(&self, what: &str, value: &str, yardstick: &str, ratio: Option<f64>, reach: Reach) {
        let ratio = ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
        let (wanted, reached) = match reach {
            Reach::AtLeast(found, least) => {
                (format!("≥ {least}"), if found >= least { "yes" } else { "**no**" })
            }
            Reach::AtMost(found, most) => (format!("≤ {most}"), if found <= most { "yes" } else { "**no**" }),
        };
        println!("| {what} | {value} | {yardstick} | {ratio} | {wanted} | {reached} |");
    }
}

/// The value in the middle.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

/// The time that this share of all is not above, in milliseconds.
pub fn percentile(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let place = (times.len() as f64 * share).ceil() as usize;
    ms(times[place.clamp(1, times.len()) - 1])
}

/// Milliseconds.
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// A large number with commas.
pub fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
