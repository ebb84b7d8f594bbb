//! Settings of the whole installation, by name.

use halfsky_plan::ref_area::RefArea;

use crate::error::Result;
use crate::store::Store;
use crate::tx::Tx;

/// Present when the installation holds example data (示例数据); its content is the invented place's name.
pub const EXAMPLE_DATA: &str = "example_data";

/// Present when the installation holds an imagined country; its content is what it was made from.
pub const GENERATED: &str = "generated";

/// Code of the [`crate::audit::HashRule`] that new audit entries are hashed by; SHA-256 when missing.
pub const AUDIT_HASH: &str = "audit_hash";

/// How long audit entries are kept, as [`crate::audit::Keep`] writes it; for ever when missing.
pub const AUDIT_KEEP: &str = "audit_keep";

/// A known text sealed with the key of the installation (see [`crate::seal::key_file`]).
pub const SECRET_PROOF: &str = "secret_proof";

/// Codes of the roles that must sign in with a second factor, separated by commas.
pub const SECOND_FACTOR_ROLES: &str = "second_factor_roles";

/// Minutes without a request after which a session ends; what the configuration says when missing.
pub const SESSION_IDLE_MINUTES: &str = "session_idle_minutes";

/// Hours after which a session ends in any case; what the configuration says when missing.
pub const SESSION_HOURS: &str = "session_hours";

/// The fewest characters of a new password; [`halfsky_monitor::password::SHORTEST`] when missing.
pub const PASSWORD_SHORTEST: &str = "password_shortest";

/// Names that plans and the catalogue print for units of a region and that a person has matched: one line each,
/// name and unit id with a tab between.
pub fn unit_names(ref_area: &RefArea) -> String {
    format!("unit_names.{ref_area}")
}

/// The content of a setting.
pub async fn find(store: &Store, name: &str) -> Result<Option<String>> {
    let sql = "select content from setting where name = $1";
    store.rows(sql, &[name.into()]).await?.first().map(|row| row.text("content")).transpose()
}

/// Sets a setting, whether it was there or not.
pub async fn set(tx: &mut Tx, name: &str, content: &str) -> Result<()> {
    let sql = "insert into setting (name, content) values ($1, $2) \
               on conflict (name) do update set content = excluded.content";
    tx.execute(sql, &[name.into(), content.into()]).await.map(|_| ())
}
