//! What differs between the databases: how a connection is prepared, how transactions begin, and what
//! is checked before a database is used. Everything else is one dialect.

use std::fmt::Write as _;

use sqlx::AnyConnection;
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

use crate::error::{Error, Result, code_of};
use crate::location::{Location, Opening};

/// The oldest PostgreSQL that is supported, as `server_version_num` counts.
const OLDEST_POSTGRES: i64 = 150_000;

/// The database in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    pub(crate) const fn of(location: &Location) -> Self {
        match location {
            Location::SqliteDir(_) => Self::Sqlite,
            Location::Postgres { .. } => Self::Postgres,
        }
    }

    /// Settings of every new connection. Waiting for a lock ends after ten seconds with "busy".
    pub(crate) const fn connection_settings(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "pragma busy_timeout = 10000; pragma journal_mode = wal; \
                 pragma synchronous = normal; pragma foreign_keys = on"
            }
            Self::Postgres => "set lock_timeout = '10s'; set time zone 'UTC'",
        }
    }

    /// SQLite takes its write lock at once: a plain `begin` that reads first and writes later fails
    /// whenever somebody else wrote in between.
    pub(crate) const fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "begin immediate",
            Self::Postgres => "begin",
        }
    }

    /// A transaction that sees one state of the database in all its statements.
    pub(crate) const fn begin_read(self) -> &'static str {
        match self {
            Self::Sqlite => "begin",
            Self::Postgres => "begin isolation level repeatable read read only",
        }
    }

    /// Connections that write: SQLite has one writer.
    pub(crate) const fn writers(self) -> u32 {
        match self {
            Self::Sqlite => 1,
            Self::Postgres => 8,
        }
    }

    /// Appends the placeholder of a value counted from 1, where every value stands once and in order. SQLite takes `$1`
    /// for a name and looks each one up among all: thousands of them cost more than the rows they bring.
    pub(crate) fn push_placeholder(self, sql: &mut String, number: usize) {
        match self {
            Self::Sqlite => sql.push('?'),
            Self::Postgres => {
                // Writing into a String cannot fail.
                let _ = write!(sql, "${number}");
            }
        }
    }

    /// Counts tables of a name.
    pub(crate) const fn count_tables_named(self) -> &'static str {
        match self {
            Self::Sqlite => "select count(*) from sqlite_master where type = 'table' and name = $1",
            Self::Postgres => {
                "select count(*) from information_schema.tables \
                 where table_schema = current_schema() and table_name = $1"
            }
        }
    }

    /// Counts all tables.
    pub(crate) const fn count_tables(self) -> &'static str {
        match self {
            Self::Sqlite => "select count(*) from sqlite_master where type = 'table'",
            Self::Postgres => {
                "select count(*) from information_schema.tables \
                 where table_schema = current_schema()"
            }
        }
    }
}

impl Dialect {
    /// Names of our tables, in order.
    pub(crate) const fn table_names(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "select name from sqlite_master where type = 'table' \
                 and name not like 'sqlite!_%' escape '!' and name <> '_sqlx_migrations' \
                 order by name"
            }
            Self::Postgres => {
                "select cast(table_name as text) as name from information_schema.tables \
                 where table_schema = current_schema() and table_type = 'BASE TABLE' \
                 and table_name <> '_sqlx_migrations' order by cast(table_name as text)"
            }
        }
    }

    /// Columns of a table with their types and their place in the primary key, 0 for none.
    pub(crate) const fn table_columns(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "select name, lower(type) as kind, pk as key_place from pragma_table_info($1) \
                 order by cid"
            }
            Self::Postgres => {
                "select cast(c.column_name as text) as name, cast(c.data_type as text) as kind, \
                 cast(coalesce(k.place, 0) as bigint) as key_place \
                 from information_schema.columns c left join ( \
                     select u.column_name, u.ordinal_position as place \
                     from information_schema.key_column_usage u \
                     join information_schema.table_constraints t \
                     on t.constraint_schema = u.constraint_schema \
                     and t.constraint_name = u.constraint_name and t.table_name = u.table_name \
                     where t.constraint_type = 'PRIMARY KEY' \
                     and t.table_schema = current_schema() and t.table_name = $1 \
                 ) k on k.column_name = c.column_name \
                 where c.table_schema = current_schema() and c.table_name = $1 \
                 order by c.ordinal_position"
            }
        }
    }
}

/// A foreign key of PostgreSQL, to be taken away for a while.
pub(crate) struct ForeignKey {
    pub(crate) table: String,
    pub(crate) name: String,
    pub(crate) definition: String,
}

impl ForeignKey {
    /// The statement that takes it away.
    pub(crate) fn dropping(&self) -> String {
        format!("alter table {} drop constraint {}", self.table, self.name)
    }

    /// The statement that puts it back, which checks every row.
    pub(crate) fn adding(&self) -> String {
        format!("alter table {} add constraint {} {}", self.table, self.name, self.definition)
    }
}

/// Lets a connection that loads rows in any order pass by foreign keys. PostgreSQL does that inside the
/// transaction, see [`drop_foreign_keys`].
pub(crate) async fn ignore_foreign_keys(
    connection: &mut AnyConnection,
    dialect: Dialect,
) -> Result<()> {
    if dialect == Dialect::Sqlite {
        sqlx::raw_sql("pragma foreign_keys = off").execute(connection).await?;
    }
    Ok(())
}

/// The foreign keys of a PostgreSQL database, by table and name.
pub(crate) async fn foreign_keys(connection: &mut AnyConnection) -> Result<Vec<ForeignKey>> {
    let rows = sqlx::query(
        "select cast(cast(conrelid as regclass) as text) as on_table, cast(conname as text) as name, \
         pg_get_constraintdef(oid) as definition from pg_constraint \
         where contype = 'f' and connamespace = cast(current_schema() as regnamespace) \
         order by 1, 2",
    )
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(ForeignKey {
                table: row.try_get("on_table")?,
                name: row.try_get("name")?,
                definition: row.try_get("definition")?,
            })
        })
        .collect()
}

/// Takes the foreign keys away inside a transaction; SQLite only ignores them.
pub(crate) async fn drop_foreign_keys(
    connection: &mut AnyConnection,
    dialect: Dialect,
) -> Result<Vec<ForeignKey>> {
    if dialect == Dialect::Sqlite {
        return Ok(Vec::new());
    }
    let keys = foreign_keys(connection).await?;
    for key in &keys {
        sqlx::raw_sql(AssertSqlSafe(key.dropping())).execute(&mut *connection).await?;
    }
    Ok(keys)
}

/// Puts the foreign keys back, which checks every row.
pub(crate) async fn restore_foreign_keys(
    connection: &mut AnyConnection,
    dialect: Dialect,
    keys: &[ForeignKey],
) -> Result<()> {
    for key in keys {
        sqlx::raw_sql(AssertSqlSafe(key.adding())).execute(&mut *connection).await?;
    }
    if dialect == Dialect::Postgres {
        return Ok(());
    }
    let orphans = sqlx::query("pragma foreign_key_check").fetch_all(connection).await?;
    if orphans.is_empty() {
        return Ok(());
    }
    Err(Error::Damaged(format!("{} 行指向不存在的记录", orphans.len())))
}

/// Opens one connection, so that a failure has its own words, and checks that the database is fit.
pub(crate) async fn connect(location: &Location, opening: Opening) -> Result<AnyConnection> {
    sqlx::any::install_default_drivers();
    if let (Location::SqliteDir(dir), Opening::Existing) = (location, opening) {
        check_directory(dir, location)?;
    }
    let dialect = Dialect::of(location);
    let url = location.url(opening)?;
    let mut connection =
        AnyConnection::connect(&url).await.map_err(|error| explain(location, error))?;
    prepare(&mut connection, dialect).await.map_err(|error| explain(location, error))?;
    if dialect == Dialect::Postgres {
        check_postgres(&mut connection, location).await?;
    }
    Ok(connection)
}

/// Prepares a new connection.
pub(crate) async fn prepare(
    connection: &mut AnyConnection,
    dialect: Dialect,
) -> std::result::Result<(), sqlx::Error> {
    sqlx::raw_sql(dialect.connection_settings()).execute(connection).await.map(|_| ())
}

fn check_directory(dir: &std::path::Path, location: &Location) -> Result<()> {
    let shown = dir.display();
    if !dir.exists() {
        return Err(Error::Unusable(format!(
            "数据目录“{shown}”不存在；请核对路径，新建请先运行 halfsky migrate --dir {shown}"
        )));
    }
    if location.sqlite_file().is_some_and(|file| !file.is_file()) {
        return Err(Error::Unusable(format!(
            "“{shown}”不是半边天的数据目录（缺少 halfsky.sqlite）；请核对路径，新建请先运行 halfsky migrate --dir {shown}"
        )));
    }
    Ok(())
}

async fn check_postgres(connection: &mut AnyConnection, location: &Location) -> Result<()> {
    let version: String = sqlx::query_scalar("select current_setting('server_version_num')")
        .fetch_one(&mut *connection)
        .await?;
    check_version(&version, location)?;
    let row = sqlx::query(
        "select cast(datname as text) as name, cast(datcollate as text) as collation, \
         cast(datlocprovider as text) as provider, \
         cast(pg_encoding_to_char(encoding) as text) as encoding \
         from pg_database where datname = current_database()",
    )
    .fetch_one(connection)
    .await?;
    let name: String = row.try_get("name")?;
    let (collation, provider): (String, String) =
        (row.try_get("collation")?, row.try_get("provider")?);
    let encoding: String = row.try_get("encoding")?;
    check_collation(&name, &encoding, &format!("{provider}/{collation}"))
}

fn check_version(number: &str, location: &Location) -> Result<()> {
    let found = number.parse::<i64>().unwrap_or(0);
    if found >= OLDEST_POSTGRES {
        return Ok(());
    }
    Err(Error::Unusable(format!(
        "数据库 {location} 的 PostgreSQL 版本是 {}，需要 15 或更高；请升级数据库后再试",
        found / 10_000
    )))
}

/// Texts are compared byte by byte everywhere; a database that sorts by language would list and page
/// differently from SQLite, so it is refused rather than half trusted.
fn check_collation(name: &str, encoding: &str, provider_and_collation: &str) -> Result<()> {
    let bytewise = matches!(
        provider_and_collation,
        "c/C" | "c/POSIX" | "c/C.UTF-8" | "c/C.utf8" | "b/C" | "b/C.UTF-8"
    ) || provider_and_collation.starts_with("b/");
    if bytewise && encoding == "UTF8" {
        return Ok(());
    }
    let collation = provider_and_collation.split_once('/').map_or("", |(_, collation)| collation);
    Err(Error::Unusable(format!(
        "数据库“{name}”的编码是 {encoding}、排序规则是 {collation}，需要 UTF8 和 C；请新建数据库：\
         create database halfsky template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'"
    )))
}

/// Says in plain words why a database could not be opened.
pub(crate) fn explain(location: &Location, error: sqlx::Error) -> Error {
    let code = code_of(&error).unwrap_or_default();
    let message = match (&error, code.as_str()) {
        (sqlx::Error::Configuration(_), _) => {
            format!("数据库地址 {location} 写法不对，应如 postgres://用户@主机:5432/库名")
        }
        (_, "28P01" | "28000") => {
            format!("数据库 {location} 拒绝登录：用户名或密码不对；请核对数据库地址中的用户和密码")
        }
        (_, "3D000") => format!(
            "数据库 {location} 不存在；请先新建：\
             create database halfsky template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'"
        ),
        (_, "26") => format!(
            "“{location}”中的 halfsky.sqlite 不是 SQLite 数据库或已损坏；请核对目录，或从备份恢复"
        ),
        (_, "14") => {
            format!("打不开“{location}”中的 halfsky.sqlite；请检查目录是否存在、是否有读写权限")
        }
        (_, "8") => format!("“{location}”只读，不能使用；请检查目录权限"),
        (sqlx::Error::Io(_) | sqlx::Error::Tls(_), _) => format!(
            "连不上数据库 {location}：{}；请确认数据库已启动，地址和端口正确",
            reason(&error)
        ),
        _ => return Error::from(error),
    };
    Error::Unusable(message)
}

fn reason(error: &sqlx::Error) -> &'static str {
    match error {
        sqlx::Error::Io(io) => match io.kind() {
            std::io::ErrorKind::ConnectionRefused => "对方拒绝连接",
            std::io::ErrorKind::TimedOut => "连接超时",
            std::io::ErrorKind::NotFound => "找不到主机或套接字",
            std::io::ErrorKind::PermissionDenied => "没有权限",
            _ => "网络错误",
        },
        _ => "加密连接失败",
    }
}

/// Whether no other connection has the embedded database open: leaving the write-ahead log needs it alone.
/// The next program that opens it enters the log again.
pub(crate) async fn is_alone(connection: &mut AnyConnection) -> bool {
    let settings = "pragma busy_timeout = 0; pragma journal_mode = delete";
    let left = sqlx::raw_sql(settings).execute(&mut *connection).await;
    let mode: std::result::Result<String, _> =
        sqlx::query_scalar("pragma journal_mode").fetch_one(connection).await;
    left.is_ok() && mode.is_ok_and(|mode| mode == "delete")
}

/// Copies the embedded database to a new file while it stays usable. The file name is ours.
pub(crate) async fn copy_sqlite(
    connection: &mut AnyConnection,
    to: &std::path::Path,
) -> Result<()> {
    let quoted = to.display().to_string().replace('\'', "''");
    sqlx::raw_sql(AssertSqlSafe(format!("vacuum into '{quoted}'"))).execute(connection).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(encoding: &str, provider_and_collation: &str) -> bool {
        check_collation("halfsky", encoding, provider_and_collation).is_ok()
    }

    #[test]
    fn accepts_only_bytewise_utf8() {
        assert!(accepts("UTF8", "c/C"));
        assert!(accepts("UTF8", "c/C.UTF-8"));
        assert!(!accepts("UTF8", "c/zh_CN.UTF-8"));
        assert!(!accepts("UTF8", "i/zh-CN"));
        assert!(!accepts("SQL_ASCII", "c/C"));
    }

    #[test]
    fn refuses_old_servers() {
        let location = Location::Postgres {
            url: "postgres://u:secret@h/d".to_owned(),
            files_dir: std::path::PathBuf::from("files"),
        };
        let message = check_version("140012", &location).unwrap_err().to_string();
        assert!(message.contains("版本是 14") && !message.contains("secret"), "{message}");
        assert!(check_version("150001", &location).is_ok());
    }
}
