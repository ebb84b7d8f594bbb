//! Document (文书): a report or a letter as data, before it becomes docx, pdf or html.
//!
//! Every figure in its sentences keeps the key of the published figure it is, so that a reader can follow it.

pub mod edit;

use halfsky_monitor::observation::ObservationKey;

use crate::chart::line::LineChart;
use crate::table::Table;

/// Which form of `layout` a document takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// 监测报告, 评估报告, 统计资料: page and type of the standard, no red head.
    Report,
    /// 信函格式: 提示函, 预警函, 督办函, 催报函.
    Letter,
    /// 公文格式 with a red head: 通报, 报告, 请示.
    Official,
    /// 纪要格式.
    Minutes,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub form: Form,
    pub title: String,
    /// Below the title of a report: who made it and when.
    pub byline: Vec<String>,
    /// 版头; None for a report.
    pub head: Option<Head>,
    /// 主送机关, without its colon; empty: none.
    pub addressee: String,
    pub blocks: Vec<Block>,
    /// 落款
    pub signature: Option<Signature>,
    /// 附件, numbered in this order.
    pub attachments: Vec<Attachment>,
    /// 附注, without its parentheses; empty: none.
    pub remark: String,
    /// 版记
    pub imprint: Option<Imprint>,
    /// What every figure rests on, in one line; empty for a document without figures.
    pub basis: String,
}

/// 版头: what stands above the red line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// 发文机关标志 as it is printed: with 文件 in a red-headed document, without it in a letter.
    pub issuer: String,
    /// 发文字号: `云妇儿办函〔2026〕5号`; empty where it is not given yet.
    pub number: String,
    /// 签发人 of a document to the level above; empty otherwise.
    pub signed_by: String,
    /// 紧急程度: `特急`, `加急`; empty: none.
    pub urgency: String,
}

/// 落款 without a seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub organ: String,
    /// 成文日期: `2026年3月5日`.
    pub date: String,
}

/// 附件: its title and what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub title: String,
    pub blocks: Vec<Block>,
}

/// 版记
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imprint {
    /// 抄送机关, without 抄送 and full stop; empty: none.
    pub copies: String,
    /// 印发机关; empty in a letter.
    pub printed_by: String,
    /// 印发日期: `2026年3月5日`; empty in a letter.
    pub printed_on: String,
}

/// A part of a text, in reading order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    Heading(Heading),
    Paragraph(Paragraph),
    Table(NumberedTable),
    Chart(Chart),
}

/// Levels of the standard: 一、 （一） 1. （1）
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    One,
    Two,
    Three,
    Four,
}

impl Level {
    /// All levels, highest first.
    pub const ALL: [Self; 4] = [Self::One, Self::Two, Self::Three, Self::Four];

    /// From 1.
    pub const fn number(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Three => 3,
            Self::Four => 4,
        }
    }

    /// Its mark for the n-th heading, from 1.
    pub fn mark(self, number: usize) -> String {
        match self {
            Self::One => format!("{}、", chinese(number)),
            Self::Two => format!("（{}）", chinese(number)),
            Self::Three => format!("{number}."),
            Self::Four => format!("（{number}）"),
        }
    }
}

/// A heading with its mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    pub level: Level,
    /// `一、总体情况`
    pub text: String,
}

/// A paragraph. Its id stays the same when the document is made anew from other figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    pub id: String,
    pub runs: Vec<Run>,
    /// Whether somebody rewrote it and the figures under it changed since.
    pub state: TextState,
}

/// Where the words of a paragraph come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextState {
    /// As the program made it.
    Generated,
    /// Rewritten by a person; the made text has not changed since.
    Edited,
    /// Rewritten by a person, and the made text has changed since: a person must look.
    Outdated,
}

/// A piece of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    Text(String),
    /// A published figure as printed, with its unit.
    Figure {
        text: String,
        key: Box<ObservationKey>,
    },
}

impl Run {
    /// Its words.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Figure { text, .. } => text,
        }
    }
}

impl Paragraph {
    /// A paragraph as the program made it.
    pub fn new(id: impl Into<String>, runs: Vec<Run>) -> Self {
        Self { id: id.into(), runs, state: TextState::Generated }
    }

    /// A paragraph of words alone.
    pub fn words(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(id, vec![Run::Text(text.into())])
    }

    /// All its words.
    pub fn text(&self) -> String {
        self.runs.iter().map(Run::text).collect()
    }
}

/// Which way a table lies on the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Orientation {
    Upright,
    /// A4 landscape, on pages of its own.
    Landscape,
}

/// A table as it stands in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberedTable {
    /// `表1  2025年目标达标情况`
    pub caption: String,
    pub table: Table,
    /// Shares of the width, one a column.
    pub widths: Vec<u16>,
    pub orientation: Orientation,
    /// Below the table.
    pub notes: Vec<String>,
}

/// A chart as it stands in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// `图1  …`
    pub caption: String,
    pub chart: LineChart,
}

impl Document {
    /// Every block in reading order, those of attachments too.
    pub fn all_blocks(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().chain(self.attachments.iter().flat_map(|a| &a.blocks))
    }

    /// Every paragraph in reading order.
    pub fn paragraphs(&self) -> impl Iterator<Item = &Paragraph> {
        self.all_blocks().filter_map(|block| match block {
            Block::Paragraph(paragraph) => Some(paragraph),
            _ => None,
        })
    }

    /// Every figure its sentences hold, as printed with its key.
    pub fn figures(&self) -> impl Iterator<Item = (&str, &ObservationKey)> {
        self.paragraphs().flat_map(|p| &p.runs).filter_map(|run| match run {
            Run::Figure { text, key } => Some((text.as_str(), key.as_ref())),
            Run::Text(_) => None,
        })
    }
}

/// A number from 1 to 99 in Chinese; larger ones in digits.
pub fn chinese(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match number {
        1..=9 => DIGITS[number].to_owned(),
        10..=19 => format!("十{}", DIGITS[number - 10]),
        20..=99 => format!("{}十{}", DIGITS[number / 10], DIGITS[number % 10]),
        _ => number.to_string(),
    }
}

/// Puts blocks together: headings get their marks, tables and charts their numbers.
#[derive(Debug, Default)]
pub struct Composer {
    blocks: Vec<Block>,
    headings: [usize; 4],
    tables: usize,
    charts: usize,
}

impl Composer {
    /// A heading of a level; lower levels count anew.
    pub fn heading(&mut self, level: Level, text: &str) -> &mut Self {
        let at = usize::from(level.number()) - 1;
        self.headings[at] += 1;
        self.headings[at + 1..].fill(0);
        let text = format!("{}{text}", level.mark(self.headings[at]));
        self.blocks.push(Block::Heading(Heading { level, text }));
        self
    }

    /// A paragraph of runs.
    pub fn runs(&mut self, id: impl Into<String>, runs: Vec<Run>) -> &mut Self {
        self.blocks.push(Block::Paragraph(Paragraph::new(id, runs)));
        self
    }

    /// A paragraph of words alone.
    pub fn words(&mut self, id: impl Into<String>, text: impl Into<String>) -> &mut Self {
        self.blocks.push(Block::Paragraph(Paragraph::words(id, text)));
        self
    }

    /// A table with its number; `widths` are shares of the width, one a column.
    pub fn table(
        &mut self,
        table: Table,
        widths: &[u16],
        orientation: Orientation,
        notes: Vec<String>,
    ) -> &mut Self {
        self.tables += 1;
        let caption = format!("表{}  {}", self.tables, table.title);
        let widths = widths.to_vec();
        self.blocks.push(Block::Table(NumberedTable {
            caption,
            table,
            widths,
            orientation,
            notes,
        }));
        self
    }

    /// A chart with its number.
    pub fn chart(&mut self, chart: LineChart) -> &mut Self {
        self.charts += 1;
        let caption = format!("图{}  {}", self.charts, chart.title);
        self.blocks.push(Block::Chart(Chart { caption, chart }));
        self
    }

    /// What was put together.
    pub fn finish(self) -> Vec<Block> {
        self.blocks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_marked_by_level() {
        let mut composer = Composer::default();
        composer.heading(Level::One, "总体").heading(Level::Two, "甲").heading(Level::Two, "乙");
        composer.heading(Level::One, "领域").heading(Level::Two, "丙").heading(Level::Three, "丁");
        composer.heading(Level::Four, "戊");
        let told: Vec<String> = composer
            .finish()
            .into_iter()
            .map(|b| match b {
                Block::Heading(h) => h.text,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(
            told,
            ["一、总体", "（一）甲", "（二）乙", "二、领域", "（一）丙", "1.丁", "（1）戊"]
        );
    }

    #[test]
    fn numbers_are_told_in_chinese() {
        let told = [1, 10, 11, 20, 21, 99, 100].map(chinese);
        assert_eq!(told, ["一", "十", "十一", "二十", "二十一", "九十九", "100"]);
    }
}
