//! A document becomes the file that was asked for, by the ending of its name.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use halfsky_report::document::{Block, Document};
use halfsky_report::render::docx::{docx, rare};
use halfsky_report::render::html::document::{Links, page};
use halfsky_report::render::pdf::pdf;
use halfsky_report::render::xlsx;
use halfsky_report::yearbook::tables_of;

use super::Console;
use crate::config::Config;
use crate::fonts;

/// What a file can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Docx,
    Pdf,
    Html,
    Xlsx,
}

impl Format {
    /// The format of a name; `offered` is what this document can be.
    pub(super) fn of(out: &Path, offered: &[Self]) -> anyhow::Result<Self> {
        let ending = out.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
        let all = [Self::Docx, Self::Pdf, Self::Html, Self::Xlsx];
        let found = all.into_iter().find(|format| format.ending() == ending);
        let Some(format) = found.filter(|format| offered.contains(format)) else {
            let offered: Vec<&str> = offered.iter().map(|f| f.ending()).collect();
            bail!("输出文件“{}”的扩展名应为{}", out.display(), offered.join("、"))
        };
        Ok(format)
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Pdf => "pdf",
            Self::Html => "html",
            Self::Xlsx => "xlsx",
        }
    }
}

/// What a document can be; as xlsx it is its tables.
const TEXT: [Format; 4] = [Format::Docx, Format::Pdf, Format::Html, Format::Xlsx];

/// Where to write.
#[derive(Debug, clap::Args)]
pub(super) struct Out {
    /// 输出文件，按扩展名决定格式
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
}

/// Writes a document as docx, pdf or html; its tables as xlsx.
pub(super) fn write(
    document: &Document,
    out: &Path,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let format = Format::of(out, &TEXT)?;
    console.progress("正在排版")?;
    let drawn = document.all_blocks().any(|block| matches!(block, Block::Chart(_)));
    let bytes = match format {
        Format::Pdf => {
            let set = pdf(document, &fonts::find(&config.location)?)?;
            for remark in &set.remarks {
                writeln!(console.err, "提示：{remark}")?;
            }
            set.bytes
        }
        Format::Html => page(document, Links::NONE).into_bytes(),
        Format::Xlsx => {
            let tables = tables_of(document);
            let none = || format!("“{}”没有表格，不能生成xlsx", document.title);
            xlsx::book(&tables.with_context(none)?)?
        }
        Format::Docx => {
            let rare = rare(document);
            if !rare.is_empty() {
                let rare: Vec<String> = rare.iter().map(char::to_string).collect();
                writeln!(
                    console.err,
                    "提示：文中有GB2312以外的字（{}），正文改用仿宋、楷体。",
                    rare.join("、")
                )?;
            }
            let fonts = if drawn { Some(fonts::find(&config.location)?) } else { None };
            docx(document, fonts.as_ref())?
        }
    };
    save(out, &bytes, console)
}

/// Writes the bytes of a file and says so.
pub(super) fn save(out: &Path, bytes: &[u8], console: &mut Console<'_>) -> anyhow::Result<()> {
    std::fs::write(out, bytes).with_context(|| format!("不能写入 {}", out.display()))?;
    writeln!(console.out, "已生成 {}", out.display())?;
    Ok(())
}
