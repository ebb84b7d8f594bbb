//! The house as a whole: its rules, its commands, its example.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod audit;
mod cli;
mod demo;
mod outlook;
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
