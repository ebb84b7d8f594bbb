//! `halfsky report letter`: a draft that a person reviews, signs and sends.

use std::process::ExitCode;

use halfsky_report::draft::supervision_letter::{Letter, LetterKind, supervision_letter};
use jiff::civil::Date;

use super::Console;
use super::material::{Chosen, with_material};
use super::output::{Out, write};
use crate::config::Config;

/// 催报函、提示函、预警函、督办函
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    chosen: Chosen,
    /// 文种
    #[arg(long, value_enum)]
    kind: Kind,
    /// 主送单位，与规划分工中的写法一致
    #[arg(long, value_name = "NAME")]
    unit: String,
    /// 反馈期限，如2026-04-30
    #[arg(long, value_name = "DATE")]
    due: Date,
    /// 发文字号，如云妇儿办函〔2026〕5号；不写则留空
    #[arg(long, default_value = "")]
    number: String,
    /// 联系人及电话
    #[arg(long, default_value = "")]
    contact: String,
    #[command(flatten)]
    out: Out,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// 催报函
    Reminder,
    /// 提示函
    Notice,
    /// 预警函
    Warning,
    /// 督办函
    Supervision,
}

impl From<Kind> for LetterKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Reminder => Self::Reminder,
            Kind::Notice => Self::Notice,
            Kind::Warning => Self::Warning,
            Kind::Supervision => Self::Supervision,
        }
    }
}

/// Makes the document.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let letter = Letter {
        kind: arguments.kind.into(),
        unit: &arguments.unit,
        number: &arguments.number,
        due: arguments.due,
        contact: &arguments.contact,
    };
    let document =
        with_material(&arguments.chosen, config, console, |m| Ok(supervision_letter(m, &letter)?))?;
    write(&document, &arguments.out.out, config, console)?;
    Ok(ExitCode::SUCCESS)
}
