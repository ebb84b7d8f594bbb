//! Templates of documents (文稿模板): the standing paragraphs an office wrote anew.

use std::collections::BTreeMap;

use halfsky_plan::ref_area::RefArea;

use crate::error::{Error, Result, is_taken};
use crate::plans::Stamp;
use crate::row::instant_text;
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Value};

const TEMPLATE: Columns = Columns {
    table: "report_template",
    names: &["ref_area", "template", "source", "revision", "changed_at", "changed_by"],
};

/// A paragraph as an office wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTemplate {
    pub source: String,
    /// From 1; a form carries it and hands it back.
    pub revision: i64,
    pub changed: Stamp,
}

/// What the office of a region wrote anew, by the name of the template.
pub async fn list(store: &Store, ref_area: &RefArea) -> Result<BTreeMap<String, StoredTemplate>> {
    let sql = "select template, source, revision, changed_at, changed_by from report_template \
               where ref_area = $1 order by ref_area, template";
    let rows = store.rows(sql, &[ref_area.as_str().into()]).await?;
    let read = |row: &crate::row::Row| {
        let stored = StoredTemplate {
            source: row.text("source")?,
            revision: row.integer("revision")?,
            changed: Stamp { at: row.instant("changed_at")?, by: row.text("changed_by")? },
        };
        Ok((row.text("template")?, stored))
    };
    rows.iter().map(read).collect()
}

/// The words of each template a region wrote anew.
pub async fn sources(store: &Store, ref_area: &RefArea) -> Result<BTreeMap<String, String>> {
    let all = list(store, ref_area).await?;
    Ok(all.into_iter().map(|(template, stored)| (template, stored.source)).collect())
}

/// Keeps the words of a template; `seen` is the revision they were written over, 0 for those of the program.
pub async fn save(
    tx: &mut Tx,
    template: &str,
    seen: i64,
    source: &str,
    stamp: &Stamp,
) -> Result<()> {
    let mut values: Vec<Value> = vec![
        tx.ref_area().into(),
        template.into(),
        source.into(),
        (seen + 1).into(),
        instant_text(stamp.at).into(),
        stamp.by.as_str().into(),
    ];
    if seen == 0 {
        let kept = tx.insert(TEMPLATE, &[values]).await;
        return kept.map_err(|error| if is_taken(&error) { conflict() } else { error });
    }
    let sql = "update report_template set source = $3, revision = $4, changed_at = $5, \
               changed_by = $6 where ref_area = $1 and template = $2 and revision = $7";
    values.push(seen.into());
    match tx.execute(sql, &values).await? {
        0 => Err(conflict()),
        _ => Ok(()),
    }
}

/// Goes back to the words of the program.
pub async fn restore(tx: &mut Tx, template: &str, seen: i64) -> Result<()> {
    let sql = "delete from report_template where ref_area = $1 and template = $2 and revision = $3";
    let area = tx.ref_area().to_owned();
    match tx.execute(sql, &[area.as_str().into(), template.into(), seen.into()]).await? {
        0 => Err(conflict()),
        _ => Ok(()),
    }
}

fn conflict() -> Error {
    Error::Conflict("这个模板刚被别人修改，请刷新后核对".to_owned())
}
