use halfsky_plan::document;
use halfsky_plan::document::clause::{Context, read_targets};
use halfsky_plan::plan::Section;
use std::time::Instant;
fn main() {
    for f in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&f).unwrap();
        let t = Instant::now();
        let n = 20;
        for _ in 0..n {
            std::hint::black_box(document::parse(&text));
        }
        let s = t.elapsed().as_secs_f64() / f64::from(n);
        let p = document::parse(&text);
        let t = Instant::now();
        let mut bytes = 0;
        for _ in 0..n {
            for plan in &p.plans {
                for (place, c) in plan.clauses() {
                    bytes += c.text.len();
                    let ctx = Context {
                        period: plan.period,
                        beneficiary: plan.beneficiary,
                        section: place.section,
                        domain: "",
                    };
                    std::hint::black_box(read_targets(&c.text, &ctx));
                }
            }
        }
        let q = t.elapsed().as_secs_f64() / f64::from(n);
        println!(
            "{f}: parse {:.1} MB/s ({:.2} ms); targets {:.1} MB/s ({:.2} ms) of {} bytes",
            text.len() as f64 / s / 1e6,
            s * 1e3,
            bytes as f64 / f64::from(n) / q / 1e6,
            q * 1e3,
            bytes / 20
        );
        let _ = Section::Objective;
    }
}
