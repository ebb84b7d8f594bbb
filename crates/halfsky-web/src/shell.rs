//! The frame of every page: title, navigation by the stages of the field, breadcrumb, example banner.

use std::sync::Arc;

use crate::account::Account;
use crate::frame::Frame;
use crate::list::Params;
use crate::permission::Action;
use crate::text;
use crate::visit::Visit;

/// A stage of the navigation.
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

    /// The code used in addresses.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Plan => "plan",
            Self::Indicator => "indicator",
            Self::Submission => "submission",
            Self::Approval => "approval",
            Self::Evaluation => "evaluation",
            Self::Supervision => "supervision",
            Self::Report => "report",
            Self::Data => "data",
            Self::Admin => "admin",
            Self::None => "",
        }
    }

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

    /// Where it starts for somebody; None while it does not exist: the navigation shows what can be used.
    fn entry(self, visit: &Visit) -> Option<&'static str> {
        match self {
            Self::Overview => Some("/"),
            Self::Plan => Some("/plans"),
            Self::Indicator => Some("/indicators"),
            Self::Submission if visit.may_somewhere(Action::ReportFigures) => Some("/reporting"),
            Self::Submission => Some("/rounds"),
            Self::Approval => Some("/review"),
            Self::Report => Some("/reports"),
            Self::Evaluation => Some("/evaluations"),
            Self::Supervision => Some("/warnings"),
            Self::Data => Some("/data"),
            Self::Admin => Some("/admin"),
            Self::None => None,
        }
    }
}

/// What makes somebody look after the installation.
const ADMINISTRATION: [Action; 6] = [
    Action::ManageRegions,
    Action::ManageUnits,
    Action::ReadAccounts,
    Action::ReadAudit,
    Action::ManageBackup,
    Action::ManageTokens,
];

impl Stage {
    /// Whether somebody has anything to do with a stage.
    fn concerns(self, visit: &Visit) -> bool {
        match self {
            Self::Overview => visit.account.is_some(),
            Self::Indicator => visit.may_somewhere(Action::ReadCatalogue),
            Self::Submission => {
                visit.may_somewhere(Action::ReadReporting)
                    || visit.may_somewhere(Action::ReadRounds)
            }
            Self::Approval => visit.may_somewhere(Action::ApproveFigures),
            Self::Evaluation | Self::Supervision | Self::Data => {
                visit.may_somewhere(Action::ReadFigures)
            }
            Self::Report => visit.may_somewhere(Action::ReadReports),
            Self::Admin => ADMINISTRATION.iter().any(|action| visit.may_somewhere(*action)),
            _ => visit.may_somewhere(Action::ReadPlan),
        }
    }
}

/// One step of the breadcrumb.
#[derive(Debug, Clone)]
pub(crate) struct Crumb {
    pub(crate) label: String,
    pub(crate) path: String,
}

/// Who is signed in, as the account menu tells it.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) name: String,
    /// Empty for people without a unit.
    pub(crate) unit: String,
    /// What the person is appointed as; empty without an appointment.
    pub(crate) roles: String,
}

impl Person {
    fn of(account: &Account) -> Self {
        let mut roles: Vec<&str> = Vec::new();
        for appointment in &account.appointments {
            if !roles.contains(&appointment.role.label()) {
                roles.push(appointment.role.label());
            }
        }
        Self { name: account.name.clone(), unit: account.unit.clone(), roles: roles.join("、") }
    }
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
    pub(crate) frame: Arc<Frame>,
    /// Seconds after which a browser without scripts asks again.
    pub(crate) refresh: Option<u8>,
    /// Who is signed in.
    pub(crate) person: Option<Person>,
    /// Whether there is anything to search for this person.
    pub(crate) searches: bool,
    stages: Vec<(Stage, &'static str)>,
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
            frame: Arc::clone(&visit.frame),
            refresh: None,
            person: visit.account.as_deref().map(Person::of),
            searches: visit.may_somewhere(Action::ReadPlan),
            stages: Stage::ALL
                .into_iter()
                .filter(|stage| stage.concerns(visit))
                .filter_map(|stage| Some((stage, stage.entry(visit)?)))
                .collect(),
        }
    }

    /// Lets a browser without scripts ask again: the page shows work in progress.
    #[must_use]
    pub(crate) fn refreshing(mut self, seconds: u8) -> Self {
        self.refresh = Some(seconds);
        self
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

    /// The stages of the navigation that this person has something to do with.
    pub(crate) fn stages(&self) -> impl Iterator<Item = (Stage, &'static str, usize)> {
        self.stages.iter().map(|(stage, path)| (*stage, *path, self.frame.waiting(*stage)))
    }

    /// Where a switch of region or year leads: the first page of the stage.
    pub(crate) fn switch_path(&self) -> &'static str {
        let own = self.stages.iter().find(|(stage, _)| *stage == self.stage);
        own.map_or("/", |(_, path)| path)
    }

    /// Filters that stay when region or year are switched.
    pub(crate) fn switch_keeps(&self) -> Vec<(String, String)> {
        let (path, query) = self.here.split_once('?').unwrap_or((&self.here, ""));
        if path != self.switch_path() {
            return Vec::new();
        }
        let kept = |(name, value): &&(String, String)| {
            !matches!(name.as_str(), "region" | "year" | "page" | "export") && !value.is_empty()
        };
        Params::read(path, query).pairs().iter().filter(kept).cloned().collect()
    }

    /// The day the page was made.
    pub(crate) fn today(&self) -> String {
        text::long_date(self.frame.today)
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
