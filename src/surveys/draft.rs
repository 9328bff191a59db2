//! Half answered and kept under a code of the respondent's own. Pure.
//!
//! The code has 95 random bits and a check letter. From it follow the key by which the answers are sealed and the hash
//! under which they lie; neither leads back to it, and it stands nowhere: who has lost it has lost what it opens. It
//! follows from the token of a visit, so that the same visit keeps under the same code however often, and what was
//! kept is found and deleted when the answers are sent.

use std::io::{Read, Write};

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use hkdf::Hkdf;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::ground::Language;
use crate::ground::ids::SurveyId;
use crate::ground::receipt::{LETTER, code, push_hex, typed};
use crate::ground::secrets::Secrets;

/// Days after the last time it was kept.
pub const KEPT_DAYS: u64 = 30;
/// Letters of a code, the check letter among them; they stand in fours, so that no receipt looks like one.
const LETTERS: u32 = 20;
const GROUP: usize = 4;
/// What is sealed is filled up to whole steps, so that its size says little.
const STEP: usize = 1_024;
/// What one visit may have in all once it is unpacked: three bytes for each of its characters, and what is around.
const MOST_BYTES: u64 = 1_572_864;
const NONCE: usize = 12;
const TAG: usize = 16;

/// What a visit was like when it was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Half {
    pub language: Language,
    pub page: Option<usize>,
    /// As the page carries it.
    pub seen: String,
    pub from_check: bool,
    /// The random part of the visit's token.
    pub visit: String,
    /// The code of an invitation; empty where there is none.
    #[serde(default)]
    pub invitation: String,
    /// Answers by question, as a form sends them.
    pub answers: Vec<(String, String)>,
}

/// A code, with its check letter.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Code(u128);

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(masked)")
    }
}

impl Code {
    /// The code of a visit; `visit` is the random part of its token.
    pub fn of_visit(secrets: &Secrets, survey: &SurveyId, visit: &str) -> Self {
        let mac = secrets.mac("draft", &format!("{survey}\n{visit}"));
        let (first, _) = mac.split_at(16);
        let bits = u128::from_be_bytes(first.try_into().expect("half a MAC has 16 bytes")) >> (u128::BITS - (LETTERS - 1) * LETTER);
        Self(bits << LETTER | u128::from(check(bits)))
    }

    /// A code as somebody typed it. `None` if a letter is missing, too many or another one.
    pub fn read(text: &str) -> Option<Self> {
        let bits = typed(text, LETTERS)?;
        (u128::from(check(bits >> LETTER)) == bits & 31).then_some(Self(bits))
    }

    /// As people write it down: `7KQ2-MX4D-90PT-3WB6-1ZEK`.
    pub fn written(self) -> String {
        let letters: Vec<char> = code(self.0, LETTERS).chars().filter(|c| *c != '-').collect();
        letters.chunks(GROUP).map(String::from_iter).collect::<Vec<_>>().join("-")
    }

    /// Under which it lies.
    pub fn hash(self, survey: &SurveyId) -> String {
        let mut hash = String::with_capacity(64);
        push_hex(&mut hash, &self.derived("name", survey));
        hash
    }

    fn derived(self, of: &str, survey: &SurveyId) -> [u8; 32] {
        let mut bytes = [0; 32];
        let from = Hkdf::<Sha256>::new(Some(b"stoa response draft"), &self.0.to_be_bytes());
        from.expand(format!("{of}\n{survey}").as_bytes(), &mut bytes).expect("32 bytes can be derived");
        bytes
    }

    fn cipher(self, survey: &SurveyId) -> Aes256Gcm {
        Aes256Gcm::new(&self.derived("key", survey).into())
    }

    /// Packs, fills up and seals. `nonce` is random, another one each time.
    pub fn seal(self, survey: &SurveyId, half: &Half, nonce: [u8; NONCE]) -> Vec<u8> {
        let json = serde_json::to_vec(half).expect("texts are JSON");
        let mut packed = DeflateEncoder::new(vec![0; 4], Compression::default());
        packed.write_all(&json).expect("a vector takes all");
        let mut plain = packed.finish().expect("a vector takes all");
        let length = u32::try_from(plain.len() - 4).expect("an answer has megabytes at most");
        plain[..4].copy_from_slice(&length.to_be_bytes());
        let whole = (plain.len() + NONCE + TAG).div_ceil(STEP) * STEP;
        plain.resize(whole - NONCE - TAG, 0);
        let sealed = self.cipher(survey).encrypt(&Nonce::from(nonce), Payload { msg: &plain, aad: survey.as_str().as_bytes() });
        [&nonce[..], &sealed.expect("AES-GCM takes megabytes")].concat()
    }

    /// What was sealed under this code. `None` if it was not, or is too much.
    pub fn open(self, survey: &SurveyId, sealed: &[u8]) -> Option<Half> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let plain = self.cipher(survey).decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: survey.as_str().as_bytes() }).ok()?;
        let (length, rest) = plain.split_first_chunk::<4>()?;
        let packed = rest.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        let mut json = Vec::new();
        DeflateDecoder::new(packed).take(MOST_BYTES * 2).read_to_end(&mut json).ok()?;
        serde_json::from_slice(&json).ok()
    }
}

/// Steps that it takes, for those who count them.
pub fn steps(sealed: &[u8]) -> i32 {
    i32::try_from(sealed.len().div_ceil(STEP)).unwrap_or(i32::MAX)
}

/// The check letter: a sum over a field of 32 in which every place weighs differently, so that no one letter and no
/// two that changed places go unnoticed.
fn check(bits: u128) -> u8 {
    let letters = (0..LETTERS - 1).map(|place| u8::try_from(bits >> (place * LETTER) & 31).expect("five bits fit"));
    // The first weighs one more than nothing: a doubling for each place.
    letters.rev().fold(0, |sum, letter| doubled(sum ^ letter))
}

/// Times two, where five bits stand for a polynomial modulo x⁵ + x² + 1.
fn doubled(letter: u8) -> u8 {
    let twice = letter << 1;
    if twice & 32 == 0 { twice } else { (twice ^ 0b10_0101) & 31 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survey(id: &str) -> SurveyId {
        SurveyId::from_stored(id.to_owned())
    }

    fn half() -> Half {
        let answers = vec![("why".to_owned(), "لأن <b>\"التعلّم\"</b>\n\u{1F600}".to_owned()), ("yes".to_owned(), String::new())];
        Half {
            language: Language::of("ar"),
            page: Some(3),
            seen: "0,1:44".to_owned(),
            from_check: false,
            visit: "v".repeat(22),
            invitation: String::new(),
            answers,
        }
    }

    #[test]
    fn a_code_is_understood_however_it_is_typed_and_one_wrong_letter_is_noticed() {
        let code = Code::of_visit(&Secrets::new([7; 32]), &survey("srv_1"), "visit");
        let text = code.written();
        assert_eq!((text.len(), text.matches('-').count()), (24, 4));
        assert_eq!(Code::read(&text.to_lowercase().replace('-', " ")), Some(code));
        for (at, was) in text.char_indices().filter(|(_, c)| *c != '-') {
            for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars().filter(|c| *c != was) {
                let mut wrong = text.clone();
                wrong.replace_range(at..=at, &other.to_string());
                assert_eq!(Code::read(&wrong), None, "{wrong}");
            }
        }
        let letters: Vec<char> = text.chars().filter(|c| *c != '-').collect();
        for at in 1..letters.len() {
            let mut wrong = letters.clone();
            wrong.swap(at - 1, at);
            assert!(wrong == letters || Code::read(&String::from_iter(wrong)).is_none());
        }
        for wrong in ["", "7KQ2M-X4D90-PT3WB-61ZE", "no code"] {
            assert_eq!(Code::read(wrong), None);
        }
    }

    #[test]
    fn only_the_code_opens_what_it_sealed_and_only_for_its_survey() {
        let (secrets, one, two) = (Secrets::new([7; 32]), survey("srv_1"), survey("srv_2"));
        let code = Code::of_visit(&secrets, &one, "visit");
        let sealed = code.seal(&one, &half(), [1; 12]);
        assert_eq!((sealed.len(), steps(&sealed)), (1_024, 1));
        assert_eq!(code.open(&one, &sealed), Some(half()));
        assert_eq!(code.open(&two, &sealed), None);
        assert_eq!(Code::of_visit(&secrets, &one, "another").open(&one, &sealed), None);
        assert_ne!(code.hash(&one), code.hash(&two));
        for at in 0..sealed.len() {
            let mut broken = sealed.clone();
            broken[at] ^= 1;
            assert_eq!(code.open(&one, &broken), None, "{at}");
        }
        assert_eq!(code.open(&one, b"short"), None);
    }

    #[test]
    fn the_size_says_little_of_what_is_inside() {
        let survey = survey("srv_1");
        let code = Code::of_visit(&Secrets::new([7; 32]), &survey, "visit");
        let with = |answer: &str| code.seal(&survey, &Half { answers: vec![("q".to_owned(), answer.to_owned())], ..half() }, [1; 12]).len();
        assert_eq!(with(""), with("No, and I have never told anybody why."));
        assert_eq!(with(&(0..9_000).map(|n| n.to_string()).collect::<Vec<_>>().concat()) % 1_024, 0);
    }
}
