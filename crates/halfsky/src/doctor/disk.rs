//! Room on the disk.

use std::path::Path;

use halfsky_store::health;

use super::{Finding, State};
use crate::config::Config;

const SUBJECT: &str = "磁盘空间";
const MIB: u64 = 1 << 20;

/// Below this nothing should be written any more.
const LEAST: u64 = 200 * MIB;

/// Below this somebody should make room.
const SCARCE: u64 = 2048 * MIB;

/// Looks at the disk of the data.
pub(super) fn look(config: &Config) -> Finding {
    let files = config.location.files_dir();
    let there = files.ancestors().find(|path| path.is_dir()).unwrap_or(Path::new("."));
    match health::free_bytes(there) {
        Ok(free) => judge(free),
        Err(error) => Finding::failed(SUBJECT, error),
    }
}

fn judge(free: u64) -> Finding {
    let found = format!("剩余 {} MB", free / MIB);
    let advice = "清理磁盘，或把 backup_dir 移到另一块磁盘";
    if free >= SCARCE {
        return Finding::well(SUBJECT, found);
    }
    let state = if free < LEAST { State::Wrong } else { State::Remark };
    Finding::new(SUBJECT, state, found, advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_room_is_told() {
        let state = |free| judge(free).state;
        assert_eq!(state(10 * MIB), State::Wrong);
        assert_eq!(state(LEAST), State::Remark);
        assert_eq!(state(SCARCE), State::Well);
    }
}
