//! Names of a formula: every name must be known, and no formula may lead back to itself.

use std::collections::{BTreeMap, BTreeSet};

use halfsky_plan::indicator::IndicatorCode;

use super::{Expression, Reference};

/// Something a formula may name: a reported item, or an indicator with a formula of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub code: IndicatorCode,
    /// None for what is reported as it is.
    pub formula: Option<Expression>,
}

/// Why formulas cannot be worked out together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveProblem {
    #[error("“{of}”的公式用到“{name}”，但没有这个数据项或指标{}", nearest(.hint.as_deref()))]
    Unknown { of: String, name: String, hint: Option<String> },
    #[error("公式循环引用：{}；请删去其中一处引用", .0.join(" → "))]
    Cycle(Vec<String>),
    #[error("有两个数据项或指标都叫“{0}”，请改名后再写公式")]
    Twice(String),
}

fn nearest(hint: Option<&str>) -> String {
    hint.map_or_else(String::new, |name| format!("，是否为“{name}”"))
}

/// The order in which all named things can be worked out: what a formula needs stands before it.
pub fn resolve(all: &[Named]) -> Result<Vec<IndicatorCode>, ResolveProblem> {
    let mut by_name: BTreeMap<&str, &Named> = BTreeMap::new();
    for named in all {
        if by_name.insert(&named.name, named).is_some() {
            return Err(ResolveProblem::Twice(named.name.clone()));
        }
    }
    let mut walk = Walk { by_name: &by_name, done: BTreeSet::new(), order: Vec::new() };
    for named in all {
        walk.visit(named)?;
    }
    Ok(walk.order)
}

struct Walk<'a> {
    by_name: &'a BTreeMap<&'a str, &'a Named>,
    done: BTreeSet<&'a str>,
    order: Vec<IndicatorCode>,
}

/// One formula on the way, and the references still to be followed.
struct Step<'a> {
    named: &'a Named,
    ahead: std::vec::IntoIter<&'a Reference>,
}

impl<'a> Walk<'a> {
    /// Depth first with a stack of its own: a long chain of formulas must not overflow the machine's.
    fn visit(&mut self, start: &'a Named) -> Result<(), ResolveProblem> {
        if self.done.contains(start.name.as_str()) {
            return Ok(());
        }
        let mut path = vec![step(start)];
        while let Some(last) = path.last_mut() {
            let Some(reference) = last.ahead.next() else {
                self.done.insert(&last.named.name);
                self.order.push(last.named.code.clone());
                path.pop();
                continue;
            };
            let of = &last.named.name;
            let Some(&named) = self.by_name.get(reference.name.as_str()) else {
                let hint = self.like(&reference.name);
                let name = reference.name.clone();
                return Err(ResolveProblem::Unknown { of: of.clone(), name, hint });
            };
            if self.done.contains(named.name.as_str()) {
                continue;
            }
            if let Some(from) = path.iter().position(|s| s.named.name == named.name) {
                let mut cycle: Vec<String> =
                    path[from..].iter().map(|s| s.named.name.clone()).collect();
                cycle.push(named.name.clone());
                return Err(ResolveProblem::Cycle(cycle));
            }
            path.push(step(named));
        }
        Ok(())
    }

    /// A known name that holds the unknown one or is held by it.
    fn like(&self, name: &str) -> Option<String> {
        let near = |known: &&&str| known.contains(name) || name.contains(**known);
        self.by_name.keys().find(near).map(|known| (*known).to_owned())
    }
}

fn step(named: &Named) -> Step<'_> {
    let ahead = named.formula.as_ref().map(Expression::references).unwrap_or_default();
    Step { named, ahead: ahead.into_iter() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::parse;

    fn named(name: &str, formula: &str) -> Named {
        Named {
            name: name.to_owned(),
            code: IndicatorCode(name.to_owned()),
            formula: (!formula.is_empty()).then(|| parse(formula).unwrap()),
        }
    }

    fn order(all: &[Named]) -> Result<String, String> {
        resolve(all)
            .map(|codes| codes.into_iter().map(|c| c.0).collect::<Vec<_>>().join(" "))
            .map_err(|problem| problem.to_string())
    }

    #[test]
    fn what_is_needed_comes_first() {
        let all = [
            named("比率差", "城率 - 乡率"),
            named("城率", "甲/乙"),
            named("乡率", "甲/乙"),
            named("甲", ""),
            named("乙", ""),
        ];
        assert_eq!(order(&all).unwrap(), "甲 乙 城率 乡率 比率差");
    }

    #[test]
    fn cycles_are_refused_with_their_way() {
        let all = [named("甲", "乙 + 1"), named("乙", "丙"), named("丙", "甲")];
        assert_eq!(order(&all).unwrap_err(), "公式循环引用：甲 → 乙 → 丙 → 甲；请删去其中一处引用");
        assert!(order(&[named("甲", "甲")]).is_err());
    }

    #[test]
    fn unknown_names_are_told_with_a_guess() {
        let all = [named("死亡率", "死亡数/活产"), named("死亡数", ""), named("活产数", "")];
        assert_eq!(
            order(&all).unwrap_err(),
            "“死亡率”的公式用到“活产”，但没有这个数据项或指标，是否为“活产数”"
        );
    }

    #[test]
    fn a_name_means_one_thing() {
        assert!(order(&[named("甲", ""), named("甲", "")]).is_err());
    }

    #[test]
    fn a_long_chain_is_no_trouble() {
        let mut all = vec![named("项0", "")];
        all.extend((1..20_000).map(|n| named(&format!("项{n}"), &format!("项{}", n - 1))));
        all.reverse();
        assert!(resolve(&all).is_ok());
    }
}
