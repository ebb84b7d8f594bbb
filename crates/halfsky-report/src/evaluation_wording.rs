//! Words of an evaluation: why a target stands as it does, in sentences a leader reads in ten seconds and a
//! statistician can check.

use halfsky_evaluate::attainment::Fact;
use halfsky_evaluate::class::Class;
use halfsky_evaluate::pace::{Pace, PaceWord};
use halfsky_evaluate::run::{
    Basis, Cause, Change, FewEventsResult, GenderIndexResult, InputGap, OutlookResult, PeerPace,
    Scenario, TargetResult,
};
use halfsky_evaluate::small_number::evidence_words;
use halfsky_evaluate::status::Reason;

use crate::outlook_wording::{probability, reason, value};

/// Why a target has its class, in one sentence.
pub fn cause(cause: Cause) -> String {
    match cause {
        Cause::NoValue => reason(Reason::NoValue),
        Cause::TargetYearMet => reason(Reason::TargetYear { met: true }),
        Cause::TargetYearMissed => reason(Reason::TargetYear { met: false }),
        Cause::TargetYearMissing => reason(Reason::TargetYearMissing),
        Cause::MetNow { probability } => reason(Reason::MetNow { probability }),
        Cause::MetNowWithout { why } => reason(Reason::MetNowWithout(why)),
        Cause::LoneValue => reason(Reason::LoneValue),
        Cause::NotMetWithout { why } => reason(Reason::NotMetWithout(why)),
        Cause::NotMet { probability } => reason(Reason::NotMet { probability }),
        Cause::NotComparable => {
            "统计口径在基期之后有变化，前后不可比，不比较、不研判、不预警。".to_owned()
        }
        Cause::Trend { fact, improving } => match improving {
            Some(p) => format!("{}；向要求方向变化的概率为{}。", fact.label(), probability(p)),
            None => format!("{}；可比数据不足，不判断趋势。", fact.label()),
        },
        Cause::Slowing { slows: Some(true) } => {
            "最近一年的升幅不大于上一年，上升趋势减缓。".to_owned()
        }
        Cause::Slowing { slows: Some(false) } => {
            "最近一年的升幅大于上一年，上升趋势没有减缓。".to_owned()
        }
        Cause::Slowing { slows: None } => "可比数据不足三年，不判断趋势。".to_owned(),
        Cause::People => "定性目标，由妇儿工委办公室对照佐证材料认定。".to_owned(),
        Cause::Not { why } => format!("{}，不能计算。", why.label()),
    }
}

/// Why a target has its class, and why its fact may say something else: a duty to keep is broken by a single year.
pub fn explanation(target: &TargetResult) -> String {
    let told = cause(target.cause);
    if target.broken.is_empty() {
        return told;
    }
    let years: Vec<String> = target.broken.iter().map(|y| format!("{y}年")).collect();
    format!("{told}要求逐年保持，{}没有达到，按事实计为未达标。", years.join("、"))
}

/// A figure of the working series with its unit; a dash where there is none.
pub fn latest(target: &TargetResult) -> String {
    target.latest.as_ref().map_or_else(|| "–".to_owned(), |p| with_unit(target, &p.value))
}

/// A printed figure with the unit of a target.
pub fn with_unit(target: &TargetResult, figure: &str) -> String {
    format!("{figure}{}", target.unit)
}

/// The most decimals the figures of a target are printed with.
pub fn decimals(target: &TargetResult) -> u32 {
    let of = |text: &str| text.split_once('.').map_or(0, |(_, places)| places.len());
    let most = target.figures.iter().map(|p| of(&p.value)).max().unwrap_or(0);
    u32::try_from(most).unwrap_or(0)
}

/// 序时进度 in words: the ratio with its word, or why there is none.
pub fn pace(target: &TargetResult) -> String {
    match (&target.pace, target.pace_gap) {
        (Some(pace), _) => {
            let found = Pace { ratio: pace.ratio, progress: None, time_progress: None };
            let word = found.word(target.fact.unwrap_or(Fact::NotAttained));
            match word {
                PaceWord::Early => word.label().to_owned(),
                _ => format!("{}（{}）", word.label(), value(pace.ratio, 2)),
            }
        }
        (None, Some(why)) => why.label().to_owned(),
        (None, None) => "–".to_owned(),
    }
}

/// The probability of attainment as people read it; a dash where there is none.
pub fn chance(target: &TargetResult) -> String {
    let drawn = target.outlook.as_ref().filter(|o| o.drawn);
    drawn.and_then(|o| o.probability).map_or_else(|| "–".to_owned(), probability)
}

/// What a leader has to know, in two sentences.
pub fn summary(target: &TargetResult) -> String {
    let stand = match (&target.latest, target.class) {
        (_, Class::People(_)) => format!("{}：{}。", target.indicator, target.class.label()),
        (Some(latest), _) => format!(
            "{}{}年为{}，目标（{}年）{}：{}。",
            target.indicator,
            latest.year,
            with_unit(target, &latest.value),
            target.by,
            target.demand,
            target.class.label()
        ),
        (None, _) => {
            format!(
                "{}目标（{}年）{}：{}。",
                target.indicator,
                target.by,
                target.demand,
                target.class.label()
            )
        }
    };
    format!("{stand}{}", explanation(target))
}

/// The prior of an outlook, as it must be printed.
pub fn prior(outlook: &OutlookResult) -> String {
    let prior = &outlook.prior;
    format!("{}（方差{}，自由度{}）", prior.origin.label(), prior.variance, value(prior.df, 2))
}

/// What a handful of cases prove.
pub fn few_events(few: &FewEventsResult) -> String {
    let evidence = evidence_words(&few.evidence);
    format!(
        "近{}年合计{}例，合并率{}，95%区间{}～{}，{evidence}；再多1例，当年率上升{}。",
        few.window,
        few.events,
        value(few.rate, 2),
        value(few.lower, 1),
        value(few.upper, 1),
        value(few.one_event, 2)
    )
}

/// A yearly change as people read it: +1.20个百分点, −2.9%.
pub fn yearly(target: &TargetResult, basis: Basis, change: f64) -> String {
    let sign = if change < 0.0 { "−" } else { "+" };
    match basis {
        Basis::Percent => format!("{sign}{}%", value(change.abs(), 2)),
        Basis::Units => {
            let places = decimals(target) + 1;
            let unit = if target.unit == "%" { "个百分点" } else { target.unit.as_str() };
            format!("{sign}{}{unit}", value(change.abs(), places))
        }
    }
}

/// What it takes from now on, beside what was achieved.
pub fn required(target: &TargetResult, scenario: &Scenario) -> String {
    let told = |change: f64| yearly(target, scenario.basis, change);
    if scenario.needed == 0.0 {
        return format!("最新数据已达到目标，到{}年保持即可。", target.by);
    }
    let mut parts = vec![format!(
        "到{}年还有{}年，要达到目标，每年须变化{}",
        target.by,
        scenario.years,
        told(scenario.needed)
    )];
    if let Some(average) = &scenario.average {
        parts.push(format!("基期以来年均{}", told(average.per_year)));
    }
    if let Some(best) = &scenario.best {
        let (from, to) = (best.from, best.to);
        parts.push(format!("本地最好的一次是{from}—{to}年，每年{}", told(best.per_year)));
    }
    match (scenario.as_good, scenario.seen) {
        (_, 0) => {}
        (0, seen) => parts.push(format!("过去{seen}次年度变化没有一次达到这个速度")),
        (good, seen) => parts.push(format!("过去{seen}次年度变化中有{good}次达到这个速度")),
    }
    format!("{}。", parts.join("；"))
}

/// What the same indicator achieved elsewhere, with its source, or that nothing can be compared.
pub fn peers(target: &TargetResult, scenario: &Scenario) -> String {
    if !target.own_series {
        return "本目标按差距、比值或方向判断，其他地区没有同一序列可比。".to_owned();
    }
    let Some(first) = scenario.peers.first() else {
        return "没有可比的同级地区数据：同一上级下的其他地区还没有发布本指标两年以上的可比数据，只与本地历年比较。"
            .to_owned();
    };
    let best = format!(
        "同级地区最好的一次是{}{}—{}年，每年{}（来源：{}）",
        first.name,
        first.best.from,
        first.best.to,
        yearly(target, scenario.basis, first.best.per_year),
        first.source
    );
    if scenario.needed == 0.0 {
        return format!("{best}。");
    }
    let count = |of: fn(&PeerPace) -> usize| scenario.peers.iter().map(of).sum::<usize>();
    let (good, seen, regions) = (count(|p| p.as_good), count(|p| p.seen), scenario.peers.len());
    let reached = match good {
        0 => "没有一次达到本地需要的速度".to_owned(),
        good => format!("有{good}次达到本地需要的速度"),
    };
    format!("{best}；{regions}个同级地区{seen}次年度变化中{reached}。")
}

/// The name of an index of inequality or development between women and men.
pub fn index_name(index: &GenderIndexResult) -> &'static str {
    match index.index.as_str() {
        "gii" => "性别不平等指数（GII）",
        _ => "性别发展指数（GDI）",
    }
}

/// The value of an index with its year, or what keeps it from being computed.
pub fn index_words(index: &GenderIndexResult) -> String {
    if let (Some(index), Some(year)) = (index.value, index.year) {
        return format!("{}（{year}年）", value(index, 3));
    }
    let listed = |gap: InputGap| {
        let names: Vec<&str> =
            index.inputs.iter().filter(|i| i.gap == Some(gap)).map(|i| i.name.as_str()).collect();
        names.join("、")
    };
    let mut reasons = Vec::new();
    for (gap, words) in [
        (InputGap::Unknown, "指标库没有"),
        (InputGap::NoFigures, "没有已发布的"),
        (InputGap::NotBySex, "没有分性别的"),
    ] {
        let names = listed(gap);
        if !names.is_empty() {
            reasons.push(format!("{words}{names}"));
        }
    }
    match (reasons.is_empty(), index.year) {
        (false, _) => format!("不能计算：{}。", reasons.join("；")),
        (true, None) => "不能计算：各项数据没有共同的年份。".to_owned(),
        (true, Some(year)) => format!("不能计算：{year}年的数据超出方法规定的范围。"),
    }
}

/// One reason why two runs differ on a target.
pub fn change(change: &Change) -> String {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "无".to_owned());
    let likely = |p: &Option<f64>| p.map_or_else(|| "无".to_owned(), probability);
    match change {
        Change::Appeared => "新增目标".to_owned(),
        Change::Disappeared => "规划中已没有此目标".to_owned(),
        Change::Figure { year, before, after } => {
            format!("{year}年数据由{}变为{}", or_none(before), or_none(after))
        }
        Change::Breaks { after, .. } if after.is_empty() => "不再有口径断点".to_owned(),
        Change::Breaks { after, .. } => {
            let years: Vec<String> = after.iter().map(|y| format!("{y}年")).collect();
            format!("口径断点：{}起", years.join("、"))
        }
        Change::Goal { .. } => "目标值有变化".to_owned(),
        Change::Prior { before, after } => {
            format!("先验由{}变为{}", before.origin.label(), after.origin.label())
        }
        Change::Probability { before, after } => {
            format!("达标概率由{}变为{}", likely(before), likely(after))
        }
        Change::Judged { before, after } => {
            let told = |p: &Option<halfsky_evaluate::qualitative::Progress>| {
                p.map_or("待认定", halfsky_evaluate::qualitative::Progress::label)
            };
            format!("认定由{}变为{}", told(before), told(after))
        }
    }
}
