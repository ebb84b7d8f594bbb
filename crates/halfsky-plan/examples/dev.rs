use halfsky_plan::document::clause::{Context, read_targets};
use halfsky_plan::period::PlanPeriod;
use halfsky_plan::plan::{Beneficiary, Section};
fn esc(s: &str) -> String {
    let mut o = String::from("\"");
    for c in s.chars() {
        match c {
            '"' => o.push_str("\\\""),
            '\\' => o.push_str("\\\\"),
            '\n' => o.push_str("\\n"),
            c => o.push(c),
        }
    }
    o.push('"');
    o
}
fn main() {
    let file = std::env::args().nth(1).unwrap();
    let text = std::fs::read_to_string(file).unwrap();
    for line in text.lines() {
        let f: Vec<&str> = line.split('\t').collect();
        let (who, end) = (
            if f[0].ends_with("children") { Beneficiary::Children } else { Beneficiary::Women },
            if f[0].starts_with("siping") || f[0].starts_with("jintai") || f[0].starts_with("yun") {
                2030
            } else {
                2025
            },
        );
        let section = if f[2] == "objective" { Section::Objective } else { Section::Measure };
        let r = read_targets(
            f[4],
            &Context {
                period: PlanPeriod { start: 2021, end },
                beneficiary: who,
                section,
                domain: f[1],
            },
        );
        let ts: Vec<String> = r.targets.iter().map(|t| format!("{{\"indicator\":{},\"comparator\":{},\"value\":{},\"unit\":{},\"by\":{},\"base_year\":{},\"kind\":{},\"direction\":{},\"reference\":{},\"scope\":{},\"quote\":{}}}",
            esc(&t.indicator), t.comparator.map_or("null".into(), |c| esc(c.code())), t.value.map_or("null".into(), |v| v.to_string()), t.unit.map_or("null".into(), |u| esc(u.code())), t.by, t.base_year.map_or("null".into(), |y| y.to_string()), esc(t.kind.code()), t.direction.map_or("null".into(), |d| esc(d.code())), t.reference.as_ref().map_or("null".into(), |d| esc(d)), t.scope.as_ref().map_or("null".into(), |d| esc(d)), esc(&t.quote))).collect();
        let ns: Vec<String> =
            r.notes.iter().map(|n| esc(&format!("{} {}", n.severity.code(), n.message))).collect();
        println!(
            "{{\"plan\":{},\"domain\":{},\"section\":{},\"number\":{},\"text\":{},\"targets\":[{}],\"notes\":[{}]}}",
            esc(f[0]),
            esc(f[1]),
            esc(f[2]),
            f[3],
            esc(f[4]),
            ts.join(","),
            ns.join(",")
        );
    }
}
