//! Any bytes as the two tables of `halfsky outlook`, parted by the first zero byte.

#![no_main]

use halfsky_evaluate::own_series::judge_tables;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let cut = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (series, targets) = bytes.split_at(cut);
    match judge_tables(series, targets.get(1..).unwrap_or_default()) {
        Ok(judged) => {
            for one in judged {
                assert!(one.judgement.probability().is_none_or(|p| (0.0..=1.0).contains(&p)));
            }
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            assert!(problems.iter().all(|problem| !problem.to_string().is_empty()));
        }
    }
});
