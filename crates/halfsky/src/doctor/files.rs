//! Kept files: each one that is spoken of is there, and what is read is what it was.

use halfsky_store::Store;
use halfsky_store::health::{self, Extent, FileReport};

use super::{Finding, State};

pub(super) const SUBJECT: &str = "原文件";

/// Looks at the files beside the database.
pub(super) async fn look(store: &Store, extent: Extent) -> Finding {
    match health::check_files(store, extent).await {
        Ok(report) => judge(&report),
        Err(error) => Finding::failed(SUBJECT, error),
    }
}

fn judge(report: &FileReport) -> Finding {
    let advice = "从备份恢复到另一个目录，把缺的文件复制回 files 目录的同一位置";
    if let Some(first) = report.missing.first() {
        let found = format!("缺少 {} 个，例如 {}", report.missing.len(), first.as_str());
        return Finding::new(SUBJECT, State::Wrong, found, advice);
    }
    if let Some(first) = report.changed.first() {
        let found = format!("内容有变 {} 个，例如 {}", report.changed.len(), first.as_str());
        return Finding::new(SUBJECT, State::Wrong, found, advice);
    }
    Finding::well(
        SUBJECT,
        format!("共 {} 个，抽查 {} 个，内容与校验值相符", report.kept, report.read),
    )
}
