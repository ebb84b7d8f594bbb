//! The data directory: there, writable, and not open to every user of the machine.

use std::path::Path;

use halfsky_store::Location;

use super::{Finding, State};
use crate::config::Config;

const SUBJECT: &str = "数据目录";

/// Looks at the directory of data, or of files where the database is elsewhere.
pub(super) fn look(config: &Config) -> Vec<Finding> {
    let dir = match &config.location {
        Location::SqliteDir(dir) => dir.clone(),
        Location::Postgres { files_dir, .. } => files_dir.clone(),
    };
    let shown = dir.display();
    if !dir.is_dir() {
        let found = format!("{shown} 不存在");
        let advice = "核对 --dir 或配置项 dir；新建请运行 halfsky migrate";
        return vec![Finding::new(SUBJECT, State::Wrong, found, advice)];
    }
    let mut findings = vec![match probe(&dir) {
        Ok(()) => Finding::well(SUBJECT, format!("{shown} 可以读写")),
        Err(error) => {
            let found = format!("{shown} 不能写入（{error}）");
            let advice = "检查目录的所有者和权限，以及磁盘是否只读";
            Finding::new(SUBJECT, State::Wrong, found, advice)
        }
    }];
    findings.extend(open_to_others(&dir));
    findings
}

/// Writes a file and removes it again.
fn probe(dir: &Path) -> std::io::Result<()> {
    let path = dir.join(format!(".doctor-{}", std::process::id()));
    std::fs::write(&path, b"halfsky")?;
    std::fs::remove_file(&path)
}

#[cfg(unix)]
fn open_to_others(dir: &Path) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(dir).ok()?.permissions().mode();
    let others = mode & 0o007;
    if others == 0 {
        return Some(Finding::well("目录权限", "本机其他用户不能进入"));
    }
    let found = format!("{} 本机其他用户可以进入（{:03o}）", dir.display(), mode & 0o777);
    let advice = format!("执行 chmod 750 {}", dir.display());
    Some(Finding::new("目录权限", State::Remark, found, &advice))
}

#[cfg(not(unix))]
fn open_to_others(_dir: &Path) -> Option<Finding> {
    None
}
