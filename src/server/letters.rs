//! Every letter of the house with its example; the roof alone sees all rooms.
//!
//! A new letter gets its line here, or the test that renders every template fails.

use crate::mailroom::messages::TestMessage;
use crate::mailroom::samples::Samples;
use crate::people::messages::{AccountErased, AccountInvite, AccountNotice, PasswordReset};
use crate::reports::messages::{ReportReceipt, ReportReturned, ReportSubmitted};
use crate::results::messages::ResultsMoved;
use crate::reviews::messages::{
    DisagreementOpened, ReviewAside, ReviewDeclined, ReviewGivenBack, ReviewInvitation, ReviewOn, ReviewPast, ReviewReceipt, ReviewStopped,
    ReviewWithdrawn,
};
use crate::surveys::messages::SurveyInvitation;

pub fn samples() -> Samples {
    Samples::default()
        .with::<TestMessage>()
        .with::<AccountInvite>()
        .with::<PasswordReset>()
        .with::<AccountNotice>()
        .with::<AccountErased>()
        .with::<SurveyInvitation>()
        .with::<ReportReceipt>()
        .with::<ReportReturned>()
        .with::<ReportSubmitted>()
        .with::<ReviewInvitation>()
        .with::<ReviewDeclined>()
        .with::<ReviewReceipt>()
        .with::<ReviewWithdrawn>()
        .with::<ReviewGivenBack>()
        .with::<ReviewOn>()
        .with::<ReviewPast>()
        .with::<ReviewStopped>()
        .with::<ReviewAside>()
        .with::<DisagreementOpened>()
        .with::<ResultsMoved>()
}
