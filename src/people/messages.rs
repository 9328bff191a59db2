//! The mails of people: an invitation to an account, a link to set a new password, news of one's own
//! ways in, and the last one.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::ground::Zone;
use crate::mail::letter::{Letter, Link};
use crate::words;

/// "You have an account": leads to the page that sets the first password.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountInvite {
    pub link: Link,
    /// Who invited, empty where the service itself did.
    pub invited_by: String,
    /// Until when the link works, on the recipient's clock.
    pub expires_at: String,
    pub time_zone: Zone,
}

impl Letter for AccountInvite {
    const TEMPLATE: &'static str = "account_invite";

    fn sample() -> Self {
        Self {
            link: Link::sample("/password/cap_sample"),
            invited_by: "Amina Haddad".to_owned(),
            expires_at: "2026-11-30 17:00".to_owned(),
            time_zone: Zone::of(Tz::Africa__Tunis),
        }
    }
}

/// "You asked for a new password".
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PasswordReset {
    pub link: Link,
    pub expires_at: String,
    pub time_zone: Zone,
}

impl Letter for PasswordReset {
    const TEMPLATE: &'static str = "password_reset";

    fn sample() -> Self {
        Self { link: Link::sample("/password/cap_sample"), expires_at: "2026-11-30 17:00".to_owned(), time_zone: Zone::of(Tz::Europe__Berlin) }
    }
}

words! {
    /// What has happened to somebody's ways in.
    pub enum Noticed {
        /// A program may act in their name.
        ProgramAdded = "program_added",
        PasskeyAdded = "passkey_added",
        PasskeyRemoved = "passkey_removed",
        /// Somebody signed in by a code on paper.
        RecoveryCodeUsed = "recovery_code_used",
        RecoveryCodesMade = "recovery_codes_made",
        /// An operator took the second factor away.
        SecondFactorReset = "second_factor_reset",
    }
}

/// "Your account has another way in": so that whoever did not do it hears of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountNotice {
    pub what: Noticed,
    /// What it is called.
    pub name: String,
    /// When, on the recipient's clock.
    pub at: String,
    pub time_zone: Zone,
    pub link: Link,
}

impl Letter for AccountNotice {
    const TEMPLATE: &'static str = "account_notice";

    fn sample() -> Self {
        Self {
            what: Noticed::ProgramAdded,
            name: "Nightly export".to_owned(),
            at: "2026-11-30 17:00".to_owned(),
            time_zone: Zone::of(Tz::Africa__Tunis),
            link: Link::sample("/account"),
        }
    }
}

/// "Your account is erased": the last mail, before the address goes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountErased {
    /// When, on the recipient's clock.
    pub at: String,
    pub time_zone: Zone,
}

impl Letter for AccountErased {
    const TEMPLATE: &'static str = "account_erased";

    fn sample() -> Self {
        Self { at: "2026-11-30 17:00".to_owned(), time_zone: Zone::of(Tz::Africa__Tunis) }
    }
}
