//! `halfsky generate`: an imagined country of any size, for trying the program and measuring it.

mod begin;
mod make;
mod people;
mod write;

use std::process::ExitCode;
use std::sync::Arc;

use halfsky_monitor::card;
use halfsky_monitor::imagined::{Country, LAST_YEAR, Size};
use halfsky_plan::indicator::Catalogue;
use halfsky_store::editions;
use tokio::sync::mpsc;

use super::{Console, block_on, serve};
use crate::clock;
use crate::config::Config;

/// Who writes the figures of an imagined country.
const ACTOR: &str = "虚拟地区";

/// Regions that are made ready while one is written: more would only cost memory.
const MADE_READY: usize = 2;

/// Milliseconds between two lines that tell how far it is.
const PATIENCE: i64 = 2_000;

/// 生成虚拟地区的规划、填报任务和多年数据，供试用和测试性能（不是真实地区）
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 县级地区数；市和省按每市9县、每省95县另外生成
    #[arg(long, value_name = "N")]
    regions: usize,
    /// 指标数，从内置目录各领域轮流选取
    #[arg(long, value_name = "M")]
    indicators: usize,
    /// 年数，最后一年为2025年
    #[arg(long, value_name = "Y")]
    years: u16,
    /// 随机种子；参数相同，生成的数据逐字相同
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// 同时建立试用账号（密码公开，不要用在对外的服务器上）
    #[arg(long)]
    accounts: bool,
}

/// Makes the country, or goes on where it was interrupted.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let size = Size {
        counties: arguments.regions,
        indicators: arguments.indicators,
        years: arguments.years,
        seed: arguments.seed,
    };
    let country = Arc::new(Country::new(size, &card::definitions(&Catalogue::builtin())?)?);
    block_on(async {
        let store = serve::open(config).await?;
        crate::people::secret_key(config, &store).await?;
        begin::begin(&store, &country, &config.location).await?;
        let done = editions::regions(&store).await?.into_iter().collect();
        let (sender, mut made) = mpsc::channel(MADE_READY);
        let making = {
            let country = Arc::clone(&country);
            tokio::task::spawn_blocking(move || make::regions(&country, &done, &sender))
        };
        let writer = write::Writer::new(&store, &country).await?;
        let mut progress = Progress { all: country.places().len(), ..Progress::new() };
        while let Some(region) = made.recv().await {
            progress.told(console)?;
            progress.figures += writer.write(&region).await?;
            progress.regions = region.number;
        }
        making.await??;
        if arguments.accounts {
            people::settle(&store, &country).await?;
        }
        store.close().await;
        writeln!(
            console.out,
            "已生成{}个地区（县级{}个）、{}项指标、{}至{LAST_YEAR}年的虚拟数据，本次写入{}条，用时{}秒",
            progress.all,
            size.counties,
            size.indicators,
            country.years().next().unwrap_or(LAST_YEAR),
            progress.figures,
            progress.seconds()
        )?;
        if arguments.accounts {
            writeln!(console.out, "试用账号：\n{}", people::table(&country))?;
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// How far it is.
struct Progress {
    all: usize,
    regions: usize,
    figures: usize,
    begun: i64,
    last: i64,
}

impl Progress {
    fn new() -> Self {
        let now = clock::now().as_millisecond();
        Self { all: 0, regions: 0, figures: 0, begun: now, last: now }
    }

    fn told(&mut self, console: &mut Console<'_>) -> anyhow::Result<()> {
        let now = clock::now().as_millisecond();
        if now - self.last < PATIENCE {
            return Ok(());
        }
        self.last = now;
        console.progress(&format!(
            "已完成{}/{}个地区，写入{}条数据，用时{}秒",
            self.regions,
            self.all,
            self.figures,
            self.seconds()
        ))
    }

    fn seconds(&self) -> i64 {
        (clock::now().as_millisecond() - self.begun) / 1000
    }
}
