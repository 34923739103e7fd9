//! An authenticator made of nothing but software: it makes a passkey and shows it, as a browser sends it (WebAuthn level 2). Every part
//! of what it says can be bent.

use data_encoding::BASE64URL_NOPAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::json;
use sha2::{Digest, Sha256};

/// What stands before the point in the SubjectPublicKeyInfo of a key on the curve P-256.
const P256: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// One with a passkey.
#[derive(Clone)]
pub struct Authenticator {
    pub pkcs8: Vec<u8>,
    /// What it calls the passkey.
    pub credential: Vec<u8>,
    /// How often it has signed.
    pub counter: u32,
    /// Whether it counts.
    pub counts: bool,
    /// User present, user verified.
    pub flags: u8,
    /// What it is asked for.
    pub rp_id: String,
    /// What the browser says where it is.
    pub origin: String,
    /// Whether the page is inside one of somebody else's.
    pub cross_origin: bool,
}

impl Authenticator {
    /// A new one, used in a browser on a page of this origin: `http://localhost:8080`.
    pub fn at(origin: &str) -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let host = origin.split("://").nth(1).unwrap().split(':').next().unwrap();
        let credential = Sha256::digest(pkcs8.as_ref()).to_vec();
        Self {
            pkcs8: pkcs8.as_ref().to_vec(),
            credential,
            counter: 0,
            counts: true,
            flags: 0b101,
            rp_id: host.to_owned(),
            origin: origin.to_owned(),
            cross_origin: false,
        }
    }

    fn pair(&self) -> EcdsaKeyPair {
        let random = SystemRandom::new();
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &self.pkcs8, &random).unwrap()
    }

    fn client(&self, act: &str, challenge: &str) -> Vec<u8> {
        let said = json!({
            "type": act, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin,
            "other_keys_can_be_added_here": "do not compare clientDataJSON against a template",
        });
        serde_json::to_vec(&said).unwrap()
    }

    fn data(&mut self, more: u8) -> Vec<u8> {
        self.counter += u32::from(self.counts);
        let hash = Sha256::digest(self.rp_id.as_bytes());
        [hash.as_slice(), &[self.flags | more], &self.counter.to_be_bytes()].concat()
    }

    /// What the form is sent with after a passkey was made.
    pub fn make(&mut self, challenge: &str) -> String {
        let client = self.client("webauthn.create", challenge);
        let pair = self.pair();
        let point = pair.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        // The key as a map of CBOR (RFC 9053): EC2, ES256, P-256, x, y.
        let key = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32][..], x, &[0x22, 0x58, 32], y].concat();
        let length = u16::try_from(self.credential.len()).unwrap().to_be_bytes();
        let credential = [[0; 16].as_slice(), &length, &self.credential, &key].concat();
        let data = [self.data(1 << 6), credential].concat();
        let sent = json!({
            "client": BASE64URL_NOPAD.encode(&client),
            "authenticator": BASE64URL_NOPAD.encode(&data),
            "public_key": BASE64URL_NOPAD.encode(&[&P256, point].concat()),
            "algorithm": -7,
        });
        sent.to_string()
    }

    /// What the form is sent with after the passkey was shown.
    pub fn show(&mut self, challenge: &str) -> String {
        let client = self.client("webauthn.get", challenge);
        let data = self.data(0);
        let signed = [data.as_slice(), &Sha256::digest(&client)].concat();
        let signature = self.pair().sign(&SystemRandom::new(), &signed).unwrap();
        let sent = json!({
            "credential": BASE64URL_NOPAD.encode(&self.credential),
            "client": BASE64URL_NOPAD.encode(&client),
            "authenticator": BASE64URL_NOPAD.encode(&data),
            "signature": BASE64URL_NOPAD.encode(signature.as_ref()),
        });
        sent.to_string()
    }
}
