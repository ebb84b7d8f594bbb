//! Checking a backup without restoring it.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use super::archive::{self, broken, unfit};
use super::manifest::{KEY, Manifest, file_of, table_of};
use super::protection::Unlock;
use crate::error::{Error, Result};
use crate::files::FileHash;

/// Reads a whole backup and compares every part with the manifest, and the manifest with the parts: hash,
/// size, number of rows and files. Waits for the disk. `progress` is told what has been read.
pub fn verify(
    path: &Path,
    unlock: &Unlock,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<Manifest> {
    let mut rows: BTreeMap<String, u64> = BTreeMap::new();
    let (mut files, mut last) = (0_u64, String::new());
    let manifest = archive::read(path, unlock, &mut |name, data| {
        if let Some(table) = table_of(name) {
            if last != table {
                table.clone_into(&mut last);
                progress(&format!("正在核验表 {table}"));
            }
            *rows.entry(table.to_owned()).or_default() += count_lines(data)?;
        } else if let Some(hash) = file_of(name) {
            if FileHash::parse(hash).is_none() {
                return Err(unfit(&format!("文件名 {hash} 不是校验值")));
            }
            files += 1;
        } else if name != KEY {
            return Err(unfit(&format!("有不认识的内容 {name}")));
        }
        Ok(())
    })?;
    for table in &manifest.tables {
        let found = rows.remove(&table.name).unwrap_or(0);
        if found != table.rows {
            let (name, promised) = (&table.name, table.rows);
            return Err(unfit(&format!("表 {name} 应有 {promised} 行，实际 {found} 行")));
        }
    }
    if let Some(table) = rows.keys().next() {
        return Err(unfit(&format!("清单中没有表 {table}")));
    }
    if files != manifest.files {
        return Err(unfit(&format!("应有 {} 个文件，实际 {files} 个", manifest.files)));
    }
    check_file_names(&manifest)?;
    Ok(manifest)
}

fn count_lines(data: &mut dyn Read) -> Result<u64> {
    let mut buffer = [0; 1 << 14];
    let mut lines = 0;
    loop {
        let read = data.read(&mut buffer).map_err(broken)?;
        if read == 0 {
            return Ok(lines);
        }
        let found = buffer[..read].split(|byte| *byte == b'\n').count() - 1;
        lines += u64::try_from(found).unwrap_or(0);
    }
}

/// A kept file must be what its name says.
fn check_file_names(manifest: &Manifest) -> Result<()> {
    let wrong = manifest
        .parts
        .iter()
        .find(|part| file_of(&part.name).is_some_and(|hash| hash != part.sha256));
    match wrong {
        None => Ok(()),
        Some(part) => Err(Error::Unusable(format!("备份不能用：{} 的内容与文件名不符", part.name))),
    }
}
