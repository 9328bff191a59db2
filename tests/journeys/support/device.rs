//! A device that holds passkeys, as a browser would ask it: one P-256 key each, no attestation.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{KeyPair, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// User present, user verified, a new key beside it.
const PRESENT_AND_VERIFIED: u8 = 0x05;
const WITH_KEY: u8 = 0x40;

/// A device with one passkey. What it is told to say wrong, it says.
pub struct Device {
    key: KeyPair,
    id: [u8; 16],
    pub counter: u32,
    pub origin: String,
    /// For whom it signs; the name of the origin.
    pub name: String,
    pub verified: bool,
}

impl Device {
    pub fn at(origin: &str) -> Self {
        let name = origin.split("//").nth(1).unwrap_or_default().split(':').next().unwrap_or_default().to_owned();
        let key = KeyPair::generate().expect("a key");
        let id = Sha256::digest(key.public_key_raw())[..16].try_into().expect("sixteen bytes");
        Self { key, id, counter: 0, origin: origin.to_owned(), name, verified: true }
    }

    fn said(&self, kind: &str, question: &Value) -> Vec<u8> {
        let challenge = &question["publicKey"]["challenge"];
        json!({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false}).to_string().into_bytes()
    }

    fn authenticator(&self, flags: u8) -> Vec<u8> {
        let flags = if self.verified { flags } else { flags & !0x04 };
        [&Sha256::digest(&self.name)[..], &[flags], &self.counter.to_be_bytes()].concat()
    }

    /// Makes the passkey that the question asks for.
    pub fn create(&mut self, question: &str) -> String {
        let question: Value = serde_json::from_str(question).expect("a question");
        let point = self.key.public_key_raw();
        let key = [&[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20][..], &point[1..33], &[0x22, 0x58, 0x20], &point[33..65]].concat();
        let data = [&self.authenticator(PRESENT_AND_VERIFIED | WITH_KEY)[..], &[0; 16], &[0, 16], &self.id, &key].concat();
        // {"fmt": "none", "attStmt": {}, "authData": …} as CBOR.
        let length = u8::try_from(data.len()).expect("a short one");
        let object = [&b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"[..], &[length], &data].concat();
        let response = json!({"clientDataJSON": text(&self.said("webauthn.create", &question)), "attestationObject": text(&object)});
        json!({"id": text(&self.id), "rawId": text(&self.id), "type": "public-key", "response": response, "extensions": {}}).to_string()
    }

    /// Answers the question by the passkey; each answer moves the counter on.
    pub fn get(&mut self, question: &str) -> String {
        self.counter += 1;
        let question: Value = serde_json::from_str(question).expect("a question");
        let (data, said) = (self.authenticator(PRESENT_AND_VERIFIED), self.said("webauthn.get", &question));
        let signature = self.key.sign(&[&data[..], &Sha256::digest(&said)].concat()).expect("a signature");
        let response = json!({"clientDataJSON": text(&said), "authenticatorData": text(&data), "signature": text(&signature), "userHandle": null});
        json!({"id": text(&self.id), "rawId": text(&self.id), "type": "public-key", "response": response, "extensions": {}}).to_string()
    }
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
