use super::*;
use crate::series::tests::series;
use halfsky_plan::comparator::Comparator;
use halfsky_plan::note::Span;
use halfsky_plan::target::Direction as Wanted;

fn target(kind: TargetKind, comparator: Option<Comparator>, value: Option<&str>) -> Target {
    Target {
        indicator: "示例率".to_owned(),
        comparator,
        value: value.map(|v| v.parse().unwrap()),
        unit: Some(Unit::Percent),
        by: 2030,
        base_year: None,
        kind,
        direction: None,
        reference: None,
        scope: None,
        soft: false,
        keep: false,
        baseline: None,
        binding: None,
        quote: String::new(),
        span: Span::default(),
    }
}

const MORE: Polarity = Polarity::MoreIsBetter;

fn make(target: &Target, sources: &Sources<'_>, polarity: Polarity) -> Working {
    working(target, sources, &Settings::proposed(2021, 2020, polarity))
}

fn goal(target: &Target, own: &Series, polarity: Polarity) -> Goal {
    let sources = Sources { own: Some(own), ..Sources::default() };
    match make(target, &sources, polarity) {
        Working::Held(held) => held.demand.goal,
        other => panic!("{other:?}"),
    }
}

fn value(text: &str) -> Decimal {
    text.parse::<Figure>().unwrap().decimal()
}

#[test]
fn about_is_open_where_more_is_better() {
    let own = series(&[(2020, "30")], &[]);
    let about = target(TargetKind::Level, Some(Comparator::About), Some("40"));
    assert_eq!(goal(&about, &own, MORE), Goal::AtLeast(value("39")));
    let band = Goal::Within { low: value("39"), high: value("41") };
    assert_eq!(goal(&about, &own, Polarity::Balance), band);
}

/// −18 % from 12.35 is 10.127, rounded like the indicator: 10.13.
#[test]
fn a_relative_target_is_rounded_like_the_indicator() {
    let own = series(&[(2020, "12.35")], &[]);
    let mut change = target(TargetKind::ChangeFromBase, Some(Comparator::AtMost), Some("-18"));
    assert_eq!(goal(&change, &own, MORE), Goal::AtMost(value("10.13")));
    change.unit = Some(Unit::PercentagePoint);
    assert_eq!(goal(&change, &own, MORE), Goal::AtMost(value("-5.65")));
    let empty = series(&[], &[]);
    let sources = Sources { own: Some(&empty), ..Sources::default() };
    assert_eq!(make(&change, &sources, MORE), Working::Not(NotWorking::NoBaseline));
}

#[test]
fn a_yearly_change_is_a_line() {
    let own = series(&[(2020, "9.0")], &[]);
    let mut yearly = target(TargetKind::AnnualChange, None, Some("-0.5"));
    yearly.unit = Some(Unit::PercentagePoint);
    assert_eq!(goal(&yearly, &own, MORE), Goal::AtMost(value("4.0")));
    yearly.unit = Some(Unit::Percent);
    yearly.value = Some("10".parse().unwrap());
    yearly.by = 2022;
    assert_eq!(goal(&yearly, &own, MORE), Goal::AtLeast(value("10.9")));
}

#[test]
fn keeping_and_reaching_are_different_duties() {
    let own = series(&[(2020, "96")], &[]);
    let mut keep = target(TargetKind::Level, Some(Comparator::AtLeast), Some("95"));
    keep.keep = true;
    let duty = |target: &Target| {
        let sources = Sources { own: Some(&own), ..Sources::default() };
        let Working::Held(held) = make(target, &sources, MORE) else { panic!() };
        held.demand.duty
    };
    assert_eq!(duty(&keep), Duty::EveryYear { since: 2021 });
    keep.quote = "达到并保持在95%以上".to_owned();
    assert_eq!(duty(&keep), Duty::FromDeadline);
}

#[test]
fn gaps_and_parity_need_both_sides() {
    let (women, men) =
        (series(&[(2020, "80"), (2021, "82")], &[]), series(&[(2020, "86"), (2021, "86")], &[]));
    let mut narrow = target(TargetKind::Trend, None, None);
    narrow.direction = Some(Wanted::NarrowGap);
    let sources = Sources { sides: Some((&women, &men)), ..Sources::default() };
    let Working::Held(held) = make(&narrow, &sources, MORE) else { panic!() };
    assert_eq!((held.demand.goal, held.needs_prior), (Goal::AtMost(value("6")), true));
    assert_eq!(held.series, series(&[(2020, "6"), (2021, "4")], &[]));
    assert_eq!(make(&narrow, &Sources::default(), MORE), Working::Not(NotWorking::NoSeries));
    narrow.direction = Some(Wanted::Parity);
    let Working::Held(held) = make(&narrow, &sources, MORE) else { panic!() };
    assert_eq!(held.series, series(&[(2020, "0.930"), (2021, "0.953")], &[]));
}

#[test]
fn held_against_another_indicator_the_difference_counts() {
    let (own, other) = (series(&[(2020, "30"), (2021, "31")], &[]), series(&[(2021, "33")], &[]));
    let relative = target(TargetKind::Relative, Some(Comparator::AtLeast), None);
    let sources = Sources { own: Some(&own), reference: Some(&other), ..Sources::default() };
    let Working::Held(held) = make(&relative, &sources, MORE) else { panic!() };
    assert_eq!(held.series, series(&[(2021, "-2")], &[]));
    assert!(held.needs_prior && held.scale == Scale::Identity);
}

#[test]
fn directions_and_qualities() {
    let own = series(&[(2020, "30")], &[]);
    let sources = Sources { own: Some(&own), ..Sources::default() };
    let mut only = target(TargetKind::Trend, None, None);
    only.direction = Some(Wanted::Decrease);
    let made = make(&only, &sources, MORE);
    assert!(matches!(made, Working::Trend { direction: Direction::Down, base_year: 2020, .. }));
    let made = make(&only, &sources, Polarity::Balance);
    assert!(matches!(made, Working::Trend { direction: Direction::Down, .. }));
    only.direction = Some(Wanted::Improve);
    let made = make(&only, &sources, Polarity::LessIsBetter);
    assert!(matches!(made, Working::Trend { direction: Direction::Down, .. }));
    only.direction = Some(Wanted::SlowIncrease);
    assert!(matches!(make(&only, &sources, MORE), Working::SlowerGrowth { .. }));
    only.direction = Some(Wanted::Maintain);
    assert_eq!(goal(&only, &own, MORE), Goal::AtLeast(value("30")));
    let quality = target(TargetKind::Qualitative, None, None);
    assert_eq!(make(&quality, &sources, MORE), Working::ByPeople);
    let bare = target(TargetKind::Level, None, None);
    assert_eq!(make(&bare, &sources, MORE), Working::Not(NotWorking::NoValue));
}

#[test]
fn scales_follow_the_unit() {
    assert_eq!(scale_of(Some(Unit::Percent), "宫颈癌筛查率"), Scale::Logit);
    assert_eq!(scale_of(Some(Unit::Percent), "学前三年毛入园率"), Scale::Log);
    assert_eq!(scale_of(Some(Unit::Per100k), "孕产妇死亡率"), Scale::Log);
    assert_eq!(scale_of(Some(Unit::Years), "女性人均预期寿命"), Scale::Identity);
    assert_eq!(scale_of(Some(Unit::Years), "平均受教育年限"), Scale::Log);
}
