//! The structure of the database against this program.

use halfsky_store::migrate::{self, SchemaStatus};

use super::{Finding, State};
use crate::config::Config;

const SUBJECT: &str = "数据库结构";

/// Looks whether the database answers and is as this program needs it.
pub(super) async fn look(config: &Config) -> Finding {
    let wrong = |found: String, advice| Finding::new(SUBJECT, State::Wrong, found, advice);
    match migrate::status(&config.location).await {
        Ok(SchemaStatus::Current { version }) => {
            Finding::well(SUBJECT, format!("第{version}版，与程序相符"))
        }
        Ok(SchemaStatus::Missing) => wrong("尚未建立".to_owned(), "运行 halfsky migrate"),
        Ok(SchemaStatus::Behind { found, needed }) => {
            wrong(format!("第{found}版，程序需要第{needed}版"), "先备份，再运行 halfsky migrate")
        }
        Ok(SchemaStatus::Newer { found, known }) => {
            wrong(format!("第{found}版，程序只认识到第{known}版"), "换用新版 halfsky")
        }
        Err(error) => Finding::failed(SUBJECT, error),
    }
}
