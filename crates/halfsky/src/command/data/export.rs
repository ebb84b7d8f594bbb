//! `halfsky data export`: what is published, as a long table; the same input gives the same bytes.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use halfsky_monitor::names::Names;
use halfsky_monitor::observation::Observation;
use halfsky_monitor::suppression::public_view;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::figure_tables::{Edition, sdmx_table};
use halfsky_report::render;
use halfsky_store::editions::{self, EditionKey};
use halfsky_store::observations::Years;
use halfsky_store::{Store, definitions};

use crate::command::{Console, block_on, serve};
use crate::config::Config;

/// 导出已发布的数据（长表）
#[derive(Debug, clap::Args)]
#[command(after_help = "\
不写 --edition 时，每个报告期取最新一版。默认为对外公布口径：小样本和可据以推算的数隐去（CONF_STATUS为A、S）。
列名用SDMX的词：REF_AREA地区、INDICATOR指标、TIME_PERIOD报告期、SEX性别、RESIDENCE城乡、OBS_VALUE数值等，
与 /api/v1 的 csv 相同；可以用 halfsky data import 再导入。")]
pub(crate) struct Arguments {
    /// 只导出这个地区（区划代码）；不写则导出全部地区
    #[arg(long, value_name = "CODE")]
    ref_area: Option<RefArea>,
    /// 只导出这一版：报告期/版次，如2024/2
    #[arg(long, value_name = "PERIOD/NUMBER", value_parser = edition_key)]
    edition: Option<EditionKey>,
    /// 格式
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    /// 写入文件；不写则输出到标准输出（xlsx必须写文件）
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// 内部使用：包括小样本
    #[arg(long)]
    internal: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Csv,
    Xlsx,
    Json,
}

fn edition_key(text: &str) -> Result<EditionKey, String> {
    let parts = text.split_once('/');
    let key = parts.and_then(|(period, number)| {
        Some(EditionKey { period: period.parse().ok()?, number: number.parse().ok()? })
    });
    key.ok_or_else(|| format!("“{text}”不是数据版本，应写作“报告期/版次”，如2024/2"))
}

/// Published figures with the edition each stands in.
type Lines = Vec<(Edition, Observation)>;

/// Writes what is published; nothing published is a failure.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    if arguments.format == Format::Xlsx && arguments.out.is_none() {
        bail!("xlsx 必须写入文件，请加 --out 文件名");
    }
    block_on(async {
        let store = serve::open(config).await?;
        let regions = match &arguments.ref_area {
            Some(code) => vec![code.clone()],
            None => editions::regions(&store).await?,
        };
        let names = definitions::names(&store).await?;
        let mut lines = Lines::new();
        for region in &regions {
            console.progress(&format!("正在读取 {region} 的数据"))?;
            lines.extend(of_region(&store, region, arguments, &names).await?);
        }
        store.close().await;
        if lines.is_empty() {
            bail!("没有已发布的数据，没有导出");
        }
        let bytes = render(&lines, arguments.format, &names)?;
        match &arguments.out {
            None => console.out.write_all(&bytes)?,
            Some(path) => {
                write(path, &bytes)?;
                writeln!(console.err, "已导出{}项数据：{}", lines.len(), path.display())?;
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// The file appears whole or not at all.
fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let words = || format!("不能写入文件 {}", path.display());
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let mut file = std::fs::File::create(&beside).with_context(words)?;
    file.write_all(bytes).with_context(words)?;
    file.sync_all().with_context(words)?;
    std::fs::rename(&beside, path).with_context(words)
}

/// The figures of one region, edition by edition: what is hidden depends on all figures of an edition.
async fn of_region(
    store: &Store,
    region: &RefArea,
    arguments: &Arguments,
    names: &Names,
) -> anyhow::Result<Lines> {
    let mut by_edition: BTreeMap<EditionKey, Vec<Observation>> = BTreeMap::new();
    if let Some(key) = arguments.edition {
        by_edition.insert(key, editions::load(store, region, key).await?.figures);
    } else {
        let years = Years { from: 0, to: 9998 };
        for published in editions::of_years(store, region, years).await? {
            by_edition.entry(published.edition).or_default().push(published.observation);
        }
    }
    let mut lines = Lines::new();
    for (key, figures) in by_edition {
        let shown = if arguments.internal {
            figures
        } else {
            public_view(&figures, names.structure(key.period.year()))
        };
        lines.extend(shown.into_iter().map(|o| ((key.period, key.number), o)));
    }
    Ok(lines)
}

fn render(lines: &Lines, format: Format, names: &Names) -> anyhow::Result<Vec<u8>> {
    let borrowed = lines.iter().map(|(edition, o)| (*edition, o));
    Ok(match format {
        Format::Csv => render::csv::csv(&sdmx_table(borrowed, names)),
        Format::Xlsx => render::xlsx::xlsx(&sdmx_table(borrowed, names))?,
        Format::Json => {
            let figures = render::json::figures::figures(borrowed, names);
            let placed = figures.into_iter().zip(lines).map(|(mut figure, (_, o))| {
                figure["ref_area"] = o.key.ref_area.as_str().into();
                figure
            });
            let figures: Vec<_> = placed.collect();
            let mut bytes = serde_json::to_vec_pretty(&serde_json::json!({ "figures": figures }))?;
            bytes.push(b'\n');
            bytes
        }
    })
}
