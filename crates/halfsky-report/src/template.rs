//! Templates (文稿模板): the standing sentences of documents, with places for what the figures say.
//!
//! An office may write its own. A template only takes values and asks whether they are there: figures become words in
//! `wording`, never here.

mod annual;
mod assessment;
mod brief;
mod letter;
mod official;
mod unit_report;

use std::collections::BTreeMap;
use std::fmt;

use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};

/// Longer templates are refused.
pub const LONGEST: usize = 2000;
/// Steps after which filling is given up: far more than a paragraph takes.
const FUEL: u64 = 20_000;
/// What may stand behind `{%`.
const STATEMENTS: [&str; 4] = ["if", "elif", "else", "endif"];

/// A standing paragraph of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// Its name in data: `annual-lead`.
    pub id: &'static str,
    /// The document it belongs to.
    pub document: &'static str,
    pub title: &'static str,
    /// The words the program comes with.
    pub source: &'static str,
    pub variables: &'static [Variable],
}

/// A value a template can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    pub name: &'static str,
    pub meaning: &'static str,
    /// What it might be.
    pub sample: Sample,
}

/// What a value might be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    Words(&'static str),
    Number(usize),
    /// A year is printed as it is.
    Year(i32),
    Flag(Flag),
}

/// Whether something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    Yes,
    No,
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => f.write_str(words),
            Self::Number(number) => write!(f, "{number}"),
            Self::Year(year) => write!(f, "{year}"),
            Self::Flag(Flag::Yes) => f.write_str("是"),
            Self::Flag(Flag::No) => f.write_str("否"),
        }
    }
}

const fn words(name: &'static str, meaning: &'static str, sample: &'static str) -> Variable {
    Variable { name, meaning, sample: Sample::Words(sample) }
}

const fn number(name: &'static str, meaning: &'static str, sample: usize) -> Variable {
    Variable { name, meaning, sample: Sample::Number(sample) }
}

const fn flag(name: &'static str, meaning: &'static str) -> Variable {
    Variable { name, meaning, sample: Sample::Flag(Flag::Yes) }
}

const YEAR: Variable =
    Variable { name: "年", meaning: "监测年度", sample: Sample::Year(2025) };
const PLAN: Variable = words("规划", "规划名称，带书名号", "《示例县妇女发展规划（2021—2030年）》");
const RATES: Variable = words(
    "达标率",
    "两种口径的达标率，各带分子分母",
    "按可监测口径，40项指标目标中30项达标，达标率为75%",
);

/// A value given to a template.
#[derive(Debug, Clone)]
pub(crate) struct Given(minijinja::Value);

impl From<String> for Given {
    fn from(words: String) -> Self {
        Self(words.into())
    }
}

impl From<&str> for Given {
    fn from(words: &str) -> Self {
        Self(words.into())
    }
}

impl From<usize> for Given {
    fn from(number: usize) -> Self {
        Self(number.into())
    }
}

impl From<i32> for Given {
    fn from(year: i32) -> Self {
        Self(year.into())
    }
}

impl From<bool> for Given {
    fn from(holds: bool) -> Self {
        Self(holds.into())
    }
}

impl From<Sample> for Given {
    fn from(sample: Sample) -> Self {
        match sample {
            Sample::Words(words) => words.into(),
            Sample::Number(number) => number.into(),
            Sample::Year(year) => year.into(),
            Sample::Flag(flag) => (flag == Flag::Yes).into(),
        }
    }
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct TemplateError {
    /// From 1; None where it is about the whole.
    pub line: Option<usize>,
    pub message: String,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "第{line}行：{}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl TemplateError {
    fn whole(message: impl Into<String>) -> Self {
        Self { line: None, message: message.into() }
    }
}

/// Every template, document by document.
pub fn all() -> impl Iterator<Item = &'static Template> {
    [annual::ALL, brief::ALL, unit_report::ALL, assessment::ALL, letter::ALL, official::ALL]
        .into_iter()
        .flatten()
}

/// The template of a name.
pub fn find(id: &str) -> Option<&'static Template> {
    all().find(|template| template.id == id)
}

/// The templates a region writes its documents with: its own words where it has some.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Templates {
    own: BTreeMap<String, String>,
}

impl Templates {
    /// Those of a region, by name.
    pub const fn new(own: BTreeMap<String, String>) -> Self {
        Self { own }
    }

    /// The paragraph of a template. `given` holds a value for each of its variables.
    pub(crate) fn fill(
        &self,
        id: &str,
        given: Vec<(&str, Given)>,
    ) -> Result<String, TemplateError> {
        let template =
            find(id).ok_or_else(|| TemplateError::whole(format!("没有名为“{id}”的文稿模板")))?;
        let source = self.own.get(id).map_or(template.source, String::as_str);
        let values = given.into_iter().map(|(name, given)| (name.to_owned(), given.0)).collect();
        fill(source, values).map_err(|e| TemplateError {
            message: format!(
                "文稿模板“{}：{}”不能使用：{}。请在“报告 → 文稿模板”中修改，或恢复默认文字",
                template.document, template.title, e.message
            ),
            ..e
        })
    }
}

/// What a template says with the values of its example; or everything that is wrong with it.
pub fn preview(template: &Template, source: &str) -> Result<String, Vec<TemplateError>> {
    let mut errors = Vec::new();
    if source.trim().is_empty() {
        return Err(vec![TemplateError::whole("请填写模板文字")]);
    }
    if source.chars().count() > LONGEST {
        errors.push(TemplateError::whole(format!("模板最多{LONGEST}字，请删减")));
    }
    errors.extend(foreign(source));
    if !errors.is_empty() {
        return Err(errors);
    }
    let environment = environment();
    let parsed = environment.template_from_str(source).map_err(|e| vec![told(&e)])?;
    let mut unknown: Vec<String> = parsed
        .undeclared_variables(false)
        .into_iter()
        .filter(|name| template.variables.iter().all(|v| v.name != name))
        .collect();
    unknown.sort();
    if !unknown.is_empty() {
        let known: Vec<&str> = template.variables.iter().map(|v| v.name).collect();
        let known = if known.is_empty() {
            "这个模板没有可用的变量".to_owned()
        } else {
            format!("可用的有：{}", known.join("、"))
        };
        return Err(vec![TemplateError::whole(format!(
            "没有名为“{}”的变量；{known}",
            unknown.join("”“")
        ))]);
    }
    let values =
        template.variables.iter().map(|v| (v.name.to_owned(), Given::from(v.sample).0)).collect();
    fill(source, values).map_err(|e| vec![e])
}

/// Tags that do more than take a value or ask whether it is there.
fn foreign(source: &str) -> Vec<TemplateError> {
    let mut errors = Vec::new();
    for (number, line) in (1..).zip(source.lines()) {
        let at = |message: String| TemplateError { line: Some(number), message };
        for tag in line.split("{%").skip(1) {
            let word: String = tag
                .trim_start_matches(['-', '+'])
                .trim_start()
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if !STATEMENTS.contains(&word.as_str()) {
                errors.push(at(format!("不能使用“{{% {word} %}}”，只能使用if、elif、else、endif")));
            }
        }
        for tag in line.split("{{").skip(1) {
            let inside = tag.split("}}").next().unwrap_or_default();
            if inside.contains(['*', '|', '(', '[', '~']) {
                errors.push(at(format!("“{{{{{inside}}}}}”只能写变量名，不能计算")));
            }
        }
    }
    errors
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment
}

/// The words of a paragraph: lines are joined, since a template may be written on several.
fn fill(source: &str, values: BTreeMap<String, minijinja::Value>) -> Result<String, TemplateError> {
    let filled = environment()
        .template_from_str(source)
        .and_then(|parsed| parsed.render(minijinja::Value::from(values)))
        .map_err(|e| told(&e))?;
    let filled: String = filled.lines().map(str::trim).collect();
    if filled.is_empty() {
        return Err(TemplateError::whole("填入数据后没有文字"));
    }
    Ok(filled)
}

fn told(error: &Error) -> TemplateError {
    let message = match error.kind() {
        ErrorKind::SyntaxError => "语法有误，请检查“{{ }}”和“{% if %}…{% endif %}”是否成对",
        ErrorKind::UndefinedError => "用到了没有的变量",
        ErrorKind::InvalidOperation => "数字和文字不能这样比较或计算",
        ErrorKind::OutOfFuel => "模板过于复杂",
        _ => "只能取变量的值，或者用if判断",
    };
    TemplateError { line: error.line(), message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_template_says_something_with_its_example() {
        for template in all() {
            let said = preview(template, template.source);
            let said = said.unwrap_or_else(|e| panic!("{}: {e:?}", template.id));
            assert!(
                said.ends_with(['。', '）', '.']) || !said.contains('。'),
                "{}: {said}",
                template.id
            );
            assert!(!said.contains(['{', '}']), "{}: {said}", template.id);
        }
    }

    #[test]
    fn every_name_is_used_once_and_every_variable_has_a_place() {
        let mut ids: Vec<&str> = all().map(|t| t.id).collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count);
        for template in all() {
            for variable in template.variables {
                assert!(
                    template.source.contains(variable.name),
                    "{}: {}",
                    template.id,
                    variable.name
                );
            }
        }
    }

    fn told_of(source: &str) -> Vec<String> {
        let template = find("annual-lead").unwrap();
        preview(template, source).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        assert_eq!(told_of(" \n"), ["请填写模板文字"]);
        assert!(told_of("{{ 年度 }}年")[0].starts_with("没有名为“年度”的变量；可用的有：年、"));
        assert_eq!(
            told_of("第一行\n{% if 年 %}没有完"),
            ["第2行：语法有误，请检查“{{ }}”和“{% if %}…{% endif %}”是否成对"]
        );
        assert_eq!(
            told_of("一\n{% for 项 in 年 %}{% endfor %}"),
            [
                "第2行：不能使用“{% for %}”，只能使用if、elif、else、endif",
                "第2行：不能使用“{% endfor %}”，只能使用if、elif、else、endif"
            ]
        );
        assert_eq!(
            told_of("{{ 规划 * 100000 }}"),
            ["第1行：“{{ 规划 * 100000 }}”只能写变量名，不能计算"]
        );
        assert_eq!(told_of("{% if 年 == 1 %}x{% endif %}"), ["填入数据后没有文字"]);
        assert!(told_of(&"字".repeat(LONGEST + 1))[0].contains("最多2000字"));
    }

    #[test]
    fn an_office_writes_its_own_words_on_several_lines() {
        let own = [("official-circular-next".to_owned(), "请各单位\n  抓紧落实。".to_owned())];
        let templates = Templates::new(own.into());
        assert_eq!(templates.fill("official-circular-next", vec![]).unwrap(), "请各单位抓紧落实。");
        let usual = Templates::default().fill("official-circular-next", vec![]).unwrap();
        assert!(usual.starts_with("各责任单位"), "{usual}");
    }

    #[test]
    fn a_template_that_fails_names_itself_and_the_way_out() {
        let own = [("official-circular-next".to_owned(), "{{ 没有 }}".to_owned())];
        let error = Templates::new(own.into()).fill("official-circular-next", vec![]).unwrap_err();
        assert!(error.to_string().contains("“通报：下一步工作”不能使用"), "{error}");
        assert!(error.to_string().contains("恢复默认文字"), "{error}");
    }

    proptest! {
        #[test]
        fn any_text_is_answered(source in "(\\PC|\n|\\{\\{|\\}\\}|\\{%|%\\}|if |endif|年|规划){0,60}") {
            for id in ["annual-lead", "official-circular-next"] {
                let template = find(id).unwrap();
                if let Err(errors) = preview(template, &source) {
                    prop_assert!(!errors.is_empty());
                }
            }
        }
    }
}
