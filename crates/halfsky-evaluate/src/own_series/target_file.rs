//! The table of targets: one target a line, several of one series allowed.

use halfsky_plan::figure::Figure;
use halfsky_stats::forecast::Prior;
use halfsky_stats::scale::{Scale, to_working};
use rust_decimal::Decimal;

use super::series_file::{number_of, year_of};
use super::table::{Layout, Row, rows};
use super::{File, Mistake, Problem};
use crate::goal::Goal;
use crate::series::number;

const LAYOUT: Layout = Layout {
    file: File::Targets,
    columns: &["series", "operator", "target", "by", "scale"],
    optional: &["upper", "base_year", "decimals", "prior_s0sq", "prior_d0"],
};

/// A figure has no more decimals than this.
const MOST_DECIMALS: u32 = 20;

/// One target of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnTarget {
    pub series: String,
    pub goal: Goal,
    pub by: i32,
    pub base_year: Option<i32>,
    pub scale: Scale,
    pub decimals: Option<u32>,
    pub prior: Option<Prior>,
    /// Where it stands in the table.
    pub line: u64,
}

impl OwnTarget {
    /// The values of the goal with their columns.
    pub(super) fn values(&self) -> Vec<(&'static str, Figure)> {
        match self.goal {
            Goal::AtLeast(target) | Goal::AtMost(target) => vec![("target", Figure::new(target))],
            Goal::Within { low, high } => {
                vec![("target", Figure::new(low)), ("upper", Figure::new(high))]
            }
        }
    }

    /// Whether a value can stand on the scale, lifted by the floor of the series.
    pub(super) fn fits(&self, value: Figure, floor: Option<f64>) -> bool {
        let value = number(value);
        let inside = match self.scale {
            Scale::Logit => (0.0..=100.0).contains(&value),
            Scale::Log => value >= 0.0,
            Scale::Identity => true,
        };
        inside && to_working(self.scale, value, floor).is_ok()
    }

    /// `>=`, `<=` or `band`.
    pub fn operator(&self) -> &'static str {
        match self.goal {
            Goal::AtLeast(_) => ">=",
            Goal::AtMost(_) => "<=",
            Goal::Within { .. } => "band",
        }
    }
}

/// The targets in the order of the table.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<OwnTarget>, Vec<Problem>> {
    let (mut targets, mut problems) = (Vec::new(), Vec::new());
    for row in rows(bytes, &LAYOUT)? {
        match target(&row) {
            Ok(target) => targets.push(target),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(targets) } else { Err(problems) }
}

fn target(row: &Row) -> Result<OwnTarget, Problem> {
    let word = |column, allowed| {
        row.problem(column, Mistake::NotAWord { found: row.cell(column).to_owned(), allowed })
    };
    let scale = Scale::from_code(row.filled("scale")?)
        .ok_or_else(|| word("scale", "logit、log或identity"))?;
    let by = year_of(row, "by")?.ok_or_else(|| row.problem("by", Mistake::Empty))?;
    let decimals = match row.cell("decimals") {
        "" => None,
        cell => Some(
            cell.parse::<u32>()
                .ok()
                .filter(|decimals| *decimals <= MOST_DECIMALS)
                .ok_or_else(|| word("decimals", "0到20之间的整数"))?,
        ),
    };
    Ok(OwnTarget {
        series: row.filled("series")?.to_owned(),
        goal: goal(row)?,
        by,
        base_year: year_of(row, "base_year")?,
        scale,
        decimals,
        prior: prior(row)?,
        line: row.line,
    })
}

fn goal(row: &Row) -> Result<Goal, Problem> {
    let value = |column: &'static str| -> Result<Option<Decimal>, Problem> {
        Ok(number_of(row, column)?.map(Figure::decimal))
    };
    let operator = row.filled("operator")?;
    let target = value("target")?.ok_or_else(|| row.problem("target", Mistake::Empty))?;
    let upper = value("upper")?;
    match (operator, upper) {
        (">=", None) => Ok(Goal::AtLeast(target)),
        ("<=", None) => Ok(Goal::AtMost(target)),
        (">=" | "<=", Some(_)) => Err(row.problem("upper", Mistake::UpperWithoutBand)),
        ("band", None) => Err(row.problem("upper", Mistake::BandWithoutUpper)),
        ("band", Some(upper)) if upper < target => {
            Err(row.problem("upper", Mistake::UpperBelowTarget))
        }
        ("band", Some(upper)) => Ok(Goal::Within { low: target, high: upper }),
        (found, _) => Err(row.problem(
            "operator",
            Mistake::NotAWord { found: found.to_owned(), allowed: ">=、<=或band" },
        )),
    }
}

fn prior(row: &Row) -> Result<Option<Prior>, Problem> {
    let part = |column: &'static str| -> Result<Option<f64>, Problem> {
        let Some(figure) = number_of(row, column)? else { return Ok(None) };
        let value = number(figure);
        if value > 0.0 {
            return Ok(Some(value));
        }
        Err(row.problem(column, Mistake::NotPositive(row.cell(column).to_owned())))
    };
    match (part("prior_s0sq")?, part("prior_d0")?) {
        (None, None) => Ok(None),
        (Some(variance), Some(df)) => Ok(Some(Prior { variance, df })),
        (None, Some(_)) => Err(row.problem("prior_s0sq", Mistake::HalfAPrior)),
        (Some(_), None) => Err(row.problem("prior_d0", Mistake::HalfAPrior)),
    }
}
