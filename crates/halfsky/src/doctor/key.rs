//! The key file: there, private, and the one the data were sealed with.

use halfsky_store::Store;
use halfsky_store::seal::key_file;

use super::Finding;
use crate::config::Config;

pub(super) const SUBJECT: &str = "密钥文件";

/// Looks at the key file.
pub(super) async fn look(store: &Store, config: &Config) -> Finding {
    let path = &config.secret_file;
    match key_file::examine(store, path).await {
        Ok(()) if path.is_file() => {
            Finding::well(SUBJECT, format!("{} 与数据库相符，权限正确", path.display()))
        }
        Ok(()) => Finding::well(SUBJECT, "还没有加密的数据，首次启动服务时生成"),
        Err(error) => Finding::failed(SUBJECT, error),
    }
}
