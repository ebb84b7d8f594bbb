//! `halfsky hindcast`: the forecasts the method would have issued on the store's own past, and how they did.

use std::process::ExitCode;

use halfsky_evaluate::run::{Material, hindcast};
use halfsky_plan::ref_area::RefArea;
use halfsky_report::hindcast_table;
use halfsky_report::render::text;

use super::evaluate::materials;
use super::{Console, block_on, serve};
use crate::config::Config;

/// 用已发布的历史数据回测预测：覆盖率、Brier得分、可靠性；不保存
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 只用一个地区的数据（区划代码）
    #[arg(long, value_name = "CODE")]
    region: Option<RefArea>,
}

/// Runs through the past of every plan in force.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let found: Vec<Material> = block_on(async {
        let store = serve::open(config).await?;
        let found = materials(&store, arguments.region.as_ref()).await;
        store.close().await;
        found
    })?;
    let subjects: Vec<_> = found.iter().flat_map(Material::held).collect();
    let told = hindcast(&subjects);
    if told.cases == 0 {
        anyhow::bail!(
            "{} 里没有够长的历史数据：回测至少需要一个指标有三年可比的已发布数据",
            config.location
        );
    }
    for table in hindcast_table::hindcast(&told) {
        writeln!(console.out, "{}", text::table(&table))?;
    }
    writeln!(console.out, "回测只说明方法在本库历史数据上的表现，不改变任何参数。")?;
    Ok(ExitCode::SUCCESS)
}
