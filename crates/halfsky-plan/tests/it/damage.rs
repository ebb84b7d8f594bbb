//! Damage: a plan that was cut, shuffled or corrupted is still read, and every span stays inside it.

use std::fs;

use halfsky_plan::document::{self, Parsed};
use halfsky_plan::note::Span;
use halfsky_plan::plan::{Clause, Plan};
use proptest::prelude::*;

/// One specimen's text.
fn specimen() -> impl Strategy<Value = String> {
    let texts: Vec<String> =
        crate::specimens::texts().iter().map(|f| fs::read_to_string(f).unwrap()).collect();
    proptest::sample::select(texts)
}

/// The nearest character boundary at or before a share of the text.
fn boundary(text: &str, share: f64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a length"
    )]
    let mut at = (text.len() as f64 * share) as usize;
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn holds(span: Span, text: &str) {
    assert!(text.get(span.start..span.end).is_some(), "{span:?} does not fit the text");
}

fn clauses_hold(clauses: &[Clause], text: &str) {
    for pair in clauses.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start, "clauses out of order: {pair:?}");
    }
    for clause in clauses {
        holds(clause.span, text);
        assert!(!clause.span.of(text).is_empty(), "{clause:?} stands nowhere");
        for target in &clause.targets {
            holds(target.span, text);
        }
    }
}

fn plan_holds(plan: &Plan, text: &str) {
    holds(plan.span, text);
    for domain in &plan.domains {
        holds(domain.heading, text);
        clauses_hold(&domain.objectives, text);
        clauses_hold(&domain.measures, text);
    }
    clauses_hold(&plan.implementation, text);
    clauses_hold(&plan.monitoring, text);
    let around = plan.parent_plans.iter().map(|p| p.span);
    let around = around.chain(plan.notes.iter().map(|n| n.span));
    let around = around.chain(plan.assignments.iter().map(|a| a.span));
    let around = around.chain(plan.calendar.iter().map(|d| d.span));
    let around = around.chain(plan.table_targets.iter().map(|t| t.target.span));
    around.chain(plan.baseline.iter().map(|b| b.span)).for_each(|span| holds(span, text));
}

fn reads(text: &str) -> Parsed {
    let parsed = document::parse(text);
    parsed.plans.iter().for_each(|p| plan_holds(p, text));
    parsed.notes.iter().for_each(|n| holds(n.span, text));
    assert!(!parsed.plans.is_empty() || !parsed.notes.is_empty(), "nothing said about {text:?}");
    parsed
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn a_cut_plan_is_read(text in specimen(), from in 0.0..1.0, to in 0.0..1.0) {
        let (a, b) = (boundary(&text, from), boundary(&text, to));
        reads(&text[a.min(b)..a.max(b)]);
    }

    #[test]
    fn shuffled_lines_are_read(text in specimen(), seed in any::<u64>()) {
        let mut lines: Vec<(u64, &str)> = text.lines().zip(1u64..).map(|(l, n)| {
            (seed.wrapping_mul(n.wrapping_mul(0x9E37_79B9_7F4A_7C15)), l)
        }).collect();
        lines.sort_unstable();
        let shuffled: Vec<&str> = lines.into_iter().map(|l| l.1).collect();
        reads(&shuffled.join("\n"));
    }

    #[test]
    fn corrupted_characters_are_read(
        text in specimen(),
        damage in proptest::collection::vec((0.0..1.0, any::<char>()), 1..40),
    ) {
        let mut text = text;
        for (share, c) in damage {
            let at = boundary(&text, share);
            text.insert(at, c);
        }
        reads(&text);
    }

    #[test]
    fn lost_characters_are_survived(
        text in specimen(),
        losses in proptest::collection::vec(0.0..1.0, 1..40),
    ) {
        let mut text = text;
        for share in losses {
            let at = boundary(&text, share);
            if at < text.len() {
                text.remove(at);
            }
        }
        reads(&text);
    }

    #[test]
    fn joined_specimens_are_read(a in specimen(), b in specimen()) {
        reads(&format!("{a}\n{b}"));
    }

    #[test]
    fn any_text_is_read(text in "[一二三四五（）()0-9、.年%：。\n\t 主要目标策略措施妇女与健康儿童规划发展《》&<>;*#-]{0,200}") {
        reads(&text);
    }
}

#[test]
fn the_same_text_gives_the_same_reading() {
    for file in crate::specimens::texts() {
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(document::parse(&text), document::parse(&text));
    }
}
