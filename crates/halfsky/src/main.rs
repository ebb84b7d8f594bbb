//! The binary: commands, configuration, clock and entropy. Holds no logic worth a unit test of its own.

mod arrival;
mod clock;
mod command;
mod config;
mod doctor;
mod entropy;
mod fonts;
mod job;
mod people;

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Parser as _;

use command::{Arguments, Console};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // Not locked for the whole run: the log of another thread goes to the same standard error.
    let (mut out, mut err) = (io::stdout(), io::stderr());
    let progress = io::stderr().is_terminal();
    let mut console = Console { out: &mut out, err: &mut err, progress };
    match command::run(arguments, &mut console) {
        Ok(code) => code,
        // a reader that went away (`| head`) is no failure of ours
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // nothing is left to report to when standard error is closed, too
            drop(writeln!(io::stderr(), "出错：{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|e| {
        e.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    })
}
