//! Ready-made people: a campaign that is open, an organization that signs.

use super::app::TestApp;
use super::browser::{Browser, Form, Page};
use super::mailbox::Mail;
use undersigned::campaign::{
    self, AUTHORITY, Access, Ages, Campaign, Guide, KEEP_MONTHS, Late, Leavers, LetterText, PressPack,
    Reasons, Rules, Settings, Status, Title,
};
use undersigned::clock::{Zone, days};
use undersigned::ids::{CampaignId, LetterVersionId};
use undersigned::secret::Random;
use undersigned::text::{Language, LinePattern, OrderingRule, Slug};

/// The settings of an open, published letter at `/letters/letter` that closes in 30 days.
pub fn settings(app: &TestApp) -> Settings {
    let now = app.clock.now();
    Settings {
        slug: Slug::parse("letter").unwrap(),
        title: Title::parse("Keep the park open").unwrap(),
        language: Language::parse("en").unwrap(),
        recipient: "The City Council".to_owned(),
        salutation: "Dear councilors,".to_owned(),
        closing: "Yours sincerely,".to_owned(),
        letter_date: Some(jiff::civil::date(2026, 3, 1)),
        host: "Friends of the Park".to_owned(),
        contact: "host@park.example".to_owned(),
        status: Status::Open,
        access: Access::Public,
        ordering: OrderingRule::Alphabetical,
        articles: Vec::new(),
        line: LinePattern::parse("{name}").unwrap(),
        leavers: Leavers::default(),
        late: Late::default(),
        authority: AUTHORITY.to_owned(),
        eligibility: Rules::default(),
        at_risk: false,
        unconfirmed: undersigned::campaign::Unconfirmed::default(),
        paused: String::new(),
        zone: Zone::default(),
        keep_months: KEEP_MONTHS,
        opens_at: None,
        closes_at: Some(now.plus(days(30))),
        published_at: Some(now),
        ages: Ages::default(),
        four_eyes: false,
        reasons: Reasons::default(),
        guide: Guide::default(),
        press_contact: String::new(),
        press_pack: PressPack::default(),
    }
}

/// Makes a campaign with these settings.
pub async fn campaign(app: &TestApp, settings: Settings) -> Campaign {
    let (now, random) = (app.clock.now(), Random::system());
    let write = move |tx: &mut undersigned::db::Tx<'_>| {
        let made =
            campaign::store::insert(tx, CampaignId::new(now.millis(), random.bytes()), &settings, now)?;
        let text = LetterText::parse("We ask you to keep the park open.\n\nIt is the only one.").unwrap();
        let id = LetterVersionId::new(now.millis(), random.bytes());
        campaign::store::add_letter(tx, made.id, id, &text, now, None)?;
        Ok::<_, undersigned::db::Error>(made)
    };
    app.db().await.write(write).await.unwrap()
}

/// An open, published letter at `/letters/letter`.
pub async fn open_letter(app: &TestApp) -> Campaign {
    campaign(app, settings(app)).await
}

/// The form of the letter, filled in for an organization.
pub async fn filled_in(browser: &Browser, organization: &str, email: &str) -> Form {
    let page = browser.get("/letters/letter/sign").await.expect(200);
    page.form()
        .fill("organization", organization)
        .fill("website", "https://ngo.example")
        .choose("country", "KE")
        .fill("representative", "Ada Example")
        .fill("role", "Director")
        .fill("email", email)
        .choose("basis", "head")
        .tick("authority")
}

/// Fills in the form, looks at the line, and sends it; the answer to sending.
pub async fn send(browser: &Browser, form: &Form) -> Page {
    let review = browser.submit(form).await.expect(200).says("Is this the line to be printed?");
    browser.submit(&review.form().press("send")).await
}

/// An organization signs; the mail it gets.
pub async fn sign(app: &TestApp, organization: &str, email: &str) -> Mail {
    let browser = app.browser();
    let form = filled_in(&browser, organization, email).await;
    send(&browser, &form).await.says("Now open your mail");
    app.mailbox().newest_about(email, "Verify your sign-on").await
}

/// An organization signs and verifies; the receipt it gets, with the link to the private page.
pub async fn sign_and_verify(app: &TestApp, organization: &str, email: &str) -> Mail {
    let mail = sign(app, organization, email).await;
    let browser = app.browser();
    let page = browser.get(&mail.link("/verify/")).await.expect(200);
    browser.submit(&page.form()).await.says("Verified. Thank you");
    app.mailbox().newest_about(email, "verified and waits for review").await
}
