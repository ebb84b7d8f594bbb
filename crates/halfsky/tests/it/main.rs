//! The house as a whole: its rules, its commands, its example.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod audit;
mod backup;
mod cli;
mod crowd;
mod data;
mod demo;
mod doctor;
mod evaluate;
mod generate;
mod faults;
mod kill;
mod outlook;
mod processes;
mod proxy;
mod report;
mod round;
mod serve;
mod server;
mod storm;
mod tidy;

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs the program with nothing of the surroundings: no configuration from outside reaches a test.
fn halfsky(dir: &Path, arguments: &[&str]) -> Run {
    halfsky_with_input(dir, arguments, b"")
}

fn halfsky_with_input(dir: &Path, arguments: &[&str], input: &[u8]) -> Run {
    use std::io::Write as _;
    let mut child = command(dir, arguments).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let bytes = input.to_vec();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&bytes)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Run::of(&output)
}

fn command(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_halfsky"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HALFSKY_")) {
        command.env_remove(name);
    }
    command.args(arguments).current_dir(dir).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What a run left behind.
#[derive(Debug)]
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Run {
    fn of(output: &Output) -> Self {
        let text =
            |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("the program writes UTF-8");
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// The output of a run that succeeded.
    fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self.out
    }

    /// The message of a run that failed, which is no panic.
    fn failed(self) -> String {
        assert_eq!(self.code, Some(1), "{}{}", self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self.err
    }
}

/// A copy of the example in a directory of its own: `data` inside it.
fn example() -> tempfile::TempDir {
    static MADE: std::sync::OnceLock<tempfile::TempDir> = std::sync::OnceLock::new();
    let made = MADE.get_or_init(|| {
        let dir = tempfile::TempDir::new().unwrap();
        halfsky(dir.path(), &["demo", "--no-serve", "--dir", "data"]).ok();
        dir
    });
    let dir = tempfile::TempDir::new().unwrap();
    copy(&made.path().join("data"), &dir.path().join("data"));
    dir
}

/// Copies a directory with everything in it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Changes the database of a directory past the program.
fn tamper(data: &Path, sql: &'static str) {
    past_the_program(data, async |connection| {
        sqlx::raw_sql(sql).execute(connection).await.unwrap();
    });
}

/// A number from the database of a directory, past the program.
fn number(data: &Path, sql: &'static str) -> i64 {
    past_the_program(data, async |connection| {
        sqlx::query_scalar(sql).fetch_one(connection).await.unwrap()
    })
}

fn past_the_program<T>(data: &Path, work: impl AsyncFnOnce(&mut sqlx::AnyConnection) -> T) -> T {
    use sqlx::Connection as _;
    sqlx::any::install_default_drivers();
    let url = format!("sqlite://{}", data.join("halfsky.sqlite").display());
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut connection = sqlx::AnyConnection::connect(&url).await.unwrap();
        let done = work(&mut connection).await;
        connection.close().await.unwrap();
        done
    })
}
