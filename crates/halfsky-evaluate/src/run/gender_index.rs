//! GII and GDI of a run, where every input is published; otherwise which one is not.
//!
//! Nothing is imputed, and the inputs are found by the names of their indicators.

use std::collections::BTreeMap;

use halfsky_plan::figure::Figure;
use halfsky_stats::gender_development::{self, gender_development_index};
use halfsky_stats::gender_inequality::{self, gender_inequality_index};
use rust_decimal::Decimal;

use super::Inputs;
use super::record::{GenderIndexResult, GenderInputResult, InputGap};
use crate::series::{Series, number};

/// What an input tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// Women and men, each with a figure.
    BySex,
    /// The share of women; men are the rest.
    ShareOfWomen,
    /// One figure.
    Whole,
}

/// An input: the indicator it is taken from.
#[derive(Debug, Clone, Copy)]
struct Input {
    name: &'static str,
    told: Told,
}

const fn input(name: &'static str, told: Told) -> Input {
    Input { name, told }
}

/// In the order in which the index takes them.
const INEQUALITY: [Input; 5] = [
    input("孕产妇死亡率", Told::Whole),
    input("15—19岁女性生育率", Told::Whole),
    input("人大代表女性比例", Told::ShareOfWomen),
    input("25岁及以上接受过中等教育的人口比例", Told::BySex),
    input("劳动参与率", Told::BySex),
];

const DEVELOPMENT: [Input; 4] = [
    input("女性人均预期寿命", Told::BySex),
    input("预期受教育年限", Told::BySex),
    input("女性平均受教育年限", Told::BySex),
    input("人均收入（购买力平价）", Told::BySex),
];

/// Women and men of one year.
type Pair = (Figure, Option<Figure>);

/// Both indices, each with its inputs.
pub(super) fn all(inputs: &Inputs<'_>) -> Vec<GenderIndexResult> {
    vec![
        index(inputs, "gii", &INEQUALITY, |f| {
            gender_inequality_index(&gender_inequality::Inputs {
                maternal_mortality: f.first()?.0,
                adolescent_births: f.get(1)?.0,
                seats: *f.get(2)?,
                secondary_education: *f.get(3)?,
                labour_participation: *f.get(4)?,
            })
        }),
        index(inputs, "gdi", &DEVELOPMENT, |f| {
            let of = |side: fn(&(f64, f64)) -> f64| {
                Some(gender_development::Inputs {
                    life_expectancy: side(f.first()?),
                    expected_schooling: side(f.get(1)?),
                    mean_schooling: side(f.get(2)?),
                    income: side(f.get(3)?),
                })
            };
            gender_development_index(&of(|pair| pair.0)?, &of(|pair| pair.1)?)
        }),
    ]
}

fn index(
    inputs: &Inputs<'_>,
    index: &str,
    wanted: &[Input],
    compute: impl Fn(&[(f64, f64)]) -> Option<f64>,
) -> GenderIndexResult {
    let known: Vec<Result<BTreeMap<i32, Pair>, InputGap>> =
        wanted.iter().map(|input| figures(inputs, *input)).collect();
    let year = common_year(&known);
    let told = |(input, known): (&Input, &Result<BTreeMap<i32, Pair>, InputGap>)| {
        let years = known.as_ref().ok();
        let at = year.or_else(|| years?.last_key_value().map(|(year, _)| *year));
        let pair = at.and_then(|at| years?.get(&at));
        GenderInputResult {
            name: input.name.to_owned(),
            code: inputs.figures.named(input.name).map(|code| code.0.clone()),
            year: pair.and(at),
            women: pair.map(|(women, _)| women.to_string()),
            men: pair.and_then(|(_, men)| men.map(|men| men.to_string())),
            gap: known.as_ref().err().copied(),
        }
    };
    let of_year = |year| -> Option<Vec<(f64, f64)>> {
        let pair = |known: &Result<BTreeMap<i32, Pair>, InputGap>| {
            let (women, men) = known.as_ref().ok()?.get(&year).copied()?;
            Some((number(women), number(men.unwrap_or(women))))
        };
        known.iter().map(pair).collect()
    };
    GenderIndexResult {
        index: index.to_owned(),
        year,
        value: year.and_then(of_year).and_then(|figures| compute(&figures)),
        inputs: wanted.iter().zip(&known).map(told).collect(),
    }
}

/// The latest year every input is known of.
fn common_year(known: &[Result<BTreeMap<i32, Pair>, InputGap>]) -> Option<i32> {
    let (first, others) = known.split_first()?;
    let years = first.as_ref().ok()?.keys().rev();
    let everywhere = |year: &&i32| {
        others.iter().all(|other| other.as_ref().is_ok_and(|years| years.contains_key(*year)))
    };
    years.copied().find(|year| everywhere(&year))
}

/// The figures of an input by year, up to the year of the run.
fn figures(inputs: &Inputs<'_>, input: Input) -> Result<BTreeMap<i32, Pair>, InputGap> {
    let code = inputs.figures.named(input.name).ok_or(InputGap::Unknown)?;
    let whole = inputs.figures.whole(code);
    let known: BTreeMap<i32, Pair> = match input.told {
        Told::Whole => pairs(whole.as_ref(), |_, women| Some((women, None))),
        Told::ShareOfWomen => pairs(whole.as_ref(), |_, women| {
            let men = Decimal::ONE_HUNDRED.checked_sub(women.decimal())?;
            Some((women, Some(Figure::new(men))))
        }),
        Told::BySex => match inputs.figures.sexes(code) {
            Some((women, men)) => {
                pairs(Some(&women), |year, women| Some((women, Some(men.at(year)?.value))))
            }
            None if whole.is_some() => return Err(InputGap::NotBySex),
            None => BTreeMap::new(),
        },
    };
    let known: BTreeMap<i32, Pair> =
        known.into_iter().filter(|(year, _)| *year <= inputs.year).collect();
    if known.is_empty() { Err(InputGap::NoFigures) } else { Ok(known) }
}

fn pairs(
    series: Option<&Series>,
    pair: impl Fn(i32, Figure) -> Option<Pair>,
) -> BTreeMap<i32, Pair> {
    let all = series.map_or(&[][..], Series::observations);
    all.iter().filter_map(|o| Some((o.year, pair(o.year, o.value)?))).collect()
}
