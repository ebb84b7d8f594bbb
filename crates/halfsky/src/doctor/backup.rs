//! The age of the last backup, and whether its file is still there.

use halfsky_store::Store;
use halfsky_store::backup::runs::{self, Run, RunOutcome};
use jiff::{SignedDuration, Timestamp};

use super::{Examination, Finding, State};

pub(super) const SUBJECT: &str = "备份";

/// A daily backup that is older than this has failed more than once.
const OLDEST: SignedDuration = SignedDuration::from_hours(72);

/// Looks at the last backup that ended well.
pub(super) async fn look(store: &Store, about: &Examination<'_>) -> Finding {
    match runs::last_done(store).await {
        Ok(last) => {
            let dir = &about.config.backups.dir;
            let there = |file: &str| dir.join(file).is_file();
            judge(last.as_ref(), about.now, there)
        }
        Err(error) => Finding::failed(SUBJECT, error),
    }
}

fn judge(last: Option<&Run>, now: Timestamp, there: impl Fn(&str) -> bool) -> Finding {
    let Some(Run { started_at, outcome: RunOutcome::Done { file, .. }, .. }) = last else {
        let advice = "运行 halfsky backup create；服务运行时每天自动备份";
        return Finding::new(SUBJECT, State::Remark, "还没有备份", advice);
    };
    let age = now.duration_since(*started_at);
    if age > OLDEST {
        let found = format!("{}天没有成功备份", age.as_hours() / 24);
        let advice = "在 管理 → 备份 查看失败原因，然后运行 halfsky backup create";
        return Finding::new(SUBJECT, State::Wrong, found, advice);
    }
    if !there(file) {
        let found = format!("最近的备份文件 {file} 不在备份目录中");
        let advice = "如已移到他处请确认能读；定期用 halfsky backup verify 核验";
        return Finding::new(SUBJECT, State::Remark, found, advice);
    }
    Finding::well(SUBJECT, format!("{file}，{}小时前", age.as_hours()))
}

#[cfg(test)]
mod tests {
    use halfsky_store::backup::runs::Cause;

    use super::*;

    #[test]
    fn age_and_file_are_looked_at() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let run = Run {
            started_at: at("2026-03-01T00:00:00Z"),
            cause: Cause::Daily,
            finished_at: None,
            outcome: RunOutcome::Done { file: "halfsky-1.tar.gz".to_owned(), size: 1 },
            encrypted: false,
        };
        let state = |last, now, there| judge(last, at(now), |_| there).state;
        assert_eq!(state(None, "2026-03-02T00:00:00Z", true), State::Remark);
        assert_eq!(state(Some(&run), "2026-03-02T00:00:00Z", true), State::Well);
        assert_eq!(state(Some(&run), "2026-03-02T00:00:00Z", false), State::Remark);
        let old = judge(Some(&run), at("2026-03-06T12:00:00Z"), |_| true);
        assert!(old.state == State::Wrong && old.found.starts_with("5天"), "{old:?}");
    }
}
