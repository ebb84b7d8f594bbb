//! `halfsky backup`: what was saved comes back and opens, and nothing that is not whole is taken for whole.

use std::path::{Path, PathBuf};

use halfsky_store::testing::Cluster;

use crate::{Run, example, halfsky};

fn backup(dir: &Path, arguments: &[&str]) -> Run {
    halfsky(dir, &[&["backup"][..], arguments].concat())
}

/// The only backup there is.
fn made(dir: &Path) -> PathBuf {
    let files: Vec<_> =
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_backup_comes_back_in_a_new_directory_and_opens() {
    let dir = example();
    let out = backup(dir.path(), &["create", "--dir", "data"]).ok();
    assert!(out.contains("备份完成") && out.contains("请另行保管"), "{out}");
    let file = made(&dir.path().join("data/backups"));
    let out = backup(dir.path(), &["verify", text(&file)]).ok();
    assert!(out.contains("备份完整") && out.contains("张表"), "{out}");

    let out = backup(dir.path(), &["restore", text(&file), "--dir", "new"]).ok();
    assert!(out.contains("已恢复到 new") && out.contains("审计记录完整"), "{out}");
    assert!(out.contains("找不到密钥文件"), "the key is not in a plain backup: {out}");
    std::fs::copy(dir.path().join("data/secret.key"), dir.path().join("new/secret.key")).unwrap();
    halfsky(dir.path(), &["audit", "verify", "--dir", "new"]).ok();
    let accounts = |place| halfsky(dir.path(), &["account", "list", "--dir", place]).ok();
    assert_eq!(accounts("new"), accounts("data"));
    assert!(halfsky(dir.path(), &["doctor", "--dir", "new"]).ok().contains("没有发现问题"));
}

#[test]
fn a_passphrase_or_an_identity_opens_what_was_closed_for_it() {
    let dir = example();
    let identity = age::x25519::Identity::generate();
    let secret = age::secrecy::ExposeSecret::expose_secret(&identity.to_string()).to_owned();
    std::fs::write(dir.path().join("identity.txt"), secret).unwrap();
    std::fs::write(dir.path().join("words.txt"), "correct horse battery\n").unwrap();
    std::fs::write(dir.path().join("other.txt"), "some other words\n").unwrap();
    let recipient = identity.to_public().to_string();
    let ways = [
        (["--recipient", recipient.as_str()], ["--identity", "identity.txt"]),
        (["--passphrase-file", "words.txt"], ["--passphrase-file", "words.txt"]),
    ];
    for (number, (close, open)) in ways.into_iter().enumerate() {
        let (store, place) = (format!("kept{number}"), format!("new{number}"));
        let create = [&["create", "--dir", "data", "--to", &store][..], &close].concat();
        let out = backup(dir.path(), &create).ok();
        assert!(out.contains("密钥文件也在其中"), "{out}");
        let file = made(&dir.path().join(&store));
        let restore = ["restore", text(&file), "--dir", &place];
        let refused = backup(dir.path(), &restore).failed();
        assert!(refused.contains("--identity"), "{refused}");
        let wrong = [&restore[..], &["--passphrase-file", "other.txt"]].concat();
        assert!(backup(dir.path(), &wrong).failed().contains("不对"));
        assert!(!dir.path().join(&place).join("halfsky.sqlite").exists());
        let out = backup(dir.path(), &[&restore[..], &open].concat()).ok();
        assert!(out.contains("密钥文件已放到") && !out.contains("注意"), "{out}");
        halfsky(dir.path(), &["audit", "verify", "--dir", &place]).ok();
    }
    std::fs::write(dir.path().join("short.txt"), "short").unwrap();
    let short = ["create", "--dir", "data", "--passphrase-file", "short.txt"];
    assert!(backup(dir.path(), &short).failed().contains("至少12个字"));
    let missing = ["create", "--dir", "data", "--passphrase-file", "none.txt"];
    assert!(backup(dir.path(), &missing).failed().contains("none.txt"));
}

#[test]
fn a_damaged_archive_is_refused_and_leaves_nothing() {
    let dir = example();
    backup(dir.path(), &["create", "--dir", "data", "--to", "kept"]).ok();
    let file = made(&dir.path().join("kept"));
    let whole = std::fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 0x20;
    for (name, bytes) in [("flipped", &flipped[..]), ("cut", &whole[..whole.len() / 3])] {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        for arguments in [&["verify", name][..], &["restore", name, "--dir", "new"]] {
            let refused = backup(dir.path(), arguments).failed();
            assert!(refused.contains("备份不能用"), "{name}: {refused}");
        }
        let replace = ["restore", name, "--dir", "data", "--replace"];
        backup(dir.path(), &replace).failed();
    }
    assert!(!dir.path().join("new/halfsky.sqlite").exists());
    halfsky(dir.path(), &["audit", "verify", "--dir", "data"]).ok();
    assert!(backup(dir.path(), &["verify", "none.tar.gz"]).failed().contains("none.tar.gz"));
}

#[test]
fn data_are_replaced_only_when_it_is_said_and_then_kept_aside() {
    let dir = example();
    backup(dir.path(), &["create", "--dir", "data", "--to", "kept"]).ok();
    let file = made(&dir.path().join("kept"));
    let create = ["account", "create", "--login", "later", "--name", "示例人员"];
    let role = ["--role", "auditor", "--dir", "data"];
    halfsky(dir.path(), &[&create[..], &role].concat()).ok();
    let restore = ["restore", text(&file), "--dir", "data"];
    let refused = backup(dir.path(), &restore).failed();
    assert!(refused.contains("不是空的") && refused.contains("--replace"), "{refused}");
    let out = backup(dir.path(), &[&restore[..], &["--replace"]].concat()).ok();
    assert!(out.contains("原来的数据在") && out.contains("审计记录完整"), "{out}");
    let accounts = halfsky(dir.path(), &["account", "list", "--dir", "data"]).ok();
    assert!(!accounts.contains("later"), "{accounts}");
}

#[test]
fn a_backup_goes_from_postgresql_to_sqlite_and_back() {
    let Some(cluster) = Cluster::shared() else { return };
    let dir = tempfile::TempDir::new().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let create = || runtime.block_on(cluster.create_database());
    let (from, to) = (create(), create());
    halfsky(dir.path(), &["demo", "--no-serve", "--dir", "a", "--database", &from]).ok();
    backup(dir.path(), &["create", "--dir", "a", "--database", &from]).ok();
    let first = made(&dir.path().join("a/backups"));
    backup(dir.path(), &["restore", text(&first), "--dir", "b"]).ok();
    backup(dir.path(), &["create", "--dir", "b"]).ok();
    let second = made(&dir.path().join("b/backups"));
    let restore = ["restore", text(&second), "--dir", "c", "--database", &to];
    let out = backup(dir.path(), &restore).ok();
    assert!(out.contains("审计记录完整"), "{out}");
    halfsky(dir.path(), &["audit", "verify", "--dir", "c", "--database", &to]).ok();
    let refused = backup(dir.path(), &restore).failed();
    assert!(refused.contains("空数据库"), "{refused}");
}
