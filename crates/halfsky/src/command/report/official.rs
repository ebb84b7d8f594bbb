//! `halfsky report official`: red-headed documents about the monitoring of a year.

use std::process::ExitCode;

use halfsky_report::draft::official::{Heading, OfficialKind, official};

use super::Console;
use super::material::{Chosen, with_material};
use super::output::{Out, write};
use crate::config::Config;

/// 报告、请示、通报、会议纪要
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    chosen: Chosen,
    /// 文种
    #[arg(long, value_enum)]
    kind: Kind,
    /// 主送机关
    #[arg(long, value_name = "NAME", default_value = "")]
    to: String,
    /// 发文字号；不写则留空
    #[arg(long, default_value = "")]
    number: String,
    /// 签发人（报告、请示）
    #[arg(long, default_value = "")]
    signed_by: String,
    /// 联系人及电话（请示）
    #[arg(long, default_value = "")]
    contact: String,
    #[command(flatten)]
    out: Out,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// 报告
    Report,
    /// 请示
    Request,
    /// 通报
    Circular,
    /// 会议纪要
    Minutes,
}

impl From<Kind> for OfficialKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Report => Self::Report,
            Kind::Request => Self::Request,
            Kind::Circular => Self::Circular,
            Kind::Minutes => Self::Minutes,
        }
    }
}

/// Makes the document.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let heading = Heading {
        kind: arguments.kind.into(),
        number: &arguments.number,
        to: &arguments.to,
        signed_by: &arguments.signed_by,
        contact: &arguments.contact,
    };
    let document =
        with_material(&arguments.chosen, config, console, |m| Ok(official(m, &heading)?))?;
    write(&document, &arguments.out.out, config, console)?;
    Ok(ExitCode::SUCCESS)
}
