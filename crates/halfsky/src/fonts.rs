//! Fonts of this machine: looked for in the data directory and where systems keep them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fontdb::{Database, Source, Weight};
use halfsky_report::fonts::{Fonts, NoChineseFont};
use halfsky_report::layout::Role;
use halfsky_store::Location;

/// Inside the data directory: fonts the office brought itself.
const OWN: &str = "fonts";

/// The fonts documents are set with.
pub(crate) fn find(location: &Location) -> Result<Fonts, NoChineseFont> {
    let data = match location {
        Location::SqliteDir(dir) | Location::Postgres { files_dir: dir, .. } => dir.as_path(),
    };
    load(&data.join(OWN))
}

fn load(own: &Path) -> Result<Fonts, NoChineseFont> {
    let mut database = Database::new();
    database.load_fonts_dir(own);
    database.load_system_fonts();
    let mut files: BTreeSet<PathBuf> = BTreeSet::new();
    for role in Role::ALL {
        files.extend(files_of(&database, role));
    }
    let mut read = Vec::new();
    for file in &files {
        match std::fs::read(file) {
            Ok(bytes) => read.push(bytes),
            Err(error) => tracing::warn!(file = %file.display(), %error, "字体文件不能读取"),
        }
    }
    let fonts = Fonts::new(read)?;
    if let Some(remark) = fonts.remark() {
        tracing::info!("{remark}");
    }
    Ok(fonts)
}

/// The files of the first family that is there: regular, and bold for titles.
fn files_of(database: &Database, role: Role) -> Vec<PathBuf> {
    let (wanted, others) = role.families();
    let files = |family: &str| {
        let of_family = database.faces().filter(|face| {
            let named = face.families.iter().any(|(name, _)| name == family);
            let weight = face.weight == Weight::NORMAL
                || (role == Role::Title && face.weight == Weight::BOLD);
            named && weight
        });
        let mut files: Vec<PathBuf> = of_family
            .filter_map(|face| match &face.source {
                Source::File(path) | Source::SharedFile(path, _) => Some(path.clone()),
                Source::Binary(_) => None,
            })
            .collect();
        files.sort();
        files.dedup();
        files
    };
    let mut families = wanted.iter().chain(others).map(|family| files(family));
    families.find(|files| !files.is_empty()).unwrap_or_default()
}
