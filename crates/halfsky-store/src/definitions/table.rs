//! How a definition stands in its tables, there and back.

use std::collections::BTreeMap;

use halfsky_monitor::definition::{
    Bounds, Calculation, Continuity, Definition, Direction, Level, PeriodRule, Plausible, SexSplit,
    SmallNumberRule, Source, Splits,
};
use halfsky_monitor::item::Item;
use halfsky_monitor::observation::SourceVariant;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::unit::Unit;

use crate::error::Result;
use crate::plans::Stamp;
use crate::row::{Row, instant_text, parsed, strange};
use crate::values::{Columns, Value};

pub(super) const CARD: Columns = Columns {
    table: "definition",
    names: &[
        "code",
        "version",
        "valid_from",
        "name_zh",
        "name_en",
        "domain",
        "unit",
        "decimals",
        "direction",
        "content",
        "numerator",
        "denominator",
        "multiplier",
        "formula",
        "gross",
        "sex_split",
        "residence_split",
        "source_form",
        "source_variant",
        "source_responsible",
        "period_rule",
        "valid_level",
        "possible_low",
        "possible_high",
        "likely_low",
        "likely_high",
        "hide_below",
        "unreliable_below",
        "continuity",
        "bridge_factor",
        "continuity_reason",
        "replaces",
        "replaced_by",
        "recorded_at",
        "recorded_by",
    ],
};

pub(super) const LIST: Columns = Columns {
    table: "definition_list",
    names: &["code", "version", "kind", "position", "content"],
};

pub(super) const CARDS: &str = "select code, version, valid_from, name_zh, name_en, domain, unit, \
    decimals, direction, content, numerator, denominator, multiplier, formula, gross, sex_split, \
    residence_split, source_form, source_variant, source_responsible, period_rule, valid_level, \
    possible_low, possible_high, likely_low, likely_high, hide_below, unreliable_below, \
    continuity, bridge_factor, continuity_reason, replaces, replaced_by from definition \
    where ($1 is null or code = $1) order by code, version";

pub(super) const LISTS: &str = "select code, version, kind, content from definition_list \
    where ($1 is null or code = $1) order by code, version, kind, position";

pub(super) fn row_of(definition: &Definition, stamp: &Stamp) -> Vec<Value> {
    let Calculation { numerator, denominator, multiplier, formula, gross } =
        &definition.calculation;
    let (continuity, factor, reason) = match &definition.continuity {
        Continuity::Comparable => ("comparable", None, ""),
        Continuity::Break { reason } => ("break", None, reason.as_str()),
        Continuity::Bridge { factor, reason } => {
            ("bridge", Some(factor.to_string()), reason.as_str())
        }
    };
    let Plausible { possible, likely } = definition.plausible;
    let bound = |value: Option<rust_decimal::Decimal>| Value::from(value.map(|v| v.to_string()));
    let other = |code: &Option<IndicatorCode>| Value::from(code.as_ref().map(|c| c.0.as_str()));
    vec![
        definition.code.0.as_str().into(),
        definition.version.into(),
        definition.valid_from.into(),
        definition.name_zh.as_str().into(),
        definition.name_en.as_str().into(),
        definition.domain.as_str().into(),
        definition.unit.code().into(),
        definition.decimals.into(),
        definition.direction.code().into(),
        definition.text.as_str().into(),
        numerator.as_str().into(),
        denominator.as_str().into(),
        multiplier.to_string().into(),
        formula.as_str().into(),
        (*gross).into(),
        definition.splits.sex.code().into(),
        definition.splits.residence.into(),
        definition.source.form.as_str().into(),
        definition.source.variant.code().into(),
        definition.source.responsible.as_str().into(),
        definition.period_rule.code().into(),
        definition.valid_level.code().into(),
        bound(possible.low),
        bound(possible.high),
        bound(likely.low),
        bound(likely.high),
        definition.small_numbers.hide_below.into(),
        definition.small_numbers.unreliable_below.into(),
        continuity.into(),
        factor.into(),
        reason.into(),
        other(&definition.replaces),
        other(&definition.replaced_by),
        instant_text(stamp.at).into(),
        stamp.by.as_str().into(),
    ]
}

pub(super) fn push_lists(rows: &mut Vec<Vec<Value>>, definition: &Definition) -> Result<()> {
    let lists = [
        ("department", &definition.source.departments),
        ("age", &definition.splits.ages),
        ("group", &definition.splits.groups),
    ];
    for (kind, list) in lists {
        for (position, content) in list.iter().enumerate() {
            rows.push(vec![
                definition.code.0.as_str().into(),
                definition.version.into(),
                kind.into(),
                Value::count(position)?,
                content.as_str().into(),
            ]);
        }
    }
    Ok(())
}

/// Lists by code, version and kind.
pub(super) type Lists = BTreeMap<(String, i64, String), Vec<String>>;

pub(super) fn lists_of(rows: &[Row]) -> Result<Lists> {
    let mut lists = Lists::new();
    for row in rows {
        let key = (row.text("code")?, row.integer("version")?, row.text("kind")?);
        lists.entry(key).or_default().push(row.text("content")?);
    }
    Ok(lists)
}

pub(super) fn definition_of(row: &Row, lists: &mut Lists) -> Result<Definition> {
    let code = row.text("code")?;
    let version = row.integer("version")?;
    let mut list =
        |kind: &str| lists.remove(&(code.clone(), version, kind.to_owned())).unwrap_or_default();
    let (departments, ages, groups) = (list("department"), list("age"), list("group"));
    Ok(Definition {
        code: IndicatorCode(code),
        version: row.number("version")?,
        valid_from: row.number("valid_from")?,
        name_zh: row.text("name_zh")?,
        name_en: row.text("name_en")?,
        domain: row.text("domain")?,
        unit: row.coded("unit", Unit::from_code)?,
        decimals: row.number("decimals")?,
        direction: row.coded("direction", Direction::from_code)?,
        text: row.text("content")?,
        calculation: Calculation {
            numerator: row.text("numerator")?,
            denominator: row.text("denominator")?,
            multiplier: parsed("multiplier", &row.text("multiplier")?)?,
            formula: row.text("formula")?,
            gross: row.flag("gross")?,
        },
        splits: Splits {
            sex: row.coded("sex_split", SexSplit::from_code)?,
            residence: row.flag("residence_split")?,
            ages,
            groups,
        },
        source: Source {
            departments,
            form: row.text("source_form")?,
            variant: row.coded("source_variant", SourceVariant::from_code)?,
            responsible: row.text("source_responsible")?,
        },
        period_rule: row.coded("period_rule", PeriodRule::from_code)?,
        valid_level: row.coded("valid_level", Level::from_code)?,
        plausible: plausible_of(row)?,
        small_numbers: SmallNumberRule {
            hide_below: row.number("hide_below")?,
            unreliable_below: row.number("unreliable_below")?,
        },
        continuity: continuity_of(row)?,
        replaces: row.optional_text("replaces")?.map(IndicatorCode),
        replaced_by: row.optional_text("replaced_by")?.map(IndicatorCode),
    })
}

/// The bounds of a definition or of a row of a form, which have the same columns.
pub(crate) fn plausible_of(row: &Row) -> Result<Plausible> {
    let bound =
        |column: &str| row.optional_text(column)?.map(|text| parsed(column, &text)).transpose();
    Ok(Plausible {
        possible: Bounds { low: bound("possible_low")?, high: bound("possible_high")? },
        likely: Bounds { low: bound("likely_low")?, high: bound("likely_high")? },
    })
}

fn continuity_of(row: &Row) -> Result<Continuity> {
    let (kind, reason) = (row.text("continuity")?, row.text("continuity_reason")?);
    match (kind.as_str(), row.optional_text("bridge_factor")?) {
        ("comparable", None) => Ok(Continuity::Comparable),
        ("break", None) => Ok(Continuity::Break { reason }),
        ("bridge", Some(factor)) => {
            Ok(Continuity::Bridge { factor: parsed("bridge_factor", &factor)?, reason })
        }
        _ => Err(strange("continuity", &kind)),
    }
}

pub(super) fn item_of(row: &Row) -> Result<Item> {
    Ok(Item {
        code: IndicatorCode(row.text("code")?),
        name: row.text("name")?,
        unit: row.coded("unit", Unit::from_code)?,
    })
}
