//! Annexes: what stands beside the clauses of a whole plan: lists of units, duties, past figures, tables.

use halfsky_plan::comparator::Comparator;
use halfsky_plan::document::parse;
use halfsky_plan::plan::{Assigned, ClausePlace, Due, Plan};
use halfsky_plan::target::Target;
use halfsky_plan::unit::Unit;

#[test]
fn a_whole_plan_with_its_table() {
    let plan = read(include_str!("../../testdata/annex/whole.txt"));
    assert_eq!(
        past(&plan),
        [
            "全县婴儿死亡率 4.6permille 2020",
            "学前三年毛入园率 76.5percent 2015",
            "学前三年毛入园率 90.4percent 2020",
        ]
    );
    assert_eq!(
        units(&plan),
        [
            "儿童与健康/objective 1: 县卫健局 | 县财政局、县妇联",
            "儿童与健康/objective 2 适龄儿童视力筛查率: 县卫健局 |",
            "儿童与健康/objective 2 儿童健康素养水平: 县教育局 |",
            "儿童与健康/measure 1: 县卫健局 | 县财政局",
            "儿童与教育/objective 1: 县教育局 |",
            "儿童与教育/objective 2: 县教育局 |",
            "儿童与教育/measure 1: 县教育局 |",
            "儿童与健康/objective 3 每千名儿童拥有儿科床位: 县卫健局 |",
        ]
    );
    assert_eq!(
        completed(&plan),
        [
            "新生儿死亡率 <=2.5permille 2030 from 3.1 in 2020, binding",
            "婴儿死亡率 <=4.0permille 2030 from 4.6 in 2020, binding",
            "适龄儿童视力筛查率 >=90percent 2030 from 80.2 in 2020, expected",
            "每千名儿童拥有儿科床位 >=3.2count_per_1000 2030 from 2.1 in 2020, expected",
        ]
    );
    assert_eq!(
        of_tables(&plan),
        [
            "新生儿死亡率 <=2.8permille 2025 from 3.1 in 2020, binding: 县卫健局",
            "适龄儿童视力筛查率 >=85percent 2025 from 80.2 in 2020, expected: 县卫健局",
            "学前三年毛入园率 ~93percent 2025 from 90.4 in 2020, expected: 县教育局",
            "学前三年毛入园率 >=97percent 2030 from 90.4 in 2020, expected: 县教育局",
            "校园心理辅导室 >=100percent 2030, expected: 县教育局",
        ]
    );
    let doubts: Vec<&str> = plan.notes.iter().map(|note| note.message.as_str()).collect();
    assert!(doubts.contains(&"“婴儿死亡率”：附表写3.9‰，条文写4.0‰，两处不一致"), "{doubts:?}");
}

#[test]
fn the_duties_of_a_whole_plan() {
    let plan = read(include_str!("../../testdata/annex/whole.txt"));
    let duties: Vec<String> = plan
        .calendar
        .iter()
        .map(|d| {
            let to = d.to_whom.as_deref().unwrap_or("-");
            format!("{:?} {} / {} / {to}", d.due, d.who, d.what)
        })
        .collect();
    let expect = [
        (Due::AfterPromulgation { months: 1 }, "县人民政府 / 报送规划备案 / 市妇儿工委办公室"),
        (Due::EveryYearBy { month: 1, day: Some(20) }, "责任单位 / 报告上年度工作 / 县妇儿工委"),
        (Due::TimesPerYear { times: 2 }, " / 召开联络员会议 / -"),
        (Due::EveryYear, " / 实行年度监测 / -"),
        (Due::InYear { year: 2025 }, " / 实行中期评估 / -"),
        (Due::InYear { year: 2030 }, " / 实行终期评估 / -"),
        (Due::EveryYearBy { month: 6, day: None }, "各成员单位 / 报送数据 / 县统计局"),
        (Due::InYear { year: 2026 }, " / 开展中期评估 / 县人民政府"),
        (Due::InYear { year: 2031 }, " / 完成终期评估 / 县人民政府"),
    ]
    .map(|(due, words)| format!("{due:?} {words}"));
    assert_eq!(duties, expect);
}

#[test]
fn a_flattened_table_behind_a_plan() {
    let plan = read(include_str!("../../testdata/annex/whole-flattened.txt"));
    assert_eq!(
        completed(&plan),
        [
            "孕产妇死亡率 <=11per_100k 2030 from 14.2 in 2020, binding",
            "适龄妇女宫颈癌筛查率 2030 from 41.6 in 2020, expected",
        ]
    );
    assert_eq!(
        of_tables(&plan),
        [
            "适龄妇女宫颈癌筛查率 >=70percent 2030 from 41.6 in 2020, expected: ",
            "孕产妇系统管理率 >=90percent 2030, expected: ",
        ]
    );
    assert_eq!(
        units(&plan),
        [
            "妇女与健康/objective 1 孕产妇死亡率:  | 县卫健局",
            "妇女与健康/objective 2 适龄妇女宫颈癌筛查率:  | 县卫健局、县妇联",
        ]
    );
}

fn read(text: &str) -> Plan {
    let mut plans = parse(text).plans;
    assert_eq!(plans.len(), 1);
    plans.remove(0)
}

fn words(target: &Target) -> String {
    let figure = target.value.map_or(String::new(), |value| {
        let sign = target.comparator.map_or("", Comparator::code);
        format!(" {sign}{value}{}", target.unit.map_or("", Unit::code))
    });
    let baseline = target.baseline.map_or(String::new(), |b| {
        let year = b.year.map_or(String::new(), |year| year.to_string());
        format!(" from {} in {year}", b.value)
    });
    let binding = target.binding.map_or(String::new(), |b| format!(", {}", b.code()));
    format!("{}{figure} {}{baseline}{binding}", target.indicator, target.by)
}

fn completed(plan: &Plan) -> Vec<String> {
    let targets = plan.clauses().flat_map(|(_, clause)| &clause.targets);
    targets.filter(|t| t.baseline.is_some() || t.binding.is_some()).map(words).collect()
}

fn of_tables(plan: &Plan) -> Vec<String> {
    let own = &plan.table_targets;
    own.iter().map(|t| format!("{}: {}", words(&t.target), t.lead.join("、"))).collect()
}

fn past(plan: &Plan) -> Vec<String> {
    let fact = |f: &halfsky_plan::plan::BaselineFact| {
        let unit = f.unit.map_or("", Unit::code);
        format!("{} {}{unit} {}", f.indicator, f.value, f.year.unwrap_or(0))
    };
    plan.baseline.iter().map(fact).collect()
}

fn units(plan: &Plan) -> Vec<String> {
    let place = |place: ClausePlace| {
        let number = plan.clause(place).map_or(0, |clause| clause.number);
        format!("{}/{} {number}", plan.domains[place.domain].name, place.section.code())
    };
    plan.assignments
        .iter()
        .map(|a| {
            let to = match &a.to {
                Assigned::Clause(at) => place(*at),
                Assigned::Target(at, target) => {
                    let name = &plan.clause(*at).unwrap().targets[*target].indicator;
                    format!("{} {name}", place(*at))
                }
                Assigned::Row(words) => words.clone(),
            };
            format!("{to}: {} | {}", a.lead.join("、"), a.support.join("、")).trim_end().to_owned()
        })
        .collect()
}
