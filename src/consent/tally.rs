//! What the organizers see of a round: how many agreed, withdrew, asked something, said nothing.

use super::store::{self, Answer, Asked, InRound};
use crate::campaign::Round;
use crate::clock::Timestamp;
use crate::db::{Conn, Error};
use crate::ids::SignOnId;

/// Where an entry of a round stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stand {
    /// It agreed.
    Kept,
    /// It said nothing, which counted.
    Carried,
    /// It took its name back.
    Withdrawn,
    /// Moderators decided against it meanwhile.
    Over,
    /// Nobody could be asked: a name that was imported, or whose representatives were erased.
    NobodyToAsk,
    /// The mail came back.
    Bounced,
    /// It has said nothing yet.
    Silent,
}

/// One entry.
#[derive(Clone, Debug)]
pub struct Told {
    /// Which.
    pub sign_on: SignOnId,
    /// What prints.
    pub line: String,
    /// Where it stands.
    pub stand: Stand,
    /// When somebody asked the organizers something.
    pub question_at: Option<Timestamp>,
    /// How often they were reminded.
    pub reminders: i64,
}

/// The counts, and the entries behind them.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Asked so far.
    pub asked: usize,
    /// Still to be asked: the mails are being written.
    pub unasked: usize,
    /// See [`Stand`].
    pub kept: usize,
    /// By silence.
    pub carried: usize,
    /// Took their names back.
    pub withdrawn: usize,
    /// Decided otherwise.
    pub over: usize,
    /// Nobody to ask.
    pub nobody: usize,
    /// The mail came back.
    pub bounced: usize,
    /// Nothing said.
    pub silent: usize,
    /// Asked something.
    pub questions: usize,
    /// The entries, by name.
    pub entries: Vec<Told>,
}

/// What a round has come to.
///
/// # Errors
/// Those of the database.
pub fn tally(conn: &mut Conn, round: &Round) -> Result<Tally, Error> {
    let mut all = Tally::default();
    for (asked, now) in store::in_round(conn, round.id)? {
        let stand = stand(&asked, &now);
        all.asked += 1;
        all.questions += usize::from(asked.question_at.is_some());
        let count = match stand {
            Stand::Kept => &mut all.kept,
            Stand::Carried => &mut all.carried,
            Stand::Withdrawn => &mut all.withdrawn,
            Stand::Over => &mut all.over,
            Stand::NobodyToAsk => &mut all.nobody,
            Stand::Bounced => &mut all.bounced,
            Stand::Silent => &mut all.silent,
        };
        *count += 1;
        all.entries.push(Told {
            sign_on: asked.sign_on_id,
            line: now.public_line(),
            stand,
            question_at: asked.question_at,
            reminders: asked.reminders,
        });
    }
    if round.settled_at.is_none() {
        all.unasked = store::unasked(conn, round, i64::MAX)?.len();
    }
    Ok(all)
}

fn stand(asked: &Asked, now: &InRound) -> Stand {
    match (asked.answer, now.state.as_str()) {
        (Some(Answer::Withdrawn), _) | (_, "withdrawn") => Stand::Withdrawn,
        (_, "rejected" | "removed") => Stand::Over,
        (Some(Answer::Kept), _) => Stand::Kept,
        (Some(Answer::Carried), _) => Stand::Carried,
        (None, _) if asked.mailed == 0 => Stand::NobodyToAsk,
        (None, _) if now.undeliverable_at.is_some() => Stand::Bounced,
        (None, _) => Stand::Silent,
    }
}
