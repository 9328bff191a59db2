//! `fixtures/baseline.gz`, made by `script/make-baseline`: what an older commit left, table by table,
//! and what its people held in their hands. It belongs to no database and is loaded into either.

use std::io::{BufRead, BufReader};

use diesel::Connection;
use diesel::connection::SimpleConnection;
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use serde::Deserialize;
use serde_json::Value;
use stoa::on_each;
use stoa::store::Db;

/// Rows in one statement.
const AT_ONCE: usize = 1000;

#[derive(Deserialize)]
struct Head {
    migrations: Vec<String>,
    made_at: String,
    secret_key: String,
    known: Value,
}

#[derive(Deserialize)]
pub struct Table {
    #[serde(rename = "table")]
    pub name: String,
    pub columns: Vec<String>,
    rows: usize,
    /// As in the file: column by column.
    #[serde(skip)]
    pub cells: Vec<Vec<Value>>,
}

pub struct Baseline {
    /// The versions that the older commit had.
    pub migrations: Vec<String>,
    pub made_at: String,
    pub secret_key: Vec<u8>,
    pub known: Value,
    pub tables: Vec<Table>,
}

impl Baseline {
    pub fn read() -> Self {
        let file = std::fs::File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/baseline.gz")).unwrap();
        let mut lines = BufReader::new(flate2::read::GzDecoder::new(file)).lines().map(Result::unwrap);
        let head: Head = serde_json::from_str(&lines.next().unwrap()).unwrap();
        let mut tables = Vec::new();
        while let Some(line) = lines.next() {
            let mut table: Table = serde_json::from_str(&line).unwrap();
            table.cells = lines.by_ref().take(table.columns.len()).map(|line| serde_json::from_str(&line).unwrap()).collect();
            assert!(table.cells.iter().all(|column| column.len() == table.rows), "{} is not whole", table.name);
            tables.push(table);
        }
        Self { migrations: head.migrations, made_at: head.made_at, secret_key: bytes(&head.secret_key), known: head.known, tables }
    }

    fn table(&self, name: &str) -> &Table {
        self.tables.iter().find(|table| table.name == name).expect("a table of the baseline")
    }

    pub fn rows(&self, table: &str) -> i64 {
        self.table(table).rows.try_into().unwrap()
    }

    /// Survey and answers of every response, in order.
    pub fn answers(&self) -> Vec<(String, String)> {
        let responses = self.table("response");
        let column = |name: &str| &responses.cells[responses.columns.iter().position(|c| c == name).unwrap()];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut all: Vec<_> = column("survey_id").iter().zip(column("answers")).map(|(id, answers)| (text(id), text(answers))).collect();
        all.sort();
        all
    }

    /// Makes the tables by the migrations that the older commit had, and fills them.
    pub fn load(&self, db: &mut Db) {
        let (folder, unchecked, checked) = match db {
            Db::Sqlite(_) => ("migrations/sqlite", "PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"),
            Db::Postgres(_) => ("migrations/postgres", "SET session_replication_role = replica", "SET session_replication_role = origin"),
        };
        let all = FileBasedMigrations::from_path(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
        let applied = on_each!(db, c => self.migrate(c, all));
        assert_eq!(applied, self.migrations.len(), "a migration of the older commit is gone");
        // Rows come in the order of the tables' names.
        db.batch_execute(unchecked).unwrap();
        db.batch_execute("BEGIN").unwrap();
        for table in &self.tables {
            db.batch_execute(&format!("DELETE FROM {}", table.name)).unwrap();
            for from in (0..table.rows).step_by(AT_ONCE) {
                db.batch_execute(&table.insert(from, matches!(db, Db::Sqlite(_)))).unwrap();
            }
        }
        db.batch_execute("COMMIT").unwrap();
        db.batch_execute(checked).unwrap();
    }

    fn migrate<C, B>(&self, connection: &mut C, all: FileBasedMigrations) -> usize
    where
        C: MigrationHarness<B>,
        B: diesel::backend::Backend,
        FileBasedMigrations: diesel::migration::MigrationSource<B>,
    {
        let pending = connection.pending_migrations(all).unwrap();
        let of_then = pending.iter().filter(|m| self.migrations.contains(&m.name().version().to_string()));
        of_then.map(|migration| connection.run_migration(migration).unwrap()).count()
    }
}

impl Table {
    /// Every value is quoted: both databases then read it as what the column holds.
    fn insert(&self, from: usize, sqlite: bool) -> String {
        let mut sql = format!("INSERT INTO {} ({}) VALUES ", self.name, self.columns.join(", "));
        for row in from..self.rows.min(from + AT_ONCE) {
            let cells = self.cells.iter().map(|column| match &column[row] {
                Value::Null => "NULL".to_owned(),
                Value::String(text) => format!("'{}'", text.replace('\'', "''")),
                Value::Object(bytes) if sqlite => format!("X'{}'", bytes["hex"].as_str().unwrap()),
                Value::Object(bytes) => format!("'\\x{}'", bytes["hex"].as_str().unwrap()),
                other => format!("'{other}'"),
            });
            sql.push_str(if row == from { "(" } else { ", (" });
            sql.push_str(&cells.collect::<Vec<_>>().join(", "));
            sql.push(')');
        }
        sql
    }
}

pub fn connect(url: &str) -> Db {
    match url.strip_prefix("sqlite://") {
        Some(path) => Db::Sqlite(diesel::SqliteConnection::establish(path).unwrap()),
        None => Db::Postgres(diesel::PgConnection::establish(url).unwrap()),
    }
}

pub fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}
