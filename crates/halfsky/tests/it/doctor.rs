//! `halfsky doctor`: everything that may be wrong is found, and what to do is said.

use std::path::Path;

use tempfile::TempDir;

use crate::{Run, example, halfsky, tamper};

fn doctor(dir: &Path, more: &[&str]) -> Run {
    halfsky(dir, &[&["doctor", "--dir", "data"][..], more].concat())
}

/// What is said of a check.
fn line(out: &str, subject: &str) -> String {
    let found: Vec<&str> = out.lines().filter(|line| line.starts_with(subject)).collect();
    assert!(!found.is_empty(), "no {subject} in {out}");
    found.join("\n")
}

/// The example, broken in one way: what the check says.
fn check(subject: &str, break_it: impl Fn(&Path), words: &[&str]) {
    let dir = example();
    break_it(&dir.path().join("data"));
    let run = doctor(dir.path(), &[]);
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
    let line = line(&run.out, subject);
    for words in [&["有问题"], words].concat() {
        assert!(line.contains(words), "{words} in {line}");
    }
    assert!(!run.err.contains("panicked"), "{}", run.err);
}

#[test]
fn a_healthy_house_has_remarks_at_most() {
    let dir = example();
    let out = doctor(dir.path(), &[]).ok();
    for subject in ["数据库结构", "数据库完整性", "密钥文件", "审计链", "原文件", "系统时钟"]
    {
        assert!(line(&out, subject).contains("正常"), "{out}");
    }
    assert!(line(&out, "备份").contains("还没有备份"), "{out}");
    halfsky(dir.path(), &["backup", "create", "--dir", "data"]).ok();
    let out = doctor(dir.path(), &["--all-files"]).ok();
    assert!(line(&out, "备份").contains("正常"), "{out}");
}

#[test]
fn nothing_there_is_told_and_the_rest_left_out() {
    let dir = TempDir::new().unwrap();
    let run = doctor(dir.path(), &[]);
    assert_eq!(run.code, Some(1));
    assert!(line(&run.out, "数据目录").contains("不存在"), "{}", run.out);
    assert!(line(&run.out, "审计链").contains("未检查"), "{}", run.out);
    assert!(!dir.path().join("data").exists(), "looking makes nothing");
}

#[test]
fn a_missing_or_foreign_key_is_found() {
    let key = |data: &Path| data.join("secret.key");
    check("密钥文件", |data| std::fs::remove_file(key(data)).unwrap(), &["找不到", "放回"]);
    let foreign = format!("halfsky-secret-1:{}\n", "ab".repeat(32));
    check("密钥文件", |data| std::fs::write(key(data), &foreign).unwrap(), &["不是这个数据库的"]);
}

#[cfg(unix)]
#[test]
fn rights_that_are_too_wide_are_found() {
    use std::os::unix::fs::PermissionsExt as _;
    let open = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    check("密钥文件", |data| open(&data.join("secret.key"), 0o644), &["chmod 600"]);
    let dir = example();
    open(&dir.path().join("data"), 0o755);
    let out = doctor(dir.path(), &[]).ok();
    assert!(line(&out, "目录权限").contains("chmod 750"), "{out}");
    open(&dir.path().join("data"), 0o700);
    assert!(line(&doctor(dir.path(), &[]).ok(), "目录权限").contains("正常"));
}

#[test]
fn another_schema_is_found() {
    let older = |data: &Path| tamper(data, "delete from _sqlx_migrations where version > 3");
    check("数据库结构", older, &["第3版", "halfsky migrate"]);
    let newer = |data: &Path| {
        tamper(data, "update _sqlx_migrations set version = 9999 where version = 1");
    };
    check("数据库结构", newer, &["新版"]);
}

#[test]
fn damage_in_the_database_is_found() {
    let orphan = |data: &Path| {
        tamper(data, "pragma foreign_keys = off; delete from plan where ref_area = '990101'");
    };
    check("数据库完整性", orphan, &["指向不存在的记录", "备份"]);
    let garbage = |data: &Path| {
        std::fs::write(data.join("halfsky.sqlite"), "this is no database, it is a text").unwrap();
        drop(std::fs::remove_file(data.join("halfsky.sqlite-wal")));
    };
    check("数据库结构", garbage, &["损坏", "备份"]);
}

#[test]
fn a_changed_audit_chain_is_found() {
    let edit =
        |data: &Path| tamper(data, "update audit_entry set actor = '某人' where sequence = 2");
    check("审计链", edit, &["被改动过", "halfsky audit verify"]);
}

#[test]
fn missing_and_changed_files_are_found() {
    let first = |data: &Path| {
        let folder = std::fs::read_dir(data.join("files")).unwrap().next().unwrap().unwrap().path();
        std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path()
    };
    check("原文件", |data| std::fs::remove_file(first(data)).unwrap(), &["缺少 1 个", "files"]);
    check("原文件", |data| std::fs::write(first(data), "x").unwrap(), &["内容有变 1 个"]);
}

#[test]
fn an_old_backup_and_a_wrong_clock_are_found() {
    let old = |data: &Path| {
        tamper(
            data,
            "insert into backup_run (started_at, cause, finished_at, outcome, file, size, \
             encrypted, message) values ('2026-01-01T00:00:00.000000Z', 'daily', \
             '2026-01-01T00:00:01.000000Z', 'done', 'a.tar.gz', 1, 0, '')",
        );
    };
    check("备份", old, &["天没有成功备份", "halfsky backup create"]);
    let future = |data: &Path| {
        tamper(
            data,
            "update audit_entry set at = '2199-01-01T00:00:00.000000Z' where sequence = 1",
        );
    };
    check("系统时钟", future, &["早于", "NTP"]);
}

#[test]
fn a_certificate_that_cannot_be_used_is_found() {
    let dir = example();
    std::fs::write(dir.path().join("c.pem"), "no certificate").unwrap();
    let config = "tls_cert = 'c.pem'\ntls_key = 'c.pem'\n";
    std::fs::write(dir.path().join("h.toml"), config).unwrap();
    let run = doctor(dir.path(), &["--config", "h.toml"]);
    assert_eq!(run.code, Some(1));
    assert!(line(&run.out, "TLS证书").contains("c.pem"), "{}", run.out);
}
