//! Opinions of the public (公众意见): what they are about, and how far the office has come with one.

use halfsky_plan::coded;

/// Longer opinions are refused.
pub const LONGEST: usize = 1000;
/// Longer answers are refused.
pub const LONGEST_ANSWER: usize = 2000;

coded! {
    /// What an opinion is about.
    Topic {
        Plan "plan" "规划内容",
        Figures "figures" "监测数据",
        Service "service" "工作和服务",
        Portal "portal" "本网站",
        Other "other" "其他",
    }
}

coded! {
    /// How far the office has come with an opinion.
    OpinionState {
        /// Nobody has decided about it.
        Received "received" "待处理",
        /// On the portal, with the answer where there is one.
        Shown "shown" "已公开",
        /// Read, and not shown to anybody else.
        Closed "closed" "不公开",
    }
}

/// One topic: how many came, how many were answered, how many are on the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    pub topic: Topic,
    pub received: usize,
    pub answered: usize,
    pub shown: usize,
}

/// Counts every topic that came up; `opinions` are topic, state and whether there is an answer.
pub fn counts(opinions: &[(Topic, OpinionState, bool)]) -> Vec<Count> {
    let count = |topic: Topic| {
        let of = || opinions.iter().filter(move |(t, _, _)| *t == topic);
        Count {
            topic,
            received: of().count(),
            answered: of().filter(|(_, _, answered)| *answered).count(),
            shown: of().filter(|(_, state, _)| *state == OpinionState::Shown).count(),
        }
    };
    Topic::ALL.iter().map(|topic| count(*topic)).filter(|c| c.received > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_is_counted_by_topic() {
        let opinions = [
            (Topic::Figures, OpinionState::Shown, true),
            (Topic::Figures, OpinionState::Received, false),
            (Topic::Plan, OpinionState::Closed, true),
        ];
        let told: Vec<_> =
            counts(&opinions).iter().map(|c| (c.topic, c.received, c.answered, c.shown)).collect();
        assert_eq!(told, [(Topic::Plan, 1, 1, 0), (Topic::Figures, 2, 1, 1)]);
    }
}
