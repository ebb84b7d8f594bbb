//! Supervision case (督办): 立项 → 交办 → 签收 → 整改方案 → 阶段反馈 → 复核 → 销号, or 升级.
//!
//! A state machine over recorded steps: state is derived from them and never written on its own. Every step is a
//! person's; the program proposes and reminds, it opens, sends, escalates and closes nothing.

use std::fmt;

use jiff::civil::Date;

/// Days before a due date from which its light is yellow.
const DUE_SOON: i32 = 3;

/// Who takes a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// 妇儿工委办 (a person there).
    Office { person: String },
    /// A responsible unit (a person there).
    Unit { unit: String, person: String },
    /// The program itself: refused everywhere.
    Program,
}

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    Opened,
    Dispatched,
    Acknowledged,
    Planned,
    Reporting,
    Rechecking,
    Closed,
}

impl Stage {
    /// All stages, in the order of a case that goes well.
    pub const ALL: [Self; 7] = [
        Self::Opened,
        Self::Dispatched,
        Self::Acknowledged,
        Self::Planned,
        Self::Reporting,
        Self::Rechecking,
        Self::Closed,
    ];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Dispatched => "dispatched",
            Self::Acknowledged => "acknowledged",
            Self::Planned => "planned",
            Self::Reporting => "reporting",
            Self::Rechecking => "rechecking",
            Self::Closed => "closed",
        }
    }

    /// The stage of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Opened => "立项",
            Self::Dispatched => "交办",
            Self::Acknowledged => "签收",
            Self::Planned => "整改方案",
            Self::Reporting => "阶段反馈",
            Self::Rechecking => "复核",
            Self::Closed => "销号",
        }
    }
}

/// What a person does to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// 交办: to a lead unit and supporting units, to be acknowledged and planned by a day.
    Dispatch { lead: String, support: Vec<String>, plan_due: Date },
    /// 签收 by one of the units.
    Acknowledge,
    /// 整改方案.
    SubmitPlan(RectificationPlan),
    /// The office sends a plan back.
    ReturnPlan { reason: String },
    /// 阶段反馈.
    Report { text: String },
    /// The lead unit asks for the recheck.
    AskForRecheck { evidence: String },
    /// 复核: the office accepts or sends back to rectification.
    Recheck { passed: bool, reason: String },
    /// 销号.
    Close { reason: String },
    /// 升级: to a level above, by a person, with the reason.
    Escalate { to: String, reason: String },
    /// 批示: a leader's remark, at any stage.
    Remark { leader: String, text: String },
}

impl Step {
    /// The code used in data.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Dispatch { .. } => "dispatch",
            Self::Acknowledge => "acknowledge",
            Self::SubmitPlan(_) => "submit_plan",
            Self::ReturnPlan { .. } => "return_plan",
            Self::Report { .. } => "report",
            Self::AskForRecheck { .. } => "ask_for_recheck",
            Self::Recheck { .. } => "recheck",
            Self::Close { .. } => "close",
            Self::Escalate { .. } => "escalate",
            Self::Remark { .. } => "remark",
        }
    }

    /// The words shown to people.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Dispatch { .. } => "交办",
            Self::Acknowledge => "签收",
            Self::SubmitPlan(_) => "报整改方案",
            Self::ReturnPlan { .. } => "退回整改方案",
            Self::Report { .. } => "阶段反馈",
            Self::AskForRecheck { .. } => "申请复核",
            Self::Recheck { passed: true, .. } => "复核通过",
            Self::Recheck { passed: false, .. } => "复核不通过",
            Self::Close { .. } => "销号",
            Self::Escalate { .. } => "升级",
            Self::Remark { .. } => "批示",
        }
    }
}

/// 整改方案: why it is so, what is done, by whom and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RectificationPlan {
    pub causes: String,
    pub measures: String,
    pub person: String,
    pub deadline: Date,
}

/// A step as it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub step: Step,
    pub by: Actor,
    pub on: Date,
}

/// Why a step is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// Only a person may act.
    NotAPerson,
    /// The step is not one of this stage.
    WrongStage(Stage),
    /// The actor's unit is not responsible for the case.
    NotResponsible,
    /// Only the lead unit may do this.
    NotLead,
    /// Only the office may do this.
    NotOffice,
    /// Something that has to be written is empty.
    Incomplete,
    /// A day lies before the step itself.
    DayInThePast,
    /// The unit has acknowledged before.
    AlreadyAcknowledged,
    /// A step is older than the one before it.
    OutOfOrder,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAPerson => f.write_str("督办的每一步须由人办理"),
            Self::WrongStage(stage) => write!(f, "督办件在“{}”阶段，不能办理此步", stage.label()),
            Self::NotResponsible => f.write_str("不是本督办件的责任单位"),
            Self::NotLead => f.write_str("须由牵头单位办理"),
            Self::NotOffice => f.write_str("须由妇儿工委办公室办理"),
            Self::Incomplete => f.write_str("有必填内容没有填写"),
            Self::DayInThePast => f.write_str("期限早于办理当日"),
            Self::AlreadyAcknowledged => f.write_str("本单位已经签收"),
            Self::OutOfOrder => f.write_str("办理日期早于上一步"),
        }
    }
}

impl std::error::Error for Refusal {}

/// A supervision case: its steps and what follows from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    stage: Stage,
    opened_on: Date,
    lead: Option<String>,
    support: Vec<String>,
    acknowledged: Vec<String>,
    plan: Option<RectificationPlan>,
    plan_due: Option<Date>,
    recheck_passed: bool,
    escalations: usize,
    steps: Vec<Taken>,
}

/// A due date as a light (红绿灯).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Light {
    Green,
    DueSoon,
    Overdue,
    /// Closed or without a date.
    Off,
}

impl Case {
    /// 立项 by a person of the office.
    pub fn open(by: &Actor, reason: &str, on: Date) -> Result<Self, Refusal> {
        office(by)?;
        filled(&[reason])?;
        Ok(Self {
            stage: Stage::Opened,
            opened_on: on,
            lead: None,
            support: Vec::new(),
            acknowledged: Vec::new(),
            plan: None,
            plan_due: None,
            recheck_passed: false,
            escalations: 0,
            steps: Vec::new(),
        })
    }

    /// The case after a step; the case itself is not changed by a refusal.
    pub fn apply(&self, taken: Taken) -> Result<Self, Refusal> {
        if taken.by == Actor::Program {
            return Err(Refusal::NotAPerson);
        }
        if taken.on < self.steps.last().map_or(self.opened_on, |s| s.on) {
            return Err(Refusal::OutOfOrder);
        }
        let mut after = self.clone();
        after.take(&taken)?;
        after.steps.push(taken);
        Ok(after)
    }

    fn take(&mut self, taken: &Taken) -> Result<(), Refusal> {
        match &taken.step {
            Step::Dispatch { lead, support, plan_due } => {
                self.dispatch(taken, lead, support, *plan_due)
            }
            Step::Acknowledge => self.acknowledge(&taken.by),
            Step::SubmitPlan(plan) => self.submit_plan(taken, plan),
            Step::ReturnPlan { reason } => {
                self.office_step(&taken.by, reason, &[Stage::Planned])?;
                self.plan = None;
                self.stage = Stage::Acknowledged;
                Ok(())
            }
            Step::Report { text } => {
                self.unit_of(&taken.by)?;
                self.in_stage(&[Stage::Planned, Stage::Reporting])?;
                filled(&[text])?;
                self.stage = Stage::Reporting;
                Ok(())
            }
            Step::AskForRecheck { evidence } => {
                self.lead_only(&taken.by)?;
                self.in_stage(&[Stage::Reporting])?;
                filled(&[evidence])?;
                self.stage = Stage::Rechecking;
                self.recheck_passed = false;
                Ok(())
            }
            Step::Recheck { passed, reason } => {
                self.office_step(&taken.by, reason, &[Stage::Rechecking])?;
                self.recheck_passed = *passed;
                if !passed {
                    self.stage = Stage::Reporting;
                }
                Ok(())
            }
            Step::Close { reason } => {
                self.office_step(&taken.by, reason, &[Stage::Rechecking])?;
                if !self.recheck_passed {
                    return Err(Refusal::WrongStage(self.stage));
                }
                self.stage = Stage::Closed;
                Ok(())
            }
            Step::Escalate { to, reason } => {
                office(&taken.by)?;
                filled(&[to, reason])?;
                self.not_closed()?;
                self.escalations += 1;
                Ok(())
            }
            Step::Remark { leader, text } => {
                office(&taken.by)?;
                filled(&[leader, text])
            }
        }
    }

    fn dispatch(
        &mut self,
        taken: &Taken,
        lead: &str,
        support: &[String],
        plan_due: Date,
    ) -> Result<(), Refusal> {
        office(&taken.by)?;
        self.in_stage(&[Stage::Opened])?;
        filled(&[lead])?;
        filled(&support.iter().map(String::as_str).collect::<Vec<_>>())?;
        if plan_due < taken.on {
            return Err(Refusal::DayInThePast);
        }
        self.lead = Some(lead.to_owned());
        self.support = support.to_vec();
        self.plan_due = Some(plan_due);
        self.stage = Stage::Dispatched;
        Ok(())
    }

    /// Every unit acknowledges; the lead unit's signature moves the case on.
    fn acknowledge(&mut self, by: &Actor) -> Result<(), Refusal> {
        let unit = self.unit_of(by)?;
        self.not_closed()?;
        if self.acknowledged.contains(&unit) {
            return Err(Refusal::AlreadyAcknowledged);
        }
        if self.lead.as_ref() == Some(&unit) {
            self.in_stage(&[Stage::Dispatched])?;
            self.stage = Stage::Acknowledged;
        }
        self.acknowledged.push(unit);
        Ok(())
    }

    fn submit_plan(&mut self, taken: &Taken, plan: &RectificationPlan) -> Result<(), Refusal> {
        self.lead_only(&taken.by)?;
        self.in_stage(&[Stage::Acknowledged])?;
        filled(&[&plan.causes, &plan.measures, &plan.person])?;
        if plan.deadline < taken.on {
            return Err(Refusal::DayInThePast);
        }
        self.plan = Some(plan.clone());
        self.stage = Stage::Planned;
        Ok(())
    }

    fn in_stage(&self, stages: &[Stage]) -> Result<(), Refusal> {
        if stages.contains(&self.stage) { Ok(()) } else { Err(Refusal::WrongStage(self.stage)) }
    }

    fn not_closed(&self) -> Result<(), Refusal> {
        if self.stage == Stage::Closed { Err(Refusal::WrongStage(self.stage)) } else { Ok(()) }
    }

    fn office_step(&self, by: &Actor, reason: &str, stages: &[Stage]) -> Result<(), Refusal> {
        office(by)?;
        self.in_stage(stages)?;
        filled(&[reason])
    }

    fn unit_of(&self, by: &Actor) -> Result<String, Refusal> {
        let Actor::Unit { unit, person } = by else { return Err(Refusal::NotResponsible) };
        filled(&[person])?;
        let ours = self.lead.as_ref() == Some(unit) || self.support.contains(unit);
        if ours { Ok(unit.clone()) } else { Err(Refusal::NotResponsible) }
    }

    fn lead_only(&self, by: &Actor) -> Result<(), Refusal> {
        let unit = self.unit_of(by)?;
        if self.lead.as_ref() == Some(&unit) { Ok(()) } else { Err(Refusal::NotLead) }
    }

    /// Where the case stands.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// The steps taken so far.
    pub fn steps(&self) -> &[Taken] {
        &self.steps
    }

    /// The day it was opened.
    pub fn opened_on(&self) -> Date {
        self.opened_on
    }

    /// 牵头单位, once it was dispatched.
    pub fn lead(&self) -> Option<&str> {
        self.lead.as_deref()
    }

    /// 配合单位.
    pub fn support(&self) -> &[String] {
        &self.support
    }

    /// Units that acknowledged.
    pub fn acknowledged(&self) -> &[String] {
        &self.acknowledged
    }

    /// The last recheck was passed.
    pub fn recheck_passed(&self) -> bool {
        self.recheck_passed
    }

    /// How often it was escalated.
    pub fn escalations(&self) -> usize {
        self.escalations
    }

    /// 整改方案, once it is there.
    pub fn plan(&self) -> Option<&RectificationPlan> {
        self.plan.as_ref()
    }

    /// What the case waits for next, and until when.
    pub fn due(&self) -> Option<Date> {
        match self.stage {
            Stage::Opened | Stage::Closed => None,
            Stage::Dispatched | Stage::Acknowledged => self.plan_due,
            Stage::Planned | Stage::Reporting | Stage::Rechecking => {
                self.plan.as_ref().map(|p| p.deadline)
            }
        }
    }

    /// The light of the due date on a day.
    pub fn light(&self, today: Date) -> Light {
        let Some(due) = self.due() else { return Light::Off };
        let left = days_between(today, due);
        if left < 0 {
            Light::Overdue
        } else if left <= DUE_SOON {
            Light::DueSoon
        } else {
            Light::Green
        }
    }
}

/// Whole days from one day to another.
fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

fn office(by: &Actor) -> Result<(), Refusal> {
    match by {
        Actor::Office { person } => filled(&[person]),
        Actor::Unit { .. } => Err(Refusal::NotOffice),
        Actor::Program => Err(Refusal::NotAPerson),
    }
}

fn filled(texts: &[&str]) -> Result<(), Refusal> {
    if texts.iter().all(|t| !t.trim().is_empty()) { Ok(()) } else { Err(Refusal::Incomplete) }
}

#[cfg(test)]
mod tests;
