//! A private PostgreSQL cluster for this test binary, made from the installed programs, never as
//! root, reachable only through a socket in its own folder, and gone when the process ends.
//!
//! Commits are not synced to disk here (`fsync=off`): no test pulls the plug of this cluster.
//! `STOA_TEST_POSTGRES_DURABLE=1` syncs them, for benchmarks.
//! `STOA_TEST_POSTGRES=off` leaves these tests out and says so; without PostgreSQL they fail.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use diesel::prelude::*;
use stoa::store::{Store, migrate};

const TEMPLATE: &str = "stoa_template";

/// A cluster that is made for one test, gone when this is dropped. Its whole server can be frozen.
pub struct Own(Cluster);

/// `None` when switched off.
pub fn own() -> Option<Own> {
    if switched_off() {
        return None;
    }
    Some(Own(Cluster::start().unwrap_or_else(|why| panic!("a PostgreSQL of its own: {why}"))))
}

impl Own {
    /// A new database from the migrated template: its URL.
    pub fn database(&self) -> String {
        self.0.run(&format!("CREATE DATABASE stoa_own TEMPLATE {TEMPLATE}"));
        self.0.url("stoa_own")
    }

    /// Stops every process of the server where it is, until the guard is dropped: nothing is answered, nothing
    /// hangs up, and new connections are taken by nobody.
    pub fn freeze(&self) -> Frozen {
        let first = std::fs::read_to_string(self.0.folder.join("data/postmaster.pid")).expect("the server runs");
        let first = first.lines().next().expect("its process").to_owned();
        // The one that starts others first, so that nobody is missed.
        signal("-STOP", std::slice::from_ref(&first));
        let told = Command::new("ps").args(["-o", "pid=", "--ppid", &first]).output().expect("`ps` lists processes");
        let mut all = vec![first];
        all.extend(String::from_utf8_lossy(&told.stdout).split_whitespace().map(str::to_owned));
        signal("-STOP", &all);
        Frozen(all)
    }
}

/// Processes that stand still.
pub struct Frozen(Vec<String>);

impl Drop for Frozen {
    fn drop(&mut self) {
        signal("-CONT", &self.0);
    }
}

fn signal(name: &str, processes: &[String]) {
    // One of them may have ended since it was listed.
    let _ = Command::new("kill").arg(name).args(processes).stderr(Stdio::null()).status();
}

struct Cluster {
    folder: PathBuf,
    /// One statement at a time on the maintenance database.
    statements: Mutex<PgConnection>,
    /// Closed when this process ends, however it ends; then the watchdog cleans up.
    _watchdog: ChildStdin,
}

/// A new database from the migrated template: its name and its URL. `None` when switched off.
pub fn create_database() -> Option<(String, String)> {
    create_from(TEMPLATE)
}

/// A new database without any table.
pub fn create_bare_database() -> Option<(String, String)> {
    create_from("template0")
}

fn create_from(template: &str) -> Option<(String, String)> {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let cluster = cluster()?;
    let name = format!("stoa_{}", NUMBER.fetch_add(1, Ordering::SeqCst));
    cluster.run(&format!("CREATE DATABASE {name} TEMPLATE {template}"));
    let url = cluster.url(&name);
    Some((name, url))
}

/// Removes a database, whoever is still connected.
pub fn drop_database(name: &str) {
    if let Some(cluster) = cluster() {
        cluster.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    }
}

/// Whether whoever runs the tests wants none of PostgreSQL; then that is said.
fn switched_off() -> bool {
    let off = std::env::var("STOA_TEST_POSTGRES").is_ok_and(|v| v == "off");
    if off {
        // Straight to the terminal: the test runner swallows what eprintln! writes.
        let _ = writeln!(std::io::stderr().lock(), "\n*** STOA_TEST_POSTGRES=off: the PostgreSQL half of these tests was NOT run. ***\n");
    }
    off
}

/// The cluster of this process, started on first use; ends the test when it cannot be started.
fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Result<Option<Cluster>, String>> = OnceLock::new();
    let started = CLUSTER.get_or_init(|| if switched_off() { Ok(None) } else { Cluster::start().map(Some) });
    match started {
        Ok(cluster) => cluster.as_ref(),
        Err(why) => panic!(
            "these tests need PostgreSQL: {why}\nInstall it with script/install-test-tools, or leave these tests out with STOA_TEST_POSTGRES=off."
        ),
    }
}

impl Cluster {
    fn start() -> Result<Self, String> {
        let programs = programs().ok_or("no `initdb` was found beside pg_config, in /usr/lib/postgresql/*/bin or on the PATH")?;
        let owner = Owner::choose()?;
        // A socket's path has at most 107 bytes; a deep TMPDIR would not do.
        let parent = Some(std::env::temp_dir()).filter(|d| d.as_os_str().len() < 60).unwrap_or_else(|| PathBuf::from("/tmp"));
        let folder = tempfile::Builder::new().prefix("stoa-test-pg-").tempdir_in(parent).map_err(|e| format!("no folder for its data: {e}"))?.keep();
        let watchdog = watchdog(&programs, &owner, &folder)?;
        owner.own(&folder)?;
        let data = folder.join("data");
        owner.run(
            Command::new(programs.join("initdb"))
                .args(["--username=stoa", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions", "--pgdata"])
                .arg(&data),
            &folder,
        )?;
        // Benchmarks ask for what an operator would have.
        let durable = if std::env::var("STOA_TEST_POSTGRES_DURABLE").is_ok() { "on" } else { "off" };
        let settings = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c fsync={durable} -c full_page_writes={durable} -c max_connections=300 -c shared_buffers=64MB -c logging_collector=off",
            folder.display()
        );
        owner.run(
            Command::new(programs.join("pg_ctl"))
                .args(["start", "--wait", "--silent", "--timeout=60", "--options", &settings, "--pgdata"])
                .arg(&data)
                .arg("--log")
                .arg(folder.join("log")),
            &folder,
        )?;
        let url = url_in(&folder, "postgres");
        let statements = PgConnection::establish(&url).map_err(|e| format!("its own cluster does not answer: {e}"))?;
        let cluster = Self { folder, statements: Mutex::new(statements), _watchdog: watchdog };
        cluster.run(&format!("CREATE DATABASE {TEMPLATE}"));
        let store = Store::open(&cluster.url(TEMPLATE), 1)?;
        migrate::migrate(&store)?;
        drop(store);
        cluster.run(&format!("ALTER DATABASE {TEMPLATE} WITH ALLOW_CONNECTIONS false"));
        // The pool closes its connection on another thread; the template must be alone before it is copied.
        cluster.run(&format!("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{TEMPLATE}'"));
        Ok(cluster)
    }

    fn url(&self, database: &str) -> String {
        url_in(&self.folder, database)
    }

    fn run(&self, statement: &str) {
        let mut connection = self.statements.lock().unwrap_or_else(PoisonError::into_inner);
        diesel::sql_query(statement).execute(&mut *connection).unwrap_or_else(|e| panic!("{statement}: {e}"));
    }
}

/// A URL through the socket in the cluster's folder.
fn url_in(folder: &Path, database: &str) -> String {
    let host: String = url::form_urlencoded::byte_serialize(folder.as_os_str().as_encoded_bytes()).collect();
    format!("postgres://stoa@{host}/{database}")
}

/// The folder with `initdb` and `pg_ctl`.
fn programs() -> Option<PathBuf> {
    let told = Command::new("pg_config").arg("--bindir").stderr(Stdio::null()).output().ok().filter(|o| o.status.success());
    let told = told.and_then(|o| String::from_utf8(o.stdout).ok()).map(|s| PathBuf::from(s.trim()));
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let mut debian: Vec<PathBuf> = debian.collect();
    // The newest version first; as numbers, or 9 would come after 15.
    debian.sort_by_key(|p| {
        std::cmp::Reverse(p.parent().and_then(Path::file_name).and_then(|n| n.to_str()?.parse::<f32>().ok()).map(|v| (v * 10.0) as u32))
    });
    let path = std::env::var_os("PATH").unwrap_or_default();
    told.into_iter().chain(debian).chain(std::env::split_paths(&path)).find(|d| d.join("initdb").is_file() && d.join("pg_ctl").is_file())
}

/// As whom PostgreSQL runs: it refuses to run as root.
enum Owner {
    Me,
    Other { user: &'static str, runner: &'static str },
}

impl Owner {
    fn choose() -> Result<Self, String> {
        let id = |args: &[&str]| Command::new("id").args(args).stderr(Stdio::null()).output().ok().filter(|o| o.status.success());
        let me = id(&["-u"]).ok_or("`id` does not say who runs the tests")?;
        if me.stdout.trim_ascii() != b"0" {
            return Ok(Self::Me);
        }
        let user = ["postgres", "nobody"]
            .into_iter()
            .find(|user| id(&["-u", user]).is_some())
            .ok_or("root has neither a `postgres` nor a `nobody` to run it as")?;
        let works =
            |runner: &str| Command::new(runner).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success());
        let runner =
            ["setpriv", "runuser"].into_iter().find(|r| works(r)).ok_or("root has neither `setpriv` nor `runuser` to run it as somebody else")?;
        Ok(Self::Other { user, runner })
    }

    /// The words before a program that make it run as this owner.
    fn prefix(&self) -> Vec<String> {
        match self {
            Self::Me => Vec::new(),
            Self::Other { user, runner: "setpriv" } => {
                vec!["setpriv".into(), format!("--reuid={user}"), format!("--regid={}", group(user)), "--clear-groups".into(), "--".into()]
            }
            Self::Other { user, runner } => vec![(*runner).into(), "-u".into(), (*user).into(), "--".into()],
        }
    }

    fn own(&self, folder: &Path) -> Result<(), String> {
        let Self::Other { user, .. } = self else { return Ok(()) };
        let done = Command::new("chown").arg(format!("{user}:{}", group(user))).arg(folder).status();
        if done.is_ok_and(|s| s.success()) { Ok(()) } else { Err(format!("{} could not be given to {user}", folder.display())) }
    }

    /// Runs a program to its end; an error carries what it wrote.
    fn run(&self, program: &Command, folder: &Path) -> Result<(), String> {
        let words = self.prefix();
        let mut command = match words.split_first() {
            None => Command::new(program.get_program()),
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(program.get_program());
                command
            }
        };
        // Into files, not pipes: the server would inherit a pipe and keep it open.
        let said = folder.with_extension("said");
        let file = std::fs::File::create(&said).map_err(|e| e.to_string())?;
        let copy = file.try_clone().map_err(|e| e.to_string())?;
        let status =
            command.args(program.get_args()).current_dir(folder).env_remove("PGDATA").stdin(Stdio::null()).stdout(file).stderr(copy).status();
        let text = std::fs::read_to_string(&said).unwrap_or_default();
        let _ = std::fs::remove_file(&said);
        let log = || std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("{} ended with {status}: {text}{}", program.get_program().display(), log())),
            Err(e) => Err(format!("{} cannot be run: {e}", program.get_program().display())),
        }
    }
}

/// The primary group of a user.
fn group(user: &str) -> String {
    let said = Command::new("id").args(["-gn", user]).output().map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned());
    said.ok().filter(|g| !g.is_empty()).unwrap_or_else(|| user.to_owned())
}

/// A shell that waits until this process is gone, then stops the cluster and removes its folder. It
/// is in a group of its own, so that Ctrl-C does not end it together with the tests.
fn watchdog(programs: &Path, owner: &Owner, folder: &Path) -> Result<ChildStdin, String> {
    let script = "trap '' INT TERM HUP; folder=$1; shift; cd /; read -r _; \"$@\" stop --silent --mode=immediate --pgdata=\"$folder/data\" >/dev/null 2>&1; rm -rf -- \"$folder\"";
    let mut child = Command::new("sh")
        .args(["-c", script, "stoa-test-watchdog"])
        .arg(folder)
        .args(owner.prefix())
        .arg(programs.join("pg_ctl"))
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("no watchdog: {e}"))?;
    child.stdin.take().ok_or_else(|| "no watchdog".to_owned())
}
