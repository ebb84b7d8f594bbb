//! Indicator (指标): the catalogue and its definition cards.

use std::fmt;

/// Code of an indicator in the catalogue (`W-H02`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndicatorCode(pub String);

impl fmt::Display for IndicatorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A definition card as far as the plan stage needs it. Fields that the catalogue leaves empty are empty text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    pub code: IndicatorCode,
    pub name_zh: String,
    pub name_en: String,
    pub beneficiary: crate::plan::Beneficiary,
    /// Code of the unit of measure.
    pub unit: String,
    /// `increase`, `decrease`, `balance` or `none`.
    pub direction: String,
    /// `split`, `female_only` or `none`.
    pub sex: String,
    pub numerator: String,
    pub denominator: String,
    pub multiplier: String,
    /// Departments the figures come from.
    pub source_departments: Vec<String>,
    pub domain: String,
    /// `yes`, `sample` or `no`: whether a county can have a true value.
    pub county_value: String,
    /// Other wordings found in plans.
    pub aliases: Vec<String>,
    /// Where the card comes from: `seed`, `published`, `unverified`, or `local` when an office made it.
    pub evidence: String,
}

/// The catalogue of indicators a plan's targets are linked to, in code order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    indicators: Vec<Indicator>,
}

/// A line of a catalogue file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("指标目录第{line}行：{problem}")]
pub struct CatalogueError {
    pub line: usize,
    pub problem: String,
}

const COLUMNS: usize = 15;

impl Catalogue {
    /// The catalogue that comes with the program.
    pub fn builtin() -> Self {
        match Self::read(include_str!("../data/indicators.tsv")) {
            Ok(catalogue) => catalogue,
            Err(problem) => unreachable!("the built-in catalogue is tested: {problem}"),
        }
    }

    /// A catalogue of given cards, put in code order.
    pub fn new(mut indicators: Vec<Indicator>) -> Self {
        indicators.sort_by(|a, b| a.code.cmp(&b.code));
        Self { indicators }
    }

    /// Reads a tab-separated catalogue with a header line.
    pub fn read(text: &str) -> Result<Self, CatalogueError> {
        let rows = text.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty());
        let indicators =
            rows.map(|(at, line)| card(line, at + 1)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self::new(indicators))
    }

    /// The cards in code order.
    pub fn indicators(&self) -> &[Indicator] {
        &self.indicators
    }

    /// The card of a code.
    pub fn find(&self, code: &IndicatorCode) -> Option<&Indicator> {
        self.indicators.binary_search_by(|i| i.code.cmp(code)).ok().map(|at| &self.indicators[at])
    }
}

fn card(line: &str, number: usize) -> Result<Indicator, CatalogueError> {
    let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
    let problem = |problem: String| CatalogueError { line: number, problem };
    let [
        code,
        name_zh,
        name_en,
        beneficiary,
        unit,
        direction,
        sex,
        numerator,
        denominator,
        multiplier,
        departments,
        domain,
        county,
        aliases,
        evidence,
    ] = cells[..]
    else {
        return Err(problem(format!("应有{COLUMNS}列，实有{}列", cells.len())));
    };
    let list = |text: &str| {
        text.split(';').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect()
    };
    Ok(Indicator {
        code: IndicatorCode(code.to_owned()),
        name_zh: name_zh.to_owned(),
        name_en: name_en.to_owned(),
        beneficiary: crate::plan::Beneficiary::from_code(beneficiary)
            .ok_or_else(|| problem(format!("对象“{beneficiary}”应为women或children")))?,
        unit: unit.to_owned(),
        direction: direction.to_owned(),
        sex: sex.to_owned(),
        numerator: numerator.to_owned(),
        denominator: denominator.to_owned(),
        multiplier: multiplier.to_owned(),
        source_departments: list(departments),
        domain: domain.to_owned(),
        county_value: county.to_owned(),
        aliases: list(aliases),
        evidence: evidence.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn builtin_catalogue_is_whole() {
        let catalogue = Catalogue::builtin();
        let codes: BTreeSet<_> = catalogue.indicators().iter().map(|i| &i.code).collect();
        assert_eq!(codes.len(), catalogue.indicators().len(), "codes are unique");
        assert!(
            catalogue
                .indicators()
                .iter()
                .all(|i| matches!(i.county_value.as_str(), "yes" | "sample" | "no"))
        );
        for beneficiary in [crate::plan::Beneficiary::Women, crate::plan::Beneficiary::Children] {
            let mut names = BTreeSet::new();
            for indicator in catalogue.indicators().iter().filter(|i| i.beneficiary == beneficiary)
            {
                for name in std::iter::once(&indicator.name_zh).chain(&indicator.aliases) {
                    assert!(names.insert(name), "“{name}” names two indicators");
                }
            }
            assert!(names.len() > 75);
        }
    }

    #[test]
    fn a_short_line_is_named() {
        let error = Catalogue::read("header\nW-1\tname\n").unwrap_err();
        assert_eq!(error.to_string(), "指标目录第2行：应有15列，实有2列");
    }
}
