//! A small and seeded part of what `script/fuzz` gives the service's own readers: the seeds of each with some bytes
//! changed, taken out, put in and doubled.

use std::path::Path;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::scale;

#[path = "../fuzz/readers/archives.rs"]
mod archives;
#[path = "../fuzz/readers/cursors.rs"]
mod cursors;
#[path = "../fuzz/readers/headers.rs"]
mod headers;
#[path = "../fuzz/readers/tokens.rs"]
mod tokens;
#[path = "../fuzz/readers/uploads.rs"]
mod uploads;
#[path = "../fuzz/readers/words.rs"]
mod words;

/// The seeds of a reader, each as it is and then changed.
fn changed(name: &str, times: usize) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds").join(name);
    let mut paths: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let seeds: Vec<Vec<u8>> = paths.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let mut chance = ChaCha8Rng::seed_from_u64(11);
    let mut all = seeds.clone();
    for _ in 0..times {
        let mut bytes = seeds[chance.random_range(0..seeds.len())].clone();
        for _ in 0..chance.random_range(1..6) {
            let at = chance.random_range(0..=bytes.len());
            match chance.random_range(0..4) {
                0 if at < bytes.len() => bytes[at] = chance.random(),
                1 if at < bytes.len() => drop(bytes.remove(at)),
                2 => bytes.insert(at, chance.random()),
                _ => bytes.extend_from_within(at..),
            }
        }
        all.push(bytes);
    }
    all
}

#[test]
fn readers_of_what_strangers_send_hold_whatever_it_is() {
    type Reader = fn(&[u8]);
    let readers: [(&str, Reader); 6] = [
        ("archives", archives::any),
        ("cursors", cursors::any),
        ("headers", headers::any),
        ("tokens", tokens::any),
        ("uploads", uploads::any),
        ("words", words::any),
    ];
    for (name, any) in readers {
        for bytes in changed(name, scale::part(20_000)) {
            if std::panic::catch_unwind(|| any(&bytes)).is_err() {
                panic!("{name} does not hold {:?}", String::from_utf8_lossy(&bytes));
            }
        }
    }
}
