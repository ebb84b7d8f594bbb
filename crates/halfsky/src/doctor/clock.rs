//! The clock of the machine against what was written before.

use halfsky_store::{Store, health};
use jiff::{SignedDuration, Timestamp};

use super::{Finding, State};

pub(super) const SUBJECT: &str = "系统时钟";

/// Clocks of several machines may differ by so much.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(2);

/// Looks whether the clock stands before the newest audit entry.
pub(super) async fn look(store: &Store, now: Timestamp) -> Finding {
    match health::last_written(store).await {
        Ok(last) => judge(last, now),
        Err(error) => Finding::failed(SUBJECT, error),
    }
}

fn judge(last: Option<Timestamp>, now: Timestamp) -> Finding {
    match last {
        Some(last) if last.duration_since(now) > TOLERANCE => {
            let found = format!("现在是 {now}，早于最近一条审计记录（{last}）");
            let advice = "校正系统时间并启用时间同步（NTP）后再启动服务";
            Finding::new(SUBJECT, State::Wrong, found, advice)
        }
        _ => Finding::well(SUBJECT, "不早于最近一条审计记录"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_went_back_is_told() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let last = Some(at("2026-03-05T00:00:00Z"));
        assert_eq!(judge(None, at("2020-01-01T00:00:00Z")).state, State::Well);
        assert_eq!(judge(last, at("2026-03-05T01:00:00Z")).state, State::Well);
        assert_eq!(judge(last, at("2026-03-04T23:59:00Z")).state, State::Well);
        assert_eq!(judge(last, at("2026-03-04T00:00:00Z")).state, State::Wrong);
    }
}
