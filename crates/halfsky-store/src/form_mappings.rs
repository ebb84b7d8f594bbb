//! Foreign layouts of workbooks and tables: mapped once, remembered by unit and form.

use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::workbook::Mapping;
use halfsky_plan::ref_area::RefArea;

use crate::error::{Error, Result};
use crate::plans::Stamp;
use crate::row::{Row, instant_text};
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Taken};

const MAPPING: Columns = Columns {
    table: "form_mapping",
    names: &["ref_area", "unit_id", "data_set", "name", "content", "changed_at", "changed_by"],
};

/// Which mapping of which unit and form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MappingKey {
    pub unit: UnitId,
    /// Code of the form.
    pub form: String,
    /// The name people gave it.
    pub name: String,
}

/// A remembered layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMapping {
    pub name: String,
    pub mapping: Mapping,
    pub changed: Stamp,
}

/// The layouts a unit has mapped to a form, the one changed last first.
pub async fn list(
    store: &Store,
    ref_area: &RefArea,
    unit: &UnitId,
    form: &str,
) -> Result<Vec<StoredMapping>> {
    let sql = "select name, content, changed_at, changed_by from form_mapping \
               where ref_area = $1 and unit_id = $2 and data_set = $3 \
               order by changed_at desc, name";
    let values = [ref_area.as_str().into(), unit.0.as_str().into(), form.into()];
    store.rows(sql, &values).await?.iter().map(mapping_of).collect()
}

/// Remembers a layout under its name; the one of that name is replaced.
pub async fn save(tx: &mut Tx, key: &MappingKey, mapping: &Mapping, stamp: &Stamp) -> Result<()> {
    let row = vec![
        tx.ref_area().into(),
        key.unit.0.as_str().into(),
        key.form.as_str().into(),
        key.name.as_str().into(),
        mapping.to_text().into(),
        instant_text(stamp.at).into(),
        stamp.by.as_str().into(),
    ];
    tx.put(MAPPING, Taken::Replace { key: 4 }, &[row]).await.map(|_| ())
}

/// Forgets a layout.
pub async fn delete(tx: &mut Tx, key: &MappingKey) -> Result<()> {
    let sql = "delete from form_mapping where ref_area = $1 and unit_id = $2 and data_set = $3 \
               and name = $4";
    let values = [
        tx.ref_area().into(),
        key.unit.0.as_str().into(),
        key.form.as_str().into(),
        key.name.as_str().into(),
    ];
    match tx.execute(sql, &values).await? {
        0 => Err(Error::NotFound(format!("列对应关系“{}”", key.name))),
        _ => Ok(()),
    }
}

fn mapping_of(row: &Row) -> Result<StoredMapping> {
    let mapping = Mapping::from_text(&row.text("content")?)
        .map_err(|problem| Error::Damaged(problem.to_string()))?;
    Ok(StoredMapping {
        name: row.text("name")?,
        mapping,
        changed: Stamp { at: row.instant("changed_at")?, by: row.text("changed_by")? },
    })
}
