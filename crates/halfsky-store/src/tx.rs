//! A writing transaction in one region, and the only commit there is.

mod inner;

use crate::audit::{self, Entry, HashRule, Hasher, Head, SealedEntry};
use crate::dialect::Dialect;
use crate::error::Result;
use crate::row::Row;
use crate::values::{Columns, RowWriter, Taken, Value};

pub(crate) use inner::Inner;

/// A writing transaction. Dropping it undoes everything; [`Tx::commit`] keeps it, with its audit entry.
pub struct Tx {
    inner: Inner,
    dialect: Dialect,
    ref_area: String,
    head: Head,
    /// How this transaction hashes, read when it began.
    hash_rule: HashRule,
    /// Hash over everything written, in order: the content hash of the audit entry, so that no caller
    /// can name another content than it wrote.
    content: Hasher,
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tx({})", self.ref_area)
    }
}

impl Tx {
    /// Takes the region's place in line: the row of the chain's head stays locked until the end.
    pub(crate) async fn start(inner: Inner, dialect: Dialect, ref_area: &str) -> Result<Self> {
        let hash_rule = HashRule::Sha256;
        let mut tx = Self {
            inner,
            dialect,
            ref_area: ref_area.to_owned(),
            head: Head::none(),
            hash_rule,
            content: Hasher::new(hash_rule),
        };
        (tx.head, tx.hash_rule) = audit::lock_head(&mut tx).await?;
        tx.content = Hasher::new(tx.hash_rule);
        Ok(tx)
    }

    /// The region this transaction writes in.
    pub fn ref_area(&self) -> &str {
        &self.ref_area
    }

    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    pub(crate) fn hash_rule(&self) -> HashRule {
        self.hash_rule
    }

    /// Keeps everything written, together with its audit entry: both or neither.
    pub async fn commit(mut self, entry: Entry) -> Result<SealedEntry> {
        let content = std::mem::replace(&mut self.content, Hasher::new(self.hash_rule));
        let sealed = audit::seal(&self, entry, content.finish());
        audit::append(&mut self, &sealed).await?;
        match self.inner {
            Inner::Any(tx) => tx.commit().await?,
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        Ok(sealed)
    }

    /// Undoes everything written.
    pub async fn rollback(self) -> Result<()> {
        self.inner.rollback().await
    }

    /// The rows of a statement that reads.
    pub(crate) async fn rows(&mut self, sql: &'static str, values: &[Value]) -> Result<Vec<Row>> {
        self.inner.rows(sql, values).await
    }

    /// As [`Tx::rows`], with `{list}` in the text standing for any number of values.
    pub(crate) async fn rows_with_list(
        &mut self,
        sql: &'static str,
        values: &[Value],
        list: &[Value],
    ) -> Result<Vec<Row>> {
        self.inner.rows_with_list(self.dialect, sql, values, list).await
    }

    /// Runs a statement that writes; tells how many rows it changed.
    pub(crate) async fn execute(&mut self, sql: &'static str, values: &[Value]) -> Result<u64> {
        self.remember(sql, values);
        self.inner.execute(sql, values).await
    }

    /// As [`Tx::execute`], with `{list}` in the text standing for any number of values; none is no work.
    pub(crate) async fn execute_with_list(
        &mut self,
        sql: &'static str,
        values: &[Value],
        list: &[Value],
    ) -> Result<()> {
        if list.is_empty() {
            return Ok(());
        }
        self.remember(sql, values);
        self.remember("list", list);
        self.inner.execute_with_list(self.dialect, sql, values, list).await
    }

    /// Inserts any number of rows.
    pub(crate) async fn insert(&mut self, columns: Columns, rows: &[Vec<Value>]) -> Result<()> {
        self.put(columns, Taken::Refuse, rows).await.map(|_| ())
    }

    /// As [`Tx::put`], with one row for each item, however many: on the database's own driver no list of values is made
    /// of them.
    pub(crate) async fn put_each<T: Sync>(
        &mut self,
        (columns, taken): (Columns, Taken),
        items: &[T],
        tell: impl Fn(&T, &mut RowWriter<'_>) + Sync,
    ) -> Result<()> {
        let rows = (columns, taken, items);
        self.inner.put_each(self.dialect, rows, &mut self.content, tell).await
    }

    /// Inserts any number of rows, some of which may be there already; tells how many were written.
    pub(crate) async fn put(
        &mut self,
        columns: Columns,
        taken: Taken,
        rows: &[Vec<Value>],
    ) -> Result<u64> {
        for row in rows {
            self.remember(columns.table, row);
        }
        self.inner.put(self.dialect, (columns, taken), rows).await
    }

    fn remember(&mut self, what: &str, values: &[Value]) {
        self.content.text(Some(what));
        for value in values {
            match value {
                Value::Text(text) => self.content.text(text.as_deref()),
                Value::Integer(number) => {
                    let text = number.map(|n| n.to_string());
                    self.content.text(text.as_deref());
                }
                // The exact figure stands beside it as text.
                Value::Real(_) => {}
            }
        }
    }
}
