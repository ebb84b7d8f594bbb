use halfsky_plan::document::clause::{Context, read_targets};
use halfsky_plan::period::PlanPeriod;
use halfsky_plan::plan::{Beneficiary, Section};
use halfsky_plan::target::{Target, TargetKind};
use std::io::BufRead;
fn main() {
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let (s, text) = line.split_once('\t').unwrap();
        let section = if s == "o" { Section::Objective } else { Section::Measure };
        let r = read_targets(
            text,
            &Context {
                period: PlanPeriod { start: 2021, end: 2030 },
                beneficiary: Beneficiary::Women,
                section,
                domain: "",
            },
        );
        let d: Vec<String> = r.targets.iter().map(describe).collect();
        let n: Vec<String> = r.notes.iter().map(|n| n.message.clone()).collect();
        println!("{}\t{}", d.join("¦"), n.join("¦"));
    }
}
fn describe(target: &Target) -> String {
    let mut words = vec![target.indicator.clone()];
    words.extend(target.comparator.map(|c| c.code().to_owned()));
    words.extend(target.value.map(|v| v.to_string()));
    if target.value.is_some() {
        words.push(target.unit.map_or("-", |unit| unit.code()).to_owned());
    }
    words.extend(target.direction.map(|d| d.code().to_owned()));
    words.extend(target.reference.clone());
    match target.kind {
        TargetKind::Coverage => words.push("coverage".to_owned()),
        TargetKind::AnnualChange => words.push("every year".to_owned()),
        TargetKind::ChangeFromBase => {
            words.push(format!(
                "from {}",
                target.base_year.map_or("?".to_owned(), |y| y.to_string())
            ));
        }
        TargetKind::Qualitative => words.push("?".to_owned()),
        TargetKind::Level | TargetKind::Relative | TargetKind::Trend => {}
    }
    if target.by != 2030 {
        words.push(format!("by {}", target.by));
    }
    words.extend(target.soft.then(|| "soft".to_owned()));
    words.extend(target.keep.then(|| "keep".to_owned()));
    words.extend(target.scope.as_ref().map(|scope| format!("[{scope}]")));
    words.join(" ")
}
