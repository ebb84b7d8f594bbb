//! Long table (长表): one figure in each line, as statistics of earlier years are kept and as other programs give them.
//!
//! Headings are those of SDMX-CSV that the program itself writes, or their Chinese words; so are the codes below them.
//! Reads cells into observations with every problem named by cell; [`check`] runs the rules of the forms over them, and
//! [`against`] tells what they would change.

mod check;
mod forms;
mod read;

pub use check::{Checked, check};

use std::collections::{BTreeMap, BTreeSet};

use halfsky_plan::ref_area::RefArea;

use crate::names::Names;
use crate::observation::{Observation, ObservationKey, Value};
use crate::workbook::{Grid, SheetProblem};

/// What lines may speak of.
#[derive(Debug)]
pub struct Known<'a> {
    pub names: &'a Names,
    pub regions: &'a BTreeSet<RefArea>,
    /// The region of a table that names none.
    pub region: Option<RefArea>,
}

/// One figure of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `CSV!H5`: the cell of the value.
    pub place: String,
    pub observation: Observation,
}

/// What a table says. The lines with a problem are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LongTable {
    pub lines: Vec<Line>,
    pub problems: Vec<SheetProblem>,
}

impl LongTable {
    /// The regions it speaks of, in code order.
    pub fn regions(&self) -> BTreeSet<RefArea> {
        self.lines.iter().map(|line| line.observation.key.ref_area.clone()).collect()
    }

    /// The first and the last year it speaks of.
    pub fn years(&self) -> Option<(i32, i32)> {
        let years = self.lines.iter().map(|line| line.observation.key.period.year());
        Some((years.clone().min()?, years.max()?))
    }
}

/// Reads the first sheet that has the headings. Every form of a year that lines need is made once.
pub fn read(grids: &[Grid], known: &Known<'_>) -> LongTable {
    read::read(grids, known)
}

/// What a line would do to the figures that stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// There was none.
    Added,
    /// Another one stands.
    Revised(Box<Observation>),
    /// It stands already.
    Unchanged,
}

/// The lines as they would be kept, in their order, with what each would do. A line without a figure says nothing of
/// the owner and of what stands in: those that stand stay.
pub fn against(lines: Vec<Line>, standing: &[Observation]) -> Vec<(Line, Effect)> {
    let standing: BTreeMap<&ObservationKey, &Observation> =
        standing.iter().map(|o| (&o.key, o)).collect();
    let meet = |mut line: Line| {
        let Some(stands) = standing.get(&line.observation.key) else {
            return (line, Effect::Added);
        };
        if let (Value::Missing(missing), Value::Missing(before)) =
            (&mut line.observation.value, &stands.value)
        {
            missing.owner.clone_from(&before.owner);
            missing.substitute.clone_from(&before.substitute);
        }
        let same =
            **stands == line.observation && stands.value.printed_alike(&line.observation.value);
        let effect =
            if same { Effect::Unchanged } else { Effect::Revised(Box::new((*stands).clone())) };
        (line, effect)
    };
    lines.into_iter().map(meet).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card;
    use crate::definition::{Continuity, Definition, Definitions};
    use crate::observation::{MissingReason, ObsStatus, Sex};
    use crate::workbook::open;
    use halfsky_plan::indicator::Catalogue;
    use std::fmt::Write as _;
    use std::num::NonZeroUsize;

    fn names() -> Names {
        let cards = card::definitions(&Catalogue::builtin()).unwrap();
        let items = crate::item::items(&cards);
        let versions = |card: Definition| {
            let code = card.code.clone();
            let mut versions = vec![card];
            if code.0 == "W-J02" {
                versions.push(Definition {
                    version: 2,
                    valid_from: 2023,
                    continuity: Continuity::Break { reason: "统计范围扩大".to_owned() },
                    ..versions[0].clone()
                });
            }
            (code, Definitions::new(versions).unwrap())
        };
        Names::new(cards.into_iter().map(versions).collect(), items)
    }

    fn read_text(text: &str) -> LongTable {
        let names = names();
        let regions = BTreeSet::from(["990101".parse().unwrap()]);
        let known = Known { names: &names, regions: &regions, region: None };
        read(&open(text.as_bytes()).unwrap(), &known)
    }

    fn problems(text: &str) -> Vec<String> {
        let table = read_text(text);
        table.problems.iter().map(|p| format!("{} {}", p.place, p.message)).collect()
    }

    const HEAD: &str = "REF_AREA,INDICATOR,TIME_PERIOD,SEX,RESIDENCE,OBS_VALUE,UNIT_MEASURE\n";

    #[test]
    fn codes_and_words_say_the_same() {
        let coded = read_text(&format!("{HEAD}990101,C-E01,2023,F,_T,94.3,percent\n"));
        let words = read_text(
            "地区,指标,报告期,性别,城乡,数值,计量单位\n\
             990101,学前教育毛入园率,2023年,女,合计,94.3,%\n",
        );
        assert_eq!(coded, words);
        let observation = &coded.lines[0].observation;
        assert_eq!((observation.key.sex, coded.problems.len()), (Sex::Female, 0));
        assert_eq!(coded.lines[0].place, "CSV!F2");
    }

    #[test]
    fn a_year_of_health_and_the_version_of_the_year_follow_from_the_indicator() {
        let table = read_text(&format!(
            "{HEAD}990101,W-H05,2023,_T,_T,92.8,percent\n990101,W-J02,2022,,,38.6,\n\
             990101,W-J02,2023,,,42.3,\n"
        ));
        let told: Vec<_> = table
            .lines
            .iter()
            .map(|l| (l.observation.key.period.to_string(), l.observation.definition_version))
            .collect();
        let expected = [("2023-A1", 1), ("2022", 1), ("2023", 2)];
        assert_eq!(told, expected.map(|(p, v)| (p.to_owned(), v)), "{:?}", table.problems);
    }

    #[test]
    fn a_missing_figure_needs_its_reason() {
        let head = "INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE,MISSING_REASON,NOTE\n";
        let table = read_text(&format!("{head}W-H01,990101,2023,,not_yet,下次普查产生\n"));
        let observation = &table.lines[0].observation;
        let Value::Missing(missing) = &observation.value else { panic!("{table:?}") };
        assert_eq!(missing.reason, MissingReason::NotYet);
        assert_eq!(
            (missing.note.as_str(), observation.status),
            ("下次普查产生", ObsStatus::NotCollected)
        );
        assert_eq!(
            problems(&format!("{head}W-H01,990101,2023,,,\nW-H01,990101,2024,80,not_yet,\n")),
            ["CSV!D2 没有数值，也没有缺数原因", "CSV!E3 已有数值，又写了缺数原因"]
        );
    }

    #[test]
    fn every_problem_is_named_by_its_cell() {
        assert_eq!(
            problems(&format!(
                "{HEAD}990199,C-E01,2023,F,_T,94.3,percent\n\
                 990101,X,2023,F,_T,94.3,percent\n\
                 990101,C-E01,二三年,女性,全部,九成,permille\n"
            )),
            [
                "CSV!A2 没有区划代码为990199的地区",
                "CSV!B3 没有代码或名称为“X”的指标",
                "CSV!C4 “二三年”不是报告期",
                "CSV!D4 “女性”不是性别",
                "CSV!E4 “全部”不是城乡",
                "CSV!F4 “九成”不是数值",
                "CSV!G4 计量单位为“permille”，“学前教育毛入园率”的计量单位是%",
            ]
        );
    }

    #[test]
    fn the_same_figure_twice_and_hidden_figures_are_refused() {
        let twice = format!("{HEAD}990101,C-E01,2023,,,94.3,\n990101,C-E01,2023,,,94.4,\n");
        assert_eq!(problems(&twice), ["CSV!F3 与第2行是同一数据，只能保留一行"]);
        let hidden = "REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE,CONF_STATUS\n\
                      990101,W-H02-N,2023,,A\n";
        assert_eq!(problems(hidden), ["CSV!E2 这是公开数据中隐去的小样本，不能导入"]);
    }

    #[test]
    fn headings_that_are_none_are_told() {
        assert_eq!(problems("甲,乙\n1,2\n"), ["CSV 没有找到表头：应有指标、报告期和数值三列"]);
        let strange = problems("INDICATOR,TIME_PERIOD,OBS_VALUE,REF_AREA,颜色\n");
        assert_eq!(strange, ["CSV!E1 “颜色”不是长表的列"]);
    }

    #[test]
    fn years_before_the_first_definition_are_told() {
        let found = problems(&format!("{HEAD}990101,C-E01,2005,,,70.1,\n"));
        assert_eq!(found, ["CSV!C2 “学前教育毛入园率”的指标解释自2011年起，更早的口径不明"]);
    }

    #[test]
    fn what_stands_already_is_no_change() {
        let text = format!("{HEAD}990101,C-E01,2022,,,93.1,\n990101,C-E01,2023,,,94.3,\n");
        let table = read_text(&text);
        let standing = [table.lines[0].observation.clone()];
        let told = |table: LongTable, standing: &[Observation]| -> Vec<Effect> {
            against(table.lines, standing).into_iter().map(|(_, effect)| effect).collect()
        };
        assert_eq!(told(table, &standing), [Effect::Unchanged, Effect::Added]);
        let other = read_text(&text.replace("93.1", "93.10"));
        assert!(matches!(told(other, &standing)[0], Effect::Revised(_)));
    }

    #[test]
    fn a_missing_figure_keeps_its_owner_and_what_stands_in() {
        let head = "INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE,MISSING_REASON\n";
        let table = read_text(&format!("{head}W-H01,990101,2023,,not_yet\n"));
        let mut standing = table.lines[0].observation.clone();
        let Value::Missing(missing) = &mut standing.value else { panic!("{table:?}") };
        missing.owner = "县统计局".to_owned();
        missing.substitute = "全市推算数".to_owned();
        let met = against(table.lines, std::slice::from_ref(&standing));
        assert_eq!((&met[0].0.observation, &met[0].1), (&standing, &Effect::Unchanged));
    }

    #[test]
    fn the_rules_of_the_forms_hold_for_tables_too() {
        let names = names();
        let checked = |text: &str| {
            let table = read_text(text);
            assert_eq!(table.problems, []);
            let checked = check(&table.lines, &[], &names, NonZeroUsize::MIN).unwrap();
            let places = |found: &[SheetProblem]| -> Vec<String> {
                found.iter().map(|p| p.place.clone()).collect()
            };
            (places(&checked.errors), places(&checked.warnings))
        };
        let over = format!("{HEAD}990101,C-E02,2023,,,104,\n");
        assert_eq!(checked(&over), (vec!["CSV!F2".to_owned()], vec![]), "a share over 100 %");
        let parts = format!(
            "{HEAD}990101,C-E01-N,2023,_T,,100,\n990101,C-E01-N,2023,F,,47,\n\
             990101,C-E01-N,2023,M,,54,\n"
        );
        assert_eq!(checked(&parts).0.len(), 1, "女+男=合计");
        let jump = format!("{HEAD}990101,C-E01-N,2022,,,1000,\n990101,C-E01-N,2023,,,2000,\n");
        assert_eq!(checked(&jump), (vec![], vec!["CSV!F3".to_owned()]), "against the year before");
    }

    #[test]
    fn the_number_of_threads_changes_nothing_of_what_is_found() {
        let names = names();
        let mut text = HEAD.to_owned();
        for year in 2015..2026 {
            // over 100 % in odd years, and a jump in the year of another definition
            let share = if year % 2 == 0 { 96 } else { 104 };
            let cases = if year == 2023 { 90 } else { 40 };
            writeln!(text, "990101,C-E02,{year},,,{share},").unwrap();
            writeln!(text, "990101,W-J02,{year},,,{cases},").unwrap();
        }
        let table = read_text(&text);
        assert_eq!(table.problems, []);
        let with = |threads| {
            let threads = NonZeroUsize::new(threads).unwrap();
            check(&table.lines, &[], &names, threads).unwrap()
        };
        let found = with(1);
        let places: Vec<&str> = found.errors.iter().map(|p| p.place.as_str()).collect();
        assert_eq!(places, ["CSV!F2", "CSV!F6", "CSV!F10", "CSV!F14", "CSV!F18", "CSV!F22"]);
        assert_eq!([with(2), with(7)], [found.clone(), found]);
    }

    #[test]
    fn figures_that_stand_are_the_past_of_those_that_come() {
        let names = names();
        let line = |year: i32, figure: &str| {
            read_text(&format!("{HEAD}990101,C-E01-N,{year},,,{figure},\n")).lines
        };
        let warned = |lines: &[Line], standing: &[Observation]| {
            check(lines, standing, &names, NonZeroUsize::MIN).unwrap().warnings.len()
        };
        let standing = [line(2022, "1000").remove(0).observation];
        assert_eq!(warned(&line(2023, "2000"), &standing), 1);
        let both = [line(2022, "1900"), line(2023, "2000")].concat();
        assert_eq!(warned(&both, &standing), 0, "the table's own figure counts");
    }
}
