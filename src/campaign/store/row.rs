//! A campaign as its row, and back.

use crate::campaign::campaign::{Access, Ages, Campaign, Settings, Status, Title};
use crate::campaign::guide::Guide;
use crate::campaign::policies::{Late, Leavers};
use crate::campaign::press::PressPack;
use crate::campaign::reasons::{Reason, Reasons};
use crate::campaign::rules::Rules;
use crate::campaign::unconfirmed::Unconfirmed;
use crate::clock::{Timestamp, Zone};
use crate::db::schema::campaigns;
use crate::ids::CampaignId;
use crate::text::{Language, LinePattern, OrderingRule, Slug};
use crate::text_column;
use diesel::prelude::*;

text_column!(Status, Status::parse);
text_column!(Access, Access::parse);
text_column!(OrderingRule);
text_column!(Slug);
text_column!(Title);
text_column!(Language);
text_column!(LinePattern);
text_column!(Reason);
text_column!(Reasons);
text_column!(Guide);
text_column!(Leavers, Leavers::parse);
text_column!(Late, Late::parse);
text_column!(Rules);
text_column!(Zone);
text_column!(Unconfirmed, Unconfirmed::parse);
text_column!(PressPack, PressPack::parse);

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = campaigns)]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct Row {
    id: CampaignId,
    slug: Slug,
    version: i64,
    status: Status,
    access: Access,
    ordering: OrderingRule,
    title: Title,
    language: Language,
    recipient: String,
    salutation: String,
    closing: String,
    letter_date: Option<String>,
    host: String,
    contact: String,
    authority: String,
    articles: String,
    line: LinePattern,
    opens_at: Option<Timestamp>,
    closes_at: Option<Timestamp>,
    published_at: Option<Timestamp>,
    amber_days: i64,
    red_days: i64,
    four_eyes: bool,
    reasons: Reasons,
    guide: Guide,
    zone: Zone,
    eligibility: Rules,
    keep_months: i64,
    paused: String,
    leavers: Leavers,
    late: Late,
    press_contact: String,
    press_pack: PressPack,
    closed_at: Option<Timestamp>,
    list_revision: i64,
    made_at: Timestamp,
    text_number: i64,
    silence_counts: bool,
    unconfirmed: Unconfirmed,
    at_risk: bool,
}

/// The columns that an organizer can change.
#[derive(AsChangeset)]
#[diesel(table_name = campaigns)]
#[diesel(treat_none_as_null = true)]
pub(super) struct Changes {
    slug: Slug,
    status: Status,
    access: Access,
    ordering: OrderingRule,
    title: Title,
    language: Language,
    recipient: String,
    salutation: String,
    closing: String,
    letter_date: Option<String>,
    host: String,
    contact: String,
    authority: String,
    articles: String,
    line: LinePattern,
    opens_at: Option<Timestamp>,
    closes_at: Option<Timestamp>,
    published_at: Option<Timestamp>,
    amber_days: i64,
    red_days: i64,
    four_eyes: bool,
    reasons: Reasons,
    guide: Guide,
    zone: Zone,
    eligibility: Rules,
    keep_months: i64,
    paused: String,
    unconfirmed: Unconfirmed,
    at_risk: bool,
    leavers: Leavers,
    late: Late,
    press_contact: String,
    press_pack: PressPack,
}

impl Changes {
    pub(super) fn of(id: CampaignId, settings: &Settings) -> Self {
        let row = Row::new(id, settings, Timestamp::from_micros(0));
        let Row { slug, status, access, ordering, title, language, recipient, salutation, closing, .. } = row;
        let Row {
            letter_date,
            host,
            contact,
            authority,
            articles,
            line,
            opens_at,
            closes_at,
            published_at,
            amber_days,
            red_days,
            four_eyes,
            reasons,
            guide,
            zone,
            eligibility,
            keep_months,
            paused,
            unconfirmed,
            at_risk,
            leavers,
            late,
            press_contact,
            press_pack,
            ..
        } = row;
        Self {
            slug,
            status,
            access,
            ordering,
            title,
            language,
            recipient,
            salutation,
            closing,
            letter_date,
            host,
            contact,
            authority,
            articles,
            line,
            opens_at,
            closes_at,
            published_at,
            amber_days,
            red_days,
            four_eyes,
            reasons,
            guide,
            zone,
            eligibility,
            keep_months,
            paused,
            unconfirmed,
            at_risk,
            leavers,
            late,
            press_contact,
            press_pack,
        }
    }
}

impl Row {
    /// The same, closed by its button since then.
    pub(super) fn closed(self, closed_at: Option<Timestamp>) -> Self {
        Self { closed_at, ..self }
    }

    pub(super) fn new(id: CampaignId, settings: &Settings, made_at: Timestamp) -> Self {
        let s = settings.clone();
        Self {
            id,
            slug: s.slug,
            version: 1,
            status: s.status,
            access: s.access,
            ordering: s.ordering,
            title: s.title,
            language: s.language,
            recipient: s.recipient,
            salutation: s.salutation,
            closing: s.closing,
            letter_date: s.letter_date.map(|date| date.to_string()),
            host: s.host,
            contact: s.contact,
            authority: s.authority,
            // One word a line: words hold no line break.
            articles: s.articles.join("\n"),
            line: s.line,
            opens_at: s.opens_at,
            closes_at: s.closes_at,
            published_at: s.published_at,
            amber_days: s.ages.amber_days,
            red_days: s.ages.red_days,
            four_eyes: s.four_eyes,
            reasons: s.reasons,
            guide: s.guide,
            zone: s.zone,
            eligibility: s.eligibility,
            keep_months: s.keep_months,
            paused: s.paused,
            unconfirmed: s.unconfirmed,
            at_risk: s.at_risk,
            leavers: s.leavers,
            late: s.late,
            press_contact: s.press_contact,
            press_pack: s.press_pack,
            closed_at: None,
            list_revision: 1,
            made_at,
            text_number: 1,
            silence_counts: false,
        }
    }

    pub(super) fn into_campaign(self) -> Campaign {
        Campaign {
            id: self.id,
            version: self.version,
            list_revision: self.list_revision,
            closed_at: self.closed_at,
            text_number: self.text_number,
            silence_counts: self.silence_counts,
            settings: Settings {
                slug: self.slug,
                title: self.title,
                language: self.language,
                recipient: self.recipient,
                salutation: self.salutation,
                closing: self.closing,
                letter_date: self.letter_date.and_then(|date| date.parse().ok()),
                host: self.host,
                contact: self.contact,
                status: self.status,
                access: self.access,
                ordering: self.ordering,
                articles: self.articles.lines().map(ToOwned::to_owned).collect(),
                line: self.line,
                authority: self.authority,
                ages: Ages { amber_days: self.amber_days, red_days: self.red_days },
                four_eyes: self.four_eyes,
                reasons: self.reasons,
                guide: self.guide,
                zone: self.zone,
                eligibility: self.eligibility,
                keep_months: self.keep_months,
                paused: self.paused,
                unconfirmed: self.unconfirmed,
                at_risk: self.at_risk,
                leavers: self.leavers,
                late: self.late,
                press_contact: self.press_contact,
                press_pack: self.press_pack,
                opens_at: self.opens_at,
                closes_at: self.closes_at,
                published_at: self.published_at,
            },
        }
    }
}

/// The columns that say how the letter is moderated.
#[derive(AsChangeset)]
#[diesel(table_name = campaigns)]
pub(super) struct ModerationChanges {
    reasons: Reasons,
    guide: Guide,
}

impl ModerationChanges {
    pub(super) fn of(settings: &Settings) -> Self {
        Self { reasons: settings.reasons.clone(), guide: settings.guide.clone() }
    }
}
