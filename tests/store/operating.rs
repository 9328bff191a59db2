//! The steps of `docs/OPERATING.md` for backups, a restore, a drill and the way to PostgreSQL, run as they stand
//! there, by the real binary beside a running service. Only paths are others, and nobody needs to be root.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use clap::Parser;
use stoa::cli::Cli;

use crate::support::{self, Backend, Database};

fn document() -> String {
    std::fs::read_to_string(crate::project("docs/OPERATING.md")).unwrap()
}

/// The command lines under a heading, until the next one.
fn steps(heading: &str) -> Vec<String> {
    let document = document();
    let (_, after) = document.split_once(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no {heading:?} in OPERATING.md"));
    let section = after.split("\n##").next().unwrap();
    let lines: Vec<String> = section.lines().filter_map(|line| line.strip_prefix("    ")).map(str::to_owned).collect();
    assert!(!lines.is_empty(), "no steps under {heading:?}");
    lines
}

/// A machine as the document supposes it, in a folder.
struct Machine {
    root: tempfile::TempDir,
    bind: String,
    service: Option<(Child, BufReader<ChildStdout>)>,
    /// What `createdb` made.
    database: Option<Database>,
}

impl Machine {
    fn new() -> Self {
        let bind = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let machine = Self { root: tempfile::tempdir().unwrap(), bind, service: None, database: None };
        for folder in ["/etc/stoa", "/var/lib/stoa", "/backup", "/safe"] {
            std::fs::create_dir_all(machine.path(folder)).unwrap();
        }
        machine.configure("");
        machine
    }

    fn path(&self, path: &str) -> PathBuf {
        PathBuf::from(format!("{}{path}", self.root.path().display()))
    }

    fn configure(&self, database_url: &str) {
        let data = self.path("/var/lib/stoa");
        let text = format!("[server]\nbind = {:?}\n[storage]\ndata = {data:?}\ndatabase_url = {database_url:?}\n", self.bind);
        std::fs::write(self.path("/etc/stoa/stoa.toml"), text).unwrap();
    }

    /// The real binary, with no setting of this shell.
    fn stoa(&self, arguments: &[String]) -> Command {
        let ours = std::env::vars().map(|(name, _)| name).filter(|name| name.starts_with("STOA_"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_stoa"));
        for name in ours {
            command.env_remove(name);
        }
        command.args(arguments).current_dir(self.root.path());
        command
    }

    fn start(&mut self) {
        let arguments = ["serve", "--config", self.path("/etc/stoa/stoa.toml").to_str().unwrap()].map(str::to_owned);
        let mut process = self.stoa(&arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (mut printed, mut line) = (BufReader::new(process.stdout.take().unwrap()), String::new());
        printed.read_line(&mut line).unwrap();
        assert!(line.contains("Stoa is at"), "it did not start: {line}");
        self.service = Some((process, printed));
    }

    fn stop(&mut self) {
        let (mut process, _printed) = self.service.take().expect("it runs");
        assert!(Command::new("kill").args(["-TERM", &process.id().to_string()]).status().unwrap().success());
        assert!(process.wait().unwrap().success(), "it did not end in peace");
    }

    /// Does one step. Gives what was said.
    fn run(&mut self, step: &str) -> String {
        let mut words: Vec<String> =
            step.split_whitespace().map(|word| if word.starts_with('/') { self.path(word).display().to_string() } else { word.to_owned() }).collect();
        if words.first().is_some_and(|first| first == "sudo") {
            words.drain(..3);
        }
        // Nobody here is root: owners are left out.
        while let Some(at) = words.iter().position(|word| word == "-o" || word == "-g") {
            words.drain(at..at + 2);
        }
        let (program, arguments) = words.split_first().unwrap();
        let mut command = match (program.as_str(), step) {
            ("stoa", _) => self.stoa(arguments),
            ("mv" | "rm" | "install", _) => {
                let mut command = Command::new(program);
                command.args(arguments);
                command
            }
            ("systemctl", _) => {
                if arguments[0] == "stop" {
                    self.stop()
                } else {
                    self.start()
                }
                return String::new();
            }
            ("createuser", _) => return String::new(),
            ("createdb", _) => {
                self.database = support::bare(Backend::Postgres, self.root.path());
                return String::new();
            }
            (_, "# set storage.database_url in /etc/stoa/stoa.toml to the new database") => {
                self.configure(self.database.as_ref().expect("createdb came before").url());
                return String::new();
            }
            _ => panic!("this test does not know how to do {step:?}"),
        };
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{step}: {said}");
        said
    }

    fn run_all(&mut self, heading: &str) {
        for step in steps(heading) {
            self.run(&step);
        }
    }

    fn people(&mut self) -> String {
        self.run("stoa person list --config /etc/stoa/stoa.toml")
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if let Some((mut process, _)) = self.service.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

#[test]
fn the_steps_for_backups_are_done_as_they_stand_in_the_document() {
    let mut machine = Machine::new();
    machine.start();
    machine.run("stoa person create --config /etc/stoa/stoa.toml --email amina@example.org --name Amina --role coordinator");
    machine.run_all("## Backups");
    let people = machine.people();
    assert!(people.contains("amina@example.org"), "{people}");
    // Whoever came after the backup is not there after the restore.
    machine.run("stoa person create --config /etc/stoa/stoa.toml --email late@example.org --name Late --role expert");
    machine.run_all("### Restore");
    assert_eq!(machine.people(), people);
    assert!(machine.path("/var/lib/stoa-before/stoa.db").is_file(), "what was before is kept");
    machine.run_all("### A drill");
    assert!(!machine.path("/var/lib/stoa/drill").exists());
    assert_eq!(machine.people(), people);
}

#[test]
fn the_steps_to_postgresql_are_done_as_they_stand_in_the_document() {
    let spare = tempfile::tempdir().unwrap();
    if support::bare(Backend::Postgres, spare.path()).is_none() {
        return;
    }
    let mut machine = Machine::new();
    machine.start();
    machine.run("stoa person create --config /etc/stoa/stoa.toml --email amina@example.org --name Amina --role coordinator");
    let people = machine.people();
    machine.run_all("### From SQLite to PostgreSQL");
    std::fs::remove_file(machine.path("/var/lib/stoa/stoa.db")).expect("it is not used any more");
    assert_eq!(machine.people(), people);
    assert!(!machine.path("/var/lib/stoa/stoa.db").exists());
}

#[test]
fn every_command_of_stoa_in_the_document_is_one() {
    let mut found = 0;
    let lines = document().replace("\\\n", " ");
    for line in lines.lines().filter_map(|line| line.strip_prefix("    ")) {
        let Some(command) = line.strip_prefix("sudo -u stoa ").or(Some(line)).filter(|line| line.starts_with("stoa ")) else { continue };
        // A name in quotation marks is one word.
        let words = command.split('"').enumerate().flat_map(|(at, part)| if at % 2 == 1 { vec![part] } else { part.split_whitespace().collect() });
        if let Err(error) = Cli::try_parse_from(words) {
            panic!("{line}: {error}");
        }
        found += 1;
    }
    assert!(found >= 10, "only {found} commands were found");
}
