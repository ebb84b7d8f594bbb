//! The audit chains and their anchors.

use halfsky_store::Store;
use halfsky_store::audit::{self, anchor};
use jiff::{SignedDuration, Timestamp};

use super::{Finding, State};

pub(super) const SUBJECT: &str = "审计链";
const ANCHOR: &str = "审计锚定";

/// Longer than this without an anchor, a cut-off end would stay unseen for days.
const OLDEST_ANCHOR: SignedDuration = SignedDuration::from_hours(48);

/// Recomputes every chain and looks at the last anchor.
pub(super) async fn look(store: &Store, now: Timestamp) -> Vec<Finding> {
    let chains = match audit::verify_all(store, None, &mut |_| ()).await {
        Ok(outcome) if outcome.is_intact() => {
            Finding::well(SUBJECT, format!("{} 条记录，完整", outcome.entries()))
        }
        Ok(_) => {
            let advice = "运行 halfsky audit verify 查看位置；保留现场，用备份另行恢复一份对照";
            Finding::new(SUBJECT, State::Wrong, "审计记录或锚定被改动过", advice)
        }
        Err(error) => Finding::failed(SUBJECT, error),
    };
    let last = match anchor::last(store, 1).await {
        Ok(anchors) => judge(anchors.first().and_then(|a| a.at.parse().ok()), now),
        Err(error) => Finding::failed(ANCHOR, error),
    };
    vec![chains, last]
}

fn judge(last: Option<Timestamp>, now: Timestamp) -> Finding {
    let advice = "服务运行时每天自动锚定；也可运行 halfsky audit anchor，并把结果另存他处";
    match last {
        None => Finding::new(ANCHOR, State::Remark, "还没有锚定", advice),
        Some(at) if now.duration_since(at) > OLDEST_ANCHOR => {
            let hours = now.duration_since(at).as_hours();
            Finding::new(ANCHOR, State::Remark, format!("上次锚定在{}天前", hours / 24), advice)
        }
        Some(_) => Finding::well(ANCHOR, "两天内有锚定"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_anchor_is_told() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2026-03-05T00:00:00Z");
        assert_eq!(judge(None, now).state, State::Remark);
        assert_eq!(judge(Some(at("2026-03-04T00:00:00Z")), now).state, State::Well);
        let old = judge(Some(at("2026-03-01T00:00:00Z")), now);
        assert!(old.state == State::Remark && old.found.contains("4天前"), "{old:?}");
    }
}
