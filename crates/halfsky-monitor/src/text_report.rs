//! Text reports (文字材料): what units send to the office beside the figures, by kind.

use halfsky_plan::coded;

coded! {
    /// Kinds of texts units send in.
    TextKind {
        /// 年度落实情况和下一年工作安排
        YearlyReport "yearly_report" "年度落实情况和下一年工作安排",
        /// 实施方案备案
        ImplementationScheme "implementation_scheme" "实施方案备案",
        /// 自我评估报告
        SelfEvaluation "self_evaluation" "自我评估报告",
        /// 统计监测报告
        MonitoringReport "monitoring_report" "统计监测报告",
        Other "other" "其他材料",
    }
}

/// One field of the structured form of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextField {
    pub code: &'static str,
    pub label: &'static str,
    pub required: bool,
}

const fn required(code: &'static str, label: &'static str) -> TextField {
    TextField { code, label, required: true }
}

const fn optional(code: &'static str, label: &'static str) -> TextField {
    TextField { code, label, required: false }
}

const YEARLY_REPORT: &[TextField] = &[
    required("targets", "承担目标及完成情况"),
    required("measures", "主要措施和成效"),
    optional("problems", "存在问题及原因"),
    required("next_year", "下一年工作安排"),
];
const IMPLEMENTATION_SCHEME: &[TextField] = &[
    required("document_number", "发文字号"),
    required("covered_targets", "对应的规划目标"),
    required("measures", "落实措施和责任分工"),
    optional("schedule", "时间安排"),
];
const SELF_EVALUATION: &[TextField] = &[
    required("targets", "目标完成情况"),
    required("measures", "措施落实情况"),
    required("problems", "问题及原因"),
    optional("suggestions", "下一步打算和建议"),
];
const FREE: &[TextField] = &[required("summary", "内容摘要"), optional("problems", "问题及建议")];

impl TextKind {
    /// The fields of its form, in order.
    pub const fn fields(self) -> &'static [TextField] {
        match self {
            Self::YearlyReport => YEARLY_REPORT,
            Self::ImplementationScheme => IMPLEMENTATION_SCHEME,
            Self::SelfEvaluation => SELF_EVALUATION,
            Self::MonitoringReport | Self::Other => FREE,
        }
    }
}

/// A file that came with a text, kept under its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    pub sha256: String,
    pub size: u64,
}

/// A text as filled in: the form, or a file in its place, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextReport {
    pub kind: TextKind,
    /// Field code and words, in the order of the form.
    pub words: Vec<(String, String)>,
    pub attachments: Vec<Attachment>,
}

/// What a text lacks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextProblem {
    #[error("“{0}”未填写；请填写，或上传含此内容的文件")]
    Empty(&'static str),
    #[error("“{0}”不是本表的栏目")]
    UnknownField(String),
}

impl TextReport {
    /// The words of a field.
    pub fn field(&self, code: &str) -> &str {
        self.words.iter().find(|(c, _)| c == code).map_or("", |(_, words)| words.as_str())
    }

    /// What is lacking before it can be submitted. A file may hold what the form leaves out.
    pub fn problems(&self) -> Vec<TextProblem> {
        let fields = self.kind.fields();
        let unknown = self.words.iter().filter(|(code, _)| fields.iter().all(|f| f.code != code));
        let mut problems: Vec<TextProblem> =
            unknown.map(|(code, _)| TextProblem::UnknownField(code.clone())).collect();
        if self.attachments.is_empty() {
            let empty =
                fields.iter().filter(|f| f.required && self.field(f.code).trim().is_empty());
            problems.extend(empty.map(|f| TextProblem::Empty(f.label)));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(words: &[(&str, &str)]) -> TextReport {
        TextReport {
            kind: TextKind::YearlyReport,
            words: words.iter().map(|(c, w)| ((*c).to_owned(), (*w).to_owned())).collect(),
            attachments: Vec::new(),
        }
    }

    #[test]
    fn empty_fields_are_named() {
        let problems =
            report(&[("targets", "已完成"), ("measures", " "), ("next_year", "继续")]).problems();
        assert_eq!(problems, [TextProblem::Empty("主要措施和成效")]);
    }

    #[test]
    fn a_file_may_stand_for_the_form() {
        let mut report = report(&[]);
        let sha256 = "0".repeat(64);
        report.attachments.push(Attachment { name: "总结.docx".to_owned(), sha256, size: 1 });
        assert_eq!(report.problems(), []);
    }

    #[test]
    fn a_field_of_another_form_is_told() {
        let problems =
            report(&[("targets", "a"), ("measures", "b"), ("next_year", "c"), ("x", "d")])
                .problems();
        assert_eq!(problems, [TextProblem::UnknownField("x".to_owned())]);
    }
}
