//! GET, POST /confirmations/{token}: the contact of an organization that signed in another way confirms that, or says that they did not sign. GET
//! shows what it is about, POST acts.

use super::elsewhere::{Address, CONFIRMED, REFUSED, Said};
use super::page::{About, bases, done, public_facts};
use super::receive::{Desk, Failure};
use super::state::{SignOn, State};
use super::store::{self, Purpose};
use super::submission::{Authority, Basis, Contact};
use super::verify::{Signer, receipts, staff_here, unknown};
use super::wording::{self, whole};
use crate::account::{self, Visitor};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign, LetterBody, Status};
use crate::db::{Conn, Tx};
use crate::ids::AnyId;
use crate::mail::{self, Outbox};
use crate::secret::{Keys, Token, TokenDigest};
use crate::text::{PersonName, RoleTitle};
use crate::web::form::{Fields, Filled, Problems};
use crate::web::link::{Link, Sent};
use crate::web::page::{Page, page_of, see};
use crate::web::show::{Choice, Fact};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

/// What the form's token is for.
const PURPOSE: &str = "confirm";

/// What a link leads to.
enum Behind {
    /// It can be confirmed.
    Open(Box<Open>),
    /// It was answered.
    Said(Said),
    /// Unknown, erased, or no longer on the list.
    Nothing,
}

struct Open {
    campaign: Campaign,
    sign_on: SignOn,
    address: Address,
    /// The text that is agreed to.
    number: i64,
    text: LetterBody,
}

/// The page. It changes nothing, whoever opens it and however often.
pub(super) async fn show(
    app: Data<App>,
    visitor: Visitor,
    Link { token, .. }: Link<Signer>,
) -> Result<HttpResponse, Fault> {
    if visitor.0.is_some() {
        return staff_here(StatusCode::OK);
    }
    render(&app, &token, StatusCode::OK, None).await
}

/// Confirms, or says that they did not sign.
pub(super) async fn answer(
    app: Data<App>,
    outbox: Data<Outbox>,
    visitor: Visitor,
    sent: Sent<Signer>,
) -> Result<HttpResponse, Fault> {
    if visitor.0.is_some() {
        return staff_here(StatusCode::FORBIDDEN);
    }
    let (token, fields, is_fresh) = sent.checked(&app, PURPOSE);
    if !is_fresh {
        let form = Filled::new(fields, Problems::default());
        return render(&app, &token, StatusCode::FORBIDDEN, Some(form)).await;
    }
    let mut problems = Problems::default();
    let wish = match fields.get("do") {
        "refuse" => Some(Wish::Refuse),
        _ => Stated::parse(&fields, &mut problems).map(Wish::Confirm),
    };
    let Some(wish) = wish else {
        let form = Filled::new(fields, problems);
        return render(&app, &token, StatusCode::UNPROCESSABLE_ENTITY, Some(form)).await;
    };
    let (desk, digest) = (Desk::new(&app, &outbox), token.digest());
    let has_read = fields.get(wording::FIELD).parse::<i64>().ok();
    let carried = app.db.write(move |tx| carry_out(tx, &desk, digest, wish, has_read)).await?;
    match carried {
        Carried::Said(said) => Ok(see(address_of(said))),
        Carried::TextChanged => {
            problems.add("authority", "The text of the letter has changed since you opened this page. Read it below as it is now, and confirm again.");
            render(&app, &token, StatusCode::CONFLICT, Some(Filled::new(fields, problems))).await
        }
        Carried::Archived => Err(Fault::Overtaken(
            "The letter is archived: nothing about it changes any more. Nothing was changed.".to_owned(),
        )),
        Carried::Nothing => unknown(),
    }
}

const fn address_of(said: Said) -> &'static str {
    match said {
        Said::Confirmed => "/confirmations/confirmed",
        Said::Refused => "/confirmations/refused",
    }
}

/// After confirming, without a secret in the address.
pub(super) async fn confirmed() -> Result<HttpResponse, Fault> {
    done(
        "Confirmed. Thank you",
        "Your organization stands under the letter as one that signed here. A mail brings you the link to its private page, where you can \
         correct it, hand it to a colleague, and withdraw it at any time.",
    )
}

/// After saying that they did not sign.
pub(super) async fn refused() -> Result<HttpResponse, Fault> {
    done(
        "The name is taken off the list",
        "It is off the list and every download already. Those who run the letter are told that your organization did not sign.",
    )
}

/// What whoever confirms states.
struct Stated {
    name: PersonName,
    role: RoleTitle,
    basis: Basis,
    updates: bool,
}

enum Wish {
    Confirm(Stated),
    Refuse,
}

impl Stated {
    fn parse(fields: &Fields, p: &mut Problems) -> Option<Self> {
        let name = p.take("representative", PersonName::parse(fields.get("representative")));
        let role = p.take("role", RoleTitle::parse(fields.get("role")));
        let basis = Basis::parse(fields.get("basis"));
        let basis = p.take("basis", basis.ok_or("Choose on what your authority to sign rests."));
        if !fields.is_ticked("authority") {
            p.add("authority", "Tick the box to confirm that you may sign for the organization. If you may not, ask somebody who may.");
        }
        let stated = Self { name: name?, role: role?, basis: basis?, updates: fields.is_ticked("updates") };
        p.is_empty().then_some(stated)
    }
}

fn behind(conn: &mut Conn, keys: &Keys, token: TokenDigest) -> Result<Behind, Failure> {
    let Some(link) = store::link(conn, token, Purpose::Confirm)? else { return Ok(Behind::Nothing) };
    let Some(sign_on) = store::by_id(conn, link.sign_on)? else { return Ok(Behind::Nothing) };
    let Some(known) = store::elsewhere_of(conn, keys, sign_on.id)? else { return Ok(Behind::Nothing) };
    if let Some((said, _)) = known.said {
        return Ok(Behind::Said(said));
    }
    // Somebody whose mailbox is proved may stand behind it since another entry was merged into it: then it is theirs to speak for.
    let is_open = matches!(sign_on.state, State::Approved { .. })
        && sign_on.is_unconfirmed()
        && store::representatives_of(conn, keys, sign_on.id)?.is_empty();
    let Some(address) = known.address.filter(|_| is_open) else { return Ok(Behind::Nothing) };
    let Some(campaign) = campaign::store::by_id(conn, sign_on.campaign)? else { return Ok(Behind::Nothing) };
    // While others are asked about another text, that is the one which they read and agree to, as whoever signs does.
    let number = campaign::store::signing_number(conn, &campaign)?;
    let text = campaign::store::letter_version(conn, campaign.id, number)?.body;
    Ok(Behind::Open(Box::new(Open { campaign, sign_on, address, number, text })))
}

enum Carried {
    Said(Said),
    TextChanged,
    Archived,
    Nothing,
}

fn carry_out(
    tx: &mut Tx<'_>,
    desk: &Desk,
    token: TokenDigest,
    wish: Wish,
    has_read: Option<i64>,
) -> Result<Carried, Failure> {
    let keys = &desk.app.keys;
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    if let Behind::Open(open) = behind(tx, keys, token)? {
        campaign::store::hold(tx, open.campaign.id)?;
    }
    let open = match behind(tx, keys, token)? {
        Behind::Open(open) => open,
        Behind::Said(said) => return Ok(Carried::Said(said)),
        Behind::Nothing => return Ok(Carried::Nothing),
    };
    if open.campaign.settings.status == Status::Archived && matches!(wish, Wish::Confirm(_)) {
        return Ok(Carried::Archived);
    }
    let said = match &wish {
        Wish::Confirm(_) => Said::Confirmed,
        Wish::Refuse => Said::Refused,
    };
    // What they have read is what they agree to.
    if said == Said::Confirmed && has_read != Some(open.number) {
        return Ok(Carried::TextChanged);
    }
    if !store::note_said(tx, open.sign_on.id, said, desk.now)? {
        return Err(Failure::Overtaken);
    }
    match wish {
        Wish::Confirm(stated) => confirm(tx, desk, &open, stated)?,
        Wish::Refuse => refuse(tx, desk, &open)?,
    }
    Ok(Carried::Said(said))
}

fn confirm(tx: &mut Tx<'_>, desk: &Desk, open: &Open, stated: Stated) -> Result<(), Failure> {
    let (campaign, before) = (&open.campaign, &open.sign_on);
    let authority =
        Authority { basis: stated.basis, statement: campaign.settings.authority.clone(), at: desk.now };
    let contact = Contact {
        name: stated.name,
        role: stated.role,
        email: open.address.email.clone(),
        note: None,
        updates: stated.updates,
    };
    if !store::confirm(tx, &desk.app.keys, &desk.app.random, before, &authority, &contact)? {
        return Err(Failure::Overtaken);
    }
    if open.number != campaign.text_number {
        // Until it stands they stay under the text that they signed elsewhere, as everybody who agrees does in a round.
        store::keep_in_round(tx, before.id, open.number, desk.now)?;
    } else if before.letter_version != open.number {
        store::agree(tx, before.id, open.number, desk.now)?;
    }
    campaign::store::raise_list_revision(tx, campaign.id)?;
    let act = Act::new(desk.now, Actor::Representative, Subject::SignOn(before.id), CONFIRMED);
    audit::record(tx, &desk.app.random, act.in_campaign(campaign.id))?;
    let proved = store::by_id(tx, before.id)?.ok_or(Failure::Overtaken)?;
    let contacts = receipts(tx, desk, campaign, &proved)?;
    super::meant::has_signed(tx, &desk.app.keys, &proved, &contacts, desk.now)
}

fn refuse(tx: &mut Tx<'_>, desk: &Desk, open: &Open) -> Result<(), Failure> {
    let (campaign, before) = (&open.campaign, &open.sign_on);
    let after = before.clone().withdraw(desk.now).map_err(|_| Failure::Overtaken)?;
    if !store::replace(tx, before, &after)? {
        return Err(Failure::Overtaken);
    }
    campaign::store::raise_list_revision(tx, campaign.id)?;
    mail::take_back_all(tx, AnyId::from_uuid(before.id.uuid()), desk.now)?;
    let act = Act::new(desk.now, Actor::Representative, Subject::SignOn(before.id), REFUSED)
        .in_campaign(campaign.id)
        .changing(before.standing().as_str(), after.standing().as_str());
    audit::record(tx, &desk.app.random, act)?;
    for member in account::store::team(tx, &desk.app.keys, campaign.id)? {
        let message = desk.about(campaign, &after).disowned(&member.person.email)?;
        desk.outbox.prepare(&message)?.enqueue(tx)?;
    }
    Ok(())
}

async fn render(
    app: &App,
    token: &Token,
    status: StatusCode,
    form: Option<Filled>,
) -> Result<HttpResponse, Fault> {
    let (keys, digest, now) = (app.keys.clone(), token.digest(), app.clock.now());
    let open = match app.db.read(move |conn| behind(conn, &keys, digest)).await? {
        Behind::Open(open) => open,
        Behind::Said(said) => return Ok(see(address_of(said))),
        Behind::Nothing => return unknown(),
    };
    let stated = || {
        let name = open.address.name.as_ref().map_or("", PersonName::as_str);
        let role = open.address.role.as_ref().map_or("", RoleTitle::as_str);
        Filled::new([("representative", name), ("role", role)].into_iter().collect(), Problems::default())
    };
    let template = Confirm {
        page: Page::new("Confirm that your organization signed – Undersigned").not_indexed(),
        letter: About::new(&open.campaign, now),
        line: open.sign_on.entry.public_line(),
        facts: public_facts(&open.sign_on.entry),
        text: whole(&open.text),
        number: open.number,
        email: open.address.email.shown(),
        statement: open.campaign.settings.authority.clone(),
        kept_for: open.campaign.settings.kept_for(),
        bases: bases(),
        action: format!("/confirmations/{}", token.reveal()),
        token: app.form_token(PURPOSE, digest.as_bytes()),
        form: form.unwrap_or_else(stated),
    };
    Ok(page_of(status, &template)?)
}

#[derive(Template)]
#[template(path = "sign_on/confirm.html")]
struct Confirm {
    page: Page,
    letter: About,
    line: String,
    facts: Vec<Fact>,
    text: String,
    /// The version of the text.
    number: i64,
    email: String,
    statement: String,
    kept_for: String,
    bases: Vec<Choice>,
    action: String,
    token: String,
    form: Filled,
}
