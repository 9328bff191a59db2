//! `stoa person create` and `stoa person list`: accounts for whoever owns the machine.
//!
//! Creating prints a link to set the password; whoever has the link has the account, so hand it over
//! with care. Running it again for the same address gives a new link and adds the roles.

use clap::{Args, Subcommand};

use super::ServiceArgs;
use crate::ground::ids::PersonId;
use crate::ground::{Error, Zone};
use crate::people::actions::person_from_terminal;
use crate::people::identity::{Role, ScopeKind};
use crate::people::store;
use crate::service::Service;
use crate::web::paging::PageAt;

#[derive(Debug, Args)]
pub struct PersonArgs {
    #[command(subcommand)]
    pub command: PersonCommand,
}

#[derive(Debug, Subcommand)]
pub enum PersonCommand {
    /// Create an account (or find it) and print a one-time link to set its password.
    Create(CreateArgs),
    /// List accounts with their roles.
    List(ServiceArgs),
}

#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Address to sign in with.
    #[arg(long)]
    pub email: String,
    /// Name as others see it.
    #[arg(long)]
    pub name: String,
    /// Role for the whole instance; may be given several times.
    #[arg(long = "role", value_name = "ROLE", required = true, value_parser = role)]
    pub roles: Vec<Role>,
    /// Language of mails and pages.
    #[arg(long, default_value = "en")]
    pub language: String,
    /// Time zone of deadlines.
    #[arg(long, default_value = "UTC", value_name = "ZONE")]
    pub time_zone: Zone,
    #[command(flatten)]
    pub service: ServiceArgs,
}

/// Roles that mean something for a whole instance.
fn role(word: &str) -> Result<Role, String> {
    let fits = |r: &Role| crate::people::account::role_fits(*r, ScopeKind::Instance);
    let words = || Role::ALL.iter().filter(|r| fits(r)).map(|r| r.as_str()).collect::<Vec<_>>().join(", ");
    word.parse().ok().filter(fits).ok_or_else(|| format!("choose one of: {}", words()))
}

pub fn run(args: &PersonArgs) -> Result<(), String> {
    match &args.command {
        PersonCommand::Create(args) => create(args),
        PersonCommand::List(args) => list(args),
    }
}

fn create(args: &CreateArgs) -> Result<(), String> {
    let service = Service::open(args.service.load()?)?;
    let (person, link) =
        person_from_terminal(&service, &args.email, &args.name, &args.language, args.time_zone, &args.roles).map_err(|e| explain(&service, &e))?;
    println!("{} <{}> has {}.", person.name, person.email, args.roles.iter().map(|r| r.as_str()).collect::<Vec<_>>().join(" and "));
    println!("Link to set the password, good for 48 hours and for one use:");
    println!("{link}");
    Ok(())
}

fn list(args: &ServiceArgs) -> Result<(), String> {
    const STEP: i64 = 200;
    let service = Service::open(args.load()?)?;
    let mut at = PageAt { after: None, limit: STEP };
    let mut any = false;
    loop {
        let (people, grants) = service
            .store
            .read(|db| {
                let people = store::people_page(db, None, &at)?;
                let ids: Vec<PersonId> = people.iter().map(|p| p.id.clone()).collect();
                Ok((people, store::grants_of(db, &ids)?))
            })
            .map_err(|e| e.to_string())?;
        let full = i64::try_from(people.len()).is_ok_and(|n| n > STEP);
        let shown = people.len() - usize::from(full);
        for person in people.iter().take(shown) {
            any = true;
            let roles: Vec<String> = grants
                .iter()
                .filter(|g| g.person_id == person.id)
                .map(|g| if g.scope_id.is_empty() { g.role.to_string() } else { format!("{}@{}", g.role, g.scope_id) })
                .collect();
            println!("{}  {}  {}  {}  {}", person.id, person.state, person.email, person.name, roles.join(" "));
        }
        if !full {
            break;
        }
        at.after = people.get(shown.saturating_sub(1)).map(|p| p.id.to_string());
    }
    if !any {
        println!("Nobody has an account yet.");
    }
    Ok(())
}

/// The fields' sentences on one line.
fn explain(service: &Service, error: &Error) -> String {
    match error {
        Error::Invalid(fields) => {
            let texts = service.pages.texts();
            fields.iter().map(|f| format!("{}: {}", f.field, texts.field_error("en", f))).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}
