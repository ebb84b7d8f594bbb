//! Annex: tables, assignments, duties and past figures complete a plan whose clauses are read.
//!
//! Owns what stands beside the clauses; never changes the outline.

mod column;
mod flat;
mod grid;
mod link;
mod row;
mod value;

use super::passage::Passage;
use super::{assignment, baseline, calendar};
use crate::note::{Note, Severity, Span};
use crate::plan::{ClausePlace, Plan};

/// What the outline hands over, besides the plan itself; passages turn ranges into source spans.
#[derive(Debug, Default)]
pub struct AnnexInput {
    /// The text before the first domain (序言, 指导思想 …), one passage a paragraph.
    pub preamble: Vec<Passage>,
    /// Index of each domain with its heading and what stands between it and the first section heading.
    pub headings: Vec<(usize, Passage)>,
    /// Every clause of the plan with the words it was read from (`Clause::text` in simplified
    /// characters), document order.
    pub clauses: Vec<(ClausePlace, Passage)>,
    /// Tables met anywhere in the plan and everything behind its last chapter, document order.
    pub regions: Vec<Region>,
}

/// A run of lines that belong to no clause: a table in the text, or the annexes behind the last chapter.
#[derive(Debug, Default)]
pub struct Region {
    /// One passage a line: cells separated by a TAB, spaces kept, empty lines left out.
    pub lines: Vec<Passage>,
}

/// Completes a plan from the text around its clauses: `table_targets`, `assignments`, `calendar`,
/// `baseline`, and what tables add to the targets of clauses; doubts go to `plan.notes`.
pub fn complete(plan: &mut Plan, input: &AnnexInput) {
    assignment::read(plan, input);
    calendar::read(plan, input);
    baseline::read(plan, input);
    tables(plan, input);
}

fn tables(plan: &mut Plan, input: &AnnexInput) {
    if input.regions.is_empty() {
        return;
    }
    let mut linker = link::Linker::new(plan);
    for region in &input.regions {
        let (tables, unknown) = grid::tables(region, plan.period.start);
        for table in &tables {
            let (statements, nameless) = row::statements(table, plan.period);
            plan.notes.extend(nameless.into_iter().map(nameless_row));
            for statement in &statements {
                if row::has_values(table) {
                    linker.indicator(plan, statement);
                } else {
                    linker.task(plan, statement);
                }
            }
        }
        plan.notes.extend(unknown.into_iter().map(unknown_table));
    }
}

fn nameless_row(span: Span) -> Note {
    Note {
        span,
        severity: Severity::Warning,
        message: "附表的这一行没有读出指标名称".to_owned(),
        hint: "请对照原文，在目标清单中补充这一项".to_owned(),
    }
}

fn unknown_table(span: Span) -> Note {
    Note {
        span,
        severity: Severity::Info,
        message: "这里有一张表格，表头没有读懂，表中内容没有读取".to_owned(),
        hint: "如是主要指标表或任务分工表，请把表头改为“指标名称、单位、基期值、目标值、属性、牵头单位”后重新导入".to_owned(),
    }
}

#[cfg(test)]
mod tests;
