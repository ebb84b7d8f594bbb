//! Series of one's own: any long table of figures judged against any table of targets.
//!
//! Reads what people bring as csv, tells every mistake with its line and column, and judges nothing until the
//! tables are right. Nothing is stored.

mod series_file;
mod table;
mod target_file;

use std::collections::BTreeMap;
use std::fmt;

use halfsky_plan::figure::Figure;
use halfsky_plan::source::SourceError;

use crate::attainment::{Demand, Duty};
use crate::evaluation::{Subject, judge_all};
use crate::judgement::{Judgement, Knowledge};
use crate::outlook::{OutOfScale, PriorOrigin, UsedPrior, points};
use crate::series::{Observation, Series};
use crate::working::Held;

pub use target_file::OwnTarget;

/// Which of the two tables a problem is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum File {
    Series,
    Targets,
}

/// What is wrong with a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mistake {
    /// The bytes are no text.
    Unreadable(String),
    /// Characters that could not be decoded.
    LostCharacters(usize),
    UnknownColumn(String),
    MissingColumn(&'static str),
    TwiceTheColumn(String),
    /// A row has more or fewer cells than the header.
    RowLength {
        cells: usize,
        columns: usize,
    },
    Empty,
    NotANumber(String),
    NotAYear(String),
    NotAWord {
        found: String,
        allowed: &'static str,
    },
    /// The same year stands twice in a series; the line it stood in first.
    TwiceTheYear {
        year: i32,
        first: u64,
    },
    UnknownSeries(String),
    /// The figure cannot stand on the scale of its target.
    OutsideScale {
        value: String,
        scale: &'static str,
    },
    /// `upper` goes with a band and with nothing else.
    UpperWithoutBand,
    BandWithoutUpper,
    UpperBelowTarget,
    /// Both columns of a prior, or none.
    HalfAPrior,
    NotPositive(String),
    NoRows,
}

/// A mistake with its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub file: File,
    /// Counted from 1; 0 where the file as a whole is meant.
    pub line: u64,
    /// The column by its name.
    pub column: Option<String>,
    pub mistake: Mistake,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.file {
            File::Series => "数据表",
            File::Targets => "目标表",
        })?;
        if self.line > 0 {
            write!(f, "第{}行", self.line)?;
        }
        if let Some(column) = &self.column {
            write!(f, "{column}列")?;
        }
        f.write_str("：")?;
        match &self.mistake {
            Mistake::Unreadable(why) => f.write_str(why),
            Mistake::LostCharacters(count) => {
                write!(f, "有{count}个字符无法识别，请另存为UTF-8或GB18030编码")
            }
            Mistake::UnknownColumn(name) => write!(f, "不认识的列“{name}”"),
            Mistake::MissingColumn(name) => write!(f, "缺少“{name}”列"),
            Mistake::TwiceTheColumn(name) => write!(f, "“{name}”列出现两次"),
            Mistake::RowLength { cells, columns } => {
                write!(f, "应有{columns}格，实有{cells}格")
            }
            Mistake::Empty => f.write_str("不能为空"),
            Mistake::NotANumber(found) => write!(f, "“{found}”不是数字"),
            Mistake::NotAYear(found) => write!(f, "“{found}”不是年份"),
            Mistake::NotAWord { found, allowed } => write!(f, "“{found}”应为{allowed}"),
            Mistake::TwiceTheYear { year, first } => {
                write!(f, "{year}年已在第{first}行出现，同一序列每年只能有一个数")
            }
            Mistake::UnknownSeries(name) => write!(f, "数据表中没有序列“{name}”"),
            Mistake::OutsideScale { value, scale } => {
                write!(f, "{value}超出{scale}尺度的范围")?;
                f.write_str(match *scale {
                    "logit" => "（应在0到100之间）",
                    _ => "（应大于0；偶然的0请在目标表decimals列写明小数位数）",
                })
            }
            Mistake::UpperWithoutBand => f.write_str("只有band需要上限，请清空或改为band"),
            Mistake::BandWithoutUpper => f.write_str("band须在upper列写明上限"),
            Mistake::UpperBelowTarget => f.write_str("上限小于下限"),
            Mistake::HalfAPrior => f.write_str("prior_s0sq与prior_d0须同时填写或同时为空"),
            Mistake::NotPositive(found) => write!(f, "“{found}”应大于0"),
            Mistake::NoRows => f.write_str("只有表头，没有内容"),
        }
    }
}

/// A target of the table with its judgement.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnJudgement {
    pub target: OwnTarget,
    /// The most decimals the figures are printed with, or those the table states.
    pub decimals: u32,
    /// The latest figure.
    pub latest: Option<Observation>,
    pub judgement: Judgement,
}

/// A series with the lines its figures stand in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct OwnSeries {
    series: Series,
    lines: BTreeMap<i32, u64>,
}

/// Reads both tables and judges every target in the order of its table, or tells every problem.
pub fn judge_tables(series: &[u8], targets: &[u8]) -> Result<Vec<OwnJudgement>, Vec<Problem>> {
    let known = series_file::read(series);
    let wanted = target_file::read(targets);
    let (known, wanted) = match (known, wanted) {
        (Ok(known), Ok(wanted)) => (known, wanted),
        (known, wanted) => {
            let mut problems = known.err().unwrap_or_default();
            problems.extend(wanted.err().unwrap_or_default());
            return Err(problems);
        }
    };
    let mut problems = Vec::new();
    let mut held = Vec::new();
    for target in wanted {
        match held_of(&target, &known) {
            Ok(one) => held.push((target, one)),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        problems.sort();
        problems.dedup();
        return Err(problems);
    }
    Ok(judge_held(held))
}

fn held_of(target: &OwnTarget, known: &BTreeMap<String, OwnSeries>) -> Result<Held, Problem> {
    let problem = |file, line, column: &str, mistake| Problem {
        file,
        line,
        column: Some(column.to_owned()),
        mistake,
    };
    let Some(own) = known.get(&target.series) else {
        let mistake = Mistake::UnknownSeries(target.series.clone());
        return Err(problem(File::Targets, target.line, "series", mistake));
    };
    let scale = target.scale.code();
    let outside = |value: Figure| Mistake::OutsideScale { value: value.to_string(), scale };
    let found = points(own.series.observations(), target.scale, target.decimals);
    let floor = match found {
        Ok(found) => found.floor,
        Err(OutOfScale(at)) => {
            let line = own.lines.get(&at.year).copied().unwrap_or(0);
            return Err(problem(File::Series, line, "value", outside(at.value)));
        }
    };
    for (column, value) in target.values() {
        if !target.fits(value, floor) {
            return Err(problem(File::Targets, target.line, column, outside(value)));
        }
    }
    let demand = Demand {
        goal: target.goal,
        by: target.by,
        duty: Duty::AtDeadline,
        base_year: target.base_year,
        tolerance: None,
    };
    Ok(Held { series: own.series.clone(), demand, scale: target.scale, needs_prior: false })
}

fn judge_held(held: Vec<(OwnTarget, Held)>) -> Vec<OwnJudgement> {
    let subjects: Vec<Subject<'_>> = held
        .iter()
        .map(|(target, held)| Subject {
            held,
            knowledge: Knowledge {
                prior: target.prior.map(|prior| UsedPrior { prior, origin: PriorOrigin::Given }),
                decimals: target.decimals,
                base_year: target.base_year,
                ..Knowledge::default()
            },
        })
        .collect();
    // figures of all years are on the table: nothing is later than what was brought
    let judged = judge_all(&subjects, i32::MAX);
    let decimals = |held: &Held| {
        held.series.observations().iter().map(|o| o.value.decimal().scale()).max().unwrap_or(0)
    };
    held.into_iter()
        .zip(judged)
        .map(|((target, held), judgement)| OwnJudgement {
            decimals: target.decimals.unwrap_or_else(|| decimals(&held)),
            latest: held.series.observations().last().copied(),
            target,
            judgement,
        })
        .collect()
}

fn unreadable(file: File, error: &SourceError) -> Problem {
    Problem { file, line: 0, column: None, mistake: Mistake::Unreadable(error.to_string()) }
}

#[cfg(test)]
mod tests;
