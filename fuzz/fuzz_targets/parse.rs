//! Any text, read as a plan: every place found lies inside the text.

#![no_main]

use halfsky_plan::document::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let parsed = parse(text);
    for plan in &parsed.plans {
        assert!(text.get(plan.span.start..plan.span.end).is_some());
        for (_, clause) in plan.clauses() {
            assert!(text.get(clause.span.start..clause.span.end).is_some());
            for target in &clause.targets {
                assert!(text.get(target.span.start..target.span.end).is_some());
            }
        }
    }
});
