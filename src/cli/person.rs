//! `stoa person create`, `list`, `reset-second-factor` and `erase`: accounts for whoever owns the machine.
//!
//! Creating prints a link to set the password; whoever has the link has the account, so hand it over
//! with care. Running it again for the same address gives a new link and adds the roles.

use clap::{Args, Subcommand};

use super::ServiceArgs;
use crate::ground::error::Checks;
use crate::ground::{Email, Error, Language, Zone};
use crate::people::account;
use crate::people::actions::{person_erase_by, person_from_terminal, person_list, second_factor_reset_of};
use crate::people::call::Call;
use crate::people::identity::{Caller, Role, ScopeKind};
use crate::people::problems::LAST_OPERATOR;
use crate::people::views::GrantView;
use crate::service::Service;
use crate::web::paging::{MOST, PageAt};

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
    /// Take away the passkeys and recovery codes of somebody who has lost them.
    ResetSecondFactor(ResetArgs),
    /// Erase an account for good; what others rely on stays without a name.
    Erase(EraseArgs),
}

#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Address to sign in with.
    #[arg(long)]
    pub email: Email,
    /// Name as others see it.
    #[arg(long)]
    pub name: String,
    /// Role for the whole instance; may be given several times.
    #[arg(long = "role", value_name = "ROLE", required = true, value_parser = role)]
    pub roles: Vec<Role>,
    /// Language of mails and pages.
    #[arg(long, default_value = "en")]
    pub language: Language,
    /// Time zone of deadlines.
    #[arg(long, default_value = "UTC", value_name = "ZONE")]
    pub time_zone: Zone,
    #[command(flatten)]
    pub service: ServiceArgs,
}

#[derive(Debug, Args)]
pub struct ResetArgs {
    /// Address of the account.
    #[arg(long)]
    pub email: Email,
    #[command(flatten)]
    pub service: ServiceArgs,
}

#[derive(Debug, Args)]
pub struct EraseArgs {
    /// Address of the account.
    #[arg(long)]
    pub email: Email,
    /// The same address once more: there is no way back.
    #[arg(long, value_name = "EMAIL")]
    pub confirm: Email,
    #[command(flatten)]
    pub service: ServiceArgs,
}

/// Roles that mean something for a whole instance.
fn role(word: &str) -> Result<Role, String> {
    let fits = |r: &Role| account::role_fits(*r, ScopeKind::Instance);
    let words = || Role::ALL.iter().filter(|r| fits(r)).map(|r| r.as_str()).collect::<Vec<_>>().join(", ");
    word.parse().ok().filter(fits).ok_or_else(|| format!("choose one of: {}", words()))
}

pub fn run(args: &PersonArgs) -> Result<(), String> {
    match &args.command {
        PersonCommand::Create(args) => create(args),
        PersonCommand::List(args) => list(args),
        PersonCommand::ResetSecondFactor(args) => reset(args),
        PersonCommand::Erase(args) => erase(args),
    }
}

fn reset(args: &ResetArgs) -> Result<(), String> {
    let service = Service::open(args.service.load()?, crate::server::registered())?;
    let call = Call::new(&service, Caller::stoa(), Language::english());
    let (name, had) = second_factor_reset_of(&call, &args.email).map_err(|e| match e {
        Error::NotFound(_) => format!("nobody has an account with the address {}", args.email),
        other => explain(&service, &other),
    })?;
    match had {
        0 => println!("{name} had no second factor."),
        _ => println!("{name} has no second factor any more and hears of it by mail; whoever knows the password can sign in."),
    }
    Ok(())
}

fn erase(args: &EraseArgs) -> Result<(), String> {
    if args.email != args.confirm {
        return Err("the two addresses are not the same; nothing was erased".to_owned());
    }
    let service = Service::open(args.service.load()?, crate::server::registered())?;
    let call = Call::new(&service, Caller::stoa(), Language::english());
    let person = person_erase_by(&call, &args.email).map_err(|e| match e {
        Error::NotFound(_) => format!("nobody has an account with the address {}", args.email),
        Error::Conflict(LAST_OPERATOR) => "this is the last operator; give somebody else that role first".to_owned(),
        other => explain(&service, &other),
    })?;
    println!("{} is erased. The running service sends the last mail, then name and address go.", person.id);
    Ok(())
}

fn create(args: &CreateArgs) -> Result<(), String> {
    let service = Service::open(args.service.load()?, crate::server::registered())?;
    let mut checks = Checks::new();
    let details = account::details(&mut checks, &args.name, &args.language.clone().into(), &args.time_zone.into());
    let details = checks.complete(details).map_err(|e| explain(&service, &e))?;
    let (person, link) = person_from_terminal(&service, &args.email, &details, &args.roles).map_err(|e| explain(&service, &e))?;
    println!("{} <{}> has {}.", person.name, person.email, args.roles.iter().map(|r| r.as_str()).collect::<Vec<_>>().join(" and "));
    println!("Link to set the password, good for 48 hours and for one use:");
    println!("{link}");
    Ok(())
}

fn list(args: &ServiceArgs) -> Result<(), String> {
    let service = Service::open(args.load()?, crate::server::registered())?;
    let call = Call::new(&service, Caller::stoa(), Language::english());
    let mut at = PageAt { after: None, limit: MOST };
    loop {
        let list = person_list(&call, &at).map_err(|e| e.to_string())?;
        for person in &list.items {
            let role = |g: &GrantView| if g.scope_id.is_empty() { g.role.to_string() } else { format!("{}@{}", g.role, g.scope_id) };
            let roles: Vec<String> = person.grants.iter().map(role).collect();
            println!("{}  {}  {}  {}  {}", person.id, person.state, person.email, person.name, roles.join(" "));
        }
        let last = list.items.last().map(|person| person.id.clone());
        if at.after.is_none() && last.is_none() {
            println!("Nobody has an account yet.");
        }
        if list.next_cursor.is_none() {
            return Ok(());
        }
        at.after = last;
    }
}

/// The fields' sentences on one line.
fn explain(service: &Service, error: &Error) -> String {
    match error {
        Error::Invalid(fields) => {
            let texts = service.pages.texts();
            fields.iter().map(|f| format!("{}: {}", f.field, texts.field_error(&Language::ENGLISH, f))).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}
