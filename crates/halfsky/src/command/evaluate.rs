//! `halfsky evaluate`: judges the plans in force on what is published, keeps the runs and prints them. Kept runs are
//! compared by its subcommands.

use std::process::ExitCode;

use halfsky_evaluate::run::Run;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanId;
use halfsky_report::render::{csv, text};
use halfsky_report::{evaluation_tables, read_outs};
use halfsky_store::audit::Entry;
use halfsky_store::editions;
use halfsky_store::plans::{PlanSummary, Stamp};
use halfsky_store::{Location, Store, evaluations};
use halfsky_web::evaluating::{Asked, Evaluated, plans_in_force, run as evaluate_plan};

use super::{Console, block_on, serve};
use crate::arrival::ACTOR;
use crate::clock;
use crate::config::Config;

mod rank;

/// 评估生效的规划，保存评估记录并输出结果
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// 评估年度；不写则为各地最近发布数据的年度
    #[arg(long, value_name = "YEAR")]
    year: Option<i32>,
    /// 只评估一个地区（区划代码）
    #[arg(long, value_name = "CODE")]
    region: Option<RefArea>,
    /// 只评估一部规划
    #[arg(long, value_name = "ID")]
    plan: Option<String>,
    /// 输出格式
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// 改为输出对标口径：同一数据按Open SDG、欧盟统计局和年均递减率（AARR）怎样归类；不影响评估结果
    #[arg(long)]
    read_outs: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// 比较下级各地区已保存的综合得分：名次，和领域权重增减25%时的名次区间
    Rank(rank::Arguments),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// 供程序使用；评估结果与保存的记录逐字节相同
    Json,
    /// 供人阅读
    Table,
    /// 供表格软件使用
    Csv,
}

/// Evaluates every plan asked for, in the order of regions and plans, or compares what was kept.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    block_on(async {
        let store = serve::open(config).await?;
        let outcome = match &arguments.command {
            Some(Command::Rank(asked)) => rank::run(&store, asked, console).await,
            None => evaluate(&store, &config.location, arguments, console).await,
        };
        store.close().await;
        outcome
    })
}

async fn evaluate(
    store: &Store,
    location: &Location,
    arguments: &Arguments,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let plans = chosen(store, location, arguments).await?;
    let mut runs = Vec::new();
    for (at, plan) in plans.iter().enumerate() {
        console.progress(&format!("正在评估 {}（{}/{}）", plan.title, at + 1, plans.len()))?;
        let asked = Asked {
            ref_area: plan.ref_area.clone(),
            plan_id: plan.plan_id.clone(),
            year: arguments.year,
        };
        runs.push((plan.title.as_str(), keep(store, &asked).await?.run));
    }
    if arguments.read_outs {
        print_read_outs(&runs, arguments.format, console)?;
    } else {
        print(&runs, arguments.format, console)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Evaluates one plan in the name of the command line.
pub(crate) async fn keep(store: &Store, asked: &Asked) -> anyhow::Result<Evaluated> {
    let now = clock::now();
    let stamp = Stamp { at: now, by: ACTOR.to_owned() };
    let entry = Entry::new(now, ACTOR, "evaluation.run", "").from(Entry::COMMAND_LINE);
    Ok(evaluate_plan(store, asked, (&stamp, entry)).await?)
}

/// The plans in force that were asked for; none is an error that says what to do.
async fn chosen(
    store: &Store,
    location: &Location,
    arguments: &Arguments,
) -> anyhow::Result<Vec<PlanSummary>> {
    let year = arguments.year.unwrap_or(i32::MAX);
    let mut plans = plans_in_force(store, arguments.region.as_ref(), year).await?;
    if let Some(id) = &arguments.plan {
        plans.retain(|plan| plan.plan_id == PlanId(id.clone()));
    }
    if plans.is_empty() {
        anyhow::bail!("{location} 里没有符合条件的生效规划；请先导入并确认规划");
    }
    if arguments.plan.is_none() && arguments.region.is_none() {
        // of all regions, those that have published take part
        let published = editions::regions(store).await?;
        plans.retain(|plan| published.contains(&plan.ref_area));
        if plans.is_empty() {
            anyhow::bail!("{location} 里还没有发布数据，不能评估；请先发布一版数据");
        }
    }
    Ok(plans)
}

fn print(runs: &[(&str, Run)], format: Format, console: &mut Console<'_>) -> anyhow::Result<()> {
    match format {
        Format::Json => {
            let texts: Vec<String> = runs.iter().map(|(_, run)| run.to_text()).collect();
            writeln!(console.out, "[{}]", texts.join(",\n"))?;
        }
        Format::Csv => {
            let all = runs.iter().flat_map(|(_, run)| &run.targets);
            console.out.write_all(&csv::csv(&evaluation_tables::targets("评估结果", all)))?;
        }
        Format::Table => {
            for (title, run) in runs {
                let title = format!("{title} {}年评估", run.year);
                let plan = run.rates.iter().filter(|r| r.by != "unit");
                let rates = evaluation_tables::rates("达标率", plan);
                for table in [
                    evaluation_tables::targets(&title, &run.targets),
                    rates,
                    evaluation_tables::scores(run),
                ] {
                    writeln!(console.out, "{}", text::table(&table))?;
                }
            }
        }
    }
    Ok(())
}

/// How other platforms would class the same figures.
fn print_read_outs(
    runs: &[(&str, Run)],
    format: Format,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    if format == Format::Json {
        let all: Vec<_> = runs.iter().map(|(_, run)| read_outs::json(run)).collect();
        writeln!(console.out, "{}", serde_json::to_string_pretty(&all)?)?;
        return Ok(());
    }
    for (title, run) in runs {
        let table = read_outs::table(&format!("{title} {}年对标口径", run.year), run);
        match format {
            Format::Csv => console.out.write_all(&csv::csv(&table))?,
            _ => writeln!(console.out, "{}", text::table(&table))?,
        }
    }
    Ok(())
}

/// Everything an evaluation of the newest published year needs, of every plan in force that has published figures.
pub(crate) async fn materials(
    store: &Store,
    region: Option<&RefArea>,
) -> anyhow::Result<Vec<halfsky_evaluate::run::Material>> {
    let published = editions::regions(store).await?;
    let mut all = Vec::new();
    for plan in plans_in_force(store, region, i32::MAX).await? {
        if published.contains(&plan.ref_area) {
            all.push(evaluations::material(store, &plan.ref_area, &plan.plan_id, None).await?);
        }
    }
    Ok(all)
}
