//! A running server, and what a browser asks of it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::command;

/// A server that is stopped whatever happens to the test.
pub(crate) struct Server {
    child: Child,
    out: BufReader<ChildStdout>,
    /// What it said before it was ready.
    pub(crate) told: Vec<String>,
    pub(crate) address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Server {
    /// Starts a server and waits until it says where it is.
    pub(crate) fn start(dir: &Path, arguments: &[&str]) -> Self {
        Self::run(dir, command(dir, arguments))
    }

    /// As [`Server::start`], for a command that becomes one.
    pub(crate) fn run(dir: &Path, mut command: Command) -> Self {
        let log = std::fs::File::create(dir.join("server.log")).unwrap();
        let mut child = command.stderr(Stdio::from(log)).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut told = Vec::new();
        let address = loop {
            let mut line = String::new();
            let read = out.read_line(&mut line).unwrap();
            assert!(read > 0, "no address in {told:?}: {}", log_of(dir));
            told.push(line.trim().to_owned());
            if line.contains("已启动") {
                let rest = line.split("://").nth(1).unwrap();
                break rest.split('/').next().unwrap().to_owned();
            }
        };
        Self { child, out, told, address }
    }

    /// The most memory it ever had, in kB; None where the system does not tell.
    pub(crate) fn peak_memory(&self) -> Option<u64> {
        let told = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.split_whitespace().next()?.parse().ok()
    }

    /// Asks it to stop, as the system does; gives its exit code and what it still said.
    pub(crate) fn stop(mut self) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        let asked = std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(asked.success());
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

/// What the server of this directory has logged.
pub(crate) fn log_of(dir: &Path) -> String {
    std::fs::read_to_string(dir.join("server.log")).unwrap()
}

/// Gets a page.
pub(crate) fn get(address: &str, path: &str, cookies: &str) -> String {
    ask(address, &format!("GET {path} HTTP/1.1\r\nCookie: {cookies}\r\n"), "")
}

/// Sends a request and gives the whole answer.
pub(crate) fn ask(address: &str, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let kind = "Content-Type: application/x-www-form-urlencoded";
    let rest =
        format!("Host: {address}\r\nConnection: close\r\n{kind}\r\nContent-Length: {length}");
    write!(stream, "{head}{rest}\r\n\r\n{body}").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Signs in as somebody of the example; gives the cookies.
pub(crate) fn sign_in(address: &str, login: &str) -> String {
    sign_in_with(address, login, "yunxi-demo-2026")
}

/// Signs in with a password; gives the cookies.
pub(crate) fn sign_in_with(address: &str, login: &str, password: &str) -> String {
    let cookie = |page: &str, name: &str| {
        let set =
            page.split(&format!("set-cookie: {name}=")).nth(1).unwrap_or_else(|| panic!("{page}"));
        format!("{name}={}", set.split(';').next().unwrap())
    };
    let visitor = cookie(&get(address, "/login", ""), "halfsky_token");
    let token = visitor.split('=').nth(1).unwrap();
    let password = password.replace(' ', "+");
    let body = format!("token={token}&login={login}&password={password}&next=/");
    let head = format!("POST /login HTTP/1.1\r\nCookie: {visitor}\r\n");
    cookie(&ask(address, &head, &body), "halfsky_session")
}
