//! How an instance starts: with its own secret, on a disk that had been full, and not with settings that
//! would give something away.

use std::sync::Arc;

use stoa::ground::chance::SeededChance;
use stoa::ground::clock::FrozenClock;
use stoa::ground::config::Config;
use stoa::service::Service;

use crate::support::{Backend, START, bare, settings};

/// Starts on a folder; another `seed` would make another secret.
fn start(config: &Config, seed: u64) -> Result<Arc<Service>, String> {
    let clock = Arc::new(FrozenClock::at(START.parse().unwrap()));
    Service::open_with(config.clone(), clock, Arc::new(SeededChance::new(seed)), stoa::server::registered())
}

fn on_both(test: impl Fn(&std::path::Path, Config)) {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let folder = tempfile::tempdir().unwrap();
        let Some(database) = bare(backend, folder.path()) else { continue };
        test(folder.path(), settings(folder.path(), database.url()));
    }
}

#[test]
fn a_missing_secret_beside_a_full_database_is_not_replaced() {
    on_both(|folder, config| {
        let key = folder.join("secret.key");
        let first = start(&config, 1).unwrap().secrets.fingerprint();
        let kept = std::fs::read(&key).unwrap();
        std::fs::remove_file(&key).unwrap();
        let refused = start(&config, 2).map(|_| ()).unwrap_err();
        assert!(refused.contains("secret.key is missing") && !refused.contains('\n'), "{refused}");
        assert!(!key.exists(), "nothing is made in its place");
        std::fs::write(&key, kept).unwrap();
        assert_eq!(start(&config, 2).unwrap().secrets.fingerprint(), first);
    });
}

#[test]
fn another_secret_is_refused_until_the_operator_says_that_the_old_one_is_lost() {
    on_both(|folder, mut config| {
        start(&config, 1).unwrap();
        std::fs::write(folder.join("secret.key"), [7; 32]).unwrap();
        let refused = start(&config, 1).map(|_| ()).unwrap_err();
        assert!(refused.contains("is another one") && !refused.contains('\n'), "{refused}");
        config.storage.accept_other_secret = true;
        let now = start(&config, 1).unwrap().secrets.fingerprint();
        config.storage.accept_other_secret = false;
        assert_eq!(start(&config, 1).unwrap().secrets.fingerprint(), now);
        // Lost altogether: a new one is made.
        std::fs::remove_file(folder.join("secret.key")).unwrap();
        config.storage.accept_other_secret = true;
        assert_ne!(start(&config, 3).unwrap().secrets.fingerprint(), now);
    });
}

#[test]
fn a_secret_that_cannot_be_read_is_named_and_left_alone() {
    on_both(|folder, config| {
        let key = folder.join("secret.key");
        std::fs::write(&key, b"short").unwrap();
        let refused = start(&config, 1).map(|_| ()).unwrap_err();
        assert!(refused.contains("is not a 32-byte secret"), "{refused}");
        assert_eq!(std::fs::read(&key).unwrap(), b"short");
        std::fs::remove_file(&key).unwrap();
        std::fs::create_dir(&key).unwrap();
        let refused = start(&config, 1).map(|_| ()).unwrap_err();
        assert!(refused.contains("secret.key cannot be read"), "{refused}");
    });
}

#[test]
fn the_secret_is_its_owners_and_nothing_else_is_left_in_the_folder() {
    use std::os::unix::fs::PermissionsExt;
    on_both(|folder, config| {
        start(&config, 1).unwrap();
        let mode = std::fs::metadata(folder.join("secret.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let names: Vec<String> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert!(names.iter().all(|name| name == "secret.key" || name.starts_with("stoa.db")), "{names:?}");
    });
}
