//! `halfsky audit`: what it finds, what it hands out, and how it ends.

use std::path::Path;

use crate::{example, halfsky};

fn audit(dir: &Path, arguments: &[&str]) -> crate::Run {
    let mut all = vec!["audit"];
    all.extend(arguments);
    all.extend(["--dir", "data"]);
    halfsky(dir, &all)
}

#[test]
fn an_untouched_chain_ends_well_and_a_touched_one_does_not() {
    let dir = example();
    let out = audit(dir.path(), &["verify"]).ok();
    assert!(out.contains("区划 990101") && out.contains("审计记录完整"), "{out}");
    crate::tamper(
        &dir.path().join("data"),
        "update audit_entry set actor = '李四' where ref_area = '990101' and sequence = 2",
    );
    let run = audit(dir.path(), &["verify"]);
    assert_eq!(run.code, Some(1));
    assert!(run.out.contains("区划 990101：不完整，第 2 条的内容被改动"), "{}", run.out);
    assert!(run.out.contains("区划 990100") && run.out.contains("保留现场"), "{}", run.out);
}

#[test]
fn an_anchor_kept_elsewhere_vouches_for_the_chain() {
    let dir = example();
    let text = audit(dir.path(), &["anchor"]).ok();
    std::fs::write(dir.path().join("kept.txt"), &text).unwrap();
    audit(dir.path(), &["anchor", "--format", "json", "--out", "kept.json"]).ok();
    for kept in ["kept.txt", "kept.json"] {
        audit(dir.path(), &["verify", "--anchor", kept]).ok();
    }
    crate::tamper(
        &dir.path().join("data"),
        "delete from audit_anchor; delete from audit_entry where action = 'audit.anchor';
        update audit_head set (sequence, hash) = (select sequence, hash from audit_entry
            where ref_area = '000000' order by sequence desc limit 1) where ref_area = '000000'",
    );
    audit(dir.path(), &["verify"]).ok();
    let run = audit(dir.path(), &["verify", "--anchor", "kept.txt"]);
    assert_eq!(run.code, Some(1));
    assert!(run.out.contains("另存的是第 1 号锚定"), "{}", run.out);
    std::fs::write(dir.path().join("odd.txt"), "hello").unwrap();
    let refused = audit(dir.path(), &["verify", "--anchor", "odd.txt"]).failed();
    assert!(refused.contains("不是锚定文件"), "{refused}");
}

#[test]
fn entries_are_exported_as_people_read_them() {
    let dir = example();
    audit(dir.path(), &["export", "--out", "a.csv", "--ref-area", "990101", "--action", "plan"])
        .ok();
    let text = std::fs::read_to_string(dir.path().join("a.csv")).unwrap();
    assert!(text.starts_with('\u{feff}') && text.contains("命令行导入了规划"), "{text}");
    assert!(!text.contains("990100") && text.lines().count() > 4, "{text}");
    audit(dir.path(), &["export", "--out", "a.xlsx"]).ok();
    assert!(std::fs::read(dir.path().join("a.xlsx")).unwrap().starts_with(b"PK"));
    let nothing = audit(dir.path(), &["export", "--out", "b.csv", "--until", "2020-01-01"]).ok();
    assert!(nothing.contains("已导出 0 条"), "{nothing}");
    let refused = audit(dir.path(), &["export", "--out", "a.pdf"]).failed();
    assert!(refused.contains(".csv"), "{refused}");
    let out = audit(dir.path(), &["export", "--out", "c.csv", "--action", "audit"]).ok();
    assert!(out.contains("已导出 3 条"), "the exports themselves: {out}");
}

#[test]
fn less_than_half_a_year_is_refused() {
    let dir = example();
    let refused = audit(dir.path(), &["set", "--keep-days", "90"]).failed();
    assert!(refused.contains("180"), "{refused}");
    let refused = audit(dir.path(), &["prune", "--keep-days", "90"]).failed();
    assert!(refused.contains("180"), "{refused}");
    let refused = audit(dir.path(), &["prune"]).failed();
    assert!(refused.contains("永久保留"), "{refused}");
    let out = audit(dir.path(), &["set", "--keep-days", "200", "--hash", "sm3"]).ok();
    assert!(out.contains("SM3") && out.contains("200天"), "{out}");
    assert!(audit(dir.path(), &["prune"]).ok().contains("没有可清除的记录"));
    audit(dir.path(), &["anchor"]).ok();
    audit(dir.path(), &["verify"]).ok();
}
