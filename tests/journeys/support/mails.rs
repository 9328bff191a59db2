//! The outbox as tests see it: what lies there, sending it, reading it as its recipient does.

use diesel::prelude::*;
use serde_json::Value;
use stoa::mail::templates::{Rendered, Tokens, render};
use stoa::mail::worker;
use stoa::store::schema::message;

use super::app::TestApp;

/// A mail in the outbox, as far as tests ask.
#[derive(Debug, Clone)]
pub struct Mail {
    pub id: String,
    pub round_id: String,
    pub template: String,
    pub language: String,
    pub to_name: String,
    pub to_email: String,
    pub subject_id: String,
    pub state: String,
    /// The letter's fields, before rendering.
    pub context: Value,
    /// As the recipient reads it, links with their secrets included.
    pub rendered: Rendered,
}

impl Mail {
    /// The paths (with query) that the mail links to on this instance, in the order of its text.
    pub fn paths(&self, app: &TestApp) -> Vec<String> {
        let base = app.url("");
        let link = |word: &str| word.trim_matches(|c: char| "<>().,".contains(c)).strip_prefix(base.as_str()).map(str::to_owned);
        self.rendered.text.split_whitespace().filter_map(link).collect()
    }
}

impl TestApp {
    /// Sends what is due by the app's clock, as the job would; how many were handled.
    pub fn deliver_mail(&self) -> usize {
        worker::run_once(&self.service).expect("the worker works")
    }

    /// Every mail in the outbox, oldest first, sent or not.
    pub fn mails(&self) -> Vec<Mail> {
        let row = (
            (message::id, message::round_id, message::template, message::language, message::to_name, message::to_email),
            (message::subject_id, message::state, message::context),
        );
        type Row = ((String, String, String, String, String, String), (String, String, String));
        let rows: Vec<Row> = self
            .service
            .store
            .read(|db| Ok(message::table.select(row).order((message::created_at, message::id)).load(db)?))
            .expect("the outbox reads");
        rows.into_iter()
            .map(|((id, round_id, template, language, to_name, to_email), (subject_id, state, context))| {
                let context: Value = serde_json::from_str(&context).expect("a context is JSON");
                let rendered = render(&self.service, &template, &stoa::ground::Language::from_stored(&language), &context, &to_name, Tokens::Real)
                    .unwrap_or_else(|e| panic!("the mail {template} cannot be rendered: {e}"));
                Mail { id, round_id, template, language, to_name, to_email, subject_id, state, context, rendered }
            })
            .collect()
    }

    /// The mails to one address, oldest first.
    pub fn mails_to(&self, email: &str) -> Vec<Mail> {
        self.mails().into_iter().filter(|m| m.to_email == email).collect()
    }

    /// The last mail of a template to one address; ends the test when there is none.
    #[track_caller]
    pub fn last_mail(&self, template: &str, email: &str) -> Mail {
        let all = self.mails();
        let found = all.iter().rev().find(|m| m.template == template && m.to_email == email);
        found
            .cloned()
            .unwrap_or_else(|| panic!("no {template} went to {email}, only {:?}", all.iter().map(|m| (&m.template, &m.to_email)).collect::<Vec<_>>()))
    }
}
