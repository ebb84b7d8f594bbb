//! The rows of the grid as the page shows them.

use std::collections::BTreeMap;

use halfsky_monitor::data_set::{CellKey, Column, Row, RowKind};
use halfsky_monitor::formula::{self, Outcome};
use halfsky_monitor::validation::{Finding, Severity, unexplained};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_report::wording;
use halfsky_store::entries::Field;

use super::{Basis, Filled, Typed, computed};
use crate::text;

/// One item of the form.
pub(super) struct RowView {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) unit: String,
    /// Stands below the items it is worked out of.
    pub(super) is_rate: bool,
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) last_year: String,
    pub(super) target: String,
    pub(super) cells: Vec<CellView>,
    /// What is seen of each field: its name, and revision and content.
    pub(super) seen: Vec<(String, String)>,
    pub(super) verdict: Verdict,
    pub(super) messages: Vec<Message>,
    /// Columns that are wrong (`e0`) or doubted (`w0`), for the script.
    pub(super) marks: String,
    /// 缺数原因 and the words around it.
    pub(super) lack: Lack,
}

/// What stands at the end of a row.
pub(super) struct Verdict {
    pub(super) kind: &'static str,
    pub(super) words: &'static str,
}

/// The fields about a missing figure, and the remark.
pub(super) struct Lack {
    pub(super) label: String,
    pub(super) reason: String,
    pub(super) note: String,
    pub(super) owner: String,
    pub(super) substitute: String,
    pub(super) remark: String,
}

/// One cell.
pub(super) enum CellView {
    /// The row has no such figure.
    Closed,
    /// To be filled in.
    Input(Input),
    /// Worked out, or not to be changed now.
    Shown { id: String, value: String, why: String },
}

/// A cell to be filled in.
pub(super) struct Input {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) label: String,
    pub(super) value: String,
    pub(super) column: usize,
    /// `error`, `warning` or empty.
    pub(super) kind: &'static str,
}

/// What is said below a row.
pub(super) struct Message {
    pub(super) kind: &'static str,
    pub(super) word: &'static str,
    pub(super) text: String,
    pub(super) what_to_do: String,
    /// Where the unit's words on it are typed.
    pub(super) explanation: Option<Words>,
    /// Whose value may be taken instead.
    pub(super) take: Option<Take>,
    /// Name of a field whose typed words are not kept; empty otherwise.
    pub(super) held: String,
}

/// The unit's words on a warning.
pub(super) struct Words {
    pub(super) name: String,
    pub(super) seen: String,
    pub(super) said: String,
}

/// The choice between two people's values.
pub(super) struct Take {
    pub(super) name: String,
    /// The field and the revision of the other value, for who keeps their own.
    pub(super) insist: String,
    pub(super) mine: String,
    pub(super) theirs: String,
}

/// Targets by indicator, cells that came back, and whether anything can be changed now.
type Around<'a> = (&'a BTreeMap<IndicatorCode, String>, &'a [(CellKey, String)], bool);

/// Every row, in the order of the form.
pub(super) fn rows(
    basis: &Basis,
    filled: &Filled,
    typed: &Typed,
    around: Around<'_>,
) -> Vec<RowView> {
    let outcomes = basis.form.computed(&filled.entries);
    let maker = Maker { basis, filled, typed, around, outcomes };
    basis.form.rows().iter().map(|row| maker.row(row)).collect()
}

/// The word for how much a finding weighs, as style class.
pub(crate) const fn kind(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// The id of a cell in the page.
pub(super) fn cell_id(cell: &CellKey) -> String {
    format!("c-{}-{}", cell.row, cell.column.code())
}

struct Maker<'a> {
    basis: &'a Basis,
    filled: &'a Filled,
    typed: &'a Typed,
    around: Around<'a>,
    outcomes: BTreeMap<CellKey, Outcome>,
}

impl Maker<'_> {
    fn row(&self, row: &Row) -> RowView {
        let own: Vec<&Finding> =
            self.filled.findings.iter().filter(|f| f.cell.row == row.code).collect();
        let messages = self.messages(row, &own);
        let total = CellKey { row: row.code.clone(), column: Column::Total };
        let last = self.basis.last_year(&total).map(|f| f.rounded(row.decimals));
        let cells: Vec<CellView> =
            (0..).zip(Column::ALL).map(|(at, column)| self.cell(row, *column, at, &own)).collect();
        RowView {
            marks: marks(&cells),
            code: row.code.0.clone(),
            name: row.name.clone(),
            unit: wording::unit_heading(row.unit),
            is_rate: matches!(row.kind, RowKind::Computed(_)),
            facts: self.facts(row),
            last_year: last.map_or_else(|| "—".to_owned(), |figure| figure.to_string()),
            target: self.around.0.get(&row.code).cloned().unwrap_or_else(|| "—".to_owned()),
            cells,
            seen: self.seen(row),
            verdict: self.verdict(row, &own, &messages),
            messages,
            lack: self.lack(row),
        }
    }

    fn facts(&self, row: &Row) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        let card = self.basis.names.definitions(&row.code);
        let card = card.and_then(|cards| {
            cards.versions().iter().find(|card| card.version == row.definition_version)
        });
        if let Some(card) = card.filter(|card| !card.text.is_empty()) {
            facts.push(("定义", card.text.clone()));
        }
        if let RowKind::Computed(expression) = &row.kind {
            facts.push(("计算", formula::explain(&row.name, expression, row.unit)));
        }
        if !row.source.is_empty() {
            facts.push(("来源", row.source.clone()));
        }
        facts.push(("取数", row.variant.label().to_owned()));
        facts.push(("报告期", row.period_rule.label().to_owned()));
        facts.push(("口径", format!("第{}版", row.definition_version)));
        let parts: Vec<String> = row
            .columns
            .iter()
            .filter(|column| **column != Column::Total)
            .filter_map(|column| {
                let cell = CellKey { row: row.code.clone(), column: *column };
                let last = self.basis.last_year(&cell)?.rounded(row.decimals);
                Some(format!("{}{last}", column.label()))
            })
            .collect();
        if !parts.is_empty() {
            facts.push((self.basis.parts_words(), parts.join("，")));
        }
        facts
    }

    fn cell(&self, row: &Row, column: Column, at: usize, own: &[&Finding]) -> CellView {
        if !row.columns.contains(&column) {
            return CellView::Closed;
        }
        let key = CellKey { row: row.code.clone(), column };
        let (id, field) = (cell_id(&key), Field::Figure(column));
        let kept = self.filled.draft.content(&row.code, field).to_owned();
        let outcome = self.outcomes.get(&key);
        let is_rate = matches!(row.kind, RowKind::Computed(_));
        let worked_out = is_rate && kept.is_empty() && !self.may_be_typed(row, outcome);
        if worked_out {
            let (value, why) = computed(outcome, row.decimals);
            return CellView::Shown { id, value, why };
        }
        if !self.around.2 {
            let value = if kept.is_empty() { "…".to_owned() } else { kept };
            return CellView::Shown { id, value, why: String::new() };
        }
        let mine = self.typed_into(row, field);
        let touched = |finding: &&&Finding| touches(finding, column);
        let worst = own.iter().filter(touched).map(|f| f.severity).min();
        let begun = self.filled.entries.contains_key(&row.code) || mine.is_some();
        CellView::Input(Input {
            name: format!("{}.{}", row.code, column.code()),
            label: format!("{} {}", row.name, column.label()),
            value: mine.unwrap_or(kept),
            column: at,
            kind: if begun { worst.map_or("", kind) } else { "" },
            id,
        })
    }

    /// A rate whose items are declared missing may be typed itself.
    fn may_be_typed(&self, row: &Row, outcome: Option<&Outcome>) -> bool {
        let Some(Outcome::Missing(items)) = outcome else { return false };
        let declared = |name: &str| {
            let item = self.basis.form.row_named(name);
            let entry = item.and_then(|item| self.filled.entries.get(&item.code));
            entry.is_some_and(|entry| entry.missing.is_some())
        };
        row.columns.contains(&Column::Total) && items.iter().any(|item| declared(&item.name))
    }

    /// What was typed into a field and is not kept.
    fn typed_into(&self, row: &Row, field: Field) -> Option<String> {
        let here = |key: &(IndicatorCode, Field)| key.0 == row.code && key.1 == field;
        let odd = self.typed.unreadable.iter().find(|(key, _, _)| here(key));
        let late = self.typed.conflicts.iter().map(|c| &c.change);
        let late = late.filter(|change| change.row == row.code && change.field == field);
        odd.map(|(_, words, _)| words.clone()).or_else(|| late.map(|c| c.content.clone()).next())
    }

    fn seen(&self, row: &Row) -> Vec<(String, String)> {
        let figures = row.columns.iter().map(|column| Field::Figure(*column));
        let words = [
            Field::Missing,
            Field::MissingNote,
            Field::MissingOwner,
            Field::Substitute,
            Field::Remark,
        ];
        figures
            .chain(words)
            .map(|field| {
                let draft = &self.filled.draft;
                let late = self.typed.conflicts.iter().map(|c| &c.change);
                let mut late = late.filter(|c| c.row == row.code && c.field == field);
                // until somebody chooses, a late change stays late
                let kept = draft.revision(&row.code, field);
                let revision = late.next().map_or(kept, |change| change.seen);
                let content = draft.content(&row.code, field);
                (format!("{}.{}", row.code, field.code()), format!("{revision}|{content}"))
            })
            .collect()
    }

    fn lack(&self, row: &Row) -> Lack {
        let draft = &self.filled.draft;
        let kept = |field| {
            self.typed_into(row, field)
                .unwrap_or_else(|| draft.content(&row.code, field).to_owned())
        };
        let reason = kept(Field::Missing);
        let named = halfsky_monitor::observation::MissingReason::from_code(&reason);
        let remark = kept(Field::Remark);
        let label = match (named, remark.is_empty()) {
            (Some(reason), _) => format!("缺数：{}", reason.label()),
            (None, false) => "有备注".to_owned(),
            (None, true) => "缺数、备注".to_owned(),
        };
        Lack {
            label,
            reason,
            note: kept(Field::MissingNote),
            owner: kept(Field::MissingOwner),
            substitute: kept(Field::Substitute),
            remark,
        }
    }

    fn verdict(&self, row: &Row, own: &[&Finding], messages: &[Message]) -> Verdict {
        let entry = self.filled.entries.get(&row.code);
        let worst = own.iter().map(|f| f.severity).min();
        let told = |kind: &str| messages.iter().any(|message| message.kind == kind);
        let verdict = |kind, words| Verdict { kind, words };
        if told("error") {
            return verdict("error", "错误");
        }
        match (worst, entry) {
            (Some(Severity::Warning), _) if self.open(own) => verdict("warning", "提示"),
            (Some(Severity::Warning), _) => verdict("", "提示已说明"),
            (Some(Severity::Error), _) => verdict("", "未填"),
            (None, Some(entry)) if entry.missing.is_some() => verdict("", "缺数已说明"),
            (None, _) if matches!(row.kind, RowKind::Computed(_)) => verdict("", "自动计算"),
            (None, _) => verdict("", "通过"),
        }
    }

    fn open(&self, own: &[&Finding]) -> bool {
        let open = unexplained(&self.filled.findings, &self.filled.explanations);
        own.iter().any(|finding| open.contains(finding))
    }

    fn messages(&self, row: &Row, own: &[&Finding]) -> Vec<Message> {
        let mut messages = Vec::new();
        for conflict in self.typed.conflicts.iter().filter(|c| c.change.row == row.code) {
            messages.push(conflict_message(row, conflict));
        }
        for ((code, field), words, problem) in &self.typed.unreadable {
            if *code == row.code {
                let place = field_label(*field);
                messages.push(Message {
                    kind: "error",
                    word: "错误",
                    text: format!("{place}：{problem}"),
                    what_to_do: format!("“{words}”没有保存，请改正"),
                    explanation: None,
                    take: None,
                    held: format!("{code}.{}", field.code()),
                });
            }
        }
        for (cell, reason) in self.around.1.iter().filter(|(cell, _)| cell.row == row.code) {
            messages.push(Message {
                kind: "notice",
                word: "退回",
                text: format!("{}：{reason}", cell.column.label()),
                what_to_do: String::new(),
                explanation: None,
                take: None,
                held: String::new(),
            });
        }
        // an empty row is not yet wrong, it is not yet filled in
        let begun = self.filled.entries.contains_key(&row.code);
        for finding in own.iter().filter(|f| begun || f.severity == Severity::Warning) {
            messages.push(self.finding_message(finding));
        }
        messages
    }

    fn finding_message(&self, finding: &Finding) -> Message {
        let name =
            format!("{}.{}.{}", finding.cell.row, finding.cell.column.code(), finding.rule.code());
        let said = self.filled.explanations.iter();
        let mut said = said.filter(|e| e.cell == finding.cell && e.rule == finding.rule);
        let words = said.next().map_or_else(String::new, |e| e.words.clone());
        let asks = finding.severity == Severity::Warning;
        Message {
            kind: kind(finding.severity),
            word: finding.severity.label(),
            text: finding.message.clone(),
            what_to_do: finding.what_to_do.clone(),
            explanation: asks.then(|| Words {
                name: format!("e.{name}"),
                seen: words.clone(),
                said: words,
            }),
            take: None,
            held: String::new(),
        }
    }
}

fn marks(cells: &[CellView]) -> String {
    let marked = cells.iter().filter_map(|cell| match cell {
        CellView::Input(input) if !input.kind.is_empty() => {
            Some(format!("{}{}", &input.kind[..1], input.column))
        }
        _ => None,
    });
    marked.collect::<Vec<_>>().join(" ")
}

/// A sum concerns its parts, too.
fn touches(finding: &Finding, column: Column) -> bool {
    use halfsky_monitor::validation::Rule;
    let parts = match finding.rule {
        Rule::SumBySex => [Column::Female, Column::Male],
        Rule::SumByResidence => [Column::Urban, Column::Rural],
        _ => return finding.cell.column == column,
    };
    finding.cell.column == column || parts.contains(&column)
}

fn conflict_message(row: &Row, conflict: &halfsky_store::entries::CellConflict) -> Message {
    let shown = |content: &str, field| match field {
        _ if content.is_empty() => "（空）".to_owned(),
        Field::Missing => halfsky_monitor::observation::MissingReason::from_code(content)
            .map_or_else(|| content.to_owned(), |reason| reason.label().to_owned()),
        _ => content.to_owned(),
    };
    let change = &conflict.change;
    let theirs = &conflict.theirs;
    let name = format!("{}.{}", row.code, change.field.code());
    let (mine, other) =
        (shown(&change.content, change.field), shown(&theirs.content, change.field));
    Message {
        kind: "error",
        word: "两人同时修改",
        text: format!(
            "{}刚由{}于{}填为{other}，您填的是{mine}，没有保存",
            field_label(change.field),
            theirs.changed.by,
            text::minute(theirs.changed.at)
        ),
        what_to_do: "请选择保留哪一个".to_owned(),
        explanation: None,
        take: Some(Take {
            insist: format!("{name}|{}", theirs.revision),
            name: name.clone(),
            mine,
            theirs: other,
        }),
        held: name,
    }
}

/// What a field is called.
pub(crate) const fn field_label(field: Field) -> &'static str {
    match field {
        Field::Figure(column) => column.label(),
        Field::Missing => "缺数原因",
        Field::MissingNote => "缺数说明",
        Field::MissingOwner => "缺数责任单位",
        Field::Substitute => "替代数据",
        Field::Remark => "备注",
    }
}
