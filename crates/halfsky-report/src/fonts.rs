//! Fonts (字体): which installed face stands for each role of the standard, and what had to be replaced.
//!
//! The bytes of the faces come from the edge: nothing here looks at a disk.

use std::fmt;
use std::sync::Arc;

use resvg::usvg::fontdb;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook};

use crate::layout::Role;

/// The faces documents are set with.
#[derive(Clone)]
pub struct Fonts {
    pub(crate) faces: Vec<Font>,
    pub(crate) drawing: Arc<fontdb::Database>,
    chosen: Vec<Chosen>,
}

/// A role and the face that is used for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub role: Role,
    pub family: String,
    /// Another face than the standard asks for.
    pub substitute: bool,
}

/// No face for a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "没有找到可用的中文字体，不能生成PDF和图。请安装字体包 fonts-noto-cjk（Debian、Ubuntu、统信UOS）或 \
     google-noto-sans-cjk-fonts、google-noto-serif-cjk-fonts（openEuler、麒麟），或者把字体文件放入字体目录后重试"
)]
pub struct NoChineseFont;

impl Fonts {
    /// Every family a role can use, wanted or standing in: what the edge has to look for.
    pub fn families() -> Vec<&'static str> {
        let all = Role::ALL.iter().flat_map(|role| {
            let (wanted, others) = role.families();
            wanted.iter().chain(others).copied()
        });
        let mut families: Vec<&str> = all.collect();
        families.sort_unstable();
        families.dedup();
        families
    }

    /// Chooses among the faces of some font files.
    pub fn new(files: Vec<Vec<u8>>) -> Result<Self, NoChineseFont> {
        let known = Self::families();
        let mut drawing = fontdb::Database::new();
        let mut faces = Vec::new();
        for file in files {
            let bytes = Bytes::new(file);
            drawing.load_font_source(fontdb::Source::Binary(Arc::new(bytes.clone())));
            faces.extend(
                Font::iter(bytes).filter(|face| known.contains(&face.info().family.as_str())),
            );
        }
        let has = |family: &&&str| faces.iter().any(|face: &Font| face.info().family == **family);
        let choose = |role: Role| {
            let (wanted, others) = role.families();
            let found = wanted.iter().find(has).map(|family| (*family, false));
            let found = found.or_else(|| others.iter().find(has).map(|family| (*family, true)));
            found.map(|(family, substitute)| Chosen { role, family: family.to_owned(), substitute })
        };
        let chosen: Vec<Chosen> = Role::ALL.into_iter().filter_map(choose).collect();
        if chosen.len() < Role::ALL.len() {
            return Err(NoChineseFont);
        }
        let mut fonts = Self { faces, drawing: Arc::new(fontdb::Database::new()), chosen };
        drawing.set_sans_serif_family(fonts.family(Role::Hei).to_owned());
        fonts.drawing = Arc::new(drawing);
        Ok(fonts)
    }

    /// The family used for a role.
    pub fn family(&self, role: Role) -> &str {
        self.chosen.iter().find(|c| c.role == role).map_or("", |c| c.family.as_str())
    }

    /// The roles whose wanted face is not there.
    pub fn substitutions(&self) -> impl Iterator<Item = &Chosen> {
        self.chosen.iter().filter(|c| c.substitute)
    }

    /// What a reader has to know of the faces; None where all are those of the standard.
    pub fn remark(&self) -> Option<String> {
        let told: Vec<String> =
            self.substitutions().map(|c| format!("{}以{}代替", c.role.name(), c.family)).collect();
        let told = told.join("、");
        (!told.is_empty()).then(|| format!("字体已替代，不作格式符合性结论：{told}。"))
    }

    /// The characters of a text that none of the faces has, each once.
    pub fn missing(&self, text: &str) -> Vec<char> {
        let has = |c: char| self.faces.iter().any(|f| f.info().coverage.contains(u32::from(c)));
        let mut missing: Vec<char> = text.chars().filter(|c| !c.is_control() && !has(*c)).collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    pub(crate) fn book(&self) -> FontBook {
        FontBook::from_fonts(&self.faces)
    }
}

impl fmt::Debug for Fonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fonts").field("chosen", &self.chosen).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_chinese_font_the_package_is_named() {
        let told = Fonts::new(vec![vec![0; 64]]).unwrap_err().to_string();
        assert!(told.contains("fonts-noto-cjk"), "{told}");
    }
}
