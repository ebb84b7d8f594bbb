//! `halfsky data import`: figures of earlier years arrive as a batch, each remembering the file it came from.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use halfsky_monitor::long_table::{self, Effect, Known, Line};
use halfsky_monitor::names::Names;
use halfsky_monitor::observation::{Observation, Value};
use halfsky_monitor::workbook::{self, SheetProblem};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::source::LARGEST_FILE;
use halfsky_store::audit::Entry;
use halfsky_store::files::FileHash;
use halfsky_store::observations::{self, NewValue, Recording, Years, record};
use halfsky_store::plans::Stamp;
use halfsky_store::{Store, definitions, regions};

use crate::arrival::ACTOR;
use crate::clock;
use crate::command::{Console, block_on, serve};
use crate::config::Config;

/// More problems than this are counted and not listed; so are changes.
const LISTED: usize = 50;

/// Years before the first of a file whose figures it is checked against.
const YEARS_BACK: i32 = 6;

/// 导入以前年份的数据（长表）：全部检查通过才写入，同一文件导入两次不重复
#[derive(Debug, clap::Args)]
#[command(after_help = "\
长表每行一个数：
  REF_AREA     地区（区划代码；可用 --ref-area 代替）
  INDICATOR    指标（代码，或指标目录中的名称）
  TIME_PERIOD  报告期（2023、2023-A1、2023-S1、2023-Q1、2023-03）
  OBS_VALUE    数值
  可以没有：SEX性别、AGE年龄、RESIDENCE城乡、GROUP分组、UNIT_MEASURE计量单位、SOURCE取数方式、
  OBS_STATUS数据状态、MISSING_REASON缺数原因、NOTE情况说明
列名和内容都可以写英文代码，也可以写中文。halfsky data export 导出的表可以直接导入。")]
pub(crate) struct Arguments {
    /// 数据表（csv、tsv、xlsx、ods），可以有几个
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// 表中没有地区一列时，数据属于哪个地区
    #[arg(long, value_name = "CODE")]
    ref_area: Option<RefArea>,
    /// 数据来源，如《云溪县统计年鉴2020》；不写则记文件名
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// 只检查并说明会改动什么，不写入
    #[arg(long)]
    dry_run: bool,
}

/// A file that was read and checked.
struct Batch {
    name: String,
    bytes: Vec<u8>,
    hash: FileHash,
    lines: Vec<Line>,
}

/// What a batch did, or would do.
#[derive(Default)]
struct Done {
    recording: Recording,
    revised: Vec<String>,
}

/// Reads and checks every file; only when nothing is wrong with any of them, they are kept.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    block_on(async {
        let store = serve::open(config).await?;
        let names = definitions::names(&store).await?;
        let regions: BTreeSet<RefArea> =
            regions::list(&store).await?.into_iter().map(|region| region.code).collect();
        if let Some(code) = arguments.ref_area.as_ref().filter(|code| !regions.contains(*code)) {
            bail!("没有区划代码为{code}的地区；请先登记区划");
        }
        let known = Known { names: &names, regions: &regions, region: arguments.ref_area.clone() };
        let mut batches = Vec::new();
        let mut wrong = 0;
        for path in &arguments.files {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            console.progress(&format!("正在读取 {name}"))?;
            let bytes = read(path)?;
            let table = match workbook::open(&bytes) {
                Ok(grids) => long_table::read(&grids, &known),
                Err(problem) => bail!("{name}：{problem}"),
            };
            let (errors, warnings) = check(&store, &table, &names).await?;
            wrong += errors.len();
            tell(console, &name, ("出错", &errors))?;
            tell(console, &name, ("提示", &warnings))?;
            let hash = FileHash::of(&bytes);
            batches.push(Batch { name, bytes, hash, lines: table.lines });
        }
        if wrong > 0 {
            writeln!(console.err, "共{wrong}处错误，没有导入任何数据；请改正后重试。")?;
            store.close().await;
            return Ok(ExitCode::FAILURE);
        }
        for mut batch in batches {
            let counts = arguments.dry_run.then(|| counts(&batch.lines));
            let lines = std::mem::take(&mut batch.lines);
            let done = keep(&store, (&batch, lines), arguments, console).await?;
            summary(console, &batch.name, &done, arguments)?;
            if let Some(counts) = counts {
                tell_counts(console, &counts, &names)?;
            }
        }
        store.close().await;
        Ok(ExitCode::SUCCESS)
    })
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let limit = u64::try_from(LARGEST_FILE).unwrap_or(u64::MAX).saturating_add(1);
    let file =
        std::fs::File::open(path).with_context(|| format!("不能打开文件 {}", path.display()))?;
    let mut bytes = Vec::new();
    file.take(limit)
        .read_to_end(&mut bytes)
        .with_context(|| format!("不能读取文件 {}", path.display()))?;
    Ok(bytes)
}

/// What is wrong with a table, and what is to be looked at.
async fn check(
    store: &Store,
    table: &long_table::LongTable,
    names: &Names,
) -> anyhow::Result<(Vec<SheetProblem>, Vec<SheetProblem>)> {
    let mut errors = table.problems.clone();
    let Some((from, to)) = table.years() else {
        if errors.is_empty() {
            errors.push(SheetProblem {
                place: "文件".to_owned(),
                message: "表中没有数据".to_owned(),
                what_to_do: "请核对是否选错了文件".to_owned(),
            });
        }
        return Ok((errors, Vec::new()));
    };
    let mut standing = Vec::new();
    for region in table.regions() {
        let years = Years { from: from - YEARS_BACK, to };
        standing.extend(observations::of_years(store, &region, years).await?);
    }
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let checked = long_table::check(&table.lines, &standing, names, threads)?;
    errors.extend(checked.errors);
    Ok((errors, checked.warnings))
}

fn tell(
    console: &mut Console<'_>,
    file: &str,
    (kind, problems): (&str, &[SheetProblem]),
) -> anyhow::Result<()> {
    for problem in problems.iter().take(LISTED) {
        let SheetProblem { place, message, what_to_do } = problem;
        writeln!(console.err, "{kind} {file} {place}：{message}。{what_to_do}。")?;
    }
    if problems.len() > LISTED {
        writeln!(console.err, "{kind} {file}：另有{}处", problems.len() - LISTED)?;
    }
    Ok(())
}

/// Keeps the lines of a batch region by region, or tells what keeping them would do. What changes is compared inside
/// the transaction that keeps it.
async fn keep(
    store: &Store,
    (batch, lines): (&Batch, Vec<Line>),
    arguments: &Arguments,
    console: &mut Console<'_>,
) -> anyhow::Result<Done> {
    let source = arguments.source.as_deref().unwrap_or(&batch.name);
    let hash = batch.hash.as_str();
    let why: Arc<str> = format!("导入历史数据：{source}（{}，SHA-256 {hash}）", batch.name).into();
    let mut by_region: BTreeMap<RefArea, Vec<Line>> = BTreeMap::new();
    for line in lines {
        let region = &line.observation.key.ref_area;
        match by_region.get_mut(region) {
            Some(lines) => lines.push(line),
            None => drop(by_region.insert(region.clone(), vec![line])),
        }
    }
    let mut done = Done::default();
    let mut file_kept = false;
    for (region, lines) in by_region {
        console.progress(&format!("正在导入 {region} 的数据"))?;
        let stamp = Stamp { at: clock::now(), by: ACTOR.to_owned() };
        let years = lines.iter().map(|line| line.observation.key.period.year());
        let years = Years {
            from: years.clone().min().context("没有数据")?,
            to: years.max().context("没有数据")?,
        };
        let mut tx = store.begin_bulk(&region).await?;
        // writers of a region follow one another: what is read here still holds when the batch is kept
        let standing = observations::of_years(store, &region, years).await?;
        let mut values = Vec::with_capacity(lines.len());
        for (line, effect) in long_table::against(lines, &standing) {
            if let Effect::Revised(before) = &effect {
                done.revised.push(change(before, &line));
            }
            let observation = line.observation;
            values.push(NewValue { observation, why: Arc::clone(&why), from: None });
        }
        let recording = record(&mut tx, &values, &stamp).await?;
        done.recording.added += recording.added;
        done.recording.revised += recording.revised;
        done.recording.unchanged += recording.unchanged;
        if arguments.dry_run || recording.added + recording.revised == 0 {
            tx.rollback().await?;
            continue;
        }
        if !file_kept {
            store.files().keep(&batch.bytes)?;
            file_kept = true;
        }
        let entry = Entry::new(stamp.at, ACTOR, "figures.import", &format!("figures {region}"))
            .about(&batch.name)
            .changed("文件校验码", "", hash)
            .changed("新增", "", &format!("{}项", recording.added))
            .changed("修订", "", &format!("{}项", recording.revised));
        tx.commit(entry.because(source)).await?;
    }
    Ok(done)
}

/// `CSV!F3 W-H05 2023-A1：92.8 → 92.9`
fn change(before: &Observation, line: &Line) -> String {
    let said = |observation: &Observation| match &observation.value {
        Value::Figure(figure) => figure.to_string(),
        Value::Missing(missing) => missing.reason.label().to_owned(),
    };
    let key = &line.observation.key;
    let parts = [key.sex.label(), key.residence.label()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| *part != "合计").collect();
    let part =
        if parts.is_empty() { String::new() } else { format!("（{}）", parts.join("、")) };
    let (before, after) = (said(before), said(&line.observation));
    let change = if before == after {
        format!("{before}（数值不变，标注或说明改变）")
    } else {
        format!("{before} → {after}")
    };
    format!("{} {} {}{part}：{change}", line.place, key.indicator, key.period)
}

fn summary(
    console: &mut Console<'_>,
    name: &str,
    done: &Done,
    arguments: &Arguments,
) -> anyhow::Result<()> {
    let Recording { added, revised, unchanged } = done.recording;
    let would = if arguments.dry_run { "将" } else { "" };
    writeln!(
        console.out,
        "{name}：{would}新增{added}项，{would}修订{revised}项，{unchanged}项与已有数据相同"
    )?;
    for line in done.revised.iter().take(LISTED) {
        writeln!(console.out, "  修订 {line}")?;
    }
    if done.revised.len() > LISTED {
        writeln!(console.out, "  另有{}项修订", done.revised.len() - LISTED)?;
    }
    Ok(())
}

/// How many figures of each indicator there are.
type Counts = BTreeMap<IndicatorCode, usize>;

fn counts(lines: &[Line]) -> Counts {
    let mut counts = Counts::new();
    for line in lines {
        *counts.entry(line.observation.key.indicator.clone()).or_default() += 1;
    }
    counts
}

fn tell_counts(console: &mut Console<'_>, counts: &Counts, names: &Names) -> anyhow::Result<()> {
    for (code, count) in counts.iter().take(LISTED) {
        writeln!(console.out, "  {code} {}：{count}项", names.name(code))?;
    }
    writeln!(console.out, "没有写入；确认后去掉 --dry-run 再运行。")?;
    Ok(())
}
