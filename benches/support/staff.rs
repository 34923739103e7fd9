//! Somebody of the staff, logged in.

use super::client::Client;
use super::form::{self, value};
use super::server::{Instance, Server};
use undersigned::account::second_factor::Secret;
use undersigned::clock::Clock;

pub const EMAIL: &str = "ada@staff.example";
pub const PASSWORD: &str = "sofa kiln ledger";

/// Invites an administrator from the command line, who accepts.
pub async fn administrator(instance: &Instance, server: &Server) -> Client {
    let output = instance.command(&["staff", "invite", EMAIL, "--role", "administrator"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let link = String::from_utf8(output.stdout).unwrap();
    let path =
        link.trim().split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| rest[at..].to_owned()));
    let path = path.unwrap();
    let mut client = Client::new(server.address, 0).await;
    let page = client.get(&path).await.expect(200);
    let (_, fields) = form::form(&page, "").unwrap();
    let fields =
        [("form_token", value(&fields, "form_token")), ("name", "Ada Administrator"), ("password", PASSWORD)];
    client.post(&path, &fields).await.expect(303);
    set_up_factor(&mut client).await;
    client
}

/// Sets up an app for codes: without one nothing can be decided.
async fn set_up_factor(client: &mut Client) {
    const PATH: &str = "/staff/account/app";
    let page = client.get(PATH).await.expect(200);
    let secret = Secret::parse(&form::texts(&page, "code.secret")[0]).unwrap();
    let (_, fields) = form::form(&page, PATH).unwrap();
    let code = secret.code(Secret::step_at(Clock::system().now()));
    let fields = [
        ("form_token", value(&fields, "form_token")),
        ("sealed", value(&fields, "sealed")),
        ("code", code.as_str()),
    ];
    client.post(PATH, &fields).await.expect(200);
}
