//! What the database finds when it checks itself.

use halfsky_store::health;

use super::{Finding, State};
use crate::config::Config;

pub(super) const SUBJECT: &str = "数据库完整性";

/// Lets the database check itself.
pub(super) async fn look(config: &Config) -> Finding {
    match health::check_database(&config.location).await {
        Ok(findings) if findings.is_empty() => Finding::well(SUBJECT, "数据库自检没有发现问题"),
        Ok(findings) => {
            let found = format!("{}处：{}", findings.len(), findings[0]);
            let advice = "停止服务，保留现有目录，从最近的备份恢复到新目录";
            Finding::new(SUBJECT, State::Wrong, found, advice)
        }
        Err(error) => Finding::failed(SUBJECT, error),
    }
}
