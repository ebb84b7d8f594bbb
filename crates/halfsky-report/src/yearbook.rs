//! Yearbook (年度妇女儿童统计资料): tables by domain with women and men, towns and villages; definitions and sources.

use halfsky_monitor::definition::Definition;
use halfsky_monitor::disaggregation::{DomainTable, Pivot, SplitRow, by_domain};
use halfsky_monitor::edition::{Difference, Edition};
use halfsky_monitor::observation::{Observation, Value};
use halfsky_plan::figure::Figure;
use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

use crate::document::{Block, Document};
use crate::table::{Column, Table};
use crate::wording::{cell, unit_heading, why_not_shown};

/// The yearbook of one edition: its tables, then the notes that stand under them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Yearbook {
    pub title: String,
    /// `数据版本：2025年第1版`, with the start of its hash.
    pub edition: String,
    pub tables: Vec<Table>,
    /// Women beside men, one chart for each domain that has such shares.
    pub charts: Vec<Compared>,
    pub notes: Vec<String>,
}

/// Shares of women and men side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    pub title: String,
    /// Indicator, women, men; in per cent.
    pub rows: Vec<(String, Figure, Figure)>,
}

fn compared(domain: &DomainTable) -> Option<Compared> {
    let row = |row: &SplitRow| {
        let figure = |value: &Option<Value>| value.as_ref().and_then(Value::figure);
        let share = row.definition.unit == Unit::Percent;
        let (women, men) = (figure(&row.female)?, figure(&row.male)?);
        share.then(|| (row.definition.name_zh.clone(), women, men))
    };
    let rows: Vec<_> = domain.rows.iter().filter_map(row).collect();
    let title = format!("{}：女性和男性（%）", domain.domain);
    (!rows.is_empty()).then_some(Compared { title, rows })
}

/// The yearbook of an edition, in the view its figures are in; `definitions` are the cards of its year.
pub fn yearbook_by_domain(region: &str, edition: &Edition, definitions: &[Definition]) -> Yearbook {
    let domains = by_domain(&edition.figures, definitions);
    let known = |d: &&Definition| {
        domains.iter().flat_map(|domain| &domain.rows).any(|row| row.definition.code == d.code)
    };
    let shown: Vec<Definition> = definitions.iter().filter(known).cloned().collect();
    yearbook(region, edition, &domains, &shown)
}

/// Puts a yearbook together. `domains` comes from the same figures as the edition, in their public view.
pub fn yearbook(
    region: &str,
    edition: &Edition,
    domains: &[DomainTable],
    definitions: &[Definition],
) -> Yearbook {
    let year = edition.period.year();
    let mut tables: Vec<Table> = domains.iter().map(domain_table).collect();
    tables.push(definition_table(definitions));
    let mut notes = vec![
        "“…”表示数据不公布或暂缺，“–”表示无此项分组；均不等于0。".to_owned(),
        "女性占比以合计为100；性别比为每100名女性对应的男性数（女=100），另列男=100；性别差为女减男。".to_owned(),
    ];
    if !edition.notes.is_empty() {
        notes.push(edition.notes.clone());
    }
    Yearbook {
        title: format!("{region}{year}年妇女儿童统计资料"),
        edition: format!(
            "数据版本：{}（校验码{}）",
            edition.label(),
            edition.hash.get(..12).unwrap_or(&edition.hash)
        ),
        tables,
        charts: domains.iter().filter_map(compared).collect(),
        notes,
    }
}

/// The tables of a document, one a sheet; None where it has none.
pub fn tables_of(document: &Document) -> Option<Yearbook> {
    let found = document.all_blocks().filter_map(|block| match block {
        Block::Table(numbered) => Some(numbered),
        _ => None,
    });
    let mut notes: Vec<String> = Vec::new();
    let mut tables = Vec::new();
    for numbered in found {
        tables.push(numbered.table.clone());
        for note in &numbered.notes {
            if !notes.contains(note) {
                notes.push(note.clone());
            }
        }
    }
    (!tables.is_empty()).then(|| Yearbook {
        title: document.title.clone(),
        edition: document.basis.clone(),
        tables,
        charts: vec![],
        notes,
    })
}

/// One domain: a row for each indicator.
pub fn domain_table(domain: &DomainTable) -> Table {
    let mut columns = vec![Column::words("指标"), Column::words("计量单位")];
    columns.extend(
        [
            "合计",
            "女",
            "男",
            "女性占比（%）",
            "性别比（女=100）",
            "女性与男性之比（男=100）",
            "性别差（女−男）",
            "城镇",
            "农村",
            "城乡差（城−乡）",
        ]
        .map(Column::numbers),
    );
    columns.push(Column::words("数据来源"));
    Table {
        title: domain.domain.clone(),
        columns,
        rows: domain.rows.iter().map(split_row).collect(),
    }
}

fn split_row(row: &SplitRow) -> Vec<String> {
    let definition = &row.definition;
    let decimals = definition.decimals;
    vec![
        definition.name_zh.clone(),
        unit_heading(definition.unit),
        cell(row.total.as_ref()),
        cell(row.female.as_ref()),
        cell(row.male.as_ref()),
        derived(row.female_share, 1),
        derived(row.men_per_100_women, 1),
        derived(row.women_per_100_men, 1),
        derived(row.gender_gap, decimals),
        cell(row.urban.as_ref()),
        cell(row.rural.as_ref()),
        derived(row.residence_gap, decimals),
        source(definition),
    ]
}

fn derived(value: Option<Decimal>, decimals: u32) -> String {
    value.map_or_else(|| "–".to_owned(), |v| Figure::new(v).rounded(decimals).to_string())
}

fn source(definition: &Definition) -> String {
    let departments = definition.source.departments.join("、");
    let form = &definition.source.form;
    if form.is_empty() { departments } else { format!("{departments}《{form}》") }
}

/// 指标解释: what each indicator means and where it comes from.
pub fn definition_table(definitions: &[Definition]) -> Table {
    let titles = [
        "代码",
        "指标",
        "计量单位",
        "指标解释",
        "计算方法",
        "取数方式",
        "报告期",
        "数据来源",
        "口径版本",
    ];
    let row = |d: &Definition| {
        vec![
            d.code.to_string(),
            d.name_zh.clone(),
            unit_heading(d.unit),
            d.text.clone(),
            calculation(d),
            d.source.variant.label().to_owned(),
            d.period_rule.label().to_owned(),
            source(d),
            format!("第{}版（{}年起）", d.version, d.valid_from),
        ]
    };
    Table {
        title: "指标解释".to_owned(),
        columns: titles.map(Column::words).to_vec(),
        rows: definitions.iter().map(row).collect(),
    }
}

/// How a figure is worked out, in words.
pub(crate) fn calculation(definition: &Definition) -> String {
    match halfsky_monitor::formula::parse(&definition.calculation.formula) {
        Ok(formula) => {
            halfsky_monitor::formula::explain(&definition.name_zh, &formula, definition.unit)
        }
        Err(_) => definition.calculation.numerator.clone(),
    }
}

/// A pivot as a table; `label` gives the words for the codes of its heads.
pub fn pivot_table(
    title: &str,
    pivot: &Pivot,
    row_titles: &[&str],
    label: impl Fn(&str) -> String,
) -> Table {
    let words = |head: &[String]| head.iter().map(|code| label(code)).collect::<Vec<_>>();
    let mut columns: Vec<Column> = row_titles.iter().map(|t| Column::words(t)).collect();
    columns.extend(pivot.columns.iter().map(|head| Column::numbers(&words(head).join(" "))));
    let rows = pivot
        .rows
        .iter()
        .zip(&pivot.cells)
        .map(|(head, line)| {
            let mut row = words(head);
            row.extend(line.iter().map(|value| cell(value.as_ref())));
            row
        })
        .collect();
    Table { title: title.to_owned(), columns, rows }
}

/// What a corrected edition changed.
pub fn difference_table(
    differences: &[Difference<'_>],
    name: impl Fn(&Observation) -> String,
) -> Table {
    let shown = |observation: Option<&Observation>| match observation {
        None => "（无）".to_owned(),
        Some(o) => match &o.value {
            Value::Figure(figure) => figure.to_string(),
            Value::Missing(_) => why_not_shown(o).unwrap_or_default(),
        },
    };
    let row = |d: &Difference<'_>| {
        let key = d.after.or(d.before);
        vec![
            key.map(&name).unwrap_or_default(),
            key.map_or("", |o| o.key.sex.label()).to_owned(),
            key.map_or("", |o| o.key.residence.label()).to_owned(),
            shown(d.before),
            shown(d.after),
        ]
    };
    let mut columns = ["指标", "性别", "城乡"].map(Column::words).to_vec();
    columns.extend(["更正前", "更正后"].map(Column::numbers));
    Table {
        title: "更正对照表".to_owned(), columns, rows: differences.iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_monitor::disaggregation::{Axis, by_domain, pivot};
    use halfsky_monitor::edition::{EditionDraft, differences, publish};
    use halfsky_monitor::observation::{ConfStatus, ObsStatus, ObservationKey, Sex};
    use halfsky_monitor::period::Period;
    use halfsky_plan::indicator::{Catalogue, IndicatorCode};

    fn definition() -> Definition {
        let catalogue = Catalogue::builtin();
        let card = catalogue.find(&IndicatorCode("C-E01".to_owned())).unwrap();
        Definition::from_catalogue(card, 2021).unwrap()
    }

    fn observed(sex: Sex, value: &str) -> Observation {
        let period = Period::year_of(2025).unwrap();
        let code = IndicatorCode("C-E01".to_owned());
        let key = ObservationKey::total("000101".parse().unwrap(), code, period);
        Observation {
            key: ObservationKey { sex, ..key },
            value: Value::Figure(value.parse().unwrap()),
            definition_version: 1,
            status: ObsStatus::Normal,
            confidentiality: ConfStatus::Free,
            unit_mult: 0,
            explanation: String::new(),
        }
    }

    fn edition(female: &str, previous: Option<&Edition>) -> Edition {
        let figures = vec![
            observed(Sex::Total, "90.2"),
            observed(Sex::Female, female),
            observed(Sex::Male, "88.9"),
        ];
        let draft = EditionDraft {
            ref_area: "000101".parse().unwrap(),
            period: Period::year_of(2025).unwrap(),
            notes: "更正女童入园率".to_owned(),
            published_by: "示例".to_owned(),
            published_at: "2026-07-01T00:00:00Z".to_owned(),
            figures,
        };
        publish(draft, previous).unwrap()
    }

    #[test]
    fn a_yearbook_names_its_edition_and_explains_its_figures() {
        let edition = edition("91.5", None);
        let domains = by_domain(&edition.figures, &[definition()]);
        let book = yearbook("示例县", &edition, &domains, &[definition()]);
        assert_eq!(book.title, "示例县2025年妇女儿童统计资料");
        assert!(book.edition.starts_with("数据版本：2025年第1版（校验码"));
        let row = &book.tables[0].rows[0];
        assert_eq!(row[..5], ["学前教育毛入园率", "%", "90.2", "91.5", "88.9"]);
        assert_eq!(row[5], "–", "a rate has no share of women");
        assert_eq!(row[8], "2.6");
        let explained = &book.tables[1].rows[0];
        assert_eq!(explained[4], "学前教育毛入园率 = 在园幼儿数 ÷ 3—5岁人口数 × 100（%）");
        for table in &book.tables {
            assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
        }
    }

    #[test]
    fn a_pivot_becomes_a_table() {
        let figures = edition("91.5", None).figures;
        let pivot = pivot(&figures, &[Axis::Indicator], &[Axis::Sex]).unwrap();
        let label = |code: &str| match Sex::from_code(code) {
            Some(sex) => sex.label().to_owned(),
            None => code.to_owned(),
        };
        let table = pivot_table("表", &pivot, &["指标"], label);
        let titles: Vec<_> = table.columns.iter().map(|c| c.title.as_str()).collect();
        assert_eq!(titles, ["指标", "女", "男", "合计"]);
        assert_eq!(table.rows[0], ["C-E01", "91.5", "88.9", "90.2"]);
    }

    #[test]
    fn a_correction_is_told_side_by_side() {
        let first = edition("91.5", None);
        let second = edition("91.4", Some(&first));
        let table = difference_table(&differences(&first, &second), |o| o.key.indicator.0.clone());
        assert_eq!(table.rows, [["C-E01", "女", "合计", "91.5", "91.4"]]);
    }
}
