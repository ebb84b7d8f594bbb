//! The connection under a writing transaction: of the portable driver, or of the database's own.

use sqlx::any::AnyRow;
use sqlx::{Any, Postgres, Sqlite, Transaction};

use crate::audit::Hasher;
use crate::dialect::Dialect;
use crate::error::Result;
use crate::row::Row;
use crate::values::{
    self, Columns, RowWriter, Taken, Value, copy_row, copy_statement, sqlite_insert,
};

/// From so many rows on, they go to PostgreSQL as a stream of lines.
const ROWS_TO_COPY: usize = 64;

/// Lines are sent when they have grown to so many bytes.
const BYTES_AT_A_TIME: usize = 256 * 1024;

/// A transaction on one connection.
pub(crate) enum Inner {
    Any(Transaction<'static, Any>),
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Inner {
    /// The rows of a statement.
    pub(crate) async fn rows(&mut self, sql: &'static str, values: &[Value]) -> Result<Vec<Row>> {
        Ok(match self {
            Self::Any(tx) => {
                let rows = values::statement::<Any>(sql, values)?.fetch_all(&mut **tx).await?;
                rows.into_iter().map(Row).collect()
            }
            Self::Sqlite(tx) => {
                let rows = values::statement::<Sqlite>(sql, values)?.fetch_all(&mut **tx).await?;
                portable(&rows)?
            }
            Self::Postgres(tx) => {
                let rows = values::statement::<Postgres>(sql, values)?.fetch_all(&mut **tx).await?;
                portable(&rows)?
            }
        })
    }

    /// As [`Inner::rows`], with `{list}` in the text standing for any number of values.
    pub(crate) async fn rows_with_list(
        &mut self,
        dialect: Dialect,
        sql: &'static str,
        values: &[Value],
        list: &[Value],
    ) -> Result<Vec<Row>> {
        Ok(match self {
            Self::Any(tx) => {
                let statement = values::statement_with_list::<Any>(dialect, sql, values, list)?;
                statement.fetch_all(&mut **tx).await?.into_iter().map(Row).collect()
            }
            Self::Sqlite(tx) => {
                let statement = values::statement_with_list::<Sqlite>(dialect, sql, values, list)?;
                portable(&statement.fetch_all(&mut **tx).await?)?
            }
            Self::Postgres(tx) => {
                let statement =
                    values::statement_with_list::<Postgres>(dialect, sql, values, list)?;
                portable(&statement.fetch_all(&mut **tx).await?)?
            }
        })
    }

    /// Runs a statement that writes; tells how many rows it changed.
    pub(crate) async fn execute(&mut self, sql: &'static str, values: &[Value]) -> Result<u64> {
        Ok(match self {
            Self::Any(tx) => {
                values::statement::<Any>(sql, values)?.execute(&mut **tx).await?.rows_affected()
            }
            Self::Sqlite(tx) => {
                values::statement::<Sqlite>(sql, values)?.execute(&mut **tx).await?.rows_affected()
            }
            Self::Postgres(tx) => {
                let statement = values::statement::<Postgres>(sql, values)?;
                statement.execute(&mut **tx).await?.rows_affected()
            }
        })
    }

    /// As [`Inner::execute`], with `{list}` in the text standing for any number of values.
    pub(crate) async fn execute_with_list(
        &mut self,
        dialect: Dialect,
        sql: &'static str,
        values: &[Value],
        list: &[Value],
    ) -> Result<()> {
        match self {
            Self::Any(tx) => {
                let statement = values::statement_with_list::<Any>(dialect, sql, values, list)?;
                statement.execute(&mut **tx).await?;
            }
            Self::Sqlite(tx) => {
                let statement = values::statement_with_list::<Sqlite>(dialect, sql, values, list)?;
                statement.execute(&mut **tx).await?;
            }
            Self::Postgres(tx) => {
                let statement =
                    values::statement_with_list::<Postgres>(dialect, sql, values, list)?;
                statement.execute(&mut **tx).await?;
            }
        }
        Ok(())
    }

    /// Inserts rows; tells how many were written.
    pub(crate) async fn put(
        &mut self,
        dialect: Dialect,
        (columns, taken): (Columns, Taken),
        rows: &[Vec<Value>],
    ) -> Result<u64> {
        let mut written = 0;
        match self {
            Self::Any(tx) => {
                for statement in values::inserts::<Any>(dialect, columns, taken, rows)? {
                    written += statement.execute(&mut **tx).await?.rows_affected();
                }
            }
            Self::Sqlite(tx) => {
                for statement in values::inserts::<Sqlite>(dialect, columns, taken, rows)? {
                    written += statement.execute(&mut **tx).await?.rows_affected();
                }
            }
            Self::Postgres(tx) if taken == Taken::Refuse && rows.len() >= ROWS_TO_COPY => {
                written = copy(tx, columns, rows).await?;
            }
            Self::Postgres(tx) => {
                for statement in values::inserts::<Postgres>(dialect, columns, taken, rows)? {
                    written += statement.execute(&mut **tx).await?.rows_affected();
                }
            }
        }
        Ok(written)
    }

    /// Inserts a row for each item; on the database's own driver without a list of values in between.
    pub(crate) async fn put_each<T: Sync>(
        &mut self,
        dialect: Dialect,
        (columns, taken, items): (Columns, Taken, &[T]),
        content: &mut Hasher,
        tell: impl Fn(&T, &mut RowWriter<'_>) + Sync,
    ) -> Result<()> {
        match self {
            Self::Sqlite(tx) => put_on_sqlite(tx, (columns, taken, items), content, tell).await,
            Self::Postgres(tx) if taken == Taken::Refuse && items.len() >= ROWS_TO_COPY => {
                copy_each(tx, (columns, items), content, tell).await
            }
            Self::Any(_) | Self::Postgres(_) => {
                let mut writer = RowWriter::rows(columns, content);
                for item in items {
                    writer.row(item, &tell);
                }
                let rows = writer.into_rows()?;
                self.put(dialect, (columns, taken), &rows).await.map(|_| ())
            }
        }
    }

    /// Undoes everything written.
    pub(crate) async fn rollback(self) -> Result<()> {
        match self {
            Self::Any(tx) => tx.rollback().await?,
            Self::Sqlite(tx) => tx.rollback().await?,
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}

/// Rows of a database's own driver as the portable one gives them.
fn portable<'r, R>(rows: &'r [R]) -> Result<Vec<Row>>
where
    AnyRow: TryFrom<&'r R, Error = sqlx::Error>,
{
    rows.iter().map(|row| Ok(Row(AnyRow::try_from(row)?))).collect()
}

/// Makes each statement ready while SQLite, which works on a thread of its own, is busy with the one before.
async fn put_on_sqlite<T: Sync>(
    tx: &mut Transaction<'static, Sqlite>,
    (columns, taken, items): (Columns, Taken, &[T]),
    content: &mut Hasher,
    tell: impl Fn(&T, &mut RowWriter<'_>) + Sync,
) -> Result<()> {
    let mut chunks = items.chunks(columns.rows_per_statement());
    let mut ready = |content: &mut Hasher| {
        let some = chunks.next();
        some.map(|some| sqlite_insert((columns, taken), some, content, &tell)).transpose()
    };
    let mut next = ready(content)?;
    while let Some(statement) = next {
        let (done, following) =
            tokio::join!(statement.execute(&mut **tx), async { ready(content) });
        done?;
        next = following?;
    }
    Ok(())
}

/// Streams a line for each item; PostgreSQL writes what has come while the rest is told.
async fn copy_each<T: Sync>(
    tx: &mut Transaction<'static, Postgres>,
    (columns, items): (Columns, &[T]),
    content: &mut Hasher,
    tell: impl Fn(&T, &mut RowWriter<'_>) + Sync,
) -> Result<()> {
    let mut stream = tx.copy_in_raw(&copy_statement(columns)).await?;
    let mut writer = RowWriter::lines(columns, content);
    for (at, item) in items.iter().enumerate() {
        writer.row(item, &tell);
        if writer.waiting() < BYTES_AT_A_TIME && at + 1 < items.len() {
            continue;
        }
        match writer.take_lines() {
            Ok(lines) => drop(stream.send(lines.into_bytes()).await?),
            Err(error) => {
                // so that the connection is fit for the rollback
                stream.abort("a row cannot be kept").await?;
                return Err(error);
            }
        }
    }
    stream.finish().await?;
    Ok(())
}

/// Streams rows as lines; a row that cannot be kept ends the stream, and the transaction with it.
async fn copy(
    tx: &mut Transaction<'static, Postgres>,
    columns: Columns,
    rows: &[Vec<Value>],
) -> Result<u64> {
    for value in rows.iter().flatten() {
        value.check()?;
    }
    let mut stream = tx.copy_in_raw(&copy_statement(columns)).await?;
    let mut lines = String::with_capacity(BYTES_AT_A_TIME + 4096);
    for row in rows {
        copy_row(&mut lines, row)?;
        if lines.len() >= BYTES_AT_A_TIME {
            stream.send(lines.as_bytes()).await?;
            lines.clear();
        }
    }
    stream.send(lines.as_bytes()).await?;
    Ok(stream.finish().await?)
}
