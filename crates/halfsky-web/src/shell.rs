//! The frame of every page: title, navigation by the stages of the field, breadcrumb, example banner.

use crate::visit::Visit;

/// A stage of the navigation. Those without an address come with later versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Overview,
    Plan,
    Indicator,
    Submission,
    Approval,
    Evaluation,
    Supervision,
    Report,
    Data,
    Admin,
    /// Pages outside the stages, such as errors.
    None,
}

impl Stage {
    /// The stages in the order of the field.
    pub(crate) const ALL: [Self; 10] = [
        Self::Overview,
        Self::Plan,
        Self::Indicator,
        Self::Submission,
        Self::Approval,
        Self::Evaluation,
        Self::Supervision,
        Self::Report,
        Self::Data,
        Self::Admin,
    ];

    /// The word in the navigation.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Overview => "总览",
            Self::Plan => "规划",
            Self::Indicator => "指标",
            Self::Submission => "报送",
            Self::Approval => "审核",
            Self::Evaluation => "评估",
            Self::Supervision => "预警督办",
            Self::Report => "报告",
            Self::Data => "资料",
            Self::Admin => "管理",
            Self::None => "",
        }
    }

    /// Where it starts; None while it does not exist.
    pub(crate) const fn path(self) -> Option<&'static str> {
        match self {
            Self::Overview => Some("/"),
            Self::Plan => Some("/plans"),
            Self::Indicator => Some("/indicators"),
            _ => None,
        }
    }
}

/// One step of the breadcrumb.
#[derive(Debug, Clone)]
pub(crate) struct Crumb {
    pub(crate) label: String,
    pub(crate) path: String,
}

/// What the frame template shows.
#[derive(Debug, Clone)]
pub(crate) struct Shell {
    pub(crate) title: String,
    pub(crate) stage: Stage,
    pub(crate) crumbs: Vec<Crumb>,
    /// The data on this page are example data (示例数据).
    pub(crate) example: bool,
    pub(crate) large: bool,
    pub(crate) token: String,
    pub(crate) here: String,
}

impl Shell {
    /// The frame of a page.
    pub(crate) fn new(visit: &Visit, stage: Stage, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            stage,
            crumbs: Vec::new(),
            example: visit.example,
            large: visit.large,
            token: visit.token.clone(),
            here: visit.here.clone(),
        }
    }

    /// Adds a step of the breadcrumb before the page itself.
    #[must_use]
    pub(crate) fn under(mut self, label: impl Into<String>, path: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { label: label.into(), path: path.into() });
        self
    }

    /// Marks the page when it shows example data.
    #[must_use]
    pub(crate) fn showing(mut self, example: Example) -> Self {
        self.example |= example == Example::Yes;
        self
    }
}

/// Whether data are example data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Example {
    Yes,
    No,
}

impl From<bool> for Example {
    fn from(example: bool) -> Self {
        if example { Self::Yes } else { Self::No }
    }
}
