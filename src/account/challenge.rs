//! What a passkey is to sign next. A script asks for it when somebody presses the button, because a page that is only looked at
//! changes nothing; it is good once, for five minutes, for the browser that asked and for what it asked for.

use super::access::{Acting, OwnAccount, Staff, SteppedUp};
use super::passkey::{PublicKey, Site};
use super::store::{self, ChallengeFor};
use crate::clock::minutes;
use crate::db;
use crate::ids::AccountId;
use crate::secret::{Token, TokenDigest};
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use data_encoding::BASE64URL_NOPAD;
use jiff::SignedDuration;
use serde_json::{Value, json};

/// How long somebody may look for their key.
const TERM: SignedDuration = minutes(5);

/// Why a script gets none, for it to say.
pub(super) fn refused(status: StatusCode, problem: &str) -> HttpResponse {
    HttpResponse::build(status).json(json!({ "problem": problem }))
}

/// The answer for a script that wants a passkey shown.
pub(super) async fn to_show(
    app: &App,
    account: AccountId,
    holder: TokenDigest,
    purpose: ChallengeFor,
) -> Result<HttpResponse, Fault> {
    let site = match Site::of(&app.base_url) {
        Ok(site) => site,
        Err(why) => return Ok(refused(StatusCode::CONFLICT, &why.to_string())),
    };
    let Asked { challenge, credentials } = ask(app, account, holder, purpose).await?;
    if credentials.is_empty() {
        return Ok(refused(StatusCode::CONFLICT, "This account has no passkey. Type a code."));
    }
    Ok(HttpResponse::Ok().json(json!({
        "challenge": challenge.reveal(),
        "rpId": site.id(),
        "allowCredentials": named(&credentials),
        "userVerification": "required",
        "timeout": TERM.as_millis(),
    })))
}

/// POST /staff/confirm/passkey
pub(super) async fn to_confirm(
    Acting { who: OwnAccount(who), .. }: Acting<OwnAccount>,
    app: web::Data<App>,
) -> Result<HttpResponse, Fault> {
    to_show(&app, who.id, who.session(), ChallengeFor::Confirm).await
}

/// POST /staff/account/passkeys/challenge
pub(super) async fn to_make(
    Acting { who: SteppedUp(OwnAccount(who)), .. }: Acting<SteppedUp<OwnAccount>>,
    app: web::Data<App>,
) -> Result<HttpResponse, Fault> {
    let site = match Site::of(&app.base_url) {
        Ok(site) => site,
        Err(why) => return Ok(refused(StatusCode::CONFLICT, &why.to_string())),
    };
    let Staff { id, .. } = who;
    let Asked { challenge, credentials } = ask(&app, id, who.session(), ChallengeFor::Make).await?;
    let kinds: Vec<Value> =
        PublicKey::algorithms().map(|number| json!({ "type": "public-key", "alg": number })).collect();
    Ok(HttpResponse::Ok().json(json!({
        "challenge": challenge.reveal(),
        "rp": { "id": site.id(), "name": format!("Undersigned {}", site.id()) },
        "user": {
            "id": BASE64URL_NOPAD.encode(id.uuid().as_bytes()),
            "name": who.email.shown(),
            "displayName": who.name,
        },
        "pubKeyCredParams": kinds,
        "excludeCredentials": named(&credentials),
        "authenticatorSelection": { "residentKey": "preferred", "userVerification": "required" },
        "attestation": "none",
        "timeout": TERM.as_millis(),
    })))
}

struct Asked {
    challenge: Token,
    /// What the authenticators of the account call their passkeys.
    credentials: Vec<Vec<u8>>,
}

async fn ask(
    app: &App,
    account: AccountId,
    holder: TokenDigest,
    purpose: ChallengeFor,
) -> Result<Asked, Fault> {
    let (challenge, ends_at) = (Token::make(&app.random), app.clock.now().plus(TERM));
    let digest = challenge.digest();
    let written = app.db.write(move |tx| -> Result<_, db::Error> {
        store::set_challenge(tx, account, holder, purpose, digest, ends_at)?;
        store::credentials_of(tx, account)
    });
    Ok(Asked { challenge, credentials: written.await? })
}

fn named(credentials: &[Vec<u8>]) -> Vec<Value> {
    let named = |id: &Vec<u8>| json!({ "type": "public-key", "id": BASE64URL_NOPAD.encode(id) });
    credentials.iter().map(named).collect()
}
