//! Invitations: those who are asked one by one, the code by which each of them answers, and lists of them. Pure.
//!
//! Rule to keep: a code follows from the instance's secret and the invitation, so that a letter can be printed again
//! and no code is stored; whether an invitation of an anonymous survey was answered follows from a key that is the
//! survey's own, and goes when it has closed.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::ground::error::Checks;
use crate::ground::given::Readable;
use crate::ground::ids::{InvitationId, SurveyId};
use crate::ground::receipt::{code, sha256_hex, typed};
use crate::ground::secrets::{INVITATION_LETTERS, Secrets};
use crate::ground::{Email, Error, FieldError, Language, Result};
use crate::words;
use forms::list::{self, List, ListRow, NoList};
use forms::workbook::Unreadable;

/// Characters of a name, of a postal address and of a stratum.
pub const NAME_MAX: usize = 200;
pub const POSTAL_MAX: usize = 500;
pub const STRATUM_MAX: usize = 80;
/// Strata of a survey, and invitations.
pub const MOST_STRATA: usize = 200;
pub const MOST_INVITATIONS: i64 = 200_000;
/// Errors that are told of one list.
const MOST_ERRORS: usize = 200;

words! {
    pub enum InvitationState {
        /// May be written to, and may answer.
        Invited = "invited",
        /// Does not want to be written to; may answer.
        OptedOut = "opted_out",
        /// A mail came back; may answer.
        Bounced = "bounced",
        /// Taken off the list: may not answer.
        Removed = "removed",
    }
}

words! {
    /// What is sent: to all, or to those who have not answered.
    pub enum WaveKind {
        Invitation = "invitation",
        Reminder = "reminder",
    }
}

words! {
    pub enum WaveState {
        Planned = "planned",
        /// Letters are being put into the outbox.
        Sending = "sending",
        Sent = "sent",
        Cancelled = "cancelled",
    }
}

/// Somebody to invite, as a list names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitee {
    /// The row in the list.
    pub row: usize,
    pub name: String,
    pub email: Option<Email>,
    /// Lines of a postal address; may be empty.
    pub postal: String,
    /// Where nothing was said, the city's.
    pub language: Option<Language>,
    /// May be empty.
    pub stratum: String,
}

impl Invitee {
    /// By what two lines of lists are the same person.
    pub fn who(&self) -> (String, String) {
        let address = self.email.as_ref().map_or(self.postal.as_str(), Email::as_str);
        (self.name.to_lowercase(), address.to_lowercase())
    }
}

/// The code of an invitation, e.g. `7KQ2M-X4D9A-TRX8F`.
pub fn code_of(secrets: &Secrets, survey: &SurveyId, id: &InvitationId) -> String {
    secrets.invitation(&format!("{survey}/{id}"))
}

/// What is stored of a code as somebody typed it; `None` if it cannot be one.
pub fn hash_of(secrets: &Secrets, text: &str) -> Option<String> {
    let bits = typed(text, INVITATION_LETTERS)?;
    Some(sha256_hex(&secrets.mac("invitation code", &code(bits, INVITATION_LETTERS))))
}

/// By what it shows that an invitation of an anonymous survey was answered. Without `seed`, which goes when the survey
/// has closed, nobody can say whose it is, not even with the instance's secret.
pub fn mark_of(secrets: &Secrets, survey: &SurveyId, seed: &str, id: &InvitationId) -> i64 {
    let mac = secrets.mac("invitation answered", &format!("{survey}\n{seed}\n{id}"));
    i64::from_be_bytes(mac[..8].try_into().expect("a MAC has 32 bytes"))
}

/// By what an address is known that a city does not write to any more.
pub fn address_hash(secrets: &Secrets, address: &Email) -> String {
    sha256_hex(&secrets.mac("opt out", &address.as_str().to_lowercase()))
}

/// What is kept of somebody who wants no more letters: of their mail address, for whoever reads there; or, where they
/// have none, of their name and where their letter goes.
pub fn unwanted_hash(secrets: &Secrets, email: Option<&Email>, name: &str, postal: &str) -> String {
    let plain = |text: &str| text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let person = || sha256_hex(&secrets.mac("opt out", &format!("{}\n{}", plain(name), plain(postal))));
    email.map_or_else(person, |email| address_hash(secrets, email))
}

/// Which parts of some people are told apart: each that has a name and `least` of them at least, and no more than leave
/// as many of all others together, where there are any; for who is among a few others is known by that.
pub fn told_apart<'n>(parts: &BTreeMap<&'n str, i64>, least: i64) -> Vec<&'n str> {
    let (mut apart, others): (Vec<_>, Vec<_>) =
        parts.iter().filter(|(_, count)| **count > 0).partition(|(name, count)| !name.is_empty() && **count >= least);
    apart.sort_unstable_by_key(|(name, count)| (**count, **name));
    let mut together: i64 = others.into_iter().map(|(_, count)| *count).sum();
    let joins = |(_, count): &(&&str, &i64)| {
        let few = together > 0 && together < least;
        together += if few { **count } else { 0 };
        few
    };
    apart.into_iter().skip_while(joins).map(|(name, _)| *name).collect()
}

/// What a column of a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Name,
    /// A mail address or a postal one.
    Address,
    Email,
    Postal,
    Language,
    Stratum,
}

impl Column {
    fn of(header: &str) -> Option<Self> {
        let header: String = header.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        Some(match header.as_str() {
            "name" | "fullname" => Self::Name,
            "address" => Self::Address,
            "email" | "mail" | "emailaddress" => Self::Email,
            "postal" | "postaladdress" | "street" => Self::Postal,
            "language" | "lang" => Self::Language,
            "stratum" | "strata" => Self::Stratum,
            _ => return None,
        })
    }

    fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Address => "address",
            Self::Email => "email",
            Self::Postal => "postal",
            Self::Language => "language",
            Self::Stratum => "stratum",
        }
    }
}

/// Those whom a list names.
///
/// # Errors
/// All that is wrong, by row and column; the field is `list:row:column`.
pub fn read(bytes: &[u8]) -> Result<Vec<Invitee>> {
    let list = list::read(bytes).map_err(no_list)?;
    let mut errors = Errors::default();
    let mut columns: BTreeMap<Column, usize> = BTreeMap::new();
    for (at, header) in list.headers.iter().enumerate().filter(|(_, header)| !header.is_empty()) {
        match Column::of(header) {
            Some(column) if columns.contains_key(&column) => errors.push(1, header, "duplicate"),
            Some(column) => {
                columns.insert(column, at);
            }
            None => errors.push(1, header, "list_column_unknown"),
        }
    }
    if !columns.contains_key(&Column::Name) {
        errors.push(1, "name", "list_column_missing");
    }
    for (row, column) in &list.wrong {
        errors.push(*row, list.headers.get(*column).map_or("", String::as_str), "list_cell_wrong");
    }
    let invitees = rows(&list, &columns, &mut errors);
    if invitees.is_empty() && errors.is_empty() {
        errors.push(1, "name", "list_empty");
    }
    errors.done(invitees)
}

fn rows(list: &List, columns: &BTreeMap<Column, usize>, errors: &mut Errors) -> Vec<Invitee> {
    let (mut met, mut spelled) = (HashSet::new(), HashMap::new());
    let mut invitees = Vec::new();
    for row in &list.rows {
        // What stands under no header would be lost without a word: often a comma in an address that nobody quoted.
        let under_none = |(at, cell): (usize, &String)| !cell.is_empty() && list.headers.get(at).is_none_or(String::is_empty);
        if row.cells.iter().enumerate().any(under_none) {
            errors.push(row.number, "", "list_cell_alone");
        }
        let mut invitee = invitee(row, columns, errors);
        // Written in capitals or not, it is the same stratum.
        let spelled = spelled.entry(invitee.stratum.to_lowercase()).or_insert_with(|| invitee.stratum.clone());
        invitee.stratum.clone_from(spelled);
        if !met.insert(invitee.who()) {
            errors.push(row.number, "name", "list_twice");
        }
        invitees.push(invitee);
    }
    invitees
}

fn invitee(row: &ListRow, columns: &BTreeMap<Column, usize>, errors: &mut Errors) -> Invitee {
    let cell = |column: Column| columns.get(&column).and_then(|at| row.cells.get(*at)).map_or("", String::as_str);
    let mut line = |column: Column, max: usize, required: bool, lines: bool, typed: &str| {
        let mut checks = Checks::new();
        let text = if required { checks.text(column.word(), typed, max, lines) } else { checks.optional_text(column.word(), typed, max, lines) };
        if let Err(Error::Invalid(wrong)) = checks.done() {
            for error in wrong {
                errors.of_field(row.number, error);
            }
        }
        text
    };
    let name = line(Column::Name, NAME_MAX, true, false, cell(Column::Name));
    let stratum = line(Column::Stratum, STRATUM_MAX, false, false, cell(Column::Stratum));
    let (mut mail, mut postal) = (cell(Column::Email), cell(Column::Postal));
    match cell(Column::Address) {
        "" => {}
        address if address.contains('@') && !address.contains(char::is_whitespace) && mail.is_empty() => mail = address,
        address => postal = if postal.is_empty() { address } else { postal },
    }
    let postal = line(Column::Postal, POSTAL_MAX, false, true, postal);
    let mut word = |column: Column, typed: &str, good: bool, code: &str| {
        if !typed.is_empty() && !good {
            errors.push(row.number, column.word(), code);
        }
    };
    let email: Option<Email> = mail.parse().ok();
    word(Column::Email, mail, email.is_some(), "bad_email");
    let tag = cell(Column::Language);
    let language: Option<Language> = tag.parse().ok();
    word(Column::Language, tag, language.is_some(), Language::WRONG);
    Invitee { row: row.number, name, email, postal, language, stratum }
}

fn no_list(why: NoList) -> Error {
    let (row, code) = match why {
        NoList::Unreadable(Unreadable::Protected) => (1, "list_protected"),
        NoList::Unreadable(Unreadable::Damaged) => (1, "list_damaged"),
        NoList::Unreadable(Unreadable::TooLarge) => (1, "list_too_long"),
        NoList::Unreadable(Unreadable::NotAWorkbook | Unreadable::NoSurvey) => (1, "list_unreadable"),
        NoList::Empty => (1, "list_empty"),
        NoList::TooLong(row) => (row, "list_too_long"),
        NoList::OpenQuote(row) => (row, "list_open_quote"),
    };
    Error::Invalid(vec![FieldError::new("list", code).with("row", row)])
}

/// What is wrong with a list; of the same cell once.
#[derive(Debug, Default)]
pub struct Errors {
    found: Vec<FieldError>,
    left: usize,
}

impl Errors {
    fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub fn push(&mut self, row: usize, column: &str, code: &str) {
        self.of_field(row, FieldError::new(column, code));
    }

    fn of_field(&mut self, row: usize, mut error: FieldError) {
        if self.found.len() >= MOST_ERRORS {
            self.left += 1;
            return;
        }
        let column = std::mem::take(&mut error.field);
        error.field = format!("list:{row}:{column}");
        self.found.push(error.with("row", row).with("column", column));
    }

    /// # Errors
    /// What was found; that there is more.
    pub fn done<T>(mut self, good: T) -> Result<T> {
        if self.left > 0 {
            self.found.push(FieldError::new("list", "list_more_errors").with("count", self.left));
        }
        if self.found.is_empty() { Ok(good) } else { Err(Error::Invalid(self.found)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_understood_as_it_is_typed_and_found_by_its_hash() {
        let secrets = Secrets::new([7; 32]);
        let (survey, id) = (SurveyId::from_stored("srv_1".into()), InvitationId::from_stored("inv_1".into()));
        let code = code_of(&secrets, &survey, &id);
        assert_eq!((code.len(), code.matches('-').count()), (17, 2));
        let typed = code.to_lowercase().replace('-', " ").replace('0', "o");
        assert_eq!(hash_of(&secrets, &typed), hash_of(&secrets, &code));
        assert_eq!(hash_of(&secrets, &code[1..]), None);
        assert_ne!(mark_of(&secrets, &survey, "a", &id), mark_of(&secrets, &survey, "b", &id));
    }

    #[test]
    fn a_list_names_people_and_says_of_each_cell_what_is_wrong() {
        let list = "Name,Address,Language,Stratum\nAmina,amina@example.org,ar,North\nBo,\"1 Quay\nPort\",,South\n";
        let invitees = read(list.as_bytes()).unwrap();
        assert_eq!(invitees[0].email.as_ref().map(Email::as_str), Some("amina@example.org"));
        assert_eq!((invitees[1].postal.as_str(), invitees[1].language.clone(), invitees[1].email.clone()), ("1 Quay\nPort", None, None));
        let list = "name,email,language,colour\n,nobody,klingonish-tongue,red\nBo,bo@example.org\nbo,BO@example.org\n";
        let Err(Error::Invalid(errors)) = read(list.as_bytes()) else { panic!() };
        let found: Vec<(&str, &str)> = errors.iter().map(|e| (e.field.as_str(), e.code.as_str())).collect();
        assert_eq!(
            found,
            [
                ("list:1:colour", "list_column_unknown"),
                ("list:2:name", "required"),
                ("list:2:email", "bad_email"),
                ("list:2:language", "unknown_language"),
                ("list:4:name", "list_twice"),
            ]
        );
    }

    #[test]
    fn nothing_of_a_list_is_left_out_without_a_word() {
        let Err(Error::Invalid(errors)) = read(b"name,,address\nBo,x,1 Quay\nAda,,2 Quay, 12345 Port\nCy,,3 Quay,,\n") else { panic!() };
        let found: Vec<(&str, &str)> = errors.iter().map(|e| (e.field.as_str(), e.code.as_str())).collect();
        assert_eq!(found, [("list:2:", "list_cell_alone"), ("list:3:", "list_cell_alone")]);
        let read = read(b"name,stratum\nAda,North\nBo,NORTH\nCy,north \n").unwrap();
        assert!(read.iter().all(|one| one.stratum == "North"));
    }

    #[test]
    fn nobody_is_among_few_others() {
        let apart = |parts: &[(&'static str, i64)]| told_apart(&parts.iter().copied().collect(), 10);
        assert_eq!(apart(&[("North", 14), ("South", 12)]), ["South", "North"]);
        assert_eq!(apart(&[("North", 14), ("South", 12), ("Island", 1)]), ["North"], "the island alone would be known by having none");
        assert_eq!(apart(&[("North", 14), ("South", 12), ("Island", 4), ("", 6)]), ["South", "North"]);
        assert_eq!(apart(&[("North", 14), ("", 3)]), Vec::<&str>::new());
        assert_eq!(apart(&[("North", 14), ("South", 0)]), ["North"]);
        assert_eq!(apart(&[]), Vec::<&str>::new());
    }

    #[test]
    fn two_people_may_live_at_one_address() {
        let list = "name,address\nAmina,\"1 Quay, Port\"\nBo,\"1 Quay, Port\"\nCleo,family@example.org\nDan,family@example.org\n";
        assert_eq!(read(list.as_bytes()).unwrap().len(), 4);
    }
}
