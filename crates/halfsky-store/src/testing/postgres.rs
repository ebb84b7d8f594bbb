//! A PostgreSQL server for one test process: found, started in a temporary directory, and gone with the
//! process, however it ends.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};

use super::ScratchDir;

/// Stops the server when its standard input ends, which happens when the test process is gone, and
/// removes the directory. It runs in a process group of its own, so that Ctrl-C does not end it early.
const WATCHDOG: &str = "cat >/dev/null; pid=$(head -n 1 \"$1/data/postmaster.pid\"); \
    kill -QUIT \"$pid\"; \
    for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 \"$pid\" || break; sleep 0.2; done; rm -rf \"$1\"";

/// A role that logs in with a password; all others are trusted.
const PASSWORD_ROLE: &str = "locked";

/// A running server.
#[derive(Debug)]
pub struct Cluster {
    dir: PathBuf,
    _server: Child,
    /// Its standard input is what keeps the server alive.
    _watchdog: Child,
}

impl Cluster {
    /// The server of this test process, started at the first call; None, with a printed message, when
    /// PostgreSQL is not installed.
    ///
    /// # Panics
    /// When it does not start, and when it is missing although `CI=true`.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        SHARED.get_or_init(|| installed().map(|bin| Self::start(&bin, None))).as_ref()
    }

    /// A server of its own that can make no file longer than this, which stands in for a full disk and needs no rights.
    ///
    /// # Panics
    /// As [`Cluster::shared`].
    pub fn with_files_up_to(megabytes: u32) -> Option<Self> {
        installed().map(|bin| Self::start(&bin, Some(megabytes)))
    }

    /// The address of a database of this server.
    pub fn url(&self, database: &str) -> String {
        self.url_as("halfsky", database)
    }

    /// The address for a role that needs a password, with a wrong one.
    pub fn url_with_wrong_password(&self, database: &str) -> String {
        self.url_as(&format!("{PASSWORD_ROLE}:not-the-password"), database)
    }

    /// Makes an empty database and returns its address.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn create_database(&self) -> String {
        self.create_database_with("encoding 'UTF8' lc_collate 'C' lc_ctype 'C'").await
    }

    /// Makes an empty database with the given options of `create database`.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn create_database_with(&self, options: &str) -> String {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let name = format!("test{}", MADE.fetch_add(1, Ordering::Relaxed));
        self.run_sql(&format!("create database {name} template template0 {options}")).await;
        self.url(&name)
    }

    /// What the server has logged; each line begins with the name of its database.
    ///
    /// # Panics
    /// When the log cannot be read.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.join("log")).expect("the server's log")
    }

    pub(super) async fn run_sql(&self, sql: &str) {
        sqlx::any::install_default_drivers();
        let mut connection =
            AnyConnection::connect(&self.url("postgres")).await.expect("the test server");
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&mut connection)
            .await
            .expect("an accepted statement");
        connection.close().await.expect("a closed connection");
    }

    fn url_as(&self, user: &str, database: &str) -> String {
        format!("postgres://{user}@localhost/{database}?host={}", self.dir.display())
    }

    fn start(bin: &Path, megabytes: Option<u32>) -> Self {
        let dir = ScratchDir::new();
        let path = dir.path().to_path_buf();
        // The watchdog removes the directory, after the server has left it.
        std::mem::forget(dir);
        let watchdog = watch(&path);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("permissions");
        let user = unprivileged_user();
        if let Some((uid, gid)) = user {
            chown(&path, Some(uid), Some(gid)).expect("a directory of the server's user");
        }
        let run_as = |mut command: Command| {
            command.current_dir(&path).env("LC_ALL", "C").stdin(Stdio::null());
            if let Some((uid, gid)) = user {
                command.uid(uid).gid(gid);
            }
            command
        };
        let data = path.join("data");
        let made = run_as(Command::new(bin.join("initdb")))
            .args(["-E", "UTF8", "--locale=C", "-A", "trust", "-U", "halfsky", "-N"])
            .args(["--wal-segsize=1", "-D"])
            .arg(&data)
            .output()
            .expect("initdb runs");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let access = format!("local all {PASSWORD_ROLE} scram-sha-256\nlocal all all trust\n");
        fs::write(data.join("pg_hba.conf"), access).expect("pg_hba.conf");
        let log = fs::File::create(path.join("log")).expect("a log file");
        let server = run_as(with_files_up_to(megabytes, &bin.join("postgres")))
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&path)
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "synchronous_commit=off"])
            .args(["-c", "full_page_writes=off", "-c", "max_connections=300"])
            .args([
                "-c",
                "autovacuum=off",
                "-c",
                "shared_buffers=32MB",
                "-c",
                "log_line_prefix=%d ",
            ])
            .stdout(Stdio::null())
            .stderr(log)
            .process_group(0)
            .spawn()
            .expect("postgres runs");
        wait_until_ready(bin, &path);
        let role = format!("create role {PASSWORD_ROLE} login password 'the-password'");
        let done = Command::new(bin.join("psql"))
            .args(["-q", "-X", "-U", "halfsky", "-d", "postgres", "-c", &role, "-h"])
            .arg(&path)
            .output()
            .expect("psql runs");
        assert!(done.status.success(), "psql: {}", String::from_utf8_lossy(&done.stderr));
        Self { dir: path, _server: server, _watchdog: watchdog }
    }
}

/// The program, under a limit on the length of its files where there is one.
fn with_files_up_to(megabytes: Option<u32>, program: &Path) -> Command {
    let Some(megabytes) = megabytes else { return Command::new(program) };
    let mut shell = Command::new("sh");
    // the limit is counted in blocks of 512 bytes
    let limited = format!("ulimit -f {}; exec \"$0\" \"$@\"", megabytes * 2048);
    shell.args(["-c", &limited]).arg(program);
    shell
}

/// The process is a child of this one: when this one ends, the pipe closes.
fn watch(dir: &Path) -> Child {
    Command::new("sh")
        .args(["-c", WATCHDOG, "watchdog"])
        .arg(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("sh runs")
}

fn wait_until_ready(bin: &Path, dir: &Path) {
    for _ in 0..600 {
        let ready = Command::new(bin.join("pg_isready"))
            .args(["-q", "-U", "halfsky", "-d", "postgres", "-h"])
            .arg(dir)
            .status();
        if ready.is_ok_and(|status| status.success()) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let log = fs::read_to_string(dir.join("log")).unwrap_or_default();
    panic!("the test server did not become ready: {log}");
}

/// The directory of the newest installed binaries; a test that does without says so.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn installed() -> Option<PathBuf> {
    let found = binaries();
    if found.is_none() {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "PostgreSQL is not installed, and CI needs it"
        );
        eprintln!("skipped on PostgreSQL: initdb and postgres were not found");
    }
    found
}

fn binaries() -> Option<PathBuf> {
    let mut candidates: Vec<PathBuf> = Vec::new();
    if let Some(path) = std::env::var_os("PATH") {
        candidates.extend(std::env::split_paths(&path));
    }
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        candidates.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    let mut installed: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    installed.sort();
    candidates.extend(installed.into_iter().rev().map(|(_, path)| path));
    candidates.into_iter().find(|bin| {
        ["initdb", "postgres", "pg_isready", "psql"].iter().all(|name| bin.join(name).is_file())
    })
}

/// PostgreSQL refuses to run as root: user and group to run it as, None when this process is not root.
fn unprivileged_user() -> Option<(u32, u32)> {
    let output = Command::new("id").arg("-u").output().ok()?;
    if String::from_utf8_lossy(&output.stdout).trim() != "0" {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let of = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2).map(str::parse::<u32>);
        Some((fields.next()?.ok()?, fields.next()?.ok()?))
    };
    of("postgres").or_else(|| of("nobody")).or(Some((65_534, 65_534)))
}
