//! Audit entries as a table, for the page's export and for the command.

use halfsky_report::table::{Column, Table};
use halfsky_store::audit::{self, SealedEntry, wording};
use jiff::Timestamp;

use crate::text;

/// Everything an entry holds, one row each.
pub fn table(entries: &[SealedEntry]) -> Table {
    let columns = vec![
        Column::words("时间"),
        Column::words("区划"),
        Column::numbers("序号"),
        Column::words("人员"),
        Column::words("账号"),
        Column::words("单位"),
        Column::words("来源"),
        Column::words("操作"),
        Column::words("记录"),
        Column::words("原因"),
        Column::words("对象"),
        Column::words("算法"),
        Column::words("校验值"),
        Column::words("前一条校验值"),
    ];
    let rows = entries.iter().map(row).collect();
    Table { title: "审计记录".to_owned(), columns, rows }
}

fn row(entry: &SealedEntry) -> Vec<String> {
    vec![
        second(&entry.at),
        entry.ref_area.clone(),
        entry.sequence.to_string(),
        entry.actor.clone(),
        entry.account.clone(),
        entry.unit.clone(),
        entry.origin.clone(),
        wording::action_words(&entry.action).unwrap_or(&entry.action).to_owned(),
        audit::sentence(entry),
        entry.reason.clone(),
        entry.object.clone(),
        entry.rule().map_or_else(|| entry.hash_rule.clone(), |rule| rule.label().to_owned()),
        entry.hash.clone(),
        entry.previous_hash.clone(),
    ]
}

/// The instant of an entry as people in China read it; what is no instant is shown as it stands.
pub(crate) fn second(at: &str) -> String {
    at.parse::<Timestamp>().map_or_else(|_| at.to_owned(), text::second)
}
